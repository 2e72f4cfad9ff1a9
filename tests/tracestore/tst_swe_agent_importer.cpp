#include "tests/support/format_checks.h"
#include "tracestore/base/json_io.h"
#include "tracestore/import/swe_agent/task_title.h"

#include <nlohmann/json.hpp>

using namespace tracestore;
using namespace tests;
using namespace Qt::StringLiterals;

/// Trajectories of SWE-agent and of mini-swe-agent.
class TestSweAgentImporter : public QObject
{
    Q_OBJECT

private slots:
    void treesAreAsWritten_data();
    void treesAreAsWritten();
    void stepsHaveWhatTheModelWasSent();
    void stepsHaveTheirCommandAndWhatItGave();
    void totalsOfARunStandAtItsRoot();
    void miniAnswersHaveTheirFacts();
    void miniCommandsHaveTheirReturnCode();
    void commandsInTextAreFound();
    void aTaskIsTheFirstLineOfTheIssue_data();
    void aTaskIsTheFirstLineOfTheIssue();
    void eachIsClaimedByItsOwnFormat_data();
    void eachIsClaimedByItsOwnFormat();

    void damageIsSurvived_data() { treesAreAsWritten_data(); }

    void damageIsSurvived();
    void sweAgentSamplesAgreeWithTheirFacts();
    void miniSamplesAgreeWithTheirFacts();
};

namespace {

TracePtr opened(const QString& name)
{
    auto trace = openFiles({dataDir() / name.toStdString()});
    if (!trace)
        qFatal("%s", trace.error().message.c_str());
    return *trace;
}

const std::string kOpen = R"({"path":"app.py"})";
const std::string kEdit = R"({"command":"edit 1:1\nx\nend_of_edit"})";
const std::string kSleep = R"({"command":"sleep 9"})";
const std::string kCat = R"({"command":"cat README"})";

std::int64_t countOf(const Trace& trace, SpanKind kind)
{
    return std::ranges::count_if(trace.preOrder(),
                                 [&](SpanId span) { return trace.kind(span) == kind; });
}

nlohmann::json sampleJson(const QString& sample)
{
    const auto value = parseJson(contentOf(samplesDir() / sample.toStdString()));
    return value ? *value : nlohmann::json();
}

} // namespace

void TestSweAgentImporter::treesAreAsWritten_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"swe-agent/steps.traj",
                             "swe-agent/history.traj",
                             "mini-swe-agent/v2.traj.json",
                             "mini-swe-agent/v0.traj.json"})
        QTest::newRow(name) << name;
}

void TestSweAgentImporter::treesAreAsWritten()
{
    QFETCH(QString, name);
    const TracePtr trace = opened(name);
    QCOMPARE(payloadFailure(*trace), std::string());
    KYMO_COMPARE_GOLDEN(summaryText(*trace), dataDir() / (name.toStdString() + ".tree"));
}

void TestSweAgentImporter::stepsHaveWhatTheModelWasSent()
{
    const TracePtr trace = opened(u"swe-agent/steps.traj"_s);
    const SpanDetail first = detailOf(*trace, SpanKind::Llm, 0);
    QCOMPARE(first.inputState, ContentState::Reconstructed);
    QCOMPARE(first.input.size(), std::size_t {3});
    QCOMPARE(outline(first.output), std::string("assistant: I look at it. call open c1"));
    QCOMPARE(attributeOf(first, "execution_time"), std::string("0.25"));
    const SpanDetail second = detailOf(*trace, SpanKind::Llm, 1);
    QCOMPARE(second.inputState, ContentState::Full);
    QCOMPARE(outline(second.input), std::string("user: the exact input"));
    // The history ends before the last step.
    QCOMPARE(outline(detailOf(*trace, SpanKind::Llm, 3).output), std::string("assistant: Done."));
}

void TestSweAgentImporter::stepsHaveTheirCommandAndWhatItGave()
{
    const TracePtr trace = opened(u"swe-agent/steps.traj"_s);
    const SpanDetail open = detailOf(*trace, SpanKind::Tool, 0);
    QCOMPARE(open.toolArguments, kOpen);
    QCOMPARE(open.toolResult, std::string("[File: app.py (3 lines total)]"));
    const SpanId edit = spanOf(*trace, SpanKind::Tool, 1);
    QCOMPARE(detailOf(*trace, SpanKind::Tool, 1).toolArguments, kEdit);
    QCOMPARE(trace->status(edit), SpanStatus::Error);
    // A step without a command has no tool.
    QCOMPARE(totals(*trace).toolCalls, std::int64_t {3});
    QCOMPARE(totals(*trace).llmCalls, std::int64_t {4});
    QCOMPARE(totals(*trace).agents, std::int64_t {2});
}

