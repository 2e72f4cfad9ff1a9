#include "tests/engine/agent_script.h"

#include <QTest>

using namespace tests;
using engine::AgentInput;

namespace {

engine::AgentConfig withTools(std::initializer_list<const char*> names)
{
    engine::AgentConfig config = agentConfig();
    for (const char* name : names) {
        engine::ToolConfig& added = config.tools.emplace_back();
        added.name = name;
        added.builtin = name;
    }
    return config;
}

} // namespace

class TestReactAgent : public QObject
{
    Q_OBJECT

private slots:
    void callsOfOneAnswerRunSideBySide();
    void aFailedToolGoesBackToTheModel();
    void aFailedModelEndsWithWhatThereIs();
    void resultsStandInForAPartialAnswer();
    void theConversationGoesOn();
    void promptSectionsStandInOrder();
    void theUserIsAsked();
    void badQuestionsGoBackAtOnce();
    void emptyAnswersAreCorrectedSoManyTimes();
    void callsWithoutIdsGetSome();
    void inputWhileAtWorkGivesTheWorkUp();
    void wrongCountOfOutcomesEndsTheWork();
    void textProtocolMakesCalls();
    void textProtocolIsCorrected();
    void textProtocolGivesUp();
    void madeUpObservationsAreCut();
    void loopsAreToldAndThenEnded();
    void iterationsAreLimited();
    void budgetsEndTheRun_data();
    void budgetsEndTheRun();
    void patternsEndTheRun();
    void doubtEndsTheRun();
    void openCallsAreClosedBeforeTheNextInput();
    void routesChooseTheModel();
    void toolsAreSelectedForTheQuery();
    void longConversationsAreSummarised();
    void whatTheProviderCountedIsBelieved();
    void aFailedSummaryKeepsTheConversation();
    void statesThatMakeNoSenseAreRefused_data();
    void statesThatMakeNoSenseAreRefused();
    void anEditedStateGoesOnFromThere();
};

void TestReactAgent::callsOfOneAnswerRunSideBySide()
{
    const auto agent = engine::makeAgent(agentConfig(), {tool("a"), tool("b")});
    QCOMPARE(textOf(agent->apply(AgentInput {"Go.", {}})),
             QStringLiteral("model p/m [a b] <- Go.\n"));
    QCOMPARE(textOf(answer(*agent, {modelSays("Both.", {{"1", "a"}, {"2", "b", "{\"x\":1}"}})})),
             QStringLiteral("tool 1 a {}\ntool 2 b {\"x\":1}\n"));
    const auto step = answer(*agent, {gives("A"), gives("B")});
    QCOMPARE(sent(step),
             QStringLiteral("system: Help.\nuser: Go.\nassistant: Both. <1 a> <2 b>\n"
                            "tool: <1> A\ntool: <2> B\n"));
    QCOMPARE(textOf(answer(*agent, {modelSays("Done.")})), QStringLiteral("= ok Done.\n"));
}

void TestReactAgent::aFailedToolGoesBackToTheModel()
{
    const auto agent = engine::makeAgent(agentConfig(), {tool("a")});
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    static_cast<void>(answer(*agent, {modelSays("", {{"1", "a"}, {"2", "a"}, {"3", "a"}})}));
    const auto step
        = answer(*agent,
                 {fails("No such file."),
                  engine::failedOutcome(engine::OutcomeStatus::Refused, "user", "Not now."),
                  gives("fine")});
    QVERIFY(sent(step).endsWith(
        QStringLiteral("tool: <1 error> No such file.\n"
                       "tool: <2 error> It was not let through. Not now.\ntool: <3> fine\n")));
}

void TestReactAgent::aFailedModelEndsWithWhatThereIs()
{
    auto config = agentConfig();
    config.policies.degradedMessage = "Only a part:";
    const auto agent = engine::makeAgent(config, {tool("a")});
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    static_cast<void>(answer(*agent, {modelSays("I look.", {{"1", "a"}})}));
    static_cast<void>(answer(*agent, {gives("x")}));
    QCOMPARE(
        textOf(answer(*agent, {fails("Overloaded.")})),
        QStringLiteral("! degraded partial\n"
                       "= error Only a part://I look. (The model gave no answer. Overloaded.)\n"));
    // The next input finds a conversation that can go on.
    QVERIFY(textOf(agent->apply(AgentInput {"Again.", {}})).startsWith(QStringLiteral("model")));
}

