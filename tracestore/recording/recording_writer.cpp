#include "tracestore/recording/recording_writer.h"

#include "schema.h"
#include "tracestore/recording/event_table.h"
#include "tracestore/recording/open_recording.h"
#include "tracestore/recording/recording_file.h"
#include "tracestore/recording/recording_lock.h"
#include "tracestore/recording/recording_reader.h"
#include "tracestore/recording/run_trace.h"
#include "tracestore/recording/save_recording.h"
#include "tracestore/store/kymo_file.h"
#include "tracestore/store/kymo_reader.h"

#include <system_error>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    /// A longer journal is moved into the file, which costs the time of writing it once more.
    constexpr std::uintmax_t kMaxJournal = std::uintmax_t {64} << 20U;

    /// Makes the tables of a recording that has no events yet.
    Result<void> makeTables(const fs::path& path)
    {
        auto database = Database::openNew(path);
        if (!database)
            return fail(std::move(database).error());
        auto done = database->run("PRAGMA application_id = " + std::to_string(kKymoApplicationId)
                                  + "; PRAGMA user_version = " + std::to_string(kKymoVersion)
                                  + "; BEGIN;" + kymoSchema(kKymoVersion) + kKymoIndexes);
        if (done)
            done = writeMeta(*database, {{kRecordingKey, kRecordingOpen}});
        if (done)
            done = database->run("COMMIT");
        if (!done)
            return done;
        return database->close();
    }

    /// What close() derives the spans from.
    struct LogSoFar
    {
        explicit LogSoFar(const fs::path& path)
            : trace(path.string())
        { }

        void add(RunEventPtr event)
        {
            doubts.add(*event);
            trace.add(std::move(event));
        }

        RunTrace trace;
        DoubtFinder doubts;
    };

    class KymoRecording : public RecordingWriter
    {
    public:
        KymoRecording(fs::path path, RecordingLock lock, Database database, LogSoFar log)
            : m_path(std::move(path))
            , m_lock(std::move(lock))
            , m_database(std::move(database))
            , m_log(std::move(log))
        { }

        /// Goes on behind what `table` says; nothing where the file is new.
        Result<void> begin(const EventTable& table)
        {
            const bool isNew = table.last == 0;
            auto contents
                = isNew ? ContentWriter::begin(m_database) : ContentWriter::resume(m_database);
            if (!contents)
                return fail(std::move(contents).error());
            m_contents = std::move(*contents);
            auto events = EventWriter::begin(m_database, *m_contents, table.last, table.sum);
            if (!events)
                return fail(std::move(events).error());
            m_events.emplace(std::move(*events));
            m_saved = table.last;
            return {};
        }

        using RecordingWriter::append;

        Result<void> append(RunEventPtr event) override
        {
            return attempt([&]() -> Result<void> {
                auto done = openBatch();
                if (done)
                    done = m_events->write(*event);
                if (done)
                    m_log.add(std::move(event));
                return done;
            });
        }

        Result<void> commit() override
        {
            return attempt([&]() -> Result<void> {
                if (!m_isBatchOpen)
                    return {};
                auto done = m_database.run("COMMIT");
                if (!done)
                    return done;
                m_isBatchOpen = false;
                m_saved = m_events->lastNumber();
                return {};
            });
        }

        [[nodiscard]] std::int64_t savedNumber() const override { return m_saved; }

        Result<void> close() override
        {
            auto done = commit();
            if (!done)
                return done;
            return attempt([&]() -> Result<void> {
                auto closed = writeSpans();
                m_events.reset();
                m_contents.reset();
                if (closed)
                    closed = m_database.closeJournal();
                if (closed)
                    closed = m_database.close();
                m_isClosed = closed.has_value();
                return closed;
            });
        }

    private:
        /// After the first failure nothing is tried any more: a sync that failed may have thrown
        /// away what it should have saved, and the next would say that all is well.
        template<class Work>
        Result<void> attempt(Work&& work)
        {
            if (m_failure)
                return fail(*m_failure);
            if (m_isClosed)
                return fail(ErrorCode::Invalid, "The recording is closed.");
            auto done = work();
            if (!done) {
                Error error = std::move(done).error().in(m_path.string());
                error.message = "The recording cannot go on: " + error.message
                    + " What was saved before is safe.";
                m_failure = std::move(error);
                return fail(*m_failure);
            }
            return done;
        }

        Result<void> openBatch()
        {
            if (m_isBatchOpen)
                return {};
            std::error_code none;
            const auto size = fs::file_size(m_path.string() + "-wal", none);
            if (!none && size > kMaxJournal) {
                auto moved = m_database.checkpoint();
                if (!moved)
                    return moved;
            }
            auto begun = m_database.run("BEGIN IMMEDIATE");
            m_isBatchOpen = begun.has_value();
            return begun;
        }

        /// The log as a trace.
        [[nodiscard]] TracePtr trace() const
        {
            const TracePtr trace = m_log.trace.snapshot(true);
            const auto inDoubt = m_log.doubts.inDoubt();
            return inDoubt.empty() ? trace : withDoubts(*trace, inDoubt);
        }

        Result<void> writeSpans()
        {
            const TracePtr trace = this->trace();
            auto done = m_database.run("BEGIN IMMEDIATE; DELETE FROM meta");
            if (!done)
                return done;
            Job job;
            done = writeDerivedTables(m_database, *trace, *m_contents, m_saved, job);
            if (!done)
                return done;
            return m_database.run("COMMIT");
        }

        fs::path m_path;
        RecordingLock m_lock; ///< let go after the database is closed
        Database m_database;
        std::unique_ptr<ContentWriter> m_contents;
        std::optional<EventWriter> m_events;
        LogSoFar m_log; ///< reading it again from the file took as long as writing it
        std::int64_t m_saved = 0;
        bool m_isBatchOpen = false;
        bool m_isClosed = false;
        std::optional<Error> m_failure;
    };

    Result<std::unique_ptr<RecordingWriter>>
    beginRecording(const fs::path& path, RecordingLock lock, const EventTable& table, LogSoFar log)
    {
        auto database = Database::openRecording(path);
        if (!database)
            return fail(std::move(database).error().in(path.string()));
        auto writer = std::make_unique<KymoRecording>(
            path, std::move(lock), std::move(*database), std::move(log));
        auto begun = writer->begin(table);
        if (!begun)
            return fail(std::move(begun).error().in(path.string()));
        return std::unique_ptr<RecordingWriter>(std::move(writer));
    }

    Result<std::unique_ptr<RecordingWriter>> fillNew(const fs::path& path)
    {
        auto lock = RecordingLock::take(path);
        if (!lock)
            return fail(std::move(lock).error());
        auto made = makeTables(path);
        if (!made)
            return fail(std::move(made).error().in(path.string()));
        return beginRecording(path, std::move(*lock), {}, LogSoFar(path));
    }

    /// The end of a log that can be gone on with; what it holds goes to `log`.
    Result<EventTable> endOf(const fs::path& path, LogSoFar& log)
    {
        auto tables = openCheckedTables(path);
        if (!tables)
            return fail(std::move(tables).error());
        if (!isUnfinished(*tables))
            return fail(ErrorCode::Invalid,
                        path.string() + " was closed: there is nothing to go on with.");
        if (tables->version < kFirstVersionWithEvents)
            return fail(ErrorCode::Unsupported,
                        path.string() + " was recorded by another version of Kymo.");
        Job job;
        auto table = readEvents(tables->database, tables->size, job, [&](RunEvent event) {
            log.add(std::make_shared<const RunEvent>(std::move(event)));
        });
        if (table && table->damaged > 0)
            return fail(ErrorCode::Corrupt,
                        path.string() + " is damaged and cannot be gone on with: " + table->damage
                            + " It can still be opened.");
        return table;
    }

} // namespace

Result<std::unique_ptr<RecordingWriter>> RecordingWriter::create(const fs::path& path)
{
    auto made = makeRecordingFile(path);
    if (!made)
        return fail(std::move(made).error());
    auto writer = fillNew(path);
    if (!writer) {
        // What is there is no recording and holds nothing.
        std::error_code ignored;
        fs::remove(path, ignored);
        fs::remove(path.string() + "-wal", ignored);
    }
    return writer;
}

Result<std::unique_ptr<RecordingWriter>> RecordingWriter::resume(const fs::path& path)
{
    auto lock = RecordingLock::take(path);
    if (!lock)
        return fail(std::move(lock).error());
    return resume(path, std::move(*lock));
}

Result<std::unique_ptr<RecordingWriter>> RecordingWriter::resume(const fs::path& path,
                                                                 RecordingLock lock)
{
    LogSoFar log(path);
    const auto end = endOf(path, log);
    if (!end)
        return fail(end.error());
    return beginRecording(path, std::move(lock), *end, std::move(log));
}

} // namespace tracestore
