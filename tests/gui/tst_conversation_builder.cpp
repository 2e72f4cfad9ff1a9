#include "gui/messages/conversation_builder.h"
#include "gui/messages/markdown.h"
#include "tests/support/trace_maker.h"
#include "tracestore/model/call_history.h"

#include <QTest>

using namespace gui;
using namespace tracestore;
using namespace Qt::StringLiterals;

class TestConversationBuilder : public QObject
{
    Q_OBJECT

private slots:
    void onlyWhatIsNewIsNew_data();
    void onlyWhatIsNewIsNew();
    void previousCallIsOfTheSameAgent();
    void callShowsNewMessagesAndItsAnswer();
    void toolsThatAreStepsAreShownOnce();
    void reconstructedHistoryIsNotToldAgain();
    void toolFoldsArgumentsAndResult();
    void argumentsArePreviewedWithoutMarks();
    void textInQuotesIsReadWithoutThem();
    void tokensOfAWrapperAreNotTold();
    void longTextsShowTheirBeginning();
    void wholeTextIsFound();
    void encryptedReasoningSaysSo();
    void mediaAreChips();
    void hostileTextStaysText();
    void errorsAreBlocks();
    void cardCountsWhatIsBelow();
    void markdownIsMadeOut();
    void markdownLeavesTheRest();
};

namespace {

Message say(Role role, std::string text)
{
    return {.role = role, .parts = {TextPart {std::move(text)}}};
}

std::vector<Message> talk(const QByteArray& letters)
{
    std::vector<Message> messages;
    for (const char letter : letters)
        messages.push_back(say(letter == 's' ? Role::System : Role::User, std::string(1, letter)));
    return messages;
}

/// `kind title: first line of each section`, a block a line.
QString textOf(const std::vector<Block>& blocks)
{
    static constexpr std::array kKinds {"pending",
                                        "system",
                                        "user",
                                        "answer",
                                        "reasoning",
                                        "call",
                                        "result",
                                        "other",
                                        "card",
                                        "step",
                                        "error",
                                        "note"};
    QString text;
    for (const Block& block : blocks) {
        text += QString::fromLatin1(kKinds.at(static_cast<std::size_t>(block.kind))) + u' '
            + block.title;
        for (const BlockSection& section : block.sections)
            text += u" | "_s + section.text.section(u'\n', 0, 0);
        text += u'\n';
    }
    return text;
}

/// An agent with a model call, a tool and a model call.
struct SmallTrace
{
    SmallTrace()
    {
        TraceBuilder builder = tests::builderWithSession();
        const AgentId agent = builder.addAgent({.name = "worker"});
        SpanRecord record;
        record.session = SessionId(0);
        record.agent = agent;
        record.kind = SpanKind::Agent;
        record.name = "worker";
        root = builder.addSpan(record);
        record.parent = root;
        record.kind = SpanKind::Llm;
        record.name = "chat";
        record.respondedModel = "m-1";
        record.usage = TokenUsage {.input = 10, .output = 5};
        first = builder.addSpan(record);
        record.respondedModel = {};
        record.usage.reset();
        record.kind = SpanKind::Tool;
        record.name = "search";
        record.toolCallId = "c1";
        record.status = SpanStatus::Error;
        record.error = SpanError {"timeout", "no answer", true};
        tool = builder.addSpan(record);
        record.kind = SpanKind::Llm;
        record.name = "chat";
        record.toolCallId = {};
        record.status = SpanStatus::Ok;
        record.error.reset();
        second = builder.addSpan(record);
        trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    }

    SpanId root;
    SpanId first;
    SpanId tool;
    SpanId second;
    TracePtr trace;
};

} // namespace

void TestConversationBuilder::onlyWhatIsNewIsNew_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("now");
    QTest::addColumn<int>("firstNew");
    QTest::addColumn<int>("dropped");
    QTest::addColumn<bool>("isRewritten");
    QTest::newRow("first call") << QByteArray() << QByteArray("sa") << 0 << 0 << false;
    QTest::newRow("same") << QByteArray("sa") << QByteArray("sa") << 2 << 0 << false;
    QTest::newRow("goes on") << QByteArray("sa") << QByteArray("sabc") << 2 << 0 << false;
    QTest::newRow("edited end") << QByteArray("sabc") << QByteArray("sabx") << 3 << 1 << false;
    QTest::newRow("moving window") << QByteArray("sabcd") << QByteArray("scde") << 3 << 2 << false;
    QTest::newRow("compacted") << QByteArray("sabcd") << QByteArray("sx") << 1 << 4 << true;
    QTest::newRow("another talk") << QByteArray("abc") << QByteArray("xyz") << 0 << 3 << true;
    QTest::newRow("only the system") << QByteArray("s") << QByteArray("sab") << 1 << 0 << false;
    QTest::newRow("now empty") << QByteArray("sab") << QByteArray() << 0 << 3 << true;
}

