#include "gui/agents/resume_bar.h"
#include "gui/app/main_window.h"
#include "gui/app/run_tab.h"
#include "gui/app/settings.h"
#include "gui/app/trace_page.h"
#include "gui/app/trace_tab.h"
#include "gui/context/session_context.h"
#include "gui/steps/step_tree_view.h"
#include "gui/theme/theme.h"
#include "tests/support/cut_off_run.h"
#include "tests/support/fake_engine_service.h"
#include "tests/support/temporary_folder.h"
#include "tracestore/register_builtins.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>

using namespace gui;
using namespace tests;
using namespace Qt::StringLiterals;
using tracestore::EffectEnded;
using tracestore::SpanId;

/// Going on with an interrupted run in the window.
class TestResumeBar : public QObject
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
    QString fileOf(const char* name) const
    {
        return QString::fromStdString(m_folder->file(name).string());
    }

    /// Opens a file and waits for its page.
    TraceTab* open(const QString& path)
    {
        TraceTab* tab = m_window->openPath(path);
        return QTest::qWaitFor([&] { return tab->page() != nullptr; }) ? tab : nullptr;
    }

    TraceTab* openCutOff()
    {
        writeRecording(fileOf("cut.kymo").toStdString(), cutOffRun()).reset();
        TraceTab* tab = open(fileOf("cut.kymo"));
        return tab != nullptr && QTest::qWaitFor([&] { return bar(tab) != nullptr; }) ? tab
                                                                                      : nullptr;
    }

    static ResumeBar* bar(const QWidget* tab) { return tab->findChild<ResumeBar*>(); }

    RunTab* resume(TraceTab* tab)
    {
        bar(tab)->findChild<QPushButton*>(u"resume"_s)->click();
        return m_window->currentRun();
    }

    FakeEngineService m_engine;
    std::unique_ptr<TemporaryFolder> m_folder;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<tracestore::ImporterRegistry> m_importers;
    std::unique_ptr<tracestore::ExporterRegistry> m_exporters;
    std::unique_ptr<AnnotationShelf> m_shelf;
    std::unique_ptr<Services> m_services;
    std::unique_ptr<MainWindow> m_window;
};

void TestResumeBar::init()
{
    m_folder = std::make_unique<TemporaryFolder>();
    m_theme = std::make_unique<Theme>(u"dark"_s);
    m_settings = std::make_unique<Settings>(fileOf("desktop.ini"));
    m_importers = std::make_unique<tracestore::ImporterRegistry>();
    m_exporters = std::make_unique<tracestore::ExporterRegistry>(tracestore::builtinExporters());
    m_shelf = std::make_unique<AnnotationShelf>(m_folder->path() / "notes", nullptr);
    m_services = std::make_unique<Services>(Services {*m_theme,
                                                      *m_settings,
                                                      *m_importers,
                                                      *m_exporters,
                                                      {},
                                                      u"light"_s,
                                                      {},
                                                      {},
                                                      &m_engine,
                                                      nullptr,
                                                      m_shelf.get()});
    m_window = std::make_unique<MainWindow>(*m_services);
    m_window->resize(1280, 800);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void TestResumeBar::cleanup()
{
    m_window.reset();
    m_engine.orders.clear();
    m_engine.resumeRequests.clear();
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
    const auto writer = writeRecording(fileOf("written.kymo").toStdString(), cutOffRun());
    const TraceTab* tab = open(fileOf("written.kymo"));
    QVERIFY(tab != nullptr);
    QTest::qWait(300);
    QCOMPARE(bar(tab), nullptr);
}

void TestResumeBar::recordingThatEndedIsNotOffered()
{
    auto writer = writeRecording(fileOf("ended.kymo").toStdString(), cutOffRun());
    QVERIFY(writer->close());
    writer.reset();
    const TraceTab* tab = open(fileOf("ended.kymo"));
    QVERIFY(tab != nullptr);
    QTest::qWait(300);
    QCOMPARE(bar(tab), nullptr);
}

void TestResumeBar::nothingIsOfferedWithoutAnEngine()
{
    m_services->engine = nullptr;
    writeRecording(fileOf("cut.kymo").toStdString(), cutOffRun()).reset();
    const TraceTab* tab = open(fileOf("cut.kymo"));
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
    auto writer = tracestore::RecordingWriter::resume(fileOf("cut.kymo").toStdString());
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
    QCOMPARE(m_engine.resumeRequests[0].recordFile, fileOf("cut.kymo"));
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
    const tracestore::AnnotationStore store(fileOf("cut.kymo").toStdString(),
                                            m_folder->path() / "notes");
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
