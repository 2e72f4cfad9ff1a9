#include "gui/agents/run_texts.h"

#include "gui/theme/format.h"

#include <QCoreApplication>
#include <QStringList>

namespace gui {

using namespace Qt::StringLiterals;
using engine::OutcomeStatus;
using engine::RunState;

namespace {

    QString tr(const char* text)
    {
        return QCoreApplication::translate("gui::RunBar", text);
    }

    QString counted(std::int64_t count, const char* one, const char* many)
    {
        return count == 1 ? tr(one) : tr(many).arg(formatCount(count));
    }

    bool hasFailed(const engine::RunStatus& status)
    {
        return status.result && status.result->status != OutcomeStatus::Ok
            && status.result->status != OutcomeStatus::Cancelled;
    }

    bool isStopped(const engine::RunStatus& status)
    {
        return status.result && status.result->status == OutcomeStatus::Cancelled;
    }

} // namespace

QString runStateName(const engine::RunStatus& status)
{
    switch (status.state) {
    case RunState::Starting:
        return tr("starting");
    case RunState::Running:
        return status.debug.state == engine::DebugState::Paused ? tr("paused")
            : status.debug.state == engine::DebugState::Pausing ? tr("pausing")
                                                                : tr("running");
    case RunState::Waiting:
        return tr("waiting for you");
    case RunState::Stopping:
        return tr("stopping");
    case RunState::Idle:
        return hasFailed(status) ? tr("did not succeed") : tr("has answered");
    case RunState::Ended:
        if (!status.problem.empty() && status.figures.turns == 0)
            return tr("could not run");
        return hasFailed(status) ? tr("did not succeed")
            : isStopped(status)  ? tr("stopped")
                                 : tr("ended");
    }
    return {};
}

ColorRole runStateColor(const engine::RunStatus& status)
{
    switch (status.state) {
    case RunState::Starting:
        return ColorRole::Accent;
    case RunState::Running:
        return status.debug.state == engine::DebugState::Paused ? ColorRole::Paused
                                                                : ColorRole::Accent;
    case RunState::Waiting:
        return ColorRole::Paused;
    case RunState::Stopping:
        return ColorRole::Warning;
    case RunState::Idle:
        return hasFailed(status) ? ColorRole::Error : ColorRole::Ok;
    case RunState::Ended:
        return hasFailed(status) || !status.problem.empty() ? ColorRole::Error : ColorRole::TextDim;
    }
    return ColorRole::TextDim;
}

bool isRunActive(RunState state)
{
    return state != RunState::Idle && state != RunState::Ended;
}

bool isRunClockOn(RunState state)
{
    return state == RunState::Running || state == RunState::Waiting || state == RunState::Stopping;
}

QString runFiguresText(const engine::RunFigures& figures)
{
    QStringList parts;
    parts << counted(figures.turns, "1 turn", "%1 turns")
          << counted(figures.modelCalls, "1 model call", "%1 model calls")
          << counted(figures.toolCalls, "1 tool call", "%1 tool calls");
    if (const auto total = figures.tokens.total()) {
        QString tokens = tr("%1 tokens").arg(formatCount(*total));
        const auto input = figures.tokens.inputTotal();
        if (figures.tokens.cacheRead && input && *input > 0)
            tokens += u' ' + tr("(%1 % cached)").arg(*figures.tokens.cacheRead * 100 / *input);
        parts << tokens;
    }
    if (figures.cost)
        parts << formatCost({*figures.cost, "USD", tracestore::CostSource::Computed});
    if (figures.firstToken)
        parts << tr("first token %1").arg(formatDuration(figures.firstToken));
    if (figures.retries > 0)
        parts << counted(figures.retries, "1 retry", "%1 retries");
    if (figures.cacheHits > 0)
        parts << counted(figures.cacheHits, "1 cache hit", "%1 cache hits");
    if (figures.errors > 0)
        parts << counted(figures.errors, "1 error", "%1 errors");
    if (figures.duration.ns > 0)
        parts << formatDuration(figures.duration);
    return parts.join(u" · "_s);
}

QString runTokensText(const tracestore::TokenUsage& tokens)
{
    QStringList lines;
    const auto add = [&](const char* label, std::optional<std::int64_t> count) {
        if (count)
            lines << tr(label).arg(formatCount(*count));
    };
    add("Input, not cached: %1", tokens.input);
    add("Input, from a cache: %1", tokens.cacheRead);
    add("Input, written to a cache: %1", tokens.cacheWrite);
    add("Output: %1", tokens.output);
    add("Reasoning, a part of the output: %1", tokens.reasoning);
    return lines.join(u'\n');
}

QString scriptNotice()
{
    return tr("script provider: not a real model");
}

} // namespace gui
