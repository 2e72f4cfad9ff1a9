#include "tests/support/findings_of.h"
#include "tests/support/planted_conversation.h"
#include "tracestore/analysis/price_table.h"

#include <QTest>

using namespace tracestore;
using tests::Conversation;
using tests::findingsOf;

namespace {

std::string words(const std::string& word, int count)
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += word + std::to_string(i) + ' ';
    return text;
}

const std::string kGuest = "Guest: Mr. Bell, table 7, Saturday at four. Allergy: no nuts, not even "
                           "traces. He was in hospital last year. Likes something with fruit.";

/// Reads about a guest, then of cakes, and answers with `summary` in the place of the first result.
struct Forgetful
{
    Conversation talk;
    SpanId read;
    SpanId last;

    explicit Forgetful(const std::string& summary, const std::string& result = kGuest)
    {
        talk.system("You help a small café.");
        talk.user("Which cake do we bake for Mr. Bell at table 7?");
        read = talk.tool("read_file", R"({"path":"guest.txt"})", result);
        talk.tool(
            "read_file", R"({"path":"cakes.txt"})", "Almond tart, hazelnut roll, lemon cake.");
        last = talk.answer("Almond tart.");
        std::vector<Message>& input = talk.details()[last.index()].input;
        input.erase(input.begin() + 2, input.begin() + 4);
        input.insert(input.begin() + 2, {.role = Role::User, .parts = {TextPart {summary}}});
    }
};

} // namespace

/// Rules about windows, caches and how runs end.
class TestFindingsContext : public QObject
{
    Q_OBJECT

private slots:
    void aChangedFrontBreaksTheCache();
    void aConversationThatGrowsDoesNot();
    void anExpiredCacheIsANote();
    void otherToolsBreakTheCache();
    void aFrontThatChangesEachTimeIsToldWithoutAReport();
    void anotherConversationIsNoBreak();

    void callsAgainAfterCompressionAreTold();
    void callsAgainWithoutCompressionAreNot();
    void aTaskThatLeftTheWindowIsTold();
    void aTaskInASummaryIsNot();

    void aSummaryWithoutTheFactsIsTold();
    void aSummaryThatKeepsAFactIsNot();
    void aSummaryOfWhatTheTaskSaysOrSmallResultsIsNot();
    void aSummaryThatNobodyCanReadIsNot();
    void resultsThatStayAreNotLost();
    void anotherConversationLosesNothing();

    void aFullWindowIsTold();
    void anotherErrorIsNoFullWindow();
    void aCutAnswerIsTold();
    void anAnswerThatEndedIsNot();

    void aRunThatALimitStoppedIsTold();
    void aLimitThatIsOnlyASettingIsNot();
    void aLimitOfAProviderOrToolIsNot();
    void aRunThatAsksOnAndOnIsTold();
    void aRunThatSubmitsIsNot();

    void aPassingFailureAtTheEndIsTold();
    void aPassingFailureThatWasTriedAgainIsNot();
    void aLastingFailureAtTheEndIsNot();

    void eachPayloadIsReadOnce();
};

