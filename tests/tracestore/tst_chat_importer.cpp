#include "tests/support/format_checks.h"

using namespace tracestore;
using namespace tests;
using namespace Qt::StringLiterals;

/// Files that are lists of chat messages.
class TestChatImporter : public QObject
{
    Q_OBJECT

private slots:
    void treesAreAsWritten_data();
    void treesAreAsWritten();
    void inputIsTheConversationSoFar();
    void resultsGoToTheirCalls();
    void aCallThatIsWantedOtherwiseSaysSo();
    void theSystemPromptStandsAtTheRoot();
    void requestsKeepTheirTools();
    void messagesALineEachAreOneConversation();
    void otherJsonIsNotClaimed_data();
    void otherJsonIsNotClaimed();

    void damageIsSurvived_data() { treesAreAsWritten_data(); }

    void damageIsSurvived();
    void manyConversationsOnOneLineAreReadInOnePass();
    void samplesAgreeWithTheirFacts();
};

namespace {

std::filesystem::path dataFile(const QString& name)
{
    return dataDir() / "chat" / name.toStdString();
}

TracePtr opened(const QString& name)
{
    auto trace = openFiles({dataFile(name)});
    if (!trace)
        qFatal("%s", trace.error().message.c_str());
    return *trace;
}

const std::string kWanted = R"({"kwargs":{"order_id":"W7","reason":"late"},"name":"cancel_order"})";
const std::string kArguments = R"({"order_id":"W7","reason":"no"})";
const std::string kTools
    = R"([{"function":{"name":"add","parameters":{"type":"object"}},"type":"function"}])";

} // namespace

void TestChatImporter::treesAreAsWritten_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"tau.json", "finetune.jsonl", "sharegpt.json", "messages.json"})
        QTest::newRow(name) << name;
}

void TestChatImporter::treesAreAsWritten()
{
    QFETCH(QString, name);
    const TracePtr trace = opened(name);
    QCOMPARE(payloadFailure(*trace), std::string());
    KYMO_COMPARE_GOLDEN(summaryText(*trace), dataFile(name + u".tree"_s));
}

void TestChatImporter::inputIsTheConversationSoFar()
{
    const TracePtr trace = opened(u"messages.json"_s);
    const SpanDetail second = detailOf(*trace, SpanKind::Llm, 1);
    QCOMPARE(second.inputState, ContentState::Reconstructed);
    QCOMPARE(outline(second.input),
             std::string("user: Read a.txt and b.txt | assistant: thought call read t1 call read "
                         "t2 | user: result t2! result t1 result t9"));
    QCOMPARE(outline(second.output), std::string("assistant: a.txt says alpha."));
}

void TestChatImporter::resultsGoToTheirCalls()
{
    const TracePtr trace = opened(u"messages.json"_s);
    QCOMPARE(totals(*trace).toolCalls, std::int64_t {3});
    QCOMPARE(totals(*trace).toolErrors, std::int64_t {1});
    QCOMPARE(detailOf(*trace, SpanKind::Tool, 0).toolResult, std::string("alpha"));
    const SpanId failed = spanOf(*trace, SpanKind::Tool, 1);
    QCOMPARE(trace->error(failed)->message, std::string("no such file"));
    QCOMPARE(detailOf(*trace, SpanKind::Tool, 2).toolResult, std::string("nobody asked"));
    const TracePtr talk = opened(u"sharegpt.json"_s);
    const SpanDetail weather = detailOf(*talk, SpanKind::Tool);
    QVERIFY(weather.toolArguments.find("Oslo") != std::string::npos);
    QVERIFY(weather.toolResult.find("no such city") != std::string::npos);
}

void TestChatImporter::aCallThatIsWantedOtherwiseSaysSo()
{
    const TracePtr trace = opened(u"tau.json"_s);
    const SpanDetail cancel = detailOf(*trace, SpanKind::Tool, 1);
    QCOMPARE(cancel.toolArguments, kArguments);
    QCOMPARE(attributeOf(cancel, "tau_bench.expected_action"), kWanted);
    const SpanDetail refund = detailOf(*trace, SpanKind::Tool, 2);
    QVERIFY(refund.attributes.empty());
    const SpanId run = spanOf(*trace, SpanKind::Session);
    QCOMPARE(trace->error(run)->message,
             std::string("The run got reward 0 of 1. Expected, but not called with these "
                         "arguments: cancel_order, refund."));
    QVERIFY(trace->error(spanOf(*trace, SpanKind::Session, 1)) == nullptr);
}

