#include "tests/support/engine_fakes.h"

#include <QSignalSpy>
#include <QTest>

using namespace engine;
using tests::EventList;
using tests::HandSource;
using tests::toolEffect;
using tracestore::EditMade;
using tracestore::EffectEnded;
using tracestore::EffectWanted;

namespace {

/// Saves when the test says so.
class HandBarrier : public SaveBarrier
{
public:
    void whenSaved(std::int64_t number, std::function<void(tracestore::Result<void>)> then) override
    {
        waiting.emplace_back(number, std::move(then));
    }

    std::vector<std::pair<std::int64_t, std::function<void(tracestore::Result<void>)>>> waiting;
};

/// Decides as the test says, for tools of one name.
class HandControl : public GateControl
{
public:
    explicit HandControl(std::string tool)
        : m_tool(std::move(tool))
    { }

    [[nodiscard]] Before before(const Effect& effect) override
    {
        const auto* call = std::get_if<ToolCall>(&effect.request);
        return call != nullptr && call->tool == m_tool && onBefore ? onBefore(*call) : Pass {};
    }

    [[nodiscard]] std::variant<Pass, Hold, Answer> after(const Effect&, const Outcome&) override
    {
        return holdsAfter ? std::variant<Pass, Hold, Answer>(Hold {"look at it"}) : Pass {};
    }

    std::function<Before(const ToolCall&)> onBefore;
    bool holdsAfter = false;

private:
    std::string m_tool;
};

class Thrower : public RunObserver
{
public:
    void onEvent(const RunEventPtr&) override { throw std::runtime_error("full"); }
};

std::string argumentsOf(const Effect& effect)
{
    return std::get<ToolCall>(effect.request).arguments;
}

} // namespace

class TestGate : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void intentStandsBeforeTheCallAndOutcomeBeforeTheAgent();
    void whatWritesWaitsForItsIntentToBeSaved();
    void whatCannotBeSavedIsNotStarted();
    void readsDoNotWait();
    void aHeldEffectIsNotStartedAndItsSiblingsGoOn();
    void aReleaseWithAnotherRequestIsAnEdit();
    void aReleaseOfAnotherKindIsRefused();
    void anAnswerTakesTheCallsPlace();
    void anOutcomeCanBeHeldAndChanged();
    void aChangeByAControlIsRecorded();
    void secretsStopAtTheGate();
    void secretsStopInEveryForm();
    void stoppingEndsWhatRunsAndWhatIsHeld();
    void stoppingAnAgentLeavesOthers();
    void lateOutcomesAreDropped();
    void anObserverThatThrowsHarmsNobody();

private:
    void submit(Effect effect);

    std::unique_ptr<tests::StepClock> m_clock;
    std::unique_ptr<RunLog> m_log;
    std::shared_ptr<EventList> m_events;
    std::unique_ptr<HandSource> m_source;
    std::unique_ptr<SecretMask> m_mask;
    std::unique_ptr<HandBarrier> m_barrier;
    std::unique_ptr<Gate> m_gate;
    std::map<std::string, Outcome> m_done;
};

void TestGate::init()
{
    m_gate.reset();
    m_clock = std::make_unique<tests::StepClock>();
    m_log = std::make_unique<RunLog>(*m_clock);
    m_events = std::make_shared<EventList>();
    m_log->add(m_events);
    m_source = std::make_unique<HandSource>();
    m_mask = std::make_unique<SecretMask>();
    m_barrier = std::make_unique<HandBarrier>();
    m_gate = std::make_unique<Gate>(*m_log, *m_source, *m_mask, m_barrier.get());
    m_done.clear();
}

void TestGate::submit(Effect effect)
{
    const std::string name = effect.id.toText();
    m_gate->submit(std::move(effect),
                   [this, name](const Outcome& outcome) { m_done[name] = outcome; });
}

void TestGate::intentStandsBeforeTheCallAndOutcomeBeforeTheAgent()
{
    submit(toolEffect("a", 1, "read", "{}"));
    QCOMPARE(m_events->lines(), std::vector<std::string> {"effect_wanted a:1.1.1"});
    QCOMPARE(m_source->started.size(), std::size_t {1});
    m_source->tellDelta("a:1.1.1", "half");
    QVERIFY(m_source->endOk("a:1.1.1", "found"));
    QCOMPARE(m_events->lines().back(), std::string("effect_ended a:1.1.1"));
    QCOMPARE(m_done.at("a:1.1.1").text, std::string("found"));
    QCOMPARE(m_done.at("a:1.1.1").end, m_events->events.back()->time);
    QCOMPARE(m_events->deltas.at("a:1.1.1"), std::string("half"));
    QVERIFY(m_gate->pending().empty());
}

void TestGate::whatWritesWaitsForItsIntentToBeSaved()
{
    for (const EffectClass effectClass : {EffectClass::Writes, EffectClass::Outside})
        submit(toolEffect("a", effectClass == EffectClass::Writes ? 1 : 2, "w", "{}", effectClass));
    QVERIFY(m_source->started.empty());
    QCOMPARE(m_barrier->waiting.size(), std::size_t {2});
    QCOMPARE(m_barrier->waiting[0].first, m_events->events[0]->number);
    m_barrier->waiting[0].second({});
    QCOMPARE(m_source->started.size(), std::size_t {1});
}

