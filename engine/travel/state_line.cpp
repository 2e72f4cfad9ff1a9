#include "engine/travel/state_line.h"

#include "tracestore/base/json_io.h"

#include <algorithm>

namespace engine {

using nlohmann::json;
using tracestore::Result;

namespace {

    /// Changes that are done one after another rather than from a whole state.
    constexpr std::size_t kFewChanges = 32;

    json operation(const char* what, const std::string& path)
    {
        return {{"op", what}, {"path", path}};
    }

    json operation(const char* what, const std::string& path, json value)
    {
        json made = operation(what, path);
        made["value"] = std::move(value);
        return made;
    }

    /// What takes an operation back; the value is as before it. Nothing for what is not told by our
    /// own recordings.
    std::optional<json> inverseOf(const json& to, const json& step)
    {
        const std::string what = step.value("op", "");
        const std::string path = step.value("path", "");
        if (path.empty())
            return {};
        const json::json_pointer place(path);
        if (what == "replace")
            return operation("replace", path, to.at(place));
        const json& around = to.at(place.parent_pointer());
        if (what == "remove")
            return operation("add", path, to.at(place));
        if (what != "add")
            return {};
        if (around.is_array())
            return operation(
                "remove",
                place.back() == "-"
                    ? (place.parent_pointer() / std::to_string(around.size())).to_string()
                    : path);
        return around.contains(place.back()) ? operation("replace", path, to.at(place))
                                             : operation("remove", path);
    }

