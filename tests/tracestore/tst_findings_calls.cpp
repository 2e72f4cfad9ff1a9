#include "tests/support/findings_of.h"
#include "tests/support/planted_conversation.h"
#include "tests/support/trace_maker.h"
#include "tracestore/findings/failure_class.h"

#include <QTest>

#include <set>

using namespace tracestore;
using tests::Conversation;
using tests::findingsOf;

namespace {

std::string longText(int seed)
{
    std::string text;
    for (int i = 0; i < 500; ++i)
        text += "line" + std::to_string(seed * 1000 + i) + ' ';
    return text;
}

SpanError notFound()
{
    return {.type = "http_404", .message = "There is no order 17.", .isRetryable = {}};
}

/// A call that fails, by its number.
SpanId failWith(Conversation& talk, const std::string& tool, int number)
{
    const std::string arguments = R"({"try":)" + std::to_string(number) + '}';
    const SpanId span = talk.tool(tool, arguments, "");
    talk.fail(span, {"", "no " + std::to_string(number), {}});
    return span;
}

} // namespace

/// Rules about calls of tools and what came of them: each with a trace that has the fault, and with
/// near misses that have it not.
class TestFindingsCalls : public QObject
{
    Q_OBJECT

private slots:
    void anEmptyTraceHasNoFindings();
    void rulesAreNamedOnceAndDescribed();
    void anUnknownRuleIsTold();
    void cancellingEndsIt();
    void moreThanTheMostAreCounted();
    void sessionsAreLookedAtOneByOne();

    void theSameAgainAndAgainIsALoop();
    void backAndForthIsALoop();
    void readingOnIsNoLoop();
    void whatHasNoResultsIsNoLoop();
    void fiveFailuresOfSeveralToolsAreALoop();

    void threeFailuresOfAToolAreTold();
    void twoFailuresAreNot();
    void failuresWithAnotherCallBetweenAreNot();
    void failuresOfCallsAtOnceAreNot();
    void commandsMayFailMoreOften();
    void aHopelessRetryIsNoFailingToolBesides();
    void aStatusInFrontOfAnErrorCounts();

    void aRepeatedCallIsToldWithItsTokens();
    void anotherResultIsNoRepeatedCall();
    void aSmallResultIsNoRepeatedCall();
    void aLoopIsNoRepeatedCallBesides();

    void tryingAPermanentErrorAgainIsHopeless();
    void tryingATransientErrorAgainIsNot();
    void tryingWithOtherArgumentsIsNot();
    void tryingAfterSomethingWasDoneIsNot();
    void aModelRequestThatIsWrongIsHopeless();

    void anErrorThatTheAnswerPassesOverIsTold();
    void anAnswerInWordsOfTheCallIsTold();
    void anErrorThatTheAnswerMentionsIsNot();
    void anErrorThatWasTriedAgainIsNot();
    void anErrorOfWhichTheModelThoughtIsNot();
    void anErrorWithoutAnAnswerIsNot();
};

void TestFindingsCalls::anEmptyTraceHasNoFindings()
{
    Job job;
    auto builder = tests::builderWithSession();
    const auto report
        = findFindings(*builder.finish(std::make_shared<tests::FixedPayloads>()), job);
    QVERIFY(report.has_value());
    QCOMPARE(*report, FindingReport());
}

void TestFindingsCalls::rulesAreNamedOnceAndDescribed()
{
    const RuleRegistry rules = builtinRules();
    QVERIFY(rules.entries().size() >= 5);
    std::set<std::string_view> names;
    for (const auto& rule : rules.entries()) {
        QVERIFY(names.insert(rule->name()).second);
        QVERIFY(!rule->about().empty());
        QVERIFY(!rule->about().ends_with('.'));
        for (const char c : rule->id())
            QVERIFY((c >= 'a' && c <= 'z') || c == '-');
    }
}

void TestFindingsCalls::anUnknownRuleIsTold()
{
    Job job;
    const auto report
        = findFindings(*Conversation().trace(), builtinRules(), {.rules = {"lop"}}, job);
    QVERIFY(!report);
    QCOMPARE(report.error().code, ErrorCode::Invalid);
}

