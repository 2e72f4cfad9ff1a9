#include "tests/support/run_log.h"

namespace tests {

using namespace tracestore;

namespace {

    Message message(Role role, std::string text)
    {
        return {.role = role, .parts = {TextPart {std::move(text)}}};
    }

    MessageChain firstMessages()
    {
        return MessageChain()
            .with(message(Role::System, "Be helpful."))
            .with(message(Role::User, "Refund order 7."));
    }

    EffectWanted modelCall(const MessageChain& input, std::string model)
    {
        return {.kind = EffectKind::Model,
                .effectClass = EffectClass::Reads,
                .name = std::move(model),
                .provider = "openai",
                .input = input,
                .parameters = R"({"temperature": 0.5, "stop": ["a", "b"]})",
                .tools = R"([{"name":"refund"}])",
                .fingerprint = "f1"};
    }

    Message toolRequest()
    {
        return {.role = Role::Assistant,
                .finishReason = "tool_calls",
                .parts = {TextPart {"I will."}, ToolCallPart {"c1", "refund", R"({"order":7})"}}};
    }

    EffectEnded answered()
    {
        return {.status = OutcomeStatus::Ok,
                .origin = OutcomeOrigin::Live,
                .output = {toolRequest()},
                .finishReasons = {"tool_calls"},
                .responseId = "r-1",
                .respondedModel = "gpt-4o-2024",
                .usage = TokenUsage {.input = 20,
                                     .cacheRead = 3,
                                     .cacheWrite = 4,
                                     .cacheWriteLong = 2,
                                     .output = 16,
                                     .reasoning = 6,
                                     .reportedTotal = 43,
                                     .state = UsageState::Partial},
                .cost = Cost {0.1 + 0.2, "EUR", CostSource::Computed},
                .firstToken = Timestamp {5'500'000},
                .raw = "data: {\"a\":1}\n\ndata: \xFF\x80 cut off \xE2\x82"};
    }

