#pragma once

#include "tracestore/model/trace_builder.h"

#include <unordered_map>

namespace tracestore {

/// Links hand-offs to the spans of the agents that took over: the next of that name in the trace.
/// Add all, then link() when all spans are there. One thread.
class OpenAiAgentsHandoffs
{
public:
    /// The builder outlives this.
    explicit OpenAiAgentsHandoffs(TraceBuilder& builder)
        : m_builder(builder)
    { }

    void add(SpanId handoff, std::string_view toAgent);

    void link();

private:
    struct Handoff
    {
        SpanId span;
        std::string agent;
    };

    [[nodiscard]] std::string keyOf(SpanId span, std::string_view agent) const;
    void indexAgents();
    [[nodiscard]] SpanId agentAfter(const Handoff& handoff) const;

    TraceBuilder& m_builder;
    std::vector<Handoff> m_all;
    std::unordered_map<std::string, std::vector<SpanId>> m_agents; ///< in order of start
};

} // namespace tracestore
