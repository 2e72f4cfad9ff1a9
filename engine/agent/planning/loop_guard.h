#pragma once

#include "engine/agent/chat_state.h"
#include "engine/config/agent_config.h"
#include "tracestore/analysis/loop_finder.h"

namespace engine {

/// Ends an agent that turns in circles. A loop is told to the model once; the next one ends the
/// run. Turns are counted apart: at the limit the run ends. What a loop is: see LoopFinder.
class LoopGuard
{
public:
    explicit LoopGuard(const LoopGuardConfig& config);

    /// What is remembered of a call: long texts as their beginning and a hash of the whole.
    static RememberedCall
    remember(const PendingCall& call, const std::string& result, bool isError);

    /// Puts the calls in the place of those it knows: after a restore.
    void setCalls(const std::vector<RememberedCall>& calls);

    /// The decision (`warn` or `stop`) on a further call; nothing where all is well.
    [[nodiscard]] std::optional<tracestore::DecisionMade> add(const RememberedCall& call,
                                                              std::uint32_t warnings);

    /// The decision to stop where the turn is past the limit.
    [[nodiscard]] std::optional<tracestore::DecisionMade> judgeTurn(std::uint32_t turn) const;

    /// What a warning says to the model.
    static std::string advice();

private:
    LoopGuardConfig m_config;
    tracestore::LoopFinder m_finder;
};

} // namespace engine
