#include "tests/support/sample_facts.h"
#include "tests/tracestore/log_format_checks.h"
#include "tracestore/analysis/trace_stats.h"

using namespace Qt::StringLiterals;
using namespace tracestore;

class TestOpenCodeImporter : public QObject
{
    Q_OBJECT

private slots:
    void treesAreAsWritten_data();
    void treesAreAsWritten();
    void aSessionFileNamesItsCompanions();
    void companionsStayInTheStorage();
    void payloadsAreRead();
    void otherFormatsAreRefused();
    void damageIsStood();
    void circlesOfSessionsEnd();
    void theSampleIsOneSession();
};

namespace {

std::filesystem::path dataPath(const char* name)
{
    return tests::dataDir() / "opencode" / name;
}

TracePtr opened(const std::filesystem::path& path, bool withCompanions = false)
{
    const auto importers = builtinImporters();
    Job job;
    auto trace = openTrace({.paths = {path}, .withCompanions = withCompanions}, importers, job);
    return trace ? *trace : nullptr;
}

} // namespace

void TestOpenCodeImporter::treesAreAsWritten_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("storage") << u"storage"_s;
    QTest::newRow("export") << u"export.json"_s;
}

void TestOpenCodeImporter::treesAreAsWritten()
{
    QFETCH(QString, name);
    const TracePtr trace = opened(dataPath(qPrintable(name)));
    QVERIFY(trace);
    QCOMPARE(trace->origin().formatId, std::string("opencode"));
    KYMO_COMPARE_GOLDEN(tests::logSummary(*trace), dataPath(qPrintable(name + u".tree"_s)));
    QVERIFY(tests::everythingCanBeRead(*trace));
}

void TestOpenCodeImporter::aSessionFileNamesItsCompanions()
{
    const auto file = dataPath("storage/session/p1/ses_1.json");
    const TracePtr trace = opened(file, true);
    QVERIFY(trace);
    QCOMPARE(trace->sessions().size(), std::size_t {1});
    // Its own line, and that of the two sessions which it started.
    const TracePtr all = opened(dataPath("storage"));
    const std::string text = tests::treeText(*all);
    QVERIFY(text.starts_with(tests::treeText(*trace)));
    QVERIFY(tests::spanNamed(*trace, "explore").isValid());
    QVERIFY(tests::spanNamed(*trace, "alone").isValid());
    const TracePtr alone = opened(file);
    QVERIFY(alone);
    QCOMPARE(alone->spanCount(), std::size_t {1});
    QCOMPARE(alone->report().rows().size(), std::size_t {1});
}

void TestOpenCodeImporter::companionsStayInTheStorage()
{
    const tests::TemporaryFolder folder;
    std::filesystem::create_directories(folder.path() / "storage/session/p");
    std::filesystem::create_directories(folder.path() / "storage/message");
    const auto session = folder.path() / "storage/session/p/s.json";
    tests::writeFile(folder.path() / "storage/secret.json", "{}");
    tests::writeFile(session, R"({"id":"..","projectID":"p","time":{"created":1}})");
    const TracePtr trace = opened(session, true);
    QVERIFY(trace);
    QCOMPARE(trace->origin().files.size(), std::size_t {1});
}

void TestOpenCodeImporter::payloadsAreRead()
{
    const TracePtr trace = opened(dataPath("storage"));
    QVERIFY(trace);
    QCOMPARE(tests::outlineOf(tests::detailNamed(*trace, "Mend the build").input),
             std::string("user: Mend the build\nplease media image/png file:///srv/err.png"));
    const SpanDetail call = tests::detailNamed(*trace, "gpt-x");
    QCOMPARE(tests::outlineOf(call.output),
             std::string("assistant: (Two things.) I look. call c1 bash call c2 task"));
    QCOMPARE(call.finishReasons, std::vector<std::string> {"tool-calls"});
    const SpanDetail last = tests::detailNamed(*trace, "gpt-x", 2);
    QCOMPARE(tests::outlineOf(last.input),
             std::string("assistant: The build was looked at. | user: And now?"));
    const SpanDetail failed = tests::detailNamed(*trace, "bash");
    QCOMPARE(failed.toolArguments, std::string(R"({"command":"make"})"));
    QCOMPARE(failed.toolResult, std::string("no make"));
    const SpanDetail second = tests::detailNamed(*trace, "small", 1);
    QCOMPARE(tests::outlineOf(second.input),
             std::string("user: look | assistant: call d1 read | tool: result d1 A"));
    QCOMPARE(tests::outlineOf(second.output), std::string("assistant: all is well"));
}

