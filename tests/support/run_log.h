#pragma once

#include "tracestore/recording/run_event.h"

#include <vector>

namespace tests {

/// Writes the events of a run in order, a millisecond after another.
class RunLog
{
public:
    tracestore::RunEvent&
    add(tracestore::RunFact fact, std::string agent = {}, std::string effect = {});

    [[nodiscard]] const std::vector<tracestore::RunEvent>& events() const { return m_events; }

private:
    std::vector<tracestore::RunEvent> m_events;
};

/// A run with all that can happen: an agent that retries a model and calls tools, a sub-agent, an
/// edit, decisions, state; every field of every fact is set somewhere.
std::vector<tracestore::RunEvent> makeOddRun();

/// A conversation of so many turns, in which each call sends the whole history.
std::vector<tracestore::RunEvent> makeConversation(std::size_t turns);

/// The facts of one turn of an endless conversation, numbered from `number` on.
std::vector<tracestore::RunEvent> makeTurn(std::int64_t number);

} // namespace tests
