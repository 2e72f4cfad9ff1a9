#include "tests/support/opened.h"
#include "tests/support/trace_maker.h"
#include "tracestore/query/query_engine.h"
#include "tracestore/query/text_places.h"
#include "tracestore/store/kymo_reader.h"
#include "tracestore/store/kymo_writer.h"

#include <QTest>

#include <map>
#include <set>

using namespace tracestore;

namespace {

/// Payloads by span; spans without any cannot be read.
class MapPayloads : public PayloadSource
{
public:
    std::map<std::uint32_t, SpanDetail> details;
    mutable std::size_t reads = 0;

    [[nodiscard]] Result<SpanDetail> detail(SpanId span) const override
    {
        ++reads;
        const auto found = details.find(span.value);
        if (found == details.end())
            return fail(ErrorCode::Io, "gone");
        return found->second;
    }

    [[nodiscard]] Result<std::string> raw(SpanId) const override { return std::string(); }
};

Message messageOf(Role role, std::string text)
{
    return {role, {}, {}, {}, {TextPart {std::move(text)}}};
}

} // namespace

/// Spans of the trace below:
///   0 agent main [ok] 10s
///   1   llm chat [ok] 2s cost 0.5 tokens 100+900/50
///   2     tool search [error] 400ms
///   3     tool read [unknown] (no times)
///   4   llm chat (no cost) model b
///   5 tool lonely, parent not in the trace, other session
class TestQueryEngine : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void hits_data();
    void hits();
    void aSingleSpanSaysTheSame_data();
    void aSingleSpanSaysTheSame();
    void threeValues();
    void whatCannotBeReadIsUnknown();
    void columnsDecideFirst();
    void withoutPayloadsNothingIsKnownOfThem();
    void batchesGrowAndLimitsHold();
    void cancelEnds();
    void textIsFoundInFiles_data();
    void textIsFoundInFiles();
    void savedTracesSayTheSame();
    void innermostRecordHasTheText();
    void deepChainsAreNoProblem();
    void placesInDetail();

private:
    [[nodiscard]] std::string hitsOf(const char* text) const;

    std::shared_ptr<MapPayloads> m_payloads;
    TracePtr m_trace;
};

void TestQueryEngine::init()
{
    TraceBuilder builder({.formatId = "test", .formatName = "Test"});
    const SessionId first = builder.addSession({.key = "s1",
                                                .title = "Refund",
                                                .outcome = SpanStatus::Error,
                                                .scores = {{"reward", 0.5}}});
    const SessionId second = builder.addSession({.key = "s2"});
    const AgentId agent = builder.addAgent({.name = "Main", .role = "boss"});
    const auto at
        = [](std::int64_t ms) { return Timestamp {1'770'000'000'000'000'000 + ms * 1'000'000}; };
    builder.addSpan({.session = first,
                     .kind = SpanKind::Agent,
                     .name = "main",
                     .agent = agent,
                     .start = at(0),
                     .end = at(10'000),
                     .status = SpanStatus::Ok});
    const SpanId call
        = builder.addSpan({.session = first,
                           .kind = SpanKind::Llm,
                           .name = "chat",
                           .parent = SpanId(0),
                           .start = at(0),
                           .end = at(2000),
                           .firstToken = at(250),
                           .status = SpanStatus::Ok,
                           .requestedModel = "model-a",
                           .usage = TokenUsage {.input = 100, .cacheRead = 900, .output = 50},
                           .cost = Cost {.amount = 0.5}});
    builder.addSpan({.session = first,
                     .kind = SpanKind::Tool,
                     .name = "search",
                     .parent = call,
                     .start = at(2000),
                     .end = at(2400),
                     .status = SpanStatus::Error,
                     .error = SpanError {"timeout", "No answer", true},
                     .toolCallId = "c1"});
    builder.addSpan({.session = first, .kind = SpanKind::Tool, .name = "read", .parent = call});
    builder.addSpan({.session = first,
                     .kind = SpanKind::Llm,
                     .name = "chat",
                     .parent = SpanId(0),
                     .requestedModel = "model-a",
                     .respondedModel = "model-b"});
    builder.addSpan(
        {.session = second, .kind = SpanKind::Tool, .name = "lonely", .parentOrigId = "gone"});

    m_payloads = std::make_shared<MapPayloads>();
    m_payloads->details[0]
        = {.attributes = {{"gen_ai.system", "\"openai\""}, {"n", "12"}, {"flag", "true"}}};
    m_payloads->details[1]
        = {.input = {messageOf(Role::System, "Be good"), messageOf(Role::User, "Refund me")},
           .inputState = ContentState::Full,
           .output = {messageOf(Role::Assistant, "I shall search")},
           .outputState = ContentState::Truncated,
           .parameters = {{"temperature", "0.7"}},
           .finishReasons = {"tool_calls"}};
    m_payloads->details[2] = {
        .toolArguments
        = R"({"query":"caf\u00e9 Refund","limit":10,"items":[{"name":"x"},{"name":"y"}],"nested":"{\"deep\":[1,2]}","none":null})",
        .toolResult = "plain failure",
        .events = {{"exception", {}, {{"exception.message", "\"boom\""}}}},
        .errorStack = "at line 5"};
    m_payloads->details[3] = {.toolArguments = R"({"query":"weather","limit":"3"})",
                              .toolResult = R"({"items":[{"name":"z"}]})"};
    m_payloads->details[4] = {};
    m_payloads->details[5] = {};
    m_trace = builder.finish(m_payloads);
}

