#include "tests/support/format_checks.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <random>

using namespace tracestore;
using namespace Qt::StringLiterals;
namespace fs = std::filesystem;

/// Calls of models as they went over HTTP, and as gateways log them.
class TestHttpImporter : public QObject
{
    Q_OBJECT

private slots:
    void treesAreAsWritten_data();
    void treesAreAsWritten();
    void aStreamIsReadAsItsBody();
    void aCallHasItsRequest();
    void toolsHaveArgumentsAndResults();
    void recordingsHaveTimes();
    void logsHaveCostAndParameters();
    void onlyOneFormatClaimsAFile_data() { treesAreAsWritten_data(); }
    void onlyOneFormatClaimsAFile();
    void aLongRequestIsKnownByItsHead();
    void otherFilesAreRefused_data();
    void otherFilesAreRefused();
    void damageIsSaid_data() { treesAreAsWritten_data(); }
    void damageIsSaid();
    void samplesHoldWhatIsCounted_data();
    void samplesHoldWhatIsCounted();
    void capturedConversationsAreFound_data();
    void capturedConversationsAreFound();
};

namespace {

fs::path dataFile(const QString& name)
{
    return tests::dataDir() / "http" / name.toStdString();
}

TracePtr opened(const fs::path& path)
{
    const auto trace = tests::openFiles({path});
    if (!trace)
        qWarning("%s", trace.error().message.c_str());
    return trace ? *trace : nullptr;
}

} // namespace

void TestHttpImporter::treesAreAsWritten_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"chat.chunks.txt",
                             "anthropic.sse",
                             "restarted.chunks.txt",
                             "responses.chunks.txt",
                             "gemini.chunks.txt",
                             "pair",
                             "proxy.jsonl",
                             "litellm.jsonl",
                             "completion-log.json"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestHttpImporter::treesAreAsWritten()
{
    QFETCH(QString, name);
    const TracePtr trace = opened(dataFile(name));
    QVERIFY(trace);
    KYMO_COMPARE_GOLDEN(tests::summaryText(*trace), dataFile(name + u".tree"_s));
    QCOMPARE(tests::payloadFailure(*trace), std::string());
}

