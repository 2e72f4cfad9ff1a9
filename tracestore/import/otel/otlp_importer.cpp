#include "tracestore/import/otel/otlp_importer.h"

#include "tracestore/import/otel/otel_payloads.h"
#include "tracestore/import/otel/otlp_outline.h"
#include "tracestore/import/otel/otlp_quick_import.h"
#include "tracestore/import/reading/loaded_files.h"

#include <algorithm>

namespace tracestore {
namespace {

    std::unique_ptr<SpanDecoder> newDecoder()
    {
        return std::make_unique<OtlpDecoder>();
    }

    std::string keyOf(std::string_view traceId, std::string_view spanId)
    {
        std::string key;
        key.append(traceId).append(1, '\n').append(spanId);
        std::ranges::transform(key, key.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        return key;
    }

    /// One import: outline, then the log records, then the spans with the log records of each, then
    /// what is left of the log records.
    class OtlpReading
    {
    public:
        OtlpReading(const std::vector<ImportFile>& files,
                    const LoadedFiles& contents,
                    TraceBuilder& builder,
                    Job& job)
            : m_files(files)
            , m_contents(contents)
            , m_builder(builder)
            , m_job(job)
            , m_payloads(std::make_shared<OtelPayloads>(files, newDecoder))
            , m_outline(m_payloads->tables(), builder.report())
            , m_assembly(builder, m_payloads->tables())
        { }

        Result<std::shared_ptr<const PayloadSource>> run()
        {
            for (const ImportFile& file : m_files) {
                if (auto done = m_outline.scan(file.id, m_contents.text(file.id), m_job); !done)
                    return fail(std::move(done).error());
            }
            indexLogs();
            for (const OtelPlace& place : m_outline.spans()) {
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
            return std::shared_ptr<const PayloadSource>(m_payloads);
        }

    private:
        void indexLogs()
        {
            const auto& logs = m_outline.logs();
            m_isLogLoose.resize(logs.size());
            for (std::size_t i = 0; i < logs.size() && !m_job.isCancelled(); ++i) {
                const auto log = m_logDecoder.log(m_contents.text(logs[i].raw), true);
                if (!log) {
                    reportBroken(logs[i].raw, "A log record cannot be read: ", log.error());
                    continue;
                }
                m_isLogLoose[i] = true;
                if (!log->spanId.empty())
                    m_logsOfSpan[keyOf(log->traceId, log->spanId)].push_back(i);
            }
        }

        void addSpan(const OtelPlace& place)
        {
            auto span = m_decoder.span(m_contents.text(place.raw), true);
            if (!span) {
                reportBroken(place.raw, "A span cannot be read: ", span.error());
                return;
            }
            if (m_decoder.wasRepaired())
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

        void attachLogs(OtelSpan& span, std::vector<RawRef>& raw)
        {
            if (m_logsOfSpan.empty())
                return;
            const auto found = m_logsOfSpan.find(keyOf(span.traceId, span.spanId));
            if (found == m_logsOfSpan.end())
                return;
            for (const std::size_t i : found->second) {
                const OtelPlace& place = m_outline.logs()[i];
                const auto log = m_logDecoder.log(m_contents.text(place.raw), true);
                ENSURE(log.has_value()); // it was read before, from the same memory
                span.events.push_back(m_keeper.keep(log->event));
                raw.push_back(place.raw);
                m_isLogLoose[i] = false;
                m_builder.report().addMapped();
            }
        }

        /// A span of an id that was there before: delivered again, or another that bears its id.
        void settleDouble(SpanId span, SpanId known)
        {
            const SpanColumns& columns = m_builder.columns();
            const auto textOf = [&](SpanId id) {
                return m_contents.text(columns.raws[columns.firstRaw[id.index()]]);
            };
            m_assembly.settleDouble(span,
                                    known,
                                    columns.raws[columns.firstRaw[span.index()]],
                                    textOf(span) == textOf(known));
        }

        void addLooseLogs()
        {
            const auto& logs = m_outline.logs();
            for (std::size_t i = 0; i < logs.size() && !m_job.isCancelled(); ++i) {
                if (!m_isLogLoose[i])
                    continue;
                const auto log = m_logDecoder.log(m_contents.text(logs[i].raw), true);
                ENSURE(log.has_value());
                m_assembly.addLog(*log, logs[i]);
                m_payloads->add(logs[i].scope, {logs[i].raw}, true);
            }
        }

        /// Tells how far the reading is: a file is done up to the end of its last record, and what
        /// stands between the records was work as well.
        void advanceTo(const RawRef& place)
        {
            std::uint64_t& done = m_done[place.file.index()];
            const std::uint64_t end = place.offset + place.length;
            if (end > done)
                m_job.advance(end - std::exchange(done, end));
        }

        void finishProgress()
        {
            for (const ImportFile& file : m_files)
                advanceTo({file.id, 0, m_contents.text(file.id).size()});
        }

        void reportBroken(const RawRef& place, std::string what, const Error& error)
        {
            report(ReportSeverity::Broken, place, what + error.message);
        }

        void report(ReportSeverity severity, const RawRef& place, std::string message)
        {
            m_builder.report().add({.severity = severity,
                                    .file = place.file.value,
                                    .offset = place.offset,
                                    .message = std::move(message)});
        }

        const std::vector<ImportFile>& m_files;
        const LoadedFiles& m_contents;
        TraceBuilder& m_builder;
        Job& m_job;
        std::shared_ptr<OtelPayloads> m_payloads;
        OtlpOutline m_outline;
        OtelAssembly m_assembly;
        OtlpDecoder m_decoder;
        OtlpDecoder m_logDecoder;
        EventKeeper m_keeper;
        std::vector<bool> m_isLogLoose;
        std::unordered_map<std::size_t, std::uint64_t> m_done; ///< bytes of a file, by its id
        std::unordered_map<std::string, std::vector<std::size_t>> m_logsOfSpan;
    };

} // namespace

bool OtlpImporter::sniff(const Sample& sample) const
{
    return OtlpOutline::isOtlp(sample.head);
}

Result<std::shared_ptr<const PayloadSource>>
OtlpImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    SerialExecutor executor;
    return readParallel(files, builder, job, executor);
}

Result<std::shared_ptr<const PayloadSource>> OtlpImporter::readParallel(
    const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job, Executor& executor) const
{
    // What is in order is read in one pass; for the rest one has to look at all of it twice.
    const TraceBuilder untouched = builder;
    const auto payloads = std::make_shared<OtelPayloads>(files, newDecoder);
    const auto isRead = OtlpQuickImport(files, builder, *payloads, job, executor).run();
    if (!isRead)
        return fail(isRead.error());
    std::shared_ptr<const PayloadSource> source = payloads;
    if (!*isRead) {
        builder = untouched;
        auto contents = LoadedFiles::load(files, builder.report(), job);
        if (!contents)
            return fail(std::move(contents).error());
        auto read = OtlpReading(files, *contents, builder, job).run();
        if (!read)
            return read;
        source = std::move(*read);
    }
    if (builder.spanCount() == 0 && builder.report().broken() > 0)
        return fail(ErrorCode::Corrupt,
                    "The file begins as OTLP/JSON, but not one span in it can be read: "
                        + builder.report().rows().front().message);
    return source;
}

bool OtlpImporter::savePayloads(const PayloadSource& payloads, BinaryWriter& to) const
{
    const auto* own = dynamic_cast<const OtelPayloads*>(&payloads);
    if (own != nullptr)
        own->save(to);
    return own != nullptr;
}

std::shared_ptr<const PayloadSource>
OtlpImporter::restorePayloads(const std::vector<ImportFile>& files, BinaryReader& from) const
{
    auto payloads = std::make_shared<OtelPayloads>(files, newDecoder);
    payloads->restore(from);
    return from.isFine() ? payloads : nullptr;
}

} // namespace tracestore
