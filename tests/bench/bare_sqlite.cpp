#include "tests/bench/bare_sqlite.h"

#include <cstdio>
#include <cstdlib>
#include <sqlite3.h>
#include <string>
#include <vector>

namespace bench {
namespace {

    void check(bool isFine, sqlite3* database)
    {
        if (isFine)
            return;
        std::fprintf(stderr, "SQLite: %s\n", sqlite3_errmsg(database));
        std::exit(1);
    }

    class Connection
    {
    public:
        explicit Connection(const std::filesystem::path& path, int flags)
        {
            check(sqlite3_open_v2(path.c_str(), &m_database, flags, nullptr) == SQLITE_OK,
                  m_database);
        }

        Connection(const Connection&) = delete;
        Connection& operator=(const Connection&) = delete;

        ~Connection() { sqlite3_close(m_database); }

        void run(const char* sql)
        {
            check(sqlite3_exec(m_database, sql, nullptr, nullptr, nullptr) == SQLITE_OK,
                  m_database);
        }

        sqlite3_stmt* prepare(const std::string& sql)
        {
            sqlite3_stmt* statement = nullptr;
            check(sqlite3_prepare_v2(m_database, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK,
                  m_database);
            return statement;
        }

        bool step(sqlite3_stmt* statement)
        {
            const int result = sqlite3_step(statement);
            check(result == SQLITE_ROW || result == SQLITE_DONE, m_database);
            return result == SQLITE_ROW;
        }

    private:
        sqlite3* m_database = nullptr;
    };

    struct Table
    {
        std::string name;
        std::string sql;
        int columns = 0;
        std::vector<sqlite3_value*> values;
    };

} // namespace

struct BareRows::Tables
{
    std::vector<Table> all;
    std::vector<std::string> indexes;
};

BareRows::BareRows(const std::filesystem::path& kymo)
    : m_tables(std::make_unique<Tables>())
{
    Connection from(kymo, SQLITE_OPEN_READONLY);
    sqlite3_stmt* names = from.prepare(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
    while (from.step(names)) {
        const auto text = [&](int column) {
            return std::string(static_cast<const char*>(
                static_cast<const void*>(sqlite3_column_text(names, column))));
        };
        m_tables->all.push_back({text(0), text(1), 0, {}});
    }
    sqlite3_finalize(names);
    for (Table& table : m_tables->all) {
        sqlite3_stmt* rows = from.prepare("SELECT * FROM " + table.name);
        table.columns = sqlite3_column_count(rows);
        while (from.step(rows)) {
            for (int i = 0; i < table.columns; ++i)
                table.values.push_back(sqlite3_value_dup(sqlite3_column_value(rows, i)));
        }
        sqlite3_finalize(rows);
    }
}

BareRows::~BareRows()
{
    for (Table& table : m_tables->all) {
        for (sqlite3_value* value : table.values)
            sqlite3_value_free(value);
    }
}

void BareRows::write(const std::filesystem::path& to) const
{
    std::filesystem::remove(to);
    Connection database(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    database.run("PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = FULL;"
                 "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536; BEGIN");
    for (const Table& table : m_tables->all) {
        database.run(table.sql.c_str());
        std::string marks;
        for (int i = 0; i < table.columns; ++i)
            marks += i == 0 ? "?" : ",?";
        sqlite3_stmt* insert
            = database.prepare("INSERT INTO " + table.name + " VALUES (" + marks + ")");
        int column = 0;
        for (const sqlite3_value* value : table.values) {
            sqlite3_bind_value(insert, ++column, value);
            if (column < table.columns)
                continue;
            database.step(insert);
            sqlite3_reset(insert);
            column = 0;
        }
        sqlite3_finalize(insert);
    }
    database.run("COMMIT");
}

void BareRows::writeInBatches(const std::filesystem::path& to, std::size_t batches) const
{
    for (const char* suffix : {"", "-wal"})
        std::filesystem::remove(to.string() + suffix);
    Connection database(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    database.run("PRAGMA page_size = 16384; PRAGMA locking_mode = EXCLUSIVE;"
                 "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                 "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -16384");
    std::vector<sqlite3_stmt*> inserts;
    for (const Table& table : m_tables->all) {
        database.run(table.sql.c_str());
        std::string marks = "?";
        for (int i = 1; i < table.columns; ++i)
            marks += ",?";
        inserts.push_back(
            database.prepare("INSERT INTO " + table.name + " VALUES (" + marks + ")"));
    }
    for (std::size_t batch = 0; batch < batches; ++batch) {
        database.run("BEGIN IMMEDIATE");
        for (std::size_t t = 0; t < inserts.size(); ++t) {
            const Table& table = m_tables->all[t];
            const auto columns = static_cast<std::size_t>(table.columns);
            const std::size_t rows = table.values.size() / columns;
            for (std::size_t row = rows * batch / batches; row < rows * (batch + 1) / batches;
                 ++row) {
                for (std::size_t i = 0; i < columns; ++i)
                    sqlite3_bind_value(
                        inserts[t], static_cast<int>(i) + 1, table.values[row * columns + i]);
                database.step(inserts[t]);
                sqlite3_reset(inserts[t]);
            }
        }
        database.run("COMMIT");
    }
    for (sqlite3_stmt* insert : inserts)
        sqlite3_finalize(insert);
}

std::uint64_t BareRows::count() const
{
    std::uint64_t rows = 0;
    for (const Table& table : m_tables->all)
        rows += table.values.size() / static_cast<std::size_t>(table.columns);
    return rows;
}

std::uint64_t selectSpans(const std::filesystem::path& kymo)
{
    Connection database(kymo, SQLITE_OPEN_READONLY);
    sqlite3_stmt* rows = database.prepare("SELECT * FROM span");
    const int columns = sqlite3_column_count(rows);
    std::uint64_t count = 0;
    std::int64_t sum = 0;
    while (database.step(rows)) {
        ++count;
        for (int i = 0; i < columns; ++i) {
            const int type = sqlite3_column_type(rows, i);
            if (type == SQLITE_INTEGER)
                sum += sqlite3_column_int64(rows, i);
            else if (type == SQLITE_TEXT || type == SQLITE_BLOB)
                sum += sqlite3_column_bytes(rows, i);
        }
    }
    sqlite3_finalize(rows);
    return sum == 0 ? 0 : count;
}

} // namespace bench
