#include "gui/conversation/conversation_view.h"

#include "gui/context/session_context.h"
#include "gui/context/shown_growth.h"
#include "gui/messages/part_origins.h"
#include "gui/theme/format.h"
#include "gui/theme/tinted_icon.h"
#include "gui/widgets/text_window.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SessionId;
using tracestore::SpanId;

namespace {

    QLabel* plainLabel()
    {
        auto* label = new QLabel;
        label->setTextFormat(Qt::PlainText);
        return label;
    }

} // namespace

ConversationView::ConversationView(SessionContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_list(new TranscriptList(context))
    , m_growth(new ShownGrowth(
          context, *this, [this](const TraceGrowth& growth) { takeGrowth(growth); }))
    , m_header(new QWidget)
    , m_back(new QToolButton)
    , m_where(plainLabel())
    , m_notice(plainLabel())
{
    setObjectName(u"conversation"_s);
    setWindowTitle(tr("Conversation"));
    setAccessibleName(tr("Conversation"));
    setFocusProxy(m_list);
    m_back->setText(tr("Whole session"));
    m_back->setIcon(context.theme().icon(u"back"_s));
    m_back->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_back->setIconSize(kIconBesideText);
    m_back->setToolTip(tr("Back to the whole session (Alt+Up)"));
    m_notice->setWordWrap(true);
    m_notice->setObjectName(u"notice"_s);
    m_notice->setContentsMargins(
        metrics::kMargin, metrics::kSpacing, metrics::kMargin, metrics::kSpacing);
    m_notice->hide();

    auto* headerRow = new QHBoxLayout(m_header);
    headerRow->setContentsMargins(metrics::kMargin, 2, metrics::kMargin, 2);
    headerRow->addWidget(m_back);
    headerRow->addWidget(m_where, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_notice);
    column->addWidget(m_list, 1);

    connect(m_back, &QToolButton::clicked, this, &ConversationView::leave);
    connect(m_list, &BlockListView::rowChosen, this, [this](std::size_t row) {
        m_isOwnSelection = true;
        m_context.select(m_list->rows().spanOf(row));
        m_isOwnSelection = false;
    });
    connect(m_list, &BlockListView::wholeRequested, this, &ConversationView::openWhole);
    connect(m_list, &BlockListView::mediaRequested, this, &ConversationView::openMedia);
    connect(m_list, &BlockListView::enterRequested, this, &ConversationView::enter);
    connect(m_list, &BlockListView::menuOpened, this, [this](QMenu* menu, std::size_t row) {
        m_context.breakpoints().fillMenu(*menu, m_list->blockAt(row)->span);
        m_context.origins().fillMenu(*menu, originOf(row));
    });
    context.origins().addKeys(*m_list, [this] { return originOf(m_list->currentRow()); });
    connect(m_list, &TranscriptList::contentArrived, this, &ConversationView::noteContent);
    connect(&context, &SessionContext::selectionChanged, this, [this](SpanId span) {
        // The list goes along with the end by itself, where that is in sight.
        if (!m_isOwnSelection && !m_context.isFollowing())
            follow(span);
    });
    connect(&context, &SessionContext::revealed, this, &ConversationView::follow);
    connect(&context, &SessionContext::sessionChanged, this, [this](SessionId session) {
        m_growth->catchUp();
        if (session != m_list->rows().session())
            setScope(session, {});
    });
    addActions();
    const auto& sessions = context.trace()->sessions();
    setScope(sessions.empty() ? SessionId() : SessionId(0), {});
    follow(context.selected());
}

void ConversationView::addActions()
{
    const auto add = [this](const QString& icon, const QString& text, const QString& tip) {
        auto* action = new QAction(m_context.theme().icon(icon), text, this);
        action->setToolTip(tip);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
        return action;
    };
    m_leaveAction = add(u"back"_s, tr("Whole session"), tr("Whole session (Alt+Up)"));
    // Alt+Left is the way back through the selected steps, in every view.
    m_leaveAction->setShortcut(Qt::ALT | Qt::Key_Up);
    connect(m_leaveAction, &QAction::triggered, this, &ConversationView::leave);
    QAction* selected = add(
        u"conversation"_s, tr("Go to the selected step"), tr("Go to the selected step (Ctrl+J)"));
    selected->setShortcut(Qt::CTRL | Qt::Key_J);
    connect(selected, &QAction::triggered, this, [this] { follow(m_context.selected()); });
}

void ConversationView::setScope(SessionId session, SpanId root)
{
    m_hasContent = false;
    m_notice->hide();
    m_list->setScope(session, root);
    updateHeader();
    noteEmpty();
}

void ConversationView::takeGrowth(const TraceGrowth& growth)
{
    const bool wasEmpty = m_list->blockCount() == 0;
    m_list->takeGrowth(growth);
    updateHeader();
    if (wasEmpty && m_list->blockCount() > 0)
        m_notice->hide();
}

void ConversationView::noteEmpty()
{
    if (m_list->blockCount() > 0)
        return;
    m_notice->setText(m_context.trace()->spanCount() == 0
                          ? tr("This trace has no steps. A trace with model calls shows here what "
                               "was asked and answered.")
                          : tr("This session has no steps."));
    m_notice->show();
}

QString ConversationView::notice() const
{
    return m_notice->isHidden() ? QString() : m_notice->text();
}

void ConversationView::updateHeader()
{
    const auto& trace = *m_context.trace();
    const SpanId root = m_list->rows().root();
    const SessionId session = m_list->rows().session();
    m_back->setVisible(root.isValid());
    m_leaveAction->setEnabled(root.isValid());
    m_header->setVisible(root.isValid() || trace.sessions().size() > 1);
    if (root.isValid()) {
        m_where->setText(cardBlock(trace, root).title);
    } else if (session.isValid()) {
        const auto& shown = trace.session(session);
        m_where->setText(
            tr("Session %1").arg(singleLine(shown.title.empty() ? shown.key : shown.title)));
    }
}

void ConversationView::follow(SpanId span)
{
    if (!span.isValid())
        return;
    m_growth->catchUp();
    const SessionId session = m_context.trace()->sessionOf(span);
    if (session != m_list->rows().session())
        setScope(session, {});
    if (m_list->rows().entryOfSpan(span) == m_list->rows().entries().size()
        && m_list->rows().root().isValid())
        setScope(session, {});
    m_list->reveal(span);
}

void ConversationView::enter(std::size_t row)
{
    if (row >= m_list->blockCount()
        || !m_list->rows().entries()[m_list->rows().entryOf(row)].isCard)
        return;
    setScope(m_list->rows().session(), m_list->rows().spanOf(row));
    m_list->setFocus();
}

void ConversationView::leave()
{
    const SpanId root = m_list->rows().root();
    if (!root.isValid())
        return;
    setScope(m_list->rows().session(), {});
    m_list->reveal(root);
    m_list->setFocus();
}

void ConversationView::noteContent(bool hasContent)
{
    m_hasContent = m_hasContent || hasContent;
    m_notice->setText(
        tr("This trace holds no message content, only the steps: whoever recorded it left the "
           "prompts and answers out. To see them, switch content capture on where the agent "
           "runs and record again."));
    // What has just begun may not have said anything yet.
    m_notice->setVisible(!m_hasContent && !m_context.now());
}

/// What a row says first: of a call of a tool its arguments. Its result is asked for in the window
/// that shows it, or in the inspector.
tracestore::OriginQuery ConversationView::originOf(std::size_t row) const
{
    if (row >= m_list->blockCount())
        return {};
    const BlockPtr block = m_list->blockAt(row);
    if (block->sections.empty())
        return {};
    return gui::originOf(m_list->rows().spanOf(row), block->sections.front().whole);
}

void ConversationView::openWhole(std::size_t row, std::size_t section)
{
    const BlockPtr block = m_list->blockAt(row);
    const BlockSection& shown = block->sections.at(section);
    const QString title
        = shown.label.isEmpty() ? block->title : block->title + u" · "_s + shown.label;
    const auto query = gui::originOf(m_list->rows().spanOf(row), shown.whole);
    const auto open = [this, title, query](const QString& text, TextSyntax syntax) {
        auto* window = new TextWindow(m_context.theme(), title, text, syntax, this);
        offerOrigins(*window, m_context, query);
        window->show();
    };
    if (shown.whole.where == PartRef::Where::None) {
        open(shown.text, shown.syntax);
        return;
    }
    m_context.details().requestDetail(
        this,
        m_list->rows().spanOf(row),
        [open, part = shown.whole, syntax = shown.syntax](SpanId, const auto& detail) {
            if (!detail) {
                open(toText(detail.error().message), TextSyntax::Plain);
                return;
            }
            const std::string text = wholeText(**detail, part);
            if (syntax == TextSyntax::Markdown) {
                open(toText(text), syntax);
            } else {
                const ReadableText whole = readable(text);
                open(whole.text, whole.syntax);
            }
        });
}

void ConversationView::openMedia(std::size_t row, std::size_t medium)
{
    const BlockPtr block = m_list->blockAt(row);
    const BlockMedia shown = block->media.at(medium);
    m_context.details().requestDetail(
        this, m_list->rows().spanOf(row), [this, shown](SpanId, const auto& detail) {
            const auto* media = detail ? mediaPart(**detail, shown.whole) : nullptr;
            const QByteArray base64
                = media == nullptr ? QByteArray() : QByteArray::fromStdString(media->data);
            auto* window = new ImageWindow(shown.label, base64, this);
            window->show();
        });
}

} // namespace gui
