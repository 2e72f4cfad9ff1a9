#include "engine/tool/builtin/sqlite_query.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tool_runs.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <sqlite3.h>

using namespace engine;
using tests::ToolRun;

namespace {

std::string query(const std::string& sql)
{
    return nlohmann::json {{"sql", sql}}.dump();
}

} // namespace

class TestSqliteQuery : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void rowsComeAsJson();
    void valuesAreBound();
    void nothingIsWritten_data();
    void nothingIsWritten();
    void longResultsAreCut();
    void endlessQueriesAreStopped();
    void aMissingDatabaseIsNotMade();

private:
    std::unique_ptr<Tool> tool(SqliteLimits limits = {})
    {
        return makeSqliteQuery(m_folder.file("shop.db"), limits, m_pool);
    }

    tests::TemporaryFolder m_folder;
    QThreadPool m_pool;
};

void TestSqliteQuery::initTestCase()
{
    sqlite3* database = nullptr;
    QCOMPARE(sqlite3_open(m_folder.file("shop.db").c_str(), &database), SQLITE_OK);
    const char* const sql
        = "CREATE TABLE orders(id INTEGER PRIMARY KEY, item TEXT, price REAL, data BLOB);"
          "INSERT INTO orders VALUES(1,'cup \"blue\"',3.5,x'00ff'),(2,NULL,10,NULL);"
          "CREATE TABLE log(what);"
          "CREATE TRIGGER spy AFTER INSERT ON orders BEGIN INSERT INTO log VALUES(1); END;";
    QCOMPARE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
}

void TestSqliteQuery::rowsComeAsJson()
{
    ToolRun run(*tool(), query("SELECT * FROM orders ORDER BY id;"));
    const auto rows = nlohmann::json::parse(run.outcome().text);
    QCOMPARE(rows["columns"].dump(), std::string("[\"id\",\"item\",\"price\",\"data\"]"));
    QCOMPARE(rows["rows"].dump(),
             std::string("[[1,\"cup \\\"blue\\\"\",3.5,\"[2 bytes]\"],[2,null,10,null]]"));
    ToolRun schema(*tool(), query("PRAGMA table_info(orders)"));
    QVERIFY(schema.outcome().isOk());
    ToolRun none(*tool(), query("SELECT id FROM orders WHERE id > 5"));
    QCOMPARE(none.told(), std::string("ok: {\"columns\":[\"id\"],\"rows\":[]}"));
}

void TestSqliteQuery::valuesAreBound()
{
    const nlohmann::json arguments {{"sql", "SELECT ?, ?, ?, ?"},
                                    {"parameters", {"'; DROP TABLE orders; --", 7, 1.5, nullptr}}};
    ToolRun run(*tool(), arguments.dump());
    const auto rows = nlohmann::json::parse(run.outcome().text);
    QCOMPARE(rows["rows"][0].dump(), std::string("[\"'; DROP TABLE orders; --\",7,1.5,null]"));
    ToolRun missing(*tool(), query("SELECT ?"));
    QCOMPARE(
        missing.told(),
        std::string("arguments: The statement has 1 placeholders, but there are 0 parameters."));
}

void TestSqliteQuery::nothingIsWritten_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QByteArray>("type");
    const auto row = [](const char* sql, const char* type) {
        QTest::newRow(sql) << QByteArray(sql) << QByteArray(type);
    };
    row("DELETE FROM orders", "denied");
    row("INSERT INTO orders VALUES(3,'x',1,NULL)", "denied");
    row("DROP TABLE orders", "denied");
    row("CREATE TEMP TABLE t(x)", "denied");
    row("ATTACH '/tmp/other.db' AS other", "denied");
    row("PRAGMA writable_schema = 1", "denied");
    row("PRAGMA journal_mode = DELETE", "denied");
    row("VACUUM INTO '/tmp/copy.db'", "denied");
    row("BEGIN", "denied");
    row("SELECT load_extension('/tmp/x.so')", "arguments");
    row("SELECT 1; DELETE FROM orders", "arguments");
    row("SELECT FROM", "arguments");
    row("-- nothing", "arguments");
    row("EXPLAIN DELETE FROM orders", "denied");
}

void TestSqliteQuery::nothingIsWritten()
{
    QFETCH(QByteArray, sql);
    QFETCH(QByteArray, type);
    const std::string before = tests::contentOf(m_folder.file("shop.db"));
    ToolRun run(*tool(), query(sql.toStdString()));
    QVERIFY2(!run.outcome().isOk(), run.told().c_str());
    QCOMPARE(run.outcome().error->type, type.toStdString());
    QCOMPARE(tests::contentOf(m_folder.file("shop.db")), before);
    QCOMPARE(m_folder.count(), std::ptrdiff_t {1});
}

void TestSqliteQuery::longResultsAreCut()
{
    const std::string numbers
        = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE "
          "i < 100000) SELECT ";
    ToolRun rows(*tool(), query(numbers + "i FROM n"));
    const auto cut = nlohmann::json::parse(rows.outcome().text);
    QCOMPARE(cut["rows"].size(), std::size_t {200});
    QVERIFY(cut.contains("truncated"));
    ToolRun cells(*tool(), query(numbers + "printf('%.*c', 1000000, 'x') FROM n"));
    QVERIFY(cells.outcome().text.size() < 80'000);
    QVERIFY(nlohmann::json::parse(cells.outcome().text).contains("truncated"));
}

void TestSqliteQuery::endlessQueriesAreStopped()
{
    const std::string endless
        = query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) "
                "SELECT count(*) FROM n");
    const auto quick = tool({.milliseconds = 50});
    ToolRun late(*quick, endless);
    QVERIFY(late.told().starts_with("timeout: The query took longer"));
    const auto patient = tool();
    ToolRun stopped(*patient, endless);
    QTest::qWait(20);
    stopped.cancel();
    QVERIFY(stopped.told(1000).starts_with("cancelled"));
    QVERIFY2(m_pool.waitForDone(2000), "the thread goes on");
}

void TestSqliteQuery::aMissingDatabaseIsNotMade()
{
    const auto missing = makeSqliteQuery(m_folder.file("none.db"), {}, m_pool);
    ToolRun run(*missing, query("SELECT 1"));
    QVERIFY(run.told().starts_with("failed: The database cannot be opened"));
    QVERIFY(!std::filesystem::exists(m_folder.file("none.db")));
}

QTEST_GUILESS_MAIN(TestSqliteQuery)

#include "tst_sqlite_query.moc"
