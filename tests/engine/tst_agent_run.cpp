#include "engine/agent/state_hash.h"
#include "engine/run/agent_run.h"
#include "tests/support/engine_fakes.h"
#include "tracestore/base/json_io.h"

#include <QTest>

using namespace engine;
using nlohmann::json;
using tests::EventList;
using tests::HandSource;

namespace {

/// Wants what its script says for each turn, and answers with all it was told.
class ScriptedAgent : public Agent
{
public:
    explicit ScriptedAgent(std::vector<std::vector<EffectRequest>> turns)
        : m_turns(std::move(turns))
    { }

    [[nodiscard]] AgentStep apply(const AgentEvent& event) override
    {
        if (const auto* input = std::get_if<AgentInput>(&event))
            m_heard.push_back(input->text);
        if (const auto* answered = std::get_if<TurnAnswered>(&event)) {
            for (const Outcome& outcome : answered->outcomes)
                m_heard.push_back(outcome.isOk() ? outcome.text : outcome.error->type);
        }
        AgentStep step;
        if (m_turn < m_turns.size())
            step.wants = m_turns[m_turn++];
        else
            step.result = AgentResult {.answer = toText()};
        return step;
    }

    [[nodiscard]] engine::AgentState state() const override
    {
        engine::AgentState state;
        state.members["turn"] = std::to_string(m_turn);
        for (const std::string& heard : m_heard)
            state.lists["heard"].push_back(
                std::make_shared<const std::string>(tracestore::quoteJson(heard)));
        return state;
    }

    [[nodiscard]] tracestore::Result<void> restore(const json&) override { return {}; }

private:
    [[nodiscard]] std::string toText() const
    {
        std::string text;
        for (const std::string& heard : m_heard)
            text += text.empty() ? heard : ',' + heard;
        return text;
    }

    std::vector<std::vector<EffectRequest>> m_turns;
    std::size_t m_turn = 0;
    std::vector<std::string> m_heard;
};

/// Tries so often, waiting a millisecond between, and puts a stand-in for the last try.
class TryOften : public DeliveryPolicy
{
public:
    explicit TryOften(std::uint32_t most, std::string standIn = {})
        : m_attempts(most)
        , m_standIn(std::move(standIn))
    { }

    [[nodiscard]] std::string_view name() const override { return "retry"; }

    [[nodiscard]] BeforeAttempt before(const Attempt& attempt, Decisions& decisions) override
    {
        if (waitsFirst && !m_hasWaited) {
            m_hasWaited = true;
            decisions.push_back({"rate_limit", "wait", "too fast", "{}"});
            return WaitFirst {{1'000'000}};
        }
        attempts.push_back(attempt.number);
        return answersItself ? BeforeAttempt(AnswerWith {cached()}) : BeforeAttempt(LetPass {});
    }

    [[nodiscard]] AfterAttempt
    after(const Attempt& attempt, const Outcome& outcome, Decisions& decisions) override
    {
        if (outcome.isOk() || attempt.number >= m_attempts)
            return Accept {};
        decisions.push_back({"retry", "wait", "it failed", "{}"});
        std::optional<EffectRequest> instead;
        if (!m_standIn.empty() && attempt.number + 1 == m_attempts)
            instead = ToolCall {"c", m_standIn, "{}"};
        return TryAgain {{1'000'000}, instead};
    }

    bool waitsFirst = false;
    bool answersItself = false;
    std::vector<std::uint32_t> attempts;

private:
    static Outcome cached()
    {
        Outcome outcome;
        outcome.origin = OutcomeOrigin::Cache;
        outcome.text = "kept";
        return outcome;
    }

    std::uint32_t m_attempts;
    std::string m_standIn;
    bool m_hasWaited = false;
};

ToolCall tool(const std::string& name)
{
    return {"c", name, "{}"};
}

} // namespace

class TestAgentRun : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void outcomesComeInTheOrderOfTheWants();
    void eachTurnNamesItsEffects();
    void theStateCanBeMadeFromTheLog();
    void aConversationGoesOn();
    void aFailedAttemptIsTriedAgainUnderAnotherName();
    void aPolicyCanPutAStandIn();
    void waitingFirstIsNoAttempt();
    void aPolicyCanAnswer();
    void anApprovalIsAskedBeforeTheCall();
    void whatIsNotApprovedIsNotCalled();
    void aStoppedTurnEndsTheAgent();
    void childrenHaveNamesOfTheirOwn();

