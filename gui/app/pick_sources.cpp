#include "gui/app/pick_sources.h"

#include "gui/context/session_context.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/theme/words.h"

#include <QAction>
#include <QCoreApplication>
#include <QTextDocumentFragment>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;
using tracestore::StringId;
using tracestore::Trace;

namespace {

    /// Names of more steps above are left out of a path in the middle.
    constexpr std::size_t kMaxPathNames = 64;

    QString nameOf(const Trace& trace, SpanId span)
    {
        const QString name = singleLine(trace.name(span), 120);
        return name.isEmpty() ? kindName(trace.kind(span)) : name;
    }

    QuickPickItem itemOf(SessionContext& context, SpanId span)
    {
        const Trace& trace = *context.trace();
        QString where;
        if (context.annotations().bookmarks().contains(span))
            where = QCoreApplication::translate("gui::QuickPick", "bookmark") + u"  "_s;
        if (const auto agent = trace.agentOf(span); agent.isValid())
            where += singleLine(trace.agent(agent).name, 40) + u"  "_s;
        return {.text = nameOf(trace, span),
                .description = QString(where + u'#' + QString::number(span.value)),
                .icon = context.theme().kindIcon(trace.kind(span)),
                .pick = [&context, span] { context.reveal(span); }};
    }

    /// What an action that cannot be used now is for: what it would need.
    QString whyNotNow(const QAction& action)
    {
        const QString notNow = QCoreApplication::translate("gui::QuickPick", "not now");
        const QString tip = action.toolTip();
        const QString use = Qt::mightBeRichText(tip)
            ? QTextDocumentFragment::fromHtml(tip).toPlainText()
            : tip.section(u'\n', 0, 0);
        return use.isEmpty() || use == action.iconText() ? notNow : notNow + u": "_s + use;
    }

    /// The step that a number means; invalid where it is none.
    SpanId stepOfNumber(const Trace& trace, const QString& typed)
    {
        const QString digits = typed.startsWith(u'#') ? typed.mid(1) : typed;
        bool isNumber = false;
        const auto number = digits.toULongLong(&isNumber);
        return isNumber && number < trace.spanCount() ? SpanId(number) : SpanId();
    }

    /// Asks for each text once, however many steps have it.
    class NameFilter
    {
    public:
        NameFilter(const Trace& trace, const QString& typed)
            : m_trace(trace)
            , m_typed(typed)
            , m_answers(trace.strings().size(), Answer::Open)
        { }

        bool fits(StringId name)
        {
            if (name.value >= m_answers.size())
                return false;
            Answer& answer = m_answers[name.value];
            if (answer == Answer::Open)
                answer = QuickPick::fits(toText(m_trace.text(name)), m_typed) ? Answer::Yes
                                                                              : Answer::No;
            return answer == Answer::Yes;
        }

    private:
        enum class Answer : std::uint8_t
        {
            Open,
            Yes,
            No
        };

        const Trace& m_trace;
        QString m_typed;
        std::vector<Answer> m_answers;
    };

} // namespace

QList<QuickPickItem> pickActions(const QList<QAction*>& actions, const QString& typed)
{
    QList<QuickPickItem> items;
    for (QAction* action : actions) {
        QString text = action->text();
        text.remove(u'&').remove(u'…');
        const bool canBeUsed = action->isEnabled();
        if (text.isEmpty() || !QuickPick::fits(text, typed) || (!canBeUsed && typed.isEmpty()))
            continue;
        items.append({.text = text,
                      .description = action->shortcut().toString(QKeySequence::NativeText),
                      .icon = action->icon(),
                      .pick = [action] { action->trigger(); },
                      .whyNot = canBeUsed ? QString() : whyNotNow(*action)});
    }
    // A text that begins with what was typed is meant sooner than one that holds it.
    std::ranges::stable_partition(items, [&](const QuickPickItem& item) {
        return !typed.isEmpty() && item.text.startsWith(typed, Qt::CaseInsensitive);
    });
    std::ranges::stable_partition(items,
                                  [](const QuickPickItem& item) { return item.whyNot.isEmpty(); });
    return items.mid(0, QuickPick::kMaxItems);
}

QList<QuickPickItem> pickSteps(SessionContext& context, const QString& typed)
{
    const Trace& trace = *context.trace();
    QList<QuickPickItem> items;
    if (const SpanId named = stepOfNumber(trace, typed); named.isValid())
        items << itemOf(context, named);
    if (typed.isEmpty()) {
        for (const SpanId span : context.annotations().bookmarks().ordered())
            items << itemOf(context, span);
    }
    NameFilter filter(trace, typed);
    for (const SpanId span : trace.preOrder()) {
        if (items.size() >= QuickPick::kMaxItems)
            break;
        if (filter.fits(trace.columns().name[span.index()]))
            items << itemOf(context, span);
    }
    return items;
}

QString stepPath(const SessionContext& context, SpanId span)
{
    const Trace& trace = *context.trace();
    QStringList names;
    for (SpanId at = span; at.isValid() && std::size_t(names.size()) < kMaxPathNames;
         at = trace.parent(at))
        names.prepend(nameOf(trace, at));
    if (trace.depth(span) >= kMaxPathNames)
        names.prepend(u"…"_s);
    return names.join(u" / "_s);
}

} // namespace gui
