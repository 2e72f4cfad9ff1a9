#include "gui/context/session_context.h"
#include "gui/lens/context_lens_view.h"
#include "gui/lens/window_bar.h"
#include "gui/lens/window_history.h"
#include "gui/lens/window_parts_model.h"
#include "gui/theme/theme.h"
#include "tests/support/planted_conversation.h"
#include "tests/support/trace_maker.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using tests::Conversation;
using tracestore::Message;
using tracestore::SpanId;
using tracestore::TextPart;
using tracestore::WindowKind;

class TestContextLensView : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void withoutAStepItSaysWhatWouldBeHere();
    void aCallIsShownPartByPart();
    void theBarSharesTheWidth();
    void aStepShowsTheCallBeforeIt();
    void theHistoryLeadsFromCallToCall();
    void aBreakIsToldInWords();
    void whatIsHiddenIsNotRead();
    void aCallThatTellsNothingIsTold();

private:
    void show();
    void choose(SpanId call);

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<SessionContext> m_context;
    std::unique_ptr<ContextLensView> m_view;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
    SpanId m_tool;
    SpanId m_first;
    SpanId m_changed;
};

void TestContextLensView::init()
{
    Conversation talk;
    talk.system("Be brief. It is 10:15.");
    talk.user("What is the weather in Reykjavik today, and will it rain tomorrow?");
    m_tool = talk.tool("weather", R"({"city":"Reykjavik"})", "Rain, four degrees, wind from west.");
    m_first = talk.answer("It rains.");
    m_changed = talk.answer("It rains on.");
    talk.details()[m_changed.index()].input.front().parts = {TextPart {"Be brief. It is 10:16."}};
    talk.setUsage(m_first, {.input = 50, .cacheRead = 30});
    m_theme = std::make_unique<Theme>();
    m_context = std::make_unique<SessionContext>(talk.trace(), *m_theme);
    m_view = std::make_unique<ContextLensView>(*m_context);
    m_tester = std::make_unique<QAbstractItemModelTester>(
        &m_view->parts(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    m_view->resize(420, 500);
}

void TestContextLensView::cleanup()
{
    m_tester.reset();
    m_view.reset();
    m_context.reset();
    m_theme.reset();
}

void TestContextLensView::show()
{
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
}

void TestContextLensView::choose(SpanId call)
{
    m_context->select(call);
    QTRY_COMPARE(m_view->parts().window().call, call);
}

void TestContextLensView::withoutAStepItSaysWhatWouldBeHere()
{
    show();
    QVERIFY(m_view->message().contains(u"what fills the context window"_s));
}

void TestContextLensView::aCallIsShownPartByPart()
{
    show();
    choose(m_first);
    const WindowPartsModel& parts = m_view->parts();
    QCOMPARE(m_view->message(), QString());
    QCOMPARE(parts.rowCount(), 4);
    const auto text
        = [&](int row, int column) { return parts.index(row, column).data().toString(); };
    QCOMPARE(text(0, WindowPartsModel::PartColumn), u"1  system"_s);
    QCOMPARE(text(3, WindowPartsModel::PartColumn), u"4  result of weather"_s);
    QCOMPARE(text(0, WindowPartsModel::ChangeColumn), QString());
    QCOMPARE(text(3, WindowPartsModel::ChangeColumn), u"new"_s);
    QVERIFY(text(3, WindowPartsModel::TextColumn).startsWith(u"Rain, four degrees"_s));
    QCOMPARE(parts.window().total, std::int64_t {80});
    QCOMPARE(m_view->notice(), QString());
}

void TestContextLensView::theBarSharesTheWidth()
{
    show();
    choose(m_first);
    const auto stretches = m_view->bar().stretches();
    QVERIFY(stretches.size() >= 4);
    QCOMPARE(stretches.front().kind, WindowKind::System);
    std::int64_t tokens = 0;
    for (std::size_t i = 0; i < stretches.size(); ++i) {
        tokens += stretches[i].tokens;
        QVERIFY(stretches[i].rect.width() > 0);
        if (i > 0)
            QVERIFY(stretches[i].rect.left() >= stretches[i - 1].rect.left());
        QVERIFY(stretches[i].rect.right() <= m_view->bar().width());
    }
    QCOMPARE(tokens, std::int64_t {80});
    QVERIFY(!m_view->bar().grab().isNull());
}

void TestContextLensView::aStepShowsTheCallBeforeIt()
{
    show();
    m_context->select(m_tool);
    QTRY_COMPARE(m_view->parts().window().call, Conversation::callOf(m_tool));
    const auto* total = m_view->findChild<QLabel*>(u"windowTotal"_s);
    QVERIFY(total->text().contains(u"before the selected step"_s));
    // The call itself is chosen then, which is shown already.
    m_context->select(Conversation::callOf(m_tool));
    QVERIFY(!total->text().contains(u"before the selected step"_s));
}

void TestContextLensView::theHistoryLeadsFromCallToCall()
{
    show();
    choose(m_first);
    WindowHistory& history = m_view->history();
    QTRY_COMPARE(history.calls().size(), std::size_t {3});
    history.setFocus();
    QTest::keyClick(&history, Qt::Key_Right);
    QCOMPARE(m_context->selected(), m_changed);
    QTest::keyClick(&history, Qt::Key_Right);
    QCOMPARE(m_context->selected(), m_changed);
    QTest::keyClick(&history, Qt::Key_Home);
    QCOMPARE(m_context->selected(), Conversation::callOf(m_tool));
    QTest::mouseClick(&history, Qt::LeftButton, {}, history.barOf(1).center());
    QCOMPARE(m_context->selected(), m_first);
    // The fullest has the highest bar.
    QVERIFY(history.barOf(1).height() > history.barOf(0).height());
}

void TestContextLensView::aBreakIsToldInWords()
{
    show();
    choose(m_changed);
    QTRY_VERIFY(m_view->notice().contains(u"message 1 (system) was changed"_s));
    QVERIFY(m_view->notice().contains(u"10:15"_s));
    QVERIFY(m_view->notice().contains(u"not known"_s)); // there is no price of this model
    QVERIFY(m_view->parts().index(0, 0).data(WindowPartsModel::IsBreakRole).toBool());
    QVERIFY(!m_view->parts().index(1, 0).data(WindowPartsModel::IsBreakRole).toBool());
    QVERIFY(!m_view->grab().isNull());
}

void TestContextLensView::whatIsHiddenIsNotRead()
{
    QSignalSpy reset(&m_view->parts(), &QAbstractItemModel::modelReset);
    m_context->select(m_first);
    QCoreApplication::processEvents();
    QCOMPARE(reset.count(), 0);
    show();
    QTRY_COMPARE(m_view->parts().window().call, m_first);
}

void TestContextLensView::aCallThatTellsNothingIsTold()
{
    const auto trace = tests::makeAgentTrace(3);
    SessionContext context(trace, *m_theme);
    ContextLensView view(context);
    view.show();
    for (std::uint32_t i = 0; i < trace->spanCount(); ++i) {
        if (trace->kind(SpanId(i)) != tracestore::SpanKind::Llm)
            continue;
        context.select(SpanId(i));
        QTRY_COMPARE(view.parts().window().call, SpanId(i));
        QCOMPARE(view.parts().rowCount(), 0);
    }
    QVERIFY(view.parts().window().call.isValid());
}

QTEST_MAIN(TestContextLensView)
#include "tst_context_lens_view.moc"
