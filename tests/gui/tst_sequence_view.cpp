#include "gui/context/session_context.h"
#include "gui/sequence/sequence_view.h"
#include "gui/theme/theme.h"
#include "tests/support/sessions_trace.h"
#include "tests/support/trace_maker.h"

#include <QAction>
#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QMenu>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using namespace tracestore;

class TestSequenceView : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void selectionGoesBothWays();
    void arrowsWalkTheRows();
    void loopsOpenByKeyAndMouse();
    void roundsAreWalkedInAClosedLoop();
    void selectedStepComesIntoSight();
    void openingKeepsThePlace();
    void otherSessionIsShown();
    void emptySessionSaysSo();
    void mouseHoversInTheContext();
    void enterReveals();
    void onlyRowsInSightArePainted();
    void exportsByTheNameOfTheFile_data();
    void exportsByTheNameOfTheFile();
    void copiesMermaid();

private:
    void show(TracePtr trace);

    const SequenceRows& rows() const { return *m_view->rows(); }

    SpanId spanAt(std::size_t row) const
    {
        return rows().at(row).isHead() ? SpanId()
                                       : rows().sequence().items[rows().at(row).item].span;
    }

    QPoint centre(std::size_t row) const { return m_view->rowRect(row).center(); }

    void click(std::size_t row)
    {
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, centre(row));
    }

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<SessionContext> m_context;
    std::unique_ptr<SequenceView> m_view;
};

void TestSequenceView::show(TracePtr trace)
{
    m_view.reset();
    m_context = std::make_unique<SessionContext>(std::move(trace), *m_theme);
    m_view = std::make_unique<SequenceView>(*m_context);
    m_view->resize(800, 400);
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    QTRY_VERIFY(m_view->rows() != nullptr);
}

void TestSequenceView::init()
{
    m_theme = std::make_unique<Theme>();
    show(tests::makeAgentTrace(200));
}

void TestSequenceView::cleanup()
{
    m_view.reset();
    m_context.reset();
    m_theme.reset();
}

void TestSequenceView::selectionGoesBothWays()
{
    // A loop of 200 turns: head, model call, two calls, two results.
    QCOMPARE(rows().count(), std::size_t {6});
    m_context->select(SpanId(2));
    QCOMPARE(m_view->selectedRow(), std::uint32_t {1});
    click(3);
    QCOMPARE(m_context->selected(), spanAt(3));
    QCOMPARE(m_context->trace()->name(m_context->selected()), std::string_view("read"));
}

void TestSequenceView::arrowsWalkTheRows()
{
    QTest::keyClick(m_view.get(), Qt::Key_Home);
    QCOMPARE(m_view->selectedRow(), std::uint32_t {0});
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QCOMPARE(m_view->selectedRow(), std::uint32_t {1});
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QCOMPARE(m_view->selectedRow(), std::uint32_t {2});
    QTest::keyClick(m_view.get(), Qt::Key_Up);
    QTest::keyClick(m_view.get(), Qt::Key_Up);
    QCOMPARE(m_view->selectedRow(), std::uint32_t {0});
    QTest::keyClick(m_view.get(), Qt::Key_Up);
    QCOMPARE(m_view->selectedRow(), std::uint32_t {0});
}

void TestSequenceView::loopsOpenByKeyAndMouse()
{
    QTest::keyClick(m_view.get(), Qt::Key_Home);
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QCOMPARE(rows().count(), std::size_t {1001});
    QCOMPARE(m_view->selectedRow(), std::uint32_t {0});
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QCOMPARE(m_view->selectedRow(), std::uint32_t {1});
    QTest::keyClick(m_view.get(), Qt::Key_Left);
    QCOMPARE(m_view->selectedRow(), std::uint32_t {0});
    QTest::keyClick(m_view.get(), Qt::Key_Left);
    QCOMPARE(rows().count(), std::size_t {6});
    click(0);
    QCOMPARE(rows().count(), std::size_t {1001});
    m_view->setAllOpen(false);
    QCOMPARE(rows().count(), std::size_t {6});
}

void TestSequenceView::roundsAreWalkedInAClosedLoop()
{
    m_context->select(SpanId(2));
    QCOMPARE(rows().roundShown(0), std::uint32_t {0});
    QTest::keyClick(m_view.get(), Qt::Key_Left);
    QCOMPARE(m_context->selected(), SpanId(2));
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QCOMPARE(rows().roundShown(0), std::uint32_t {2});
    QCOMPARE(m_context->selected(), SpanId(10));
    QCOMPARE(m_view->selectedRow(), std::uint32_t {1});
}