void TestConversationBuilder::onlyWhatIsNewIsNew()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, now);
    QFETCH(int, firstNew);
    QFETCH(int, dropped);
    QFETCH(bool, isRewritten);
    const HistoryChange change = historyChange(talk(before), talk(now));
    QCOMPARE(static_cast<int>(change.firstNew), firstNew);
    QCOMPARE(static_cast<int>(change.dropped), dropped);
    QCOMPARE(change.isRewritten, isRewritten);
}

void TestConversationBuilder::previousCallIsOfTheSameAgent()
{
    const SmallTrace small;
    QCOMPARE(previousCall(*small.trace, small.second), small.first);
    QVERIFY(!previousCall(*small.trace, small.first).isValid());
}

void TestConversationBuilder::callShowsNewMessagesAndItsAnswer()
{
    const SmallTrace small;
    SpanDetail before;
    before.input = {say(Role::System, "be good"), say(Role::User, "hello")};
    before.output = {say(Role::Assistant, "hi")};
    SpanDetail now;
    now.input = before.input;
    now.input.push_back(say(Role::Assistant, "hi"));
    now.input.push_back(say(Role::User, "and now?"));
    now.output = {say(Role::Assistant, "this")};
    QCOMPARE(textOf(stepBlocks(*small.trace, small.first, {&before, nullptr, {}}, {})),
             u"system System | be good\nuser User | hello\nanswer Assistant · m-1 | hi\n"_s);
    QCOMPARE(textOf(stepBlocks(*small.trace, small.second, {&now, &before, {}}, {})),
             u"user User | and now?\nanswer Assistant | this\n"_s);
    // What a turn has said already is not said again.
    SpanDetail turn;
    turn.input = {say(Role::User, "and now?")};
    QCOMPARE(textOf(stepBlocks(*small.trace, small.second, {&now, &before, {&turn}}, {})),
             u"answer Assistant | this\n"_s);
}

void TestConversationBuilder::toolsThatAreStepsAreShownOnce()
{
    const SmallTrace small;
    SpanDetail call;
    call.output = {{.role = Role::Assistant,
                    .parts = {TextPart {"let me see"},
                              ToolCallPart {"c1", "search", "{\"q\":1}"},
                              ToolCallPart {"c2", "hidden", "{}"}}}};
    ToolSteps tools;
    const std::unordered_set<std::string_view> callIds {"c1"};
    tools.callIds = &callIds;
    QCOMPARE(textOf(stepBlocks(*small.trace, small.first, {&call, nullptr, {}}, tools)),
             u"answer Assistant · m-1 | let me see\ncall hidden | {}\n"_s);
    SpanDetail next;
    next.input = {{.role = Role::Tool, .parts = {ToolResultPart {"c1", "shown", false}}},
                  {.role = Role::Tool, .parts = {ToolResultPart {"c2", "not shown", true}}}};
    const auto blocks = stepBlocks(*small.trace, small.second, {&next, nullptr, {}}, tools);
    QCOMPARE(textOf(blocks), u"result Tool result | not shown\nstep chat\n"_s);
    QVERIFY(blocks[0].status == SpanStatus::Error);
}

void TestConversationBuilder::reconstructedHistoryIsNotToldAgain()
{
    const SmallTrace small;
    SpanDetail call;
    call.input = {say(Role::System, "rules"), say(Role::User, "from a step before")};
    call.inputState = ContentState::Reconstructed;
    call.output = {say(Role::Assistant, "done")};
    QCOMPARE(textOf(stepBlocks(*small.trace, small.second, {&call, nullptr, {}}, {})),
             u"system System | rules\nanswer Assistant | done\n"_s);
}

void TestConversationBuilder::toolFoldsArgumentsAndResult()
{
    const SmallTrace small;
    SpanDetail detail;
    detail.toolArguments = R"({"q":"cats","n":[1,2]})";
    detail.toolResult = "plain result";
    const auto blocks = stepBlocks(*small.trace, small.tool, {&detail, nullptr, {}}, {});
    QCOMPARE(blocks.size(), std::size_t {1});
    const Block& block = blocks.front();
    QVERIFY(block.canFold && block.startsFolded);
    QCOMPARE(block.preview, u"q: cats  ·  n: [1,2]"_s);
    QCOMPARE(blockText(block),
             u"search\ntimeout:\nno answer\nArguments:\n{\n  \"q\": \"cats\",\n  \"n\": "
             "[1,2]\n}\nResult:\nplain result"_s);
    // The error is in sight while the rest is folded, and a result that repeats it is not told.
    QVERIFY(block.foldedLines > 0);
    QVERIFY(block.sections.front().isError);
    detail.toolResult = "no answer";
    const auto same = stepBlocks(*small.trace, small.tool, {&detail, nullptr, {}}, {});
    QCOMPARE(blockText(same.front()).count(u"no answer"_s), qsizetype {1});
}

