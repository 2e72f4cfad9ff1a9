#include "tests/support/sample_facts.h"
#include "tests/tracestore/log_format_checks.h"
#include "tracestore/analysis/trace_stats.h"

using namespace Qt::StringLiterals;
using namespace tracestore;

class TestAtifImporter : public QObject
{
    Q_OBJECT

private slots:
    void treesAreAsWritten_data();
    void treesAreAsWritten();
    void aFolderIsOneSession();
    void companionsAreThoseThatAreNamed();
    void companionsStayInTheFolder();
    void payloadsAreRead();
    void aSubAgentStandsBelowItsCall();
    void otherFormatsAreRefused();
    void damageIsStood();
    void circlesOfReferencesEnd();
    void countsAreThoseOfTheSamples_data();
    void countsAreThoseOfTheSamples();
    void theSampleOfTwoPartsIsOneSession();
};

namespace {

TracePtr opened(const std::filesystem::path& path)
{
    auto trace = tests::openFiles({path});
    return trace ? *trace : nullptr;
}

TracePtr openedData(const std::string& name)
{
    return opened(tests::dataDir() / "atif" / name);
}

std::int64_t countOf(const Trace& trace, SpanKind kind, std::string_view origKind = {})
{
    return std::ranges::count_if(trace.preOrder(), [&](SpanId span) {
        return trace.kind(span) == kind && (origKind.empty() || trace.origKind(span) == origKind);
    });
}

} // namespace

void TestAtifImporter::treesAreAsWritten_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"subagents.json", "plain-version.json"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestAtifImporter::treesAreAsWritten()
{
    QFETCH(QString, name);
    const TracePtr trace = openedData(name.toStdString());
    QVERIFY(trace);
    QCOMPARE(trace->origin().formatId, std::string("atif"));
    KYMO_COMPARE_GOLDEN(tests::logSummary(*trace),
                        tests::dataDir() / "atif" / (name.toStdString() + ".tree"));
    QVERIFY(tests::everythingCanBeRead(*trace));
}

void TestAtifImporter::aFolderIsOneSession()
{
    const TracePtr trace = openedData("continued");
    QVERIFY(trace);
    KYMO_COMPARE_GOLDEN(tests::logSummary(*trace), tests::dataDir() / "atif/continued.tree");
    QVERIFY(tests::everythingCanBeRead(*trace));
}

void TestAtifImporter::companionsAreThoseThatAreNamed()
{
    const auto folder = tests::dataDir() / "atif/continued";
    const auto importers = builtinImporters();
    Job job;
    const auto whole = openTrace(
        {.paths = {folder / "trajectory.json"}, .withCompanions = true}, importers, job);
    QVERIFY(whole.has_value());
    QCOMPARE(tests::treeText(**whole), tests::treeText(*openedData("continued")));
    const auto alone = tests::openFiles({folder / "trajectory.json"});
    QVERIFY(alone.has_value());
    QCOMPARE((*alone)->sessions().size(), std::size_t {1});
    QVERIFY(std::ranges::any_of((*alone)->report().rows(), [](const ReportRow& row) {
        return row.message.find("goes on in another file") != std::string::npos;
    }));
}

void TestAtifImporter::companionsStayInTheFolder()
{
    const tests::TemporaryFolder folder;
    std::filesystem::create_directories(folder.path() / "in");
    const std::string part = R"({"schema_version":"ATIF-v1.6","agent":{"name":"a"},"steps":[],)"
                             R"("continued_trajectory_ref":")";
    tests::writeFile(folder.file("out.json"), part + "in/start.json\"}");
    tests::writeFile(folder.path() / "in/start.json", part + "../out.json\"}");
    tests::writeFile(folder.path() / "in/absolute.json",
                     part + folder.file("out.json").string() + "\"}");
    const auto importers = builtinImporters();
    for (const char* name : {"in/start.json", "in/absolute.json"}) {
        Job job;
        const auto trace
            = openTrace({.paths = {folder.path() / name}, .withCompanions = true}, importers, job);
        QVERIFY(trace.has_value());
        QCOMPARE((*trace)->origin().files.size(), std::size_t {1});
    }
}

