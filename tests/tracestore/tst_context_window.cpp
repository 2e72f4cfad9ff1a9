#include "tests/support/opened.h"
#include "tests/support/planted_conversation.h"
#include "tests/support/test_paths.h"
#include "tracestore/model/call_history.h"
#include "tracestore/model/payload_walk.h"
#include "tracestore/provenance/context_window.h"

#include <QTest>

using namespace tracestore;
using tests::Conversation;

namespace {

constexpr std::string_view kPrices = R"({"currency":"USD","unit":"per_million_tokens","models":[
    {"match":["model-a"],"prices":[{"from":"1960-01-01","input":10,"output":20,"cache_read":1,
     "cache_write":12}]}]})";

std::string words(const std::string& word, int count)
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += word + std::to_string(i) + ' ';
    return text;
}

ContextWindow windowOf(const Trace& trace, SpanId call)
{
    const auto prices = PriceTable::parse(kPrices);
    Job job;
    auto window = contextWindow(trace, call, prices ? &*prices : nullptr, job);
    if (!window) {
        qWarning("%s", window.error().message.c_str());
        return {};
    }
    return *window;
}

std::int64_t sumOf(const ContextWindow& window)
{
    std::int64_t sum = 0;
    for (const WindowPart& part : window.parts)
        sum += part.tokens;
    return sum;
}

/// The changes of the parts: `= = n`.
std::string changes(const ContextWindow& window)
{
    std::string text;
    for (const WindowPart& part : window.parts) {
        text += text.empty() ? "" : " ";
        text += part.change == WindowChange::Same  ? "="
            : part.change == WindowChange::New     ? "n"
            : part.change == WindowChange::Changed ? "c"
                                                   : "z" + std::to_string(part.standsFor);
    }
    return text;
}

} // namespace

class TestContextWindow : public QObject
{
    Q_OBJECT

private slots:
    void theReportedTotalIsShared();
    void withoutAReportItIsAnEstimate();
    void whatIsAddedIsNewAndBreaksNothing();
    void aChangedPromptBreaksTheCacheAtItsByte();
    void whatIsCutIsCountedAndBreaksTheCache();
    void aSummaryInTheirPlaceIsCompression();
    void whoWritesTheSummaryIsNotTheCallBefore();
    void otherToolsBreakTheCacheInFront();
    void anotherModelHasAnotherCache();
    void aCacheThatExpiredIsToldFromTheReport();
    void unknownPricesAreUnknown();
    void aCallWithoutMessagesHasItsTotal();
    void whatTheTraceDoesNotHoldIsToldApart();
    void aToolHasNoWindow();
    void theHistoryIsThatOfEachWindow();
    void samplesHaveWindows_data();
    void samplesHaveWindows();
};

