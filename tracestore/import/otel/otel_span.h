#pragma once

#include "tracestore/import/gen_ai/gen_ai_mapping.h"

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

/// A moment as it was written. Absurd is what no clock of today says: before 1970, after 2100, NaN.
struct OtelTime
{
    std::optional<Timestamp> time;
    bool isAbsurd = false;
};

inline constexpr std::int64_t kNanosecondsPerMicrosecond = 1000;

/// Nanoseconds since 1970 as number or text; 0 is as good as missing.
OtelTime otelTimeOf(const AttributeValue& nanoseconds);

/// The same in units of so many nanoseconds (1000 where microseconds are written).
OtelTime otelTimeOf(const AttributeValue& units, std::int64_t nsPerUnit);

/// ISO-8601; a text without a zone is read as UTC.
OtelTime otelTimeOfIso(std::string_view text);

/// The id, or nothing where it is that of no span, which some tools write as zeros, as hex or
/// base64.
std::string_view withoutZeroId(std::string_view id);

/// The time some units later; unknown where either is, absurd where the sum is.
OtelTime laterBy(const OtelTime& start, const AttributeValue& units, std::int64_t nsPerUnit);

enum class OtelStatus : std::uint8_t
{
    Unset,
    Ok,
    Error
};

struct OtelLink
{
    std::string_view traceId;
    std::string_view spanId;
    Attributes attributes;
    LinkKind kind = LinkKind::OtelLink;
};

/// A span as OpenTelemetry has it. Texts are views into the decoder that read it.
struct OtelSpan
{
    std::string_view traceId;
    std::string_view spanId;
    std::string_view parentSpanId; ///< empty for a root
    std::string_view traceState;
    std::string_view name;
    CallSide side = CallSide::Unspecified;
    OtelTime start;
    OtelTime end;
    std::optional<Timestamp> firstToken; ///< where the container has a place for it
    OtelStatus status = OtelStatus::Unset;
    std::string_view statusMessage;
    Attributes attributes;
    std::vector<GenAiEvent> events;
    std::vector<OtelLink> links;
    bool isIncomplete = false; ///< the producer says that it dropped some of it
    bool isTimeless = false; ///< of a container that knows no times
    bool mayLackEnd = false; ///< a missing end does not mean that the span still runs

    // Of containers in which each span says it for itself.
    std::string_view scopeName;
    std::string_view scopeVersion;
    Attributes resource;
};

/// A log record: an event, and where it belongs.
struct OtelLog
{
    std::string_view traceId;
    std::string_view spanId;
    GenAiEvent event; ///< named after its event, else `log`
    OtelTime time;
};

/// Who recorded: a process and what it says of itself.
struct OtelResource
{
    std::vector<Attribute> attributes;
    std::string serviceName;
    std::string serviceVersion;
    std::string sdkName; ///< with the language
    std::string sdkVersion;
};

/// The library that recorded within a resource.
struct OtelScope
{
    std::uint32_t resource = 0;
    std::string name;
    std::string version;
};

OtelResource otelResourceOf(const Attributes& attributes);

/// What the records of an import refer to by index.
struct OtelTables
{
    std::vector<OtelResource> resources;
    std::vector<OtelScope> scopes;

    [[nodiscard]] const OtelResource& resourceOf(std::uint32_t scope) const
    {
        return resources[scopes[scope].resource];
    }
};

/// Copies of events whose texts outlive the decoder.
class EventKeeper
{
public:
    GenAiEvent keep(const GenAiEvent& event);

    void clear() { m_texts.clear(); }

private:
    std::string_view keep(std::string_view text);
    AttributeValue keep(const AttributeValue& value);

    std::deque<std::string> m_texts;
};

/// The span as the mapping wants it. Both arguments outlive the result.
GenAiSource sourceOf(const OtelSpan& span, const OtelScope& scope);

} // namespace tracestore
