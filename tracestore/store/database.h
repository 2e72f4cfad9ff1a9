#pragma once

#include "tracestore/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace tracestore {

/// One prepared SQL statement. Parameters and columns count from 0. Not for two threads at once;
/// its Database outlives it.
class Statement
{
public:
    // What cannot be bound (too long, no memory) fails at the next step().
    void bind(int parameter, std::int64_t value);
    void bind(int parameter, double value);
    void bindText(int parameter, std::string_view text);
    void bindBlob(int parameter, std::string_view bytes);
    void bindNull(int parameter);

    /// Goes on to the next row; false where there is none. Corrupt: the file is damaged here.
    Result<bool> step();

    /// Runs a statement that gives no rows, and makes it ready to be bound anew.
    Result<void> run();

    /// Makes the statement ready to be bound and stepped anew.
    void reset();

    enum class Type : std::uint8_t
    {
        Null,
        Integer,
        Real,
        Text,
        Blob
    };

    [[nodiscard]] int columnCount() const;
    [[nodiscard]] std::string columnName(int column) const;
    [[nodiscard]] Type type(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    /// The bytes of a text or blob; valid until the next step() or reset().
    [[nodiscard]] std::string_view bytes(int column) const;

private:
    friend class Database;

    struct Finalize
    {
        void operator()(sqlite3_stmt* statement) const;
    };

    explicit Statement(sqlite3_stmt* statement)
        : m_statement(statement)
    { }

    void noteBinding(int code);

    std::unique_ptr<sqlite3_stmt, Finalize> m_statement;
    int m_bindingError = 0;
};

/// One SQLite connection. Not for two threads at once. Errors are sentences without the file's
/// name; callers add it.
class Database
{
public:
    /// Opens an empty file of ours to fill it: pages of 16 kB, no journal, since a file that was
    /// not filled to its end is thrown away.
    static Result<Database> openNew(const std::filesystem::path& path);

    /// Opens a file that anybody may have made, read-only and with everything off that could make
    /// reading do more than read. No other file (journal, WAL) is looked at.
    static Result<Database> openStranger(const std::filesystem::path& path);

    /// Likewise, the bytes of such a file in memory.
    static Result<Database> openStranger(std::string image);

    /// Opens a recording to write it while it grows: a journal beside it (WAL), every commit
    /// synced, no other writer. A file that was just filled, or one that openStranger() found to
    /// be ours. To close it leaves the journal as it is; see closeJournal().
    static Result<Database> openRecording(const std::filesystem::path& path);

    static Result<Database> openInMemory();

    /// An empty file of ours in memory, to be filled; image() are its bytes then.
    static Result<Database> openNewInMemory();

    /// The bytes of the database as they would stand in a file.
    [[nodiscard]] Result<std::string> image() const;

    /// Moves what is in the journal of a recording into the file, and goes on with the journal.
    Result<void> checkpoint();

    /// Likewise, and removes the journal: the file is one and whole.
    Result<void> closeJournal();

    /// Lets users ask a stranger's file whose tables were found to be ours: its views may be used,
    /// and a query may be as long as people write them. It stays read-only.
    void allowQueries();

    /// What SQLite says of the last call that failed: where a query is wrong.
    [[nodiscard]] std::string lastMessage() const;

    /// Runs statements that give no rows.
    Result<void> run(const std::string& sql);

    Result<Statement> prepare(const std::string& sql);

    /// The greatest `id` of one of our tables; 0 where it is empty.
    Result<std::int64_t> greatestId(std::string_view table);

    /// A statement that inserts a whole row.
    Result<Statement> prepareInsert(std::string_view table, int columns);

    /// Closes the connection and says what went wrong at it.
    Result<void> close();

private:
    struct Close
    {
        void operator()(sqlite3* connection) const;
    };

    explicit Database(sqlite3* connection)
        : m_connection(connection)
    { }

    static Result<Database> open(const std::string& name, int flags);
    Result<void> expect(const char* pragma, std::string_view answer);
    void distrust();

    std::unique_ptr<sqlite3, Close> m_connection;
};

} // namespace tracestore