void TestFindingsContext::aChangedFrontBreaksTheCache()
{
    const auto prices = PriceTable::parse(
        R"({"currency":"USD","unit":"per_million_tokens","models":[{"match":["model-a"],"prices":
            [{"from":"1960-01-01","input":10,"output":20,"cache_read":1,"cache_write":12}]}]})");
    Conversation talk;
    talk.system("Be brief. It is 10:15 now.");
    talk.user(words("history", 300));
    const SpanId first = talk.answer("One.");
    const SpanId second = talk.answer("Two.");
    talk.details()[second.index()].input.front().parts = {TextPart {"Be brief. It is 10:17 now."}};
    talk.setUsage(first, {.input = 10, .cacheRead = 0, .cacheWrite = 8'000});
    talk.setUsage(second, {.input = 10, .cacheRead = 0, .cacheWrite = 8'100});
    const auto found
        = findingsOf(*talk.trace(), "cache-break", {.prices = prices ? &*prices : nullptr});
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].severity, Severity::Warning);
    QCOMPARE(found[0].steps, std::vector<SpanId> {second});
    QCOMPARE(found[0].figures[1], (FindingFigure {"tokens", 8'000, "tokens"}));
    QCOMPARE(found[0].figures[2].name, std::string("cost"));
    QVERIFY(std::abs(found[0].figures[2].value - 0.072) < 1e-9);
    QVERIFY(found[0].explanation.find("10:17") != std::string::npos);
}

void TestFindingsContext::aConversationThatGrowsDoesNot()
{
    Conversation talk;
    talk.system("Be brief.");
    talk.user(words("history", 300));
    const SpanId first = talk.answer("One.");
    const SpanId second = talk.answer("Two.");
    talk.setUsage(first, {.input = 10, .cacheRead = 0, .cacheWrite = 8'000});
    talk.setUsage(second, {.input = 10, .cacheRead = 8'000, .cacheWrite = 100});
    QVERIFY(findingsOf(*talk.trace(), "cache-break").empty());
}

void TestFindingsContext::anExpiredCacheIsANote()
{
    // Before that nobody can help it: the provider had lost it.
    for (const std::int64_t minutes : {1, 6}) {
        Conversation talk;
        talk.user(words("history", 300));
        talk.setToolTime(minutes * 60'000'000'000);
        const SpanId first = Conversation::callOf(talk.tool("wait", "{}", "One."));
        const SpanId second = talk.answer("Two.");
        talk.setUsage(first, {.input = 10, .cacheRead = 2'000, .cacheWrite = 8'000});
        talk.setUsage(second, {.input = 10, .cacheRead = 0, .cacheWrite = 10'000});
        const auto found = findingsOf(*talk.trace(), "cache-break");
        QCOMPARE(found.size(), std::size_t {minutes == 6 ? 1U : 0U});
        if (minutes == 6) {
            QCOMPARE(found[0].severity, Severity::Note);
            QCOMPARE(found[0].figures[1].value, 10'000.0);
        }
    }
}

void TestFindingsContext::otherToolsBreakTheCache()
{
    Conversation talk;
    talk.user(words("history", 300));
    talk.offer(R"([{"name":"find"}])");
    const SpanId first = talk.answer("One.");
    talk.offer(R"([{"name":"seek"}])");
    const SpanId second = talk.answer("Two.");
    talk.setUsage(first, {.input = 10, .cacheWrite = 8'000});
    talk.setUsage(second, {.input = 10, .cacheRead = 0, .cacheWrite = 8'000});
    const auto found = findingsOf(*talk.trace(), "cache-break");
    QCOMPARE(found.size(), std::size_t {1});
    QVERIFY(found[0].title.find("other tools") != std::string::npos);
}

void TestFindingsContext::aFrontThatChangesEachTimeIsToldWithoutAReport()
{
    Conversation talk;
    talk.system("It is 10:10.");
    talk.user(words("history", 900));
    for (int i = 0; i < 5; ++i) {
        const SpanId call = talk.answer("Answer " + std::to_string(i));
        talk.details()[call.index()].input.front().parts
            = {TextPart {"It is 10:1" + std::to_string(i) + '.'}};
    }
    const auto found = findingsOf(*talk.trace(), "cache-break");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].figures[0], (FindingFigure {"calls", 4, ""}));
    QVERIFY(found[0].explanation.find("estimate") != std::string::npos);
}

void TestFindingsContext::anotherConversationIsNoBreak()
{
    Conversation talk;
    talk.system("You name conversations.");
    talk.user(words("history", 900));
    const SpanId first = talk.answer("One.");
    const SpanId second = talk.answer("Two.");
    talk.details()[second.index()].input
        = {{.role = Role::System, .parts = {TextPart {"You are somebody else."}}},
           {.role = Role::User, .parts = {TextPart {"Something else."}}}};
    talk.setUsage(first, {.input = 10, .cacheWrite = 8'000});
    talk.setUsage(second, {.input = 10, .cacheRead = 0, .cacheWrite = 0});
    QVERIFY(findingsOf(*talk.trace(), "cache-break").empty());
}

void TestFindingsContext::callsAgainAfterCompressionAreTold()
{
    Conversation talk;
    talk.system("Be brief.");
    talk.user("Mend it.");
    const SpanId first = talk.tool("read", R"({"path":"a"})", words("line", 600));
    for (int i = 0; i < 3; ++i)
        talk.tool("edit", R"({"at":)" + std::to_string(i) + '}', "done");
    talk.compress(2);
    const SpanId again = talk.tool("read", R"({"path":"a"})", words("line", 600));
    const auto found = findingsOf(*talk.trace(), "lost-context");
    // The summary says nothing of what was read, either.
    QCOMPARE(found.size(), std::size_t {2});
    QVERIFY(found[1].steps.size() >= 2);
    QCOMPARE(found[1].steps[0], again);
    QCOMPARE(found[1].steps[1], first);
    QVERIFY(found[1].figures[1].value > 500);
}

void TestFindingsContext::callsAgainWithoutCompressionAreNot()
{
    Conversation talk;
    talk.system("Be brief.");
    talk.user("Mend it.");
    talk.tool("read", R"({"path":"a"})", words("line", 600));
    talk.tool("edit", "{}", "done");
    talk.tool("read", R"({"path":"a"})", words("line", 600));
    QVERIFY(findingsOf(*talk.trace(), "lost-context").empty());
}

void TestFindingsContext::aTaskThatLeftTheWindowIsTold()
{
    Conversation talk;
    talk.system("Be brief.");
    talk.user("Mend the left door of the barn.");
    for (int i = 0; i < 4; ++i)
        talk.tool("edit", R"({"at":)" + std::to_string(i) + '}', "done " + std::to_string(i));
    const SpanId last = talk.answer("Done.");
    auto& input = talk.details()[last.index()].input;
    input.erase(input.begin() + 1, input.begin() + 4);
    const auto found = findingsOf(*talk.trace(), "lost-context");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].steps, std::vector<SpanId> {last});
    QVERIFY(found[0].explanation.find("Mend the left door") != std::string::npos);
}

void TestFindingsContext::aTaskInASummaryIsNot()
{
    Conversation talk;
    talk.system("Be brief.");
    talk.user("Mend the left door of the barn.");
    for (int i = 0; i < 4; ++i)
        talk.tool("edit", R"({"at":)" + std::to_string(i) + '}', "done " + std::to_string(i));
    talk.compress(3);
    talk.answer("Done.");
    QVERIFY(findingsOf(*talk.trace(), "lost-context").empty());
}

void TestFindingsContext::aSummaryWithoutTheFactsIsTold()
{
    Forgetful run("The assistant has read the file of Mr. Bell (table 7).");
    const auto found = findingsOf(*run.talk.trace(), "lost-context");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].severity, Severity::Warning);
    QCOMPARE(found[0].steps, (std::vector<SpanId> {run.last, run.read}));
    QVERIFY(found[0].explanation.find("`Guest: Mr. Bell") != std::string::npos);
    QVERIFY(found[0].explanation.find("`The assistant has read") != std::string::npos);
}

void TestFindingsContext::aSummaryThatKeepsAFactIsNot()
{
    for (const char* summary : {"Mr. Bell must not eat nuts.",
                                "Table 7: several allergies!",
                                "Mr. Bell comes on Saturday."}) {
        Forgetful run(summary);
        QVERIFY2(findingsOf(*run.talk.trace(), "lost-context").empty(), summary);
    }
}

void TestFindingsContext::aSummaryOfWhatTheTaskSaysOrSmallResultsIsNot()
{
    for (const char* result : {"Guest: Mr. Bell, table 7.",
                               "ok, nothing special",
                               "Гость: господин Белл, столик семь, суббота, четыре часа, орехи"}) {
        Forgetful run("The assistant has read the file.", result);
        QVERIFY2(findingsOf(*run.talk.trace(), "lost-context").empty(), result);
    }
}

void TestFindingsContext::aSummaryThatNobodyCanReadIsNot()
{
    Forgetful run("What was said before:");
    std::vector<Message>& input = run.talk.details()[run.last.index()].input;
    input[2].parts.emplace_back(OtherPart {"encrypted_content", R"({"data":"9aF3"})"});
    QVERIFY(findingsOf(*run.talk.trace(), "lost-context").empty());
}

void TestFindingsContext::resultsThatStayAreNotLost()
{
    Conversation talk;
    talk.system("You help a small café.");
    talk.user("Which cake do we bake for Mr. Bell at table 7?");
    talk.tool("list", "{}", "guest.txt");
    talk.tool("read_file", R"({"path":"guest.txt"})", kGuest);
    const SpanId last = talk.answer("Lemon cake.");
    std::vector<Message>& input = talk.details()[last.index()].input;
    input.erase(input.begin() + 2, input.begin() + 4);
    input.insert(input.begin() + 2,
                 {.role = Role::User, .parts = {TextPart {"It looked around."}}});
    QVERIFY(findingsOf(*talk.trace(), "lost-context").empty());
}

/// It begins alike and was never the other.
void TestFindingsContext::anotherConversationLosesNothing()
{
    Forgetful run("Now for table 9?");
    std::vector<Message>& input = run.talk.details()[run.last.index()].input;
    input.resize(3);
    QVERIFY(findingsOf(*run.talk.trace(), "lost-context").empty());
}

void TestFindingsContext::aFullWindowIsTold()
{
    Conversation talk;
    talk.user("Hello");
    const SpanId before = talk.answer("Hello.");
    talk.setUsage(before, {.input = 190'000});
    const SpanId full = talk.answer("");
    talk.fail(full,
              {"invalid_request_error", "prompt is too long: 204000 tokens > 200000 maximum", {}});
    const auto found = findingsOf(*talk.trace(), "context-overflow");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].severity, Severity::Error);
    QCOMPARE(found[0].steps, (std::vector<SpanId> {full, before}));
    QCOMPARE(found[0].figures[0].value, 190'000.0);
}

void TestFindingsContext::anotherErrorIsNoFullWindow()
{
    Conversation talk;
    talk.user("Hello");
    talk.fail(talk.answer(""), {"invalid_request_error", "max_tokens: must be above 0", {}});
    QVERIFY(findingsOf(*talk.trace(), "context-overflow").empty());
}

void TestFindingsContext::aCutAnswerIsTold()
{
    Conversation talk;
    talk.user("Tell me all.");
    const SpanId cut = talk.answer("All is");
    talk.details()[cut.index()].finishReasons = {"max_tokens"};
    const auto found = findingsOf(*talk.trace(), "cut-answer");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].steps, std::vector<SpanId> {cut});
}

void TestFindingsContext::anAnswerThatEndedIsNot()
{
    Conversation talk;
    talk.user("Tell me all.");
    for (const char* reason : {"stop", "end_turn", "tool_use"})
        talk.details()[talk.answer("All is well.").index()].finishReasons = {reason};
    QVERIFY(findingsOf(*talk.trace(), "cut-answer").empty());
}

void TestFindingsContext::aRunThatALimitStoppedIsTold()
{
    Conversation talk;
    talk.user("Go.");
    const SpanId last = talk.tool("look", "{}", "nothing");
    talk.fail(SpanId(0), {"MaxTurnsExceeded", "Max turns (10) exceeded", {}});
    const auto found = findingsOf(*talk.trace(), "step-limit");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].steps, std::vector<SpanId> {SpanId(0)});
    QVERIFY(last.isValid());
    QVERIFY(found[0].explanation.find("Max turns (10) exceeded") != std::string::npos);
}

void TestFindingsContext::aLimitThatIsOnlyASettingIsNot()
{
    auto builder = TraceBuilder({.formatId = "test", .formatName = "Test"});
    builder.addSession({.key = "s", .attributesJson = R"({"max_turns":30,"stop_reason":"done"})"});
    builder.addSpan({.session = SessionId(0), .kind = SpanKind::Llm, .name = "chat"});
    auto payloads = std::make_shared<tests::WrittenPayloads>();
    payloads->details.emplace_back();
    const auto trace = builder.finish(payloads);
    QVERIFY(findingsOf(*trace, "step-limit").empty());
}

void TestFindingsContext::aLimitOfAProviderOrToolIsNot()
{
    Conversation talk;
    talk.user("Go.");
    talk.fail(talk.tool("look", "{}", ""), {"", "Max iterations of the solver reached", {}});
    talk.fail(talk.answer(""), {"rate_limit", "Rate limit reached: too many requests", {}});
    QVERIFY(findingsOf(*talk.trace(), "step-limit").empty());
}

void TestFindingsContext::aRunThatAsksOnAndOnIsTold()
{
    Conversation talk;
    talk.user("Go.");
    for (int i = 0; i < 60; ++i)
        talk.tool("look", R"({"at":)" + std::to_string(i) + '}', "nothing at " + std::to_string(i));
    const auto trace = talk.trace();
    const auto found = findingsOf(*trace, "step-limit");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].severity, Severity::Note);
    QCOMPARE(found[0].figures[0].value, 60.0);
}

void TestFindingsContext::aRunThatSubmitsIsNot()
{
    Conversation talk;
    talk.user("Go.");
    for (int i = 0; i < 60; ++i)
        talk.tool("look", R"({"at":)" + std::to_string(i) + '}', "nothing at " + std::to_string(i));
    talk.tool("submit_answer", "{}", "submitted");
    QVERIFY(findingsOf(*talk.trace(), "step-limit").empty());
}

void TestFindingsContext::aPassingFailureAtTheEndIsTold()
{
    Conversation talk;
    talk.user("Hello");
    talk.answer("Hello.");
    const SpanId last = talk.answer("");
    talk.fail(last, {"overloaded_error", "Overloaded", {}});
    const auto found = findingsOf(*talk.trace(), "no-retry");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].steps, std::vector<SpanId> {last});
}

void TestFindingsContext::aPassingFailureThatWasTriedAgainIsNot()
{
    Conversation talk;
    talk.user("Hello");
    talk.fail(talk.answer(""), {"overloaded_error", "Overloaded", {}});
    talk.answer("Hello.");
    QVERIFY(findingsOf(*talk.trace(), "no-retry").empty());
}

void TestFindingsContext::aLastingFailureAtTheEndIsNot()
{
    Conversation talk;
    talk.user("Hello");
    talk.fail(talk.answer(""), {"http_401", "invalid x-api-key", {}});
    QVERIFY(findingsOf(*talk.trace(), "no-retry").empty());
}

void TestFindingsContext::eachPayloadIsReadOnce()
{
    class CountingPayloads : public PayloadSource
    {
    public:
        Result<SpanDetail> detail(SpanId span) const override
        {
            ++reads;
            SpanDetail detail;
            detail.toolArguments = R"({"at":)" + std::to_string(span.value) + '}';
            detail.toolResult = "nothing at " + std::to_string(span.value);
            return detail;
        }

        Result<std::string> raw(SpanId) const override { return std::string(); }

        mutable std::size_t reads = 0;
    };

    auto builder = TraceBuilder({.formatId = "test", .formatName = "Test"});
    builder.addSession({.key = "s"});
    constexpr std::size_t kSteps = 5'000;
    for (std::size_t i = 0; i < kSteps; ++i) {
        builder.addSpan({.session = SessionId(0),
                         .kind = i % 2 == 0 ? SpanKind::Llm : SpanKind::Tool,
                         .name = "look"});
        builder.addSpan({.session = SessionId(0), .kind = SpanKind::StateChange, .name = "state"});
    }
    auto payloads = std::make_shared<CountingPayloads>();
    const auto trace = builder.finish(payloads);
    Job job;
    const auto report = findFindings(*trace, job);
    QVERIFY(report.has_value());
    QCOMPARE(report->steps, kSteps);
    // Each once, and what is no call not at all.
    QCOMPARE(payloads->reads, kSteps);
    QCOMPARE(job.done(), std::uint64_t {2 * kSteps});
}

QTEST_GUILESS_MAIN(TestFindingsContext)
#include "tst_findings_context.moc"
