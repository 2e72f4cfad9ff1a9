#include "tracestore/import/otel/otlp_proto_decoder.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/otel/otlp_proto_fields.h"

#include <algorithm>
#include <protozero/pbf_reader.hpp>

namespace tracestore {
namespace {

    namespace field = otlp_proto;
    using protozero::pbf_reader;

    /// Protobuf readers of other languages stop here as well.
    constexpr int kMaxDepth = 100;

    struct TooDeep : protozero::exception
    {
        [[nodiscard]] const char* what() const noexcept override { return "nested too deep"; }
    };

    // The readers of protozero only assert that a field is of the type that is asked for, and the
    // file of a stranger may hold any type under any number.

    void wantType(const pbf_reader& reader, protozero::pbf_wire_type type)
    {
        if (!reader.has_wire_type(type))
            throw protozero::unknown_pbf_wire_type_exception();
    }

    std::string_view bytesIn(pbf_reader& reader)
    {
        wantType(reader, protozero::pbf_wire_type::length_delimited);
        const protozero::data_view bytes = reader.get_view();
        return {bytes.data(), bytes.size()};
    }

    std::uint64_t varintIn(pbf_reader& reader)
    {
        wantType(reader, protozero::pbf_wire_type::varint);
        return reader.get_uint64();
    }

    std::uint64_t fixed64In(pbf_reader& reader)
    {
        wantType(reader, protozero::pbf_wire_type::fixed64);
        return reader.get_fixed64();
    }

    double doubleIn(pbf_reader& reader)
    {
        wantType(reader, protozero::pbf_wire_type::fixed64);
        return reader.get_double();
    }

    pbf_reader readerOf(std::string_view bytes)
    {
        return pbf_reader(protozero::data_view(bytes.data(), bytes.size()));
    }

    std::string hexOf(std::string_view bytes)
    {
        constexpr std::string_view kDigits = "0123456789abcdef";
        std::string hex;
        hex.reserve(bytes.size() * 2);
        for (const char byte : bytes) {
            const auto value = static_cast<unsigned char>(byte);
            hex += kDigits[value >> 4U];
            hex += kDigits[value & 15U];
        }
        return hex;
    }

    std::string base64Of(std::string_view bytes)
    {
        constexpr std::string_view kDigits
            = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        std::string text;
        for (std::size_t at = 0; at < bytes.size(); at += 3) {
            const std::string_view three = bytes.substr(at, 3);
            std::uint32_t bits = 0;
            for (std::size_t i = 0; i < 3; ++i)
                bits = bits << 8U | (i < three.size() ? static_cast<unsigned char>(three[i]) : 0U);
            for (std::size_t i = 0; i < 4; ++i)
                text += i <= three.size() ? kDigits[bits >> (18 - 6 * i) & 63U] : '=';
        }
        return text;
    }

    void appendAnyValue(std::string& json, std::string_view bytes, int depth);

    void appendEntry(std::string& json, std::string_view bytes, int depth)
    {
        std::string_view key;
        std::string_view value;
        for (pbf_reader reader = readerOf(bytes); reader.next();) {
            if (reader.tag() == field::kKey)
                key = bytesIn(reader);
            else if (reader.tag() == field::kValue)
                value = bytesIn(reader);
            else
                reader.skip();
        }
        json += quoteJson(key) + ':';
        appendAnyValue(json, value, depth);
    }

    void appendValues(std::string& json, std::string_view bytes, bool isMap, int depth)
    {
        json += isMap ? '{' : '[';
        bool isFirst = true;
        for (pbf_reader reader = readerOf(bytes); reader.next(field::kValues);) {
            json += isFirst ? "" : ",";
            isFirst = false;
            const std::string_view item = bytesIn(reader);
            if (isMap)
                appendEntry(json, item, depth);
            else
                appendAnyValue(json, item, depth);
        }
        json += isMap ? '}' : ']';
    }

    /// A value that is neither list nor map; nothing where it is one of these, or empty.
    std::optional<AttributeValue> plainValueOf(pbf_reader& reader)
    {
        switch (reader.tag()) {
        case field::kString:
            return AttributeValue::ofText(bytesIn(reader));
        case field::kBool:
            return AttributeValue::ofBool(varintIn(reader) != 0);
        case field::kInt:
            return AttributeValue::ofInteger(static_cast<std::int64_t>(varintIn(reader)));
        case field::kDouble:
            return AttributeValue::ofNumber(doubleIn(reader));
        default:
            return {};
        }
    }

