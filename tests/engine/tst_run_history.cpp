#include "engine/breakpoint/run_history.h"

#include <QTest>

using namespace engine;
using tracestore::LoopFinding;
using tracestore::LoopKind;

namespace {

Effect toolCall(std::uint32_t turn,
                const std::string& tool,
                const std::string& arguments,
                std::uint32_t ordinal = 1,
                std::uint32_t attempt = 1)
{
    return {{.agent = "main", .turn = turn, .ordinal = ordinal, .attempt = attempt, .part = {}},
            EffectClass::Reads,
            ToolCall {"c", tool, arguments}};
}

Outcome gave(const std::string& text)
{
    Outcome outcome;
    outcome.text = text;
    return outcome;
}

Outcome failed()
{
    return failedOutcome(OutcomeStatus::Error, "http_503", "Down.");
}

std::string wordOf(const std::optional<LoopFinding>& finding)
{
    return finding ? std::string(toWord(finding->kind)) + ' ' + std::to_string(finding->count)
                   : std::string();
}

/// What was said of a loop before and after each call.
std::string said(RunHistory& history, const Effect& effect, const Outcome& outcome)
{
    const std::string before = wordOf(history.loopOf(effect));
    history.begin(effect);
    const bool isSame = wordOf(history.loopOf(effect)) == before;
    return before + '|' + wordOf(history.end(effect, outcome)) + (isSame ? "" : " differs");
}

} // namespace

class TestRunHistory : public QObject
{
    Q_OBJECT

private slots:
    void repeatsAreCounted();
    void parallelCallsHaveTheirOwnNumbers();
    void attemptsAreOneCall();
    void partsAreNoCallsOfTheAgent();
    void agentsAreCountedEach();
    void sums();
    void whatIsNotToldIsNotKnown();
    void equalCallsAreALoopBeforeTheThird();
    void pollingIsNoLoop();
    void oscillationIsALoopBeforeItsThirdRound();
    void whatOnlyResultsTellIsALoopAfterwards();
    void loopsAreFoundOnceTheyAreWatched();
};

void TestRunHistory::repeatsAreCounted()
{
    RunHistory history;
    const char* calls[][2] = {{"a", R"({"x":1,"y":2})"},
                              {"a", R"({"y": 2, "x": 1})"},
                              {"a", R"({"x":2})"},
                              {"b", R"({"x":1,"y":2})"},
                              {"a", R"({"x":1,"y":2})"}};
    const std::uint64_t ofArguments[] = {1, 2, 1, 1, 3};
    const std::uint64_t ofTool[] = {1, 2, 3, 1, 1};
    for (std::uint32_t i = 0; i < 5; ++i) {
        const Effect effect = toolCall(i + 1, calls[i][0], calls[i][1]);
        // The same before it has begun, while it runs and when it has ended.
        for (int stage = 0; stage < 3; ++stage) {
            if (stage == 1)
                history.begin(effect);
            if (stage == 2)
                static_cast<void>(history.end(effect, gave("ok")));
            QCOMPARE(history.repeatsOfArguments(effect), ofArguments[i]);
            QCOMPARE(history.repeatsOfTool(effect), ofTool[i]);
        }
    }
    Effect model = toolCall(9, "a", "{}");
    model.request = ModelCall {};
    QCOMPARE(history.repeatsOfArguments(model), 0U);
    QCOMPARE(history.repeatsOfTool(model), 0U);
}

void TestRunHistory::parallelCallsHaveTheirOwnNumbers()
{
    RunHistory history;
    const Effect first = toolCall(1, "a", "{}", 1);
    const Effect second = toolCall(1, "a", "{}", 2);
    history.begin(first);
    history.begin(second);
    static_cast<void>(history.end(second, gave("x")));
    static_cast<void>(history.end(first, gave("x")));
    QCOMPARE(history.repeatsOfArguments(first), 1U);
    QCOMPARE(history.repeatsOfArguments(second), 2U);
    QCOMPARE(history.repeatsOfTool(second), 2U);
}

void TestRunHistory::attemptsAreOneCall()
{
    RunHistory history;
    for (std::uint32_t attempt = 1; attempt <= 6; ++attempt) {
        const Effect effect = toolCall(1, "a", "{}", 1, attempt);
        QCOMPARE(said(history, effect, failed()), std::string("|"));
        QCOMPARE(history.repeatsOfArguments(effect), 1U);
    }
    QCOMPARE(history.sums().calls, 1);
    QCOMPARE(history.sums().errors, 6);
}

void TestRunHistory::partsAreNoCallsOfTheAgent()
{
    RunHistory history;
    Effect whole = toolCall(1, "all", "{}");
    Effect part = toolCall(1, "one", "{}");
    part.id.part = "one";
    history.begin(whole);
    history.begin(part);
    static_cast<void>(history.end(part, gave("x")));
    static_cast<void>(history.end(whole, gave("x")));
    QCOMPARE(history.repeatsOfTool(part), 0U);
    QCOMPARE(history.repeatsOfTool(toolCall(2, "all", "{}")), 2U);
    QCOMPARE(history.sums().toolCalls, 2);
}