void TestHttpImporter::aStreamIsReadAsItsBody()
{
    const TracePtr chat = opened(dataFile(u"chat.chunks.txt"_s));
    QCOMPARE(tests::outline(tests::detailOf(*chat, SpanKind::Llm).output),
             std::string("assistant: thought call weather t1 call weather t2"));
    QCOMPARE(tests::detailOf(*chat, SpanKind::Llm).finishReasons,
             std::vector<std::string> {"tool_calls"});
    QCOMPARE(tests::outline(tests::detailOf(*chat, SpanKind::Llm, 1).output),
             std::string("assistant: Cold in Oslo."));
    const TracePtr anthropic = opened(dataFile(u"anthropic.sse"_s));
    QCOMPARE(tests::outline(tests::detailOf(*anthropic, SpanKind::Llm).output),
             std::string("assistant: thought call code_execution s1 call roll t1 result s1 "
                         "You rolled a 4."));
    const TracePtr responses = opened(dataFile(u"responses.chunks.txt"_s));
    QCOMPARE(tests::outline(tests::detailOf(*responses, SpanKind::Llm).output),
             std::string("assistant: thought call search mc1 result mc1 call brew k1 "
                         "Kettle is on."));
    const TracePtr gemini = opened(dataFile(u"gemini.chunks.txt"_s));
    const SpanDetail detail = tests::detailOf(*gemini, SpanKind::Llm);
    QCOMPARE(tests::outline(detail.output), std::string("assistant: thought call weather  "));
    QCOMPARE(std::get<ReasoningPart>(detail.output.at(0).parts.at(0)).text,
             std::string("Ask the station."));
    const TracePtr restarted = opened(dataFile(u"restarted.chunks.txt"_s));
    QCOMPARE(tests::outline(tests::detailOf(*restarted, SpanKind::Llm).output),
             std::string("assistant: call find t1 call find t2"));
    QCOMPARE(tests::detailOf(*restarted, SpanKind::Tool).toolArguments,
             std::string(R"({"what":"key)"));
}

void TestHttpImporter::aCallHasItsRequest()
{
    const TracePtr trace = opened(dataFile(u"pair"_s));
    const SpanDetail first = tests::detailOf(*trace, SpanKind::Llm);
    QCOMPARE(tests::outline(first.input),
             std::string("system: Be brief. | user: Weather in Oslo?"));
    QCOMPARE(first.inputState, ContentState::Full);
    QCOMPARE(first.parameters, (std::vector<Attribute> {{"temperature", "0.2"}}));
    QVERIFY(first.toolDefinitions.starts_with(R"([{"function":{"name":"weather")"));
    const SpanId failed = tests::spanOf(*trace, SpanKind::Llm, 2);
    QVERIFY(trace->error(failed) != nullptr);
    QCOMPARE(trace->error(failed)->type, std::string("rate_limit_error"));
    QCOMPARE(trace->error(failed)->message, std::string("Rate limit reached"));
}

void TestHttpImporter::toolsHaveArgumentsAndResults()
{
    const TracePtr trace = opened(dataFile(u"pair"_s));
    const SpanDetail oslo = tests::detailOf(*trace, SpanKind::Tool);
    QCOMPARE(oslo.toolArguments, std::string(R"({"city":"Oslo"})"));
    QCOMPARE(oslo.toolResult, std::string("snow"));
    QCOMPARE(tests::detailOf(*trace, SpanKind::Tool, 1).toolResult, std::string("rain"));
    const TracePtr served = opened(dataFile(u"responses.chunks.txt"_s));
    QCOMPARE(tests::detailOf(*served, SpanKind::Tool).toolResult, std::string("3 hits"));
    QCOMPARE(served->status(tests::spanOf(*served, SpanKind::Tool, 1)), SpanStatus::Unknown);
}

void TestHttpImporter::recordingsHaveTimes()
{
    const TracePtr trace = opened(dataFile(u"proxy.jsonl"_s));
    const SpanId first = tests::spanOf(*trace, SpanKind::Llm);
    QCOMPARE(trace->start(first), parseIsoTimestamp("2026-03-10T20:40:00Z"));
    QCOMPARE(trace->end(first), parseIsoTimestamp("2026-03-10T20:40:02Z"));
    QCOMPARE(trace->firstToken(first), parseIsoTimestamp("2026-03-10T20:40:00.5Z"));
    QCOMPARE(trace->timeSource(first), TimeSource::Exact);
    const SpanId tool = tests::spanOf(*trace, SpanKind::Tool);
    QCOMPARE(trace->duration(tool)->ns, std::int64_t {2'500'000'000});
    QCOMPARE(trace->timeSource(tool), TimeSource::Inferred);
    QCOMPARE(trace->status(tool), SpanStatus::Error);
}

void TestHttpImporter::logsHaveCostAndParameters()
{
    const TracePtr trace = opened(dataFile(u"litellm.jsonl"_s));
    const SpanId first = tests::spanOf(*trace, SpanKind::Llm);
    QCOMPARE(trace->cost(first)->amount, 0.00125);
    QCOMPARE(trace->provider(first), std::string_view("openai"));
    const SpanDetail detail = tests::detailOf(*trace, SpanKind::Llm);
    QCOMPARE(detail.parameters, (std::vector<Attribute> {{"temperature", "0.1"}}));
    QCOMPARE(tests::attributeOf(detail, "request_tags"), std::string(R"(["nightly"])"));
    QCOMPARE(trace->error(tests::spanOf(*trace, SpanKind::Llm, 1))->type,
             std::string("RateLimitError"));
    const TracePtr log = opened(dataFile(u"completion-log.json"_s));
    QCOMPARE(log->cost(tests::spanOf(*log, SpanKind::Llm))->amount, 0.002);
    QCOMPARE(log->duration(tests::spanOf(*log, SpanKind::Llm))->ns, std::int64_t {1'500'000'000});
}

void TestHttpImporter::onlyOneFormatClaimsAFile()
{
    QFETCH(QString, name);
    if (fs::is_directory(dataFile(name)))
        return;
    QCOMPARE(tests::claimedBy(tests::contentOf(dataFile(name))).size(), 1);
}

void TestHttpImporter::aLongRequestIsKnownByItsHead()
{
    const std::string prompt(400'000, 'x');
    const std::string request = R"({ "method" : "POST", "url":"/v1/messages","headers":{},"body":{"model":"m","messages":[{"role":"user","content":")"
        + prompt + R"("}]}})";
    QCOMPARE(tests::claimedBy(request), QStringList {u"http-recording"_s});
    QCOMPARE(tests::claimedBy(R"({"timestamp":"2026-03-10T20:40:00Z","request":)" + request
                              + R"(,"response":{"status":200,"body":null}})"),
             QStringList {u"http-recording"_s});
}

