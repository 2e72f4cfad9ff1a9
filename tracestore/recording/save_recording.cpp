#include "tracestore/recording/save_recording.h"

#include "schema.h"
#include "tracestore/recording/event_table.h"
#include "tracestore/recording/open_recording.h"
#include "tracestore/recording/recording_reader.h"
#include "tracestore/recording/run_payloads.h"
#include "tracestore/recording/run_trace.h"
#include "tracestore/store/file_replacement.h"
#include "tracestore/store/kymo_file.h"

namespace tracestore {
namespace {

    Result<void> writeLog(Database& database, ContentWriter& contents, const SavedRun& run)
    {
        auto events = EventWriter::begin(database, contents, 0, 0);
        if (!events)
            return fail(std::move(events).error());
        for (const RunEventPtr& event : run.events) {
            auto done = events->write(*event);
            if (!done)
                return done;
        }
        return {};
    }

    TracePtr traceOf(const SavedRun& run)
    {
        RunTrace trace(run.name);
        DoubtFinder doubts;
        for (const RunEventPtr& event : run.events) {
            doubts.add(*event);
            trace.add(event);
        }
        const TracePtr whole = trace.snapshot(true);
        const auto inDoubt = doubts.inDoubt();
        return inDoubt.empty() ? whole : withDoubts(*whole, inDoubt);
    }

    Result<void>
    fillRecording(Database& database, const SavedRun& run, const KymoExtras& extras, Job& job)
    {
        auto done = database.run("PRAGMA application_id = " + std::to_string(kKymoApplicationId)
                                 + "; PRAGMA user_version = " + std::to_string(kKymoVersion)
                                 + "; BEGIN;" + kymoSchema(kKymoVersion) + kKymoIndexes);
        if (!done)
            return done;
        const auto contents = ContentWriter::begin(database);
        if (!contents)
            return fail(contents.error());
        done = writeLog(database, **contents, run);
        if (done)
            done = writeExtras(database, (*contents)->payloads(), extras);
        if (done && run.isClosed)
            done = writeDerivedTables(database,
                                      *traceOf(run),
                                      **contents,
                                      static_cast<std::int64_t>(run.events.size()),
                                      job);
        else if (done)
            done = writeMeta(database, {{kRecordingKey, kRecordingOpen}});
        return done ? database.run("COMMIT") : done;
    }

    Result<void> fillRecordingFile(const std::filesystem::path& path,
                                   const SavedRun& run,
                                   const KymoExtras& extras,
                                   Job& job)
    {
        auto database = Database::openNew(path);
        if (!database)
            return fail(std::move(database).error());
        auto done = fillRecording(*database, run, extras, job);
        return done ? database->close() : done;
    }

} // namespace

Result<void> writeDerivedTables(Database& database,
                                const Trace& trace,
                                ContentWriter& contents,
                                std::int64_t eventCount,
                                Job& job)
{
    const auto& payloads = static_cast<const RunPayloads&>(trace.payloads());
    const ContentOf contentOf = [&](SpanId span) -> Result<SpanContent> {
        SpanContent content;
        content.detail = payloads.detailWithoutInput(span);
        content.input = payloads.input(span);
        content.raw = payloads.raw(span).value_or(std::string());
        return content;
    };
    return writeTraceTables(
        database,
        trace,
        contentOf,
        contents,
        {{"count.event", std::to_string(eventCount)}, {kRecordingKey, kRecordingClosed}},
        job);
}

Result<void> saveRecording(const SavedRun& run,
                           const KymoExtras& extras,
                           const std::filesystem::path& path,
                           Job& job)
{
    auto file = FileReplacement::begin(path);
    if (!file)
        return fail(std::move(file).error());
    auto written = fillRecordingFile(file->path(), run, extras, job);
    if (!written && written.error().code == ErrorCode::Cancelled)
        return written;
    if (!written) {
        Error error = std::move(written).error();
        error.message = "Cannot save " + path.string() + ": " + error.message
            + " Nothing that was there has changed.";
        return fail(std::move(error));
    }
    return file->commit();
}

Result<std::string> recordingImage(const SavedRun& run, const KymoExtras& extras, Job& job)
{
    auto database = Database::openNewInMemory();
    if (!database)
        return fail(std::move(database).error());
    auto done = fillRecording(*database, run, extras, job);
    if (!done)
        return fail(std::move(done).error());
    return database->image();
}

} // namespace tracestore
