#include "tests/support/growth.h"
#include "tests/support/sample_facts.h"
#include "tests/tracestore/log_format_checks.h"
#include "tracestore/analysis/trace_stats.h"

using namespace Qt::StringLiterals;
using namespace tracestore;

class TestPiImporter : public QObject
{
    Q_OBJECT

private slots:
    void treesAreAsWritten_data();
    void treesAreAsWritten();
    void callsGetTheLineTheyStandIn();
    void aCompactionLeavesASummaryAndWhatWasKept();
    void payloadsAreRead();
    void forksKnowTheirParents();
    void otherFormatsAreRefused();

    void damageIsStood_data() { treesAreAsWritten_data(); }

    void damageIsStood();
    void manyForksAreReadInTime();
    void countsAreThoseOfTheSamples_data();
    void countsAreThoseOfTheSamples();
    void countsAreThoseOfTheTelemetry();
};

namespace {

TracePtr opened(const std::filesystem::path& path)
{
    auto trace = tests::openFiles({path});
    return trace ? *trace : nullptr;
}

std::string line(const std::string& id, const std::string& parent, const char* role)
{
    return R"({"type":"message","id":")" + id + R"(","parentId":")" + parent
        + R"(","timestamp":"2026-01-01T10:00:00Z","message":{"role":")" + role
        + R"(","content":"text of )" + id + "\"}}\n";
}

/// A chain of messages, and from each of them one that was left.
std::string manyForks(std::size_t size)
{
    std::string text = R"({"type":"session","id":"s","cwd":"/"})"
                       "\n";
    std::string last = "s";
    for (std::size_t i = 0; i < size; ++i) {
        const std::string id = "m" + std::to_string(i);
        text += line(id, last, i % 2 == 0 ? "user" : "assistant");
        last = id;
    }
    for (std::size_t i = 0; i + 1 < size; ++i)
        text += line("f" + std::to_string(i), "m" + std::to_string(i), "assistant");
    return text + line("end", last, "user");
}

qint64 sumOf(const QJsonObject& counts, const QStringList& keys)
{
    qint64 sum = 0;
    for (const QString& key : keys)
        sum += counts.value(key).toInteger();
    return sum;
}

} // namespace

void TestPiImporter::treesAreAsWritten_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("format");
    for (const char* name : {"pi/branches.jsonl", "pi/droid.jsonl"})
        QTest::newRow(name) << QString::fromLatin1(name) << u"pi"_s;
    QTest::newRow("telemetry") << u"openclaw-telemetry/telemetry.jsonl"_s
                               << u"openclaw-telemetry"_s;
}

void TestPiImporter::treesAreAsWritten()
{
    QFETCH(QString, name);
    QFETCH(QString, format);
    const TracePtr trace = opened(tests::dataDir() / name.toStdString());
    QVERIFY(trace);
    QCOMPARE(trace->origin().formatId, format.toStdString());
    KYMO_COMPARE_GOLDEN(tests::logSummary(*trace),
                        tests::dataDir() / (name.toStdString() + ".tree"));
    QVERIFY(tests::everythingCanBeRead(*trace));
}

void TestPiImporter::callsGetTheLineTheyStandIn()
{
    const TracePtr trace = opened(tests::dataDir() / "pi/branches.jsonl");
    QVERIFY(trace);
    const auto inputOf = [&](std::string_view entry) {
        for (const SpanId span : trace->preOrder()) {
            if (trace->origId(span) == entry)
                return tests::outlineOf(trace->payloads().detail(span)->input);
        }
        return std::string();
    };
    const std::string common = "user: Look around | assistant: (Both at once) call c1 ls call c2 "
                               "read | tool: result c2! no such file | tool: result c1 a\nb";
    QCOMPARE(inputOf("a2"), common);
    QCOMPARE(inputOf("a3"), common + " | assistant: Two files. | user: Delete a");
    QCOMPARE(inputOf("a4"),
             common
                 + " | assistant: Two files. | user: Deleting was tried | user: Count the "
                   "lines | user: $ wc -l b\nwc: b: gone");
}

void TestPiImporter::aCompactionLeavesASummaryAndWhatWasKept()
{
    const TracePtr trace = opened(tests::dataDir() / "pi/branches.jsonl");
    QVERIFY(trace);
    const SpanDetail last = tests::detailNamed(*trace, "claude-x", 4);
    QCOMPARE(tests::outlineOf(last.input),
             std::string("user: Files were listed | user: Count the lines | user: $ wc -l b\nwc: "
                         "b: gone | assistant: | user: Again"));
    QCOMPARE(tests::outlineOf(tests::detailNamed(*trace, "compaction").output),
             std::string("user: Files were listed"));
}

