#pragma once

#include "tracestore/model/trace.h"
#include "tracestore/store/checked_row.h"
#include "tracestore/store/judgement.h"

namespace tracestore {

// The counterpart of kymo_rows.h: each writes the columns of a value behind the row's number.

void writeSession(RowWriter& row, const Session& session);
void writeJudgement(RowWriter& row, const Judgement& judgement);
void writeAgent(RowWriter& row, const Agent& agent);
void writeBranch(RowWriter& row, const Branch& branch);
void writeLink(RowWriter& row, const SpanLink& link);
void writeReportRow(RowWriter& row, const ReportRow& reported);
void writeSpan(RowWriter& row, const Trace& trace, SpanId span);

/// An id as a column; NULL where it is none.
template<class Tag>
std::optional<std::int64_t> columnOf(Id<Tag> id)
{
    return id.isValid() ? std::optional<std::int64_t>(id.value) : std::nullopt;
}

} // namespace tracestore