private:
    AgentRun& run(std::vector<std::vector<EffectRequest>> turns);

    [[nodiscard]] bool isRunning(const std::string& effect) const
    {
        return m_source->isRunning(effect);
    }

    tests::StepClock m_clock;
    std::unique_ptr<AgentRun> m_run;
    std::unique_ptr<RunLog> m_log;
    std::shared_ptr<EventList> m_events;
    std::unique_ptr<HandSource> m_source;
    SecretMask m_mask;
    std::unique_ptr<Gate> m_gate;
    std::vector<DeliveryPolicy*> m_policies;
    std::optional<UserQuestion> m_question;
    std::vector<std::string> m_approved;
    std::optional<AgentResult> m_result;
};

void TestAgentRun::init()
{
    m_run.reset();
    m_gate.reset();
    m_log = std::make_unique<RunLog>(m_clock);
    m_events = std::make_shared<EventList>();
    m_log->add(m_events);
    m_source = std::make_unique<HandSource>();
    m_gate = std::make_unique<Gate>(*m_log, *m_source, m_mask);
    m_policies.clear();
    m_question.reset();
    m_approved.clear();
    m_result.reset();
}

AgentRun& TestAgentRun::run(std::vector<std::vector<EffectRequest>> turns)
{
    RunContext context {
        .log = *m_log,
        .gate = *m_gate,
        .policies = m_policies,
        .effectClass = [](const EffectRequest&) { return EffectClass::Reads; },
        .approval = [this](const EffectRequest&) { return m_question; },
        .approved =
            [this](const EffectRequest& request) {
                m_approved.push_back(std::get<ToolCall>(request).tool);
            },
    };
    m_run = std::make_unique<AgentRun>(std::move(context),
                                       AgentIdentity {"a", "a", "", "react"},
                                       std::make_unique<ScriptedAgent>(std::move(turns)));
    m_run->start("go", {}, [this](const AgentResult& result) { m_result = result; });
    return *m_run;
}

void TestAgentRun::outcomesComeInTheOrderOfTheWants()
{
    run({{tool("x"), tool("y"), tool("z")}});
    m_source->endOk("a:1.3.1", "third");
    m_source->endOk("a:1.1.1", "first");
    QCoreApplication::processEvents();
    QVERIFY(!m_result);
    m_source->endOk("a:1.2.1", "second");
    QTRY_VERIFY(m_result);
    QCOMPARE(m_result->answer, std::string("go,first,second,third"));
}

void TestAgentRun::eachTurnNamesItsEffects()
{
    run({{tool("x")}, {tool("y")}});
    m_source->endOk("a:1.1.1", "1");
    QTRY_VERIFY(isRunning("a:2.1.1"));
    m_source->endOk("a:2.1.1", "2");
    QTRY_VERIFY(m_result);
    QCOMPARE(m_events->lines().front(), std::string("agent_started"));
    QCOMPARE(m_events->lines().back(), std::string("agent_ended"));
}

void TestAgentRun::theStateCanBeMadeFromTheLog()
{
    std::vector<std::vector<EffectRequest>> turns(80, {tool("x")});
    AgentRun& agent = run(std::move(turns));
    for (int i = 1; i <= 80; ++i) {
        const std::string effect = "a:" + std::to_string(i) + ".1.1";
        QTRY_VERIFY(isRunning(effect));
        m_source->endOk(effect, "told " + std::to_string(i));
    }
    QTRY_VERIFY(m_result);
    json state;
    std::size_t whole = 0;
    for (const auto& fact : m_events->facts<tracestore::StateChanged>()) {
        const json told = *tracestore::parseJson(fact.state);
        state = fact.isWhole ? told : state.patch(told);
        whole += fact.isWhole ? 1 : 0;
        QCOMPARE(engine::hashOfState(state).toHex(), fact.hash);
    }
    QCOMPARE(tracestore::toJsonText(state), tracestore::toJsonText(agent.state().toJson()));
    QVERIFY(whole >= 1 && whole < 5);
}

void TestAgentRun::aConversationGoesOn()
{
    AgentRun& agent = run({});
    QTRY_VERIFY(m_result && !agent.isWorking());
    m_result.reset();
    agent.start("again", {}, [this](const AgentResult& result) { m_result = result; });
    QTRY_VERIFY(m_result);
    QCOMPARE(m_result->answer, std::string("go,again"));
}