void TestConversationBuilder::argumentsArePreviewedWithoutMarks()
{
    const SmallTrace small;
    const auto previewOf = [&](std::string arguments) {
        SpanDetail detail;
        detail.toolArguments = std::move(arguments);
        return stepBlocks(*small.trace, small.tool, {&detail, nullptr, {}}, {}).front().preview;
    };
    QCOMPARE(previewOf(R"({"command":"ls -l\nwc","timeout":5,"deep":{"a":null}})"),
             u"command: ls -l wc  ·  timeout: 5  ·  deep: {\"a\":null}"_s);
    QCOMPARE(previewOf("{}"), QString());
    QCOMPARE(previewOf(R"(["a", 1])"), u"[\"a\", 1]"_s);
    QCOMPARE(previewOf("{broken"), u"{broken"_s);
    const QString wide = previewOf(R"({"text":")" + std::string(100'000, 'x') + R"("})");
    QVERIFY(wide.size() < 1000);
}

void TestConversationBuilder::textInQuotesIsReadWithoutThem()
{
    QCOMPARE(readable("\"two\\nlines\"").text, u"two\nlines"_s);
    QCOMPARE(readable("\"{\\\"a\\\":1}\"").text, u"{\n  \"a\": 1\n}"_s);
    QCOMPARE(readable("\"open").text, u"\"open"_s);
    QCOMPARE(readable("\"one\" and \"two\"").text, u"\"one\" and \"two\""_s);
    const SmallTrace small;
    SpanDetail detail;
    detail.toolResult = "\"two\\nlines\"";
    const Block block = stepBlocks(*small.trace, small.tool, {&detail, nullptr, {}}, {}).front();
    QVERIFY2(blockText(block).contains(u"Result:\ntwo\nlines"_s), qPrintable(blockText(block)));
}

void TestConversationBuilder::tokensOfAWrapperAreNotTold()
{
    TraceBuilder builder = tests::builderWithSession();
    SpanRecord record {.session = SessionId(0), .kind = SpanKind::Turn, .name = "step 1"};
    record.usage = TokenUsage {.input = 680, .output = 20};
    record.countsInTotals = false;
    const SpanId wrapper = builder.addSpan(record);
    record.countsInTotals = true;
    const SpanId counted = builder.addSpan(record);
    const TracePtr trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    QVERIFY(stepBlock(*trace, wrapper).trailing.isEmpty());
    QCOMPARE(stepBlock(*trace, counted).trailing, u"700 tokens"_s);
}

void TestConversationBuilder::longTextsShowTheirBeginning()
{
    const Message message = say(Role::User, std::string(1'000'000, 'x'));
    const auto blocks = messageBlocks(message, PartRef::Where::Input, 3);
    const BlockSection& section = blocks.front().sections.front();
    QVERIFY(section.isCut);
    QVERIFY(section.text.size() <= 4000);
    QCOMPARE(section.size, qsizetype {1'000'000});
    QVERIFY((section.whole == PartRef {PartRef::Where::Input, 3, 0}));
    // Many short lines are cut at a line end.
    std::string lines;
    for (int i = 0; i < 500; ++i)
        lines += "line\n";
    const auto many = messageBlocks(say(Role::User, lines), PartRef::Where::Input, 0);
    QVERIFY(many.front().sections.front().isCut);
    QCOMPARE(many.front().sections.front().text.count(u'\n'), qsizetype {79});
    const auto small = messageBlocks(say(Role::User, "ä"), PartRef::Where::Input, 0);
    QVERIFY(!small.front().sections.front().isCut);
}

void TestConversationBuilder::wholeTextIsFound()
{
    SpanDetail detail;
    detail.input = {say(Role::User, "a"),
                    {.parts = {TextPart {"b"}, ToolResultPart {"c", "result", false}}}};
    detail.toolResult = "r";
    QCOMPARE(wholeText(detail, {PartRef::Where::Input, 1, 1}), std::string("result"));
    QCOMPARE(wholeText(detail, {PartRef::Where::Result}), std::string("r"));
    QVERIFY(wholeText(detail, {PartRef::Where::Input, 9, 0}).empty());
    QVERIFY(wholeText(detail, {PartRef::Where::Output, 0, 0}).empty());
}

