#include "engine/config/app_paths.h"
#include "engine/runtime/system_world.h"
#include "gui/app/actions.h"
#include "gui/app/main_window.h"
#include "gui/app/run_tab.h"
#include "gui/app/trace_page.h"
#include "gui/branches/branches_view.h"
#include "gui/branches/fork_dialog.h"
#include "gui/branches/page_branches.h"
#include "gui/branches/sample_dialog.h"
#include "gui/context/in_background.h"
#include "gui/context/session_context.h"
#include "gui/replay/replay_dialog.h"
#include "gui/theme/format.h"

#include <QFile>
#include <QFileInfo>
#include <QPointer>
#include <QTabWidget>

// Branches in the window: forks that are asked for, made and opened.

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::Result;

namespace {

    /// Makes a branch, and keeps its name where that cannot be the name of a file.
    Result<engine::Fork> makeNamedFork(const engine::ForkOrder& order)
    {
        auto fork = engine::makeFork(order, engine::SystemClock().now());
        if (!fork || order.name.empty())
            return fork;
        const std::string end = '.' + order.name;
        if (fork->file.stem().string().ends_with(end))
            return fork;
        const std::filesystem::path notes = QFile::encodeName(engine::notesDir()).toStdString();
        // Where that cannot be kept it is called as its file is.
        static_cast<void>(
            writeBranchFact(fork->file, notes, FamilyReader::Fact::Name, toText(order.name)));
        return fork;
    }

} // namespace

/// What a page shows of branches, and what is wished there; again where its file is known.
void MainWindow::connectBranches(TracePage& page, const QString& recording)
{
    PageBranches& branches = page.branches();
    // One who goes through a trace stays with its file.
    const QString& file = recording.isEmpty() ? branches.recording() : recording;
    branches.setRecording(QString(file), m_services.engine != nullptr);
    connect(&branches, &PageBranches::forkRequested, this, &MainWindow::fork, Qt::UniqueConnection);
    connect(
        &branches, &PageBranches::sampleRequested, this, &MainWindow::sample, Qt::UniqueConnection);
    connect(&branches,
            &PageBranches::openRequested,
            this,
            &MainWindow::showRecording,
            Qt::UniqueConnection);
    connect(&branches,
            &PageBranches::compareRequested,
            this,
            &MainWindow::compareBranches,
            Qt::UniqueConnection);
}

void MainWindow::forkSelected()
{
    const TracePage* page = currentPage();
    if (page == nullptr)
        return;
    const ForkPlace place = page->branches().placeOfSelected();
    if (place.problem.isEmpty())
        fork(page->branches().recording(), place.effect, place.span.value);
}

void MainWindow::sampleSelected()
{
    if (const TracePage* page = currentPage())
        sample(page->context().selected());
}

/// Of the trace in front. A call that is no step of a recording of ours is sent as the trace has
/// it.
void MainWindow::sample(tracestore::SpanId span)
{
    const TracePage* page = currentPage();
    if (page == nullptr || m_services.engine == nullptr)
        return;
    const tracestore::TracePtr& trace = page->context().trace();
    if (!isSampled(*trace, span))
        return;
    const QString file = page->branches().recording();
    const ForkPlace place = page->branches().placeOf(span);
    SampleTarget target {.recording = {}, .effect = {}, .trace = trace, .span = span, .file = file};
    if (place.problem.isEmpty())
        target = {.recording = file, .effect = place.effect, .trace = {}, .span = {}, .file = file};
    auto* dialog = new SampleDialog(*m_services.engine, target, m_services.theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &SampleDialog::openRequested, this, &MainWindow::showRecording);
    dialog->show();
}

void MainWindow::fork(const QString& recording, const std::string& effect, qint64 number)
{
    auto* dialog = new ForkDialog(recording, effect, number, m_services.theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ForkDialog::forkRequested, this, [this, dialog] {
        makeFork(dialog->order(), dialog->manner(), dialog);
    });
    connect(dialog,
            &ForkDialog::configurationRequested,
            this,
            [this, recording, number](std::int64_t sameUpTo) {
                replayRecording(recording)->setStart({sameUpTo, number});
            });
    dialog->show();
}

void MainWindow::makeFork(const engine::ForkOrder& order,
                          const ForkManner& manner,
                          const QPointer<ForkDialog>& dialog)
{
    inBackground(
        this,
        [order] { return makeNamedFork(order); },
        [this, order, manner, dialog](const Result<engine::Fork>& fork) {
            if (fork) {
                openFork(order, *fork, manner);
                if (dialog)
                    dialog->accept();
            } else if (dialog) {
                dialog->setProblem(visibleText(toText(fork.error().message)));
            }
        });
}

/// What is not recorded in it comes as the user has said, and nothing goes outside besides.
void MainWindow::openFork(const engine::ForkOrder& order,
                          const engine::Fork& fork,
                          const ForkManner& manner)
{
    engine::ReplayRequest request;
    request.source = QFile::decodeName(QByteArray::fromStdString(order.recording.string()));
    request.recordFile = QFile::decodeName(QByteArray::fromStdString(fork.file.string()));
    request.isForked = true;
    request.isAsRecorded = true; // it shall differ by what was changed alone
    request.policy = manner.policy;
    request.branch = {order.name, order.note, order.expected};
    request.debug = debugStart();
    request.debug.stopsAtEntry = manner.stopsAtFork;
    RunTab* tab = openRun(m_services.engine->replay(request));
    const QString file = QFileInfo(request.recordFile).completeBaseName();
    tab->setBranch(order.name.empty() ? file : toText(order.name));
    updateRunTab(tab);
    updateDebug();
}

/// The tab that has it, of a run or a trace; else one of its own.
QWidget* MainWindow::showRecording(const QString& path)
{
    const QString whole = QFileInfo(path).canonicalFilePath();
    for (int i = 0; i < m_tabs->count() && !whole.isEmpty(); ++i) {
        const auto* run = qobject_cast<RunTab*>(m_tabs->widget(i));
        if (run == nullptr || QFileInfo(run->status().recordFile).canonicalFilePath() != whole)
            continue;
        m_tabs->setCurrentIndex(i);
        return m_tabs->widget(i);
    }
    return openPath(path);
}

/// Says why, where it cannot be.
void MainWindow::updateForkAction()
{
    const TracePage* page = currentPage();
    QAction* action = m_actions->fork;
    const ForkPlace place = page == nullptr ? ForkPlace() : page->branches().placeOfSelected();
    const bool canFork = page != nullptr && place.problem.isEmpty();
    action->setEnabled(canFork);
    const QString tip = withShortcut(
        tr("Change what the selected step sends or what came of it, in a branch of its own"),
        *action);
    m_actions->sample->setEnabled(
        page != nullptr && m_services.engine != nullptr
        && isSampled(*page->context().trace(), page->context().selected()));
    const bool isWhy = page != nullptr && !canFork;
    action->setToolTip(isWhy ? QString(u"<p>"_s + place.problem.toHtmlEscaped() + u"</p>"_s) : tip);
}

} // namespace gui