    /// Operation by operation. Throws as nlohmann::json does, with what it did taken back.
    json patchReversibly(json& to, const json& patch)
    {
        std::vector<json> back;
        const auto takeBack = [&] {
            for (auto each = back.rbegin(); each != back.rend(); ++each)
                to.patch_inplace(json::array({*each}));
        };
        try {
            for (const json& step : patch) {
                auto inverse = inverseOf(to, step);
                if (!inverse) {
                    json before = to;
                    to.patch_inplace(json::array({step}));
                    inverse = operation("replace", "", std::move(before));
                } else {
                    to.patch_inplace(json::array({step}));
                }
                back.push_back(std::move(*inverse));
            }
        } catch (const json::exception&) {
            takeBack();
            throw;
        }
        json made = json::array();
        for (auto each = back.rbegin(); each != back.rend(); ++each)
            made.push_back(std::move(*each));
        return made;
    }

} // namespace

std::optional<json> applyReversibly(json& to, const json& patch)
{
    if (!patch.is_array())
        return {};
    try { // a stranger's patch may be anything
        return patchReversibly(to, patch);
    } catch (const json::exception&) {
        return {};
    }
}

Result<std::unique_ptr<StateLine>> StateLine::make(std::shared_ptr<const TravelLine> line,
                                                   tracestore::Job& job)
{
    std::unique_ptr<StateLine> states(new StateLine(line));
    job.expect(line->states().size());
    for (std::size_t i = 0; i < line->count(); ++i) {
        const TraceMoment& moment = line->moments()[i];
        if (moment.kind != TraceMoment::Kind::State)
            continue;
        if (job.isCancelled())
            return tracestore::cancelled();
        states->add(i, line->states()[moment.state]);
        job.advance(1);
    }
    return states;
}

/// All agents stand at their last state meanwhile.
void StateLine::add(std::size_t position, const tracestore::ToldState& told)
{
    OfAgent& agent = m_agents[told.agent.value];
    Change change {.position = position,
                   .told = told.json,
                   .isWhole = told.isWhole,
                   .forwards = {},
                   .back = {}};
    if (told.isWhole) {
        auto value = tracestore::parseJson(told.json);
        if (value) {
            addWhole(agent, change, std::move(*value));
        } else {
            change.isUnknown = true;
        }
    } else {
        addPatch(agent, change);
    }
    if (change.isUnknown && agent.state) {
        change.back = tracestore::toJsonText(*agent.state);
        change.isWholeBack = true;
        agent.state.reset();
    }
    agent.changes.push_back(std::move(change));
    ++agent.applied;
}

void StateLine::addWhole(OfAgent& agent, Change& change, json value)
{
    if (agent.state) {
        change.forwards = tracestore::toJsonText(json::diff(*agent.state, value));
        change.back = tracestore::toJsonText(json::diff(value, *agent.state));
    }
    agent.state = std::move(value);
}

void StateLine::addPatch(OfAgent& agent, Change& change)
{
    const auto patch = tracestore::parseJson(change.told);
    const auto back = agent.state && patch ? applyReversibly(*agent.state, *patch) : std::nullopt;
    if (back)
        change.back = tracestore::toJsonText(*back);
    else
        change.isUnknown = true;
}

std::size_t StateLine::appliedAt(const OfAgent& agent, std::size_t position)
{
    const auto behind = std::ranges::upper_bound(agent.changes, position, {}, &Change::position);
    return static_cast<std::size_t>(behind - agent.changes.begin());
}

void StateLine::moveTo(std::size_t position)
{
    for (auto& [id, agent] : m_agents)
        move(agent, appliedAt(agent, position));
}

std::size_t StateLine::distanceTo(std::size_t position) const
{
    std::size_t distance = 0;
    for (const auto& [id, agent] : m_agents) {
        const std::size_t applied = appliedAt(agent, position);
        distance += std::max(applied, agent.applied) - std::min(applied, agent.applied);
    }
    return distance;
}

/// Where a whole state was told not long before, all between need not be done.
bool StateLine::startFromWhole(OfAgent& agent, std::size_t applied)
{
    const std::size_t distance
        = std::max(applied, agent.applied) - std::min(applied, agent.applied);
    if (distance <= kFewChanges)
        return false;
    std::size_t whole = applied;
    while (whole > 0 && !(agent.changes[whole - 1].isWhole && !agent.changes[whole - 1].isUnknown))
        --whole;
    if (whole == 0 || applied - whole + kFewChanges > distance)
        return false;
    auto value = tracestore::parseJson(agent.changes[whole - 1].told);
    agent.state = value ? std::optional(std::move(*value)) : std::nullopt;
    agent.applied = whole;
    return true;
}

void StateLine::move(OfAgent& agent, std::size_t applied)
{
    const auto take = [&agent](std::string_view text, bool isWhole) {
        auto value = text.empty() ? std::nullopt : [&] {
            auto parsed = tracestore::parseJson(text);
            return parsed ? std::optional(std::move(*parsed)) : std::nullopt;
        }();
        if (!value) {
            agent.state.reset();
        } else if (isWhole) {
            agent.state = std::move(value);
        } else if (agent.state) {
            agent.state->patch_inplace(*value); // it fitted when it was added
        }
    };
    if (agent.applied != applied)
        startFromWhole(agent, applied);
    while (agent.applied < applied) {
        const Change& change = agent.changes[agent.applied++];
        if (change.isUnknown)
            agent.state.reset();
        else if (!change.forwards.empty())
            take(change.forwards, false);
        else
            take(change.told, change.isWhole);
    }
    while (agent.applied > applied) {
        const Change& change = agent.changes[--agent.applied];
        take(change.back, change.isWholeBack);
    }
}

const json* StateLine::of(tracestore::AgentId agent) const
{
    const auto known = m_agents.find(agent.value);
    return known == m_agents.end() || !known->second.state ? nullptr : &*known->second.state;
}

std::optional<std::size_t> StateLine::lastTold(tracestore::AgentId agent,
                                               std::size_t position) const
{
    const auto known = m_agents.find(agent.value);
    const std::size_t applied = known == m_agents.end() ? 0 : appliedAt(known->second, position);
    if (applied == 0)
        return {};
    return known->second.changes[applied - 1].position;
}

} // namespace engine
