#pragma once

#include "tracestore/model/trace.h"

#include <string>
#include <vector>

namespace tracestore {

/// What a step is compared by, in the order in which a reader wants it.
enum class StepField : std::uint8_t
{
    Name,
    Agent,
    Status,
    Error,
    Arguments, ///< of a tool
    Result,
    Said, ///< the text that a model answered with
    Thought, ///< as far as the provider shows it
    Asked, ///< the calls that a model asks for
    Input, ///< the messages that a model call is sent, but its instructions
    Instructions, ///< system messages
    Model,
    Parameters,
    Tools, ///< what a model call is offered
};

/// `name`, `agent`, ... and the same for people: `Arguments`.
std::string_view toWord(StepField field);
std::string_view titleOf(StepField field);

/// A field of the two steps of a pair, with both texts whole. Of a pair that is on one side only
/// the other text is empty.
struct FieldPair
{
    StepField field = StepField::Name;
    std::string a;
    std::string b;
    bool isJson = false; ///< compare with jsonDifference(), which knows that order says nothing
    bool isEqual = true;

    bool operator==(const FieldPair&) const = default;
};

/// A step of a trace; an invalid span for none.
struct ComparedSpan
{
    const Trace* trace = nullptr;
    SpanId span;
};

/// The fields that at least one of two steps has, in order. Ids, times and figures are left out:
/// they differ always. Reads the payloads of both, so ask off the GUI thread; fails as they do.
Result<std::vector<FieldPair>> stepDifference(const ComparedSpan& a, const ComparedSpan& b);

} // namespace tracestore