std::string TestQueryEngine::hitsOf(const char* text) const
{
    const ParsedQuery parsed = Query::parse(text);
    if (!parsed.query)
        return parsed.error->message;
    Job job;
    const auto spans = spansOf(*parsed.query, *m_trace, job);
    std::string all;
    for (const SpanId span : *spans)
        all += std::to_string(span.value);
    return all;
}

void TestQueryEngine::hits_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("spans");
    const auto row = [](const char* query, const char* spans) {
        QTest::newRow(query) << QString::fromUtf8(query) << QString::fromLatin1(spans);
    };
    row("", "012345");
    row("kind = tool", "235");
    row("kind != tool", "014");
    row("calls.session >= 3", "34");
    row("errors.session = 1", "234");
    row("errors.session = 0", "015");
    row("tokens.session = 1050", "1234");
    row("tokens.session = 0", "05");
    row("cost.session > $0.4", "1234");
    row("not cost.session > 0.4", "05");
    row("cost.session > 0.4EUR", "");
    row("repeat(tool) = 1", "235");
    row("not exists Repeat( Tool )", "014");
    row("repeat(args) = 1", "235");
    row("repeat(args) > 1", "");
    row("not repeat(args) > 1", "235");
    row("kind = tool and repeat(args) = 1 and args contains refund", "2");
    row("exists turn", "");
    row("exists attempt", "");
    row("exists state", "");
    row("not state.x = 1", "");
    row("kind in (tool, agent)", "0235");
    row("kind not in (tool, agent)", "14");
    row("kind contains o", "235");
    row("status = error", "2");
    row("status = unknown", "345");
    row("status != error", "01345");
    row("name = SEARCH", "2");
    row("name ~ \"^(re|se)a\"", "23");
    row("name ~ /^R/", "");
    row("name ~ /^R/i", "3");
    row("tool = read", "3");
    row("exists tool", "235");
    row("model = model-a", "1");
    row("model != model-a", "4");
    row("model.requested = model-a", "14");
    row("agent = main", "01234");
    row("not exists agent", "5");
    row("agent.role = boss and depth = 0", "0");
    row("session = refund", "01234");
    row("session in (s2)", "5");
    row("session.outcome = error and kind = tool", "23");
    row("session.outcome = ok", "");
    row("score < 1", "01234");
    row("not score < 1", "");
    row("step >= 4", "45");
    row("call = c1", "2");
    row("duration > 1s", "01");
    row("duration = 400ms", "2");
    row("duration <= 0.4s", "2");
    row("not duration > 1s", "2");
    row("first_token < 300ms", "1");
    row("start >= 2026-02-02T02:40:02Z", "2");
    row("start = 2026-02-02", "012");
    row("start = 2026-02-03", "");
    row("tokens > 1k", "1");
    row("tokens.in = 1000", "1");
    row("tokens.new = 100 and tokens.cache_read = 900 and tokens.out = 50", "1");
    row("exists tokens.reasoning", "");
    row("cost > 0.1", "1");
    row("cost > 0.1EUR", "");
    row("cost > $1", "");
    row("not cost > $1", "1");
    row("not exists cost", "02345");
    row("children = 2", "01");
    row("steps = 4", "0");
    row("errors = 1", "01");
    row("retries = 0", "012345");
    row("error contains answer", "2");
    row("error.type = timeout and error.retryable = true", "2");
    row("counted = true", "012345");
    row("not exists size", "012345");
    // Payloads.
    row("args.query = \"caf\xC3\xA9 refund\"", "2");
    row("args.query ~ /refund/i", "2");
    row("args.limit > 2", "23");
    row("args.limit = 10", "2");
    row("args.limit = 3", "3");
    row("not args.limit > 5", "3");
    row("args.items[*].name = y", "2");
    row("args.items[-1].name = y", "2");
    row("args.items[0].name = y", "");
    row("args.items[7].name = y", "");
    row("not args.items[0].name = y", "2");
    row("args.nested.deep[1] = 2", "2");
    row("exists args.none", "2");
    row("args.none = null", "2");
    row("not exists args.none", "01345");
    row("args contains \"CAF\xC3\x89\"", "2");
    row("args ~ /caf. Ref/", "2");
    row("result = \"plain failure\"", "2");
    row("result.items[0].name = z", "3");
    row("exists result", "23");
    row("attr.gen_ai.system = openai", "0");
    row("attr.\"gen_ai.system\" = openai", "0");
    row("attr.n > 11 and attr.flag = true", "0");
    row("attr contains openai", "0");
    row("exists attr", "0");
    row("param.temperature >= 0.7", "1");
    row("finish = tool_calls", "1");
    row("event = exception", "2");
    row("event.exception.message = boom", "2");
    row("error.stack contains \"line 5\"", "2");
    row("input.role = system", "1");
    row("input[0].role = user", "");
    row("input[-1].text contains refund", "1");
    row("message.text contains search", "1");
    row("input.count = 2", "1");
    row("output contains nothing", "");
    row("not output contains nothing", "");
    row("not input contains nothing", "1");
    row("size.args > 50B", "2");
    // Text.
    row("refund", "12");
    row("\"caf\xC3\xA9 refund\"", "2");
    row("chat", "14");
    row("exception.message", "2");
    row("refund and kind = tool", "2");
    row("not refund and kind = tool", "35");
    row("refund or name = lonely", "125");
    row("text ~ /R.fund me/", "1");
    row("text in (weather, boom)", "23");
    // Scopes.
    row("parent(kind = llm)", "23");
    row("ancestor(agent = main)", "1234");
    row("ancestor(kind = agent)", "1234");
    row("child(status = error)", "1");
    row("descendant(status = error)", "01");
    row("session(status = error)", "01234");
    row("not parent(kind = agent)", "023");
    row("not session(status = error)", "5");
    row("child(args.limit > 5)", "1");
    row("parent(child(result contains failure)) and name = read", "3");
    row("descendant(refund)", "01");
    row("kind = tool and ancestor(input contains good)", "23");
    row("not child(args.limit > 5) and kind = llm", "4");
}