void TestConversationBuilder::encryptedReasoningSaysSo()
{
    const Message message {.role = Role::Assistant, .parts = {ReasoningPart {"", "sig", true}}};
    const auto blocks = messageBlocks(message, PartRef::Where::Output, 0);
    QVERIFY(blocks.front().kind == BlockKind::Reasoning);
    QVERIFY(blocks.front().preview.contains(u"encrypted"_s));
    QVERIFY(!blocks.front().canFold);
}

void TestConversationBuilder::mediaAreChips()
{
    const Message message {.role = Role::User,
                           .parts = {TextPart {"look"},
                                     MediaPart {"image/png", "", std::string(4096, 'A')},
                                     MediaPart {"image/png", "https://example.com/a.png", ""}}};
    const auto blocks = messageBlocks(message, PartRef::Where::Input, 0);
    QCOMPARE(blocks.size(), std::size_t {1});
    QCOMPARE(blocks.front().media.size(), std::size_t {2});
    QVERIFY(blocks.front().media[0].isEmbedded);
    QVERIFY(!blocks.front().media[1].isEmbedded);
    QVERIFY(blocks.front().media[1].label.contains(u"not in the trace"_s));
}

void TestConversationBuilder::hostileTextStaysText()
{
    const std::string hostile = "<img src=\"file:///etc/passwd\">\u202Eabc\x07";
    const auto blocks = messageBlocks(say(Role::User, hostile), PartRef::Where::Input, 0);
    QCOMPARE(blockText(blocks.front()), u"User\n<img src=\"file:///etc/passwd\">\uFFFDabc\u2407"_s);
    QVERIFY(!blocks.front().preview.contains(QChar(0x202E)));
}

void TestConversationBuilder::errorsAreBlocks()
{
    TraceBuilder builder = tests::builderWithSession();
    SpanRecord record;
    record.session = SessionId(0);
    record.kind = SpanKind::Llm;
    record.name = "chat";
    record.status = SpanStatus::Error;
    record.error = SpanError {"rate_limit", "slow down", true};
    const SpanId span = builder.addSpan(record);
    const TracePtr trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    SpanDetail detail;
    detail.errorStack = "at main\nat start";
    const auto blocks = stepBlocks(*trace, span, {&detail, nullptr, {}}, {});
    QCOMPARE(textOf(blocks), u"step chat\nerror rate_limit | slow down | at main\n"_s);
    // The stack is there, but not in the way.
    QVERIFY(blocks.back().canFold && blocks.back().startsFolded);
    QVERIFY(blocks.back().foldedLines > 0);
}

void TestConversationBuilder::cardCountsWhatIsBelow()
{
    const SmallTrace small;
    const Block card = cardBlock(*small.trace, small.root);
    QCOMPARE(card.title, u"worker"_s);
    QCOMPARE(card.trailing, u"3 steps  ·  1 failed  ·  15 tokens"_s);
}

void TestConversationBuilder::markdownIsMadeOut()
{
    using Kind = Paragraph::Kind;
    const auto read = readMarkdown(
        u"# Title\ntext **bold** and `code`\n- one\n  2. two\n> quote\n---\n```py\na = 1\n\nb\n```\nend"_s);
    QCOMPARE(read.size(), std::size_t {8});
    QVERIFY(read[0].kind == Kind::Heading && read[0].text == u"Title"_s);
    QCOMPARE(read[1].text, u"text bold and code"_s);
    QVERIFY((read[1].marks
             == std::vector<Paragraph::Mark> {{5, 4, Paragraph::Mark::Style::Bold},
                                              {14, 4, Paragraph::Mark::Style::Code}}));
    QVERIFY(read[2].kind == Kind::Item && read[2].mark == u"•"_s && read[2].text == u"one"_s);
    QVERIFY(read[3].kind == Kind::Item && read[3].mark == u"2."_s && read[3].level == 1);
    QVERIFY(read[4].kind == Kind::Quote);
    QVERIFY(read[5].kind == Kind::Rule);
    QVERIFY(read[6].kind == Kind::Code);
    QCOMPARE(read[6].text, u"a = 1\n\nb"_s);
    QCOMPARE(read[7].text, u"end"_s);
}

void TestConversationBuilder::markdownLeavesTheRest()
{
    const auto read = readMarkdown(u"a ** b ` c\n[x](http://e.com) <b>no</b> ****\n"_s);
    QCOMPARE(read[0].text, u"a ** b ` c"_s);
    QCOMPARE(read[1].text, u"[x](http://e.com) <b>no</b> ****"_s);
    QVERIFY(read[0].marks.empty() && read[1].marks.empty());
}

QTEST_MAIN(TestConversationBuilder)
#include "tst_conversation_builder.moc"
