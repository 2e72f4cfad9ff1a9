#pragma once

#include "tracestore/compare/content_print.h"
#include "tracestore/compare/text_sketch.h"
#include "tracestore/compare/trace_alignment.h"

namespace tracestore {

/// A step as it is compared: prints of what it asked and gave, 0 where that is not known.
struct ComparedStep
{
    SpanId span;
    std::uint32_t inner = SpanId::kNone; ///< the scope of an agent; none: a step of its own
    SpanKind kind = SpanKind::Other;
    bool isFailed = false;
    ContentPrint sort = 0; ///< its kind, and the tool where it is one
    ContentPrint arguments = 0; ///< of a model call: the calls that it asks for
    ContentPrint output = 0; ///< of a model call: its words
    ContentPrint input = 0; ///< what users told it since the call before
    ContentPrint told = 0; ///< all that users told its agent up to this call
    bool isInputKnown = false; ///< where it is, an `input` of 0 says that they told nothing new
    ContentPrint instructions = 0;
    ContentPrint offer = 0; ///< tools and parameters
    ContentPrint model = 0;
    TextSketch asked; ///< the words of the arguments
    TextSketch given; ///< the words of the output

    /// Equal for steps that ask for the same.
    [[nodiscard]] ContentPrint call() const
    {
        return combined(sort, arguments != 0 || kind == SpanKind::Tool ? arguments : output);
    }

    /// Equal for steps that ask and give the same.
    [[nodiscard]] ContentPrint content() const
    {
        return combined(combined(sort, arguments), isFailed ? ~output : output);
    }
};

/// The steps of one agent in their order, those of agents below it as one step each.
struct ComparedScope
{
    std::uint32_t opener = SpanId::kNone; ///< the step that is this agent; none: a whole session
    std::vector<std::uint32_t> steps;
};

/// One side of a comparison, read.
///
/// Spans that only hold others together (sessions, workflows, wrappers of model calls, turns that
/// only count) are no steps: which of them belong together follows from what is in them. A turn
/// that begins with words of a user is a step: it is known by them. An agent is a step of the
/// scope around it, unless it is all that is in there: then it is such a span, too, so that it does
/// not matter whether a format has it.
class ComparedSide
{
public:
    /// Reads all payloads. Fails only where it is cancelled.
    static Result<ComparedSide> read(const ComparedTrace& compared, Job& job);

    [[nodiscard]] const Trace& trace() const { return *m_trace; }

    /// Everything that is compared, in the order of the step tree.
    [[nodiscard]] const std::vector<SpanId>& spans() const { return m_spans; }

    [[nodiscard]] const std::vector<ComparedStep>& steps() const { return m_steps; }

    [[nodiscard]] const std::vector<ComparedScope>& scopes() const { return m_scopes; }

    /// The sessions that are compared. The scopes of the same numbers are theirs.
    [[nodiscard]] const std::vector<SessionId>& sessions() const { return m_sessions; }

    /// Whether a span is of this side.
    [[nodiscard]] bool holds(SpanId span) const
    {
        return span.isValid() && m_scopeOf[m_trace->preOrderIndex(span)] != SpanId::kNone;
    }

    [[nodiscard]] bool isStep(SpanId span) const { return stepOf(span) != SpanId::kNone; }

    /// The index of a span's step, or SpanId::kNone.
    [[nodiscard]] std::uint32_t stepOf(SpanId span) const
    {
        return m_stepOf[m_trace->preOrderIndex(span)];
    }

    /// The scope that a span is in.
    [[nodiscard]] std::uint32_t scopeOf(SpanId span) const
    {
        return m_scopeOf[m_trace->preOrderIndex(span)];
    }

private:
    explicit ComparedSide(const ComparedTrace& compared);

    void outline();
    void addStep(SpanId span, bool isAgent);

    const Trace* m_trace;
    std::vector<SpanId> m_spans;
    std::vector<SessionId> m_sessions;
    std::vector<std::uint32_t> m_scopeOfSession;
    std::vector<ComparedStep> m_steps;
    std::vector<ComparedScope> m_scopes;
    std::vector<std::uint32_t> m_stepOf; ///< by place in the trace's pre-order
    std::vector<std::uint32_t> m_scopeOf;
};

/// A span that only holds others together.
[[nodiscard]] bool isHolder(const Trace& trace, SpanId span);

} // namespace tracestore