void TestQueryEngine::hits()
{
    QFETCH(QString, query);
    QFETCH(QString, spans);
    QCOMPARE(QString::fromStdString(hitsOf(query.toUtf8().constData())), spans);
}

void TestQueryEngine::aSingleSpanSaysTheSame_data()
{
    hits_data();
}

void TestQueryEngine::aSingleSpanSaysTheSame()
{
    QFETCH(QString, query);
    QFETCH(QString, spans);
    const Query parsed = *Query::parse(query.toStdString()).query;
    std::string all;
    for (std::uint32_t i = 0; i < 6; ++i) {
        const SpanDetail& detail = m_payloads->details[i];
        if (evaluateQuery(parsed, *m_trace, SpanId(i), &detail) == Truth::True)
            all += std::to_string(i);
    }
    QCOMPARE(QString::fromStdString(all), spans);
}

void TestQueryEngine::threeValues()
{
    using enum Truth;
    for (const Truth a : {False, Unknown, True}) {
        QCOMPARE(opposite(opposite(a)), a);
        QCOMPARE(both(a, True), a);
        QCOMPARE(both(a, False), False);
        QCOMPARE(either(a, False), a);
        QCOMPARE(either(a, True), True);
    }
    QCOMPARE(opposite(Unknown), Unknown);
    QCOMPARE(both(Unknown, Unknown), Unknown);
    const auto truth = [&](const char* text, std::uint32_t span) {
        return evaluateQuery(*Query::parse(text).query, *m_trace, SpanId(span), nullptr);
    };
    QCOMPARE(truth("cost > 1", 4), Unknown);
    QCOMPARE(truth("not (cost > 1)", 4), Unknown);
    QCOMPARE(truth("cost > 1 and kind = tool", 4), False);
    QCOMPARE(truth("cost > 1 or kind = llm", 4), True);
    QCOMPARE(truth("cost > 1 or kind = tool", 4), Unknown);
    QCOMPARE(truth("exists cost", 4), False);
    QCOMPARE(truth("parent(kind = llm)", 5), Unknown);
    QCOMPARE(truth("not parent(kind = llm)", 5), Unknown);
    QCOMPARE(truth("parent(kind = llm)", 0), False);
    Job job;
    const auto outcome = runQuery(*Query::parse("cost > 1").query, *m_trace, {}, job, [](auto) {});
    QCOMPARE(outcome->hits, std::size_t {0});
    QCOMPARE(outcome->unknown, std::size_t {5});
}

