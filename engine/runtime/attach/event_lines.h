#pragma once

#include "tracestore/base/result.h"
#include "tracestore/recording/run_event.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <string>

namespace engine {

/// Writes the events of a run as JSON for another program. A conversation is told once: the input
/// of a model call is what it adds to the call before of the same agent.
class EventWriting
{
public:
    nlohmann::json write(const tracestore::RunEvent& event);

private:
    std::map<std::string, tracestore::MessageChain> m_inputs; ///< the last, by agent
};

/// Reads them again, all of them in their order.
class EventReading
{
public:
    /// Invalid: it is not what EventWriting writes, or does not follow the one before.
    tracestore::Result<tracestore::RunEventPtr> read(const nlohmann::json& from);

private:
    std::map<std::string, tracestore::MessageChain> m_inputs;
    std::int64_t m_last = 0;
};

} // namespace engine
