#include "tracestore/store/database.h"

#include "tracestore/base/ensure.h"

#include <algorithm>
#include <cstring>
#include <sqlite3.h>

namespace tracestore {
namespace {

    /// No text or blob of a .kymo file is longer; payloads are cut into pieces.
    constexpr int kMaxValueBytes = 256 << 20;

    sqlite3_destructor_type copied()
    {
        return reinterpret_cast<sqlite3_destructor_type>(std::intptr_t {-1});
    }

    ErrorCode codeOf(int code)
    {
        switch (code & 0xFF) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return ErrorCode::Corrupt;
        case SQLITE_TOOBIG:
        case SQLITE_NOMEM:
            return ErrorCode::Limit;
        case SQLITE_PERM:
        case SQLITE_READONLY:
            return ErrorCode::Denied;
        default:
            return ErrorCode::Io;
        }
    }

    Failure failSqlite(int code)
    {
        return fail(codeOf(code), std::string(sqlite3_errstr(code)) + ".");
    }

    /// The path as an SQLite URI; immutable: no lock, no journal, no file beside it.
    std::string readOnlyUri(const std::filesystem::path& path)
    {
        static constexpr std::string_view kDigits = "0123456789ABCDEF";
        static constexpr std::string_view kPlain = "/._-";
        std::string uri = "file:";
        for (const char c : std::filesystem::absolute(path).string()) {
            const auto byte = static_cast<unsigned char>(c);
            const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9') || kPlain.find(c) != std::string_view::npos;
            if (isPlain)
                uri += c;
            else
                uri.append(1, '%').append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 15U]);
        }
        return uri + "?immutable=1";
    }

} // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const
{
    sqlite3_finalize(statement);
}

void Statement::noteBinding(int code)
{
    // Past the last parameter is a mistake of ours; all else comes from the value.
    ENSURE(code != SQLITE_RANGE && code != SQLITE_MISUSE);
    if (code != SQLITE_OK)
        m_bindingError = code;
}

void Statement::bind(int parameter, std::int64_t value)
{
    noteBinding(sqlite3_bind_int64(m_statement.get(), parameter + 1, value));
}

void Statement::bind(int parameter, double value)
{
    noteBinding(sqlite3_bind_double(m_statement.get(), parameter + 1, value));
}

void Statement::bindText(int parameter, std::string_view text)
{
    // A null pointer would bind NULL, which is not the empty text.
    const char* const start = text.empty() ? "" : text.data();
    noteBinding(sqlite3_bind_text64(
        m_statement.get(), parameter + 1, start, text.size(), copied(), SQLITE_UTF8));
}

void Statement::bindBlob(int parameter, std::string_view bytes)
{
    const char* const start = bytes.empty() ? "" : bytes.data();
    noteBinding(
        sqlite3_bind_blob64(m_statement.get(), parameter + 1, start, bytes.size(), copied()));
}

void Statement::bindNull(int parameter)
{
    noteBinding(sqlite3_bind_null(m_statement.get(), parameter + 1));
}

Result<bool> Statement::step()
{
    if (m_bindingError != 0)
        return failSqlite(std::exchange(m_bindingError, 0));
    const int code = sqlite3_step(m_statement.get());
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return code == SQLITE_ROW;
    ENSURE(code != SQLITE_MISUSE);
    return failSqlite(code);
}

Result<void> Statement::run()
{
    const auto stepped = step();
    reset();
    if (!stepped)
        return fail(stepped.error());
    return {};
}

void Statement::reset()
{
    // It repeats the error of the last step, which has been told.
    static_cast<void>(sqlite3_reset(m_statement.get()));
}

int Statement::columnCount() const
{
    return sqlite3_column_count(m_statement.get());
}

std::string Statement::columnName(int column) const
{
    const char* const name = sqlite3_column_name(m_statement.get(), column);
    return name == nullptr ? std::string() : name;
}

Statement::Type Statement::type(int column) const
{
    switch (sqlite3_column_type(m_statement.get(), column)) {
    case SQLITE_INTEGER:
        return Type::Integer;
    case SQLITE_FLOAT:
        return Type::Real;
    case SQLITE_TEXT:
        return Type::Text;
    case SQLITE_BLOB:
        return Type::Blob;
    default:
        return Type::Null;
    }
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement.get(), column);
}

double Statement::real(int column) const
{
    return sqlite3_column_double(m_statement.get(), column);
}