void TestSequenceView::selectedStepComesIntoSight()
{
    m_view->setAllOpen(true);
    const SpanId last(m_context->trace()->spanCount() - 1);
    m_context->select(last);
    QVERIFY(m_view->viewport()->rect().contains(m_view->rowRect(m_view->selectedRow())));
    m_context->select(SpanId(2));
    QVERIFY(m_view->viewport()->rect().contains(m_view->rowRect(m_view->selectedRow())));
    // The heads of the columns do not cover it.
    QVERIFY(m_view->rowRect(m_view->selectedRow()).top() >= SequenceGeometry::kHeader);
}

void TestSequenceView::openingKeepsThePlace()
{
    m_view->resize(800, 160);
    m_context->select(SpanId(m_context->trace()->spanCount() - 1));
    const int before = m_view->rowRect(m_view->selectedRow()).top();
    m_view->setAllOpen(true);
    QVERIFY(m_view->selectedRow() > 900);
    QVERIFY(std::abs(m_view->rowRect(m_view->selectedRow()).top() - before)
            < m_view->viewport()->height());
    QVERIFY(m_view->viewport()->rect().contains(m_view->rowRect(m_view->selectedRow())));
}

void TestSequenceView::otherSessionIsShown()
{
    show(tests::makeSessionsTrace(9));
    m_context->select(m_context->trace()->roots(SessionId(3)).front());
    QTRY_COMPARE(rows().sequence().session, SessionId(3));
    QTRY_VERIFY(!m_view->isBusy());
    // The agent stands by what it does first, below the head of its loop.
    QCOMPARE(m_view->selectedRow(), std::uint32_t {1});
    // Nothing is made for a view that nobody sees; it is there when it is seen.
    m_view->hide();
    m_context->select(m_context->trace()->roots(SessionId(6)).front());
    QVERIFY(!m_view->isBusy());
    m_view->show();
    QTRY_COMPARE(rows().sequence().session, SessionId(6));
}

void TestSequenceView::emptySessionSaysSo()
{
    show(tests::makeSessionsTrace(2));
    QCOMPARE(rows().count(), std::size_t {0});
    m_view->grab();
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QCOMPARE(m_view->selectedRow(), SequenceItem::kNone);
    m_view->exportTo(u"nowhere.svg"_s);
    QVERIFY(!QFile::exists(u"nowhere.svg"_s));
}

void TestSequenceView::mouseHoversInTheContext()
{
    QTest::mouseMove(m_view->viewport(), centre(1));
    QCOMPARE(m_context->hovered(), spanAt(1));
    QTest::mouseMove(m_view->viewport(), centre(0));
    QVERIFY(!m_context->hovered().isValid());
}

void TestSequenceView::enterReveals()
{
    QSignalSpy revealed(m_context.get(), &SessionContext::revealed);
    m_context->select(SpanId(2));
    QTest::keyClick(m_view.get(), Qt::Key_Return);
    QCOMPARE(revealed.count(), 1);
    QTest::keyClick(m_view.get(), Qt::Key_Home);
    QTest::keyClick(m_view.get(), Qt::Key_Return);
    QCOMPARE(revealed.count(), 1);
    QVERIFY(rows().isOpen(0));
}

void TestSequenceView::onlyRowsInSightArePainted()
{
    show(tests::makeAgentTrace(2'000));
    m_view->setAllOpen(true);
    QCOMPARE(rows().count(), std::size_t {10'001});
    // Painting all rows would take seconds.
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 50; ++i) {
        m_view->verticalScrollBar()->setValue(i * 5000);
        m_view->grab();
    }
    QVERIFY2(timer.elapsed() < 5000, "a frame took more than 100 ms");
}

void TestSequenceView::exportsByTheNameOfTheFile_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("start");
    QTest::newRow("svg") << u"a.svg"_s << QByteArray("<?xml");
    QTest::newRow("png") << u"a.png"_s << QByteArray("\x89PNG");
    QTest::newRow("mermaid") << u"a.mmd"_s << QByteArray("sequenceDiagram\n");
}

void TestSequenceView::exportsByTheNameOfTheFile()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, start);
    QTemporaryDir folder;
    m_view->setAllOpen(true);
    m_view->exportTo(folder.filePath(name));
    QFile file(folder.filePath(name));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().startsWith(start));
    m_view->exportTo(folder.filePath(u"b.txt"_s));
    QVERIFY(!QFile::exists(folder.filePath(u"b.txt"_s)));
}

void TestSequenceView::copiesMermaid()
{
    for (const QAction* action : m_view->actions()) {
        QVERIFY(!action->icon().isNull());
        if (action->menu() != nullptr)
            action->menu()->actions().front()->trigger();
    }
    QVERIFY(QGuiApplication::clipboard()->text().contains(u"loop 200 times"_s));
}

QTEST_MAIN(TestSequenceView)
#include "tst_sequence_view.moc"
