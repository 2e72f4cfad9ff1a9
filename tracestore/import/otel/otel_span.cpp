#include "tracestore/import/otel/otel_span.h"

#include <cmath>

namespace tracestore {
namespace {

    // 2100-01-01; also keeps sums of a time and a wait within 64 bits.
    constexpr std::int64_t kLatest = 4'102'444'800'000'000'000;

    /// A number of units, which is there, in nanoseconds; nothing where it is less than zero or
    /// more than any clock shows.
    std::optional<std::int64_t> nanosecondsOf(const AttributeValue& units, std::int64_t nsPerUnit)
    {
        const double number = *units.asNumber();
        if (number < 0 || number > static_cast<double>(kLatest / nsPerUnit))
            return {};
        const auto whole = units.asInteger();
        return whole ? *whole * nsPerUnit
                     : static_cast<std::int64_t>(number * static_cast<double>(nsPerUnit));
    }

    std::string textOf(const Attributes& attributes, std::string_view key)
    {
        const AttributeValue* value = findAttribute(attributes, key);
        return value == nullptr ? std::string() : value->toPlain();
    }

} // namespace

OtelTime otelTimeOf(const AttributeValue& nanoseconds)
{
    if (nanoseconds.type == AttributeValue::Type::Null
        || (nanoseconds.type == AttributeValue::Type::Text && nanoseconds.text.empty()))
        return {};
    std::optional<std::int64_t> ns = nanoseconds.asInteger();
    if (!ns) { // written as a float: what it lost is lost already
        const auto number = nanoseconds.asNumber();
        if (number && std::abs(*number) < static_cast<double>(kLatest))
            ns = static_cast<std::int64_t>(*number);
    }
    if (!ns || *ns < 0 || *ns > kLatest)
        return {.isAbsurd = true};
    return *ns == 0 ? OtelTime() : OtelTime {Timestamp {*ns}};
}

OtelTime otelTimeOf(const AttributeValue& units, std::int64_t nsPerUnit)
{
    if (!units.asNumber())
        return otelTimeOf(units); // missing, or no number
    const auto ns = nanosecondsOf(units, nsPerUnit);
    return ns ? otelTimeOf(AttributeValue::ofInteger(*ns)) : OtelTime {.isAbsurd = true};
}

OtelTime otelTimeOfIso(std::string_view text)
{
    if (text.empty())
        return {};
    const auto time = parseIsoTimestamp(text);
    return time ? otelTimeOf(AttributeValue::ofInteger(time->ns)) : OtelTime {.isAbsurd = true};
}

OtelTime laterBy(const OtelTime& start, const AttributeValue& units, std::int64_t nsPerUnit)
{
    if (start.isAbsurd)
        return {.isAbsurd = true};
    if (!start.time || !units.asNumber())
        return {};
    const auto ns = nanosecondsOf(units, nsPerUnit);
    return ns ? otelTimeOf(AttributeValue::ofInteger(start.time->ns + *ns))
              : OtelTime {.isAbsurd = true};
}

OtelResource otelResourceOf(const Attributes& attributes)
{
    OtelResource resource;
    for (const auto& [key, value] : attributes)
        resource.attributes.push_back({std::string(key), value.toJson()});
    resource.serviceName = textOf(attributes, "service.name");
    resource.serviceVersion = textOf(attributes, "service.version");
    resource.sdkName = textOf(attributes, "telemetry.sdk.name");
    const std::string language = textOf(attributes, "telemetry.sdk.language");
    if (!resource.sdkName.empty() && !language.empty())
        resource.sdkName += '-' + language;
    resource.sdkVersion = textOf(attributes, "telemetry.sdk.version");
    return resource;
}

GenAiEvent EventKeeper::keep(const GenAiEvent& event)
{
    GenAiEvent kept {.name = keep(event.name), .time = event.time, .body = keep(event.body)};
    for (const auto& [key, value] : event.attributes)
        kept.attributes.emplace_back(keep(key), keep(value));
    return kept;
}

std::string_view EventKeeper::keep(std::string_view text)
{
    return text.empty() ? std::string_view() : m_texts.emplace_back(text);
}

AttributeValue EventKeeper::keep(const AttributeValue& value)
{
    AttributeValue kept = value;
    kept.text = keep(value.text);
    return kept;
}

GenAiSource sourceOf(const OtelSpan& span, const OtelScope& scope)
{
    return {.name = span.name,
            .scopeName = scope.name,
            .side = span.side,
            .attributes = span.attributes,
            .events = span.events};
}

std::string_view withoutZeroId(std::string_view id)
{
    const bool isZero = id.find_first_not_of('0') == std::string_view::npos || id == "AAAAAAAAAAA=";
    return isZero ? std::string_view() : id;
}

} // namespace tracestore
