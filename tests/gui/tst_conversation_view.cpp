#include "gui/context/session_context.h"
#include "gui/conversation/conversation_view.h"
#include "gui/messages/block_layout.h"
#include "gui/theme/theme.h"
#include "gui/widgets/text_viewer.h"
#include "tests/gui/talk_trace.h"

#include <QClipboard>
#include <QDialog>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QTest>

using namespace gui;
using namespace tracestore;
using namespace Qt::StringLiterals;

class TestConversationView : public QObject
{
    Q_OBJECT

private slots:
    void runReadsAsATranscript();
    void subAgentsAreCardsThatOpenAndCanBeEntered();
    void selectingAStepMarksItsBlock();
    void selectingInsideAClosedCardOpensIt();
    void theSelectedStepStaysInSightWhenContentArrives();
    void thePromptOfATurnIsToldOnce();
    void aFoldedFailureShowsWhyAndNoMore();
    void choosingABlockSelectsItsStep();
    void enterFoldsAndCtrlCCopies();
    void longMessagesOpenInAWindow();
    void failureSaysWhatToDo();
    void tracesWithoutMessagesSaySo();
    void emptyTraceSaysWhatWouldBeHere();
    void tenThousandStepsFetchOnlyWhatIsInSight();
    void deepAgentsAreNoDanger();
    void hostileTextIsShownAsText();

private:
    Theme m_theme;
};

namespace {

struct Shown
{
    Shown(const TracePtr& trace, Theme& theme)
        : context(trace, theme)
        , view(context)
    {
        view.resize(800, 600);
        view.show();
        view.list().setFocus();
    }

    /// Whether everything has arrived.
    bool isLoaded() const
    {
        const ConversationRows& rows = view.list().rows();
        for (std::size_t i = 0; i < rows.entries().size(); ++i)
            if (rows.isPending(i))
                return false;
        return true;
    }

    /// The titles of the rows, indented by level, with a mark on what is folded.
    QString rows() const
    {
        QString text;
        for (std::size_t row = 0; row < view.list().blockCount(); ++row) {
            const BlockPtr block = view.list().blockAt(row);
            text += QString(block->level, u' ') + (view.list().isFolded(row) ? u"+"_s : QString())
                + block->title + u'\n';
        }
        return text;
    }

    std::size_t rowOf(const QString& title) const
    {
        for (std::size_t row = 0; row < view.list().blockCount(); ++row)
            if (view.list().blockAt(row)->title == title)
                return row;
        return view.list().blockCount();
    }

    SessionContext context;
    ConversationView view;
};

} // namespace

void TestConversationView::runReadsAsATranscript()
{
    const tests::TalkTrace talk;
    Shown shown(talk.trace, m_theme);
    QTRY_VERIFY(shown.isLoaded());
    QCOMPARE(shown.rows(),
             u"support-agent\n"
             " +System\n"
             " User\n"
             " +Reasoning\n"
             " Assistant · model-4-0613\n"
             " +lookup_order\n"
             " +refund_order\n"
             " +resolver\n"
             " User\n"
             " Assistant · model-4-0613\n"_s);
    QVERIFY(shown.view.notice().isEmpty());
}

