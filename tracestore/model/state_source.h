#pragma once

#include "tracestore/base/timestamp.h"
#include "tracestore/model/ids.h"

#include <functional>
#include <string_view>

namespace tracestore {

class Trace;

/// What an agent's state became at one moment, as a recording tells it.
struct ToldState
{
    AgentId agent;
    Timestamp time;
    std::size_t spansBefore = 0; ///< how many of the trace's spans had begun before it
    std::string_view json; ///< all of it where isWhole, else what changed (a patch of RFC 6902)
    bool isWhole = false;
};

/// What payloads of a trace may be besides: a source of the states of its agents. Any thread.
class StateSource
{
public:
    StateSource() = default;
    StateSource(const StateSource&) = delete;
    StateSource& operator=(const StateSource&) = delete;
    virtual ~StateSource() = default;

    /// Visits the states in the order in which they came. What is visited lives as long as the
    /// source.
    virtual void visitStates(const std::function<void(const ToldState&)>& visit) const = 0;
};

/// The states of a trace's agents; null where its source holds none.
const StateSource* statesOf(const Trace& trace);

} // namespace tracestore
