#include "engine/tool/builtin/sqlite_query.h"

#include "engine/tool/builtin/builtin_tool.h"
#include "tracestore/base/job.h"
#include "tracestore/base/json_writer.h"

#include <nlohmann/json.hpp>

#include <QDeadlineTimer>

#include <algorithm>
#include <array>
#include <sqlite3.h>
#include <string_view>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr int kStepsBetweenLooks = 1000;
    constexpr int kBusyMs = 500;
    constexpr std::size_t kShownCell = 4096;
    constexpr const char* kReadOnly = "Only reading is allowed: write one SELECT.";

    struct DatabaseCloser
    {
        void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
    };

    struct StatementCloser
    {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };

    using Database = std::unique_ptr<sqlite3, DatabaseCloser>;
    using Statement = std::unique_ptr<sqlite3_stmt, StatementCloser>;

    /// When a statement has to stop.
    struct Patience
    {
        const tracestore::Job& job;
        QDeadlineTimer deadline;
    };

    int isImpatient(void* of)
    {
        const auto* patience = static_cast<const Patience*>(of);
        return patience->job.isCancelled() || patience->deadline.hasExpired() ? 1 : 0;
    }

    int allowOnlyReading(
        void* denied, int action, const char* name, const char*, const char*, const char*)
    {
        constexpr std::array<std::string_view, 6> kPragmas {"table_info",
                                                            "table_xinfo",
                                                            "table_list",
                                                            "index_list",
                                                            "index_info",
                                                            "foreign_key_list"};
        const std::string_view of = name == nullptr ? "" : name;
        if (action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_RECURSIVE)
            return SQLITE_OK;
        if (action == SQLITE_FUNCTION) // its name stands in the next argument
            return SQLITE_OK;
        if (action == SQLITE_PRAGMA && std::ranges::find(kPragmas, of) != kPragmas.end())
            return SQLITE_OK;
        *static_cast<bool*>(denied) = true;
        return SQLITE_DENY;
    }

    Result<Database> openReadOnly(const std::filesystem::path& file)
    {
        sqlite3* raw = nullptr;
        const int code
            = sqlite3_open_v2(file.c_str(),
                              &raw,
                              SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                              nullptr);
        Database database(raw);
        if (code != SQLITE_OK)
            return fail(ErrorCode::Io,
                        std::string("The database cannot be opened: ") + sqlite3_errstr(code)
                            + '.');
        sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
        sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
        sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
        sqlite3_limit(raw, SQLITE_LIMIT_LENGTH, 16 << 20);
        sqlite3_limit(raw, SQLITE_LIMIT_SQL_LENGTH, 100'000);
        sqlite3_limit(raw, SQLITE_LIMIT_EXPR_DEPTH, 200);
        sqlite3_limit(raw, SQLITE_LIMIT_ATTACHED, 0);
        sqlite3_busy_timeout(raw, kBusyMs);
        return database;
    }

    void writeCell(tracestore::JsonWriter& to, sqlite3_stmt* row, int column)
    {
        switch (sqlite3_column_type(row, column)) {
        case SQLITE_NULL:
            to.null();
            return;
        case SQLITE_INTEGER:
            to.value(static_cast<std::int64_t>(sqlite3_column_int64(row, column)));
            return;
        case SQLITE_FLOAT:
            to.value(sqlite3_column_double(row, column));
            return;
        case SQLITE_BLOB:
            to.value("[" + std::to_string(sqlite3_column_bytes(row, column)) + " bytes]");
            return;
        default:
            break;
        }
        // Blob gives the bytes of a text without a copy.
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(row, column));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
        to.value(cutResult(std::string(bytes == nullptr ? "" : bytes, size), kShownCell));
    }

    /// One query and what it gives.
    class SqliteQuery
    {
    public:
        SqliteQuery(Database database, const SqliteLimits& limits, const tracestore::Job& job)
            : m_database(std::move(database))
            , m_limits(limits)
            , m_patience {job, QDeadlineTimer(limits.milliseconds)}
        {
            sqlite3_progress_handler(
                m_database.get(), kStepsBetweenLooks, &isImpatient, &m_patience);
            sqlite3_set_authorizer(m_database.get(), &allowOnlyReading, &m_isDenied);
        }

        Result<std::string> run(const std::string& sql, const json& parameters)
        {
            sqlite3_stmt* raw = nullptr;
            const char* rest = nullptr;
            const int code = sqlite3_prepare_v2(
                m_database.get(), sql.c_str(), static_cast<int>(sql.size()) + 1, &raw, &rest);
            m_statement.reset(raw);
            if (m_isDenied || code != SQLITE_OK)
                return failure();
            if (raw == nullptr)
                return fail(ErrorCode::Invalid, "There is no statement: write one SELECT.");
            if (std::string_view(rest).find_first_not_of(" \t\r\n;") != std::string_view::npos)
                return fail(ErrorCode::Invalid, "Write one statement at a time.");
            if (auto bound = bind(parameters); !bound)
                return fail(std::move(bound).error());
            return rows();
        }

    private:
        Result<void> bind(const json& parameters)
        {
            const int expected = sqlite3_bind_parameter_count(m_statement.get());
            if (static_cast<std::size_t>(expected) != parameters.size())
                return fail(ErrorCode::Invalid,
                            "The statement has " + std::to_string(expected)
                                + " placeholders, but there are "
                                + std::to_string(parameters.size()) + " parameters.");
            int place = 0;
            for (const json& value : parameters) {
                ++place;
                if (value.is_null())
                    sqlite3_bind_null(m_statement.get(), place);
                else if (value.is_number_integer())
                    sqlite3_bind_int64(m_statement.get(), place, value.get<std::int64_t>());
                else if (value.is_number())
                    sqlite3_bind_double(m_statement.get(), place, value.get<double>());
                else if (value.is_boolean())
                    sqlite3_bind_int(m_statement.get(), place, value.get<bool>() ? 1 : 0);
                else
                    bindText(place, value.is_string() ? value.get<std::string>() : value.dump());
            }
            return {};
        }

        void bindText(int place, const std::string& text)
        {
            sqlite3_bind_text64(m_statement.get(),
                                place,
                                text.data(),
                                text.size(),
                                SQLITE_TRANSIENT, // NOLINT: SQLite's own cast
                                SQLITE_UTF8);
        }

        Result<std::string> rows()
        {
            std::string text;
            tracestore::JsonWriter to(text);
            const int columns = sqlite3_column_count(m_statement.get());
            to.beginObject().key("columns").beginArray();
            for (int i = 0; i < columns; ++i)
                to.value(std::string_view(sqlite3_column_name(m_statement.get(), i)));
            to.endArray().key("rows").beginArray();
            std::size_t count = 0;
            int code = SQLITE_ROW;
            while ((code = sqlite3_step(m_statement.get())) == SQLITE_ROW && count < m_limits.rows
                   && text.size() < m_limits.bytes) {
                ++count;
                to.beginArray();
                for (int i = 0; i < columns; ++i)
                    writeCell(to, m_statement.get(), i);
                to.endArray();
            }
            if (code != SQLITE_ROW && code != SQLITE_DONE)
                return failure();
            to.endArray();
            if (code == SQLITE_ROW)
                to.member("truncated",
                          std::string_view("there are more rows; use LIMIT, WHERE or aggregates"));
            to.endObject();
            return text;
        }

        Result<std::string> failure()
        {
            if (m_isDenied)
                return fail(ErrorCode::Denied, kReadOnly);
            if (m_patience.job.isCancelled())
                return tracestore::cancelled();
            if (m_patience.deadline.hasExpired())
                return fail(ErrorCode::Timeout,
                            "The query took longer than "
                                + std::to_string(m_limits.milliseconds / 1000)
                                + " seconds; ask for less.");
            return fail(ErrorCode::Invalid,
                        std::string("SQLite says: ") + sqlite3_errmsg(m_database.get()) + '.');
        }

        Database m_database;
        const SqliteLimits& m_limits;
        Patience m_patience;
        bool m_isDenied = false;
        Statement m_statement;
    };

} // namespace

