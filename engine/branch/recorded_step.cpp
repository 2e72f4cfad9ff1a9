#include "engine/branch/recorded_step.h"

#include "tracestore/base/json_io.h"
#include "tracestore/recording/event_table.h"

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;
using tracestore::RunEvent;

Result<RunEvent> eventAt(tracestore::Database& log, std::int64_t number)
{
    auto events = tracestore::readEvents(log, {.from = number, .to = number});
    if (!events)
        return fail(std::move(events).error());
    if (events->empty())
        return fail(ErrorCode::Corrupt, "Event " + std::to_string(number) + " is missing.");
    return std::move(events->front());
}

EffectRequest emptyRequest(EffectKind kind)
{
    switch (kind) {
    case EffectKind::Model:
        return ModelCall {};
    case EffectKind::Tool:
        return ToolCall {};
    case EffectKind::User:
        return UserQuestion {};
    case EffectKind::Agent:
        return AgentTask {};
    case EffectKind::Timer:
        return TimerWait {};
    }
    return TimerWait {};
}

Result<json> recordedState(const std::vector<RunEvent>& changes, const std::string& agent)
{
    json state;
    for (const RunEvent& event : changes) {
        const auto* told = std::get_if<tracestore::StateChanged>(&event.fact);
        if (told == nullptr)
            continue;
        auto change = tracestore::parseJson(told->state);
        if (!change)
            return fail(ErrorCode::Corrupt,
                        "The state of " + agent + " at event " + std::to_string(event.number)
                            + " cannot be read.");
        try {
            state = told->isWhole ? std::move(*change) : state.patch(*change);
        } catch (const json::exception&) {
            return fail(ErrorCode::Corrupt,
                        "The state of " + agent + " at event " + std::to_string(event.number)
                            + " does not follow on the one before.");
        }
    }
    if (state.is_null())
        return fail(ErrorCode::Invalid, "The state of " + agent + " is not known there.");
    return state;
}

std::string turnOf(const RunEvent& step)
{
    return step.effect.substr(0, step.effect.find('.', step.agent.size()));
}

} // namespace engine
