#include "tests/support/sample_facts.h"
#include "tests/tracestore/log_format_checks.h"
#include "tracestore/analysis/trace_stats.h"

using namespace Qt::StringLiterals;
using namespace tracestore;

class TestHermesImporter : public QObject
{
    Q_OBJECT

private slots:
    void theTreeIsAsWritten();
    void payloadsAreRead();
    void otherFormatsAreRefused();
    void damageIsStood();
    void countsAreThoseOfTheSample();
};

namespace {

TracePtr opened(const std::filesystem::path& path)
{
    auto trace = tests::openFiles({path});
    return trace ? *trace : nullptr;
}

TracePtr openedData()
{
    return opened(tests::dataDir() / "hermes/session.json");
}

} // namespace

void TestHermesImporter::theTreeIsAsWritten()
{
    const TracePtr trace = openedData();
    QVERIFY(trace);
    QCOMPARE(trace->origin().formatId, std::string("hermes"));
    KYMO_COMPARE_GOLDEN(tests::logSummary(*trace), tests::dataDir() / "hermes/session.json.tree");
    QVERIFY(tests::everythingCanBeRead(*trace));
}

void TestHermesImporter::payloadsAreRead()
{
    const TracePtr trace = openedData();
    QVERIFY(trace);
    const SpanDetail call = tests::detailNamed(*trace, "model-a");
    QCOMPARE(tests::outlineOf(call.input),
             std::string("system: You help. | user: Where are we?\nTell me."));
    QCOMPARE(tests::outlineOf(call.output),
             std::string("assistant: (Shell it is.) I look. call c1 shell call c2 shell"));
    QVERIFY(call.toolDefinitions.find("shell") != std::string::npos);
    QCOMPARE(tests::detailNamed(*trace, "model-a", 1).finishReasons,
             std::vector<std::string> {"stop"});
    const SpanDetail tool = tests::detailNamed(*trace, "shell");
    QCOMPARE(tool.toolArguments, std::string(R"({"command":"pwd"})"));
    QCOMPARE(tool.toolResult, std::string("/srv"));
}

void TestHermesImporter::otherFormatsAreRefused()
{
    QVERIFY(tests::claimsOnly("hermes", {"hermes"}));
    const tests::TestFolder folder;
    QVERIFY(!folder.open(R"({"session_id":"s","session_start":"t"})"));
}

void TestHermesImporter::damageIsStood()
{
    const std::string whole = tests::contentOf(tests::dataDir() / "hermes/session.json");
    QVERIFY(tests::standsCuts(whole, "hermes"));
    QVERIFY(tests::standsFlips(whole));
}

void TestHermesImporter::countsAreThoseOfTheSample()
{
    KYMO_NEED_SAMPLES();
    const QString name = u"other-cli/hermes-large.json"_s;
    const tests::SampleFacts facts = tests::factsOf(name);
    const TracePtr trace = opened(tests::samplesDir() / name.toStdString());
    QVERIFY(trace);
    QCOMPARE(trace->origin().formatId, std::string("hermes"));
    QVERIFY(tests::everythingCanBeRead(*trace));
    const auto roles = facts.facts.value(u"by_role"_s).toObject();
    const TraceTotals sums = totals(*trace);
    QCOMPARE(static_cast<qint64>(trace->report().mapped()), facts.number("messages"));
    QCOMPARE(sums.llmCalls, roles.value(u"assistant"_s).toInteger());
    QCOMPARE(sums.toolCalls, facts.number("tool_calls"));
    qint64 turns = 0;
    qint64 results = 0;
    for (const SpanId span : trace->preOrder()) {
        turns += trace->kind(span) == SpanKind::Turn ? 1 : 0;
        results += !trace->payloads().detail(span)->toolResult.empty() ? 1 : 0;
    }
    QCOMPARE(turns, roles.value(u"user"_s).toInteger());
    QCOMPARE(results, roles.value(u"tool"_s).toInteger());
}

QTEST_GUILESS_MAIN(TestHermesImporter)
#include "tst_hermes_importer.moc"
