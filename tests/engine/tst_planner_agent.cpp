#include "engine/agent/plan.h"
#include "tests/engine/agent_script.h"

#include <QTest>

using namespace tests;
using engine::AgentInput;

namespace {

constexpr const char* kThreeSteps
    = "Here is the plan:\n```json\n{\"steps\": ["
      "{\"id\": 1, \"description\": \"read A\"},"
      "{\"id\": 2, \"description\": \"read B\", \"needs\": []},"
      "{\"id\": 3, \"description\": \"join\", \"needs\": [1, \"2\"]}]}\n```";

std::unique_ptr<engine::Agent> planner()
{
    return engine::makeAgent(agentConfig(engine::AgentPattern::Planner), {tool("read", "Reads.")});
}

/// The decisions and the kinds of wants only: `! plan make;agent 1;agent 2`.
QString shortText(const engine::AgentStep& step)
{
    QStringList parts;
    for (const QString& line : textOf(step).split(u'\n', Qt::SkipEmptyParts))
        parts << (line.startsWith(u'!') || line.startsWith(u'=') ? line : line.section(u' ', 0, 1));
    return parts.join(u';');
}

} // namespace

class TestPlannerAgent : public QObject
{
    Q_OBJECT

private slots:
    void plansActsAndAnswers();
    void aFailedStepIsPlannedAnew();
    void itGivesUpAfterSoManyRevisions();
    void badPlansAreCorrected_data();
    void badPlansAreCorrected();
    void itGivesUpWithoutAPlan();
    void aPlanMayNameWorkers();
    void aTaskWithoutWorkIsAnswered();
    void aFailedModelGivesTheResultsSoFar();
    void budgetsHold();
    void theNextInputIsPlannedFromTheConversation();
    void theExecutorIsThePlannersModelWithItsTools();
};

void TestPlannerAgent::plansActsAndAnswers()
{
    const auto agent = planner();
    const auto first = agent->apply(AgentInput {"Join A and B.", {}});
    QVERIFY(
        sent(first).startsWith(QStringLiteral("system: Help.\nuser: Join A and B.\nuser: Plan")));
    QVERIFY(sent(first).contains(QStringLiteral("- read: Reads.")));
    const auto wave = answer(*agent, {modelSays(kThreeSteps)});
    QCOMPARE(
        textOf(wave),
        QStringLiteral("! plan make\n"
                       "agent 1 executor: The whole task: Join A and B.//Your step: read A\n"
                       "agent 2 executor: The whole task: Join A and B.//Your step: read B\n"));
    QCOMPARE(textOf(answer(*agent, {gives("a"), gives("b")})),
             QStringLiteral("agent 3 executor: The whole task: Join A and B.//Your step: join//"
                            "Result of step 1 (read A):/a//Result of step 2 (read B):/b\n"));
    const auto last = answer(*agent, {gives("ab")});
    QVERIFY(sent(last).contains(QStringLiteral("Step 3 (done): join\nab")));
    QCOMPARE(textOf(answer(*agent, {modelSays("It is ab.")})), QStringLiteral("= ok It is ab.\n"));
}

void TestPlannerAgent::aFailedStepIsPlannedAnew()
{
    const auto agent = planner();
    static_cast<void>(agent->apply(AgentInput {"Join A and B.", {}}));
    static_cast<void>(answer(*agent, {modelSays(kThreeSteps)}));
    const auto revision = answer(*agent, {gives("a"), fails("B is gone.")});
    QVERIFY(sent(revision).contains(QStringLiteral("Step 1 (done): read A\na\n")));
    QVERIFY(sent(revision).contains(QStringLiteral("Step 2 (failed): read B\nB is gone.\n")));
    const auto wave = answer(
        *agent, {modelSays(R"({"steps":[{"id":"4","description":"read C","needs":["1"]}]})")});
    QCOMPARE(textOf(wave),
             QStringLiteral("! plan revise\nagent 4 executor: The whole task: Join A and B.//Your "
                            "step: read C//Result of step 1 (read A):/a\n"));
    static_cast<void>(answer(*agent, {gives("c")}));
    QCOMPARE(textOf(answer(*agent, {modelSays("ac")})), QStringLiteral("= ok ac\n"));
}

void TestPlannerAgent::itGivesUpAfterSoManyRevisions()
{
    const auto agent = planner();
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    QStringList seen;
    for (int i = 0; i < 4; ++i) {
        const std::string plan
            = R"({"steps":[{"id":"s)" + std::to_string(i) + R"(","description":"try"}]})";
        static_cast<void>(answer(*agent, {modelSays(plan)}));
        seen << shortText(answer(*agent, {fails("No.")}));
    }
    QCOMPARE(seen.join(u'|'),
             QStringLiteral("model p/m|model p/m|model p/m|! plan give_up;model p/m"));
    QCOMPARE(textOf(answer(*agent, {modelSays("Not possible.")})),
             QStringLiteral("= error Not possible. (Steps failed, also after 3 revisions of the "
                            "plan.)\n"));
}

