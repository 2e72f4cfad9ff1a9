#pragma once

#include "engine/agent/chat_state.h"
#include "engine/config/agent_config.h"

namespace engine {

/// The call of a configured model.
ModelCall callOf(const ModelConfig& model, tracestore::MessageChain messages);

/// The calls in a message, each with an id: some servers send none.
std::vector<PendingCall> callsOf(tracestore::Message& message, std::uint32_t turn);

/// What a model is told of an outcome of a call.
std::string resultText(const Outcome& outcome);

/// A result that is no whole answer, with the configured words before what there is of one.
AgentResult degradedResult(const AgentConfig& config,
                           OutcomeStatus status,
                           std::string reason,
                           const std::string& partial);

} // namespace engine