void TestContextWindow::theReportedTotalIsShared()
{
    Conversation talk;
    talk.system(words("rule", 50));
    talk.user("What is it?");
    const SpanId call = Conversation::callOf(talk.tool("find", "{}", words("found", 400)));
    const SpanId answer = talk.answer("That.");
    talk.setUsage(answer, {.input = 100, .cacheRead = 1'903, .output = 7});
    const auto trace = talk.trace();
    const ContextWindow window = windowOf(*trace, answer);
    QVERIFY(window.isScaled);
    QCOMPARE(window.previous, call);
    QCOMPARE(window.total, std::int64_t {2'003});
    QCOMPARE(sumOf(window), std::int64_t {2'003});
    QCOMPARE(window.reported, std::optional<std::int64_t>(2'003));
    std::int64_t kinds = 0;
    for (const std::int64_t tokens : window.tokens)
        kinds += tokens;
    QCOMPARE(kinds, window.total);
    QVERIFY(window.tokens.at(static_cast<std::size_t>(WindowKind::Results)) > window.total / 2);
    QCOMPARE(window.parts.size(), std::size_t {4});
    QCOMPARE(window.parts.back().label, std::string("result of find"));
}

void TestContextWindow::withoutAReportItIsAnEstimate()
{
    Conversation talk;
    talk.user("What is it?");
    const SpanId answer = talk.answer("That.");
    const ContextWindow window = windowOf(*talk.trace(), answer);
    QVERIFY(!window.isScaled);
    QVERIFY(!window.reported);
    QVERIFY(window.total > 0);
    QVERIFY(!window.previous.isValid());
    QVERIFY(!window.cacheBreak);
}

void TestContextWindow::whatIsAddedIsNewAndBreaksNothing()
{
    Conversation talk;
    talk.system("Be brief.");
    talk.user("What is it?");
    talk.tool("find", "{}", "found");
    const SpanId answer = talk.answer("That.");
    const ContextWindow window = windowOf(*talk.trace(), answer);
    QCOMPARE(changes(window), std::string("= = n n"));
    QVERIFY(!window.cacheBreak);
    QCOMPARE(window.cutMessages, std::size_t {0});
}

void TestContextWindow::aChangedPromptBreaksTheCacheAtItsByte()
{
    Conversation talk;
    talk.system("Be brief. It is 10:15 now.");
    talk.user(words("history", 300));
    const SpanId first = talk.answer("One.");
    const SpanId second = talk.answer("Two.");
    Message& prompt = talk.details()[second.index()].input.front();
    prompt.parts = {TextPart {"Be brief. It is 10:17 now."}};
    const ContextWindow window = windowOf(*talk.trace(), second);
    QCOMPARE(window.previous, first);
    QCOMPARE(changes(window), std::string("c = n"));
    QVERIFY(window.cacheBreak.has_value());
    const CacheBreak& found = *window.cacheBreak;
    QCOMPARE(found.cause, CacheBreakCause::Changed);
    QCOMPARE(found.part, std::size_t {0});
    QCOMPARE(found.byte, std::size_t {20});
    QVERIFY(found.before.find("10:15") != std::string::npos);
    QVERIFY(found.now.find("10:17") != std::string::npos);
    QCOMPARE(found.tokens, window.parts[1].tokens);
    QVERIFY(!found.isReported);
    QVERIFY(found.cost.has_value());
    QVERIFY(std::abs(found.cost->amount - 9e-6 * static_cast<double>(found.tokens)) < 1e-12);
}

void TestContextWindow::whatIsCutIsCountedAndBreaksTheCache()
{
    Conversation talk;
    talk.system("Be brief.");
    for (int i = 0; i < 8; ++i)
        talk.user(words("question" + std::to_string(i), 20));
    talk.answer("One.");
    const SpanId second = talk.answer("Two.");
    auto& input = talk.details()[second.index()].input;
    input.erase(input.begin() + 1, input.begin() + 4);
    const ContextWindow window = windowOf(*talk.trace(), second);
    QCOMPARE(changes(window), std::string("= = = = = = n"));
    QCOMPARE(window.cutMessages, std::size_t {3});
    QVERIFY(window.cutTokens > 0);
    QVERIFY(window.cacheBreak.has_value());
    QCOMPARE(window.cacheBreak->cause, CacheBreakCause::Cut);
    QCOMPARE(window.cacheBreak->part, std::size_t {1});
}

void TestContextWindow::aSummaryInTheirPlaceIsCompression()
{
    Conversation talk;
    talk.system("Be brief.");
    for (int i = 0; i < 8; ++i)
        talk.user(words("question" + std::to_string(i), 20));
    talk.answer("One.");
    talk.compress(3);
    const SpanId second = talk.answer("Two.");
    const ContextWindow window = windowOf(*talk.trace(), second);
    QCOMPARE(changes(window), std::string("= z6 = = n"));
    QCOMPARE(window.cutMessages, std::size_t {6});
    QVERIFY(window.cacheBreak.has_value());
}

/// The call that writes a summary is told something else: what the conversation lost is seen beside
/// its own last call.
void TestContextWindow::whoWritesTheSummaryIsNotTheCallBefore()
{
    TraceBuilder builder({.formatId = "test", .formatName = "Test"});
    const SessionId session = builder.addSession({.key = "s"});
    const auto add = [&](SpanKind kind, const char* name, const char* origKind) {
        return builder.addSpan(
            {.session = session, .kind = kind, .name = name, .origKind = origKind});
    };
    const SpanId before = add(SpanKind::Llm, "chat", "");
    add(SpanKind::Compaction, "compression summarise", "decision_made");
    const SpanId writer = add(SpanKind::Llm, "chat", "");
    add(SpanKind::Compaction, "compression compress", "decision_made");
    const SpanId after = add(SpanKind::Llm, "chat", "");
    // What another program calls a compaction says nothing about the call behind it.
    add(SpanKind::Compaction, "context compacted", "compacted");
    const SpanId last = add(SpanKind::Llm, "chat", "");
    const SpanId end = add(SpanKind::Llm, "chat", "");
    const TracePtr trace = builder.finish(std::make_shared<tests::WrittenPayloads>());
    QVERIFY(writesSummary(*trace, writer));
    QCOMPARE(previousCall(*trace, writer), before);
    QCOMPARE(previousCall(*trace, after), before);
    QCOMPARE(previousCall(*trace, last), after);
    QCOMPARE(previousCall(*trace, end), last);
}

void TestContextWindow::otherToolsBreakTheCacheInFront()
{
    Conversation talk;
    talk.user("What is it?");
    const SpanId first = talk.answer("One.");
    const SpanId second = talk.answer("Two.");
    talk.details()[first.index()].toolDefinitions = R"([{"name":"find"}])";
    talk.details()[second.index()].toolDefinitions = R"([{"name":"seek"}])";
    const ContextWindow window = windowOf(*talk.trace(), second);
    QCOMPARE(changes(window), std::string("c = n"));
    QVERIFY(window.cacheBreak.has_value());
    QCOMPARE(window.cacheBreak->cause, CacheBreakCause::Tools);
    QCOMPARE(window.cacheBreak->byte, std::size_t {10});
    QCOMPARE(window.cacheBreak->tokens, window.parts[1].tokens);
}

void TestContextWindow::anotherModelHasAnotherCache()
{
    Conversation talk;
    talk.user("What is it?");
    talk.answer("One.");
    talk.setModel("model-b");
    const SpanId second = talk.answer("Two.");
    const ContextWindow window = windowOf(*talk.trace(), second);
    QVERIFY(window.cacheBreak.has_value());
    QCOMPARE(window.cacheBreak->cause, CacheBreakCause::Model);
    QCOMPARE(window.cacheBreak->before, std::string("model-a"));
    QCOMPARE(window.cacheBreak->now, std::string("model-b"));
    QVERIFY(!window.cacheBreak->cost); // there is no price of it
}

void TestContextWindow::aCacheThatExpiredIsToldFromTheReport()
{
    Conversation talk;
    talk.user(words("history", 3'000));
    const SpanId first = talk.answer("One.");
    const SpanId second = talk.answer("Two.");
    talk.setUsage(first, {.input = 10, .cacheRead = 2'000, .cacheWrite = 8'000});
    talk.setUsage(second, {.input = 10'020, .cacheRead = 0});
    const ContextWindow window = windowOf(*talk.trace(), second);
    QVERIFY(window.cacheBreak.has_value());
    QCOMPARE(window.cacheBreak->cause, CacheBreakCause::Unused);
    QCOMPARE(window.cacheBreak->tokens, std::int64_t {10'000});
    QVERIFY(window.cacheBreak->isReported);
    QVERIFY(std::abs(window.cacheBreak->cost->amount - 0.09) < 1e-9);
}

void TestContextWindow::unknownPricesAreUnknown()
{
    Conversation talk;
    talk.setModel("model-nobody-knows");
    talk.system("Be brief. One.");
    talk.user("What is it?");
    talk.answer("One.");
    const SpanId second = talk.answer("Two.");
    talk.details()[second.index()].input.front().parts = {TextPart {"Be brief. Two."}};
    const ContextWindow window = windowOf(*talk.trace(), second);
    QVERIFY(window.cacheBreak.has_value());
    QVERIFY(!window.cacheBreak->cost);
}

void TestContextWindow::aCallWithoutMessagesHasItsTotal()
{
    Conversation talk;
    talk.user("What is it?");
    const SpanId call = talk.answer("One.");
    talk.details()[call.index()] = {};
    talk.setUsage(call, {.input = 777});
    const ContextWindow window = windowOf(*talk.trace(), call);
    QVERIFY(window.parts.empty());
    QCOMPARE(window.total, std::int64_t {777});
    QCOMPARE(window.state, ContentState::Absent);
}

void TestContextWindow::whatTheTraceDoesNotHoldIsToldApart()
{
    Conversation talk;
    talk.user("What is it?");
    const SpanId call = talk.answer("One.");
    talk.setUsage(call, {.input = 20'000});
    const auto trace = talk.trace();
    const ContextWindow window = windowOf(*trace, call);
    QCOMPARE(window.parts.size(), std::size_t {2});
    QCOMPARE(window.parts[0].kind, WindowKind::Unseen);
    QVERIFY(window.parts[0].tokens > 19'900);
    QVERIFY(window.parts[1].tokens < 50);
    QCOMPARE(sumOf(window), std::int64_t {20'000});
    Job job;
    const auto sums = contextHistory(*trace, SessionId(0), AgentId(0), job);
    QCOMPARE(sums->front().tokens.at(static_cast<std::size_t>(WindowKind::Unseen)),
             window.parts[0].tokens);
}

void TestContextWindow::aToolHasNoWindow()
{
    Conversation talk;
    const SpanId tool = talk.tool("find", "{}", "found");
    Job job;
    const auto window = contextWindow(*talk.trace(), tool, nullptr, job);
    QVERIFY(!window);
    QCOMPARE(window.error().code, ErrorCode::Invalid);
}

void TestContextWindow::theHistoryIsThatOfEachWindow()
{
    Conversation talk;
    talk.system("Be brief.");
    talk.user("What is it?");
    for (int i = 0; i < 5; ++i)
        talk.tool("find", "{}", words("found", 30));
    talk.compress(2);
    const SpanId last = talk.answer("That.");
    talk.setUsage(last, {.input = 321});
    const auto trace = talk.trace();
    Job job;
    const auto sums = contextHistory(*trace, SessionId(0), AgentId(0), job);
    QVERIFY(sums.has_value());
    QCOMPARE(sums->size(), std::size_t {6});
    for (const WindowSum& sum : *sums) {
        const ContextWindow window = windowOf(*trace, sum.call);
        QCOMPARE(sum.total, window.total);
        QCOMPARE(sum.isScaled, window.isScaled);
        QVERIFY(sum.isKnown);
        QCOMPARE(sum.isCut, sum.call == last);
        // Estimates are rounded kind by kind or part by part.
        for (std::size_t i = 0; i < kWindowKinds; ++i)
            QVERIFY(std::abs(sum.tokens.at(i) - window.tokens.at(i)) <= 5);
    }
    job.cancel();
    QVERIFY(!contextHistory(*trace, SessionId(0), AgentId(0), job));
}

void TestContextWindow::samplesHaveWindows_data()
{
    QTest::addColumn<QString>("folder");
    for (const char* folder :
         {"claude-code", "codex", "openhands", "http-anthropic", "pi", "inspect"})
        QTest::newRow(folder) << QString::fromLatin1(folder);
}

/// Whatever a format tells: the sums hold, and the walk says what each detail says.
void TestContextWindow::samplesHaveWindows()
{
    KYMO_NEED_SAMPLES();
    QFETCH(const QString, folder);
    std::size_t windows = 0;
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             tests::samplesDir() / folder.toStdString())) {
        if (!entry.is_regular_file() || entry.file_size() > 3'000'000 || files >= 6)
            continue;
        const auto trace = tests::openFiles({entry.path()});
        if (!trace)
            continue;
        const std::size_t before = windows;
        const auto walk = walkOf((*trace)->payloads());
        const std::size_t count = std::min<std::size_t>((*trace)->spanCount(), 150);
        for (std::uint32_t i = 0; i < count; ++i) {
            const SpanId span(i);
            const auto detail = (*trace)->payloads().detail(span);
            const auto content = walk->read(span);
            QCOMPARE(content.has_value(), detail.has_value());
            if (!detail)
                continue;
            QVERIFY2(content->input.messages() == detail->input, entry.path().c_str());
            QVERIFY(content->rest.output == detail->output);
            QCOMPARE(content->rest.inputState, detail->inputState);
            QCOMPARE(content->rest.toolResult, detail->toolResult);
            if ((*trace)->kind(span) != SpanKind::Llm)
                continue;
            const ContextWindow window = windowOf(**trace, span);
            QCOMPARE(window.call, span);
            QCOMPARE(window.parts.empty() ? window.total : sumOf(window), window.total);
            ++windows;
        }
        files += windows > before ? 1 : 0;
    }
    std::printf("%s: %zu files, %zu windows\n", qPrintable(folder), files, windows);
    QVERIFY(files > 0);
    QVERIFY(windows > 0);
}

QTEST_GUILESS_MAIN(TestContextWindow)
#include "tst_context_window.moc"