void TestQueryEngine::whatCannotBeReadIsUnknown()
{
    m_payloads->details.erase(3);
    QCOMPARE(hitsOf("args.limit > 2"), std::string("2"));
    QCOMPARE(hitsOf("not args.limit > 5"), std::string(""));
    QCOMPARE(hitsOf("not weather and kind = tool"), std::string("25"));
    Job job;
    for (const char* text : {"args.limit > 2", "weather", "kind = tool and not weather"}) {
        const auto outcome = runQuery(*Query::parse(text).query, *m_trace, {}, job, [](auto) {});
        QCOMPARE(outcome->unreadable, std::size_t {1});
        QCOMPARE(outcome->firstProblem, std::string("gone"));
    }
}

void TestQueryEngine::columnsDecideFirst()
{
    m_payloads->reads = 0;
    QCOMPARE(hitsOf("args.limit > 2 and name = search"), std::string("2"));
    QCOMPARE(m_payloads->reads, std::size_t {1});
    m_payloads->reads = 0;
    QCOMPARE(hitsOf("name = nothing and (weather or args.x = 1 or child(output contains a))"),
             std::string());
    QCOMPARE(m_payloads->reads, std::size_t {0});
    QCOMPARE(hitsOf("kind = tool or args.limit > 2 or kind != tool"), std::string("012345"));
    QCOMPARE(m_payloads->reads, std::size_t {0});
}

void TestQueryEngine::withoutPayloadsNothingIsKnownOfThem()
{
    const auto truth = [&](const char* text) {
        return evaluateQuery(*Query::parse(text).query, *m_trace, SpanId(2), nullptr);
    };
    QCOMPARE(truth("args.limit > 2"), Truth::Unknown);
    QCOMPARE(truth("args.limit > 2 or kind = tool"), Truth::True);
    QCOMPARE(truth("args.limit > 2 and kind = llm"), Truth::False);
}

void TestQueryEngine::batchesGrowAndLimitsHold()
{
    const TracePtr trace = tests::makeAgentTrace(1000);
    Job job;
    std::vector<std::size_t> sizes;
    const auto run = [&](const QueryOptions& options) {
        sizes.clear();
        return *runQuery(*Query::parse("kind = tool").query,
                         *trace,
                         options,
                         job,
                         [&](std::span<const QueryHit> hits) { sizes.push_back(hits.size()); });
    };
    const QueryOutcome all = run({.batch = 100});
    QCOMPARE(all.hits, std::size_t {2000});
    QVERIFY(!all.isLimited);
    QCOMPARE(sizes.front(), std::size_t {1});
    QVERIFY(*std::ranges::max_element(sizes) <= 100);
    const QueryOutcome some = run({.limit = 7});
    QCOMPARE(some.hits, std::size_t {7});
    QVERIFY(some.isLimited);
    QVERIFY(!run({.limit = 2000}).isLimited);
}