void TestFindingsCalls::cancellingEndsIt()
{
    Job job;
    job.cancel();
    const auto report = findFindings(*tests::makeAgentTrace(10), job);
    QVERIFY(!report);
    QCOMPARE(report.error().code, ErrorCode::Cancelled);
}

void TestFindingsCalls::moreThanTheMostAreCounted()
{
    Conversation talk;
    for (int i = 0; i < 8; ++i) {
        talk.tool("read", R"({"at":)" + std::to_string(i) + '}', longText(i));
        talk.tool("read", R"({"at":)" + std::to_string(i) + '}', longText(i));
    }
    Job job;
    const auto report = findFindings(
        *talk.trace(), builtinRules(), {.rules = {"repeated-call"}, .mostOfRule = 5}, job);
    QCOMPARE(report->findings.size(), std::size_t {5});
    QCOMPARE(report->leftOut.size(), std::size_t {1});
    QCOMPARE(report->leftOut[0].count, std::size_t {3});
    QCOMPARE(report->steps, std::size_t {32});
}

/// Steps of sessions that ran at the same time stand among each other in the tree.
void TestFindingsCalls::sessionsAreLookedAtOneByOne()
{
    class SameResult : public tests::FixedPayloads
    {
    public:
        SameResult()
            : FixedPayloads({.toolArguments = R"({"at":"door"})", .toolResult = "closed"})
        { }
    };

    TraceBuilder builder({.formatId = "test", .formatName = "Test"});
    for (const char* key : {"a", "b"})
        builder.addSession({.key = key});
    for (std::size_t i = 0; i < 12; ++i) {
        const Timestamp start {static_cast<std::int64_t>(i) * 1'000};
        builder.addSpan({.session = SessionId(i % 2),
                         .kind = i / 2 % 2 == 0 ? SpanKind::Llm : SpanKind::Tool,
                         .name = "look",
                         .start = start,
                         .end = start + Duration {500}});
    }
    const auto trace = builder.finish(std::make_shared<SameResult>());
    const auto found = findingsOf(*trace, "loop");
    QCOMPARE(found.size(), std::size_t {2});
    for (const Finding& finding : found) {
        QCOMPARE(finding.steps.size(), std::size_t {3});
        for (const SpanId step : finding.steps)
            QCOMPARE(trace->sessionOf(step), trace->sessionOf(finding.steps.front()));
    }
}

void TestFindingsCalls::theSameAgainAndAgainIsALoop()
{
    Conversation talk;
    talk.user("Open the door.");
    std::vector<SpanId> looks;
    for (int i = 0; i < 4; ++i)
        looks.push_back(talk.tool("look", R"({"at":"door"})", "closed"));
    const auto found = findingsOf(*talk.trace(), "loop");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].steps, looks);
    QCOMPARE(found[0].severity, Severity::Warning);
    QCOMPARE(found[0].title, std::string("`look` gave the same result again and again: 4 calls"));
}

void TestFindingsCalls::backAndForthIsALoop()
{
    Conversation talk;
    std::vector<SpanId> steps;
    for (int i = 0; i < 4; ++i) {
        steps.push_back(talk.tool("open", R"({"what":"door"})", "state " + std::to_string(2 * i)));
        steps.push_back(
            talk.tool("close", R"({"what":"door"})", "state " + std::to_string(2 * i + 1)));
    }
    const auto found = findingsOf(*talk.trace(), "loop");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].steps, steps);
    QCOMPARE(found[0].title, std::string("`open` and `close` come back and back: 4 rounds"));
}

void TestFindingsCalls::readingOnIsNoLoop()
{
    Conversation talk;
    for (int i = 0; i < 30; ++i)
        talk.tool("read", R"({"page":)" + std::to_string(i) + '}', longText(i));
    QVERIFY(findingsOf(*talk.trace(), "loop").empty());
}

void TestFindingsCalls::whatHasNoResultsIsNoLoop()
{
    Conversation talk;
    const SpanId call = talk.tool("roll", "{}", "6");
    auto& details = talk.details();
    QVERIFY(call.isValid());
    // Three equal results of three turns would be one; without results nobody knows.
    talk.tool("roll", "{}", "");
    talk.tool("roll", "{}", "");
    talk.tool("roll", "{}", "");
    details[call.index()].toolResult.clear();
    QVERIFY(findingsOf(*talk.trace(), "loop").empty());
}