void TestHttpImporter::otherFilesAreRefused_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("another request")
        << QByteArray(R"({"method":"POST","url":"/orders","body":{"items":[1]}})");
    QTest::newRow("another answer") << QByteArray(R"({"status":200,"body":{"ok":true}})");
    QTest::newRow("other events") << QByteArray("event: tick\ndata: {\"n\":1}\n\n");
    QTest::newRow("events of text") << QByteArray("data: hello\n\n");
    QTest::newRow("choices") << QByteArray(R"({"choices":["a","b"],"title":"quiz"})");
}

void TestHttpImporter::otherFilesAreRefused()
{
    QFETCH(QByteArray, content);
    QCOMPARE(tests::claimedBy(content.toStdString()), QStringList());
}

void TestHttpImporter::damageIsSaid()
{
    QFETCH(QString, name);
    if (fs::is_directory(dataFile(name)))
        return;
    const tests::TestFolder folder;
    QCOMPARE(tests::damageFailure(folder, tests::contentOf(dataFile(name)), 3), std::string());
}

void TestHttpImporter::samplesHoldWhatIsCounted_data()
{
    QTest::addColumn<QString>("sample");
    if (!tests::haveSamples())
        return;
    for (const char* prefix : {"http-", "litellm/", "proxy-recording/"})
        for (const QString& sample : tests::samplesBelow(QString::fromLatin1(prefix)))
            QTest::newRow(qPrintable(sample)) << sample;
}

namespace {

/// How many answers a file of pieces holds, by what its events are called.
qint64 answersIn(const QJsonObject& events)
{
    for (const char* last : {"message_stop", "response.completed"})
        if (events.contains(QLatin1String(last)))
            return events.value(QLatin1String(last)).toInteger();
    return 1;
}

/// Calls of tools among blocks or items by type.
qint64 callsAmong(const QJsonObject& blocks)
{
    qint64 calls = 0;
    for (auto block = blocks.begin(); block != blocks.end(); ++block) {
        if (block.key().endsWith(u"tool_use"_s) || block.key().endsWith(u"_call"_s))
            calls += block->toInteger();
    }
    return calls;
}

} // namespace

