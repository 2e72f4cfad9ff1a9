#include "tests/support/sample_facts.h"
#include "tests/tracestore/log_format_checks.h"
#include "tracestore/analysis/trace_stats.h"

#include <map>
#include <set>

using namespace Qt::StringLiterals;
using namespace tracestore;

class TestOpenHandsImporter : public QObject
{
    Q_OBJECT

private slots:
    void treesAreAsWritten_data();
    void treesAreAsWritten();
    void payloadsOfVersion0AreRead();
    void payloadsOfVersion1AreRead();
    void latenciesSetTheStartOfCalls();
    void otherFormatsAreRefused();
    void damageIsStood_data();
    void damageIsStood();
    void aLongPatchDoesNotHideARecord();
    void countsAreThoseOfTheSamples_data();
    void countsAreThoseOfTheSamples();
    void answersOfTheEvaluationAreCountedOnce();
};

namespace {

TracePtr opened(const std::filesystem::path& path)
{
    auto trace = tests::openFiles({path});
    return trace ? *trace : nullptr;
}

TracePtr openedData(const std::string& name)
{
    return opened(tests::dataDir() / "openhands" / name);
}

qint64 sumOf(const QJsonObject& counts)
{
    qint64 sum = 0;
    for (const QJsonValue& count : counts)
        sum += count.toInteger();
    return sum;
}

} // namespace

