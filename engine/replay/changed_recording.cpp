#include "engine/replay/changed_recording.h"

#include "engine/replay/recorded_facts.h"

#include <algorithm>

namespace engine {

using tracestore::EffectEnded;
using tracestore::RunEvent;

namespace {

    /// Whether one of these outcomes is of a part of another: they come in this order only.
    bool isNested(const std::vector<RunEventPtr>& events, std::size_t begin, std::size_t end)
    {
        for (std::size_t i = begin; i < end; ++i) {
            const std::string call = callOfEffect(events[i]->effect);
            for (std::size_t j = begin; j < end; ++j) {
                if (i != j && events[j]->effect.starts_with(call))
                    return true;
            }
        }
        return false;
    }

    /// In the place of another event, with its own time: states tell times of outcomes.
    RunEventPtr movedTo(const RunEvent& place, const RunEvent& event)
    {
        RunEvent moved = event;
        moved.number = place.number;
        return std::make_shared<const RunEvent>(std::move(moved));
    }

} // namespace

std::vector<RunEventPtr> withParallelReversed(const std::vector<RunEventPtr>& events)
{
    constexpr std::size_t kMostAtOnce = 64;
    std::vector<RunEventPtr> changed = events;
    for (std::size_t begin = 0; begin < events.size(); ++begin) {
        std::size_t end = begin;
        while (end < events.size() && end - begin < kMostAtOnce
               && std::holds_alternative<EffectEnded>(events[end]->fact))
            ++end;
        if (end - begin < 2)
            continue;
        if (!isNested(events, begin, end)) {
            for (std::size_t i = begin; i < end; ++i)
                changed[i] = movedTo(*events[i], *events[begin + end - 1 - i]);
        }
        begin = end - 1;
    }
    return changed;
}

std::vector<RunEventPtr> withTimesShifted(const std::vector<RunEventPtr>& events,
                                          tracestore::Duration later)
{
    std::vector<RunEventPtr> changed;
    changed.reserve(events.size());
    for (const RunEventPtr& event : events) {
        RunEvent moved = *event;
        moved.time = moved.time + later;
        changed.push_back(std::make_shared<const RunEvent>(std::move(moved)));
    }
    return changed;
}

} // namespace engine
