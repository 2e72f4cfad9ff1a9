#include "engine/replay/state_difference.h"

#include "engine/replay/json_difference.h"
#include "engine/replay/replay_divergence.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace engine {

using nlohmann::json;
using tracestore::StateChanged;

namespace {

    /// The state behind a change; nothing where it makes no sense.
    std::optional<json> changedState(const std::optional<json>& before, const StateChanged& change)
    {
        auto told = tracestore::parseJson(change.state);
        if (!told)
            return {};
        if (change.isWhole)
            return std::move(*told);
        if (!before)
            return {};
        try {
            return before->patch(*told);
        } catch (const json::exception&) { // a patch of a damaged or changed recording
            return {};
        }
    }

} // namespace

FactDifference stateDifference(std::span<const std::shared_ptr<const tracestore::RunEvent>> events,
                               const std::string& agent,
                               const StateChanged& now)
{
    FactDifference difference {"the state of the agent", {}, {}};
    std::optional<json> before;
    std::optional<json> recorded;
    for (const auto& event : events) {
        const auto* change = std::get_if<StateChanged>(&event->fact);
        if (change == nullptr || event->agent != agent)
            continue;
        before = std::move(recorded);
        recorded = changedState(before, *change);
    }
    const auto present = changedState(before, now);
    if (!recorded || !present)
        return difference;
    if (const auto first = firstDifference(*recorded, *present)) {
        difference.field = "the state of the agent at " + first->path;
        WordDifference words = wordDifference(first->recorded, first->now);
        difference.recorded = std::move(words.recorded);
        difference.now = std::move(words.now);
    }
    return difference;
}

} // namespace engine
