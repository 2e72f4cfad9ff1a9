#include "tests/support/temporary_folder.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_maker.h"
#include "tracestore/store/kymo_writer.h"

#include <QTest>

#include <fstream>
#include <sqlite3.h>

using namespace tracestore;

/// The queries of FORMAT.md, run as they stand there.
class TestFormatQueries : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void thereAreFive();
    void slowestTools();
    void tokensByModel();
    void errorsWithTheirMessages();
    void costByAgent();
    void theTreeOfASession();
    void theConversationOfACall();

private:
    /// The rows of a query, columns parted by `|`.
    std::vector<std::string> rows(const std::string& sql);

    tests::TemporaryFolder m_folder;
    TracePtr m_trace;
    std::vector<std::string> m_queries;
};

namespace {

constexpr std::size_t kTurns = 10;

/// The payloads of makeAgentTrace() with what the queries show.
class ToolPayloads : public PayloadSource
{
public:
    [[nodiscard]] Result<SpanDetail> detail(SpanId span) const override
    {
        SpanDetail detail;
        detail.toolArguments = "{\"n\":" + std::to_string(span.value) + "}";
        detail.input = {{Role::System, {}, {}, {}, {TextPart {"be good"}}},
                        {Role::User, {}, {}, {}, {TextPart {std::to_string(span.value)}}}};
        return detail;
    }

    [[nodiscard]] Result<std::string> raw(SpanId) const override { return std::string(); }
};

TracePtr withToolPayloads(const Trace& trace)
{
    Trace::Data data;
    data.origin = trace.origin();
    data.strings = trace.strings();
    data.spans = trace.columns();
    data.sessions = trace.sessions();
    data.agents = trace.agents();
    data.payloads = std::make_shared<ToolPayloads>();
    return std::make_shared<const Trace>(std::move(data));
}

/// What stands between ```sql and ``` in a text.
std::vector<std::string> sqlBlocks(const std::string& text)
{
    static constexpr std::string_view kOpen = "```sql\n";
    std::vector<std::string> blocks;
    for (std::size_t at = text.find(kOpen); at != std::string::npos; at = text.find(kOpen, at)) {
        at += kOpen.size();
        blocks.push_back(text.substr(at, text.find("```", at) - at));
    }
    return blocks;
}

} // namespace

void TestFormatQueries::initTestCase()
{
    m_trace = withToolPayloads(*tests::makeAgentTrace(kTurns));
    Job job;
    QVERIFY(saveKymo(*m_trace, m_folder.file("a.kymo"), job));
    // By name alone: tests/data need not be there.
    const auto root = (tests::dataDir() / "../..").lexically_normal();
    std::ifstream format(root / "tracestore/FORMAT.md");
    QVERIFY(format.is_open());
    m_queries = sqlBlocks({std::istreambuf_iterator<char>(format), {}});
}

std::vector<std::string> TestFormatQueries::rows(const std::string& sql)
{
    sqlite3* database = nullptr;
    std::vector<std::string> found;
    const auto addRow = [](void* to, int columns, char** values, char**) {
        std::string row;
        for (int i = 0; i < columns; ++i)
            row += std::string(i == 0 ? "" : "|") + (values[i] == nullptr ? "" : values[i]);
        static_cast<std::vector<std::string>*>(to)->push_back(row);
        return 0;
    };
    char* error = nullptr;
    if (sqlite3_open(m_folder.file("a.kymo").c_str(), &database) != SQLITE_OK
        || sqlite3_exec(database, sql.c_str(), addRow, &found, &error) != SQLITE_OK)
        found = {std::string("failed: ") + (error == nullptr ? "" : error)};
    sqlite3_free(error);
    sqlite3_close(database);
    return found;
}

void TestFormatQueries::thereAreFive()
{
    QCOMPARE(m_queries.size(), std::size_t {5});
}

void TestFormatQueries::slowestTools()
{
    const std::vector<std::string> expected {"read|10|4000|400", "search|10|4000|400"};
    QCOMPARE(rows(m_queries.at(0)), expected);
}

void TestFormatQueries::tokensByModel()
{
    const std::vector<std::string> expected {"model-1|10|10000|1000||500"};
    QCOMPARE(rows(m_queries.at(1)), expected);
}

void TestFormatQueries::errorsWithTheirMessages()
{
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < m_trace->spanCount(); ++i) {
        if (m_trace->status(SpanId(i)) == SpanStatus::Error)
            expected.push_back(std::to_string(i) + "|tool|" + std::string(m_trace->name(SpanId(i)))
                               + "|timeout|no answer within 400 ms|{\"n\":" + std::to_string(i)
                               + "}");
    }
    QVERIFY(!expected.empty());
    QCOMPARE(rows(m_queries.at(2)), expected);
}

void TestFormatQueries::costByAgent()
{
    const std::vector<std::string> expected {"agent|0.01|USD|10"};
    QCOMPARE(rows(m_queries.at(3)), expected);
}

void TestFormatQueries::theTreeOfASession()
{
    const auto tree = rows(m_queries.at(4));
    QCOMPARE(tree.size(), m_trace->spanCount());
    QCOMPARE(tree.at(0), std::string("agent agent [ok]"));
    QCOMPARE(tree.at(1), std::string("  turn turn 1 [ok]"));
    QCOMPARE(tree.at(2), std::string("    llm chat [ok]"));
    QCOMPARE(tree.at(5), std::string("  turn turn 2 [ok]"));
}

void TestFormatQueries::theConversationOfACall()
{
    const std::vector<std::string> expected {
        R"({"parts":[{"text":"be good","type":"text"}],"role":"system"})",
        R"({"parts":[{"text":"2","type":"text"}],"role":"user"})"};
    QCOMPARE(rows("SELECT message FROM span_message WHERE span = 2 AND direction = 'input' "
                  "ORDER BY position"),
             expected);
}

QTEST_GUILESS_MAIN(TestFormatQueries)
#include "tst_format_queries.moc"
