#include "tracestore/store/kymo_writer.h"

#include "schema.h"
#include "tracestore/store/file_replacement.h"
#include "tracestore/store/kymo_file.h"
#include "tracestore/store/source_files.h"
#include "tracestore/store/trace_tables.h"

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    Result<void> write(Database& database, const Trace& trace, const KymoExtras& extras, Job& job)
    {
        auto done = database.run("PRAGMA application_id = " + std::to_string(kKymoApplicationId)
                                 + "; PRAGMA user_version = " + std::to_string(kKymoVersion)
                                 + "; BEGIN;" + kymoSchema(kKymoVersion));
        if (!done)
            return done;
        const auto contents = ContentWriter::begin(database);
        if (!contents)
            return fail(contents.error());
        done = writeExtras(database, (*contents)->payloads(), extras);
        if (done)
            done = writeTraceTables(
                database, trace, contentsOf(trace), **contents, {{"count.event", "0"}}, job);
        if (!done)
            return done;
        return database.run(std::string(kKymoIndexes) + "; COMMIT");
    }

    Result<void> fill(const fs::path& path, const Trace& trace, const KymoExtras& extras, Job& job)
    {
        auto database = Database::openNew(path);
        if (!database)
            return fail(std::move(database).error());
        auto written = write(*database, trace, extras, job);
        if (!written)
            return written;
        return database->close();
    }

} // namespace

Result<void> saveKymo(const Trace& trace, const fs::path& path, Job& job)
{
    return saveKymo(trace, {}, path, job);
}

Result<void> saveKymo(const Trace& trace, const KymoExtras& extras, const fs::path& path, Job& job)
{
    if (isSourceOf(trace, path))
        return fail(ErrorCode::Denied, overwriteRefusal(path));
    auto file = FileReplacement::begin(path);
    if (!file)
        return fail(std::move(file).error());
    auto written = fill(file->path(), trace, extras, job);
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

} // namespace tracestore
