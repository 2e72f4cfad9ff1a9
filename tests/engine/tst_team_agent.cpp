#include "tests/engine/agent_script.h"

#include <QTest>

using namespace tests;
using engine::AgentInput;

namespace {

engine::AgentConfig team()
{
    engine::AgentConfig config = agentConfig(engine::AgentPattern::Team);
    config.providers = {{.name = "p"}};
    for (const char* name : {"researcher", "Mr. Writer"}) {
        engine::AgentConfig worker = agentConfig();
        worker.name = name;
        worker.description = std::string("Good at ") + name + ".";
        config.agents.push_back(worker);
    }
    return config;
}

std::string task(const std::string& text)
{
    return nlohmann::json {{"task", text}}.dump();
}

} // namespace

class TestTeamAgent : public QObject
{
    Q_OBJECT

private slots:
    void workersAreOfferedAsTools();
    void delegationsOfOneAnswerRunSideBySide();
    void aFailedWorkerGoesBackToTheManager();
    void aDelegationWithoutTaskGoesBack();
    void aHandOffGivesTheConversationAway();
    void aFailedHandOffGivesItBack();
    void workersShareProvidersAndNest();
};

void TestTeamAgent::workersAreOfferedAsTools()
{
    const auto agent = engine::makeAgent(team(), {tool("search")});
    QCOMPARE(textOf(agent->apply(AgentInput {"Go.", {}})),
             QStringLiteral("model p/m [search delegate_to_researcher hand_off_to_researcher "
                            "delegate_to_Mr__Writer hand_off_to_Mr__Writer] <- Go.\n"));
}

void TestTeamAgent::delegationsOfOneAnswerRunSideBySide()
{
    const auto agent = engine::makeAgent(team(), {tool("search")});
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    QCOMPARE(textOf(answer(*agent,
                           {modelSays("",
                                      {{"1", "delegate_to_researcher", task("facts")},
                                       {"2", "delegate_to_Mr__Writer", task("text")},
                                       {"3", "search"}})})),
             QStringLiteral("agent 1 researcher: facts\nagent 2 Mr. Writer: text\n"
                            "tool 3 search {}\n"));
    QVERIFY(sent(answer(*agent, {gives("F"), gives("T"), gives("S")}))
                .endsWith(QStringLiteral("tool: <1> F\ntool: <2> T\ntool: <3> S\n")));
}

void TestTeamAgent::aFailedWorkerGoesBackToTheManager()
{
    const auto agent = engine::makeAgent(team(), {});
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    static_cast<void>(
        answer(*agent, {modelSays("", {{"1", "delegate_to_researcher", task("facts")}})}));
    auto failed = fails("Budget used up.");
    failed.text = "half of it";
    QVERIFY(sent(answer(*agent, {failed}))
                .endsWith(QStringLiteral("tool: <1 error> Budget used up.\nhalf of it\n")));
}

void TestTeamAgent::aDelegationWithoutTaskGoesBack()
{
    const auto agent = engine::makeAgent(team(), {});
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    QCOMPARE(textOf(answer(*agent,
                           {modelSays("",
                                      {{"1", "delegate_to_researcher", "{}"},
                                       {"2", "delegate_to_researcher", task("facts")}})})),
             QStringLiteral("agent 2 researcher: facts\n"));
    QVERIFY(sent(answer(*agent, {gives("F")}))
                .contains(QStringLiteral("tool: <1 error> The arguments have to be")));
}

void TestTeamAgent::aHandOffGivesTheConversationAway()
{
    const auto agent = engine::makeAgent(team(), {tool("search")});
    static_cast<void>(agent->apply(AgentInput {"Write me a poem.", {}}));
    QCOMPARE(textOf(answer(
                 *agent,
                 {modelSays("You talk to the writer.",
                            {{"1", "search"}, {"2", "hand_off_to_Mr__Writer", task("A poem.")}})})),
             QStringLiteral("agent 2 Mr. Writer: A poem.//The conversation so far; answer what the "
                            "user said last:/user: Write me a poem./assistant: You talk to the "
                            "writer./\n"));
    QCOMPARE(textOf(answer(*agent, {gives("Roses.")})), QStringLiteral("= ok Roses.\n"));
    // The user goes on with the worker, who is told what was said.
    const QString next = textOf(agent->apply(AgentInput {"Longer.", {}}));
    QVERIFY(next.startsWith(QStringLiteral("agent  Mr. Writer: The conversation so far")));
    QVERIFY(next.endsWith(QStringLiteral("/assistant: Roses./user: Longer./\n")));
    QCOMPARE(textOf(answer(*agent, {gives("Roses, roses.")})),
             QStringLiteral("= ok Roses, roses.\n"));
}

void TestTeamAgent::aFailedHandOffGivesItBack()
{
    const auto agent = engine::makeAgent(team(), {});
    static_cast<void>(agent->apply(AgentInput {"Write.", {}}));
    static_cast<void>(
        answer(*agent, {modelSays("", {{"1", "hand_off_to_researcher", task("Write.")}})}));
    static_cast<void>(answer(*agent, {gives("Written.")}));
    static_cast<void>(agent->apply(AgentInput {"More.", {}}));
    const auto step = answer(*agent, {fails("It broke.")});
    QVERIFY(textOf(step).startsWith(QStringLiteral("! hand_off take_back\nmodel p/m")));
    QVERIFY(sent(step).endsWith(QStringLiteral(
        "user: researcher could not answer, you have the conversation again. It broke.\n")));
}

void TestTeamAgent::workersShareProvidersAndNest()
{
    auto config = team();
    config.agents[0].pattern = engine::AgentPattern::Team;
    config.agents[0].agents = {agentConfig()};
    const auto worker = engine::subAgentConfig(config, "researcher");
    QVERIFY(worker.has_value());
    QCOMPARE(worker->providers.size(), std::size_t {1});
    const auto nested = engine::subAgentConfig(*worker, "agent");
    QVERIFY(nested.has_value());
    QCOMPARE(nested->providers.size(), std::size_t {1});
    const auto manager = engine::makeAgent(*worker, {});
    QVERIFY(textOf(manager->apply(AgentInput {"Go.", {}}))
                .contains(QStringLiteral("delegate_to_agent")));
    QVERIFY(!engine::subAgentConfig(config, "nobody"));
    QVERIFY(!engine::subAgentConfig(config, "executor"));
}

QTEST_GUILESS_MAIN(TestTeamAgent)
#include "tst_team_agent.moc"
