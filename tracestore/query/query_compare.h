#pragma once

#include "tracestore/query/query_node.h"
#include "tracestore/query/truth.h"

namespace tracestore {

// How one value of a span stands to the values of a term: it is enough that one of them fits.

/// Counts, sizes.
Truth compareNumber(double number, const QueryTerm& term);

/// Durations and times in ns; the values are as exact as they are written.
Truth compareNs(std::int64_t ns, const QueryTerm& term);

/// Other currencies cannot be compared: unknown.
Truth compareMoney(double amount, std::string_view currency, const QueryTerm& term);

/// A text as a reader sees it.
Truth compareText(std::string_view text, const QueryTerm& term);

/// A text that is JSON, or holds some.
Truth compareJsonText(std::string_view json, const QueryTerm& term);

/// One of a few words.
Truth compareWord(std::string_view word, const QueryTerm& term);

Truth compareTruth(bool truth, const QueryTerm& term);

} // namespace tracestore
