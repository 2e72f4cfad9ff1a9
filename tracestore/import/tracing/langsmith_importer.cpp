#include "tracestore/import/tracing/langsmith_importer.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/otel/span_collector.h"
#include "tracestore/import/otel/span_list_reader.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/tracing/langsmith_decoder.h"
#include "tracestore/import/tracing/langsmith_outline.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    std::unique_ptr<SpanDecoder> newLangSmithDecoder()
    {
        return std::make_unique<LangsmithDecoder>();
    }

    /// A run and the records that tell of it, in the order of the files.
    struct LangsmithRun
    {
        std::vector<RawRef> raw;
        std::vector<RawRef> members;
        std::uint32_t firstRecord = 0;
    };

    class LangsmithReading
    {
    public:
        LangsmithReading(const std::vector<ImportFile>& files,
                         const LoadedFiles& contents,
                         TraceBuilder& builder,
                         Job& job)
            : m_files(files)
            , m_contents(contents)
            , m_builder(builder)
            , m_job(job)
            , m_collector(files, contents, newLangSmithDecoder, builder)
        { }

        Result<std::shared_ptr<const PayloadSource>> run()
        {
            for (const ImportFile& file : m_files) {
                const std::string_view text = m_contents.text(file.id);
                ReportBatch batch(m_builder.report(), file.id, text);
                LangsmithOutline(m_records).scan(file.id, text, batch, m_job);
            }
            gatherRuns();
            for (std::size_t i = 0; i < m_runs.size() && !m_job.isCancelled(); ++i)
                addRun(i);
            if (m_job.isCancelled())
                return cancelled();
            auto payloads = m_collector.finish();
            addScores();
            return payloads;
        }

    private:
        static std::string_view idOf(const LangsmithRecord& record)
        {
            return record.id.empty() ? langsmithOrderOf(record.dottedOrder).id : record.id;
        }

        /// A run is created by one record and completed by others, of which some name it by its
        /// order only.
        void gatherRuns()
        {
            std::unordered_map<std::string_view, std::size_t> byId;
            m_runOfRecord.resize(m_records.size(), LangsmithRecord::kNone);
            for (std::uint32_t i = 0; i < m_records.size(); ++i) {
                const LangsmithRecord& record = m_records[i];
                if (!record.isRun)
                    continue; // a batch or answer, which only holds runs
                const std::string_view id = idOf(record);
                if (id.empty() && record.isUpdate) {
                    report(ReportSeverity::Dropped,
                           record.whole,
                           "A record that completes a run does not say which, and was left out.");
                    continue;
                }
                std::size_t run = m_runs.size();
                if (!id.empty())
                    run = byId.try_emplace(id, run).first->second;
                if (run == m_runs.size())
                    m_runs.push_back({.firstRecord = i});
                m_runOfRecord[i] = static_cast<std::uint32_t>(run);
                m_runs[run].raw.push_back(record.whole);
                std::ranges::copy(record.members, std::back_inserter(m_runs[run].members));
            }
            m_names.resize(m_runs.size());
        }

        void addRun(std::size_t index)
        {
            const LangsmithRun& run = m_runs[index];
            std::vector<std::string_view> members;
            for (const RawRef& place : run.members) {
                members.push_back(m_contents.text(place));
                m_job.advance(place.length);
            }
            const std::string record = recordOfMembers(members);
            auto span = m_decoder.span(record, false);
            if (!span) {
                report(ReportSeverity::Broken,
                       run.raw.front(),
                       "A run cannot be read: " + span.error().message);
                return;
            }
            if (m_decoder.wasRepaired())
                m_builder.report().add(repairedRow(run.raw.front()));
            setEnclosing(run, *span);
            m_names[index] = {std::string(span->traceId), std::string(span->spanId)};
            const AttributeValue* feedback = findAttribute(span->attributes, "feedback_stats");
            if (feedback != nullptr && span->parentSpanId.empty())
                m_feedback.emplace_back(span->traceId, feedback->toJson());
            m_collector.addParts(*span, run.raw, run.members);
        }

        /// A run that does not name its parent is a child of the one that it stands in.
        void setEnclosing(const LangsmithRun& run, OtelSpan& span)
        {
            const std::uint32_t outer = m_records[run.firstRecord].enclosing;
            if (outer != LangsmithRecord::kNone && m_runOfRecord[outer] != LangsmithRecord::kNone) {
                const Name& name = m_names[m_runOfRecord[outer]];
                if (span.traceId.empty())
                    span.traceId = name.traceId;
                if (span.parentSpanId.empty())
                    span.parentSpanId = name.id;
            }
            if (span.traceId.empty()) // the trace of a root is called after it
                span.traceId = span.parentSpanId.empty() ? span.spanId : std::string_view();
        }

        /// What people and evaluators said of a root is said of the whole run.
        void addScores()
        {
            for (const auto& [traceId, record] : m_feedback) {
                const SessionId session = m_collector.assembly().sessionOfTrace(traceId);
                const auto stats = parseJson(record);
                if (!session.isValid() || !stats || !stats->is_object())
                    continue;
                for (const auto& [name, one] : stats->items()) {
                    Score score {.name = name, .explanation = commentsOf(one)};
                    const nlohmann::json* average = memberOf(one, "avg");
                    if (average != nullptr && average->is_number())
                        score.value = average->get<double>();
                    m_builder.session(session).scores.push_back(std::move(score));
                }
            }
        }

        static std::string commentsOf(const nlohmann::json& feedback)
        {
            std::string text;
            const nlohmann::json* comments = memberOf(feedback, "comments");
            if (comments == nullptr || !comments->is_array())
                return text;
            for (const nlohmann::json& one : *comments) {
                if (one.is_string())
                    text += (text.empty() ? "" : "\n") + one.get<std::string>();
            }
            return text;
        }

        void report(ReportSeverity severity, const RawRef& place, std::string message)
        {
            m_builder.report().add({.severity = severity,
                                    .file = place.file.value,
                                    .offset = place.offset,
                                    .message = std::move(message)});
        }

        struct Name
        {
            std::string traceId;
            std::string id;
        };

        const std::vector<ImportFile>& m_files;
        const LoadedFiles& m_contents;
        TraceBuilder& m_builder;
        Job& m_job;
        SpanCollector m_collector;
        LangsmithDecoder m_decoder;
        std::vector<LangsmithRecord> m_records;
        std::vector<LangsmithRun> m_runs;
        std::vector<std::uint32_t> m_runOfRecord;
        std::vector<Name> m_names; ///< of the runs that were added
        std::vector<std::pair<std::string, std::string>> m_feedback; ///< of roots, by trace
    };

    /// Members that hardly any other format has; two of them are enough.
    bool isRun(const std::vector<std::string_view>& keys)
    {
        static constexpr std::string_view kSigns[] = {"run_type",
                                                      "dotted_order",
                                                      "parent_run_id",
                                                      "parent_run_ids",
                                                      "child_runs",
                                                      "child_run_ids",
                                                      "session_name",
                                                      "trace_id",
                                                      "reference_example_id",
                                                      "feedback_stats"};
        const auto count = std::ranges::count_if(keys, [](std::string_view key) {
            return std::ranges::find(kSigns, key) != std::end(kSigns);
        });
        const auto has
            = [&](std::string_view key) { return std::ranges::find(keys, key) != keys.end(); };
        return count >= 2
            && (has("run_type") || has("dotted_order") || has("child_runs")
                || (has("inputs") && has("start_time")));
    }

} // namespace

bool LangsmithImporter::sniff(const Sample& sample) const
{
    if (isRun(firstKeysOf(sample.head)))
        return true;
    for (const std::string_view list : {"post", "patch", "runs", "data"}) {
        if (isRun(firstKeysOf(sample.head, {list})))
            return true;
    }
    return false;
}

Result<std::shared_ptr<const PayloadSource>>
LangsmithImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    auto contents = LoadedFiles::load(files, builder.report(), job);
    if (!contents)
        return fail(std::move(contents).error());
    return LangsmithReading(files, *contents, builder, job).run();
}

} // namespace tracestore
