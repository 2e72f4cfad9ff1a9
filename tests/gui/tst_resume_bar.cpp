#include "gui/agents/resume_bar.h"
#include "gui/app/run_tab.h"
#include "gui/app/trace_page.h"
#include "gui/app/trace_tab.h"
#include "gui/context/session_context.h"
#include "gui/steps/step_tree_view.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/cut_off_run.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>

using namespace gui;
using namespace tests;
using namespace Qt::StringLiterals;
using tracestore::EffectEnded;
using tracestore::SpanId;

/// Going on with an interrupted run in the window.
class TestResumeBar : public QObject, private tests::WindowFixture
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void interruptionIsToldWithWhatIsInDoubt();
    void recordingThatIsWrittenIsNotOffered();
    void recordingThatEndedIsNotOffered();
    void nothingIsOfferedWithoutAnEngine();
    void offerComesAndGoesWithTheWriter();
    void tabBecomesThatOfTheRun();
    void runGoesOnInThePage();
    void bookmarksAreKept();
    void failureToGoOnIsTold();

private:
    /// Opens a file and waits for its page.
    TraceTab* open(const QString& path)
    {
        TraceTab* tab = m_window->openPath(path);
        return QTest::qWaitFor([&] { return tab->page() != nullptr; }) ? tab : nullptr;
    }

    TraceTab* openCutOff()
    {
        writeRecording(fileOf(u"cut.kymo"_s).toStdString(), cutOffRun()).reset();
        TraceTab* tab = open(fileOf(u"cut.kymo"_s));
        return tab != nullptr && QTest::qWaitFor([&] { return bar(tab) != nullptr; }) ? tab
                                                                                      : nullptr;
    }

    static ResumeBar* bar(const QWidget* tab) { return tab->findChild<ResumeBar*>(); }

    RunTab* resume(TraceTab* tab)
    {
        bar(tab)->findChild<QPushButton*>(u"resume"_s)->click();
        return m_window->currentRun();
    }
};

void TestResumeBar::init()
{
    QVERIFY(openWindow());
}

void TestResumeBar::cleanup()
{
    closeWindow();
}

void TestResumeBar::interruptionIsToldWithWhatIsInDoubt()
{
    TraceTab* tab = openCutOff();
    QVERIFY(tab != nullptr);
    const auto text = [&](const char* name) {
        const auto* label = bar(tab)->findChild<QLabel*>(QString::fromLatin1(name));
        return label == nullptr ? QString() : label->text();
    };
    const auto steps = tab->page()->context().trace()->spanCount();
    QCOMPARE(text("resumeText"),
             u"This run was interrupted after step %1. Was under way, and is done again: look_up, "
             u"m-1."_s.arg(steps));
    QVERIFY(text("resumeNote").startsWith(u"In doubt"));
    // By its name and exact arguments, as text.
    QCOMPARE(text("doubt"), uR"(refund {"order":"A-1","note":"<img src=x>"})"_s);
    const auto labels = bar(tab)->findChildren<QLabel*>();
    for (const QLabel* label : labels)
        QVERIFY(label->text().isEmpty() || label->textFormat() == Qt::PlainText);
    QTRY_VERIFY(bar(tab)->isVisible());
    QVERIFY(m_engine.resumeRequests.empty());
}

void TestResumeBar::recordingThatIsWrittenIsNotOffered()
{
    const auto writer = writeRecording(fileOf(u"written.kymo"_s).toStdString(), cutOffRun());
    const TraceTab* tab = open(fileOf(u"written.kymo"_s));
    QVERIFY(tab != nullptr);
    QTest::qWait(300);
    QCOMPARE(bar(tab), nullptr);
}

void TestResumeBar::recordingThatEndedIsNotOffered()
{
    auto writer = writeRecording(fileOf(u"ended.kymo"_s).toStdString(), cutOffRun());
    QVERIFY(writer->close());
    writer.reset();
    const TraceTab* tab = open(fileOf(u"ended.kymo"_s));
    QVERIFY(tab != nullptr);
    QTest::qWait(300);
    QCOMPARE(bar(tab), nullptr);
}

void TestResumeBar::nothingIsOfferedWithoutAnEngine()
{
    m_services->engine = nullptr;
    writeRecording(fileOf(u"cut.kymo"_s).toStdString(), cutOffRun()).reset();
    const TraceTab* tab = open(fileOf(u"cut.kymo"_s));
    QVERIFY(tab != nullptr);
    QTest::qWait(300);
    QCOMPARE(bar(tab), nullptr);
    m_services->engine = &m_engine;
}