    /// Writes an AnyValue as the JSON it means.
    void appendAnyValue(std::string& json, std::string_view bytes, int depth)
    {
        if (depth > kMaxDepth)
            throw TooDeep();
        for (pbf_reader reader = readerOf(bytes); reader.next();) {
            if (reader.tag() == field::kArray || reader.tag() == field::kMap) {
                const bool isMap = reader.tag() == field::kMap;
                return appendValues(json, bytesIn(reader), isMap, depth + 1);
            }
            if (reader.tag() == field::kBytes) {
                json += quoteJson(base64Of(bytesIn(reader)));
                return;
            }
            if (const auto plain = plainValueOf(reader)) {
                json += plain->toJson();
                return;
            }
            reader.skip();
        }
        json += "null";
    }

    OtelTime timeOf(std::uint64_t nanoseconds)
    {
        // What does not fit is absurd, as a negative time is.
        return otelTimeOf(AttributeValue::ofInteger(static_cast<std::int64_t>(nanoseconds)));
    }

    template<class Enum>
    Enum enumOf(std::int32_t number, Enum last)
    {
        return number >= 0 && number <= static_cast<std::int32_t>(last) ? static_cast<Enum>(number)
                                                                        : Enum {};
    }

    void readStatus(std::string_view bytes, OtelSpan& span)
    {
        for (pbf_reader reader = readerOf(bytes); reader.next();) {
            if (reader.tag() == field::kStatusMessage)
                span.statusMessage = bytesIn(reader);
            else if (reader.tag() == field::kStatusCode)
                span.status
                    = enumOf(static_cast<std::int32_t>(varintIn(reader)), OtelStatus::Error);
            else
                reader.skip();
        }
    }