void TestGate::whatCannotBeSavedIsNotStarted()
{
    submit(toolEffect("a", 1, "w", "{}", EffectClass::Writes));
    m_barrier->waiting[0].second(tracestore::fail(tracestore::ErrorCode::Io, "The disk is full."));
    QVERIFY(m_source->started.empty());
    QCOMPARE(m_done.at("a:1.1.1").status, OutcomeStatus::Refused);
    QVERIFY(m_done.at("a:1.1.1").error->message.find("The disk is full.") != std::string::npos);
}

void TestGate::readsDoNotWait()
{
    submit(toolEffect("a", 1, "r", "{}", EffectClass::Reads));
    submit(toolEffect("a", 2, "p", "{}", EffectClass::Pure));
    QCOMPARE(m_source->started.size(), std::size_t {2});
    QVERIFY(m_barrier->waiting.empty());
}

void TestGate::aHeldEffectIsNotStartedAndItsSiblingsGoOn()
{
    HandControl control("stop");
    control.onBefore = [](const ToolCall&) { return GateControl::Hold {"breakpoint 1"}; };
    m_gate->add(control);
    submit(toolEffect("a", 1, "stop", "{}"));
    submit(toolEffect("a", 2, "go", "{}"));
    QVERIFY(m_source->endOk("a:1.2.1", "sibling"));
    QCOMPARE(m_done.size(), std::size_t {1});
    QCOMPARE(m_gate->pending().size(), std::size_t {1});
    QCOMPARE(m_gate->pending()[0].reason, std::string("breakpoint 1"));
    QVERIFY(m_gate->release({"a", 1, 1, 1}));
    QVERIFY(m_source->endOk("a:1.1.1", "late"));
    QCOMPARE(m_done.at("a:1.1.1").text, std::string("late"));
    QVERIFY(!m_gate->release({"a", 1, 1, 1}));
}

void TestGate::aReleaseWithAnotherRequestIsAnEdit()
{
    HandControl control("stop");
    control.onBefore = [](const ToolCall&) { return GateControl::Hold {}; };
    m_gate->add(control);
    submit(toolEffect("a", 1, "stop", R"({"path":"/etc"})"));
    QVERIFY(m_gate->release({"a", 1, 1, 1}, ToolCall {"call1", "stop", R"({"path":"/tmp"})"}));
    QCOMPARE(argumentsOf(m_source->started.at(0)), std::string(R"({"path":"/tmp"})"));
    const auto edits = m_events->facts<EditMade>();
    QCOMPARE(edits.size(), std::size_t {1});
    QVERIFY(edits[0].before.find("/etc") != std::string::npos);
    QVERIFY(edits[0].after.find("/tmp") != std::string::npos);
    QCOMPARE(m_events->facts<EffectWanted>()[0].arguments, std::string(R"({"path":"/tmp"})"));
}

void TestGate::aReleaseOfAnotherKindIsRefused()
{
    HandControl control("stop");
    control.onBefore = [](const ToolCall&) { return GateControl::Hold {}; };
    m_gate->add(control);
    submit(toolEffect("a", 1, "stop", "{}"));
    QCOMPARE(m_gate->release({"a", 1, 1, 1}, UserQuestion {"?"}).error().code,
             tracestore::ErrorCode::Invalid);
    QCOMPARE(m_gate->pending().size(), std::size_t {1});
}

void TestGate::anAnswerTakesTheCallsPlace()
{
    HandControl control("stop");
    control.onBefore = [](const ToolCall&) {
        return GateControl::Answer {failedOutcome(OutcomeStatus::Error, "timeout", "injected")};
    };
    m_gate->add(control);
    submit(toolEffect("a", 1, "stop", "{}"));
    QTRY_VERIFY(m_done.contains("a:1.1.1"));
    QVERIFY(m_source->started.empty());
    QCOMPARE(m_done.at("a:1.1.1").error->message, std::string("injected"));
    QCOMPARE(m_events->lines(),
             (std::vector<std::string> {"effect_wanted a:1.1.1", "effect_ended a:1.1.1"}));
}

void TestGate::anOutcomeCanBeHeldAndChanged()
{
    HandControl control("any");
    control.holdsAfter = true;
    m_gate->add(control);
    submit(toolEffect("a", 1, "any", "{}"));
    QVERIFY(m_source->endOk("a:1.1.1", "true"));
    QVERIFY(m_done.empty());
    Outcome other;
    other.text = "false";
    QVERIFY(m_gate->release({"a", 1, 1, 1}, {}, other));
    QTRY_VERIFY(m_done.contains("a:1.1.1"));
    QCOMPARE(m_done.at("a:1.1.1").text, std::string("false"));
    QCOMPARE(m_events->facts<EditMade>().size(), std::size_t {1});
    QCOMPARE(m_events->facts<EffectEnded>()[0].result, std::string("false"));
}