void TestFindingsCalls::fiveFailuresOfSeveralToolsAreALoop()
{
    for (const int failures : {4, 5}) {
        Conversation talk;
        for (int i = 0; i < failures; ++i)
            failWith(talk, i % 2 == 0 ? "find" : "open", i);
        talk.tool("find", R"({"try":9})", "worked");
        const auto trace = talk.trace();
        QCOMPARE(findingsOf(*trace, "loop").size(), std::size_t {failures == 5 ? 1U : 0U});
        QVERIFY(findingsOf(*trace, "failing-tool").empty());
    }
}

void TestFindingsCalls::threeFailuresOfAToolAreTold()
{
    Conversation talk;
    talk.tool("orders", R"({"try":9})", "worked");
    std::vector<SpanId> failed;
    for (int i = 0; i < 3; ++i)
        failed.push_back(failWith(talk, "orders", i));
    talk.tool("orders", R"({"try":9})", "worked");
    const auto trace = talk.trace();
    const auto found = findingsOf(*trace, "failing-tool");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].steps, failed);
    QCOMPARE(found[0].severity, Severity::Warning);
    QVERIFY(found[0].title.starts_with("`orders` failed 3 times in a row"));
    QVERIFY(found[0].explanation.find("`no 0`; `no 1`; `no 2`") != std::string::npos);
    QVERIFY(found[0].explanation.ends_with("The next call did not fail."));
    QVERIFY(findingsOf(*trace, "loop").empty());
}

void TestFindingsCalls::twoFailuresAreNot()
{
    Conversation talk;
    for (int i = 0; i < 2; ++i)
        failWith(talk, "orders", i);
    talk.tool("orders", R"({"try":9})", "worked");
    for (int i = 0; i < 2; ++i)
        failWith(talk, "orders", i);
    QVERIFY(findingsOf(*talk.trace(), "failing-tool").empty());
}

void TestFindingsCalls::failuresWithAnotherCallBetweenAreNot()
{
    Conversation talk;
    for (int i = 0; i < 4; ++i) {
        failWith(talk, "orders", i);
        talk.tool("columns", R"({"try":)" + std::to_string(i) + '}', "id, status");
    }
    QVERIFY(findingsOf(*talk.trace(), "failing-tool").empty());
}

/// Three calls that one answer asked for are one try.
void TestFindingsCalls::failuresOfCallsAtOnceAreNot()
{
    auto builder = tests::builderWithSession();
    for (std::int64_t i = 0; i < 8; ++i)
        builder.addSpan({.session = SessionId(0),
                         .kind = i % 4 == 0 ? SpanKind::Llm : SpanKind::Tool,
                         .name = i % 4 == 0 ? "model-a" : "orders",
                         .start = Timestamp {i * 1'000},
                         .status = i % 4 == 0 ? SpanStatus::Ok : SpanStatus::Error});
    const auto trace = builder.finish(
        std::make_shared<tests::FixedPayloads>(SpanDetail {.toolArguments = R"({"a":1})"}));
    QVERIFY(findingsOf(*trace, "failing-tool").empty());
}

void TestFindingsCalls::commandsMayFailMoreOften()
{
    for (const int failures : {4, 5}) {
        Conversation talk;
        for (int i = 0; i < failures; ++i)
            failWith(talk, "bash", i);
        QCOMPARE(findingsOf(*talk.trace(), "failing-tool").size(),
                 std::size_t {failures == 5 ? 1U : 0U});
    }
}

void TestFindingsCalls::aHopelessRetryIsNoFailingToolBesides()
{
    Conversation talk;
    for (int i = 0; i < 3; ++i)
        talk.fail(talk.tool("order", R"({"id":17})", ""), notFound());
    const auto trace = talk.trace();
    QCOMPARE(findingsOf(*trace, "hopeless-retry").size(), std::size_t {1});
    QVERIFY(findingsOf(*trace, "failing-tool").empty());
}

void TestFindingsCalls::aStatusInFrontOfAnErrorCounts()
{
    QCOMPARE(failureClass(nullptr, "404 index \"a\" holds nothing of this"),
             FailureClass::Permanent);
    QCOMPARE(failureClass(nullptr, "503: come back later"), FailureClass::Transient);
    QCOMPARE(failureClass(nullptr, "4040 lines were read"), FailureClass::Unknown);
    QCOMPARE(failureClass(nullptr, "read 404 lines"), FailureClass::Unknown);
}

void TestFindingsCalls::aRepeatedCallIsToldWithItsTokens()
{
    Conversation talk;
    const SpanId first = talk.tool("read", R"({"path":"a","from":1})", longText(1));
    talk.tool("read", R"({"path":"b"})", longText(2));
    const SpanId second = talk.tool("read", R"({"from": 1, "path": "a"})", longText(1));
    const auto found = findingsOf(*talk.trace(), "repeated-call");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].steps, (std::vector<SpanId> {first, second}));
    QCOMPARE(found[0].figures[0], (FindingFigure {"calls", 2, ""}));
    QVERIFY(found[0].figures[1].value > 500);
}