void TestSweAgentImporter::totalsOfARunStandAtItsRoot()
{
    const TracePtr trace = opened(u"swe-agent/steps.traj"_s);
    const SpanId root = spanOf(*trace, SpanKind::Agent);
    QCOMPARE(trace->usage(root)->state, UsageState::Aggregated);
    QCOMPARE(trace->usage(root)->input.value_or(0), std::int64_t {100});
    QCOMPARE(trace->cost(root)->amount, 0.5);
    QCOMPARE(trace->error(root)->type, std::string("exit_cost"));
    QCOMPARE(trace->sessions()[0].outcome, SpanStatus::Error);
}

void TestSweAgentImporter::miniAnswersHaveTheirFacts()
{
    const TracePtr trace = opened(u"mini-swe-agent/v2.traj.json"_s);
    const SpanId answer = spanOf(*trace, SpanKind::Llm);
    QCOMPARE(trace->usage(answer)->input.value_or(0), std::int64_t {40});
    QCOMPARE(trace->usage(answer)->cacheRead.value_or(0), std::int64_t {60});
    QCOMPARE(trace->usage(answer)->reasoning.value_or(0), std::int64_t {4});
    QCOMPARE(trace->cost(answer)->amount, 0.01);
    QCOMPARE(trace->provider(answer), std::string_view("acme"));
    QCOMPARE(trace->duration(answer)->ns, std::int64_t {1'500'000'000});
    const SpanDetail detail = detailOf(*trace, SpanKind::Llm);
    QCOMPARE(detail.finishReasons, std::vector<std::string> {"tool_calls"});
    QCOMPARE(outline(detail.output),
             std::string("assistant: thought Look. call bash c1 call bash c2"));
    // Of the second the beginning is known: the last command had ended.
    QCOMPARE(trace->duration(spanOf(*trace, SpanKind::Llm, 1))->ns, std::int64_t {1'500'000'000});
}

void TestSweAgentImporter::miniCommandsHaveTheirReturnCode()
{
    const TracePtr trace = opened(u"mini-swe-agent/v2.traj.json"_s);
    QCOMPARE(trace->status(spanOf(*trace, SpanKind::Tool, 0)), SpanStatus::Ok);
    const SpanId failed = spanOf(*trace, SpanKind::Tool, 1);
    QCOMPARE(trace->error(failed)->type, std::string("exit code 1"));
    QCOMPARE(trace->error(failed)->message, std::string("cat: x: No such file"));
    const SpanId timedOut = spanOf(*trace, SpanKind::Tool, 2);
    QCOMPARE(trace->error(timedOut)->message, std::string("TimeoutExpired: 10 s"));
    QCOMPARE(trace->duration(timedOut)->ns, std::int64_t {10'000'000'000});
    QCOMPARE(detailOf(*trace, SpanKind::Tool, 2).toolArguments, kSleep);
    QVERIFY(trace->report().rows().empty());
}

void TestSweAgentImporter::commandsInTextAreFound()
{
    const TracePtr trace = opened(u"mini-swe-agent/v0.traj.json"_s);
    const SpanDetail cat = detailOf(*trace, SpanKind::Tool);
    QCOMPARE(cat.toolArguments, kCat);
    QCOMPARE(trace->error(spanOf(*trace, SpanKind::Tool))->message,
             std::string("cat: README: gone"));
    QCOMPARE(detailOf(*trace, SpanKind::Tool, 1).toolResult, std::string("the patch"));
}

void TestSweAgentImporter::aTaskIsTheFirstLineOfTheIssue_data()
{
    QTest::addColumn<QString>("prompt");
    QTest::addColumn<QString>("title");
    QTest::newRow("plain") << u"Fix it\nnow"_s << u"Fix it"_s;
    QTest::newRow("issue") << u"Here:\nISSUE:\n\n Bug \nmore"_s << u"Bug"_s;
    QTest::newRow("tagged")
        << u"<uploaded_files>\n/testbed\n</uploaded_files>\nText\n<pr_description>\nBug\n"_s
        << u"Bug"_s;
    QTest::newRow("asked") << u"Please solve this issue: Bug"_s << u"Bug"_s;
    QTest::newRow("only tags") << u"<a>\n<b>"_s << u"<a>"_s;
    QTest::newRow("nothing") << QString() << QString();
}

void TestSweAgentImporter::aTaskIsTheFirstLineOfTheIssue()
{
    QFETCH(QString, prompt);
    QFETCH(QString, title);
    QCOMPARE(QString::fromStdString(taskTitle(prompt.toStdString())), title);
}

void TestSweAgentImporter::eachIsClaimedByItsOwnFormat_data()
{
    QTest::addColumn<QString>("content");
    QTest::addColumn<QString>("first");
    const QString step = uR"("trajectory":[{"action":"ls","observation":"","response":"r"}])"_s;
    QTest::newRow("steps") << u"{"_s + step + u"}"_s << u"swe-agent"_s;
    QTest::newRow("other trajectory") << uR"({"trajectory":[{"x":1}]})"_s << QString();
    QTest::newRow("other history")
        << uR"({"history":[{"role":"user","content":"x"}]})"_s << QString();
    QTest::newRow("chat with bash")
        << uR"([{"role":"user","content":"x"},{"role":"assistant","content":"```bash\nls\n```"}])"_s
        << u"chat"_s;
    QTest::newRow("late key") << uR"({"info":{"mini_version":"1"},"messages":[]})"_s
                              << u"mini-swe-agent"_s;
}

void TestSweAgentImporter::eachIsClaimedByItsOwnFormat()
{
    QFETCH(QString, content);
    QFETCH(QString, first);
    const QStringList claims = claimedBy(content.toStdString());
    QCOMPARE(claims.isEmpty() ? QString() : claims.first(), first);
}

void TestSweAgentImporter::damageIsSurvived()
{
    QFETCH(QString, name);
    const TestFolder folder;
    QCOMPARE(damageFailure(folder, contentOf(dataDir() / name.toStdString()), 7), std::string());
}

void TestSweAgentImporter::sweAgentSamplesAgreeWithTheirFacts()
{
    KYMO_NEED_SAMPLES();
    const QStringList samples = samplesBelow(u"swe-agent/"_s);
    QVERIFY(!samples.isEmpty());
    for (const QString& sample : samples) {
        const SampleFacts facts = factsOf(sample);
        const auto trace = openFiles({samplesDir() / sample.toStdString()});
        QVERIFY(trace);
        QCOMPARE((*trace)->origin().formatId, std::string("swe-agent"));
        QCOMPARE(payloadFailure(**trace), std::string());
        const TraceTotals sums = totals(**trace);
        const QJsonObject roles = facts.facts[u"history_by_role"_s].toObject();
        const qint64 steps = facts.number("steps");
        QCOMPARE(sums.llmCalls, steps > 0 ? steps : roles[u"assistant"_s].toInteger());
        QCOMPARE(sums.toolCalls, steps > 0 ? steps : facts.number("tool_calls"));
        QCOMPARE(qint64((*trace)->report().mapped()), facts.number("history") + steps);
        const QJsonObject stats = facts.facts[u"model_stats"_s].toObject();
        QCOMPARE(sums.tokens.input.value_or(0), stats[u"tokens_sent"_s].toInteger());
        QCOMPARE(sums.tokens.output.value_or(0), stats[u"tokens_received"_s].toInteger());
        QCOMPARE(sums.cost ? sums.cost->amount : 0.0, stats[u"instance_cost"_s].toDouble());
        QCOMPARE(countOf(**trace, SpanKind::Message), facts.number("demo_items"));
        qint64 timed = 0;
        for (const SpanId span : (*trace)->preOrder()) {
            const auto detail = (*trace)->payloads().detail(span);
            timed += attributeOf(*detail, "execution_time").empty() ? 0 : 1;
        }
        QCOMPARE(timed, facts.number("steps_with_execution_time"));
        QVERIFY((*trace)->sessions()[0].title.find("SETTING") == std::string::npos);
    }
}

void TestSweAgentImporter::miniSamplesAgreeWithTheirFacts()
{
    KYMO_NEED_SAMPLES();
    const QStringList samples = samplesBelow(u"mini-swe-agent/"_s);
    QVERIFY(!samples.isEmpty());
    for (const QString& sample : samples) {
        const SampleFacts facts = factsOf(sample);
        const auto trace = openFiles({samplesDir() / sample.toStdString()});
        QVERIFY(trace);
        QCOMPARE((*trace)->origin().formatId, std::string("mini-swe-agent"));
        QCOMPARE(payloadFailure(**trace), std::string());
        const TraceTotals sums = totals(**trace);
        const QJsonObject roles = facts.facts[u"by_role"_s].toObject();
        QCOMPARE(sums.llmCalls, roles[u"assistant"_s].toInteger());
        QCOMPARE(qint64((*trace)->report().mapped()), facts.number("messages"));
        if (facts.facts[u"top"_s].toString() == u"array"_s) {
            // The calls stand in the text, one in each answer.
            QCOMPARE(sums.toolCalls, roles[u"assistant"_s].toInteger());
            continue;
        }
        QCOMPARE(sums.toolCalls, facts.number("tool_calls"));
        QCOMPARE(sums.toolErrors, facts.number("nonzero_returncode"));
        QCOMPARE(sums.llmCalls, facts.number("api_calls"));
        QVERIFY(std::abs(sums.cost->amount - facts.facts[u"cost"_s].toDouble()) < 1e-9);
        QCOMPARE(QString::fromStdString((*trace)->sessions()[0].producerVersion),
                 facts.facts[u"version"_s].toString());
        qint64 tokens = 0;
        const nlohmann::json document = sampleJson(sample);
        for (const auto& message : document.at("messages")) {
            if (message.contains("extra") && message["extra"].contains("response"))
                tokens += message["extra"]["response"]["usage"]["total_tokens"].get<qint64>();
        }
        QCOMPARE(sums.tokens.total().value_or(0), tokens);
    }
}

QTEST_GUILESS_MAIN(TestSweAgentImporter)
#include "tst_swe_agent_importer.moc"