void TestGate::aChangeByAControlIsRecorded()
{
    HandControl control("t");
    control.onBefore = [](const ToolCall& call) {
        return GateControl::Change {ToolCall {call.callId, call.tool, R"({"n":2})"}, "arguments.n"};
    };
    m_gate->add(control);
    submit(toolEffect("a", 1, "t", R"({"n":1})"));
    QCOMPARE(argumentsOf(m_source->started.at(0)), std::string(R"({"n":2})"));
    QCOMPARE(m_events->facts<EditMade>().at(0).path, std::string("arguments.n"));
}

void TestGate::secretsStopAtTheGate()
{
    const std::string key = "correct-horse-battery";
    m_mask->add("SHOP_KEY", key);
    submit(toolEffect("a", 1, "t", R"({"key":")" + key + R"("})"));
    QVERIFY(m_source->endOk("a:1.1.1", "sent " + key + " and sk-proj-Abcdefghij0123456789xyz"));
    for (const auto& wanted : m_events->facts<EffectWanted>())
        QVERIFY(wanted.arguments.find(key) == std::string::npos);
    for (const auto& ended : m_events->facts<EffectEnded>())
        QCOMPARE(ended.result, std::string("sent [secret:SHOP_KEY] and [secret:OpenAI key]"));
    QCOMPARE(m_done.at("a:1.1.1").text,
             std::string("sent [secret:SHOP_KEY] and [secret:OpenAI key]"));
    QCOMPARE(m_mask->masked("a -----BEGIN PRIVATE KEY-----\nMII1\n-----END PRIVATE KEY----- b"),
             std::string("a [secret:private key] b"));
    QCOMPARE(m_mask->revealed(argumentsOf(m_source->started.at(0))), R"({"key":")" + key + R"("})");
    // What only looks a little like a key stays.
    QCOMPARE(m_mask->masked(
                 "task-oriented-dialogue-systems-and-more sk-short risk-1234567890123456789012"),
             std::string(
                 "task-oriented-dialogue-systems-and-more sk-short risk-1234567890123456789012"));
}

void TestGate::secretsStopInEveryForm()
{
    m_mask->add("SHOP_KEY", "horse\"battery/9");
    for (const char* form : {R"(horse\"battery/9)",
                             "horse%22battery%2F9",
                             "686f72736522626174746572792f39",
                             "aG9yc2UiYmF0dGVyeS85"}) {
        QCOMPARE(m_mask->masked(std::string("a ") + form + " b"),
                 std::string("a [secret:SHOP_KEY] b"));
    }
    Outcome outcome;
    outcome.note = "kept under horse\"battery/9";
    m_mask->mask(outcome);
    QCOMPARE(outcome.note, std::string("kept under [secret:SHOP_KEY]"));
}

void TestGate::stoppingEndsWhatRunsAndWhatIsHeld()
{
    HandControl control("stop");
    control.onBefore = [](const ToolCall&) { return GateControl::Hold {}; };
    m_gate->add(control);
    submit(toolEffect("a", 1, "run", "{}"));
    submit(toolEffect("a", 2, "stop", "{}"));
    submit(toolEffect("a", 3, "write", "{}", EffectClass::Writes));
    m_gate->cancelAll();
    QTRY_COMPARE(m_done.size(), std::size_t {3});
    for (const auto& [name, outcome] : m_done)
        QCOMPARE(outcome.status, OutcomeStatus::Cancelled);
    m_barrier->waiting[0].second({});
    QCOMPARE(m_source->started.size(), std::size_t {1}); // the write was never begun
}

void TestGate::stoppingAnAgentLeavesOthers()
{
    submit(toolEffect("m/w", 1, "t", "{}"));
    submit(toolEffect("m/w/deep", 1, "t", "{}"));
    submit(toolEffect("m/ww", 1, "t", "{}"));
    m_gate->cancel("m/w");
    QTRY_COMPARE(m_done.size(), std::size_t {2});
    QVERIFY(m_source->isRunning("m/ww:1.1.1"));
}

void TestGate::lateOutcomesAreDropped()
{
    submit(toolEffect("a", 1, "t", "{}"));
    const auto count = m_events->events.size();
    m_gate->cancelAll();
    QTRY_COMPARE(m_done.size(), std::size_t {1});
    QVERIFY(!m_source->endOk("a:1.1.1", "too late"));
    QCOMPARE(m_events->events.size(), count + 1);
}

void TestGate::anObserverThatThrowsHarmsNobody()
{
    m_log->add(std::make_shared<Thrower>());
    const auto last = std::make_shared<EventList>();
    m_log->add(last);
    submit(toolEffect("a", 1, "t", "{}"));
    QVERIFY(m_source->endOk("a:1.1.1", "fine"));
    QCOMPARE(last->events.size(), std::size_t {2});
    QCOMPARE(m_log->complaints().size(), std::size_t {1});
    QVERIFY(m_log->complaints()[0].find("full") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestGate)
#include "tst_gate.moc"
