#include "tests/support/format_checks.h"
#include "tests/support/zip_file.h"

using namespace tracestore;
using namespace tests;
using namespace Qt::StringLiterals;

/// Logs of Inspect evaluations, as documents and as archives.
class TestInspectImporter : public QObject
{
    Q_OBJECT

private slots:
    void treesAreAsWritten_data();
    void treesAreAsWritten();
    void pooledMessagesAreTheInput();
    void attachmentsArePutBack();
    void toolsHaveArgumentsAndResults();
    void answersHaveTheirFacts();
    void errorsHaveTheirStack();
    void anArchiveIsReadAsItsEntries();
    void anArchiveOfARunThatDiedIsRead();
    void aDamagedArchiveGivesWhatIsWhole();
    void otherArchivesAreRefused();
    void deepNestingEnds();
    void otherJsonIsNotClaimed();
    void damageIsSurvived();
    void samplesAgreeWithTheirFacts_data();
    void samplesAgreeWithTheirFacts();
};

namespace {

std::filesystem::path dataFile(const QString& name)
{
    return dataDir() / "inspect" / name.toStdString();
}

TracePtr opened(const QString& name)
{
    auto trace = openFiles({dataFile(name)});
    if (!trace)
        qFatal("%s", trace.error().message.c_str());
    return *trace;
}

const std::string kSample
    = R"({"id":1,"epoch":1,"input":"Hi","messages":[{"role":"user","content":"Hi"},)"
      R"({"role":"assistant","content":"Hello"}],"scores":{"m":{"value":"C"}}})";
const std::string kHeader
    = R"({"version":2,"status":"success","eval":{"task":"greet","model":"openai/gpt-4o"}})";
const std::string kQuery = R"({"q":"a long \"text\""})";

std::string_view modelOf(const Trace& trace, SpanId span)
{
    return trace.text(trace.columns().requestedModel[span.index()]);
}

std::vector<ZipEntry> logEntries()
{
    return {{"_journal/start.json", R"({"version":2,"eval":{"task":"greet"}})"},
            {"samples/1_epoch_1.json", kSample},
            {"summaries.json", "[]"},
            {"header.json", kHeader}};
}

} // namespace

void TestInspectImporter::treesAreAsWritten_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("spans") << u"spans.json"_s;
    QTest::newRow("messages") << u"messages.json"_s;
}

void TestInspectImporter::treesAreAsWritten()
{
    QFETCH(QString, name);
    const TracePtr trace = opened(name);
    QCOMPARE(payloadFailure(*trace), std::string());
    KYMO_COMPARE_GOLDEN(summaryText(*trace), dataFile(name + u".tree"_s));
}

void TestInspectImporter::pooledMessagesAreTheInput()
{
    const TracePtr trace = opened(u"spans.json"_s);
    const SpanDetail first = detailOf(*trace, SpanKind::Llm, 0);
    QCOMPARE(first.inputState, ContentState::Full);
    QCOMPARE(outline(first.input), std::string("system: Be brief. | user: a long \"text\""));
    // Two stretches, of which one says more than there is.
    const SpanDetail last = detailOf(*trace, SpanKind::Llm, 2);
    QCOMPARE(outline(last.input),
             std::string("system: Be brief. | assistant: thought call search c1 call ask c2 | "
                         "tool: result c1"));
}

void TestInspectImporter::attachmentsArePutBack()
{
    const TracePtr trace = opened(u"spans.json"_s);
    QCOMPARE(detailOf(*trace, SpanKind::Tool).toolArguments, kQuery);
    QVERIFY(detailOf(*trace, SpanKind::Llm).toolDefinitions.find(R"(a long \"text\")")
            != std::string::npos);
    const SpanDetail image = detailOf(*trace, SpanKind::Llm, 1);
    const auto& media = std::get<MediaPart>(image.input.at(0).parts.at(0));
    QCOMPARE(media.mimeType, std::string("image/png"));
    QCOMPARE(media.data, std::string("aGk="));
    QCOMPARE(outline(detailOf(*trace, SpanKind::Llm, 3).input), std::string("user: Old style"));
}

void TestInspectImporter::toolsHaveArgumentsAndResults()
{
    const TracePtr trace = opened(u"spans.json"_s);
    QCOMPARE(detailOf(*trace, SpanKind::Tool).toolResult, std::string("13"));
    const SpanId ask = spanOf(*trace, SpanKind::Tool, 1);
    QCOMPARE(trace->error(ask)->type, std::string("timeout"));
    QCOMPARE(trace->error(ask)->message, std::string("Nobody answered"));
    // The event of a call and the span of what it did are one step.
    QCOMPARE(trace->raw(ask).size(), std::size_t {2});
    QCOMPARE(totals(*trace).toolCalls, std::int64_t {3});
}

