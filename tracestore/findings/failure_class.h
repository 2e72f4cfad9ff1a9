#pragma once

#include "tracestore/model/span.h"

#include <string_view>

namespace tracestore {

/// What a failure says about another try of the same request.
enum class FailureClass : std::uint8_t
{
    Unknown,
    Transient, ///< overloaded, unreachable, timed out, too many requests: may well work later
    Permanent ///< the request itself is wrong or not allowed: it fails again
};

/// By what the source says of it, else by HTTP statuses (RFC 9110) and the usual words in the
/// error, or in the beginning of the result where a tool fails. A guess by words: Unknown where
/// nothing clear is said.
FailureClass failureClass(const SpanError* error, std::string_view result);

} // namespace tracestore
