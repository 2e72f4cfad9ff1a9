#include "engine/cli/find_step.h"

#include "tracestore/open_trace.h"

#include <charconv>

namespace engine::cli {

using tracestore::ErrorCode;
using tracestore::Result;
using tracestore::SpanId;
using tracestore::Trace;

namespace {

    SpanId byNumber(const Trace& trace, std::string_view name)
    {
        std::size_t number = 0;
        const char* end = name.data() + name.size();
        const auto read = std::from_chars(name.data(), end, number);
        const bool isNumber = read.ec == std::errc() && read.ptr == end;
        return isNumber && number < trace.spanCount() ? SpanId(number) : SpanId();
    }

} // namespace

Result<SpanId> findStep(const Trace& trace, std::string_view name)
{
    if (const SpanId span = byNumber(trace, name); span.isValid())
        return span;
    const tracestore::StringId id = trace.strings().find(name);
    SpanId found;
    for (std::size_t i = 0; i < trace.spanCount() && !id.isEmpty(); ++i) {
        if (trace.columns().origId[i] != id)
            continue;
        if (found.isValid())
            return fail(ErrorCode::Invalid,
                        "More than one step has the id " + std::string(name) + ", among them "
                            + std::to_string(found.value) + " and " + std::to_string(i)
                            + ". Name the step by its number.");
        found = SpanId(i);
    }
    if (!found.isValid())
        return fail(ErrorCode::NotFound,
                    "There is no step " + std::string(name)
                        + ". `kymo show FILE` lists the steps with their numbers.");
    return found;
}

Result<std::string> findEffect(const std::string& recording, std::string_view step)
{
    tracestore::Job job;
    const auto trace = tracestore::openTrace({.paths = {recording}}, {}, job);
    if (!trace)
        return fail(trace.error());
    const auto span = findStep(**trace, step);
    if (!span)
        return fail(span.error());
    return std::string((*trace)->origId(*span));
}

} // namespace engine::cli
