#pragma once

#include "engine/breakpoint/breakpoint_set.h"
#include "engine/breakpoint/stop_point.h"

#include <nlohmann/json.hpp>

namespace tests {

/// A moment of a run with all that it points to; it moves with it.
struct PointMaker
{
    engine::Effect effect;
    std::optional<engine::Outcome> outcome;
    engine::StopPoint point;

    PointMaker() = default;
    PointMaker(const PointMaker&) = delete;
    PointMaker& operator=(const PointMaker&) = delete;

    PointMaker(PointMaker&& other) noexcept
        : effect(std::move(other.effect))
        , outcome(std::move(other.outcome))
        , point(std::move(other.point))
    {
        point.effect = &effect;
        point.outcome = outcome ? &*outcome : nullptr;
    }

    PointMaker& operator=(PointMaker&&) = delete;
    ~PointMaker() = default;
};

/// Before a call of a tool by the agent `main`, in its first turn.
inline PointMaker toolPoint(const std::string& tool, const std::string& arguments)
{
    PointMaker made;
    made.effect.id = {.agent = "main", .turn = 1, .ordinal = 1, .attempt = 1, .part = {}};
    made.effect.request = engine::ToolCall {"call-1", tool, arguments};
    made.point.effect = &made.effect;
    made.point.kinds = {engine::StopKind::BeforeTool};
    made.point.id = made.effect.id;
    made.point.agentName = "main";
    made.point.session = "run";
    return made;
}

/// Before a call of the model `m` with one question.
inline PointMaker modelPoint(const std::string& question)
{
    PointMaker made = toolPoint({}, {});
    engine::ModelCall call;
    call.target = {"p", "m"};
    call.request.model = "m";
    call.request.parameters = R"({"temperature":0.5})";
    call.request.messages
        = call.request.messages
              .with(
                  {.role = tracestore::Role::System, .parts = {tracestore::TextPart {"Be brief."}}})
              .with({.role = tracestore::Role::User, .parts = {tracestore::TextPart {question}}});
    made.effect.request = call;
    made.point.kinds = {engine::StopKind::BeforeModel};
    return made;
}

/// `number field=value ...` of each hit, with ` ! problem`; hits parted by `; `.
inline std::string hitText(const std::vector<engine::BreakpointHit>& hits)
{
    std::string text;
    for (const engine::BreakpointHit& hit : hits) {
        text += (text.empty() ? "" : "; ") + std::to_string(hit.number);
        for (const auto& [field, value] : hit.values)
            text += ' ' + field + '=' + value;
        if (!hit.problem.empty())
            text += " ! " + hit.problem;
    }
    return text;
}

} // namespace tests