void TestAgentRun::aFailedAttemptIsTriedAgainUnderAnotherName()
{
    TryOften policy(2);
    m_policies = {&policy};
    run({{tool("x")}});
    m_source->end("a:1.1.1", failedOutcome(OutcomeStatus::Error, "timeout", "slow"));
    QTRY_VERIFY(isRunning("a:1.1.2")); // the wait
    QVERIFY(std::holds_alternative<TimerWait>(m_source->started.back().request));
    m_source->endOk("a:1.1.2", {});
    QTRY_VERIFY(isRunning("a:1.1.3"));
    m_source->endOk("a:1.1.3", "at last");
    QTRY_VERIFY(m_result);
    QCOMPARE(m_result->answer, std::string("go,at last"));
    QCOMPARE(policy.attempts, (std::vector<std::uint32_t> {1, 2}));
    QCOMPARE(m_events->facts<tracestore::DecisionMade>().size(), std::size_t {1});
}

void TestAgentRun::aPolicyCanPutAStandIn()
{
    TryOften policy(2, "spare");
    m_policies = {&policy};
    run({{tool("x")}});
    m_source->end("a:1.1.1", failedOutcome(OutcomeStatus::Error, "timeout", "slow"));
    m_source->endOk("a:1.1.2", {});
    QTRY_VERIFY(isRunning("a:1.1.3"));
    QCOMPARE(std::get<ToolCall>(m_source->started.back().request).tool, std::string("spare"));
}

void TestAgentRun::waitingFirstIsNoAttempt()
{
    TryOften policy(1);
    policy.waitsFirst = true;
    m_policies = {&policy};
    run({{tool("x")}});
    m_source->endOk("a:1.1.1", {});
    QTRY_VERIFY(isRunning("a:1.1.2"));
    QCOMPARE(policy.attempts, (std::vector<std::uint32_t> {1}));
}

void TestAgentRun::aPolicyCanAnswer()
{
    TryOften policy(1);
    policy.answersItself = true;
    m_policies = {&policy};
    run({{tool("x")}});
    QTRY_VERIFY(m_result);
    QVERIFY(m_source->started.empty());
    QCOMPARE(m_result->answer, std::string("go,kept"));
    QCOMPARE(m_events->facts<tracestore::EffectEnded>().at(0).origin, OutcomeOrigin::Cache);
}

void TestAgentRun::anApprovalIsAskedBeforeTheCall()
{
    m_question = UserQuestion {.question = "May it?", .isApproval = true};
    run({{tool("x")}});
    QVERIFY(std::holds_alternative<UserQuestion>(m_source->started.at(0).request));
    m_source->endOk("a:1.1.1", "allow");
    QVERIFY(isRunning("a:1.1.2"));
    QCOMPARE(m_approved, std::vector<std::string> {"x"});
}

void TestAgentRun::whatIsNotApprovedIsNotCalled()
{
    m_question = UserQuestion {.question = "May it?", .isApproval = true};
    run({{tool("x")}});
    m_source->endOk("a:1.1.1", "deny");
    QTRY_VERIFY(m_result);
    QCOMPARE(m_result->answer, std::string("go,approval"));
    QCOMPARE(m_source->started.size(), std::size_t {1});
    QVERIFY(m_approved.empty());
    QCOMPARE(m_events->facts<tracestore::EffectEnded>().back().status, OutcomeStatus::Refused);
}

void TestAgentRun::aStoppedTurnEndsTheAgent()
{
    TryOften policy(5);
    m_policies = {&policy};
    run({{tool("x"), tool("y")}, {tool("z")}});
    m_source->endOk("a:1.1.1", "done");
    m_gate->cancelAll();
    QTRY_VERIFY(m_result);
    QCOMPARE(m_result->status, OutcomeStatus::Cancelled);
    QCOMPARE(m_source->started.size(), std::size_t {2}); // no second try, no second turn
}

void TestAgentRun::childrenHaveNamesOfTheirOwn()
{
    AgentRun& agent = run({});
    QCOMPARE(agent.nameChild("worker"), std::string("worker"));
    QCOMPARE(agent.nameChild("worker"), std::string("worker#2"));
    QCOMPARE(agent.nameChild("other"), std::string("other"));
    QTRY_VERIFY(m_result);
}

QTEST_GUILESS_MAIN(TestAgentRun)
#include "tst_agent_run.moc"