void TestAtifImporter::payloadsAreRead()
{
    const TracePtr trace = openedData("subagents.json");
    QVERIFY(trace);
    const SpanDetail turn = tests::detailNamed(*trace, "Compare the two files");
    QCOMPARE(tests::outlineOf(turn.input),
             std::string("user: Compare the two files media image/png screen.png"));
    const SpanDetail call = tests::detailNamed(*trace, "gpt-4o");
    QCOMPARE(tests::outlineOf(call.input),
             std::string("system: Plan before you act. | user: Compare the two files media "
                         "image/png screen.png"));
    QCOMPARE(call.inputState, ContentState::Reconstructed);
    QCOMPARE(tests::outlineOf(call.output),
             std::string("assistant: (Two readers are faster.) I ask for both. call c1 delegate "
                         "call c2 delegate"));
    QCOMPARE(call.parameters, (std::vector<Attribute> {{"reasoning_effort", "\"high\""}}));
    QVERIFY(call.toolDefinitions.find("delegate") != std::string::npos);
    const SpanDetail second = tests::detailNamed(*trace, "gpt-4o", 1);
    QVERIFY(tests::outlineOf(second.input)
                .ends_with("| tool: result c2 b is empty | tool: result c1 "
                           R"([{"text":"a has 3 lines","type":"text"}])"));
    const SpanDetail tool = tests::detailNamed(*trace, "delegate");
    QCOMPARE(tool.toolArguments, std::string(R"({"file":"a.txt"})"));
    QCOMPARE(tool.toolResult, std::string("a has 3 lines"));
    const auto raw = trace->payloads().raw(tests::spanNamed(*trace, "delegate"));
    QVERIFY(raw.has_value());
    QVERIFY(raw->starts_with(R"({"tool_call_id": "c1")"));
    QVERIFY(raw->find("a has 3 lines") != std::string::npos);
}

void TestAtifImporter::aSubAgentStandsBelowItsCall()
{
    const TracePtr trace = openedData("subagents.json");
    QVERIFY(trace);
    const SpanId reader = tests::spanNamed(*trace, "reader");
    QCOMPARE(trace->name(trace->parent(reader)), std::string_view("delegate"));
    QCOMPARE(trace->toolCallId(trace->parent(reader)), std::string_view("c1"));
    QCOMPARE(trace->parentState(reader), ParentState::Present);
    const SpanId watcher = tests::spanNamed(*trace, "watcher");
    QCOMPARE(trace->name(trace->parent(watcher)), std::string_view("planner"));
    QCOMPARE(trace->parentState(watcher), ParentState::Implied);
}

void TestAtifImporter::otherFormatsAreRefused()
{
    QVERIFY(tests::claimsOnly("atif", {"atif"}));
    const tests::TestFolder folder;
    for (const char* text : {R"({"schema_version":"2","agent":{},"steps":[]})",
                             R"({"agent":{"name":"a"},"steps":[{"x":1}]})",
                             R"({"steps":[{"step_id":1,"source":"user"}]})",
                             R"(["ATIF-v1.7"])"})
        QVERIFY(!folder.open(text));
}

void TestAtifImporter::damageIsStood()
{
    const std::string whole = tests::contentOf(tests::dataDir() / "atif/subagents.json");
    QVERIFY(tests::standsCuts(whole, "atif"));
    QVERIFY(tests::standsFlips(whole));
}

void TestAtifImporter::circlesOfReferencesEnd()
{
    const tests::TemporaryFolder folder;
    const auto part = [](const std::string& next) {
        return R"({"schema_version":"ATIF-v1.6","session_id":"s)" + next
            + R"(","agent":{"name":"a"},"steps":[{"step_id":1,"source":"user","message":"go"}],)"
              R"("continued_trajectory_ref":")"
            + next + "\"}";
    };
    tests::writeFile(folder.file("a.json"), part("b.json"));
    tests::writeFile(folder.file("b.json"), part("a.json"));
    tests::writeFile(folder.file("self.json"), part("self.json"));
    const TracePtr trace = opened(folder.path());
    QVERIFY(trace);
    QCOMPARE(trace->sessions().size(), std::size_t {2});
    QCOMPARE(countOf(*trace, SpanKind::Turn), std::int64_t {3});
}

void TestAtifImporter::countsAreThoseOfTheSamples_data()
{
    QTest::addColumn<QString>("name");
    for (const QString& name : tests::samplesBelow(u"atif/"_s))
        QTest::newRow(qPrintable(name)) << name;
    if (!tests::haveSamples())
        QTest::newRow("none") << QString();
}