void TestConversationView::subAgentsAreCardsThatOpenAndCanBeEntered()
{
    const tests::TalkTrace talk;
    Shown shown(talk.trace, m_theme);
    QTRY_VERIFY(shown.isLoaded());
    const std::size_t card = shown.rowOf(u"resolver"_s);
    QVERIFY(shown.view.list().blockAt(card)->trailing.startsWith(u"1 step  ·  4,120 tokens"_s));
    shown.view.list().toggle(card);
    QTRY_VERIFY(shown.isLoaded());
    QVERIFY(shown.rows().contains(u" resolver\n  User\n  Assistant · model-4-0613\n User\n"_s));
    shown.view.list().toggle(card);
    QVERIFY(shown.rows().contains(u" +resolver\n User\n"_s));

    shown.view.list().setCurrentRow(card);
    QTest::keyClick(&shown.view.list(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_VERIFY(shown.isLoaded());
    QCOMPARE(shown.rows(), u"resolver\n User\n Assistant · model-4-0613\n"_s);
    QTest::keyClick(&shown.view.list(), Qt::Key_Up, Qt::AltModifier);
    QTRY_VERIFY(shown.isLoaded());
    QVERIFY(shown.rows().startsWith(u"support"_s));
}

void TestConversationView::selectingAStepMarksItsBlock()
{
    const tests::TalkTrace talk;
    Shown shown(talk.trace, m_theme);
    QTRY_VERIFY(shown.isLoaded());
    shown.context.select(talk.refund);
    QCOMPARE(shown.view.list().currentRow(), shown.rowOf(u"refund_order"_s));
}

void TestConversationView::selectingInsideAClosedCardOpensIt()
{
    const tests::TalkTrace talk;
    Shown shown(talk.trace, m_theme);
    QTRY_VERIFY(shown.isLoaded());
    shown.context.select(talk.resolverCall);
    QTRY_VERIFY(shown.isLoaded());
    const ConversationRows& rows = shown.view.list().rows();
    QCOMPARE(rows.spanOf(shown.view.list().currentRow()), talk.resolverCall);
}

void TestConversationView::theSelectedStepStaysInSightWhenContentArrives()
{
    TraceBuilder builder = tests::builderWithSession();
    auto payloads = std::make_shared<tests::MapPayloads>();
    std::vector<SpanId> calls;
    for (int i = 0; i < 40; ++i) {
        calls.push_back(
            builder.addSpan({.session = SessionId(0), .kind = SpanKind::Llm, .name = "chat"}));
        payloads->details[calls.back()].output
            = {tests::say(Role::Assistant, "line\nline\nline\nline\nline\nline\nline")};
    }
    Shown shown(builder.finish(payloads), m_theme);
    TranscriptList& list = shown.view.list();
    shown.context.select(calls[25]);
    const auto entry = [&] { return list.rows().entryOfSpan(calls[25]); };
    QTRY_VERIFY(!list.rows().isPending(entry()));
    QTest::qWait(50);
    QCOMPARE(list.rows().spanOf(list.currentRow()), calls[25]);
    list.setFocus();
    const std::int64_t before = list.offset();
    // All of it is in sight, to its last line: showing it again moves nothing.
    list.setCurrentRow(list.currentRow());
    QCOMPARE(list.offset(), before);
    QVERIFY(list.offset() > 0);
}

void TestConversationView::thePromptOfATurnIsToldOnce()
{
    TraceBuilder builder = tests::builderWithSession();
    auto payloads = std::make_shared<tests::MapPayloads>();
    const SpanId turn = builder.addSpan(
        {.session = SessionId(0), .kind = SpanKind::Turn, .name = "Fix the refunds"});
    const auto addBelow = [&](SpanKind kind, std::string name) {
        return builder.addSpan(
            {.session = SessionId(0), .kind = kind, .name = std::move(name), .parent = turn});
    };
    const SpanId prompt = addBelow(SpanKind::Message, "Fix the refunds");
    const SpanId call = addBelow(SpanKind::Llm, "chat");
    const SpanId again = addBelow(SpanKind::Message, "Fix the refunds");
    payloads->details[turn].input = {tests::say(Role::User, "Fix the refunds")};
    payloads->details[prompt] = payloads->details[again] = payloads->details[turn];
    payloads->details[call].output = {tests::say(Role::Assistant, "Done.")};
    Shown shown(builder.finish(payloads), m_theme);
    QTRY_VERIFY(shown.isLoaded());
    // A message that is sent again later is another one.
    QCOMPARE(shown.rows(), u"User\nAssistant\nUser\n"_s);
    shown.context.select(prompt);
    QCOMPARE(shown.view.list().currentRow(), std::size_t {0});
    QCOMPARE(shown.view.list().rows().tellerOf(prompt), turn);
    QCOMPARE(shown.view.list().rows().tellerOf(again), again);
}

void TestConversationView::aFoldedFailureShowsWhyAndNoMore()
{
    const tests::TalkTrace talk;
    Shown shown(talk.trace, m_theme);
    QTRY_VERIFY(shown.isLoaded());
    const std::size_t row = shown.rowOf(u"refund_order"_s);
    QVERIFY(shown.view.list().isFolded(row));
    const Block failed = *shown.view.list().blockAt(row);
    QVERIFY(failed.sections.size() > 1);
    Block onlyWhy = failed;
    onlyWhy.sections.resize(1);
    const auto height = [&](const Block& block, bool isFolded) {
        return BlockLayout(block, isFolded, 600, m_theme).height();
    };
    QCOMPARE(height(failed, true), height(onlyWhy, true));
    QVERIFY(height(failed, true) > 2 * metrics::kRowHeight);
    QVERIFY(height(failed, false) > height(failed, true));
}

void TestConversationView::choosingABlockSelectsItsStep()
{
    const tests::TalkTrace talk;
    Shown shown(talk.trace, m_theme);
    QTRY_VERIFY(shown.isLoaded());
    QSignalSpy changes(&shown.context, &SessionContext::selectionChanged);
    QTest::keyClick(&shown.view.list(), Qt::Key_End);
    QCOMPARE(shown.context.selected(), talk.last);
    QTest::keyClick(&shown.view.list(), Qt::Key_Home);
    QCOMPARE(shown.context.selected(), talk.root);
    QTest::keyClick(&shown.view.list(), Qt::Key_Down);
    QCOMPARE(shown.context.selected(), talk.first);
    QTest::mouseClick(shown.view.list().viewport(), Qt::LeftButton, {}, QPoint(100, 5));
    QCOMPARE(shown.context.selected(), talk.root);
    QCOMPARE(changes.count(), 4);
}

void TestConversationView::enterFoldsAndCtrlCCopies()
{
    const tests::TalkTrace talk;
    Shown shown(talk.trace, m_theme);
    QTRY_VERIFY(shown.isLoaded());
    const std::size_t row = shown.rowOf(u"lookup_order"_s);
    shown.view.list().setCurrentRow(row);
    QVERIFY(shown.view.list().isFolded(row));
    QTest::keyClick(&shown.view.list(), Qt::Key_Return);
    QVERIFY(!shown.view.list().isFolded(row));
    QTest::keyClick(&shown.view.list(), Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(
        u"lookup_order\nArguments:\n{\n  \"order_id\": \"A-1043\"\n}\nResult:\n"_s));
    QTest::keyClick(&shown.view.list(), Qt::Key_Left);
    QVERIFY(shown.view.list().isFolded(row));
}

void TestConversationView::longMessagesOpenInAWindow()
{
    tests::TalkTrace talk;
    const std::string text(1'000'000, 'x');
    talk.payloads->details[talk.last].output = {tests::say(Role::Assistant, text)};
    Shown shown(talk.trace, m_theme);
    QTRY_VERIFY(shown.isLoaded());
    const std::size_t row = shown.view.list().blockCount() - 1;
    shown.view.list().setCurrentRow(row);
    shown.view.list().scrollBy(100'000);
    const QPoint link = shown.view.list().pointOf(row, BlockLayout::Target::Kind::ShowAll);
    QVERIFY(!link.isNull());
    QTest::mouseClick(shown.view.list().viewport(), Qt::LeftButton, {}, link);
    QTRY_VERIFY(shown.view.findChild<QDialog*>(u"textWindow"_s) != nullptr);
    auto* viewer = shown.view.findChild<QDialog*>(u"textWindow"_s)->findChild<TextViewer*>();
    QCOMPARE(viewer->text().size(), qsizetype {1'000'000});
}

void TestConversationView::failureSaysWhatToDo()
{
    tests::TalkTrace talk;
    talk.payloads->broken = {talk.lookup};
    Shown shown(talk.trace, m_theme);
    QTRY_VERIFY(shown.isLoaded());
    const BlockPtr block = shown.view.list().blockAt(shown.rowOf(u"lookup_order"_s));
    QVERIFY(blockText(*block).contains(u"Open it again."_s));
}

void TestConversationView::tracesWithoutMessagesSaySo()
{
    Shown shown(tests::makeAgentTrace(3), m_theme);
    QTRY_VERIFY(shown.isLoaded());
    QVERIFY(shown.view.notice().contains(u"no message content"_s));
    QVERIFY(shown.rows().contains(u" chat · model-1\n search\n read\n"_s));
}

void TestConversationView::emptyTraceSaysWhatWouldBeHere()
{
    Shown shown(tests::builderWithSession().finish(std::make_shared<tests::FixedPayloads>()),
                m_theme);
    QCOMPARE(shown.view.list().blockCount(), std::size_t {0});
    QVERIFY(shown.view.notice().contains(u"no steps"_s));
}

void TestConversationView::tenThousandStepsFetchOnlyWhatIsInSight()
{
    Shown shown(tests::makeAgentTrace(2500), m_theme);
    const ConversationRows& rows = shown.view.list().rows();
    QCOMPARE(rows.entries().size(), std::size_t {10'001});
    const auto pending = [&] {
        std::size_t count = 0;
        for (std::size_t i = 0; i < rows.entries().size(); ++i)
            count += rows.isPending(i) ? 1 : 0;
        return count;
    };
    QTRY_VERIFY(pending() < 9990);
    QTest::qWait(50);
    QVERIFY(pending() > 9900);
    QVERIFY(shown.view.list().layoutCount() < 200);
    QTest::keyClick(&shown.view.list(), Qt::Key_End);
    QCOMPARE(shown.context.selected(), SpanId(10'000));
    QTRY_VERIFY(!rows.isPending(10'000));
    QVERIFY(pending() > 9800);
}

void TestConversationView::deepAgentsAreNoDanger()
{
    TraceBuilder builder = tests::builderWithSession();
    SpanId parent;
    for (int i = 0; i < 100'000; ++i) {
        SpanRecord record;
        record.session = SessionId(0);
        record.kind = SpanKind::Agent;
        record.name = "agent";
        record.parent = parent;
        parent = builder.addSpan(record);
    }
    const TracePtr trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    Shown shown(trace, m_theme);
    QCOMPARE(shown.view.list().blockCount(), std::size_t {2});
    shown.context.select(SpanId(50));
    QVERIFY(shown.view.list().blockCount() >= 50);
    shown.context.select(parent);
    QVERIFY(shown.view.list().blockCount() > 0);
}

void TestConversationView::hostileTextIsShownAsText()
{
    tests::TalkTrace talk;
    talk.payloads->details[talk.last].output
        = {tests::say(Role::Assistant, "<img src=\"file:///dev/zero\">\u202Egpj.exe\x1b[31m")};
    Shown shown(talk.trace, m_theme);
    QTRY_VERIFY(shown.isLoaded());
    shown.view.grab();
    const BlockPtr block = shown.view.list().blockAt(shown.view.list().blockCount() - 1);
    QCOMPARE(blockText(*block).section(u'\n', 1),
             u"<img src=\"file:///dev/zero\">\uFFFDgpj.exe\u241B[31m"_s);
}

QTEST_MAIN(TestConversationView)
#include "tst_conversation_view.moc"