std::unique_ptr<Tool>
makeSqliteQuery(std::filesystem::path database, SqliteLimits limits, QThreadPool& pool)
{
    ToolInfo info {
        .definition
        = {"sqlite_query",
           "Reads from a SQLite database with one SELECT. SELECT sql FROM sqlite_schema shows the "
           "tables.",
           R"({"type":"object","properties":{"sql":{"type":"string","minLength":1},)"
           R"("parameters":{"type":"array","description":"values of the placeholders ?","items":)"
           R"({"type":["string","number","boolean","null"]}}},)"
           R"("required":["sql"],"additionalProperties":false})"},
        .effectClass = EffectClass::Reads};
    return std::make_unique<BuiltinTool>(
        std::move(info),
        [database = std::move(database), limits, &pool](const json& arguments,
                                                        ToolHandlers handlers) {
            auto work = [database,
                         limits,
                         sql = textArgument(arguments, "sql"),
                         parameters = arguments.value("parameters", json::array())](
                            const tracestore::Job& job) {
                auto opened = openReadOnly(database);
                if (!opened)
                    return failureOutcome(opened.error());
                auto rows = SqliteQuery(std::move(*opened), limits, job).run(sql, parameters);
                return rows ? textOutcome(std::move(*rows)) : failureOutcome(rows.error());
            };
            return std::make_unique<PooledTool>(pool, std::move(handlers), std::move(work));
        });
}

} // namespace engine
