#include "gui/sequence/sequence_export.h"
#include "gui/sequence/sequence_loops.h"
#include "gui/sequence/sequence_painter.h"
#include "gui/sequence/sequence_rows.h"
#include "gui/sequence/sequence_texts.h"
#include "tests/gui/sequence_text.h"
#include "tests/support/trace_maker.h"

#include <QElapsedTimer>
#include <QTest>

#include <deque>

using namespace gui;
using namespace Qt::StringLiterals;
using namespace tracestore;

namespace {

/// Adds spans one after another, a second each, and makes the trace.
class Script
{
public:
    AgentId agent(std::string name) { return m_builder.addAgent({.name = std::move(name)}); }

    SpanRecord& add(SpanKind kind, std::string_view name)
    {
        m_records.push_back({});
        SpanRecord& record = m_records.back();
        record.session = SessionId(0);
        record.kind = kind;
        record.name = name;
        record.start = Timestamp {static_cast<std::int64_t>(m_records.size()) * 1'000'000'000};
        record.end = *record.start + Duration {900'000'000};
        return record;
    }

    SpanId last() const { return SpanId(m_records.size() - 1); }

    TraceBuilder& builder() { return m_builder; }

    TracePtr finish()
    {
        for (const SpanRecord& record : m_records)
            m_builder.addSpan(record);
        return m_builder.finish(std::make_shared<tests::FixedPayloads>());
    }

private:
    TraceBuilder m_builder = tests::builderWithSession();
    std::deque<SpanRecord> m_records;
};

std::string textOf(const TracePtr& trace)
{
    return tests::sequenceText(SequenceRows(buildSequence(trace, SessionId(0))));
}

std::vector<SequenceItem> itemsOf(std::string_view letters)
{
    std::vector<SequenceItem> items;
    for (const char letter : letters)
        items.push_back({.signature = static_cast<std::uint64_t>(letter)});
    return items;
}

} // namespace

class TestSequence : public QObject
{
    Q_OBJECT

private slots:
    void whoSpeaksWithWhom();
    void agentsCallEachOther();
    void toolThatStartsAnAgentIsItsCall();
    void handOffsLeadOn();
    void parallelCallsAnswerWhenTheyEnd();
    void withoutTimesTheTreeTellsTheOrder();
    void failuresAreMarkedAndNeverLost();
    void wrappersAndDetailsAreLeftOut();
    void everySpanHasItsItem();
    void manyToolsShareTheLastColumn();
    void sessionsAreApart();
    void loopsAreFound_data();
    void loopsAreFound();
    void loopsAreFoundInLinearTime();
    void closedLoopShowsTheRoundThatFailed();
    void loopsOpenAndClose();
    void roundOfAnItemIsShown();
    void activityIsFromCallToResult();
    void geometryFitsTheWidth();
    void mermaidHoldsTheRowsAsFolded();
    void mermaidTextCannotBeACommand();
    void emptySessionIsEmpty();
    void tenThousandTurnsAreQuick();
};

void TestSequence::whoSpeaksWithWhom()
{
    Script script;
    const AgentId main = script.agent("main");
    SpanRecord& root = script.add(SpanKind::Agent, "main");
    root.agent = main;
    root.end = Timestamp {100'000'000'000};
    const SpanId agent = script.last();
    script.add(SpanKind::Message, "hello").parent = agent;
    SpanRecord& call = script.add(SpanKind::Llm, "chat");
    call.parent = agent;
    call.requestedModel = "m";
    script.add(SpanKind::Tool, "search").parent = agent;
    script.add(SpanKind::Retrieval, "docs").parent = agent;
    SpanRecord& answer = script.add(SpanKind::Message, "done");
    answer.parent = agent;
    answer.origKind = "assistant";
    QCOMPARE(textOf(script.finish()),
             std::string("User -> main: hello\n"
                         "main: chat m\n"
                         "main <-> search: search\n"
                         "main <-> docs: docs\n"
                         "main -> User: done\n"));
}

void TestSequence::agentsCallEachOther()
{
    Script script;
    const AgentId main = script.agent("main");
    const AgentId helper = script.agent("helper");
    SpanRecord& root = script.add(SpanKind::Agent, "main");
    root.agent = main;
    root.end = Timestamp {100'000'000'000};
    const SpanId rootId = script.last();
    SpanRecord& inner = script.add(SpanKind::Agent, "helper");
    inner.agent = helper;
    inner.parent = rootId;
    inner.end = Timestamp {50'000'000'000};
    const SpanId innerId = script.last();
    script.add(SpanKind::Message, "look there").parent = innerId;
    script.add(SpanKind::Tool, "search").parent = innerId;
    QCOMPARE(textOf(script.finish()),
             std::string("main -> helper: helper\n"
                         "main -> helper: look there\n"
                         "helper <-> search: search\n"
                         "helper --> main: result\n"));
}

void TestSequence::toolThatStartsAnAgentIsItsCall()
{
    Script script;
    const AgentId main = script.agent("main");
    const AgentId helper = script.agent("helper");
    SpanRecord& root = script.add(SpanKind::Agent, "main");
    root.agent = main;
    root.end = Timestamp {100'000'000'000};
    const SpanId rootId = script.last();
    SpanRecord& tool = script.add(SpanKind::Tool, "ask_helper");
    tool.parent = rootId;
    tool.agent = main;
    tool.end = Timestamp {50'000'000'000};
    const SpanId toolId = script.last();
    SpanRecord& inner = script.add(SpanKind::Agent, "helper");
    inner.agent = helper;
    inner.parent = toolId;
    inner.end = Timestamp {40'000'000'000};
    const SpanId innerId = script.last();
    script.add(SpanKind::Llm, "chat").parent = innerId;
    const TracePtr trace = script.finish();
    QCOMPARE(textOf(trace),
             std::string("main -> helper: ask_helper\n"
                         "helper: chat\n"
                         "helper --> main: result\n"));
    const auto sequence = buildSequence(trace, SessionId(0));
    QCOMPARE(sequence->participants.size(), std::size_t {2});
    // The agent itself has no item: what it does first stands for it.
    QCOMPARE(sequence->itemOf(innerId), std::uint32_t {1});
    QCOMPARE(sequence->itemOf(toolId), std::uint32_t {0});
}

void TestSequence::handOffsLeadOn()
{
    Script script;
    const AgentId triage = script.agent("triage");
    const AgentId billing = script.agent("billing");
    SpanRecord& first = script.add(SpanKind::Llm, "chat");
    first.agent = triage;
    script.add(SpanKind::Handoff, "to billing").agent = triage;
    script.add(SpanKind::Llm, "chat").agent = billing;
    QCOMPARE(textOf(script.finish()),
             std::string("triage: chat\n"
                         "triage => billing: to billing\n"
                         "billing: chat\n"));
}

void TestSequence::parallelCallsAnswerWhenTheyEnd()
{
    Script script;
    SpanRecord& slow = script.add(SpanKind::Tool, "slow");
    slow.end = Timestamp {9'000'000'000};
    script.add(SpanKind::Tool, "quick");
    SpanRecord& failing = script.add(SpanKind::Tool, "failing");
    failing.end = Timestamp {10'000'000'000};
    failing.status = SpanStatus::Error;
    failing.error = SpanError {.type = "Timeout", .message = "no answer", .isRetryable = {}};
    QCOMPARE(textOf(script.finish()),
             std::string("Agent -> slow: slow\n"
                         "Agent <-> quick: quick\n"
                         "Agent -> failing: failing !\n"
                         "slow --> Agent: result\n"
                         "failing --> Agent: Timeout: no answer !\n"));
}

void TestSequence::withoutTimesTheTreeTellsTheOrder()
{
    Script script;
    const SpanRecord root = script.add(SpanKind::Tool, "outer");
    const SpanId outer = script.last();
    script.add(SpanKind::Tool, "inner").parent = outer;
    script.add(SpanKind::Llm, "chat");
    const TracePtr timed = script.finish();
    Script bare;
    for (std::size_t i = 0; i < timed->spanCount(); ++i) {
        SpanRecord& record = bare.add(timed->kind(SpanId(i)), timed->name(SpanId(i)));
        record.parent = timed->parent(SpanId(i));
        record.start = {};
        record.end = {};
    }
    QCOMPARE(textOf(bare.finish()),
             std::string("Agent -> outer: outer\n"
                         "Agent <-> inner: inner\n"
                         "outer --> Agent: result\n"
                         "Agent: chat\n"));
}

void TestSequence::failuresAreMarkedAndNeverLost()
{
    Script script;
    SpanRecord& turn = script.add(SpanKind::Turn, "turn 1");
    turn.status = SpanStatus::Error;
    SpanRecord& other = script.add(SpanKind::Turn, "turn 2");
    other.status = SpanStatus::Error;
    const SpanId second = script.last();
    SpanRecord& call = script.add(SpanKind::Llm, "chat");
    call.parent = second;
    call.status = SpanStatus::Error;
    QCOMPARE(textOf(script.finish()),
             std::string("Agent: turn 1: failed !\n"
                         "Agent: chat: failed !\n"));
}

void TestSequence::wrappersAndDetailsAreLeftOut()
{
    Script script;
    SpanRecord& wrapper = script.add(SpanKind::Llm, "wrapper");
    wrapper.countsInTotals = false;
    const SpanId above = script.last();
    script.add(SpanKind::Llm, "chat").parent = above;
    SpanRecord& tool = script.add(SpanKind::Tool, "fetch");
    tool.end = Timestamp {9'000'000'000};
    const SpanId toolId = script.last();
    script.add(SpanKind::Other, "GET").parent = toolId;
    const SpanId detail = script.last();
    const TracePtr trace = script.finish();
    QCOMPARE(textOf(trace), std::string("Agent: chat\nAgent <-> fetch: fetch\n"));
    QCOMPARE(buildSequence(trace, SessionId(0))->itemOf(detail), std::uint32_t {1});
    QCOMPARE(buildSequence(trace, SessionId(0))->itemOf(above), std::uint32_t {0});
}

void TestSequence::everySpanHasItsItem()
{
    const TracePtr trace = tests::makeAgentTrace(50);
    const auto sequence = buildSequence(trace, SessionId(0));
    for (std::size_t i = 0; i < trace->spanCount(); ++i) {
        const std::uint32_t item = sequence->itemOf(SpanId(i));
        QVERIFY(item != SequenceItem::kNone);
        const SpanKind kind = trace->kind(SpanId(i));
        if (kind == SpanKind::Tool || kind == SpanKind::Llm)
            QCOMPARE(sequence->items[item].span, SpanId(i));
    }
    QCOMPARE(sequence->itemOf(SpanId()), SequenceItem::kNone);
}

void TestSequence::manyToolsShareTheLastColumn()
{
    Script script;
    std::deque<std::string> names;
    for (int i = 0; i < 100; ++i)
        script.add(SpanKind::Tool, names.emplace_back("tool " + std::to_string(i)));
    const auto sequence = buildSequence(script.finish(), SessionId(0));
    QCOMPARE(sequence->participants.size(), Sequence::kMostParticipants + 1);
    QCOMPARE(participantName(sequence->participants.back()), u"Other tools"_s);
    QCOMPARE(sequence->items.back().to, static_cast<std::uint32_t>(Sequence::kMostParticipants));
    QCOMPARE(itemLabel(*sequence, sequence->items.back(), u"what"_s), u"tool 99: what"_s);
}

void TestSequence::sessionsAreApart()
{
    Script script;
    script.builder().addSession({.key = "second"});
    script.add(SpanKind::Tool, "first");
    script.add(SpanKind::Tool, "second").session = SessionId(1);
    const TracePtr trace = script.finish();
    const auto second = buildSequence(trace, SessionId(1));
    QCOMPARE(second->items.size(), std::size_t {1});
    QCOMPARE(second->itemOf(SpanId(0)), SequenceItem::kNone);
    QCOMPARE(second->itemOf(SpanId(1)), std::uint32_t {0});
}

void TestSequence::loopsAreFound_data()
{
    QTest::addColumn<QByteArray>("items");
    QTest::addColumn<QByteArray>("loops");
    QTest::newRow("nothing") << QByteArray("abcdef") << QByteArray();
    QTest::newRow("two are no loop") << QByteArray("aab") << QByteArray();
    QTest::newRow("three of one") << QByteArray("xaaay") << QByteArray("1:1x3 ");
    QTest::newRow("rounds of two") << QByteArray("ababab") << QByteArray("0:2x3 ");
    QTest::newRow("a started round is no part") << QByteArray("abababa") << QByteArray("0:2x3 ");
    QTest::newRow("short rounds win") << QByteArray("aaaaaa") << QByteArray("0:1x6 ");
    QTest::newRow("what covers most wins") << QByteArray("aaabaaabaaab") << QByteArray("0:4x3 ");
    QTest::newRow("one behind another") << QByteArray("aaabbb") << QByteArray("0:1x3 3:1x3 ");
    QTest::newRow("empty") << QByteArray() << QByteArray();
}

void TestSequence::loopsAreFound()
{
    QFETCH(QByteArray, items);
    QFETCH(QByteArray, loops);
    QByteArray found;
    for (const SequenceLoop& loop : findLoops(itemsOf(items.toStdString())))
        found += QByteArray::number(loop.first) + ':' + QByteArray::number(loop.period) + 'x'
            + QByteArray::number(loop.rounds) + ' ';
    QCOMPARE(found, loops);
}

void TestSequence::loopsAreFoundInLinearTime()
{
    // Nearly a loop everywhere: what is compared must not be compared again.
    std::vector<SequenceItem> items(400'000);
    for (std::size_t i = 0; i < items.size(); ++i)
        items[i].signature = i % 100'000 == 99'999 ? i : i % 13;
    QElapsedTimer timer;
    timer.start();
    QVERIFY(findLoops(items).empty());
    QVERIFY2(timer.elapsed() < 2000, "looking for loops took seconds");
}

void TestSequence::closedLoopShowsTheRoundThatFailed()
{
    Script script;
    for (int i = 0; i < 5; ++i) {
        script.add(SpanKind::Llm, "chat");
        SpanRecord& tool = script.add(SpanKind::Tool, "search");
        if (i == 3)
            tool.status = SpanStatus::Error;
    }
    script.add(SpanKind::Llm, "sum up");
    QCOMPARE(textOf(script.finish()),
             std::string("loop 5 x 2 [1 failed]\n"
                         "  Agent: chat\n"
                         "  Agent <-> search: failed !\n"
                         "Agent: sum up\n"));
}

void TestSequence::loopsOpenAndClose()
{
    Script script;
    for (int i = 0; i < 4; ++i)
        script.add(SpanKind::Tool, "read");
    script.add(SpanKind::Llm, "chat");
    SequenceRows rows(buildSequence(script.finish(), SessionId(0)));
    QCOMPARE(rows.count(), std::size_t {3});
    rows.setOpen(0, true);
    QCOMPARE(rows.count(), std::size_t {6});
    QCOMPARE(rows.rowOf(3), std::uint32_t {4});
    QCOMPARE(rows.rowOf(4), std::uint32_t {5});
    rows.setAllOpen(false);
    QCOMPARE(rows.count(), std::size_t {3});
    QCOMPARE(rows.rowOf(3), std::uint32_t {1});
    QCOMPARE(rows.rowOf(4), std::uint32_t {2});
    QCOMPARE(rows.rowOfHead(0), std::uint32_t {0});
}

void TestSequence::roundOfAnItemIsShown()
{
    Script script;
    for (int i = 0; i < 6; ++i)
        script.add(i % 2 == 0 ? SpanKind::Llm : SpanKind::Tool, "same");
    SequenceRows rows(buildSequence(script.finish(), SessionId(0)));
    QCOMPARE(rows.roundShown(0), std::uint32_t {0});
    QVERIFY(rows.showItem(5));
    QCOMPARE(rows.roundShown(0), std::uint32_t {2});
    QCOMPARE(rows.at(rows.rowOf(5)).item, std::uint32_t {5});
    QCOMPARE(rows.at(rows.rowOf(4)).item, std::uint32_t {4});
    QVERIFY(!rows.showItem(4));
}

void TestSequence::activityIsFromCallToResult()
{
    Script script;
    SpanRecord& outer = script.add(SpanKind::Tool, "outer");
    outer.end = Timestamp {9'000'000'000};
    const SpanId outerId = script.last();
    script.add(SpanKind::Tool, "inner").parent = outerId;
    script.add(SpanKind::Llm, "chat").start = Timestamp {10'000'000'000};
    const SequenceRows rows(buildSequence(script.finish(), SessionId(0)));
    const auto stretches = [&](std::uint32_t participant) {
        const auto activity = rows.activity(participant);
        return std::vector<RowStretch>(activity.begin(), activity.end());
    };
    QCOMPARE(stretches(0), (std::vector<RowStretch> {{0, 3}})); // the agent, all the time
    QCOMPARE(stretches(1), (std::vector<RowStretch> {{0, 2}}));
    QCOMPARE(stretches(2), (std::vector<RowStretch> {{1, 1}}));
}

void TestSequence::geometryFitsTheWidth()
{
    const SequenceGeometry few = SequenceGeometry::fitting(2, 1000);
    QCOMPARE(few.pitch, SequenceGeometry::kMostPitch);
    const SequenceGeometry some = SequenceGeometry::fitting(5, 1000);
    QVERIFY(some.width() <= 1000);
    QVERIFY(some.width() > 980);
    const SequenceGeometry many = SequenceGeometry::fitting(40, 1000);
    QCOMPARE(many.pitch, SequenceGeometry::kLeastPitch);
    QVERIFY(many.width() > 1000);
    QVERIFY(many.lifeline(1) - many.lifeline(0) == many.pitch);
}

void TestSequence::mermaidHoldsTheRowsAsFolded()
{
    Script script;
    script.add(SpanKind::Message, "hello; there");
    for (int i = 0; i < 3; ++i)
        script.add(SpanKind::Tool, "search");
    SpanRecord& failed = script.add(SpanKind::Tool, "read");
    failed.status = SpanStatus::Error;
    failed.error = SpanError {.type = {}, .message = "no such file", .isRetryable = {}};
    const SequenceRows rows(buildSequence(script.finish(), SessionId(0)));
    QCOMPARE(toMermaid(rows),
             QByteArray("sequenceDiagram\n"
                        "actor P0 as User\n"
                        "participant P1 as Agent\n"
                        "participant P2 as search\n"
                        "participant P3 as read\n"
                        "P0->>P1: hello#59; there\n"
                        "loop 3 times\n"
                        "P1->>P2: search\n"
                        "P2-->>P1: 900 ms\n"
                        "end\n"
                        "P1->>P3: read\n"
                        "P3--xP1: no such file\n"));
}

void TestSequence::mermaidTextCannotBeACommand()
{
    QCOMPARE(mermaidText(u"a\nend\n%%x"_s), u"a end #37;#37;x"_s);
    QCOMPARE(mermaidText(u"<script>"_s), u"#60;script#62;"_s);
    QCOMPARE(mermaidText({}), u" "_s);
    QVERIFY(mermaidText(QString(5000, u'x')).size() <= 160);
}

void TestSequence::emptySessionIsEmpty()
{
    Script script;
    script.builder().addSession({.key = "empty"});
    script.add(SpanKind::Turn, "nothing to see");
    const TracePtr trace = script.finish();
    QCOMPARE(textOf(trace), std::string());
    const SequenceRows rows(buildSequence(trace, SessionId(1)));
    QCOMPARE(rows.count(), std::size_t {0});
    QVERIFY(rows.sequence().participants.empty());
}

void TestSequence::tenThousandTurnsAreQuick()
{
    const TracePtr trace = tests::makeAgentTrace(10'000);
    QElapsedTimer timer;
    timer.start();
    SequenceRows rows(buildSequence(trace, SessionId(0)));
    rows.setAllOpen(true);
    QVERIFY(rows.count() > 30'000);
    QVERIFY2(timer.elapsed() < 2000, "40,000 spans took seconds");
    rows.setAllOpen(false);
    QVERIFY(rows.count() < 10);
}

QTEST_MAIN(TestSequence)
#include "tst_sequence.moc"
