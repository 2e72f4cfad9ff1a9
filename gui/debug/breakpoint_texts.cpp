#include "gui/debug/breakpoint_texts.h"

#include "gui/theme/format.h"

#include <QCoreApplication>
#include <QStringList>

namespace gui {

using namespace Qt::StringLiterals;
using engine::Breakpoint;
using engine::FaultKind;
using engine::FaultRule;
using engine::HitRule;
using engine::StepScope;
using engine::StopKind;

namespace {

    QString words(const char* text)
    {
        return QCoreApplication::translate("breakpoint_texts", text);
    }

    QStringList scopeNames(const StepScope& scope)
    {
        QStringList names;
        for (const std::string* name : {&scope.tool, &scope.model, &scope.agent, &scope.session}) {
            if (!name->empty())
                names << singleLine(*name, 60);
        }
        return names;
    }

    QString anyOf(StopKind kind)
    {
        switch (kind) {
        case StopKind::BeforeModel:
        case StopKind::AfterModel:
        case StopKind::FirstToken:
            return words("any model");
        case StopKind::BeforeTool:
        case StopKind::AfterTool:
            return words("any tool");
        case StopKind::HandOff:
        case StopKind::PlanChange:
        case StopKind::StateChange:
        case StopKind::Loop:
        case StopKind::Guard:
        case StopKind::UserInput:
            return words("any agent");
        default:
            return words("any step");
        }
    }

    QString quoted(const std::string& text)
    {
        return u'"' + singleLine(text, 80) + u'"';
    }

    QString named(const QString& what, const std::string& name)
    {
        return name.empty() ? what : QString(what + u' ' + quoted(name));
    }

    struct ActionText
    {
        QString operator()(const engine::PauseAction& action) const
        {
            return action.holdsStepOnly ? words("hold this step") : words("pause");
        }

        QString operator()(const engine::LogAction& action) const
        {
            return named(words("log"), action.text);
        }

        QString operator()(const engine::EditAction& action) const
        {
            return words("set %1 to %2")
                .arg(singleLine(action.path, 60), singleLine(action.value, 60));
        }

        QString operator()(const engine::AnswerAction& action) const
        {
            if (action.status == tracestore::OutcomeStatus::Ok)
                return named(words("answer"), action.text);
            return named(words("fail with"),
                         action.errorType.empty() ? action.text : action.errorType);
        }

        QString operator()(const engine::SnapshotAction& action) const
        {
            return named(words("snapshot"), action.name);
        }

        QString operator()(const engine::ForkAction& action) const
        {
            return named(words("fork"), action.name);
        }

        QString operator()(const engine::NotifyAction& action) const
        {
            return action.kind == engine::NotifyAction::Kind::Sound ? words("sound")
                                                                    : words("flash");
        }
    };

} // namespace

QString whereText(const Breakpoint& breakpoint)
{
    const QStringList names = scopeNames(breakpoint.scope);
    return names.isEmpty() ? anyOf(breakpoint.kind) : names.join(u" · "_s);
}

QString hitRuleText(const HitRule& rule)
{
    const QString number = formatCount(static_cast<qint64>(rule.number));
    switch (rule.kind) {
    case HitRule::Kind::Equal:
        return words("only hit %1").arg(number);
    case HitRule::Kind::AtLeast:
        return words("from hit %1 on").arg(number);
    case HitRule::Kind::Every:
        return words("every %1 hits").arg(number);
    case HitRule::Kind::Always:
        break;
    }
    return {};
}

QString actionText(const engine::BreakpointAction& action)
{
    return std::visit(ActionText {}, action);
}

QString actionsText(const Breakpoint& breakpoint)
{
    if (breakpoint.actions.empty())
        return words("pause");
    QStringList texts;
    for (const engine::BreakpointAction& action : breakpoint.actions)
        texts << actionText(action);
    return texts.join(u", "_s);
}

QString conditionText(const Breakpoint& breakpoint)
{
    QStringList parts;
    if (!breakpoint.changed.empty())
        parts << words("%1 changes").arg(singleLine(breakpoint.changed, 80));
    if (!breakpoint.condition.empty())
        parts << singleLine(breakpoint.condition, 500);
    return parts.join(u" · "_s);
}

QString kindText(StopKind kind)
{
    return toText(engine::infoOf(kind).label);
}

BreakpointMark signOf(const Breakpoint& breakpoint)
{
    if (!breakpoint.isEnabled)
        return BreakpointMark::Disabled;
    return breakpoint.pauses() ? BreakpointMark::Pause : BreakpointMark::Log;
}

QString faultKindText(FaultKind kind)
{
    switch (kind) {
    case FaultKind::Timeout:
        return words("Timeout");
    case FaultKind::Error:
        return words("Error");
    case FaultKind::Malformed:
        return words("Malformed result");
    case FaultKind::Slow:
        return words("Slow");
    case FaultKind::Empty:
        return words("Empty result");
    case FaultKind::RateLimit:
        return words("Rate limit");
    }
    return {};
}

QString whereText(const FaultRule& rule)
{
    const QStringList names = scopeNames(rule.scope);
    return names.isEmpty() ? words("any tool or model") : names.join(u" · "_s);
}

QString howOftenText(const FaultRule& rule)
{
    QStringList parts;
    if (rule.count > 0)
        parts << (rule.count == 1 ? words("the next one")
                                  : words("the next %1").arg(formatCount(qint64 {rule.count})));
    if (rule.probability < 1)
        parts << words("%1 %, seed %2")
                     .arg(QString::number(rule.probability * 100, 'g', 4))
                     .arg(rule.seed);
    return parts.isEmpty() ? words("every one") : parts.join(u", "_s);
}

QString faultDetailText(const FaultRule& rule)
{
    switch (rule.kind) {
    case FaultKind::Error:
        return singleLine(rule.errorType, 60);
    case FaultKind::Timeout:
    case FaultKind::Slow:
        return words("after %1").arg(formatDuration(rule.delay));
    case FaultKind::RateLimit:
        return words("come back after %1").arg(formatDuration(rule.delay));
    default:
        return {};
    }
}

} // namespace gui