std::string_view Statement::bytes(int column) const
{
    const void* const start = sqlite3_column_blob(m_statement.get(), column);
    const int size = sqlite3_column_bytes(m_statement.get(), column);
    if (start == nullptr)
        return {};
    return {static_cast<const char*>(start), static_cast<std::size_t>(size)};
}

void Database::Close::operator()(sqlite3* connection) const
{
    // Only an unfinished statement could make it fail, and then it waits for that one.
    static_cast<void>(sqlite3_close_v2(connection));
}

Result<Database> Database::open(const std::string& name, int flags)
{
    sqlite3* connection = nullptr;
    const int code = sqlite3_open_v2(
        name.c_str(), &connection, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    Database database(connection);
    if (code != SQLITE_OK)
        return failSqlite(code);
    sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, kMaxValueBytes);
    return database;
}

Result<Database> Database::openNew(const std::filesystem::path& path)
{
    auto database = open(path.string(), SQLITE_OPEN_READWRITE);
    if (!database)
        return database;
    auto prepared = database->run("PRAGMA page_size = 16384; PRAGMA journal_mode = OFF;"
                                  "PRAGMA synchronous = FULL; PRAGMA locking_mode = EXCLUSIVE;"
                                  "PRAGMA cache_size = -65536");
    if (!prepared)
        return fail(std::move(prepared).error());
    return database;
}

