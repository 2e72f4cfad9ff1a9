#include "tests/engine/agent_script.h"
#include "tests/support/manual_random.h"

#include <QTest>

using namespace tests;

namespace {

/// Outcomes by chance: good and bad ones of all sorts, plans and broken plans among them.
class RandomOutcomes
{
public:
    explicit RandomOutcomes(std::uint64_t seed)
        : m_random(seed)
    { }

    std::vector<engine::Outcome> of(const engine::AgentStep& step)
    {
        std::vector<engine::Outcome> outcomes;
        for (const auto& want : step.wants) {
            outcomes.push_back(std::visit([&](const auto& wanted) { return of(wanted); }, want));
            m_now += static_cast<std::int64_t>(m_random.below(5)) * 100'000'000;
            outcomes.back().end = tracestore::Timestamp {m_now};
            if (m_random.below(3) == 0)
                outcomes.back().cost = tracestore::Cost {0.01, "USD", {}};
        }
        return outcomes;
    }

    std::string text()
    {
        constexpr std::array kTexts {
            "Fine.",
            "I don't know.",
            "done 42",
            "",
            "Thought: x\nAction: a\nAction Input: {}",
            "Final Answer: ü",
            "Action: b",
            "Compare why and plan.",
            R"({"steps":[{"id":1,"description":"x"},{"id":"2","description":"y","needs":["1"]}]})",
            R"({"steps":[{"id":"z","description":"again"}]})",
            R"({"steps":[]})"};
        return kTexts.at(m_random.below(kTexts.size()));
    }

private:
    engine::Outcome of(const engine::ModelCall&)
    {
        if (m_random.below(12) == 0)
            return fails("Overloaded.");
        constexpr std::array kNames {
            "a", "b", "ask_user", "delegate_to_w", "hand_off_to_w", "nothing"};
        constexpr std::array kArguments {
            "{}", R"({"q":"one"})", R"({"question":"Which?"})", R"({"task":"do"})", "[", ""};
        std::vector<Call> calls;
        for (std::uint64_t i = m_random.below(4); i > 0; --i)
            calls.push_back({m_random.below(5) == 0 ? "" : "c" + std::to_string(m_random.below(9)),
                             kNames.at(m_random.below(kNames.size())),
                             kArguments.at(m_random.below(kArguments.size()))});
        auto outcome = modelSays(text(), calls);
        outcome.response->usage.emplace().input
            = 20 + static_cast<std::int64_t>(m_random.below(600));
        outcome.response->usage->output = 5;
        return outcome;
    }

    template<class Want>
    engine::Outcome of(const Want&)
    {
        switch (m_random.below(5)) {
        case 0:
            return fails("It broke.");
        case 1:
            return engine::failedOutcome(engine::OutcomeStatus::Refused, "user", "No.");
        case 2:
            return gives(std::string(m_random.below(400), 'x'));
        default:
            return gives("result " + std::to_string(m_random.below(3)));
        }
    }

    SeededRandom m_random;
    std::int64_t m_now = 1'700'000'000'000'000'000;
};

engine::AgentConfig configOf(engine::AgentPattern pattern, engine::ToolProtocol protocol)
{
    engine::AgentConfig config = agentConfig(pattern);
    config.protocol = protocol;
    engine::ToolConfig& ask = config.tools.emplace_back();
    ask.name = ask.builtin = "ask_user";
    config.agents = {agentConfig()};
    config.agents[0].name = "w";
    config.policies.compression = {true, 300, 2};
    config.policies.routes = {{"complexity > 0.2 and turn > 1", {"p", "large", {}, true}}};
    config.policies.earlyStop.answerPatterns = {"done [0-9]+"};
    config.policies.offeredTools = 4;
    config.policies.degradedMessage = "In part:";
    config.budget = {0.5, 2000, 30.0, 40};
    return config;
}

/// Messages and wants in full: what differs anywhere differs here.
std::string wholeText(const engine::AgentStep& step)
{
    std::string text = textOf(step).toStdString();
    for (const auto& decision : step.decisions)
        text += decision.details + decision.reason + '\n';
    for (const auto& want : step.wants) {
        const auto* const call = std::get_if<engine::ModelCall>(&want);
        for (const auto& message : call == nullptr ? std::vector<tracestore::Message> {}
                                                   : call->request.messages.messages())
            text += tracestore::toJson(message) + '\n';
    }
    return text;
}

} // namespace

class TestAgentRestore : public QObject
{
    Q_OBJECT

private slots:
    void equalEventsGiveEqualStepsWhereverAStateIsRestored_data();
    void equalEventsGiveEqualStepsWhereverAStateIsRestored();
};

void TestAgentRestore::equalEventsGiveEqualStepsWhereverAStateIsRestored_data()
{
    QTest::addColumn<engine::AgentPattern>("pattern");
    QTest::addColumn<engine::ToolProtocol>("protocol");
    QTest::newRow("react") << engine::AgentPattern::React << engine::ToolProtocol::Native;
    QTest::newRow("react text") << engine::AgentPattern::React << engine::ToolProtocol::Text;
    QTest::newRow("planner") << engine::AgentPattern::Planner << engine::ToolProtocol::Native;
    QTest::newRow("team") << engine::AgentPattern::Team << engine::ToolProtocol::Native;
}

void TestAgentRestore::equalEventsGiveEqualStepsWhereverAStateIsRestored()
{
    QFETCH(engine::AgentPattern, pattern);
    QFETCH(engine::ToolProtocol, protocol);
    constexpr int kScripts = 10;
    constexpr int kTurns = 30;
    const engine::AgentConfig config = configOf(pattern, protocol);
    const std::vector<engine::ToolDefinition> tools {tool("a"), tool("b"), tool("c"), tool("d")};
    int results = 0;
    int turns = 0;
    for (int script = 0; script < kScripts; ++script) {
        RandomOutcomes outcomes(static_cast<std::uint64_t>(script) * 7919 + 1);
        auto whole = engine::makeAgent(config, tools);
        auto restored = engine::makeAgent(config, tools);
        engine::AgentEvent event = engine::AgentInput {"Find it.", {}};
        for (int turn = 0; turn < kTurns; ++turn) {
            const auto step = whole->apply(event);
            const auto other = restored->apply(event);
            const std::string expected = wholeText(step);
            const std::string actual = wholeText(other);
            if (actual != expected) // the texts are long: made only to be shown
                QCOMPARE(QString::fromStdString(actual), QString::fromStdString(expected));
            QVERIFY(step.result.has_value() == step.wants.empty()); // never both, never neither
            // Through text, as a recording keeps it, into an agent that knows nothing.
            const std::string state = tracestore::toJsonText(whole->state().toJson());
            restored = engine::makeAgent(config, tools);
            const auto taken = restored->restore(*tracestore::parseJson(state));
            QVERIFY2(taken.has_value(), taken ? "" : restored->state().toJson().dump().c_str());
            QVERIFY(tracestore::toJsonText(restored->state().toJson()) == state);
            results += step.result ? 1 : 0;
            ++turns;
            const bool isStopped = turn % 13 == 12; // an input comes while it is at work
            event = step.result || isStopped
                ? engine::AgentEvent(engine::AgentInput {outcomes.text(), {}})
                : engine::AgentEvent(engine::TurnAnswered {outcomes.of(step)});
        }
    }
    QVERIFY(results > kScripts); // the scripts come somewhere, and go on from there
    QVERIFY(turns == kScripts * kTurns);
}

QTEST_GUILESS_MAIN(TestAgentRestore)
#include "tst_agent_restore.moc"