void TestRunHistory::agentsAreCountedEach()
{
    RunHistory history;
    Effect other = toolCall(1, "a", "{}");
    other.id.agent = "main/helper";
    history.begin(toolCall(1, "a", "{}"));
    QCOMPARE(history.repeatsOfArguments(other), 1U);
    history.begin(other);
    QCOMPARE(history.repeatsOfArguments(toolCall(2, "a", "{}")), 2U);
}

void TestRunHistory::sums()
{
    RunHistory history;
    Effect model = toolCall(1, {}, {});
    model.request = ModelCall {};
    Outcome answer;
    answer.response.emplace().usage.emplace().input = 100;
    answer.response->usage->output = 20;
    answer.cost = tracestore::Cost {0.5, "USD", {}};
    history.begin(model);
    QCOMPARE(history.sums().calls, 1);
    static_cast<void>(history.end(model, answer));
    answer.origin = OutcomeOrigin::Cache;
    static_cast<void>(history.end(model, answer));
    // What an agent spent is that of its calls.
    Effect task = toolCall(2, {}, {});
    task.request = AgentTask {{}, "helper", "Help."};
    history.begin(task);
    Outcome done = gave("Done.");
    done.cost = tracestore::Cost {7, "USD", {}};
    static_cast<void>(history.end(task, done));
    const Effect tool = toolCall(3, "a", "{}");
    history.begin(tool);
    static_cast<void>(history.end(tool, failed()));
    const RunHistory::Sums& sums = history.sums();
    QCOMPARE(sums.cost, 0.5);
    QCOMPARE(sums.tokens, 120);
    QCOMPARE(sums.calls, 2);
    QCOMPARE(sums.modelCalls, 1);
    QCOMPARE(sums.toolCalls, 1);
    QCOMPARE(sums.errors, 1);
}

void TestRunHistory::whatIsNotToldIsNotKnown()
{
    RunHistory history;
    QVERIFY(history.sums().knowsCost());
    Effect model = toolCall(1, {}, {});
    model.request = ModelCall {};
    static_cast<void>(history.end(model, gave("x")));
    QVERIFY(!history.sums().knowsCost());
    QVERIFY(!history.sums().knowsTokens());
    Outcome answer;
    answer.response.emplace().usage.emplace().input = 1;
    answer.cost = tracestore::Cost {0, "USD", {}};
    static_cast<void>(history.end(model, answer));
    QVERIFY(history.sums().knowsCost());
    QVERIFY(history.sums().knowsTokens());
}

void TestRunHistory::equalCallsAreALoopBeforeTheThird()
{
    RunHistory history;
    QCOMPARE(said(history, toolCall(1, "a", R"({"x":1})"), gave("same")), std::string("|"));
    QCOMPARE(said(history, toolCall(2, "b", "{}"), gave("other")), std::string("|"));
    QCOMPARE(said(history, toolCall(3, "a", R"({"x": 1})"), gave("same")), std::string("|"));
    // Told once of each call: before it.
    QCOMPARE(said(history, toolCall(4, "a", R"({"x":1})"), gave("same")),
             std::string("repeated_state 3|"));
    QCOMPARE(said(history, toolCall(5, "a", R"({"x":1})"), gave("same")),
             std::string("repeated_state 4|"));
}

void TestRunHistory::pollingIsNoLoop()
{
    RunHistory history;
    for (std::uint32_t i = 1; i < 8; ++i)
        QCOMPARE(said(history, toolCall(i, "poll", "{}"), gave(std::to_string(i * 7) + " percent")),
                 std::string("|"));
}

void TestRunHistory::oscillationIsALoopBeforeItsThirdRound()
{
    RunHistory history;
    std::string all;
    for (std::uint32_t i = 0; i < 6; ++i)
        all += said(history,
                    toolCall(i + 1, i % 2 == 0 ? "on" : "off", "{}"),
                    gave("changed " + std::to_string(i * 13)))
            + ' ';
    QCOMPARE(all, std::string("| | | | | oscillation 3| "));
}

void TestRunHistory::whatOnlyResultsTellIsALoopAfterwards()
{
    RunHistory history;
    std::string last;
    for (std::uint32_t i = 0; i < 6; ++i)
        last = said(
            history,
            toolCall(i + 1, "tool" + std::to_string(i), R"({"n":)" + std::to_string(i) + '}'),
            gave("[]"));
    QCOMPARE(last, std::string("|no_progress 6"));
}

void TestRunHistory::loopsAreFoundOnceTheyAreWatched()
{
    RunHistory history;
    history.watchLoops(false);
    std::string last;
    for (std::uint32_t i = 0; i < 8; ++i) {
        history.watchLoops(i == 7);
        last = said(history, toolCall(i + 1, "tool" + std::to_string(i), "{}"), gave("[]"));
        QCOMPARE(last.size() > 1, i == 7);
    }
    QCOMPARE(last, std::string("|no_progress 8"));
}

QTEST_GUILESS_MAIN(TestRunHistory)
#include "tst_run_history.moc"
