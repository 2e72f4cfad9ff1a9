#include "tracestore/recording/recorded_payloads.h"

#include "tracestore/recording/event_table.h"
#include "tracestore/recording/run_trace.h"
#include "tracestore/store/kymo_reader.h"

namespace tracestore {

void RecordedPayloads::visitStates(const std::function<void(const ToldState&)>& visit) const
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_states)
            m_states = readStates();
    }
    for (const State& state : *m_states)
        visit({state.agent, state.time, state.spansBefore, state.json, state.isWhole});
}

/// The spans of the file are those of its events in their order, and so are its agents.
std::vector<RecordedPayloads::State> RecordedPayloads::readStates() const
{
    std::vector<State> states;
    auto tables = openCheckedTables(m_path);
    if (!tables)
        return states;
    RunTrace run(m_path.string());
    Job job;
    const auto table = readEvents(
        tables->database, tables->size, job, [&](RunEvent event) { run.add(std::move(event)); });
    const TracePtr trace = table ? run.snapshot() : nullptr;
    const StateSource* source = trace == nullptr ? nullptr : statesOf(*trace);
    if (source == nullptr)
        return states;
    source->visitStates([&](const ToldState& told) {
        states.push_back(
            {told.agent, told.time, told.spansBefore, std::string(told.json), told.isWhole});
    });
    return states;
}

} // namespace tracestore