void TestReactAgent::resultsStandInForAPartialAnswer()
{
    const auto agent = engine::makeAgent(agentConfig(), {tool("a")});
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    static_cast<void>(answer(*agent, {modelSays("", {{"1", "a"}})}));
    static_cast<void>(answer(*agent, {gives("42 boxes")}));
    QVERIFY(
        textOf(answer(*agent, {fails("Down.")})).contains(QStringLiteral("= error a: 42 boxes")));
}

void TestReactAgent::theConversationGoesOn()
{
    const auto agent = engine::makeAgent(agentConfig(), {});
    static_cast<void>(agent->apply(AgentInput {"I am Ann.", {}}));
    static_cast<void>(answer(*agent, {modelSays("Hello Ann.")}));
    QCOMPARE(sent(agent->apply(AgentInput {"Who am I?", {}})),
             QStringLiteral("system: Help.\nuser: I am Ann.\nassistant: Hello Ann.\n"
                            "user: Who am I?\n"));
}

void TestReactAgent::promptSectionsStandInOrder()
{
    auto config = agentConfig();
    config.role = "clerk";
    config.prompt.outputFormat = "One line.";
    config.prompt.toolGuidance = "Look first.";
    config.prompt.examples = {{"2+2?", "4"}};
    const auto agent = engine::makeAgent(config, {});
    QCOMPARE(sent(agent->apply(AgentInput {"Go.", {}})),
             QStringLiteral("system: Help.\n\n# Your role\nclerk\n\n# Using tools\nLook first.\n\n"
                            "# Format of answers\nOne line.\nuser: 2+2?\nassistant: 4\n"
                            "user: Go.\n"));
}

void TestReactAgent::theUserIsAsked()
{
    const auto agent = engine::makeAgent(withTools({"ask_user"}), {});
    QCOMPARE(textOf(agent->apply(AgentInput {"Go.", {}})),
             QStringLiteral("model p/m [ask_user] <- Go.\n"));
    const auto step = answer(
        *agent,
        {modelSays("", {{"1", "ask_user", R"({"question":"Which?","options":["a","b"]})"}})});
    QCOMPARE(textOf(step), QStringLiteral("user Which? | a | b\n"));
    QVERIFY(sent(answer(*agent, {gives("b")})).endsWith(QStringLiteral("tool: <1> b\n")));
}

void TestReactAgent::badQuestionsGoBackAtOnce()
{
    const auto agent = engine::makeAgent(withTools({"ask_user"}), {});
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    const auto step = answer(*agent, {modelSays("", {{"1", "ask_user", "[]"}})});
    QVERIFY(sent(step).contains(QStringLiteral("tool: <1 error> The arguments have to be")));
}

void TestReactAgent::emptyAnswersAreCorrectedSoManyTimes()
{
    const auto agent = engine::makeAgent(agentConfig(), {});
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    for (int i = 0; i < 3; ++i)
        QVERIFY(textOf(answer(*agent, {modelSays("")})).startsWith(QStringLiteral("! correction")));
    QVERIFY(textOf(answer(*agent, {modelSays("")})).startsWith(QStringLiteral("= error")));
}

void TestReactAgent::callsWithoutIdsGetSome()
{
    const auto agent = engine::makeAgent(agentConfig(), {tool("a")});
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    QCOMPARE(textOf(answer(*agent, {modelSays("", {{"", "a"}, {"", "a"}})})),
             QStringLiteral("tool call-1-1 a {}\ntool call-1-2 a {}\n"));
    QVERIFY(sent(answer(*agent, {gives("x"), gives("y")}))
                .contains(QStringLiteral("<call-1-1 a> <call-1-2 a>\ntool: <call-1-1> x")));
}

