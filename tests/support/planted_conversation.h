#pragma once

#include "tracestore/model/trace_builder.h"

#include <string>
#include <vector>

namespace tests {

/// Details that a test wrote, by span.
class WrittenPayloads : public tracestore::PayloadSource
{
public:
    std::vector<tracestore::SpanDetail> details;

    tracestore::Result<tracestore::SpanDetail> detail(tracestore::SpanId span) const override
    {
        return details.at(span.index());
    }

    tracestore::Result<std::string> raw(tracestore::SpanId) const override
    {
        return std::string("{}");
    }
};

/// A conversation of one agent as a test writes it: each call of the model sends all that was said
/// before, and calls one tool.
class Conversation
{
public:
    Conversation();

    void system(const std::string& text) { add(tracestore::Role::System, text); }

    void user(const std::string& text) { add(tracestore::Role::User, text); }

    /// A call of the model that says `said` and calls a tool; the span of the tool.
    tracestore::SpanId tool(const std::string& name,
                            const std::string& arguments,
                            const std::string& result,
                            const std::string& said = {});

    /// A call of the model that answers; its span.
    tracestore::SpanId answer(const std::string& text);

    /// The call of the model in front of a tool's step.
    static tracestore::SpanId callOf(tracestore::SpanId tool)
    {
        return tracestore::SpanId(tool.index() - 1);
    }

    /// What is said from now on follows the last so many messages only, behind the system's.
    void compress(std::size_t kept);

    [[nodiscard]] std::vector<tracestore::SpanDetail>& details() { return m_payloads->details; }

    [[nodiscard]] const std::vector<tracestore::Message>& history() const { return m_history; }

    void setUsage(tracestore::SpanId span, const tracestore::TokenUsage& usage);

    /// The step failed.
    void fail(tracestore::SpanId span, const tracestore::SpanError& error);

    void setStatus(tracestore::SpanId span, tracestore::SpanStatus status);

    /// What calls of the model are offered from now on, as JSON.
    void offer(std::string definitions) { m_tools = std::move(definitions); }

    /// The steps of tools from now on take so long, in ns.
    void setToolTime(std::int64_t time) { m_toolTime = time; }

    /// Steps from now on have ids by their place, as a recorder gives them, and the first begins at
    /// this time, in ns.
    void recordAt(std::int64_t time)
    {
        m_isRecorded = true;
        m_time = time;
    }

    void setModel(std::string model) { m_model = std::move(model); }

    /// Once.
    [[nodiscard]] tracestore::TracePtr trace() { return m_builder.finish(m_payloads); }

private:
    void add(tracestore::Role role, const std::string& text);
    tracestore::SpanId
    addSpan(tracestore::SpanKind kind, const std::string& name, const std::string& callId = {});

    tracestore::TraceBuilder m_builder;
    std::shared_ptr<WrittenPayloads> m_payloads = std::make_shared<WrittenPayloads>();
    tracestore::SpanId m_agent;
    std::vector<tracestore::Message> m_history;
    std::string m_model = "model-a";
    std::string m_tools;
    std::int64_t m_time = 1'000;
    std::int64_t m_toolTime = 1'000;
    bool m_isRecorded = false;
};

/// How a planted value came to where it is asked for.
enum class Planting
{
    SameText,
    OtherNumber, ///< the same number, written otherwise
    Reworded, ///< some words changed, left out or added
    Nowhere ///< the model made it up
};

/// A value that stands in the arguments of a call, and the step whose result (or message) had it.
struct Planted
{
    Planting how = Planting::SameText;
    tracestore::SpanId asked; ///< the step of the tool
    tracestore::SpanId origin; ///< invalid where it comes from nowhere
    std::string value; ///< as it stands in the arguments
};

struct PlantedConversation
{
    tracestore::TracePtr trace;
    std::vector<Planted> planted;
};

/// A conversation of so many turns, the same for the same seed. Results hold records whose ids,
/// amounts and sentences are like those that were planted, but other ones.
PlantedConversation makePlanted(std::size_t turns, std::uint32_t seed);

} // namespace tests
