#pragma once

#include <nlohmann/json.hpp>

#include <protozero/pbf_writer.hpp>
#include <string>

namespace tests {

/// Writes OTLP/JSON as OTLP protobuf, from a table of the fields, so that both readers can be held
/// against each other.
class OtlpProtoEncoder
{
public:
    /// A whole request of spans or of log records.
    static std::string encode(const nlohmann::json& request)
    {
        std::string bytes;
        protozero::pbf_writer writer(bytes);
        for (const auto& resource : listOf(request, "resourceSpans"))
            writer.add_message(1, resourceOf(resource, "scopeSpans", "spans", spanOf));
        for (const auto& resource : listOf(request, "resourceLogs"))
            writer.add_message(1, resourceOf(resource, "scopeLogs", "logRecords", logOf));
        return bytes;
    }

    /// Behind its length in four bytes, big-endian.
    static std::string withLength32(const std::string& request)
    {
        std::string bytes;
        for (unsigned shift : {24U, 16U, 8U, 0U})
            bytes += static_cast<char>(request.size() >> shift & 255U);
        return bytes + request;
    }

    /// Behind its length as a varint.
    static std::string withVarint(const std::string& request)
    {
        std::string bytes;
        protozero::add_varint_to_buffer(&bytes, request.size());
        return bytes + request;
    }

private:
    using json = nlohmann::json;
    using Writer = protozero::pbf_writer;

    static json listOf(const json& owner, const char* key)
    {
        return owner.value(key, json::array());
    }

    static std::string textOf(const json& owner, const char* key)
    {
        return owner.value(key, std::string());
    }

    static std::uint64_t numberOf(const json& owner, const char* key)
    {
        const json value = owner.value(key, json(0));
        return value.is_string() ? std::stoull(value.get<std::string>())
                                 : value.get<std::uint64_t>();
    }

    static std::string bytesOfHex(const std::string& hex)
    {
        std::string bytes;
        for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
            bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
        return bytes;
    }

    static std::string anyValueOf(const json& value)
    {
        std::string bytes;
        Writer writer(bytes);
        if (value.contains("stringValue"))
            writer.add_string(1, value["stringValue"].get<std::string>());
        else if (value.contains("boolValue"))
            writer.add_bool(2, value["boolValue"].get<bool>());
        else if (value.contains("intValue"))
            writer.add_int64(3,
                             value["intValue"].is_string()
                                 ? std::stoll(value["intValue"].get<std::string>())
                                 : value["intValue"].get<std::int64_t>());
        else if (value.contains("doubleValue"))
            writer.add_double(4, value["doubleValue"].get<double>());
        else if (value.contains("arrayValue"))
            writer.add_message(5, listValueOf(value["arrayValue"], anyValueOf));
        else if (value.contains("kvlistValue"))
            writer.add_message(6, listValueOf(value["kvlistValue"], entryOf));
        return bytes;
    }

    static std::string listValueOf(const json& list, std::string (*itemOf)(const json&))
    {
        std::string bytes;
        Writer writer(bytes);
        for (const auto& item : listOf(list, "values"))
            writer.add_message(1, itemOf(item));
        return bytes;
    }

    static std::string entryOf(const json& entry)
    {
        std::string bytes;
        Writer writer(bytes);
        writer.add_string(1, textOf(entry, "key"));
        writer.add_message(2, anyValueOf(entry.value("value", json::object())));
        return bytes;
    }

    static void addAttributes(Writer& writer, std::uint32_t field, const json& owner)
    {
        for (const auto& entry : listOf(owner, "attributes"))
            writer.add_message(field, entryOf(entry));
    }

    static std::string resourceOf(const json& resource,
                                  const char* scopes,
                                  const char* records,
                                  std::string (*recordOf)(const json&))
    {
        std::string bytes;
        Writer writer(bytes);
        std::string attributes;
        Writer attributeWriter(attributes);
        addAttributes(attributeWriter, 1, resource.value("resource", json::object()));
        writer.add_message(1, attributes);
        for (const auto& scope : listOf(resource, scopes)) {
            std::string scopeBytes;
            Writer scopeWriter(scopeBytes);
            const json about = scope.value("scope", json::object());
            std::string aboutBytes;
            Writer aboutWriter(aboutBytes);
            aboutWriter.add_string(1, textOf(about, "name"));
            aboutWriter.add_string(2, textOf(about, "version"));
            scopeWriter.add_message(1, aboutBytes);
            for (const auto& record : listOf(scope, records))
                scopeWriter.add_message(2, recordOf(record));
            writer.add_message(2, scopeBytes);
        }
        return bytes;
    }

    static std::string spanOf(const json& span)
    {
        std::string bytes;
        Writer writer(bytes);
        writer.add_bytes(1, bytesOfHex(textOf(span, "traceId")));
        writer.add_bytes(2, bytesOfHex(textOf(span, "spanId")));
        writer.add_string(3, textOf(span, "traceState"));
        writer.add_bytes(4, bytesOfHex(textOf(span, "parentSpanId")));
        writer.add_string(5, textOf(span, "name"));
        writer.add_enum(6, span.value("kind", 0));
        writer.add_fixed64(7, numberOf(span, "startTimeUnixNano"));
        writer.add_fixed64(8, numberOf(span, "endTimeUnixNano"));
        addAttributes(writer, 9, span);
        writer.add_uint32(10, span.value("droppedAttributesCount", 0U));
        for (const auto& event : listOf(span, "events")) {
            std::string eventBytes;
            Writer eventWriter(eventBytes);
            eventWriter.add_fixed64(1, numberOf(event, "timeUnixNano"));
            eventWriter.add_string(2, textOf(event, "name"));
            addAttributes(eventWriter, 3, event);
            writer.add_message(11, eventBytes);
        }
        for (const auto& link : listOf(span, "links")) {
            std::string linkBytes;
            Writer linkWriter(linkBytes);
            linkWriter.add_bytes(1, bytesOfHex(textOf(link, "traceId")));
            linkWriter.add_bytes(2, bytesOfHex(textOf(link, "spanId")));
            addAttributes(linkWriter, 4, link);
            writer.add_message(13, linkBytes);
        }
        const json status = span.value("status", json::object());
        std::string statusBytes;
        Writer statusWriter(statusBytes);
        statusWriter.add_string(2, textOf(status, "message"));
        statusWriter.add_enum(3, status.value("code", 0));
        writer.add_message(15, statusBytes);
        writer.add_fixed32(16, span.value("flags", 0U));
        return bytes;
    }

    static std::string logOf(const json& log)
    {
        std::string bytes;
        Writer writer(bytes);
        writer.add_fixed64(1, numberOf(log, "timeUnixNano"));
        writer.add_enum(2, log.value("severityNumber", 0));
        writer.add_string(3, textOf(log, "severityText"));
        writer.add_message(5, anyValueOf(log.value("body", json::object())));
        addAttributes(writer, 6, log);
        writer.add_bytes(9, bytesOfHex(textOf(log, "traceId")));
        writer.add_bytes(10, bytesOfHex(textOf(log, "spanId")));
        writer.add_fixed64(11, numberOf(log, "observedTimeUnixNano"));
        writer.add_string(12, textOf(log, "eventName"));
        return bytes;
    }
};

} // namespace tests
