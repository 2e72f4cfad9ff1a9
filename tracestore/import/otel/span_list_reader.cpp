#include "tracestore/import/otel/span_list_reader.h"

#include "tracestore/import/otel/span_collector.h"

#include <algorithm>

namespace tracestore {
namespace {

    constexpr std::string_view kAnswerList = "data";

    /// Steps into lists until something else stands there.
    bool enterLists(JsonScan& scan)
    {
        constexpr int kMaxLists = 4;
        for (int i = 0; i < kMaxLists && scan.type() == JsonScan::Type::Array; ++i) {
            if (!scan.enter() || !scan.next())
                return false;
        }
        return true;
    }

    class RecordWalk
    {
    public:
        RecordWalk(FileId file,
                   std::string_view text,
                   ReportBatch& batch,
                   Job& job,
                   const OnRecord& onRecord)
            : m_file(file)
            , m_job(job)
            , m_onRecord(onRecord)
            , m_scan(text, [&batch](const JsonDamage& damage) { batch.add(damage); })
        { }

        void run()
        {
            while (!m_job.isCancelled() && m_scan.nextDocument()) {
                if (m_scan.type() == JsonScan::Type::Array)
                    list(2);
                else if (isAnswer())
                    answer();
                else
                    record();
            }
        }

    private:
        /// Whether an object is no record, but holds a list of them behind what is said of the
        /// answer. Looks ahead with a scan of its own, no further than such members go.
        [[nodiscard]] bool isAnswer() const
        {
            static constexpr std::string_view kAbout[]
                = {"meta", "next_cursor", "nextCursor", "total", "limit", "offset", "errors"};
            JsonScan ahead = m_scan.lookAhead();
            if (!ahead.enter())
                return false;
            while (ahead.next()) {
                if (isAnswerList(ahead))
                    return true;
                if (std::ranges::find(kAbout, ahead.key()) == std::end(kAbout))
                    return false;
            }
            return false;
        }

        static bool isAnswerList(const JsonScan& scan)
        {
            return scan.key() == kAnswerList && scan.type() == JsonScan::Type::Array;
        }

        void answer()
        {
            if (!m_scan.enter())
                return;
            while (!m_job.isCancelled() && m_scan.next()) {
                if (isAnswerList(m_scan))
                    list(1);
            }
        }

        void list(int depth)
        {
            if (!m_scan.enter())
                return;
            while (!m_job.isCancelled() && m_scan.next()) {
                if (m_scan.type() == JsonScan::Type::Array && depth > 1)
                    list(depth - 1);
                else
                    record();
            }
        }

        void record()
        {
            const std::size_t offset = m_scan.offset();
            const auto json = m_scan.take();
            if (!json)
                return;
            m_onRecord({m_file, offset, json->size()}, *json);
            m_job.advance(json->size());
        }

        FileId m_file;
        Job& m_job;
        const OnRecord& m_onRecord;
        JsonScan m_scan;
    };

} // namespace

void forEachRecord(
    FileId file, std::string_view text, ReportBatch& batch, Job& job, const OnRecord& onRecord)
{
    RecordWalk(file, text, batch, job, onRecord).run();
}

Result<std::shared_ptr<const PayloadSource>> readSpanList(const std::vector<ImportFile>& files,
                                                          OtelPayloads::NewDecoder newDecoder,
                                                          TraceBuilder& builder,
                                                          Job& job)
{
    auto contents = LoadedFiles::load(files, builder.report(), job);
    if (!contents)
        return fail(std::move(contents).error());
    SpanCollector collector(files, *contents, newDecoder, builder);
    const auto decoder = newDecoder();
    for (const ImportFile& file : files) {
        ReportBatch batch(builder.report(), file.id, contents->text(file.id));
        forEachRecord(file.id,
                      contents->text(file.id),
                      batch,
                      job,
                      [&](const RawRef& place, std::string_view json) {
                          const auto span = decoder->span(json, true);
                          if (!span) {
                              batch.add(ReportSeverity::Broken,
                                        place.offset,
                                        "A span cannot be read: " + span.error().message);
                              return;
                          }
                          if (decoder->wasRepaired())
                              builder.report().add(repairedRow(place));
                          collector.add(*span, place);
                      });
    }
    if (job.isCancelled())
        return cancelled();
    return collector.finish();
}

std::vector<std::string_view> firstKeysOf(std::string_view head)
{
    return firstKeysOf(head, {});
}

std::vector<std::string_view> firstKeysOf(std::string_view head,
                                          std::initializer_list<std::string_view> path)
{
    std::vector<std::string_view> keys;
    JsonScan scan(head, [](const JsonDamage&) {});
    if (!scan.nextDocument() || !enterLists(scan))
        return keys;
    for (const std::string_view step : path) {
        if (scan.type() != JsonScan::Type::Object || !scan.enter())
            return keys;
        do {
            if (!scan.next())
                return keys;
        } while (scan.key() != step);
        if (!enterLists(scan))
            return keys;
    }
    if (scan.type() != JsonScan::Type::Object || !scan.enter())
        return keys;
    while (scan.next())
        keys.push_back(scan.key());
    return keys;
}

} // namespace tracestore