void TestOpenCodeImporter::otherFormatsAreRefused()
{
    QVERIFY(tests::claimsOnly("opencode", {"opencode"}));
    const tests::TestFolder folder;
    for (const char* text : {R"({"id":"x","sessionID":"s","role":"user"})",
                             R"({"id":"x","time":{"created":1},"title":"t"})",
                             R"({"info":{"id":"x"},"messages":[]})"})
        QVERIFY(!folder.open(text));
}

void TestOpenCodeImporter::damageIsStood()
{
    const std::string whole = tests::contentOf(dataPath("export.json"));
    QVERIFY(tests::standsCuts(whole, "opencode"));
    QVERIFY(tests::standsFlips(whole));
}

void TestOpenCodeImporter::circlesOfSessionsEnd()
{
    const tests::TemporaryFolder folder;
    const auto session = [](const std::string& id, const std::string& parent) {
        return R"({"id":")" + id + R"(","projectID":"p","parentID":")" + parent
            + R"(","time":{"created":1}})";
    };
    tests::writeFile(folder.file("a.json"), session("a", "b"));
    tests::writeFile(folder.file("b.json"), session("b", "a"));
    tests::writeFile(folder.file("c.json"), session("c", "c"));
    const TracePtr trace = opened(folder.path());
    QVERIFY(trace);
    QCOMPARE(trace->spanCount(), std::size_t {3});
    QCOMPARE(trace->sessions().size(), std::size_t {2});
}

void TestOpenCodeImporter::theSampleIsOneSession()
{
    KYMO_NEED_SAMPLES();
    const auto root = tests::samplesDir() / "opencode-storage";
    const TracePtr trace = opened(root);
    QVERIFY(trace);
    QCOMPARE(trace->origin().formatId, std::string("opencode"));
    QVERIFY(tests::everythingCanBeRead(*trace));
    QCOMPARE(trace->sessions().size(), std::size_t {1});
    qint64 user = 0;
    qint64 assistant = 0;
    qint64 records = 0;
    std::map<QString, qint64> parts;
    for (const QString& name : tests::samplesBelow(u"opencode-storage/"_s)) {
        const QString type = tests::factsOf(name).facts.value(u"type"_s).toString();
        if (name.endsWith(u"migration"_s))
            continue;
        ++records;
        user += type == u"user"_s ? 1 : 0;
        assistant += type == u"assistant"_s ? 1 : 0;
        ++parts[type];
    }
    QVERIFY(records > 0);
    QCOMPARE(static_cast<qint64>(trace->report().mapped()), records);
    const TraceTotals sums = totals(*trace);
    QCOMPARE(sums.llmCalls, assistant);
    QCOMPARE(sums.toolCalls, parts[u"tool"_s]);
    const auto& order = trace->preOrder();
    QCOMPARE(static_cast<qint64>(std::ranges::count_if(
                 order, [&](SpanId span) { return trace->kind(span) == SpanKind::Turn; })),
             user);
    QCOMPARE(static_cast<qint64>(std::ranges::count_if(
                 order, [&](SpanId span) { return trace->kind(span) == SpanKind::Compaction; })),
             parts[u"compaction"_s]);
    // The session's file alone leads to the rest.
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (entry.path().filename().string().starts_with("ses_"))
            QCOMPARE(tests::treeText(*opened(entry.path(), true)), tests::treeText(*trace));
    }
}

QTEST_GUILESS_MAIN(TestOpenCodeImporter)
#include "tst_opencode_importer.moc"
