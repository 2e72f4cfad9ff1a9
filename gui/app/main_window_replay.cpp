#include "gui/app/main_window.h"
#include "gui/app/run_tab.h"
#include "gui/app/trace_page.h"
#include "gui/app/trace_tab.h"
#include "gui/context/session_context.h"
#include "gui/replay/replay_dialog.h"

// Doing a recorded run again.

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;

/// The file of the run in front, where it is recorded and over; else empty.
QString MainWindow::recordingInFront() const
{
    QString path;
    if (const TraceTab* tab = currentTab())
        path = tab->page() != nullptr ? tab->path() : QString();
    else if (const RunTab* run = currentRun(); run != nullptr && !run->isActive())
        path = run->isTravel() ? run->home().path : run->status().recordFile;
    return path.endsWith(u".kymo"_s) ? path : QString();
}

void MainWindow::askForReplay()
{
    replayRecording(recordingInFront());
}

ReplayDialog* MainWindow::replayRecording(const QString& recording)
{
    auto* dialog = new ReplayDialog(recording, m_services.theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ReplayDialog::replayRequested, this, &MainWindow::startReplay);
    connect(
        dialog, &ReplayDialog::revealRequested, this, [this, recording](const std::string& effect) {
            if (recording != recordingInFront())
                showRecording(recording);
            revealEffect(effect);
        });
    dialog->open();
    return dialog;
}

RunTab* MainWindow::startReplay(const engine::ReplayRequest& request)
{
    engine::ReplayRequest whole = request;
    whole.debug = debugStart();
    // Breakpoints are wanted, test mode is not: nothing happens that the policy does not name.
    whole.debug.testMode = {};
    RunTab* tab = openRun(m_services.engine->replay(whole));
    updateDebug();
    return tab;
}

void MainWindow::revealEffect(const std::string& effect)
{
    const TracePage* page = currentPage();
    if (page == nullptr)
        return;
    const tracestore::Trace& trace = *page->context().trace();
    for (const SpanId span : trace.preOrder()) {
        if (trace.origId(span) == effect)
            return page->context().reveal(span);
    }
}

} // namespace gui