void TestReactAgent::inputWhileAtWorkGivesTheWorkUp()
{
    const auto agent = engine::makeAgent(agentConfig(), {tool("a")});
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    static_cast<void>(answer(*agent, {modelSays("", {{"1", "a"}})}));
    const auto step = agent->apply(AgentInput {"Something else.", {}});
    QCOMPARE(textOf(step), QStringLiteral("model p/m [a] <- Something else.\n"));
    QVERIFY(sent(step).endsWith(QStringLiteral(
        "assistant: <1 a>\ntool: <1 error> It was stopped.\nuser: Something else.\n")));
    QCOMPARE(textOf(answer(*agent, {modelSays("Done.")})), QStringLiteral("= ok Done.\n"));
}

void TestReactAgent::wrongCountOfOutcomesEndsTheWork()
{
    const auto agent = engine::makeAgent(agentConfig(), {});
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    QVERIFY(textOf(answer(*agent, {})).contains(QStringLiteral("0 outcomes for 1 wants")));
}

void TestReactAgent::textProtocolMakesCalls()
{
    auto config = agentConfig();
    config.protocol = engine::ToolProtocol::Text;
    const auto agent = engine::makeAgent(config, {tool("add", "Adds.")});
    const auto first = agent->apply(AgentInput {"1+1?", {}});
    QVERIFY(
        sent(first).contains(QStringLiteral("- add: Adds. Arguments (JSON schema): {\"type\"")));
    QCOMPARE(textOf(first), QStringLiteral("model p/m <- 1+1?\n"));
    const auto calls = answer(
        *agent, {modelSays("Thought: I add.\nAction: add\nAction Input: {\"a\": 1, \"b\": 1}")});
    QCOMPARE(textOf(calls), QStringLiteral("tool call-1 add {\"a\": 1, \"b\": 1}\n"));
    QVERIFY(sent(answer(*agent, {gives("2")})).endsWith(QStringLiteral("user: Observation: 2\n")));
    QCOMPARE(textOf(answer(*agent, {modelSays("Thought: Good.\nFinal Answer: It is\n2.")})),
             QStringLiteral("= ok It is/2.\n"));
}

void TestReactAgent::textProtocolIsCorrected()
{
    auto config = agentConfig();
    config.protocol = engine::ToolProtocol::Text;
    const auto agent = engine::makeAgent(config, {tool("add")});
    static_cast<void>(agent->apply(AgentInput {"1+1?", {}}));
    const auto step = answer(*agent, {modelSays("Action: add\nAction Input: one and one")});
    QVERIFY(
        textOf(step).startsWith(QStringLiteral("! correction correct\nmodel p/m <- Your answer")));
    QVERIFY(sent(step).contains(QStringLiteral("The Action Input is no valid JSON.")));
    QCOMPARE(textOf(answer(*agent, {modelSays("Final Answer: 2")})), QStringLiteral("= ok 2\n"));
}

void TestReactAgent::textProtocolGivesUp()
{
    auto config = agentConfig();
    config.protocol = engine::ToolProtocol::Text;
    const auto agent = engine::makeAgent(config, {tool("add")});
    static_cast<void>(agent->apply(AgentInput {"1+1?", {}}));
    for (int i = 0; i < 3; ++i)
        static_cast<void>(answer(*agent, {modelSays("Well, it is two.")}));
    const QString last = textOf(answer(*agent, {modelSays("Well, it is two.")}));
    QVERIFY2(last.contains(QStringLiteral("= error Well, it is two. (The model did not keep")),
             qPrintable(last));
}

void TestReactAgent::madeUpObservationsAreCut()
{
    auto config = agentConfig();
    config.protocol = engine::ToolProtocol::Text;
    const auto agent = engine::makeAgent(config, {tool("add")});
    static_cast<void>(agent->apply(AgentInput {"1+1?", {}}));
    const auto step = answer(
        *agent, {modelSays("Action: add\nAction Input: {}\nObservation: 3\nFinal Answer: 3")});
    QCOMPARE(textOf(step), QStringLiteral("! text_protocol cut\ntool call-1 add {}\n"));
    QVERIFY(!sent(answer(*agent, {gives("2")})).contains(QStringLiteral("Observation: 3")));
}

