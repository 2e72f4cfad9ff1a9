#pragma once

#include "tracestore/compare/compared_side.h"
#include "tracestore/model/payload_walk.h"

namespace tracestore {

/// What an agent was told first.
struct AgentTask
{
    ContentPrint print = 0;
    TextSketch sketch;
};

/// Reads what the steps of a trace asked and gave, in the order of the tree. One use, one thread.
class StepReader
{
public:
    StepReader(const Trace& trace, std::size_t scopes);

    /// Fills the prints and sketches of a step. What cannot be read stays unknown.
    void read(ComparedStep& step, std::uint32_t scope);

    [[nodiscard]] const AgentTask& taskOf(std::uint32_t scope) const
    {
        return m_scopes[scope].task;
    }

private:
    /// What was read last in a scope: model calls are sent their past again and again.
    struct Past
    {
        MessageChain input;
        ContentPrint told = 0;
        ContentPrint instructions = 0;
        std::string definitions;
        ContentPrint definitionsPrint = 0;
        AgentTask task;
        bool wasCalled = false;
    };

    void readCall(ComparedStep& step, const StepContent& content, Past& past) const;
    void readInput(ComparedStep& step, const MessageChain& input, Past& past) const;
    void readAnswer(ComparedStep& step, const std::vector<Message>& output) const;
    void readAction(ComparedStep& step, const StepContent& content) const;

    const Trace& m_trace;
    std::unique_ptr<PayloadWalk> m_walk;
    std::vector<Past> m_scopes;
};

} // namespace tracestore