/// As when it is gone on with in a terminal.
void TestResumeBar::offerComesAndGoesWithTheWriter()
{
    TraceTab* tab = openCutOff();
    QVERIFY(tab != nullptr);
    auto writer = tracestore::RecordingWriter::resume(fileOf(u"cut.kymo"_s).toStdString());
    QVERIFY2(writer, writer ? "" : writer.error().message.c_str());
    tab->refresh();
    QTRY_COMPARE(bar(tab), nullptr);
    writer->reset();
    tab->refresh();
    QTRY_VERIFY(bar(tab) != nullptr);
}

void TestResumeBar::tabBecomesThatOfTheRun()
{
    TraceTab* tab = openCutOff();
    QVERIFY(tab != nullptr);
    TracePage* page = tab->page();
    const int count = m_window->tabs().count();
    const int index = m_window->tabs().indexOf(tab);
    const RunTab* run = resume(tab);
    QVERIFY(run != nullptr);
    QCOMPARE(m_engine.resumeRequests.size(), std::size_t(1));
    QCOMPARE(m_engine.resumeRequests[0].recordFile, fileOf(u"cut.kymo"_s));
    QCOMPARE(m_engine.resumeRequests[0].inDoubt, engine::InDoubtChoice::Ask);
    QCOMPARE(m_window->tabs().count(), count);
    QCOMPARE(m_window->tabs().currentIndex(), index);
    QCOMPARE(run->page(), page);
    QVERIFY(page->isVisible());
    QTRY_COMPARE(bar(run), nullptr);
    QCOMPARE(m_window->currentPage(), page);
    QVERIFY(m_window->tabs().tabText(index).startsWith(u"● "));
    QVERIFY(page->isAncestorOf(m_window->focusWidget()));
}

void TestResumeBar::runGoesOnInThePage()
{
    TraceTab* tab = openCutOff();
    QVERIFY(tab != nullptr);
    TracePage* page = tab->page();
    const tracestore::TracePtr kept = page->context().trace();
    const tracestore::Trace& before = *kept;
    const SpanId first = before.preOrder().front();
    page->context().select(before.preOrder()[1]);
    const SpanId selected = page->context().selected();
    const auto* tree = page->findChild<StepTreeView*>();
    QVERIFY(tree != nullptr);
    RunTab* run = resume(tab);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // the tab of before
    auto events = cutOffRun();
    // The past is told from its beginning.
    emit m_engine.traceGrown(run->run(), runningTrace({events.begin(), events.begin() + 3}));
    QCOMPARE(run->page(), page);
    QCOMPARE(page->context().trace()->spanCount(), before.spanCount());
    emit m_engine.traceGrown(run->run(), runningTrace(events));
    RunLog more;
    EffectEnded done;
    done.result = "refunded";
    tracestore::RunEvent ended = more.add(done, "support", "support:2.2.1");
    ended.number = static_cast<std::int64_t>(events.size()) + 1;
    ended.time = {events.back().time.ns + 1'000'000};
    events.push_back(ended);
    emit m_engine.traceGrown(run->run(), runningTrace(events));
    QCOMPARE(run->page(), page);
    QCOMPARE(page->context().selected(), selected);
    QCOMPARE(page->context().trace()->spanCount(), before.spanCount());
    QCOMPARE(page->findChild<StepTreeView*>(), tree);
    QVERIFY(page->context().trace()->preOrder().front() == first);
    const auto& now = *page->context().trace();
    int ok = 0;
    for (const SpanId span : now.preOrder()) {
        if (now.origId(span).find("support:2.2") != std::string_view::npos
            && now.status(span) == tracestore::SpanStatus::Ok)
            ++ok;
    }
    QVERIFY2(ok > 0, "the call that was in doubt shows its outcome");
}

void TestResumeBar::bookmarksAreKept()
{
    TraceTab* tab = openCutOff();
    QVERIFY(tab != nullptr);
    const RunTab* run = resume(tab);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    run->page()->toggleBookmark();
    const AnnotationBook& book = run->page()->context().annotations().book();
    QCOMPARE(book.annotations().size(), std::size_t {1});
    QVERIFY(QTest::qWaitFor([&] { return !book.isWriting(); }));
    const tracestore::AnnotationStore store(fileOf(u"cut.kymo"_s).toStdString(),
                                            fileOf(u"notes"_s).toStdString());
    QCOMPARE(store.read()->annotations.size(), std::size_t {1});
}

void TestResumeBar::failureToGoOnIsTold()
{
    TraceTab* tab = openCutOff();
    QVERIFY(tab != nullptr);
    const RunTab* run = resume(tab);
    engine::RunStatus status;
    status.id = run->run();
    status.state = engine::RunState::Ended;
    status.problem = "The file is written by another program.";
    emit m_engine.statusChanged(status);
    QVERIFY(run->findChild<QLabel*>(u"runProblem"_s)->text().contains(u"another program"));
    QVERIFY(run->page()->isVisible());
}

QTEST_MAIN(TestResumeBar)

#include "tst_resume_bar.moc"
