#include "tracestore/store/kymo_reader.h"

#include "schema.h"
#include "tracestore/store/checked_row.h"
#include "tracestore/store/kymo_file.h"
#include "tracestore/store/kymo_loader.h"
#include "tracestore/store/kymo_payloads.h"
#include "tracestore/store/wal_image.h"

#include <array>
#include <fstream>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    /// The place in the header that says whether there is a journal of the kind WAL: 2.
    constexpr std::size_t kReadFormAt = 19;

    struct KymoHead
    {
        std::uint32_t version = 0;
        std::uint64_t size = 0;
        bool hasJournal = false;
    };

    /// Everything that stands in the schema of a database, in one text.
    Result<std::string> schemaText(Database& database)
    {
        auto select = database.prepare(
            "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
        if (!select)
            return fail(std::move(select).error());
        std::string text;
        for (;;) {
            const auto found = select->step();
            if (!found)
                return fail(found.error());
            if (!*found)
                return text;
            for (int i = 0; i < 4; ++i)
                text.append(select->bytes(i)).append(1, '\0');
        }
    }

    /// The failure of a file whose first look ended with `error`.
    Failure refuse(Error error, const fs::path& path)
    {
        if (error.code == ErrorCode::Corrupt)
            error.message = path.string()
                + " is damaged where its tables are listed and cannot be opened. The sqlite3 shell "
                  "may save what is left (.recover).";
        return fail(std::move(error).in(path.string()));
    }

    Result<void> checkSchema(Database& database, std::uint32_t version, const std::string& name)
    {
        auto model = Database::openInMemory();
        if (!model)
            return fail(std::move(model).error());
        auto made = model->run(kymoSchema(version) + kKymoIndexes);
        if (!made)
            return made;
        const auto right = schemaText(*model);
        const auto found = schemaText(database);
        if (!right)
            return fail(right.error());
        if (!found)
            return fail(found.error());
        if (*found != *right)
            return fail(ErrorCode::Unsupported,
                        name
                            + " does not have exactly the tables of a .kymo file: it is damaged, "
                              "or another program has changed it. It was not opened.");
        return {};
    }

    /// The version and size of a file that begins as one of ours.
    Result<KymoHead> checkFile(const fs::path& path)
    {
        std::error_code error;
        const fs::file_status status = fs::status(path, error);
        if (status.type() == fs::file_type::not_found)
            return fail(ErrorCode::NotFound, "There is no file " + path.string() + ".");
        if (!fs::is_regular_file(status))
            return fail(ErrorCode::Unsupported, path.string() + " is not a .kymo file.");
        std::ifstream file(path, std::ios::binary);
        if (!file)
            return fail(ErrorCode::Denied, "Cannot read " + path.string() + ".");
        std::array<char, kKymoHeadSize> head {};
        file.read(head.data(), head.size());
        const std::uint64_t size = fs::file_size(path, error);
        if (error)
            return fail(ErrorCode::Io,
                        "Cannot read " + path.string() + ": " + error.message() + ".");
        const std::string_view read(head.data(), static_cast<std::size_t>(file.gcount()));
        // What the file of a recording says of its size is true only with the journal.
        if (isKymoFile(read) && read[kReadFormAt] == 2)
            return KymoHead {0, size, true};
        const auto version = checkKymoHead(read, size, path.string());
        if (!version)
            return fail(version.error());
        return KymoHead {*version, size, false};
    }

    /// A fact of the table meta; nothing where it is not there or damaged.
    std::optional<std::string> metaValue(Database& database, std::string_view key)
    {
        auto select = database.prepare("SELECT * FROM meta WHERE key = ?");
        if (!select)
            return {};
        select->bindText(0, key);
        const auto found = select->step();
        if (!found || !*found)
            return {};
        RowReader reader(*select, "meta");
        static_cast<void>(reader.text());
        std::string value(reader.text());
        return reader.isIntact() ? std::optional(std::move(value)) : std::nullopt;
    }

    bool hasEvents(Database& database)
    {
        auto select = database.prepare("SELECT number FROM event LIMIT 1");
        return select && select->step().value_or(false);
    }

    Result<KymoTables> openImage(const fs::path& path)
    {
        auto image = readCommittedImage(path);
        if (!image)
            return fail(std::move(image).error().in(path.string()));
        const auto version = checkKymoHead(
            std::string_view(*image).substr(0, kKymoHeadSize), image->size(), path.string());
        if (!version)
            return fail(version.error());
        const std::uint64_t size = image->size();
        auto database = Database::openStranger(std::move(*image));
        if (!database)
            return refuse(std::move(database).error(), path);
        return KymoTables {std::move(*database), *version, size};
    }

    Result<KymoTables> openFile(const fs::path& path, const KymoHead& head)
    {
        auto database = Database::openStranger(path);
        if (!database)
            return refuse(std::move(database).error(), path);
        return KymoTables {std::move(*database), head.version, head.size};
    }

} // namespace

Result<KymoTables> openCheckedTables(const fs::path& path)
{
    const auto head = checkFile(path);
    if (!head)
        return fail(head.error());
    auto tables = head->hasJournal ? openImage(path) : openFile(path, *head);
    if (!tables)
        return tables;
    auto checked = checkSchema(tables->database, tables->version, path.string());
    if (!checked)
        return refuse(std::move(checked).error(), path);
    return tables;
}

Result<Database> openKymoTables(const fs::path& path)
{
    auto tables = openCheckedTables(path);
    if (!tables)
        return fail(std::move(tables).error());
    tables->database.allowQueries();
    return std::move(tables->database);
}

bool isUnfinished(KymoTables& tables)
{
    if (tables.version < kFirstVersionWithEvents)
        return false;
    return metaValue(tables.database, kRecordingKey) == kRecordingOpen
        || (!metaValue(tables.database, "count.span") && hasEvents(tables.database));
}

Result<TracePtr>
loadKymo(KymoTables tables, const fs::path& path, Job& job, const WrapPayloads& wrap)
{
    auto data = KymoLoader(tables.database, tables.version, tables.size, job).load();
    if (!data)
        return fail(std::move(data).error().in(path.string()));
    auto payloads = KymoPayloads::begin(std::move(tables.database), path.string());
    if (!payloads)
        return fail(std::move(payloads).error());
    data->payloads = std::move(*payloads);
    if (wrap)
        data->payloads = wrap(std::move(data->payloads));
    return std::make_shared<const Trace>(std::move(*data));
}

Result<TracePtr> openKymo(const fs::path& path, Job& job)
{
    auto tables = openCheckedTables(path);
    if (!tables)
        return fail(std::move(tables).error());
    if (isUnfinished(*tables))
        return fail(ErrorCode::Unsupported,
                    path.string() + " is a recording that was not closed; it has no spans yet.");
    return loadKymo(std::move(*tables), path, job);
}

} // namespace tracestore
