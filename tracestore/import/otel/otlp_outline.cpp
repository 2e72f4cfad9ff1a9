#include "tracestore/import/otel/otlp_outline.h"

#include <algorithm>

namespace tracestore {
namespace {

    // Unknown members are allowed, but a list where records are to be may be some, misnamed.
    constexpr std::string_view kUnknownList
        = "A list whose name OpenTelemetry does not know was left out.";

    constexpr std::string_view kNoObject = "Where a record should be is something else.";

    bool isOneOf(std::string_view key, std::initializer_list<std::string_view> names)
    {
        return std::ranges::find(names, key) != names.end();
    }

    /// Tools that answer a query put the request into one of these.
    bool isWrapper(std::string_view key)
    {
        return isOneOf(key, {"trace", "result", "data"});
    }

    bool isScopeList(std::string_view key)
    {
        return isOneOf(key,
                       {"scopeSpans",
                        "scope_spans",
                        "instrumentationLibrarySpans",
                        "scopeLogs",
                        "scope_logs",
                        "instrumentationLibraryLogs",
                        "scopeMetrics",
                        "scope_metrics",
                        "instrumentationLibraryMetrics"});
    }

    bool isRecordList(std::string_view key)
    {
        return isOneOf(key, {"spans", "logRecords", "log_records", "logs", "metrics"});
    }

} // namespace

OtlpOutline::OtlpOutline(OtelTables& tables, ImportReport& report)
    : m_tables(tables)
    , m_report(report)
{ }

std::optional<OtlpOutline::Signal> OtlpOutline::signalOf(std::string_view key)
{
    if (isOneOf(key, {"resourceSpans", "resource_spans", "batches"}))
        return Signal::Spans;
    if (isOneOf(key, {"resourceLogs", "resource_logs"}))
        return Signal::Logs;
    if (isOneOf(key, {"resourceMetrics", "resource_metrics"}))
        return Signal::Metrics;
    return {};
}

/// `batches` alone could be anything.
bool OtlpOutline::isSign(std::string_view key, std::string_view head)
{
    if (key == "batches")
        return head.find("\"scopeSpans\"") != std::string_view::npos
            || head.find("\"instrumentationLibrarySpans\"") != std::string_view::npos;
    return signalOf(key).has_value();
}

bool OtlpOutline::isOtlp(std::string_view head)
{
    // Some logs have a few other lines first.
    constexpr int kMaxDocuments = 16;
    JsonScan scan(head, [](const JsonDamage&) {});
    for (int i = 0; i < kMaxDocuments && scan.nextDocument(); ++i) {
        if (scan.type() == JsonScan::Type::Array && (!scan.enter() || !scan.next()))
            continue;
        if (!scan.enter())
            continue;
        while (scan.next()) {
            if (isSign(scan.key(), head))
                return true;
            if (isWrapper(scan.key()) && scan.type() == JsonScan::Type::Object) {
                scan.enter();
                while (scan.next()) {
                    if (isSign(scan.key(), head))
                        return true;
                }
            }
        }
    }
    return false;
}

Result<void>
OtlpOutline::scan(FileId file, std::string_view text, const Job& job, TextOrigin origin)
{
    ReportBatch batch(m_report, file, text, origin);
    m_origin = origin.offset;
    JsonScan scanner(text, [&](const JsonDamage& damage) { batch.add(damage); });
    m_file = file;
    m_job = &job;
    m_scan = &scanner;
    m_batch = &batch;
    while (!job.isCancelled() && scanner.nextDocument()) {
        if (scanner.type() == JsonScan::Type::Object) {
            document(false);
        } else if (scanner.enter()) {
            while (!job.isCancelled() && scanner.next())
                document(false);
        }
    }
    m_scan = nullptr;
    m_batch = nullptr;
    return job.isCancelled() ? Result<void>(cancelled()) : Result<void>();
}

void OtlpOutline::document(bool isWrapped)
{
    const std::size_t offset = m_scan->offset();
    bool isOurs = isWrapped;
    if (m_scan->type() != JsonScan::Type::Object) {
        m_scan->take();
    } else if (m_scan->enter()) {
        while (m_scan->next()) {
            if (const auto signal = signalOf(m_scan->key())) {
                resources(*signal);
                isOurs = true;
            } else if (!isWrapped && isWrapper(m_scan->key())
                       && m_scan->type() == JsonScan::Type::Object) {
                document(true);
                isOurs = true;
            }
        }
    }
    if (!isOurs)
        m_batch->add(ReportSeverity::Dropped,
                     offset,
                     "A document holds no spans, log records or metrics and was left out.");
}

/// Steps into the list that the current value should be. Null is an empty one.
bool OtlpOutline::enterList()
{
    if (m_scan->type() == JsonScan::Type::Array)
        return m_scan->enter();
    const std::size_t offset = m_scan->offset();
    if (const auto value = m_scan->take(); value && *value != "null")
        m_batch->add(ReportSeverity::Broken, offset, kNoObject);
    return false;
}

void OtlpOutline::resources(Signal signal)
{
    if (!enterList())
        return;
    while (!m_job->isCancelled() && m_scan->next())
        resource(signal);
}

void OtlpOutline::resource(Signal signal)
{
    if (m_scan->type() != JsonScan::Type::Object || !m_scan->enter()) {
        m_batch->add(ReportSeverity::Broken, m_scan->offset(), kNoObject);
        return;
    }
    // The resource may stand behind what it is the resource of.
    const auto index = static_cast<std::uint32_t>(m_tables.resources.size());
    m_tables.resources.emplace_back();
    while (!m_job->isCancelled() && m_scan->next()) {
        if (isScopeList(m_scan->key())) {
            scopes(signal, index);
        } else if (m_scan->key() == "resource") {
            const std::size_t offset = m_scan->offset();
            const auto json = m_scan->take();
            auto read = json ? m_decoder.resource(*json, true) : OtelResource();
            if (read)
                m_tables.resources[index] = std::move(*read);
            else
                m_batch->add(ReportSeverity::Broken,
                             offset,
                             "A resource cannot be read: " + read.error().message);
        } else if (m_scan->type() == JsonScan::Type::Array) {
            m_batch->add(ReportSeverity::Dropped, m_scan->offset(), kUnknownList);
        }
    }
}

void OtlpOutline::scopes(Signal signal, std::uint32_t resource)
{
    if (!enterList())
        return;
    while (!m_job->isCancelled() && m_scan->next())
        scope(signal, resource);
}

void OtlpOutline::scope(Signal signal, std::uint32_t resource)
{
    if (m_scan->type() != JsonScan::Type::Object || !m_scan->enter()) {
        m_batch->add(ReportSeverity::Broken, m_scan->offset(), kNoObject);
        return;
    }
    const auto index = static_cast<std::uint32_t>(m_tables.scopes.size());
    m_tables.scopes.push_back({.resource = resource});
    while (!m_job->isCancelled() && m_scan->next()) {
        if (isRecordList(m_scan->key())) {
            records(signal, index);
        } else if (isOneOf(m_scan->key(), {"scope", "instrumentationLibrary"})) {
            const std::size_t offset = m_scan->offset();
            const auto json = m_scan->take();
            auto read = json ? m_decoder.scope(*json, true) : OtelScope();
            if (!read) {
                m_batch->add(ReportSeverity::Broken, offset, "A scope cannot be read.");
                continue;
            }
            read->resource = resource;
            m_tables.scopes[index] = std::move(*read);
        } else if (m_scan->type() == JsonScan::Type::Array) {
            m_batch->add(ReportSeverity::Dropped, m_scan->offset(), kUnknownList);
        }
    }
}

void OtlpOutline::records(Signal signal, std::uint32_t scope)
{
    if (!enterList())
        return;
    while (!m_job->isCancelled() && m_scan->next()) {
        const std::size_t offset = m_scan->offset();
        if (signal == Signal::Metrics) {
            m_batch->add(ReportSeverity::Dropped, offset, "Metrics are not shown.");
            continue;
        }
        if (m_scan->type() != JsonScan::Type::Object) {
            m_batch->add(ReportSeverity::Broken, offset, kNoObject);
            continue;
        }
        const auto json = m_scan->take();
        if (!json)
            return;
        std::vector<OtelPlace>& places = signal == Signal::Spans ? m_spans : m_logs;
        places.push_back({{m_file, m_origin + offset, json->size()}, scope});
    }
}

} // namespace tracestore