void TestReactAgent::loopsAreToldAndThenEnded()
{
    const auto agent = engine::makeAgent(agentConfig(), {tool("look")});
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    QStringList decisions;
    engine::AgentStep step;
    for (int i = 0; i < 4 && !step.result; ++i) {
        const std::string id = std::to_string(i);
        static_cast<void>(answer(*agent, {modelSays("Look.", {{id, "look", R"({"at":"door"})"}})}));
        step = answer(*agent, {gives("closed")});
        decisions << textOf(step).section(u'\n', 0, 0);
    }
    QCOMPARE(decisions.mid(2).join(u';'), QStringLiteral("! loop_guard warn;! loop_guard stop"));
    QCOMPARE(step.result->status, engine::OutcomeStatus::Refused);
    QCOMPARE(step.result->reason,
             std::string("look was called 4 times with equal arguments and result."));
    const auto details = nlohmann::json::parse(step.decisions[0].details);
    QCOMPARE(details["kind"].get<std::string>(), std::string("repeated_state"));
    QCOMPARE(details["count"].get<int>(), 4);
}

void TestReactAgent::iterationsAreLimited()
{
    auto config = agentConfig();
    config.policies.loopGuard.iterations = 2;
    const auto agent = engine::makeAgent(config, {tool("a")});
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    static_cast<void>(answer(*agent, {modelSays("1", {{"1", "a"}})}));
    static_cast<void>(answer(*agent, {gives("x")}));
    static_cast<void>(answer(*agent, {modelSays("2", {{"2", "a"}})}));
    const QString last = textOf(answer(*agent, {gives("y")}));
    QVERIFY2(last.startsWith(QStringLiteral(
                 "! loop_guard stop\n! degraded partial\n= refused 2 (The limit of 2")),
             qPrintable(last));
}

void TestReactAgent::budgetsEndTheRun_data()
{
    QTest::addColumn<QString>("limit");
    QTest::newRow("cost") << QStringLiteral("USD");
    QTest::newRow("tokens") << QStringLiteral("tokens");
    QTest::newRow("time") << QStringLiteral("seconds");
    QTest::newRow("steps") << QStringLiteral("steps");
}

