#include "tracestore/recording/recording_fork.h"

#include "schema.h"
#include "tracestore/recording/event_table.h"
#include "tracestore/recording/recording_file.h"
#include "tracestore/store/kymo_file.h"
#include "tracestore/store/kymo_reader.h"
#include "tracestore/store/wal_image.h"

#include <fstream>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    /// What closing a recording derives from its log, and what says that it was closed.
    constexpr const char* kDerivedTables[] = {"meta",
                                              "source_file",
                                              "session",
                                              "judgement",
                                              "agent",
                                              "branch",
                                              "span",
                                              "span_detail",
                                              "span_raw",
                                              "link",
                                              "import_report"};

    Failure failWithoutEvent(const fs::path& recording, std::int64_t number)
    {
        return fail(ErrorCode::Invalid,
                    recording.string() + " has no event " + std::to_string(number)
                        + ": it cannot be forked there.");
    }

    Result<void> copyImage(const fs::path& recording, const fs::path& fork)
    {
        const auto image = readCommittedImage(recording);
        if (!image)
            return fail(Error(image.error()).in(recording.string()));
        std::ofstream file(fork, std::ios::binary | std::ios::trunc);
        file.write(image->data(), static_cast<std::streamsize>(image->size()));
        file.close();
        if (!file)
            return fail(ErrorCode::Io, "Cannot write " + fork.string() + '.');
        return {};
    }

    /// The checksum on which the next event follows; nothing where there is no such event.
    Result<std::optional<std::int64_t>> sumOf(Database& database, std::int64_t number)
    {
        auto select = database.prepare("SELECT sum FROM event WHERE number = ?");
        if (!select)
            return fail(std::move(select).error());
        select->bind(0, number);
        const auto found = select->step();
        if (!found)
            return fail(found.error());
        return *found ? std::optional(select->integer(0)) : std::nullopt;
    }

    /// What later versions added to the tables.
    std::string schemaSince(std::uint32_t version)
    {
        std::string sql = "PRAGMA user_version = " + std::to_string(kKymoVersion) + ';';
        for (std::size_t i = version; i < kKymoSchemaParts.size(); ++i)
            sql += kKymoSchemaParts.at(i);
        return sql;
    }

    Result<void> dropWhatCameLater(Database& database, std::int64_t upTo, std::uint32_t version)
    {
        // Rows that are overwritten when they are dropped cost a write of each of their pages.
        auto done = database.run("PRAGMA secure_delete = OFF; BEGIN;" + schemaSince(version));
        for (const char* table : kDerivedTables) {
            if (done)
                done = database.run(std::string("DELETE FROM ") + table);
        }
        // Notes of steps that both share are true of both; how the other is called is not.
        if (done)
            done = database.run("DELETE FROM annotation WHERE kind = 'fact'");
        if (done)
            done = database.run("DELETE FROM event WHERE number > " + std::to_string(upTo));
        if (done)
            done = writeMeta(database, {{kRecordingKey, kRecordingOpen}});
        return done;
    }

    Result<void>
    addEvents(Database& database, std::int64_t upTo, std::int64_t sum, std::vector<RunEvent> more)
    {
        if (more.empty())
            return {};
        auto contents = ContentWriter::append(database);
        if (!contents)
            return fail(std::move(contents).error());
        auto events = EventWriter::begin(database, **contents, upTo, sum);
        if (!events)
            return fail(std::move(events).error());
        for (RunEvent& event : more) {
            event.number = events->lastNumber() + 1;
            if (auto written = events->write(event); !written)
                return written;
        }
        return {};
    }

    Result<void> cutCopy(const fs::path& recording,
                         std::uint32_t version,
                         std::int64_t upTo,
                         std::vector<RunEvent> more,
                         const fs::path& fork)
    {
        auto copied = copyImage(recording, fork);
        if (!copied)
            return copied;
        auto database = Database::openNew(fork);
        if (!database)
            return fail(std::move(database).error());
        const auto sum = sumOf(*database, upTo);
        if (!sum)
            return fail(sum.error());
        if (!*sum)
            return failWithoutEvent(recording, upTo);
        auto done = dropWhatCameLater(*database, upTo, version);
        if (done)
            done = addEvents(*database, upTo, **sum, std::move(more));
        if (done)
            done = database->run("COMMIT");
        return done ? database->close() : done;
    }

} // namespace

Result<void> forkRecording(const fs::path& recording,
                           std::int64_t upTo,
                           std::vector<RunEvent> more,
                           const fs::path& fork)
{
    // Whoever made the file: its tables are ours, so that writing to a copy does nothing else.
    const auto tables = openCheckedTables(recording);
    if (!tables)
        return fail(tables.error());
    if (tables->version < kFirstVersionWithEvents)
        return failWithoutEvent(recording, upTo);
    auto made = makeRecordingFile(fork);
    if (!made)
        return made;
    auto done = cutCopy(recording, tables->version, upTo, std::move(more), fork);
    if (!done) {
        std::error_code ignored;
        fs::remove(fork, ignored);
        if (done.error().where.empty())
            done = fail(std::move(done).error().in(fork.string()));
    }
    return done;
}

} // namespace tracestore