Result<Database> Database::openStranger(const std::filesystem::path& path)
{
    auto database = open(readOnlyUri(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
    if (!database)
        return database;
    database->distrust();
    auto prepared = database->run("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
                                  "PRAGMA query_only = ON; PRAGMA cache_size = -16384");
    if (!prepared)
        return fail(std::move(prepared).error());
    return database;
}

Result<Database> Database::openStranger(std::string image)
{
    auto database = openInMemory();
    if (!database)
        return database;
    // SQLite frees the memory, which has to be its own.
    const std::size_t size = image.size();
    auto* const memory
        = static_cast<unsigned char*>(sqlite3_malloc64(std::max<std::size_t>(size, 1)));
    if (memory == nullptr)
        return failSqlite(SQLITE_NOMEM);
    std::memcpy(memory, image.data(), size);
    image = {};
    const int code
        = sqlite3_deserialize(database->m_connection.get(),
                              "main",
                              memory,
                              static_cast<sqlite3_int64>(size),
                              static_cast<sqlite3_int64>(size),
                              SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY);
    if (code != SQLITE_OK)
        return failSqlite(code);
    database->distrust();
    auto prepared = database->run("PRAGMA cell_size_check = ON; PRAGMA query_only = ON");
    if (!prepared)
        return fail(std::move(prepared).error());
    return database;
}

Result<Database> Database::openRecording(const std::filesystem::path& path)
{
    auto database = open(path.string(), SQLITE_OPEN_READWRITE);
    if (!database)
        return database;
    // To close without closeJournal() must not touch the disk: it may be after a failed sync.
    ENSURE(sqlite3_db_config(
               database->m_connection.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr)
           == SQLITE_OK);
    database->distrust();
    // Exclusive before the first look at the journal: its index is kept in memory then, and no
    // third file (-shm) is made.
    auto prepared = database->run("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
                                  "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL;"
                                  "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -16384");
    // The two bytes in the header that change with the mode need no journal of their own, which
    // would be left beside the file.
    if (prepared && !database->expect("PRAGMA journal_mode", "wal"))
        prepared = database->expect("PRAGMA journal_mode = MEMORY", "memory");
    if (prepared)
        prepared = database->expect("PRAGMA journal_mode = WAL", "wal");
    if (!prepared)
        return fail(std::move(prepared).error());
    return database;
}

Result<void> Database::expect(const char* pragma, std::string_view answer)
{
    auto statement = prepare(pragma);
    if (!statement)
        return fail(std::move(statement).error());
    auto found = statement->step();
    const bool isRight = found && *found && statement->bytes(0) == answer;
    // It is done, and what fails at it is told, when there are no more rows.
    while (found && *found)
        found = statement->step();
    if (!found)
        return fail(found.error());
    if (!isRight)
        return fail(ErrorCode::Io, "The journal of the file could not be set up.");
    return {};
}

Result<void> Database::checkpoint()
{
    return expect("PRAGMA wal_checkpoint(RESTART)", "0");
}

Result<void> Database::closeJournal()
{
    return expect("PRAGMA journal_mode = MEMORY", "memory");
}

Result<Database> Database::openInMemory()
{
    return open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY);
}

Result<Database> Database::openNewInMemory()
{
    auto database = openInMemory();
    if (!database)
        return database;
    auto prepared = database->run("PRAGMA page_size = 16384");
    if (!prepared)
        return fail(std::move(prepared).error());
    return database;
}

Result<std::string> Database::image() const
{
    sqlite3_int64 size = 0;
    unsigned char* const bytes = sqlite3_serialize(m_connection.get(), "main", &size, 0);
    if (bytes == nullptr)
        return failSqlite(SQLITE_NOMEM);
    std::string image(static_cast<const char*>(static_cast<const void*>(bytes)),
                      static_cast<std::size_t>(size));
    sqlite3_free(bytes);
    return image;
}

void Database::distrust()
{
    sqlite3* const connection = m_connection.get();
    for (const int off : {SQLITE_DBCONFIG_TRUSTED_SCHEMA,
                          SQLITE_DBCONFIG_ENABLE_TRIGGER,
                          SQLITE_DBCONFIG_ENABLE_VIEW,
                          SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION,
                          SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER})
        ENSURE(sqlite3_db_config(connection, off, 0, nullptr) == SQLITE_OK);
    ENSURE(sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr) == SQLITE_OK);
    for (const auto& [limit, most] : {std::pair(SQLITE_LIMIT_SQL_LENGTH, 20'000),
                                      std::pair(SQLITE_LIMIT_COLUMN, 100),
                                      std::pair(SQLITE_LIMIT_EXPR_DEPTH, 50),
                                      std::pair(SQLITE_LIMIT_COMPOUND_SELECT, 5),
                                      std::pair(SQLITE_LIMIT_VDBE_OP, 25'000),
                                      std::pair(SQLITE_LIMIT_FUNCTION_ARG, 8),
                                      std::pair(SQLITE_LIMIT_ATTACHED, 0),
                                      std::pair(SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
                                      std::pair(SQLITE_LIMIT_TRIGGER_DEPTH, 1),
                                      std::pair(SQLITE_LIMIT_WORKER_THREADS, 0)})
        sqlite3_limit(connection, limit, most);
}

void Database::allowQueries()
{
    sqlite3* const connection = m_connection.get();
    ENSURE(sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_VIEW, 1, nullptr) == SQLITE_OK);
    for (const auto& [limit, most] : {std::pair(SQLITE_LIMIT_SQL_LENGTH, 1'000'000),
                                      std::pair(SQLITE_LIMIT_COLUMN, 2000),
                                      std::pair(SQLITE_LIMIT_EXPR_DEPTH, 500),
                                      std::pair(SQLITE_LIMIT_COMPOUND_SELECT, 100),
                                      std::pair(SQLITE_LIMIT_VDBE_OP, 1'000'000),
                                      std::pair(SQLITE_LIMIT_FUNCTION_ARG, 100),
                                      std::pair(SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000)})
        sqlite3_limit(connection, limit, most);
}

std::string Database::lastMessage() const
{
    return sqlite3_errmsg(m_connection.get());
}

Result<void> Database::run(const std::string& sql)
{
    const int code = sqlite3_exec(m_connection.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return failSqlite(code);
    return {};
}

Result<Statement> Database::prepare(const std::string& sql)
{
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(
        m_connection.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK)
        return failSqlite(code);
    return Statement(statement);
}

Result<std::int64_t> Database::greatestId(std::string_view table)
{
    auto select = prepare("SELECT coalesce(max(id), 0) FROM " + std::string(table));
    if (!select)
        return fail(std::move(select).error());
    const auto found = select->step();
    if (!found)
        return fail(found.error());
    return select->integer(0);
}

Result<Statement> Database::prepareInsert(std::string_view table, int columns)
{
    std::string sql = "INSERT INTO " + std::string(table) + " VALUES (?";
    for (int i = 1; i < columns; ++i)
        sql += ", ?";
    return prepare(sql + ")");
}

Result<void> Database::close()
{
    const int code = sqlite3_close(m_connection.get());
    if (code != SQLITE_OK)
        return failSqlite(code);
    static_cast<void>(m_connection.release());
    return {};
}

} // namespace tracestore