void TestPlannerAgent::badPlansAreCorrected_data()
{
    QTest::addColumn<std::string>("plan");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char* name, const char* plan, const char* problem) {
        QTest::newRow(name) << std::string(plan) << QString::fromUtf8(problem);
    };
    row("prose", "First I read A.", "There is no JSON object");
    row("broken", "{\"steps\": [}", "cannot be read");
    row("no steps", "{\"plan\": []}", "no list `steps`");
    row("no id", R"({"steps":[{"description":"x"}]})", "needs an `id`");
    row("not an object", R"({"steps":["x"]})", "has to be an object");
    row("twice",
        R"({"steps":[{"id":"1","description":"x"},{"id":"1","description":"y"}]})",
        "`1` is there twice");
    row("unknown need",
        R"({"steps":[{"id":"1","description":"x","needs":["2"]}]})",
        "needs `2`, which is no step");
    row("circle",
        R"({"steps":[{"id":"1","description":"x","needs":["2"]},
{"id":"2","description":"y","needs":["1"]}]})",
        "in a circle");
    row("unknown agent",
        R"({"steps":[{"id":"1","description":"x","agent":"nobody"}]})",
        "no agent `nobody`");
}

void TestPlannerAgent::badPlansAreCorrected()
{
    QFETCH(std::string, plan);
    QFETCH(QString, problem);
    const auto agent = planner();
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    const auto step = answer(*agent, {modelSays(plan)});
    QCOMPARE(shortText(step), QStringLiteral("! plan reject;model p/m"));
    QVERIFY2(sent(step).contains(problem), qPrintable(sent(step)));
    QVERIFY(sent(step).contains(QStringLiteral("assistant: ") + QString::fromStdString(plan)));
    QVERIFY(shortText(answer(*agent, {modelSays(kThreeSteps)}))
                .startsWith(QStringLiteral("! plan make;agent 1")));
}

void TestPlannerAgent::itGivesUpWithoutAPlan()
{
    const auto agent = planner();
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    for (int i = 0; i < 3; ++i)
        static_cast<void>(answer(*agent, {modelSays("No.")}));
    QVERIFY(textOf(answer(*agent, {modelSays("No.")})).startsWith(QStringLiteral("= error")));
}

void TestPlannerAgent::aPlanMayNameWorkers()
{
    auto config = agentConfig(engine::AgentPattern::Planner);
    config.agents = {agentConfig()};
    config.agents[0].name = "writer";
    const auto agent = engine::makeAgent(config, {});
    QVERIFY(sent(agent->apply(AgentInput {"Go.", {}})).contains(QStringLiteral("- writer: ")));
    QVERIFY(
        textOf(answer(*agent,
                      {modelSays(R"({"steps":[{"id":"1","description":"x","agent":"writer"}]})")}))
            .contains(QStringLiteral("agent 1 writer: ")));
    QVERIFY(engine::subAgentConfig(config, "writer").has_value());
}

void TestPlannerAgent::aTaskWithoutWorkIsAnswered()
{
    const auto agent = planner();
    static_cast<void>(agent->apply(AgentInput {"Hi.", {}}));
    QCOMPARE(shortText(answer(*agent, {modelSays(R"({"steps": []})")})),
             QStringLiteral("! plan make;model p/m"));
    QCOMPARE(textOf(answer(*agent, {modelSays("Hello.")})), QStringLiteral("= ok Hello.\n"));
}

void TestPlannerAgent::aFailedModelGivesTheResultsSoFar()
{
    const auto agent = planner();
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    static_cast<void>(
        answer(*agent, {modelSays(R"({"steps":[{"id":"1","description":"count"}]})")}));
    static_cast<void>(answer(*agent, {gives("42")}));
    QCOMPARE(textOf(answer(*agent, {fails("Down.")})),
             QStringLiteral("! degraded partial\n= error count: 42 (The model gave no answer. "
                            "Down.)\n"));
}

void TestPlannerAgent::budgetsHold()
{
    auto config = agentConfig(engine::AgentPattern::Planner);
    config.budget.cost = 0.5;
    const auto agent = engine::makeAgent(config, {});
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    auto plan = modelSays(R"({"steps":[{"id":"1","description":"count"}]})");
    plan.cost = tracestore::Cost {0.6, "USD", {}};
    QVERIFY(textOf(answer(*agent, {plan}))
                .startsWith(QStringLiteral("! plan make\n! budget stop\n= refused")));
}

void TestPlannerAgent::theNextInputIsPlannedFromTheConversation()
{
    const auto agent = planner();
    static_cast<void>(agent->apply(AgentInput {"Hi.", {}}));
    static_cast<void>(answer(*agent, {modelSays(R"({"steps": []})")}));
    static_cast<void>(answer(*agent, {modelSays("Hello.")}));
    QVERIFY(sent(agent->apply(AgentInput {"Again.", {}}))
                .startsWith(QStringLiteral(
                    "system: Help.\nuser: Hi.\nassistant: Hello.\nuser: Again.\nuser: Plan")));
}

void TestPlannerAgent::theExecutorIsThePlannersModelWithItsTools()
{
    auto config = agentConfig(engine::AgentPattern::Planner);
    config.tools.emplace_back().name = "read";
    config.prompt.outputFormat = "A report.";
    const auto executor = engine::subAgentConfig(config, "executor");
    QVERIFY(executor.has_value());
    QCOMPARE(executor->pattern, engine::AgentPattern::React);
    QCOMPARE(executor->tools.size(), std::size_t {1});
    QVERIFY(executor->prompt.outputFormat.empty());
}

QTEST_GUILESS_MAIN(TestPlannerAgent)
#include "tst_planner_agent.moc"
