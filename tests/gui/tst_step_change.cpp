#include "gui/inspector/facts.h"
#include "gui/messages/conversation_builder.h"
#include "gui/models/span_card.h"
#include "gui/models/step_change.h"
#include "tests/support/run_log.h"
#include "tracestore/recording/run_trace.h"

#include <QFile>
#include <QTest>

#include <algorithm>

using namespace gui;
using namespace Qt::StringLiterals;
using namespace tracestore;

/// Edits, answers and faults of a recorded run, as views tell them.
class TestStepChange : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void eachChangeHasItsWords();
    void marksDiffer();
    void namesOfStrangersAreNoChanges();
    void changesAreOnCardsAndInTheConversation();
    void summaryShowsBeforeAndAfter();

private:
    [[nodiscard]] SpanId spanOf(const char* effect) const;

    [[nodiscard]] QString words(const char* effect) const
    {
        return changeWords(changeOf(*m_trace, spanOf(effect)));
    }

    TracePtr m_trace;
};

void TestStepChange::init()
{
    const EffectWanted wanted {.kind = EffectKind::Tool, .name = "look_up"};
    const auto debugger = [](const char* action, const char* details) {
        return DecisionMade {std::string(kDebuggerPolicy), action, "why", details};
    };
    tests::RunLog log;
    log.add(AgentStarted {.name = "a"}, "a");
    log.add(debugger("hold", R"({"kind":"tool","name":"look_up"})"), "a", "a:1.1.1");
    log.add(EditMade {"request.args.id", "1042", "1037"}, "a", "a:1.1.1");
    log.add(wanted, "a", "a:1.1.1");
    log.add(EffectEnded {.result = "found"}, "a", "a:1.1.1");
    log.add(wanted, "a", "a:1.2.1");
    log.add(EffectEnded {.origin = OutcomeOrigin::User, .result = "mine"}, "a", "a:1.2.1");
    log.add(debugger("fault", R"({"kind":"tool","name":"look_up","fault":"rate_limit"})"),
            "a",
            "a:1.3.1");
    log.add(wanted, "a", "a:1.3.1");
    log.add(EffectEnded {.status = OutcomeStatus::Error, .origin = OutcomeOrigin::User},
            "a",
            "a:1.3.1");
    log.add(wanted, "a", "a:1.4.1");
    log.add(EffectEnded {.result = "found"}, "a", "a:1.4.1");
    log.add(EditMade {"state", R"({"plan":"a","turn":1})", R"({"plan":"b","turn":1})"}, "a");
    RunTrace run("run.kymo");
    for (const RunEvent& event : log.events())
        run.add(event);
    m_trace = run.snapshot();
}

SpanId TestStepChange::spanOf(const char* effect) const
{
    const auto& spans = m_trace->preOrder();
    const auto found
        = std::ranges::find_if(spans, [&](SpanId span) { return m_trace->origId(span) == effect; });
    return found == spans.end() ? SpanId() : *found;
}

void TestStepChange::eachChangeHasItsWords()
{
    QCOMPARE(words("a:1.1.1"), u"edited"_s);
    QCOMPARE(words("a:1.2.1"), u"answered by you"_s);
    QCOMPARE(words("a:1.3.1"), u"fault injected: rate limit"_s);
    QCOMPARE(words("a:1.4.1"), QString());
    // An edit of its state is a row below the agent, no mark of the agent.
    QCOMPARE(words("a"), QString());
    const SpanId row = m_trace->children(spanOf("a:1.3.1")).front();
    QCOMPARE(changeWords(changeOf(*m_trace, row)), u"fault injected: rate limit"_s);
}

void TestStepChange::marksDiffer()
{
    QStringList icons;
    for (const char* effect : {"a:1.1.1", "a:1.2.1", "a:1.3.1"})
        icons << changeMark(changeOf(*m_trace, spanOf(effect))).icon;
    QCOMPARE(icons, (QStringList {u"edited"_s, u"answered"_s, u"fault"_s}));
    for (const QString& icon : icons)
        QVERIFY2(QFile::exists(u":/icons/"_s + icon + u".svg"_s), qPrintable(icon));
    QVERIFY(changeMark(changeOf(*m_trace, spanOf("a:1.4.1"))).icon.isEmpty());
}

void TestStepChange::namesOfStrangersAreNoChanges()
{
    tests::RunLog log;
    log.add(AgentStarted {.name = "a"}, "a");
    // A timer is an event as well, and its name is free.
    log.add(EffectWanted {.kind = EffectKind::Tool, .name = "look_up"}, "a", "a:1.1.1");
    log.add(EffectEnded {}, "a", "a:1.1.1");
    log.add(EffectWanted {.kind = EffectKind::Timer, .name = "edit me"}, "a", "a:1.1.2");
    RunTrace run("run.kymo");
    for (const RunEvent& event : log.events())
        run.add(event);
    const TracePtr trace = run.snapshot();
    for (const SpanId span : trace->preOrder())
        QVERIFY(!changeOf(*trace, span).isAny());
}

void TestStepChange::changesAreOnCardsAndInTheConversation()
{
    QVERIFY(spanCardText(*m_trace, spanOf("a:1.3.1")).contains(u"fault injected: rate limit"));
    const Block block = stepBlock(*m_trace, spanOf("a:1.2.1"));
    QCOMPARE(block.changed, u"answered by you"_s);
    QCOMPARE(block.changeMark.icon, u"answered"_s);
    QVERIFY(stepBlock(*m_trace, spanOf("a:1.4.1")).changed.isEmpty());
}

void TestStepChange::summaryShowsBeforeAndAfter()
{
    const auto differences = [&](SpanId span) {
        QStringList found;
        const auto detail = m_trace->payloads().detail(span);
        for (const Fact& fact : summaryFacts(*m_trace, span, detail ? &*detail : nullptr)) {
            if (!fact.difference.empty())
                found << fact.value;
        }
        return found;
    };
    const SpanId step = spanOf("a:1.1.1");
    QCOMPARE(differences(step), QStringList {u"- 1042\n+ 1037"_s});
    QCOMPARE(differences(m_trace->children(step).front()), QStringList {u"- 1042\n+ 1037"_s});
    QVERIFY(differences(spanOf("a:1.4.1")).isEmpty());
    for (const SpanId span : m_trace->preOrder()) {
        if (m_trace->name(span) == "edit state") {
            const QString told = differences(span).join(u'|');
            QVERIFY2(told.contains(u"-   \"plan\": \"a\"") && told.contains(u"+   \"plan\": \"b\""),
                     qPrintable(told));
            QVERIFY(!told.contains(u"-   \"turn\""));
        }
    }
}

QTEST_MAIN(TestStepChange)
#include "tst_step_change.moc"
