#include "tracestore/store/kymo_reader.h"

#include "schema.h"
#include "tracestore/store/kymo_file.h"
#include "tracestore/store/kymo_loader.h"
#include "tracestore/store/kymo_payloads.h"

#include <array>
#include <fstream>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    /// Made after the tables are filled.
    constexpr const char* kIndex = "CREATE INDEX span_by_parent ON span (parent)";

    struct KymoHead
    {
        std::uint32_t version = 0;
        std::uint64_t size = 0;
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
        auto made = model->run(kymoSchema(version) + kIndex);
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
        const auto version = checkKymoHead(read, size, path.string());
        if (!version)
            return fail(version.error());
        return KymoHead {*version, size};
    }

} // namespace

Result<TracePtr> openKymo(const fs::path& path, Job& job)
{
    const auto head = checkFile(path);
    if (!head)
        return fail(head.error());
    auto database = Database::openStranger(path);
    if (!database)
        return refuse(std::move(database).error(), path);
    auto checked = checkSchema(*database, head->version, path.string());
    if (!checked)
        return refuse(std::move(checked).error(), path);
    auto data = KymoLoader(*database, head->version, head->size, job).load();
    if (!data)
        return fail(std::move(data).error().in(path.string()));
    auto payloads = KymoPayloads::begin(std::move(*database), path.string());
    if (!payloads)
        return fail(std::move(payloads).error());
    data->payloads = std::move(*payloads);
    return std::make_shared<const Trace>(std::move(*data));
}

} // namespace tracestore
