#include "tracestore/import/otel/otlp_proto_outline.h"

#include "tracestore/import/otel/otlp_proto_fields.h"
#include "tracestore/import/otel/proto_scan.h"

#include <algorithm>
#include <protozero/exception.hpp>
#include <protozero/varint.hpp>

namespace tracestore {
namespace {

    namespace field = otlp_proto;
    using Type = ProtoScan::Type;

    /// The length that stands at the beginning, and how many bytes it takes; 0 where there is none.
    struct Prefix
    {
        std::uint64_t length = 0;
        std::size_t size = 0;
    };

    Prefix prefixOf(std::string_view bytes, ProtoFraming framing)
    {
        if (framing == ProtoFraming::Length32) {
            constexpr std::size_t kSize = 4;
            if (bytes.size() < kSize)
                return {};
            std::uint64_t length = 0;
            for (const char byte : bytes.substr(0, kSize))
                length = length << 8U | static_cast<unsigned char>(byte);
            return {length, kSize};
        }
        const char* at = bytes.data();
        try {
            const std::uint64_t length = protozero::decode_varint(&at, bytes.data() + bytes.size());
            return {length, static_cast<std::size_t>(at - bytes.data())};
        } catch (const protozero::exception&) {
            return {};
        }
    }

    /// The first content of a field of a message; nothing where the message breaks before, or holds
    /// what none of these messages holds.
    std::optional<std::string_view> firstIn(std::string_view bytes, std::uint32_t wanted)
    {
        constexpr std::uint32_t kLastKnown = 3; // schema_url
        ProtoScan scan(bytes);
        while (scan.next()) {
            if (scan.type() != Type::Bytes || scan.field() > kLastKnown)
                return {};
            if (scan.field() == wanted)
                return scan.bytes();
        }
        return {};
    }

    /// Spans begin with an id of 16 bytes and one of 8.
    bool isSpan(std::string_view record)
    {
        constexpr std::size_t kTraceIdSize = 16;
        constexpr std::size_t kSpanIdSize = 8;
        ProtoScan scan(record);
        return scan.next() && scan.is(field::kSpanTraceId, Type::Bytes)
            && scan.bytes().size() == kTraceIdSize && scan.next()
            && scan.is(field::kSpanId, Type::Bytes) && scan.bytes().size() == kSpanIdSize;
    }

    /// Log records have a time, of the event or of who saw it.
    bool isLog(std::string_view record)
    {
        ProtoScan scan(record);
        while (scan.next() && scan.field() <= field::kLogEventName) {
            if (scan.is(field::kLogTime, Type::Fixed64)
                || scan.is(field::kLogObservedTime, Type::Fixed64))
                return true;
            if (scan.field() == field::kLogTime)
                return false;
        }
        return false;
    }

