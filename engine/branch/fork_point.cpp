#include "engine/branch/fork_point.h"

#include "engine/branch/recorded_step.h"
#include "engine/run/effect_facts.h"
#include "engine/run/step_form.h"
#include "tracestore/base/json_io.h"
#include "tracestore/recording/event_table.h"
#include "tracestore/recording/log_lookup.h"

#include <nlohmann/json.hpp>

namespace engine {

using nlohmann::json;
using tracestore::Database;
using tracestore::EffectEnded;
using tracestore::EffectWanted;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;
using tracestore::RunEvent;

namespace {

    /// The schema of a tool among those that a model was offered.
    std::string schemaAmong(const std::string& tools, const std::string& name)
    {
        const auto list = tracestore::parseJson(tools);
        if (!list || !list->is_array())
            return {};
        for (const json& tool : *list) {
            if (tool.is_object() && tool.value("name", json()) == name
                && tool.contains("input_schema"))
                return tracestore::toJsonText(tool["input_schema"]);
        }
        return {};
    }

    /// What the intents of a log tell of its tools.
    void readTools(Database& log, ForkPoint& point)
    {
        const auto intents = tracestore::readEvents(log, {.type = "effect_wanted"});
        if (!intents)
            return; // a damaged event elsewhere: the step itself was read
        for (const RunEvent& event : *intents) {
            const auto* wanted = std::get_if<EffectWanted>(&event.fact);
            if (wanted == nullptr)
                continue;
            const bool isBefore = event.number < point.event && event.agent == point.step.agent;
            if (wanted->kind == EffectKind::Model && isBefore) {
                if (auto schema = schemaAmong(wanted->tools, point.name); !schema.empty())
                    point.step.schema = std::move(schema);
            }
            const bool isFar = wanted->effectClass == EffectClass::Writes
                || wanted->effectClass == EffectClass::Outside;
            if (wanted->kind == EffectKind::Tool && isFar)
                point.writers.insert(wanted->name);
        }
    }

    /// That in which the turn of the step began.
    std::string stateBefore(Database& log, const RunEvent& step)
    {
        const auto turn = tracestore::placeOfTurn(log, turnOf(step));
        if (!turn)
            return {};
        const auto changes = tracestore::readEvents(
            log, {.to = turn->wanted - 1, .agent = step.agent, .type = "state_changed"});
        if (!changes)
            return {};
        const auto state = recordedState(*changes, step.agent);
        return state ? tracestore::toJsonText(*state) : std::string();
    }

} // namespace

Result<ForkPoint> readForkPoint(const std::filesystem::path& recording, const std::string& effect)
{
    auto log = tracestore::openLog(recording);
    if (!log)
        return fail(std::move(log).error());
    const auto place = tracestore::placeOfStep(*log, effect);
    if (!place)
        return fail(place.error());
    const auto intent = eventAt(*log, place->wanted);
    if (!intent)
        return fail(intent.error());
    const auto* wanted = std::get_if<EffectWanted>(&intent->fact);
    if (wanted == nullptr)
        return fail(ErrorCode::Corrupt, "Event " + std::to_string(place->wanted) + " is no step.");
    ForkPoint point {.recording = recording,
                     .event = place->wanted,
                     .name = wanted->name,
                     .effectClass = wanted->effectClass};
    point.step.effect = effect;
    point.step.agent = intent->agent;
    point.step.kind = wanted->kind;
    point.step.stage = PendingStep::Stage::HeldBefore;
    point.step.request
        = tracestore::toJsonText(formOf(requestOf(*wanted, emptyRequest(wanted->kind))));
    if (place->ended > 0) {
        const auto end = eventAt(*log, place->ended);
        const auto* told = end ? std::get_if<EffectEnded>(&end->fact) : nullptr;
        if (told != nullptr)
            point.step.outcome = tracestore::toJsonText(formOf(outcomeOf(*told, end->time)));
    }
    point.step.state = stateBefore(*log, *intent);
    if (const auto first = eventAt(*log, 1); first) {
        if (const auto* started = std::get_if<tracestore::RunStarted>(&first->fact)) {
            point.isScripted = started->isScripted;
        }
    }
    readTools(*log, point);
    return point;
}

} // namespace engine
