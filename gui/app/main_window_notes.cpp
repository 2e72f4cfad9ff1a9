// The part of the main window for notes, bundles and what comes with them.
#include "engine/bundle/known_secrets.h"
#include "gui/app/actions.h"
#include "gui/app/background_job.h"
#include "gui/app/bundle_dialog.h"
#include "gui/app/main_window.h"
#include "gui/app/trace_page.h"
#include "gui/app/trace_tab.h"
#include "gui/context/session_context.h"
#include "gui/debug/debug_workspace.h"
#include "gui/notes/note_editor.h"
#include "gui/notes/notes_view.h"
#include "gui/theme/format.h"

#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>

namespace gui {

using namespace Qt::StringLiterals;

void MainWindow::editNote()
{
    const TracePage* page = currentPage();
    auto* const view = page == nullptr ? nullptr : page->findChild<NotesView*>();
    if (view != nullptr && page->context().selected().isValid())
        view->editAtSelected();
}

void MainWindow::askForBundle()
{
    const TracePage* page = currentPage();
    if (page == nullptr)
        return;
    engine::BundleRequest base;
    base.file = QFile::encodeName(pathInFront()).toStdString();
    base.trace = page->context().trace();
    base.annotations = page->context().annotations().book().annotations();
    base.notesFolder = engine::notesDir().toStdString();
    const DebugWorkspace* workspace = m_services.workspace;
    if (workspace != nullptr && workspace->setup() != engine::DebugSetup())
        base.setup = engine::toJsonText(workspace->setup());
    base.secrets = engine::secretsOfEnvironment();
    auto* dialog = new BundleDialog(std::move(base), m_services.theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        if (dialog->bundle() != nullptr)
            askWhereToSaveBundle(dialog->bundle());
    });
    dialog->show();
}

void MainWindow::askWhereToSaveBundle(std::shared_ptr<const engine::DebugBundle> bundle)
{
    const QFileInfo info(pathInFront());
    const QString name = info.fileName().section(u'.', 0, 0) + u".bundle.kymo"_s;
    QString path = QFileDialog::getSaveFileName(
        this, tr("Save Debug Bundle"), info.dir().filePath(name), tr("Kymo files (*.kymo)"));
    if (path.isEmpty())
        return;
    if (!path.endsWith(u".kymo"_s))
        path += u".kymo"_s;
    saveBundle(std::move(bundle), path);
}

void MainWindow::saveBundle(std::shared_ptr<const engine::DebugBundle> bundle, const QString& path)
{
    const std::filesystem::path target = QFile::encodeName(path).toStdString();
    startSaving(path, [bundle = std::move(bundle), target](tracestore::Job& job) {
        return bundle->write(target, job);
    });
}

} // namespace gui