void TestHttpImporter::samplesHoldWhatIsCounted()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, sample);
    const QJsonObject facts = tests::factsOf(sample).facts;
    const TracePtr trace = opened(tests::samplesDir() / sample.toStdString());
    QVERIFY(trace);
    QCOMPARE(tests::payloadFailure(*trace), std::string());
    QCOMPARE(trace->report().broken(), std::uint64_t {0});
    QCOMPARE(trace->report().dropped(), std::uint64_t {0});
    const TraceTotals sums = totals(*trace);
    QCOMPARE(sums.sessions, std::int64_t {1});
    QCOMPARE(sums.llmCalls, answersIn(facts.value(u"by_event"_s).toObject()));
    qint64 calls = callsAmong(facts.value(u"blocks_or_items"_s).toObject())
        + callsAmong(facts.value(u"blocks"_s).toObject());
    calls += facts.value(u"tool_calls"_s).toInteger();
    calls += facts.value(u"response_tool_calls"_s).toInteger();
    // Blocks that stand in a message_start already are not counted by the facts.
    if (facts.contains(u"blocks_or_items"_s) || facts.contains(u"blocks"_s)
        || facts.contains(u"response_tool_calls"_s))
        QVERIFY2(answersIn(facts.value(u"by_event"_s).toObject()) > 2
                     ? sums.toolCalls > calls
                     : sums.toolCalls == calls,
                 qPrintable(QString::number(sums.toolCalls)));
    const QJsonArray finish = facts.value(u"finish"_s).toArray();
    std::vector<SpanId> answers;
    for (const SpanId span : trace->preOrder())
        if (trace->kind(span) == SpanKind::Llm)
            answers.push_back(span);
    if (!finish.isEmpty()) {
        const auto detail = trace->payloads().detail(answers.back());
        QCOMPARE(QString::fromStdString(detail->finishReasons.back()),
                 finish.last().toString());
    }
    const QJsonObject usage = facts.value(u"usage"_s).toObject();
    const TokenUsage* last = trace->usage(answers.back());
    const auto stated = [&](const char* key, const char* otherKey) {
        return usage.value(QLatin1String(key)).toInteger(
            usage.value(QLatin1String(otherKey)).toInteger(-1));
    };
    if (const qint64 input = stated("input_tokens", "prompt_tokens"); input >= 0)
        QCOMPARE(last->inputTotal().value_or(-1), input);
    if (const qint64 output = stated("output_tokens", "completion_tokens"); output >= 0) {
        // xAI counts reasoning beside the output.
        const qint64 beside = sample.contains(u"xai"_s) ? last->reasoning.value_or(0) : 0;
        QCOMPARE(last->output.value_or(-1), output + beside);
    }
    if (facts.contains(u"prompt_tokens"_s)) {
        QCOMPARE(last->inputTotal().value_or(-1), facts.value(u"prompt_tokens"_s).toInteger());
        QCOMPARE(last->output.value_or(-1), facts.value(u"completion_tokens"_s).toInteger());
        QCOMPARE(trace->cost(answers.back())->amount, facts.value(u"cost"_s).toDouble());
        QVERIFY(std::abs(static_cast<double>(trace->duration(answers.back())->ns) / 1e9
                         - facts.value(u"latency_sec"_s).toDouble())
                < 1e-6);
        const auto detail = trace->payloads().detail(answers.back());
        QCOMPARE(static_cast<qint64>(detail->input.size()),
                 facts.value(u"messages"_s).toInteger());
    }
}

void TestHttpImporter::capturedConversationsAreFound_data()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<int>("conversations");
    QTest::addColumn<int>("calls");
    QTest::addColumn<int>("tools");
    QTest::newRow("OpenAI") << u"openai-sdk"_s << 3 << 6 << 3;
    QTest::newRow("Anthropic") << u"anthropic-sdk"_s << 2 << 4 << 2;
    QTest::newRow("Vercel AI") << u"vercel-ai-sdk"_s << 2 << 4 << 2;
    QTest::newRow("OpenAI Agents") << u"openai-agents-sdk"_s << 1 << 2 << 1;
}

void TestHttpImporter::capturedConversationsAreFound()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, folder);
    QFETCH(int, conversations);
    QFETCH(int, calls);
    QFETCH(int, tools);
    const TracePtr trace = opened(tests::samplesDir() / "captured" / folder.toStdString());
    QVERIFY(trace);
    QCOMPARE(tests::payloadFailure(*trace), std::string());
    const TraceTotals sums = totals(*trace);
    QCOMPARE(sums.sessions, std::int64_t {conversations});
    QCOMPARE(sums.llmCalls, std::int64_t {calls});
    QCOMPARE(sums.toolCalls, std::int64_t {tools});
    QVERIFY(trace->report().rows().empty());
    for (const SpanId span : trace->preOrder())
        if (trace->kind(span) == SpanKind::Tool)
            QVERIFY(!trace->payloads().detail(span)->toolResult.empty());
}

QTEST_GUILESS_MAIN(TestHttpImporter)
#include "tst_http_importer.moc"