    /// protozero throws; nobody outside sees it.
    template<class T, class Read>
    Result<T> caught(const Read& read)
    {
        try {
            return read();
        } catch (const TooDeep&) {
            return fail(ErrorCode::Limit, "A value in it is nested too deep.");
        } catch (const protozero::exception&) {
            return fail(ErrorCode::Invalid, "It is not a whole protobuf message.");
        }
    }

} // namespace

Result<OtelSpan> OtlpProtoDecoder::span(std::string_view bytes, bool isPadded)
{
    static_cast<void>(isPadded);
    m_kept.clear();
    return caught<OtelSpan>([&] {
        OtelSpan span;
        for (pbf_reader reader = readerOf(bytes); reader.next();)
            readSpanField(reader, span);
        return span;
    });
}

void OtlpProtoDecoder::readSpanField(pbf_reader& reader, OtelSpan& span)
{
    switch (reader.tag()) {
    case field::kSpanTraceId:
        span.traceId = keep(hexOf(bytesIn(reader)));
        break;
    case field::kSpanId:
        span.spanId = keep(hexOf(bytesIn(reader)));
        break;
    case field::kSpanTraceState:
        span.traceState = bytesIn(reader);
        break;
    case field::kSpanParentId:
        span.parentSpanId = idOf(bytesIn(reader));
        break;
    case field::kSpanName:
        span.name = bytesIn(reader);
        break;
    case field::kSpanKind:
        span.side = enumOf(static_cast<std::int32_t>(varintIn(reader)), CallSide::Consumer);
        break;
    case field::kSpanStart:
        span.start = timeOf(fixed64In(reader));
        break;
    case field::kSpanEnd:
        span.end = timeOf(fixed64In(reader));
        break;
    case field::kSpanAttributes:
        addAttribute(bytesIn(reader), span.attributes);
        break;
    case field::kSpanEvents:
        span.events.push_back(eventOf(bytesIn(reader)));
        break;
    case field::kSpanLinks:
        span.links.push_back(linkOf(bytesIn(reader)));
        break;
    case field::kSpanStatus:
        readStatus(bytesIn(reader), span);
        break;
    case field::kSpanDroppedAttributes:
    case field::kSpanDroppedEvents:
    case field::kSpanDroppedLinks:
        span.isIncomplete = varintIn(reader) != 0 || span.isIncomplete;
        break;
    default:
        reader.skip();
    }
}

Result<OtelLog> OtlpProtoDecoder::log(std::string_view bytes, bool isPadded)
{
    static_cast<void>(isPadded);
    m_kept.clear();
    return caught<OtelLog>([&] {
        OtelLog log;
        OtelTime observed;
        for (pbf_reader reader = readerOf(bytes); reader.next();)
            readLogField(reader, log, observed);
        if (!log.time.time)
            log.time = observed;
        log.event.time = log.time.time;
        if (log.event.name.empty()) {
            if (const auto* name = findAttribute(log.event.attributes, "event.name"))
                log.event.name = name->asText();
        }
        if (log.event.name.empty())
            log.event.name = "log";
        return log;
    });
}

void OtlpProtoDecoder::readLogField(pbf_reader& reader, OtelLog& log, OtelTime& observed)
{
    switch (reader.tag()) {
    case field::kLogTime:
        log.time = timeOf(fixed64In(reader));
        break;
    case field::kLogObservedTime:
        observed = timeOf(fixed64In(reader));
        break;
    case field::kLogSeverityText:
        if (const auto text = bytesIn(reader); !text.empty())
            log.event.attributes.emplace_back("log.severity", AttributeValue::ofText(text));
        break;
    case field::kLogBody:
        log.event.body = anyValueOf(bytesIn(reader));
        break;
    case field::kLogAttributes:
        addAttribute(bytesIn(reader), log.event.attributes);
        break;
    case field::kLogTraceId:
        log.traceId = idOf(bytesIn(reader));
        break;
    case field::kLogSpanId:
        log.spanId = idOf(bytesIn(reader));
        break;
    case field::kLogEventName:
        log.event.name = bytesIn(reader);
        break;
    default:
        reader.skip();
    }
}

Result<OtelResource> OtlpProtoDecoder::resource(std::string_view bytes)
{
    m_kept.clear();
    return caught<OtelResource>([&] {
        Attributes attributes;
        for (pbf_reader reader = readerOf(bytes); reader.next(field::kResourceAttributes);)
            addAttribute(bytesIn(reader), attributes);
        return otelResourceOf(attributes);
    });
}

Result<OtelScope> OtlpProtoDecoder::scope(std::string_view bytes)
{
    return caught<OtelScope>([&] {
        OtelScope scope;
        for (pbf_reader reader = readerOf(bytes); reader.next();) {
            if (reader.tag() == field::kScopeName)
                scope.name = bytesIn(reader);
            else if (reader.tag() == field::kScopeVersion)
                scope.version = bytesIn(reader);
            else
                reader.skip();
        }
        return scope;
    });
}

std::string_view OtlpProtoDecoder::keep(std::string text)
{
    return m_kept.emplace_back(std::move(text));
}

/// Empty for the id of nothing, which some write as zeros.
std::string_view OtlpProtoDecoder::idOf(std::string_view bytes)
{
    const bool isZero = std::ranges::all_of(bytes, [](char byte) { return byte == 0; });
    return isZero ? std::string_view() : keep(hexOf(bytes));
}

void OtlpProtoDecoder::addAttribute(std::string_view keyValue, Attributes& to)
{
    std::string_view key;
    AttributeValue value;
    for (pbf_reader reader = readerOf(keyValue); reader.next();) {
        if (reader.tag() == field::kKey)
            key = bytesIn(reader);
        else if (reader.tag() == field::kValue)
            value = anyValueOf(bytesIn(reader));
        else
            reader.skip();
    }
    to.emplace_back(key, value);
}

AttributeValue OtlpProtoDecoder::anyValueOf(std::string_view bytes)
{
    for (pbf_reader reader = readerOf(bytes); reader.next();) {
        if (reader.tag() == field::kArray || reader.tag() == field::kMap) {
            std::string json;
            appendAnyValue(json, bytes, 0);
            return AttributeValue::ofJson(keep(std::move(json)));
        }
        if (reader.tag() == field::kBytes)
            return AttributeValue::ofText(keep(base64Of(bytesIn(reader))));
        if (const auto plain = plainValueOf(reader))
            return *plain;
        reader.skip();
    }
    return {};
}

GenAiEvent OtlpProtoDecoder::eventOf(std::string_view bytes)
{
    GenAiEvent event;
    for (pbf_reader reader = readerOf(bytes); reader.next();) {
        if (reader.tag() == field::kEventTime)
            event.time = timeOf(fixed64In(reader)).time;
        else if (reader.tag() == field::kEventName)
            event.name = bytesIn(reader);
        else if (reader.tag() == field::kEventAttributes)
            addAttribute(bytesIn(reader), event.attributes);
        else
            reader.skip();
    }
    return event;
}

OtelLink OtlpProtoDecoder::linkOf(std::string_view bytes)
{
    OtelLink link;
    for (pbf_reader reader = readerOf(bytes); reader.next();) {
        if (reader.tag() == field::kLinkTraceId)
            link.traceId = keep(hexOf(bytesIn(reader)));
        else if (reader.tag() == field::kLinkSpanId)
            link.spanId = keep(hexOf(bytesIn(reader)));
        else if (reader.tag() == field::kLinkAttributes)
            addAttribute(bytesIn(reader), link.attributes);
        else
            reader.skip();
    }
    return link;
}

} // namespace tracestore