void TestChatImporter::theSystemPromptStandsAtTheRoot()
{
    const TracePtr trace = opened(u"tau.json"_s);
    QCOMPARE(outline(detailOf(*trace, SpanKind::Session).input),
             std::string("system: # Policy\nAsk before you cancel."));
    const auto raw = trace->payloads().raw(spanOf(*trace, SpanKind::Session));
    QVERIFY(raw->starts_with("\"task_id\": 3\n\"reward\": 0.0\n\"info\": {"));
}

void TestChatImporter::requestsKeepTheirTools()
{
    const TracePtr trace = opened(u"finetune.jsonl"_s);
    QCOMPARE(detailOf(*trace, SpanKind::Llm).toolDefinitions, kTools);
    QVERIFY(detailOf(*trace, SpanKind::Llm, 1).toolDefinitions.empty());
}

void TestChatImporter::messagesALineEachAreOneConversation()
{
    const TestFolder folder;
    const auto trace = folder.open("{\"role\":\"user\",\"content\":\"Hi\"}\n"
                                   "{\"role\":\"assistant\",\"content\":\"Hello\"}\n");
    QVERIFY(trace);
    QCOMPARE((*trace)->sessions().size(), std::size_t {1});
    QCOMPARE((*trace)->sessions()[0].title, std::string("Hi"));
    QCOMPARE(totals(**trace).llmCalls, std::int64_t {1});
}

void TestChatImporter::otherJsonIsNotClaimed_data()
{
    QTest::addColumn<QString>("content");
    QTest::newRow("empty list") << u"[]"_s;
    QTest::newRow("no messages") << uR"({"messages":[{"id":1,"text":"x"}]})"_s;
    QTest::newRow("numbers") << u"[[1,2],[3]]"_s;
    QTest::newRow("a role only") << uR"([{"role":"admin","name":"x"}])"_s;
    QTest::newRow("text") << u"messages role content"_s;
}

void TestChatImporter::otherJsonIsNotClaimed()
{
    QFETCH(QString, content);
    QVERIFY(!claimedBy(content.toStdString()).contains(u"chat"_s));
}

void TestChatImporter::damageIsSurvived()
{
    QFETCH(QString, name);
    const TestFolder folder;
    QCOMPARE(damageFailure(folder, contentOf(dataFile(name))), std::string());
}

void TestChatImporter::manyConversationsOnOneLineAreReadInOnePass()
{
    std::string content = "[";
    constexpr int kMany = 20'000;
    for (int i = 0; i < kMany; ++i)
        content += R"({"messages":[{"role":"user","content":"a"},{"role":"assistant",)"
                   R"("content":"b"}]},)";
    content.back() = ']';
    const TestFolder folder;
    const auto trace = folder.open(content);
    QVERIFY(trace);
    QCOMPARE((*trace)->sessions().size(), std::size_t {kMany});
}

void TestChatImporter::samplesAgreeWithTheirFacts()
{
    KYMO_NEED_SAMPLES();
    const QStringList samples = samplesBelow(u"chat-messages/"_s);
    QVERIFY(!samples.isEmpty());
    for (const QString& sample : samples) {
        const SampleFacts facts = factsOf(sample);
        const auto trace = openFiles({samplesDir() / sample.toStdString()});
        QVERIFY(trace);
        const TraceTotals sums = totals(**trace);
        QCOMPARE(sums.sessions, facts.number("runs"));
        QCOMPARE(sums.toolCalls, facts.number("tool_calls"));
        const QJsonObject roles = facts.facts[u"by_role"_s].toObject();
        QCOMPARE(sums.llmCalls, roles[u"assistant"_s].toInteger());
        const auto& order = (*trace)->preOrder();
        const auto turns = std::ranges::count_if(
            order, [&](SpanId span) { return (*trace)->kind(span) == SpanKind::Turn; });
        QCOMPARE(qint64(turns), roles[u"user"_s].toInteger());
        QCOMPARE(qint64((*trace)->report().mapped()), facts.number("messages"));
        const auto reached
            = std::ranges::count((*trace)->sessions(), SpanStatus::Ok, &Session::outcome);
        QCOMPARE(qint64(reached), facts.number("reward_1"));
        QCOMPARE(payloadFailure(**trace), std::string());
    }
}

QTEST_GUILESS_MAIN(TestChatImporter)
#include "tst_chat_importer.moc"
