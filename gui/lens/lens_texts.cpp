#include "gui/lens/lens_texts.h"

#include "gui/theme/format.h"

#include <QCoreApplication>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::CacheBreak;
using tracestore::CacheBreakCause;
using tracestore::ContextWindow;
using tracestore::WindowChange;
using tracestore::WindowKind;
using tracestore::WindowPart;

namespace {

    QString lensText(const char* text)
    {
        return QCoreApplication::translate("gui::ContextLens", text);
    }

    QString causeText(const ContextWindow& window, const CacheBreak& found)
    {
        const auto label = [&] { return singleLine(window.parts[found.part].label, 60); };
        switch (found.cause) {
        case CacheBreakCause::Model:
            return lensText("another model is asked (%1 after %2), which has a cache of its own")
                .arg(singleLine(found.now, 60), singleLine(found.before, 60));
        case CacheBreakCause::Tools:
            return lensText("the tools on offer are others, from byte %1 of their description on")
                .arg(formatCount(static_cast<std::int64_t>(found.byte)));
        case CacheBreakCause::Changed:
            return lensText("message %1 (%2) was changed, from its byte %3 on")
                .arg(QString::number(window.parts[found.part].message + 1),
                     label(),
                     formatCount(static_cast<std::int64_t>(found.byte)));
        case CacheBreakCause::Cut:
            return lensText("earlier messages are not sent any more, in front of message %1 (%2)")
                .arg(QString::number(window.parts[found.part].message + 1), label());
        case CacheBreakCause::Unused:
            break;
        }
        return lensText("all is sent as before, but the provider read less from its cache than it "
                        "had: it had expired");
    }

} // namespace

QString kindText(WindowKind kind)
{
    switch (kind) {
    case WindowKind::System:
        return lensText("System");
    case WindowKind::Tools:
        return lensText("Tools on offer");
    case WindowKind::User:
        return lensText("User");
    case WindowKind::Assistant:
        return lensText("Model");
    case WindowKind::Results:
        return lensText("Results");
    case WindowKind::Unseen:
        return lensText("Not in the trace");
    case WindowKind::Other:
        break;
    }
    return lensText("Other");
}

ColorRole kindRole(WindowKind kind)
{
    switch (kind) {
    case WindowKind::System:
        return ColorRole::Agent;
    case WindowKind::Tools:
        return ColorRole::Guardrail;
    case WindowKind::User:
        return ColorRole::User;
    case WindowKind::Assistant:
        return ColorRole::Model;
    case WindowKind::Results:
        return ColorRole::Tool;
    case WindowKind::Unseen:
        return ColorRole::Scrollbar;
    case WindowKind::Other:
        break;
    }
    return ColorRole::Other;
}

QString changeText(const WindowPart& part)
{
    switch (part.change) {
    case WindowChange::Same:
        return {};
    case WindowChange::New:
        return lensText("new");
    case WindowChange::Changed:
        return lensText("changed");
    case WindowChange::Compressed:
        break;
    }
    return lensText("compressed, stands for %1")
        .arg(formatCount(static_cast<std::int64_t>(part.standsFor)));
}

QString totalText(const ContextWindow& window)
{
    if (window.parts.empty() && !window.reported)
        return lensText("The trace tells neither messages nor tokens of this call.");
    if (window.parts.empty())
        return lensText("%1 tokens as reported; the trace does not hold the messages.")
            .arg(formatCount(window.total));
    QString text = window.isScaled ? lensText("%1 tokens as reported; the parts are estimated")
                                   : lensText("About %1 tokens, estimated");
    text = text.arg(formatCount(window.total));
    if (window.cacheRead)
        text += lensText("; %1 from the cache").arg(formatCount(*window.cacheRead));
    return text + u'.';
}

QString breakText(const ContextWindow& window)
{
    if (!window.cacheBreak)
        return {};
    const CacheBreak& found = *window.cacheBreak;
    QString text = lensText("The cached front ends here: %1.").arg(causeText(window, found));
    text += u' '
        + (found.isReported ? lensText("%1 tokens that were sent before are read anew, as reported")
                            : lensText("About %1 tokens that were sent before are read anew"))
              .arg(formatCount(found.tokens));
    text += found.cost ? lensText(": %1 more than from the cache.").arg(formatCost(*found.cost))
                       : lensText(". What that cost is not known: no price for this model.");
    if (found.cause != CacheBreakCause::Model && found.cause != CacheBreakCause::Unused)
        text += u'\n' + lensText("before: %1").arg(singleLine(found.before, 160)) + u'\n'
            + lensText("now: %1").arg(singleLine(found.now, 160));
    return text;
}

QString cutText(const ContextWindow& window)
{
    if (window.cutMessages == 0)
        return {};
    return (window.cutMessages == 1
                ? lensText("%1 message of the call before is not sent any more, about %2 tokens.")
                : lensText(
                    "%1 messages of the call before are not sent any more, about %2 tokens."))
        .arg(formatCount(static_cast<std::int64_t>(window.cutMessages)),
             formatCount(window.cutTokens));
}

} // namespace gui
