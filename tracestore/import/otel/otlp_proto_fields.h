#pragma once

#include <cstdint>

namespace tracestore::otlp_proto {

// The field numbers of opentelemetry-proto (v1), as far as they are read.

enum Request : std::uint32_t // ExportTraceServiceRequest, TracesData and those of logs and metrics
{
    kResources = 1
};

enum Resources : std::uint32_t // ResourceSpans, ResourceLogs, ResourceMetrics
{
    kResource = 1,
    kScopes = 2,
    kOldScopes = 1000 // instrumentation_library_spans
};

enum Scopes : std::uint32_t // ScopeSpans, ScopeLogs, ScopeMetrics
{
    kScope = 1,
    kRecords = 2
};

enum Resource : std::uint32_t
{
    kResourceAttributes = 1
};

enum Scope : std::uint32_t
{
    kScopeName = 1,
    kScopeVersion = 2
};

enum Span : std::uint32_t
{
    kSpanTraceId = 1,
    kSpanId = 2,
    kSpanTraceState = 3,
    kSpanParentId = 4,
    kSpanName = 5,
    kSpanKind = 6,
    kSpanStart = 7,
    kSpanEnd = 8,
    kSpanAttributes = 9,
    kSpanDroppedAttributes = 10,
    kSpanEvents = 11,
    kSpanDroppedEvents = 12,
    kSpanLinks = 13,
    kSpanDroppedLinks = 14,
    kSpanStatus = 15
};

enum Event : std::uint32_t
{
    kEventTime = 1,
    kEventName = 2,
    kEventAttributes = 3
};

enum Link : std::uint32_t
{
    kLinkTraceId = 1,
    kLinkSpanId = 2,
    kLinkAttributes = 4
};

enum Status : std::uint32_t
{
    kStatusMessage = 2,
    kStatusCode = 3
};

enum Log : std::uint32_t
{
    kLogTime = 1,
    kLogSeverityNumber = 2,
    kLogSeverityText = 3,
    kLogBody = 5,
    kLogAttributes = 6,
    kLogTraceId = 9,
    kLogSpanId = 10,
    kLogObservedTime = 11,
    kLogEventName = 12
};

enum Metric : std::uint32_t
{
    kMetricName = 1,
    kMetricGauge = 5,
    kMetricSummary = 11
};

enum KeyValue : std::uint32_t
{
    kKey = 1,
    kValue = 2
};

enum AnyValue : std::uint32_t
{
    kString = 1,
    kBool = 2,
    kInt = 3,
    kDouble = 4,
    kArray = 5,
    kMap = 6,
    kBytes = 7
};

constexpr std::uint32_t kValues = 1; // of ArrayValue and KeyValueList

} // namespace tracestore::otlp_proto