    /// Metrics have a name, and points of one of several sorts.
    bool isMetric(std::string_view record)
    {
        ProtoScan scan(record);
        if (!scan.next() || !scan.is(field::kMetricName, Type::Bytes)
            || !std::ranges::all_of(scan.bytes(), [](char c) { return c > ' ' && c < '\x7F'; }))
            return false;
        while (scan.next() && scan.type() == Type::Bytes) {
            if (scan.field() >= field::kMetricGauge && scan.field() <= field::kMetricSummary)
                return true;
        }
        return false;
    }

} // namespace

OtlpProtoOutline::OtlpProtoOutline(OtelTables& tables, ImportReport& report)
    : m_tables(tables)
    , m_report(report)
{ }

std::optional<OtlpProtoOutline::Signal> OtlpProtoOutline::signalOf(std::string_view record)
{
    if (isSpan(record))
        return Signal::Spans;
    if (isLog(record))
        return Signal::Logs;
    return isMetric(record) ? std::optional(Signal::Metrics) : std::nullopt;
}

std::optional<OtlpProtoOutline::Signal> OtlpProtoOutline::signalOfRequest(std::string_view head)
{
    ProtoScan requests(head);
    while (requests.next()) {
        if (!requests.is(field::kResources, Type::Bytes))
            return {};
        const auto scopes = firstIn(requests.bytes(), field::kScopes);
        if (!scopes)
            continue; // a resource that recorded nothing
        if (const auto record = firstIn(*scopes, field::kRecords))
            return signalOf(*record);
    }
    return {};
}

std::optional<ProtoFraming> OtlpProtoOutline::framingOf(std::string_view head)
{
    if (signalOfRequest(head))
        return ProtoFraming::Bare;
    for (const ProtoFraming framing : {ProtoFraming::Length32, ProtoFraming::Varint}) {
        std::string_view rest = head;
        // Requests may be empty.
        constexpr int kMaxTries = 16;
        constexpr char kFirstKey = field::kResources << 3U | static_cast<unsigned>(Type::Bytes);
        for (int i = 0; i < kMaxTries && !rest.empty(); ++i) {
            const Prefix prefix = prefixOf(rest, framing);
            if (prefix.size == 0)
                break;
            rest.remove_prefix(prefix.size);
            const std::string_view one = rest.substr(0, prefix.length);
            if (signalOfRequest(one))
                return framing;
            if (!one.empty() && one.front() != kFirstKey)
                break;
            rest.remove_prefix(one.size());
        }
    }
    return {};
}

Result<void> OtlpProtoOutline::scan(FileId file, std::string_view bytes, const Job& job)
{
    m_file = file;
    m_content = bytes;
    m_job = &job;
    const auto framing = framingOf(bytes);
    if (framing == ProtoFraming::Bare)
        request(bytes);
    else if (!framing)
        report(ReportSeverity::Broken, 0, "The file holds no export request of OpenTelemetry.");
    else
        while (!bytes.empty() && !job.isCancelled()) {
            const Prefix prefix = prefixOf(bytes, *framing);
            const std::size_t offset = offsetOf(bytes);
            bytes.remove_prefix(prefix.size);
            if (prefix.size == 0 || prefix.length > bytes.size())
                report(ReportSeverity::Broken, offset, "The file ends inside a request.");
            if (prefix.size == 0)
                break;
            request(bytes.substr(0, prefix.length));
            bytes.remove_prefix(std::min<std::uint64_t>(prefix.length, bytes.size()));
        }
    return job.isCancelled() ? Result<void>(cancelled()) : Result<void>();
}

void OtlpProtoOutline::request(std::string_view bytes)
{
    const auto signal = signalOfRequest(bytes);
    if (!signal) {
        if (!bytes.empty())
            report(ReportSeverity::Dropped,
                   offsetOf(bytes),
                   "A request holds no spans, log records or metrics and was left out.");
        return;
    }
    m_isCutSaid = false;
    ProtoScan scan(bytes);
    while (!m_job->isCancelled() && scan.next()) {
        if (scan.is(field::kResources, Type::Bytes))
            resource(scan.bytes(), *signal);
    }
    settleEnd(scan, bytes);
}

void OtlpProtoOutline::resource(std::string_view bytes, Signal signal)
{
    const auto index = static_cast<std::uint32_t>(m_tables.resources.size());
    m_tables.resources.emplace_back();
    ProtoScan scan(bytes);
    while (!m_job->isCancelled() && scan.next()) {
        if (scan.is(field::kScopes, Type::Bytes) || scan.is(field::kOldScopes, Type::Bytes)) {
            scope(scan.bytes(), signal, index);
        } else if (scan.is(field::kResource, Type::Bytes)) {
            if (auto read = m_decoder.resource(scan.bytes()))
                m_tables.resources[index] = std::move(*read);
            else
                report(ReportSeverity::Broken,
                       offsetOf(scan.bytes()),
                       "A resource cannot be read: " + read.error().message);
        }
    }
    settleEnd(scan, bytes);
}

void OtlpProtoOutline::scope(std::string_view bytes, Signal signal, std::uint32_t resource)
{
    const auto index = static_cast<std::uint32_t>(m_tables.scopes.size());
    m_tables.scopes.push_back({.resource = resource});
    ProtoScan scan(bytes);
    while (!m_job->isCancelled() && scan.next()) {
        if (scan.is(field::kRecords, Type::Bytes)) {
            record(scan, signal, index);
        } else if (scan.is(field::kScope, Type::Bytes)) {
            auto read = m_decoder.scope(scan.bytes());
            if (!read) {
                report(ReportSeverity::Broken,
                       offsetOf(scan.bytes()),
                       "A scope cannot be read: " + read.error().message);
                continue;
            }
            read->resource = resource;
            m_tables.scopes[index] = std::move(*read);
        }
    }
    settleEnd(scan, bytes);
}

void OtlpProtoOutline::record(const ProtoScan& field, Signal signal, std::uint32_t scope)
{
    const std::size_t offset = offsetOf(field.bytes());
    if (field.isCut())
        return; // settleEnd says so
    if (signal == Signal::Metrics) {
        report(ReportSeverity::Dropped, offset, "Metrics are not shown.");
        return;
    }
    std::vector<OtelPlace>& places = signal == Signal::Spans ? m_spans : m_logs;
    places.push_back({{m_file, offset, field.bytes().size()}, scope});
}

/// Says where a message ended before its time. What is cut inside is said once, by the innermost.
void OtlpProtoOutline::settleEnd(const ProtoScan& scan, std::string_view bytes)
{
    if (scan.end() == ProtoScan::End::Broken)
        report(ReportSeverity::Broken,
               offsetOf(bytes) + scan.at(),
               "A part of the file is not protobuf and was left out.");
    else if (scan.end() == ProtoScan::End::Cut && !std::exchange(m_isCutSaid, true))
        report(ReportSeverity::Broken,
               m_content.size(),
               "The file ends inside a record, or a length in it is wrong.");
}

std::size_t OtlpProtoOutline::offsetOf(std::string_view bytes) const
{
    return static_cast<std::size_t>(bytes.data() - m_content.data());
}

void OtlpProtoOutline::report(ReportSeverity severity, std::size_t offset, std::string_view message)
{
    m_report.add({.severity = severity,
                  .file = m_file.value,
                  .offset = offset,
                  .message = std::string(message)});
}

} // namespace tracestore