void TestInspectImporter::answersHaveTheirFacts()
{
    const TracePtr trace = opened(u"spans.json"_s);
    const SpanId answer = spanOf(*trace, SpanKind::Llm);
    QCOMPARE(trace->provider(answer), std::string_view("anthropic"));
    QCOMPARE(modelOf(*trace, answer), std::string_view("claude-x"));
    QCOMPARE(trace->text(trace->columns().responseId[answer.index()]), std::string_view("msg_1"));
    QCOMPARE(trace->usage(answer)->input.value_or(-1), std::int64_t {10});
    QCOMPARE(trace->usage(answer)->cacheRead.value_or(-1), std::int64_t {20});
    QCOMPARE(trace->cost(answer)->amount, 0.25);
    const SpanDetail detail = detailOf(*trace, SpanKind::Llm);
    QCOMPARE(detail.finishReasons, std::vector<std::string> {"tool_calls"});
    QCOMPARE(detail.parameters.at(0).key, std::string("max_tokens"));
    QCOMPARE(trace->status(spanOf(*trace, SpanKind::Llm, 1)), SpanStatus::Pending);
    QCOMPARE(trace->error(spanOf(*trace, SpanKind::Llm, 2))->message, std::string("Overloaded"));
    // OpenAI counts what came from the cache as input, Anthropic does not.
    QCOMPARE(trace->usage(spanOf(*trace, SpanKind::Llm, 3))->input.value_or(-1), std::int64_t {20});
}

void TestInspectImporter::errorsHaveTheirStack()
{
    const TracePtr trace = opened(u"spans.json"_s);
    QCOMPARE(detailOf(*trace, SpanKind::Error, 0).errorStack, std::string("Traceback: line 1"));
    QCOMPARE(detailOf(*trace, SpanKind::Error, 1).errorStack, std::string("Traceback: line 2"));
    QCOMPARE(trace->sessions()[1].outcome, SpanStatus::Error);
}

void TestInspectImporter::anArchiveIsReadAsItsEntries()
{
    const TestFolder folder;
    const auto path = folder.write("log.eval", zipOf(logEntries()));
    const auto trace = openFiles({path});
    QVERIFY(trace);
    QCOMPARE((*trace)->origin().formatId, std::string("inspect"));
    QCOMPARE((*trace)->sessions().size(), std::size_t {1});
    QCOMPARE((*trace)->sessions()[0].title, std::string("Sample 1: Hi"));
    QCOMPARE((*trace)->sessions()[0].outcome, SpanStatus::Ok);
    QCOMPARE(outline(detailOf(**trace, SpanKind::Llm).output), std::string("assistant: Hello"));
    QCOMPARE(modelOf(**trace, spanOf(**trace, SpanKind::Llm)), std::string_view("gpt-4o"));
    QCOMPARE(payloadFailure(**trace), std::string());
    QVERIFY((*trace)->payloads().raw(spanOf(**trace, SpanKind::Session))->starts_with("\"id\":1"));
}

void TestInspectImporter::anArchiveOfARunThatDiedIsRead()
{
    auto entries = logEntries();
    entries.resize(2);
    const TestFolder folder;
    const auto trace = openFiles({folder.write("log.eval", zipOf(entries))});
    QVERIFY(trace);
    QCOMPARE((*trace)->sessions().size(), std::size_t {1});
    QCOMPARE((*trace)->agent(AgentId(0)).name, std::string("greet"));
}

void TestInspectImporter::aDamagedArchiveGivesWhatIsWhole()
{
    const std::string whole = zipOf(logEntries());
    const TestFolder folder;
    std::size_t openedCuts = 0;
    for (std::size_t size = 0; size < whole.size(); size += 4) {
        const auto trace = openFiles({folder.write("log.eval", whole.substr(0, size))});
        if (!trace)
            QVERIFY(!trace.error().message.empty());
        else
            ++openedCuts;
        std::string flipped = whole;
        flipped[size] = static_cast<char>(flipped[size] ^ 0x10);
        const auto other = openFiles({folder.write("log.eval", flipped)});
        QVERIFY(other || !other.error().message.empty());
        if (other)
            QCOMPARE(payloadFailure(**other), std::string());
    }
    // Without the directory at its end the archive is read from its front.
    QVERIFY(openedCuts > 20);
}