void TestAtifImporter::countsAreThoseOfTheSamples()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, name);
    const tests::SampleFacts facts = tests::factsOf(name);
    const TracePtr trace = opened(tests::samplesDir() / name.toStdString());
    QVERIFY(trace);
    QCOMPARE(trace->origin().formatId, std::string("atif"));
    QVERIFY(tests::everythingCanBeRead(*trace));
    QCOMPARE(trace->report().broken(), std::uint64_t {0});
    QCOMPARE(QString::fromStdString(trace->session(SessionId(0)).producerName),
             facts.facts.value(u"agent"_s).toString());
    const qint64 copied = facts.number("copied_context");
    const auto bySource = facts.facts.value(u"by_source"_s).toObject();
    QCOMPARE(static_cast<qint64>(trace->report().mapped()), facts.number("steps"));
    QCOMPARE(countOf(*trace, SpanKind::Turn) + countOf(*trace, SpanKind::Message, "user"),
             bySource.value(u"user"_s).toInteger());
    QCOMPARE(countOf(*trace, SpanKind::Llm) + countOf(*trace, SpanKind::Message, "agent"),
             bySource.value(u"agent"_s).toInteger());
    QCOMPARE(countOf(*trace, SpanKind::Message, "system")
                 + countOf(*trace, SpanKind::Compaction, "system"),
             bySource.value(u"system"_s).toInteger());
    const auto inCopies = std::ranges::count_if(trace->preOrder(), [&](SpanId span) {
        return trace->parent(span).isValid()
            && trace->origKind(trace->parent(span)) == "is_copied_context";
    });
    QCOMPARE(static_cast<qint64>(inCopies), copied);
    const TraceTotals sums = totals(*trace);
    QCOMPARE(sums.toolCalls, facts.number("tool_calls"));
    QCOMPARE(countOf(*trace, SpanKind::Message, "observation"),
             facts.number("results_without_source_call") - facts.number("subagent_refs", 0) / 3);
    qint64 withTime = 0;
    for (const SpanId span : trace->preOrder()) {
        const bool isStep = trace->kind(span) != SpanKind::Agent
            && trace->kind(span) != SpanKind::Tool && trace->origKind(span) != "observation"
            && trace->origKind(span) != "is_copied_context";
        withTime += isStep && trace->start(span) ? 1 : 0;
    }
    QCOMPARE(withTime, facts.number("with_timestamp"));
    // The totals of the whole stand at the agent.
    const SpanId agent = trace->roots().front();
    const TokenUsage* usage = trace->usage(agent);
    QCOMPARE(usage == nullptr ? -1 : *usage->inputTotal(), facts.number("prompt_tokens"));
    QCOMPARE(usage == nullptr ? -1 : *usage->output, facts.number("completion_tokens"));
    const Cost* cost = trace->cost(agent);
    QCOMPARE(cost == nullptr ? 0 : cost->amount, facts.facts.value(u"cost_usd"_s).toDouble());
    const bool isContinued = facts.facts.value(u"continued"_s).isString();
    QCOMPARE(std::ranges::any_of(trace->report().rows(),
                                 [](const ReportRow& row) {
                                     return row.message.find("goes on in another file")
                                         != std::string::npos;
                                 }),
             isContinued);
    // The part that goes on states the sums of both; others agree with their steps.
    if (usage != nullptr && copied == 0) {
        QCOMPARE(*sums.tokens.inputTotal(), facts.number("prompt_tokens"));
        QCOMPARE(*sums.tokens.output, facts.number("completion_tokens"));
    }
}

void TestAtifImporter::theSampleOfTwoPartsIsOneSession()
{
    KYMO_NEED_SAMPLES();
    const TracePtr trace = opened(tests::samplesDir() / "atif/v1.7-terminus2");
    QVERIFY(trace);
    QCOMPARE(trace->sessions().size(), std::size_t {1});
    const auto first = tests::factsOf(u"atif/v1.7-terminus2/trajectory.json"_s);
    const auto second = tests::factsOf(u"atif/v1.7-terminus2/trajectory.cont-1.json"_s);
    QCOMPARE(static_cast<qint64>(trace->report().mapped()),
             first.number("steps") + second.number("steps"));
    // Steps of the first part are counted once.
    std::int64_t input = 0;
    for (const SpanId span : trace->preOrder()) {
        const TokenUsage* usage = trace->usage(span);
        if (trace->kind(span) == SpanKind::Llm && usage != nullptr)
            input += *usage->inputTotal();
    }
    QCOMPARE(*totals(*trace).tokens.inputTotal(), input);
    QVERIFY(input < second.number("prompt_tokens"));
    QVERIFY(input > first.number("prompt_tokens"));
}

QTEST_GUILESS_MAIN(TestAtifImporter)
#include "tst_atif_importer.moc"
