#pragma once

#include "engine/bundle/text_mask.h"
#include "engine/effect/request_fingerprint.h"
#include "tracestore/recording/run_event.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>

namespace engine {

/// A place in which something is hidden; never what.
struct MaskedPlace
{
    std::string where; ///< `event 12, tool find_customer: arguments`
    std::string rule; ///< as the user wrote it, or the kind of a secret
    std::uint64_t count = 1;

    bool operator==(const MaskedPlace&) const = default;
};

/// Learns from all calls of tools of a run what the rules for fields name.
void learnFrom(const std::vector<tracestore::RunEvent>& events, TextMask& mask);

/// Hides texts in the events of a run, in order, and makes the hashes of states anew, so that the
/// run can be done again as any other. One run each.
class MaskedRun
{
public:
    /// Both outlive this. `what` stands before each place, where the run is one of several.
    MaskedRun(TextMask& mask, std::vector<MaskedPlace>& places, std::string what = {});
    ~MaskedRun();

    [[nodiscard]] tracestore::RunEvent masked(tracestore::RunEvent event);

    /// Sentences about what cannot be kept as it was.
    [[nodiscard]] const std::vector<std::string>& remarks() const { return m_remarks; }

private:
    struct AgentState;
    class FactMask;

    [[nodiscard]] std::string placeOf(const tracestore::RunEvent& event, const char* field) const;
    bool hide(std::string& text, bool hidesNumbers, const std::string& where);
    void hideMessage(tracestore::Message& message, const std::string& where);
    tracestore::MessageChain maskedChain(const tracestore::MessageChain& chain,
                                         const std::string& where);
    void renewHash(const std::string& agent, tracestore::StateChanged& state, bool isChanged);

    TextMask& m_mask;
    std::vector<MaskedPlace>& m_places;
    std::string m_what;
    std::map<std::string, std::unique_ptr<AgentState>> m_states; ///< by the agent's path
    std::unordered_map<const tracestore::MessageChain::Node*, tracestore::MessageChain> m_chains;
    std::vector<tracestore::MessageChain> m_kept; ///< keeps the nodes of m_chains at their places
    std::unordered_map<std::string, std::string> m_names; ///< of effects, for the places
    RequestFingerprint m_fingerprint;
    std::vector<std::string> m_remarks;
};

} // namespace engine