void TestInspectImporter::otherArchivesAreRefused()
{
    const TestFolder folder;
    const auto trace
        = openFiles({folder.write("x.zip", zipOf({{"readme.txt", "hello"}, {"a.json", "{}"}}))});
    QVERIFY(!trace);
    QCOMPARE(trace.error().code, ErrorCode::Unsupported);
    QVERIFY(trace.error().message.find("is a zip archive") != std::string::npos);
    const auto empty = openFiles({folder.write("y.zip", std::string("PK\x03\x04", 4) + "rubbish")});
    QVERIFY(!empty);
    QVERIFY(empty.error().message.find("zip archive") != std::string::npos);
}

void TestInspectImporter::deepNestingEnds()
{
    std::string event = R"({"event":"info"})";
    for (int i = 0; i < 200; ++i)
        event = R"({"event":"tool","function":"f","events":[)" + event + "]}";
    const TestFolder folder;
    const auto trace = folder.open(
        R"({"status":"success","eval":{"task":"t"},"samples":[{"id":1,"input":"x","events":[)"
        + event + "]}]}");
    QVERIFY(trace);
    QCOMPARE(totals(**trace).toolCalls, std::int64_t {64});
    QCOMPARE((*trace)->report().dropped(), std::uint64_t {1});
}

void TestInspectImporter::otherJsonIsNotClaimed()
{
    QVERIFY(!claimedBy(R"({"status":"ok","eval":"x"})").contains(u"inspect"_s));
    QVERIFY(!claimedBy(R"({"eval":{"task":"t"}})").contains(u"inspect"_s));
    QVERIFY(!claimedBy("{\"kymo.entry\":\"readme.txt\"}\nhello\n").contains(u"inspect"_s));
}

void TestInspectImporter::damageIsSurvived()
{
    const TestFolder folder;
    QCOMPARE(damageFailure(folder, contentOf(dataFile(u"spans.json"_s)), 31), std::string());
}

void TestInspectImporter::samplesAgreeWithTheirFacts_data()
{
    QTest::addColumn<QString>("sample");
    if (!haveSamples())
        QTest::newRow("none") << QString();
    for (const QString& sample : samplesBelow(u"inspect/"_s))
        QTest::newRow(qPrintable(sample)) << sample;
}

void TestInspectImporter::samplesAgreeWithTheirFacts()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, sample);
    const SampleFacts facts = factsOf(sample);
    const auto trace = openFiles({samplesDir() / sample.toStdString()});
    QVERIFY(trace);
    QCOMPARE((*trace)->origin().formatId, std::string("inspect"));
    QCOMPARE(payloadFailure(**trace), std::string());
    const TraceTotals sums = totals(**trace);
    QCOMPARE(sums.sessions, facts.number("samples_in_file"));
    const QJsonObject events = facts.facts[u"events"_s].toObject();
    const QJsonObject usage = facts.facts[u"stats_model_usage"_s].toObject();
    // Where a log keeps no events, or keeps them elsewhere, its steps come from the messages.
    if (!events.isEmpty()) {
        QCOMPARE(sums.llmCalls, events[u"model"_s].toInteger());
        QCOMPARE(sums.toolCalls, events[u"tool"_s].toInteger());
        QCOMPARE(sums.toolErrors, facts.number("tool_errors"));
        qint64 all = 0;
        for (const auto& count : events)
            all += count.toInteger();
        QCOMPARE(qint64((*trace)->report().mapped()), all);
    }
    if (!usage.isEmpty() && sums.llmCalls > 0) {
        QCOMPARE(sums.tokens.inputTotal().value_or(0), usage[u"input_tokens"_s].toInteger());
        QCOMPARE(sums.tokens.output.value_or(0), usage[u"output_tokens"_s].toInteger());
        QCOMPARE(sums.tokens.cacheRead.value_or(0),
                 usage[u"input_tokens_cache_read"_s].toInteger());
    }
    const bool isShort = facts.number("declared_samples") > facts.number("samples_in_file");
    const auto& rows = (*trace)->report().rows();
    const bool isNoted
        = std::ranges::find(rows, std::string("samples"), &ReportRow::field) != rows.end();
    QCOMPARE(isNoted, isShort);
    QCOMPARE((*trace)->report().broken(), std::uint64_t {0});
    // Every text that was put aside is back in its place.
    for (const SpanId span : (*trace)->preOrder()) {
        const auto detail = (*trace)->payloads().detail(span);
        QVERIFY(outline(detail->input).find("attachment://") == std::string::npos);
        QVERIFY(outline(detail->output).find("tc://") == std::string::npos);
    }
}

QTEST_GUILESS_MAIN(TestInspectImporter)
#include "tst_inspect_importer.moc"