    EffectEnded overloaded()
    {
        return {.status = OutcomeStatus::Error,
                .error = SpanError {"overloaded", "Too many requests.", true},
                .usage = TokenUsage {.input = 2},
                .cost = Cost {0.5, "EUR"},
                .note = "429",
                .retryAfter = tracestore::Duration {1'500'000'000}};
    }

    void addModelCalls(RunLog& log)
    {
        const MessageChain input = firstMessages();
        log.add(modelCall(input, "gpt-4o"), "support", "support:1.1.1");
        log.add(overloaded(), "support", "support:1.1.1");
        log.add(DecisionMade {"retry", "wait", "The server is busy.", R"({"ms":200})"},
                "support",
                "support:1.1.1");
        log.add(EffectWanted {.kind = EffectKind::Timer,
                              .effectClass = EffectClass::Pure,
                              .arguments = "{\"ms\":200}"},
                "support",
                "support:1.1.1");
        log.add(EffectEnded {}, "support", "support:1.1.1");
        log.add(modelCall(input, "gpt-4o-mini"), "support", "support:1.1.2");
        log.add(EditMade {"request.messages[1]", "\"a\"", "\"b\""}, "support", "support:1.1.2");
        log.add(answered(), "support", "support:1.1.2");
    }

    void addTools(RunLog& log)
    {
        log.add(EffectWanted {.kind = EffectKind::User,
                              .effectClass = EffectClass::Outside,
                              .name = "approval",
                              .arguments = "May I?"},
                "support",
                "support:2.1.1");
        log.add(EffectEnded {.origin = OutcomeOrigin::User, .result = "yes"},
                "support",
                "support:2.1.1");
        log.add(EffectWanted {.kind = EffectKind::Tool,
                              .effectClass = EffectClass::Writes,
                              .name = "refund",
                              .provider = "shop",
                              .callId = "c1",
                              .arguments = R"({"order":7})"},
                "support",
                "support:2.2.1");
        log.add(EffectEnded {.origin = OutcomeOrigin::Cache, .result = std::string("4\0x", 3)},
                "support",
                "support:2.2.1");
        log.add(DecisionMade {"budget", "refuse", "Too dear.", {}}, "support", "support:2.3.1");
        log.add(
            EffectWanted {.kind = EffectKind::Tool, .name = "mail"}, "support", "support:2.3.1");
        log.add(EffectEnded {.status = OutcomeStatus::Refused,
                             .origin = OutcomeOrigin::Policy,
                             .note = "Too dear."},
                "support",
                "support:2.3.1");
    }

    void addSubAgent(RunLog& log)
    {
        log.add(EffectWanted {.kind = EffectKind::Agent, .name = "writer", .arguments = "Write."},
                "support",
                "support:3.1.1");
        log.add(AgentStarted {"writer", "writes", "react", "Write.", "support:3.1.1"},
                "support/writer");
        log.add(modelCall(firstMessages(), "small"), "support/writer", "support/writer:1.1.1");
        log.add(EffectEnded {.status = OutcomeStatus::Cancelled,
                             .origin = OutcomeOrigin::Script,
                             .output = {message(Role::Assistant, "Dear")}},
                "support/writer",
                "support/writer:1.1.1");
        log.add(DecisionMade {"compression", "compress", "Too long.", {}}, "support/writer");
        log.add(AgentEnded {OutcomeStatus::Error, {}, "It was stopped."}, "support/writer");
        log.add(EffectEnded {.status = OutcomeStatus::Error,
                             .origin = OutcomeOrigin::Recording,
                             .result = "nothing"},
                "support",
                "support:3.1.1");
    }

} // namespace

RunEvent& RunLog::add(RunFact fact, std::string agent, std::string effect)
{
    const auto number = static_cast<std::int64_t>(m_events.size()) + 1;
    m_events.push_back({number,
                        Timestamp {number * 1'000'000},
                        std::move(agent),
                        std::move(effect),
                        std::move(fact)});
    return m_events.back();
}

std::vector<RunEvent> makeOddRun()
{
    RunLog log;
    log.add(RunStarted {"support",
                        "  Refund order 7.\nNow.",
                        R"({"model":"x"})",
                        "kymo 0.1.0",
                        2,
                        true,
                        "/home/a"});
    log.add(AgentStarted {"support", "helps", "planner", "Refund order 7.", {}}, "support");
    addModelCalls(log);
    log.add(StateChanged {R"({"plan":["a"]})", true, "h1"}, "support");
    addTools(log);
    log.add(RunResumed {{"support:9.9.9"}});
    addSubAgent(log);
    log.add(AgentEnded {OutcomeStatus::Ok, "Done.", {}}, "support");
    log.add(RunEnded {OutcomeStatus::Ok, "Done.", "finished"});
    return log.events();
}

std::vector<RunEvent> makeTurn(std::int64_t number)
{
    const std::string effect = "a:" + std::to_string(number) + ".1.1";
    RunLog log;
    log.add(EffectWanted {.kind = EffectKind::Tool,
                          .effectClass = EffectClass::Writes,
                          .name = "write",
                          .arguments = "{\"n\":" + std::to_string(number) + "}"},
            "a",
            effect);
    log.add(EffectEnded {.result
                         = "result " + std::string(static_cast<std::size_t>(number % 3000), 'x')},
            "a",
            effect);
    std::vector<RunEvent> events = log.events();
    for (RunEvent& event : events)
        event.number += number - 1;
    return events;
}

std::vector<RunEvent> makeConversation(std::size_t turns)
{
    RunLog log;
    log.add(RunStarted {.name = "a", .input = "Count.", .program = "kymo 0.1.0"});
    log.add(AgentStarted {.name = "a", .task = "Count."}, "a");
    MessageChain chain = MessageChain().with(message(Role::User, "Count."));
    for (std::size_t turn = 1; turn <= turns; ++turn) {
        const std::string effect = "a:" + std::to_string(turn) + ".1.1";
        const Message answer = message(Role::Assistant, "This is number " + std::to_string(turn));
        log.add(EffectWanted {.name = "m", .input = chain}, "a", effect);
        log.add(EffectEnded {.output = {answer}, .usage = TokenUsage {.input = 1, .output = 1}},
                "a",
                effect);
        chain = chain.with(answer).with(message(Role::User, "Go on after " + std::to_string(turn)));
    }
    log.add(AgentEnded {.answer = "Enough."}, "a");
    log.add(RunEnded {.answer = "Enough."});
    return log.events();
}

} // namespace tests