void TestQueryEngine::cancelEnds()
{
    for (const char* text : {"kind = tool", "args.x = 1", "weather"}) {
        Job job;
        job.cancel();
        const auto outcome = runQuery(*Query::parse(text).query, *m_trace, {}, job, [](auto) {});
        QVERIFY(!outcome.has_value());
        QCOMPARE(outcome.error().code, ErrorCode::Cancelled);
    }
}

namespace {

/// An OTLP file, a line a request.
std::string otlpLine(int number, const std::string& text)
{
    std::string id = std::to_string(1000 + number);
    return R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0000000000000000000000000000abcd","spanId":"000000000000)"
        + id + R"(","name":"step","startTimeUnixNano":"17700000000000)" + id
        + R"(00","endTimeUnixNano":"17700000000000)" + id
        + R"(90","attributes":[{"key":"note","value":{"stringValue":")" + text + "\"}}]}]}]}]}\n";
}

} // namespace

void TestQueryEngine::textIsFoundInFiles_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<int>("hits");
    QTest::addColumn<QString>("snippet");
    QTest::newRow("every tenth") << QStringLiteral(u"\"need\u00E9 le\"") << 600
                                 << QStringLiteral(u"the NEED\u00E9 le is here");
    QTest::newRow("and a column") << QStringLiteral(u"needle-700 and step > 100") << 1
                                  << QStringLiteral(u"needle-700");
    QTest::newRow("none") << QStringLiteral(u"\"no such text\"") << 0 << QString();
    QTest::newRow("in every name") << QStringLiteral(u"step") << 6000 << QStringLiteral(u"step");
    QTest::newRow("across lines nothing") << QStringLiteral(u"\"xyz {\"") << 0 << QString();
    QTest::newRow("by regular expression")
        << QStringLiteral(u"text ~ /needle-[67]00 /") << 2 << QString();
}

void TestQueryEngine::textIsFoundInFiles()
{
    QFETCH(QString, query);
    QFETCH(int, hits);
    QFETCH(QString, snippet);
    std::string file;
    for (int i = 0; i < 6000; ++i) {
        std::string text = "filler " + std::string(static_cast<std::size_t>(i % 400), 'x');
        if (i % 10 == 0)
            text += R"( the NEED\u00c9 le is \"here\" )";
        text += " needle-" + std::to_string(i) + " xyz";
        file += otlpLine(i, text);
    }
    const tests::TestFolder folder;
    const auto trace = folder.open(file, "trace.jsonl");
    QVERIFY(trace.has_value());
    QCOMPARE((*trace)->spanCount(), std::size_t {6000});
    Job job;
    std::vector<QueryHit> found;
    const auto outcome = runQuery(*Query::parse(query.toStdString()).query,
                                  **trace,
                                  {},
                                  job,
                                  [&](std::span<const QueryHit> batch) {
                                      found.insert(found.end(), batch.begin(), batch.end());
                                  });
    QVERIFY(outcome.has_value());
    QCOMPARE(static_cast<int>(found.size()), hits);
    std::set<std::uint32_t> distinct;
    for (const QueryHit& hit : found)
        distinct.insert(hit.span.value);
    QCOMPARE(static_cast<int>(distinct.size()), hits);
    if (hits == 0 || snippet.isEmpty())
        return;
    const QueryHit& first = found.front();
    QVERIFY2(QString::fromStdString(first.snippet).contains(snippet.mid(0, 8), Qt::CaseInsensitive),
             first.snippet.c_str());
    QVERIFY(first.matchOffset + first.matchLength <= first.snippet.size());
    QVERIFY(first.matchLength > 0);
}

void TestQueryEngine::savedTracesSayTheSame()
{
    std::string file;
    for (int i = 0; i < 300; ++i)
        file += otlpLine(i, i % 3 == 0 ? R"(a \"quoted\" w\u00f6rd)" : "nothing");
    const tests::TestFolder folder;
    const auto trace = folder.open(file, "trace.jsonl");
    QVERIFY(trace.has_value());
    Job job;
    const auto saved = folder.write("saved.kymo", "");
    std::filesystem::remove(saved);
    QVERIFY(saveKymo(**trace, saved, job).has_value());
    const auto again = openKymo(saved, job);
    QVERIFY(again.has_value());
    for (const char* text :
         {"\"quoted\\\" W\xC3\x96RD\"", "nothing", "stringValue", "attr.note contains quoted"}) {
        const ParsedQuery parsed = Query::parse(text);
        QVERIFY(parsed.query.has_value());
        const auto before = spansOf(*parsed.query, **trace, job);
        const auto after = spansOf(*parsed.query, **again, job);
        QVERIFY(!before->empty());
        QVERIFY(*before == *after);
    }
}

namespace {

class NestedPayloads : public tests::FixedPayloads
{
public:
    std::shared_ptr<const ByteSource> bytes;

