#include "engine/cli/sql_command.h"

#include "engine/cli/job_watch.h"
#include "engine/cli/sql_output.h"
#include "tracestore/store/kymo_file.h"
#include "tracestore/store/kymo_reader.h"
#include "tracestore/store/kymo_writer.h"

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdlib.h>

namespace engine::cli {

using tracestore::Database;
using tracestore::ErrorCode;
using tracestore::Result;

namespace {

    namespace fs = std::filesystem;

    bool isKymo(const std::string& path)
    {
        std::error_code error;
        if (!fs::is_regular_file(path, error))
            return false;
        std::array<char, tracestore::kKymoHeadSize> head {};
        std::ifstream file(path, std::ios::binary);
        file.read(head.data(), head.size());
        return tracestore::isKymoFile({head.data(), static_cast<std::size_t>(file.gcount())});
    }

    /// A folder that only this user can read, and that goes with this object.
    class PrivateFolder
    {
    public:
        PrivateFolder()
        {
            std::error_code none;
            m_path = fs::temp_directory_path(none).string() + "/kymo-XXXXXX";
            if (::mkdtemp(m_path.data()) == nullptr)
                m_error = std::strerror(errno);
        }

        PrivateFolder(const PrivateFolder&) = delete;
        PrivateFolder& operator=(const PrivateFolder&) = delete;

        ~PrivateFolder()
        {
            std::error_code ignored;
            if (m_error.empty())
                fs::remove_all(m_path, ignored);
        }

        [[nodiscard]] const std::string& path() const { return m_path; }

        [[nodiscard]] const std::string& error() const { return m_error; }

    private:
        std::string m_path;
        std::string m_error;
    };

} // namespace

void SqlCommand::addTo(CLI::App& app)
{
    app.add_option("FILE", m_file, "A .kymo file, or any other trace")->required();
    app.add_option("STATEMENT", m_statement, "A select, see FORMAT.md for the tables")->required();
    auto* json = app.add_flag("--json", m_isJson, "JSON for other programs");
    app.add_flag("--csv", m_isCsv, "Comma-separated values")->excludes(json);
}

Result<Database> SqlCommand::open(CommandContext& context) const
{
    return isKymo(m_file) ? tracestore::openKymoTables(m_file) : openCopy(context);
}

/// The copy is open when its folder goes: the file stays until it is closed.
Result<Database> SqlCommand::openCopy(CommandContext& context) const
{
    const auto trace = openInput({{m_file}, false}, context);
    if (!trace)
        return fail(trace.error());
    const PrivateFolder folder;
    if (!folder.error().empty())
        return fail(ErrorCode::Io, "Cannot make a temporary folder: " + folder.error() + '.');
    context.err.line("kymo: This is no .kymo file; a private copy is asked. `kymo convert` makes "
                     "one to keep.");
    const fs::path copy = fs::path(folder.path()) / "copy.kymo";
    tracestore::Job job;
    const JobWatch watch(job, context.err, "Copying");
    if (auto saved = saveKymo(**trace, copy, job); !saved)
        return fail(std::move(saved).error());
    return tracestore::openKymoTables(copy);
}

ExitCode SqlCommand::ask(Database& database, CommandContext& context) const
{
    auto statement = database.prepare(m_statement);
    if (!statement)
        return failWith({ErrorCode::Invalid, "SQL: " + database.lastMessage() + '.', {}}, context);
    if (statement->columnCount() == 0)
        return failWith({ErrorCode::Invalid,
                         "SQL: the statement gives no rows. The file is only read: use select.",
                         {}},
                        context);
    const auto format = m_isJson ? SqlFormat::Json : m_isCsv ? SqlFormat::Csv : SqlFormat::Table;
    tracestore::Job job;
    const JobWatch watch(job, context.err, "Asking");
    const auto written = writeRows(context.out, *statement, format, job);
    if (!written && written.error().code == ErrorCode::Cancelled)
        return failWith(written.error(), context);
    if (!written)
        return failWith({ErrorCode::Invalid, "SQL: " + database.lastMessage() + '.', {}}, context);
    return ExitCode::Done;
}

ExitCode SqlCommand::run(CommandContext& context)
{
    auto database = open(context);
    if (!database)
        return failWith(database.error(), context);
    return ask(*database, context);
}

} // namespace engine::cli