void TestPiImporter::payloadsAreRead()
{
    const TracePtr trace = opened(tests::dataDir() / "pi/branches.jsonl");
    QVERIFY(trace);
    const SpanId call = tests::spanNamed(*trace, "claude-x");
    QCOMPARE(trace->duration(call)->ns, std::int64_t {1'500'000'000});
    QCOMPARE(trace->cost(call)->amount, 0.25);
    const SpanDetail detail = tests::detailNamed(*trace, "claude-x");
    QCOMPARE(detail.finishReasons, std::vector<std::string> {"toolUse"});
    const SpanDetail tool = tests::detailNamed(*trace, "ls");
    QCOMPARE(tool.toolArguments, std::string(R"({"path":"."})"));
    QCOMPARE(tool.toolResult, std::string("a\nb"));
    const auto raw = trace->payloads().raw(tests::spanNamed(*trace, "ls"));
    QVERIFY(raw->find("\"id\":\"c1\"") != std::string::npos
            && raw->find("\"id\":\"r1\"") != std::string::npos);
    const TracePtr droid = opened(tests::dataDir() / "pi/droid.jsonl");
    QCOMPARE(tests::detailNamed(*droid, "Execute").toolResult, std::string("denied"));
}

void TestPiImporter::forksKnowTheirParents()
{
    const tests::TemporaryFolder folder;
    tests::writeFile(folder.file("a.jsonl"),
                     R"({"type":"session","id":"s0","cwd":"/"})"
                     "\n" + line("a", "s0", "user"));
    tests::writeFile(folder.file("b.jsonl"),
                     tests::contentOf(tests::dataDir() / "pi/branches.jsonl"));
    const TracePtr trace = opened(folder.path());
    QVERIFY(trace);
    QCOMPARE(trace->sessions().size(), std::size_t {2});
    QCOMPARE(trace->session(SessionId(1)).parent, SessionId(0));
}

void TestPiImporter::otherFormatsAreRefused()
{
    QVERIFY(tests::claimsOnly("pi", {"pi"}));
    QVERIFY(tests::claimsOnly("openclaw-telemetry", {"openclaw-telemetry"}));
    const tests::TestFolder folder;
    for (const char* text : {R"({"type":"session","id":"x"})",
                             R"({"type":"message","role":"assistant","content":[]})",
                             R"({"type":"tool.start","data":{},"sessionKey":"x"})"}) {
        // Other formats may know one of these.
        const auto trace = folder.open(text);
        QVERIFY(!trace
                || ((*trace)->origin().formatId != "pi"
                    && (*trace)->origin().formatId != "openclaw-telemetry"));
    }
}

void TestPiImporter::damageIsStood()
{
    QFETCH(QString, name);
    QFETCH(QString, format);
    const std::string whole = tests::contentOf(tests::dataDir() / name.toStdString());
    QVERIFY(tests::standsCuts(whole, qPrintable(format)));
    QVERIFY(tests::standsFlips(whole, 100));
}

void TestPiImporter::manyForksAreReadInTime()
{
    const tests::TestFolder folder;
    const auto trace = folder.open(manyForks(100));
    QVERIFY(trace.has_value());
    QCOMPARE((*trace)->branches().size(), std::size_t {99});
    QVERIFY(tests::everythingCanBeRead(**trace));
    const double growth = tests::growthByEight(
        40'000, [&](std::size_t size) { QVERIFY(folder.open(manyForks(size)).has_value()); });
    QVERIFY2(growth < tests::kMostLinearGrowth, qPrintable(QString::number(growth)));
}

void TestPiImporter::countsAreThoseOfTheSamples_data()
{
    QTest::addColumn<QString>("name");
    for (const QString& name : tests::samplesBelow(u"pi/"_s))
        QTest::newRow(qPrintable(name)) << name;
    for (const char* name :
         {"other-cli/openclaw-large.jsonl", "other-cli/droid-session_store_large.jsonl"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestPiImporter::countsAreThoseOfTheSamples()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, name);
    const tests::SampleFacts facts = tests::factsOf(name);
    QVERIFY(!facts.facts.isEmpty());
    const TracePtr trace = opened(tests::samplesDir() / name.toStdString());
    QVERIFY(trace);
    QCOMPARE(trace->origin().formatId, std::string("pi"));
    QVERIFY(tests::everythingCanBeRead(*trace));
    QCOMPARE(static_cast<qint64>(trace->report().broken()), facts.number("bad_lines"));
    QCOMPARE(static_cast<qint64>(trace->report().mapped()), facts.number("lines"));
    QCOMPARE(trace->sessions().size(), std::size_t {1});
    const TraceTotals sums = totals(*trace);
    const auto types = facts.facts.value(u"by_type"_s).toObject();
    qint64 turns = 0;
    qint64 changes = 0;
    qint64 compactions = 0;
    QJsonObject reasons;
    for (const SpanId span : trace->preOrder()) {
        const SpanKind kind = trace->kind(span);
        turns += kind == SpanKind::Turn ? 1 : 0;
        changes += kind == SpanKind::StateChange ? 1 : 0;
        compactions += kind == SpanKind::Compaction ? 1 : 0;
        const auto detail = trace->payloads().detail(span);
        for (const std::string& reason : detail->finishReasons) {
            const QString word = QString::fromStdString(reason);
            reasons[word] = reasons.value(word).toInteger() + 1;
        }
    }
    QCOMPARE(changes,
             sumOf(types, {u"model_change"_s, u"thinking_level_change"_s, u"session_info"_s}));
    QCOMPARE(compactions, sumOf(types, {u"compaction"_s}));
    if (!types.contains(u"message"_s)) {
        QCOMPARE(turns, sumOf(types, {u"message:user"_s}));
        QCOMPARE(sums.llmCalls, sumOf(types, {u"message:assistant"_s}));
        QCOMPARE(sums.toolCalls, facts.number("tool_calls"));
        QCOMPARE(sums.toolErrors, facts.number("tool_errors"));
        QCOMPARE(reasons, facts.facts.value(u"stop_reasons"_s).toObject());
        const auto usage = facts.facts.value(u"usage_sum"_s).toObject();
        QCOMPARE(*sums.tokens.input, usage.value(u"input"_s).toInteger());
        QCOMPARE(*sums.tokens.output, usage.value(u"output"_s).toInteger());
        QCOMPARE(*sums.tokens.cacheRead, usage.value(u"cacheRead"_s).toInteger());
        QCOMPARE(*sums.tokens.cacheWrite, usage.value(u"cacheWrite"_s).toInteger());
        const double cost = facts.facts.value(u"cost_total"_s).toDouble();
        QVERIFY(std::abs(sums.cost->amount - cost) < 1e-6);
        return;
    }
    // Each message is a turn, a call of a model or the result of a tool.
    qint64 results = 0;
    for (const SpanId span : trace->preOrder())
        results += trace->kind(span) == SpanKind::Tool && trace->status(span) == SpanStatus::Ok;
    QCOMPARE(turns + sums.llmCalls + results, sumOf(types, {u"message"_s}));
}

void TestPiImporter::countsAreThoseOfTheTelemetry()
{
    KYMO_NEED_SAMPLES();
    const QString name = u"other-cli/openclaw-telemetry.jsonl"_s;
    const tests::SampleFacts facts = tests::factsOf(name);
    const TracePtr trace = opened(tests::samplesDir() / name.toStdString());
    QVERIFY(trace);
    QCOMPARE(trace->origin().formatId, std::string("openclaw-telemetry"));
    QVERIFY(tests::everythingCanBeRead(*trace));
    QCOMPARE(static_cast<qint64>(trace->report().mapped()), facts.number("lines"));
    QCOMPARE(static_cast<qint64>(trace->report().broken()), facts.number("bad_lines"));
    const auto types = facts.facts.value(u"by_type"_s).toObject();
    QCOMPARE(totals(*trace).toolCalls, sumOf(types, {u"tool.start"_s}));
    qint64 ended = 0;
    qint64 sent = 0;
    qint64 starts = 0;
    for (const SpanId span : trace->preOrder()) {
        ended += trace->kind(span) == SpanKind::Tool && trace->status(span) == SpanStatus::Ok;
        sent += trace->kind(span) == SpanKind::Message;
        starts += QByteArray::fromStdString(*trace->payloads().raw(span)).count("\"agent.start\"");
        if (trace->kind(span) != SpanKind::Agent || trace->name(span) != "sub-agent")
            continue;
        QCOMPARE(trace->name(trace->parent(span)), std::string_view("sessions_spawn"));
    }
    QCOMPARE(ended, sumOf(types, {u"tool.end"_s}));
    QCOMPARE(sent, sumOf(types, {u"message.out"_s}));
    QCOMPARE(starts, sumOf(types, {u"agent.start"_s}));
}

QTEST_GUILESS_MAIN(TestPiImporter)
#include "tst_pi_importer.moc"