void TestFindingsCalls::anotherResultIsNoRepeatedCall()
{
    Conversation talk;
    talk.tool("read", R"({"path":"a"})", longText(1));
    talk.tool("write", R"({"path":"a"})", "done");
    talk.tool("read", R"({"path":"a"})", longText(2));
    QVERIFY(findingsOf(*talk.trace(), "repeated-call").empty());
}

void TestFindingsCalls::aSmallResultIsNoRepeatedCall()
{
    Conversation talk;
    talk.tool("run_tests", "{}", "ok");
    talk.tool("write", R"({"path":"a"})", "done");
    talk.tool("run_tests", "{}", "ok");
    // Many small ones are no large one: each may be a look at what was changed.
    for (int i = 0; i < 300; ++i) {
        talk.tool("bash", R"({"command":"npm run build"})", "The build is done and all is well.");
        talk.tool("write", R"({"path":)" + std::to_string(i) + '}', "done");
    }
    QVERIFY(findingsOf(*talk.trace(), "repeated-call").empty());
}

void TestFindingsCalls::aLoopIsNoRepeatedCallBesides()
{
    Conversation talk;
    for (int i = 0; i < 3; ++i)
        talk.tool("read", R"({"path":"a"})", longText(1));
    const auto trace = talk.trace();
    QVERIFY(findingsOf(*trace, "repeated-call").empty());
    QCOMPARE(findingsOf(*trace, "loop").size(), std::size_t {1});
}

void TestFindingsCalls::tryingAPermanentErrorAgainIsHopeless()
{
    Conversation talk;
    const SpanId first = talk.tool("order", R"({"id":17})", "");
    const SpanId second = talk.tool("order", R"({ "id": 17 })", "");
    talk.fail(first, notFound());
    talk.fail(second, notFound());
    const auto found = findingsOf(*talk.trace(), "hopeless-retry");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].steps, (std::vector<SpanId> {first, second}));
    QVERIFY(found[0].explanation.find("There is no order 17") != std::string::npos);
}

void TestFindingsCalls::tryingATransientErrorAgainIsNot()
{
    for (const SpanError& error : {SpanError {"http_503", "down", {}},
                                   SpanError {"", "Error code: 429, too many requests", {}},
                                   SpanError {"http_404", "not there yet", true}}) {
        Conversation talk;
        talk.fail(talk.tool("order", R"({"id":17})", ""), error);
        talk.fail(talk.tool("order", R"({"id":17})", ""), error);
        QVERIFY(findingsOf(*talk.trace(), "hopeless-retry").empty());
    }
}

void TestFindingsCalls::tryingWithOtherArgumentsIsNot()
{
    Conversation talk;
    talk.fail(talk.tool("order", R"({"id":17})", ""), notFound());
    talk.fail(talk.tool("order", R"({"id":"17"})", ""), notFound());
    QVERIFY(findingsOf(*talk.trace(), "hopeless-retry").empty());
}

void TestFindingsCalls::tryingAfterSomethingWasDoneIsNot()
{
    Conversation talk;
    talk.fail(talk.tool("order", R"({"id":17})", ""), notFound());
    talk.tool("make_order", R"({"id":17})", "made");
    talk.fail(talk.tool("order", R"({"id":17})", ""), notFound());
    QVERIFY(findingsOf(*talk.trace(), "hopeless-retry").empty());
}

