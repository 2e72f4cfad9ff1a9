#pragma once

#include "tracestore/base/hash.h"
#include "tracestore/model/payload_walk.h"
#include "tracestore/model/tool_list.h"
#include "tracestore/model/trace.h"

#include <map>
#include <unordered_map>
#include <unordered_set>

namespace tracestore {

/// A call of a tool with what rules compare it by.
struct ToolFacts
{
    std::string_view tool;
    std::string_view arguments;
    std::string_view result;
    bool hasFailed = false;
    ContentHash call; ///< equal for the same tool with equal arguments
    ContentHash outcome; ///< of the result
};

/// What became of the conversation since the model call that this one goes on from.
struct CallChange
{
    SpanId previous; ///< invalid: a conversation begins
    MessageChain before; ///< its input
    std::size_t common = 0; ///< messages at the front of both that are the same
};

/// Reads the steps of a trace for rules, one after another. What several rules ask of a step is
/// read once, and not at all where none asks.
class StepReader
{
public:
    explicit StepReader(const Trace& trace)
        : m_trace(trace)
    { }

    void moveTo(SpanId span, std::uint32_t lane);

    const StepContent* content();
    const ToolFacts* toolFacts();
    const std::vector<const Message*>& fresh();
    const CallChange& change();
    const ToolList* offered();

    [[nodiscard]] std::size_t unreadable() const { return m_unreadable; }

    [[nodiscard]] std::size_t withoutContent() const { return m_withoutContent; }

private:
    /// Where a conversation of a lane stands.
    struct Head
    {
        SpanId call;
        MessageChain input;
    };

    void readFacts();
    void readChange();

    const Trace& m_trace;
    std::unique_ptr<PayloadWalk> m_walk;
    SessionId m_session;
    SpanId m_span;
    std::uint32_t m_lane = 0;

    std::optional<StepContent> m_content;
    bool m_isRead = false;
    std::optional<ToolFacts> m_facts;
    bool m_hasFacts = false;
    std::vector<const Message*> m_fresh;
    CallChange m_change;
    bool m_hasChange = false;

    std::unordered_map<ContentHash, std::unique_ptr<const ToolList>> m_lists; ///< by their text
    std::unordered_set<const void*> m_seen; ///< nodes of inputs
    std::unordered_map<std::uint32_t, std::vector<Head>> m_heads; ///< by lane, the newest last
    std::size_t m_unreadable = 0;
    std::size_t m_withoutContent = 0;
};

/// A step as rules see it. Valid during RuleWatch::see().
class FindingStep
{
public:
    FindingStep(SpanId span, std::uint32_t lane, bool isModelCall, StepReader& reader)
        : m_span(span)
        , m_lane(lane)
        , m_isModelCall(isModelCall)
        , m_reader(reader)
    { }

    [[nodiscard]] SpanId span() const { return m_span; }

    /// Who acts, from 0: an agent on a branch of a session.
    [[nodiscard]] std::uint32_t lane() const { return m_lane; }

    /// It is a call of a model, else one of a tool.
    [[nodiscard]] bool isModelCall() const { return m_isModelCall; }

    [[nodiscard]] bool isToolCall() const { return !m_isModelCall; }

    /// What it got and gave; null where that cannot be read.
    [[nodiscard]] const StepContent* content() const { return m_reader.content(); }

    /// Of a call of a tool; null where it cannot be read.
    [[nodiscard]] const ToolFacts* toolFacts() const { return m_reader.toolFacts(); }

    /// The messages of a model call's input that no call before it had at that place.
    [[nodiscard]] const std::vector<const Message*>& fresh() const { return m_reader.fresh(); }

    /// Of a model call.
    [[nodiscard]] const CallChange& change() const { return m_reader.change(); }

    /// The tools that a model call was told of; null where the trace does not hold any. Equal lists
    /// are the same one, and stay until the last step.
    [[nodiscard]] const ToolList* offered() const { return m_reader.offered(); }

private:
    SpanId m_span;
    std::uint32_t m_lane;
    bool m_isModelCall;
    StepReader& m_reader;
};

/// State of a rule for each lane.
template<class T>
class Lanes
{
public:
    T& operator[](std::uint32_t lane) { return m_states[lane]; }

    /// Hands on the states in the order of the lanes, and forgets them.
    template<class Take>
    void takeAll(Take&& take)
    {
        for (auto& [lane, state] : m_states)
            take(state);
        m_states.clear();
    }

private:
    std::map<std::uint32_t, T> m_states;
};

/// What a model said as text, and what it thought where that can be read.
std::string saidText(const SpanDetail& detail);
std::string thoughtText(const SpanDetail& detail);

/// The tools that it asked for.
std::vector<const ToolCallPart*> askedCalls(const SpanDetail& detail);

} // namespace tracestore