void TestReactAgent::budgetsEndTheRun()
{
    QFETCH(QString, limit);
    auto config = agentConfig();
    if (limit == QStringLiteral("USD"))
        config.budget.cost = 0.02;
    if (limit == QStringLiteral("tokens"))
        config.budget.tokens = 200;
    if (limit == QStringLiteral("seconds"))
        config.budget.seconds = 20;
    if (limit == QStringLiteral("steps"))
        config.budget.steps = 4;
    const auto agent = engine::makeAgent(config, {tool("a")});
    std::int64_t seconds = 1000;
    const auto now = [&] { return tracestore::Timestamp {seconds * 1'000'000'000}; };
    static_cast<void>(agent->apply(AgentInput {"Go.", now()}));
    engine::AgentStep step;
    int rounds = 0;
    for (; rounds < 10 && !step.result; ++rounds) {
        auto said = modelSays("", {{std::to_string(rounds), "a", std::to_string(rounds)}});
        said.cost = tracestore::Cost {0.01, "USD", {}};
        said.response->usage.emplace().input = 90;
        said.response->usage->output = 10;
        seconds += 10;
        said.end = now();
        static_cast<void>(answer(*agent, {said}));
        auto result = gives(std::to_string(rounds));
        result.end = now();
        step = answer(*agent, {result});
    }
    QCOMPARE(rounds, 2);
    QCOMPARE(step.decisions[0].policy, std::string("budget"));
    QCOMPARE(QString::fromStdString(
                 nlohmann::json::parse(step.decisions[0].details)["limit"].get<std::string>()),
             limit);
    QCOMPARE(step.result->status, engine::OutcomeStatus::Refused);
    // The next input has a budget of its own.
    QVERIFY(!agent->apply(AgentInput {"Again.", now()}).result);
}

void TestReactAgent::patternsEndTheRun()
{
    auto config = agentConfig();
    config.policies.earlyStop.answerPatterns = {"order [0-9]+"};
    const auto agent = engine::makeAgent(config, {tool("a")});
    static_cast<void>(agent->apply(AgentInput {"Which?", {}}));
    QVERIFY(textOf(answer(*agent, {modelSays("It is order 12.", {{"1", "a"}})}))
                .startsWith(QStringLiteral("! early_stop answer\n= ok It is order 12. (")));
}

void TestReactAgent::doubtEndsTheRun()
{
    auto config = agentConfig();
    config.policies.earlyStop.onLowConfidence = true;
    const auto agent = engine::makeAgent(config, {tool("a")});
    static_cast<void>(agent->apply(AgentInput {"Which?", {}}));
    static_cast<void>(answer(*agent, {modelSays("I look it up.", {{"1", "a"}})}));
    static_cast<void>(answer(*agent, {gives("x")}));
    // A doubt that is looked into is none yet; one that stays is.
    QCOMPARE(textOf(answer(*agent, {modelSays("I'm not sure, it is unclear.", {{"2", "a"}})})),
             QStringLiteral("tool 2 a {}\n"));
    static_cast<void>(answer(*agent, {gives("y")}));
    static_cast<void>(answer(*agent, {modelSays("It is in the third file.", {{"3", "a"}})}));
    static_cast<void>(answer(*agent, {gives("z")}));
    static_cast<void>(answer(*agent, {modelSays("I'm not sure, it is unclear.", {{"4", "a"}})}));
    static_cast<void>(answer(*agent, {gives("u")}));
    QVERIFY(textOf(answer(*agent, {modelSays("I still don't know, no idea.", {{"5", "a"}})}))
                .startsWith(QStringLiteral("! early_stop low_confidence\n= ok I still")));
    static_cast<void>(agent->apply(AgentInput {"And now?", {}}));
    QVERIFY(textOf(answer(*agent, {modelSays("I don't know. I'm not sure about any of it.")}))
                .startsWith(QStringLiteral("! early_stop low_confidence\n= ok I don't know.")));
}

void TestReactAgent::openCallsAreClosedBeforeTheNextInput()
{
    auto config = agentConfig();
    config.policies.earlyStop.answerPatterns = {"done"};
    const auto agent = engine::makeAgent(config, {tool("a")});
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    static_cast<void>(answer(*agent, {modelSays("done", {{"1", "a"}})}));
    QVERIFY(sent(agent->apply(AgentInput {"More.", {}}))
                .endsWith(QStringLiteral("assistant: done <1 a>\ntool: <1 error> It was not done: "
                                         "the answer was complete.\nuser: More.\n")));
}

void TestReactAgent::routesChooseTheModel()
{
    auto config = agentConfig();
    config.policies.routes = {{"complexity < 0.2 and turn = 1", {"p", "small", {}, true}},
                              {"complexity > 0.4", {"p", "large", {}, true}}};
    const auto agent = engine::makeAgent(config, {tool("a")});
    QVERIFY(textOf(agent->apply(AgentInput {"Hi!", {}}))
                .startsWith(QStringLiteral("! route use\nmodel p/small")));
    static_cast<void>(answer(*agent, {modelSays("", {{"1", "a"}})}));
    QVERIFY(
        textOf(answer(*agent, {gives("x")})).startsWith(QStringLiteral("! route keep\nmodel p/m")));
    static_cast<void>(answer(*agent, {modelSays("Hello.")}));
    const std::string hard = "Compare three designs for the ledger, explain why one is better if "
                             "writes must not block, and then plan the migration. What can fail?";
    QVERIFY(textOf(agent->apply(AgentInput {hard, {}}))
                .startsWith(QStringLiteral("! route use\nmodel p/large")));
}

void TestReactAgent::toolsAreSelectedForTheQuery()
{
    auto config = agentConfig();
    config.policies.offeredTools = 2;
    const auto agent = engine::makeAgent(config,
                                         {tool("weather", "Forecast of rain and sun for a city"),
                                          tool("orders", "Looks up the orders of a customer"),
                                          tool("refund", "Pays a customer's order back"),
                                          tool("calendar", "Meetings of a day")});
    QCOMPARE(textOf(agent->apply(AgentInput {"Refund the order of this customer", {}})),
             QStringLiteral("! tool_selection offer\n"
                            "model p/m [orders refund] <- Refund the order of this customer\n"));
    // What was called stays, whatever the query; a choice that did not change is not told again.
    static_cast<void>(answer(*agent, {modelSays("", {{"1", "calendar"}})}));
    QVERIFY(textOf(answer(*agent, {gives("x")})).contains(QStringLiteral("[refund calendar]")));
}

void TestReactAgent::longConversationsAreSummarised()
{
    auto config = agentConfig();
    config.policies.compression = {true, 200, 2};
    const auto agent = engine::makeAgent(config, {tool("a")});
    static_cast<void>(agent->apply(AgentInput {"Find the number.", {}}));
    static_cast<void>(answer(*agent, {modelSays("", {{"1", "a"}})}));
    static_cast<void>(answer(*agent, {gives(std::string(400, 'x'))}));
    static_cast<void>(answer(*agent, {modelSays("", {{"2", "a"}})}));
    const auto asks = answer(*agent, {gives(std::string(600, 'y'))});
    QVERIFY(textOf(asks).startsWith(QStringLiteral("! compression summarise\nmodel p/m <- ")));
    QVERIFY(sent(asks).startsWith(QStringLiteral("system: You write the summary")));
    const auto goesOn = answer(*agent, {modelSays("x was there.")});
    QVERIFY(textOf(goesOn).startsWith(QStringLiteral("! compression compress\nmodel p/m [a]")));
    const QString messages = sent(goesOn);
    QVERIFY(messages.startsWith(
        QStringLiteral("system: Help.\nuser: Find the number.\nuser: Summary of the conversation "
                       "between then and now:\nx was there.\nassistant: <2 a>\ntool: <2> yyy")));
    const auto details = nlohmann::json::parse(goesOn.decisions[0].details);
    QCOMPARE(details["dropped"].size(), std::size_t {2});
    QVERIFY(details["tokens_after"] < details["tokens_before"]);
}

/// The same words three times: to our estimate, to a provider that counts more, and to one whose
/// usage is an estimate itself.
void TestReactAgent::whatTheProviderCountedIsBelieved()
{
    using tracestore::UsageState;
    auto config = agentConfig();
    config.policies.compression = {true, 1000, 2};
    const auto said = [](std::int64_t read, std::int64_t cached, UsageState state) {
        auto outcome = modelSays("", {{"1", "a"}});
        outcome.response->usage
            = tracestore::TokenUsage {.input = read, .cacheRead = cached, .state = state};
        return outcome;
    };
    const auto asksForSummary = [&](const engine::Outcome& third) {
        const auto agent = engine::makeAgent(config, {tool("a")});
        static_cast<void>(agent->apply(AgentInput {"Find the number.", {}}));
        static_cast<void>(answer(*agent, {modelSays("", {{"1", "a"}})}));
        static_cast<void>(answer(*agent, {gives("x")}));
        static_cast<void>(answer(*agent, {third}));
        // As after a restart: what was counted is in the state.
        const auto again = engine::makeAgent(config, {tool("a")});
        if (!again->restore(agent->state().toJson()))
            qFatal("the state cannot be restored");
        return answer(*again, {gives("y")});
    };
    QVERIFY(
        textOf(asksForSummary(modelSays("", {{"1", "a"}}))).startsWith(QStringLiteral("model")));
    QVERIFY(textOf(asksForSummary(said(900, 0, UsageState::Reported)))
                .startsWith(QStringLiteral("model")));
    QVERIFY(textOf(asksForSummary(said(9000, 0, UsageState::Estimated)))
                .startsWith(QStringLiteral("model")));
    const auto counted = asksForSummary(said(400, 700, UsageState::Reported));
    QVERIFY(textOf(counted).startsWith(QStringLiteral("! compression summarise\n")));
    const auto details = nlohmann::json::parse(counted.decisions[0].details);
    QVERIFY(details["tokens"] > 1100 && details["tokens"] < 1150);
    QVERIFY(details["estimated"] < 100);
}

void TestReactAgent::aFailedSummaryKeepsTheConversation()
{
    auto config = agentConfig();
    config.policies.compression = {true, 100, 2};
    const auto agent = engine::makeAgent(config, {tool("a")});
    static_cast<void>(agent->apply(AgentInput {"Find the number.", {}}));
    static_cast<void>(answer(*agent, {modelSays("", {{"1", "a"}})}));
    static_cast<void>(answer(*agent, {gives(std::string(300, 'x'))}));
    static_cast<void>(answer(*agent, {modelSays("", {{"2", "a"}})}));
    static_cast<void>(answer(*agent, {gives(std::string(300, 'y'))}));
    const auto step = answer(*agent, {fails("Overloaded.")});
    QVERIFY(textOf(step).startsWith(QStringLiteral("! compression keep\nmodel p/m [a]")));
    QVERIFY(sent(step).contains(QStringLiteral("<1> xxx")));
    // Not tried again at once.
    static_cast<void>(answer(*agent, {modelSays("", {{"3", "a"}})}));
    QVERIFY(textOf(answer(*agent, {gives("z")})).startsWith(QStringLiteral("model p/m [a]")));
}

void TestReactAgent::statesThatMakeNoSenseAreRefused_data()
{
    QTest::addColumn<std::string>("patch");
    QTest::addColumn<QString>("problem");
    QTest::newRow("phase") << std::string(R"({"phase":"asleep"})") << QStringLiteral("`phase`");
    QTest::newRow("messages") << std::string(R"({"messages":[1]})")
                              << QStringLiteral("`messages[0]`");
    QTest::newRow("missing") << std::string(R"({"turn":null})") << QStringLiteral("`turn`");
    QTest::newRow("negative") << std::string(R"({"turn":-1})") << QStringLiteral("`turn`");
    QTest::newRow("too long") << std::string(R"({"prompt_length":99})")
                              << QStringLiteral("`prompt_length`");
    QTest::newRow("no calls") << std::string(R"({"phase":"acting"})")
                              << QStringLiteral("`pending`");
    QTest::newRow("call") << std::string(R"({"pending":[{"tool":3}]})")
                          << QStringLiteral("pending: `call_id`");
    QTest::newRow("result") << std::string(R"({"result":{"status":"fine"}})")
                            << QStringLiteral("`result`");
}

void TestReactAgent::statesThatMakeNoSenseAreRefused()
{
    QFETCH(std::string, patch);
    QFETCH(QString, problem);
    const auto agent = engine::makeAgent(agentConfig(), {});
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    const auto before = agent->state().toJson();
    auto edited = before;
    edited.merge_patch(nlohmann::json::parse(patch));
    const auto restored = agent->restore(edited);
    QVERIFY(!restored);
    QVERIFY2(QString::fromStdString(restored.error().message).contains(problem),
             restored.error().message.c_str());
    QCOMPARE(agent->state().toJson().dump(), before.dump());
    QVERIFY(!agent->restore(nlohmann::json::array()));
}

void TestReactAgent::anEditedStateGoesOnFromThere()
{
    const auto agent = engine::makeAgent(agentConfig(), {tool("a")});
    static_cast<void>(agent->apply(AgentInput {"Go.", {}}));
    static_cast<void>(answer(*agent, {modelSays("", {{"1", "a", "{\"x\":1}"}})}));
    auto state = agent->state().toJson();
    state["pending"][0]["arguments"] = "{\"x\":2}";
    QCOMPARE(textOf(agent->apply(engine::StateEdited {state})),
             QStringLiteral("tool 1 a {\"x\":2}\n"));
}

QTEST_GUILESS_MAIN(TestReactAgent)
#include "tst_react_agent.moc"