void TestOpenHandsImporter::treesAreAsWritten_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name :
         {"v0.json", "v0-pairs.json", "v0-evaluation.jsonl", "v1.jsonl", "events"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestOpenHandsImporter::treesAreAsWritten()
{
    QFETCH(QString, name);
    const TracePtr trace = openedData(name.toStdString());
    QVERIFY(trace);
    QCOMPARE(trace->origin().formatId, std::string("openhands"));
    KYMO_COMPARE_GOLDEN(tests::logSummary(*trace),
                        tests::dataDir() / "openhands" / (name.toStdString() + ".tree"));
    QVERIFY(tests::everythingCanBeRead(*trace));
}

void TestOpenHandsImporter::payloadsOfVersion0AreRead()
{
    const TracePtr trace = openedData("v0.json");
    QVERIFY(trace);
    QCOMPARE(tests::outlineOf(tests::detailNamed(*trace, "Fix the build").input),
             std::string("user: Fix the build\nPlease. media image/png "));
    const SpanDetail call = tests::detailNamed(*trace, "claude-x");
    QCOMPARE(tests::outlineOf(call.input),
             std::string("system: You are an agent. | user: Fix the build\nPlease. media "
                         "image/png  | tool: result  Added workspace context"));
    QCOMPARE(tests::outlineOf(call.output),
             std::string("assistant: I look at both. call t1 execute_bash call t2 read_file"));
    QCOMPARE(call.finishReasons, std::vector<std::string> {"tool_calls"});
    QVERIFY(call.toolDefinitions.find("execute_bash") != std::string::npos);
    const SpanDetail tool = tests::detailNamed(*trace, "execute_bash");
    QCOMPARE(tool.toolArguments, std::string(R"({"command": "make"})"));
    QCOMPARE(tool.toolResult, std::string("a.c:1: error"));
    const SpanDetail browse = tests::detailNamed(*trace, "browse");
    QVERIFY(browse.toolArguments.find("http://localhost") != std::string::npos);
    QCOMPARE(tests::outlineOf(tests::detailNamed(*trace, "Maybe the page tells.").output),
             std::string("assistant: Maybe the page tells."));
}

void TestOpenHandsImporter::payloadsOfVersion1AreRead()
{
    const TracePtr trace = openedData("v1.jsonl");
    QVERIFY(trace);
    const SpanDetail call = tests::detailNamed(*trace, "model-a");
    QCOMPARE(tests::outlineOf(call.input), std::string("system: Be good. | user: List the files"));
    QCOMPARE(tests::outlineOf(call.output),
             std::string("assistant: (Think first.) Two at once. call t1 terminal call t2 "
                         "terminal"));
    QVERIFY(call.toolDefinitions.find("terminal") != std::string::npos);
    const SpanDetail rejected = tests::detailNamed(*trace, "terminal", 1);
    QCOMPARE(rejected.toolArguments, std::string(R"({"command": "rm -r ."})"));
    QCOMPARE(rejected.toolResult, std::string("No!"));
    const SpanDetail last = tests::detailNamed(*trace, "model-a", 2);
    QCOMPARE(tests::outlineOf(last.output), std::string("assistant: There are two."));
    QVERIFY(tests::outlineOf(last.input).find("tool: result t3! Tool 'terminl' not found.")
            != std::string::npos);
}

void TestOpenHandsImporter::latenciesSetTheStartOfCalls()
{
    const TracePtr trace = openedData("v0-evaluation.jsonl");
    QVERIFY(trace);
    const SpanId call = tests::spanNamed(*trace, "m");
    QCOMPARE(trace->duration(call)->ns, std::int64_t {2'500'000'000});
    QCOMPARE(trace->session(SessionId(0)).title, std::string("proj__1"));
    QCOMPARE(trace->session(SessionId(0)).outcome, SpanStatus::Ok);
    QCOMPARE(trace->session(SessionId(1)).outcome, SpanStatus::Error);
}

void TestOpenHandsImporter::otherFormatsAreRefused()
{
    QVERIFY(tests::claimsOnly("openhands", {"openhands"}));
    const tests::TestFolder folder;
    for (const char* text :
         {R"([{"action":"run","args":"ls"}])",
          R"({"history":[{"role":"user","content":"x"}],"trajectory":[{"action":"ls"}]})",
          R"({"kind":"ActionEvent"})",
          R"([["a","b"]])"})
        QVERIFY(!folder.open(text));
}

void TestOpenHandsImporter::damageIsStood_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"v0.json", "v0-evaluation.jsonl", "v1.jsonl"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestOpenHandsImporter::damageIsStood()
{
    QFETCH(QString, name);
    const std::string whole = tests::contentOf(tests::dataDir() / "openhands" / name.toStdString());
    QVERIFY(tests::standsCuts(whole, "openhands"));
    QVERIFY(tests::standsFlips(whole, 100));
}

void TestOpenHandsImporter::aLongPatchDoesNotHideARecord()
{
    const tests::TestFolder folder;
    const auto trace = folder.open(
        R"({"instance_id":"i","metadata":{"agent_class":"A","llm_config":{}},"test_result":")"
        + std::string(2 * Sample::kSize, 'x')
        + R"(","history":[{"source":"user","action":"message","args":{"content":"Hi"}}]})");
    QVERIFY(trace.has_value());
    QCOMPARE((*trace)->origin().formatId, std::string("openhands"));
    QVERIFY(tests::spanNamed(**trace, "Hi").isValid());
}

void TestOpenHandsImporter::countsAreThoseOfTheSamples_data()
{
    QTest::addColumn<QString>("name");
    for (const QString& name : tests::samplesBelow(u"openhands/"_s))
        QTest::newRow(qPrintable(name)) << name;
    if (!tests::haveSamples())
        QTest::newRow("none") << QString();
}

void TestOpenHandsImporter::countsAreThoseOfTheSamples()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, name);
    const tests::SampleFacts facts = tests::factsOf(name);
    const TracePtr trace = opened(tests::samplesDir() / name.toStdString());
    QVERIFY(trace);
    QCOMPARE(trace->origin().formatId, std::string("openhands"));
    QVERIFY(tests::everythingCanBeRead(*trace));
    QCOMPARE(static_cast<qint64>(trace->report().broken()), facts.number("bad_lines"));
    QCOMPARE(static_cast<qint64>(trace->report().mapped()), facts.number("events"));
    const auto kinds = facts.facts.value(u"kinds"_s).toObject();
    const bool isV1 = !kinds.isEmpty();
    QCOMPARE(static_cast<qint64>(trace->sessions().size()),
             isV1 || facts.number("documents") == 1 ? 1 : facts.number("documents"));

    // Every action is a step of its own, whatever it became.
    std::map<QString, qint64> actions;
    qint64 answered = 0;
    for (const SpanId span : trace->preOrder()) {
        const SpanKind kind = trace->kind(span);
        const QString word = QString::fromUtf8(
            trace->origKind(span).data(), static_cast<qsizetype>(trace->origKind(span).size()));
        if (kind == SpanKind::Llm || kind == SpanKind::Agent || word == u"agent_state_changed"_s)
            continue;
        ++actions[word];
        const auto detail = trace->payloads().detail(span);
        answered += kind == SpanKind::Tool && !detail->toolResult.empty() ? 1 : 0;
    }
    const auto expected = facts.facts.value(u"actions"_s).toObject();
    for (auto it = expected.begin(); it != expected.end(); ++it)
        QCOMPARE(actions[it.key()], it.value().toInteger());
    const auto observations = facts.facts.value(u"observations"_s).toObject();
    if (isV1) {
        QCOMPARE(answered, observations.value(u"ObservationEvent"_s).toInteger());
        return;
    }
    qint64 tools = 0;
    for (const char* action : {"run", "edit", "read", "think", "finish"})
        tools += expected.value(QLatin1String(action)).toInteger();
    QCOMPARE(totals(*trace).toolCalls, tools);
    // An observation that has a cause answers it, and says so in Raw.
    qint64 causes = 0;
    for (const SpanId span : trace->preOrder()) {
        if (trace->kind(span) == SpanKind::Agent || trace->kind(span) == SpanKind::Llm)
            continue;
        const auto raw = trace->payloads().raw(span);
        causes += QByteArray::fromStdString(*raw).count("\"cause\":");
    }
    QCOMPARE(causes, facts.number("with_cause"));
    QVERIFY(sumOf(observations) >= causes);
}

void TestOpenHandsImporter::answersOfTheEvaluationAreCountedOnce()
{
    KYMO_NEED_SAMPLES();
    const TracePtr trace
        = opened(tests::samplesDir() / "openhands/v0-multi-swe-bench-output.jsonl");
    QVERIFY(trace);
    std::set<std::string> ids;
    std::int64_t calls = 0;
    for (std::size_t i = 0; i < trace->spanCount(); ++i) {
        if (trace->kind(SpanId(i)) != SpanKind::Llm)
            continue;
        ids.emplace(trace->text(trace->columns().responseId[i]));
        ++calls;
    }
    QVERIFY(calls > 0);
    QCOMPARE(static_cast<std::int64_t>(ids.size()), calls);
    QCOMPARE(totals(*trace).llmCalls, calls);
    // The record states the sums of its calls, which the calls state too.
    const auto sums = sessionTotals(*trace);
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const TokenUsage* stated = trace->usage(trace->roots(SessionId(i)).front());
        QVERIFY(stated != nullptr);
        QVERIFY(*sums[i].tokens.inputTotal() <= *stated->inputTotal());
    }
    QCOMPARE(trace->session(SessionId(2)).outcome, SpanStatus::Error);
}

QTEST_GUILESS_MAIN(TestOpenHandsImporter)
#include "tst_openhands_importer.moc"
