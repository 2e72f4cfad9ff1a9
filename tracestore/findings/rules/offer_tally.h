#pragma once

#include "tracestore/findings/finding_step.h"

#include <map>
#include <set>

namespace tracestore {

/// A tool that an agent was offered.
struct OfferedTally
{
    const OfferedTool* tool = nullptr;
    std::int64_t tokens = 0; ///< of its definition, estimated
    std::int64_t calls = 0; ///< of the model, in which it was on offer
    bool wasCalled = false;
};

/// What an agent (all of one name, in all sessions of the trace) was offered.
struct AgentOffer
{
    SpanId first; ///< the first call of the model with tools
    std::int64_t calls = 0; ///< of the model with tools
    std::int64_t inputTokens = 0; ///< that all its calls read, as reported; 0: not known
    SpanId widest; ///< the call with the most tools
    std::size_t most = 0;
    std::int64_t mostTokens = 0; ///< of all tools of that call
    std::vector<OfferedTally> tools; ///< by name, of their last definition
};

/// Adds up over a trace which tools agents were offered and which they called.
class OfferTally
{
public:
    explicit OfferTally(const Trace& trace)
        : m_trace(trace)
    { }

    void see(const FindingStep& step);

    [[nodiscard]] std::vector<AgentOffer> offers() const;

private:
    struct Talk
    {
        SpanId first;
        std::int64_t calls = 0;
        std::int64_t inputTokens = 0;
        std::map<const ToolList*, std::pair<std::int64_t, SpanId>> lists; ///< calls, the first
        std::set<std::string, std::less<>> called;
    };

    [[nodiscard]] AgentOffer offerOf(const Talk& talk) const;

    const Trace& m_trace;
    std::map<std::string, Talk, std::less<>> m_talks; ///< by the agent's name
};

} // namespace tracestore
