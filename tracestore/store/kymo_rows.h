#pragma once

#include "tracestore/model/trace.h"
#include "tracestore/store/checked_row.h"
#include "tracestore/store/judgement.h"

namespace tracestore {

// The rows of a .kymo file as values. Each takes the columns behind the row's number; the caller
// asks the reader afterwards whether the row was intact. Ids are of the right form, but may lie
// outside the trace. Views are valid until the statement steps on.

Session readSession(RowReader& row);
Judgement readJudgement(RowReader& row);
Agent readAgent(RowReader& row);
Branch readBranch(RowReader& row);
/// A link of a kind that we do not know starts nowhere.
SpanLink readLink(RowReader& row);
ReportRow readReportRow(RowReader& row);
std::string readSourceFile(RowReader& row);

struct SpanRow
{
    SpanRecord record;
    ParentState parentState = ParentState::Root;
    bool isKnown = false; ///< we know all the words of its enums
};

SpanRow readSpan(RowReader& row);

/// Adds a span at the end of the columns; its raw records are left out.
void appendSpan(SpanColumns& columns, StringPool& strings, const SpanRow& row);

/// An id of the next column; an invalid one where there is none, or it is no id at all.
template<class IdType>
IdType readId(RowReader& row)
{
    const auto value = row.optionalInteger();
    if (!value || *value < 0 || *value >= std::int64_t {IdType::kNone})
        return {};
    return IdType(static_cast<std::size_t>(*value));
}

} // namespace tracestore
