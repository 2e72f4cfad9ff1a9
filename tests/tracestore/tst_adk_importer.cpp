#include "tests/support/sample_facts.h"
#include "tests/tracestore/log_format_checks.h"
#include "tracestore/analysis/trace_stats.h"

using namespace Qt::StringLiterals;
using namespace tracestore;

class TestAdkImporter : public QObject
{
    Q_OBJECT

private slots:
    void treesAreAsWritten_data();
    void treesAreAsWritten();
    void aTransferLeadsToTheNextAgent();
    void parallelAgentsStandBelowTheirStarter();
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

TracePtr openedData(const std::string& name)
{
    return opened(tests::dataDir() / "adk" / name);
}

} // namespace

void TestAdkImporter::treesAreAsWritten_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"session.json", "events.jsonl"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestAdkImporter::treesAreAsWritten()
{
    QFETCH(QString, name);
    const TracePtr trace = openedData(name.toStdString());
    QVERIFY(trace);
    QCOMPARE(trace->origin().formatId, std::string("adk"));
    KYMO_COMPARE_GOLDEN(tests::logSummary(*trace),
                        tests::dataDir() / "adk" / (name.toStdString() + ".tree"));
    QVERIFY(tests::everythingCanBeRead(*trace));
}

void TestAdkImporter::aTransferLeadsToTheNextAgent()
{
    const TracePtr trace = openedData("session.json");
    QVERIFY(trace);
    QCOMPARE(trace->links().size(), std::size_t {1});
    const SpanLink& link = trace->links().front();
    QCOMPARE(link.kind, LinkKind::Handoff);
    QCOMPARE(trace->kind(link.from), SpanKind::Handoff);
    QCOMPARE(trace->name(link.to), std::string_view("booker"));
    QCOMPARE(trace->agent(trace->agentOf(link.from)).name, std::string("planner"));
}

void TestAdkImporter::parallelAgentsStandBelowTheirStarter()
{
    const TracePtr trace = openedData("session.json");
    QVERIFY(trace);
    for (const char* name : {"hotel", "train"}) {
        const SpanId agent = tests::spanNamed(*trace, name);
        QCOMPARE(trace->name(trace->parent(agent)), std::string_view("booker"));
    }
    // Neither of two that run side by side hears the other.
    const SpanId train = tests::spanNamed(*trace, "train");
    const auto detail = trace->payloads().detail(trace->children(train).front());
    QVERIFY(tests::outlineOf(detail->input).find("room found") == std::string::npos);
    QVERIFY(tests::outlineOf(detail->input).find("Plan a trip") != std::string::npos);
}

void TestAdkImporter::payloadsAreRead()
{
    const TracePtr trace = openedData("session.json");
    QVERIFY(trace);
    const SpanDetail call = tests::detailNamed(*trace, "gemini-x");
    QCOMPARE(tests::outlineOf(call.input), std::string("user: Plan a trip"));
    QCOMPARE(tests::outlineOf(call.output),
             std::string("assistant: Let me see call f1 weather call f2 weather"));
    QCOMPARE(call.finishReasons, std::vector<std::string> {"STOP"});
    QVERIFY(trace->firstToken(tests::spanNamed(*trace, "gemini-x")).has_value());
    const SpanDetail tool = tests::detailNamed(*trace, "weather");
    QCOMPARE(tool.toolArguments, std::string(R"({"town":"A"})"));
    QCOMPARE(tool.toolResult, std::string(R"({"result":"sun"})"));
    QCOMPARE(tests::detailNamed(*trace, "search").toolResult, std::string(R"({"n":1})"));
    const SpanDetail root = tests::detailNamed(*trace, "trips");
    QCOMPARE(root.attributes.front(), (Attribute {"state", R"({"a":1})"}));
}

void TestAdkImporter::otherFormatsAreRefused()
{
    QVERIFY(tests::claimsOnly("adk", {"adk"}));
    const tests::TestFolder folder;
    for (const char* text :
         {R"({"events":[{"author":"a"}]})", R"({"events":[]})", R"([{"invocationId":"i"}])"})
        QVERIFY(!folder.open(text));
}

void TestAdkImporter::damageIsStood()
{
    const std::string whole = tests::contentOf(tests::dataDir() / "adk/session.json");
    QVERIFY(tests::standsCuts(whole, "adk"));
    QVERIFY(tests::standsFlips(whole));
}

void TestAdkImporter::countsAreThoseOfTheSample()
{
    KYMO_NEED_SAMPLES();
    for (const QString& name : tests::samplesBelow(u"adk/"_s)) {
        const tests::SampleFacts facts = tests::factsOf(name);
        const TracePtr trace = opened(tests::samplesDir() / name.toStdString());
        QVERIFY(trace);
        QCOMPARE(trace->origin().formatId, std::string("adk"));
        QVERIFY(tests::everythingCanBeRead(*trace));
        QCOMPARE(static_cast<qint64>(trace->report().mapped()), facts.number("events"));
        QCOMPARE(trace->report().broken(), std::uint64_t {0});
        const auto authors = facts.facts.value(u"by_author"_s).toObject();
        const auto parts = facts.facts.value(u"parts"_s).toObject();
        qint64 turns = 0;
        qint64 calls = 0;
        qint64 answered = 0;
        QMap<QString, qint64> byAuthor;
        for (const SpanId span : trace->preOrder()) {
            const SpanKind kind = trace->kind(span);
            turns += kind == SpanKind::Turn ? 1 : 0;
            const bool isCall = kind == SpanKind::Tool || kind == SpanKind::Handoff;
            calls += isCall ? 1 : 0;
            answered += isCall && trace->status(span) == SpanStatus::Ok ? 1 : 0;
            if (kind == SpanKind::Llm || (isCall && trace->status(span) == SpanStatus::Ok))
                ++byAuthor[QString::fromStdString(trace->agent(trace->agentOf(span)).name)];
        }
        QCOMPARE(calls, parts.value(u"function_call"_s).toInteger());
        QCOMPARE(answered, parts.value(u"function_response"_s).toInteger());
        QCOMPARE(turns, authors.value(u"user"_s).toInteger());
        // An event of an agent is an answer of a model, or tells what a call gave.
        for (auto author = authors.begin(); author != authors.end(); ++author) {
            if (author.key() != u"user"_s)
                QCOMPARE(byAuthor.value(author.key()), author.value().toInteger());
        }
    }
}

QTEST_GUILESS_MAIN(TestAdkImporter)
#include "tst_adk_importer.moc"