    [[nodiscard]] std::shared_ptr<const ByteSource> file(FileId) const override { return bytes; }
};

} // namespace

void TestQueryEngine::innermostRecordHasTheText()
{
    //                          0         1         2         3         4
    const std::string content = "outer [inner {core core} word] word two two and rest";
    const tests::TestFolder folder;
    const auto path = folder.write("nested.json", content);
    Job job;
    auto payloads = std::make_shared<NestedPayloads>();
    payloads->bytes = *ByteSource::open(path, job);
    TraceBuilder builder({.formatId = "test", .formatName = "Test"});
    const FileId file = builder.addFile(path.string());
    const SessionId session = builder.addSession({.key = "s"});
    const auto add = [&](const char* name, std::uint64_t offset, std::uint64_t length) {
        builder.addSpan({.session = session, .name = name, .raw = {{file, offset, length}}});
    };
    add("a", 0, 40); // up to "two"
    add("b", 6, 24); // [inner ... word]
    add("c", 13, 11); // {core core}
    add("d", 13, 11); // the same record
    const TracePtr trace = builder.finish(payloads);
    const auto found = [&](const char* text) {
        std::string all;
        const auto spans = spansOf(*Query::parse(text).query, *trace, job);
        for (const SpanId span : *spans)
            all += trace->name(span);
        return all;
    };
    QCOMPARE(found("core"), std::string("cd"));
    QCOMPARE(found("inner"), std::string("b"));
    QCOMPARE(found("word"), std::string("ab"));
    QCOMPARE(found("outer"), std::string("a"));
    QCOMPARE(found("rest"), std::string());
    QCOMPARE(found("word and name = a"), std::string("a"));
    QCOMPARE(found("core and name = a"), std::string());
}

void TestQueryEngine::deepChainsAreNoProblem()
{
    constexpr std::size_t kDepth = 100'000;
    auto builder = tests::builderWithSession();
    SpanRecord record {.session = SessionId(0), .kind = SpanKind::Tool, .name = "x"};
    for (std::size_t i = 0; i < kDepth; ++i)
        record.parent = builder.addSpan(record);
    const TracePtr trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    Job job;
    const auto count
        = [&](const char* text) { return spansOf(*Query::parse(text).query, *trace, job)->size(); };
    QCOMPARE(count("ancestor(step = 0)"), kDepth - 1);
    QCOMPARE(count("descendant(step = 99999)"), kDepth - 1);
    QCOMPARE(count("depth >= 50000"), kDepth / 2);
    QCOMPARE(count("ancestor(descendant(parent(child(step = 50000))))"), kDepth - 1);
}

void TestQueryEngine::placesInDetail()
{
    const auto places = findInDetail("refund", m_payloads->details[1]);
    QCOMPARE(places.size(), std::size_t {1});
    QCOMPARE(places.front().kind, TextPlaceKind::Input);
    QCOMPARE(places.front().index, std::size_t {1});
    QCOMPARE(places.front().label, std::string("input, message 2 (user)"));
    QCOMPARE(places.front().snippet, std::string("Refund me"));
    QCOMPARE(places.front().matchLength, std::size_t {6});
    const auto inArguments = findInDetail("caf\xC3\xA9", m_payloads->details[2]);
    QCOMPARE(inArguments.size(), std::size_t {1});
    QCOMPARE(inArguments.front().kind, TextPlaceKind::Arguments);
    QCOMPARE(inArguments.front().snippet.substr(inArguments.front().matchOffset,
                                                inArguments.front().matchLength),
             std::string("caf\xC3\xA9"));
    QVERIFY(findInDetail("", m_payloads->details[2]).empty());
}

QTEST_GUILESS_MAIN(TestQueryEngine)
#include "tst_query_engine.moc"
