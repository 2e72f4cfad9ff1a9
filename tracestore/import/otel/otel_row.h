#pragma once

#include "tracestore/import/otel/otel_span.h"
#include "tracestore/model/interned_span.h"
#include "tracestore/model/string_pool.h"

namespace tracestore {

/// What a span becomes in the trace, as far as one can say who sees that span only. Made on any
/// thread with a pool of its own; an OtelAssembly takes it.
struct OtelRow
{
    InternedSpan span; ///< without session, agent, records, usage, cost and error
    StringId sessionKey;
    StringId agentName;
    StringId agentId;
    std::optional<TokenUsage> usage;
    std::optional<Cost> cost;
    std::optional<SpanError> error;
    std::vector<SpanLink> links;
    RawRef place;
    std::uint32_t scope = 0;

    bool isWrapper = false;
    bool isMcp = false;

    // What the report is told of it.
    bool isIncomplete = false;
    bool hasAbsurdTime = false;
    bool lacksStart = false;
    bool endsBeforeStart = false;
};

/// Maps a span. Texts go to the pool.
OtelRow otelRowOf(const OtelSpan& span, const OtelScope& scope, StringPool& pool);

/// Puts the ids of another pool in the place of a row's: `ids` by the old id.
void renameTexts(OtelRow& row, std::span<const StringId> ids);

} // namespace tracestore
