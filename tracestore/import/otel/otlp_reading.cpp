#include "tracestore/import/otel/otlp_reading.h"

#include "tracestore/import/reading/report_batch.h"

#include <algorithm>

namespace tracestore {
namespace {

    std::string keyOf(std::string_view traceId, std::string_view spanId)
    {
        std::string key;
        key.append(traceId).append(1, '\n').append(spanId);
        std::ranges::transform(key, key.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        return key;
    }

} // namespace

OtlpReading::OtlpReading(const std::vector<ImportFile>& files,
                         const LoadedFiles& contents,
                         OtelPayloads::NewDecoder newDecoder,
                         TraceBuilder& builder,
                         Job& job)
    : m_files(files)
    , m_contents(contents)
    , m_builder(builder)
    , m_job(job)
    , m_payloads(std::make_shared<OtelPayloads>(files, newDecoder))
    , m_assembly(builder, m_payloads->tables())
    , m_decoder(newDecoder())
    , m_logDecoder(newDecoder())
{ }

Result<std::shared_ptr<const PayloadSource>> OtlpReading::run(const std::vector<OtelPlace>& spans,
                                                              const std::vector<OtelPlace>& logs)
{
    m_logs = &logs;
    indexLogs();
    for (const OtelPlace& place : spans) {
        if (m_job.isCancelled())
            return cancelled();
        addSpan(place);
        advanceTo(place.raw);
    }
    addLooseLogs();
    if (m_job.isCancelled())
        return cancelled();
    m_assembly.finish();
    finishProgress();
    if (m_builder.spanCount() == 0 && m_builder.report().broken() > 0)
        return fail(ErrorCode::Corrupt,
                    "The file begins as OTLP, but not one span in it can be read: "
                        + m_builder.report().rows().front().message);
    return std::shared_ptr<const PayloadSource>(m_payloads);
}

void OtlpReading::indexLogs()
{
    const auto& logs = *m_logs;
    m_isLogLoose.resize(logs.size());
    for (std::size_t i = 0; i < logs.size() && !m_job.isCancelled(); ++i) {
        const auto log = m_logDecoder->log(m_contents.text(logs[i].raw), true);
        if (!log) {
            reportBroken(logs[i].raw, "A log record cannot be read: ", log.error());
            continue;
        }
        m_isLogLoose[i] = true;
        if (!log->spanId.empty())
            m_logsOfSpan[keyOf(log->traceId, log->spanId)].push_back(i);
    }
}

void OtlpReading::addSpan(const OtelPlace& place)
{
    auto span = m_decoder->span(m_contents.text(place.raw), true);
    if (!span) {
        reportBroken(place.raw, "A span cannot be read: ", span.error());
        return;
    }
    if (m_decoder->wasRepaired())
        m_builder.report().add(repairedRow(place.raw));
    std::vector<RawRef> raw {place.raw};
    m_keeper.clear();
    const SpanId known = m_builder.findSpan(span->traceId, span->spanId);
    if (!known.isValid())
        attachLogs(*span, raw);
    const SpanId id = m_assembly.addSpan(*span, place.scope, raw);
    m_payloads->add(place.scope, raw);
    if (known.isValid())
        settleDouble(id, known);
}

void OtlpReading::attachLogs(OtelSpan& span, std::vector<RawRef>& raw)
{
    if (m_logsOfSpan.empty())
        return;
    const auto found = m_logsOfSpan.find(keyOf(span.traceId, span.spanId));
    if (found == m_logsOfSpan.end())
        return;
    for (const std::size_t i : found->second) {
        const OtelPlace& place = (*m_logs)[i];
        const auto log = m_logDecoder->log(m_contents.text(place.raw), true);
        ENSURE(log.has_value()); // it was read before, from the same memory
        span.events.push_back(m_keeper.keep(log->event));
        raw.push_back(place.raw);
        m_isLogLoose[i] = false;
        m_builder.report().addMapped();
    }
}

/// A span of an id that was there before: delivered again, or another that bears its id.
void OtlpReading::settleDouble(SpanId span, SpanId known)
{
    const SpanColumns& columns = m_builder.columns();
    const auto textOf
        = [&](SpanId id) { return m_contents.text(columns.raws[columns.firstRaw[id.index()]]); };
    if (textOf(span) == textOf(known)) {
        m_assembly.markCopy(span, known);
        report(ReportSeverity::Note,
               columns.raws[columns.firstRaw[span.index()]],
               "A span was delivered more than once; the copies are not counted.");
    } else {
        report(ReportSeverity::Guessed,
               columns.raws[columns.firstRaw[span.index()]],
               "Different spans bear the same id; all are shown, and what stands below "
               "that id is shown below the first.");
    }
}

void OtlpReading::addLooseLogs()
{
    const auto& logs = *m_logs;
    for (std::size_t i = 0; i < logs.size() && !m_job.isCancelled(); ++i) {
        if (!m_isLogLoose[i])
            continue;
        const auto log = m_logDecoder->log(m_contents.text(logs[i].raw), true);
        ENSURE(log.has_value());
        m_assembly.addLog(*log, logs[i]);
        m_payloads->add(logs[i].scope, {logs[i].raw}, true);
    }
}

/// Tells how far the reading is: a file is done up to the end of its last record, and what
/// stands between the records was work as well.
void OtlpReading::advanceTo(const RawRef& place)
{
    std::uint64_t& done = m_done[place.file.index()];
    const std::uint64_t end = place.offset + place.length;
    if (end > done)
        m_job.advance(end - std::exchange(done, end));
}

void OtlpReading::finishProgress()
{
    for (const ImportFile& file : m_files)
        advanceTo({file.id, 0, m_contents.text(file.id).size()});
}

void OtlpReading::reportBroken(const RawRef& place, std::string what, const Error& error)
{
    report(ReportSeverity::Broken, place, what + error.message);
}

void OtlpReading::report(ReportSeverity severity, const RawRef& place, std::string message)
{
    m_builder.report().add({.severity = severity,
                            .file = place.file.value,
                            .offset = place.offset,
                            .message = std::move(message)});
}

} // namespace tracestore