void TestFindingsCalls::aModelRequestThatIsWrongIsHopeless()
{
    const SpanError wrong {"invalid_request_error", "messages.3: unexpected role", {}};
    Conversation talk;
    talk.user("Hello");
    const SpanId first = talk.answer("");
    const SpanId second = talk.answer("");
    talk.details()[second.index()].input = talk.details()[first.index()].input;
    talk.fail(first, wrong);
    talk.fail(second, wrong);
    const auto found = findingsOf(*talk.trace(), "hopeless-retry");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].steps, (std::vector<SpanId> {first, second}));
}

void TestFindingsCalls::anErrorThatTheAnswerPassesOverIsTold()
{
    Conversation talk;
    talk.user("Charge the card and tell the customer.");
    const SpanId charge = talk.tool("charge_card", R"({"amount":20})", "");
    talk.fail(charge, {"", "The card 4711 has expired.", {}});
    talk.tool("send_mail", R"({"to":"customer"})", "sent");
    const SpanId answer = talk.answer("All done: you were charged 20 USD and got a receipt.");
    const auto found = findingsOf(*talk.trace(), "ignored-tool-error");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].steps, (std::vector<SpanId> {charge, answer}));
    QVERIFY(found[0].explanation.find("The card 4711 has expired") != std::string::npos);
}

/// What the answer says of the question is no word about the failure.
void TestFindingsCalls::anAnswerInWordsOfTheCallIsTold()
{
    Conversation talk;
    talk.user("What does the grinder cost in 2026?");
    const SpanId read = talk.tool("read_file", R"({"path":"prices-2026.txt"})", "");
    talk.fail(read, {"not_found", "There is no `prices-2026.txt`.", {}});
    const SpanId answer = talk.answer("By the prices of 2026 it costs 84.00 EUR.");
    const auto found = findingsOf(*talk.trace(), "ignored-tool-error");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].steps, (std::vector<SpanId> {read, answer}));
    // Backticks and full stops of others neither end what is quoted nor stand beside its own.
    QVERIFY2(found[0].explanation.find("`There is no 'prices-2026.txt'`. It") != std::string::npos,
             found[0].explanation.c_str());
    QVERIFY2(found[0].explanation.ends_with("it costs 84.00 EUR`."), found[0].explanation.c_str());
}

void TestFindingsCalls::anErrorThatTheAnswerMentionsIsNot()
{
    for (const char* answer : {"I could not charge the card.",
                               "Your card 4711 has expired, please send another.",
                               "支付卡已经过期了,请您再发一张新的支付卡给我们,谢谢。"}) {
        Conversation talk;
        talk.user("Charge the card.");
        talk.fail(talk.tool("charge_card", R"({"amount":20})", ""),
                  {"", "The card 4711 has expired.", {}});
        talk.answer(answer);
        QVERIFY2(findingsOf(*talk.trace(), "ignored-tool-error").empty(), answer);
    }
}

void TestFindingsCalls::anErrorThatWasTriedAgainIsNot()
{
    Conversation talk;
    talk.user("Charge the card.");
    talk.fail(talk.tool("charge_card", R"({"amount":20})", ""), {"", "Busy.", {}});
    talk.tool("charge_card", R"({"amount":20})", "charged");
    talk.answer("All done.");
    QVERIFY(findingsOf(*talk.trace(), "ignored-tool-error").empty());
}

void TestFindingsCalls::anErrorOfWhichTheModelThoughtIsNot()
{
    Conversation talk;
    talk.user("Charge the card.");
    talk.fail(talk.tool("charge_card", R"({"amount":20})", ""), {"", "Busy.", {}});
    const SpanId answer = talk.answer("I will send you a bill.");
    talk.details()[answer.index()].output.front().parts.insert(
        talk.details()[answer.index()].output.front().parts.begin(),
        ReasoningPart {.text = "Charging failed, so a bill it is."});
    QVERIFY(findingsOf(*talk.trace(), "ignored-tool-error").empty());
}

void TestFindingsCalls::anErrorWithoutAnAnswerIsNot()
{
    Conversation talk;
    talk.user("Charge the card.");
    talk.fail(talk.tool("charge_card", R"({"amount":20})", ""), {"", "Busy.", {}});
    QVERIFY(findingsOf(*talk.trace(), "ignored-tool-error").empty());
}

QTEST_GUILESS_MAIN(TestFindingsCalls)
#include "tst_findings_calls.moc"
