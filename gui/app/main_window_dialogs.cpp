// The part of the main window that asks and tells by dialogs.
#include "gui/app/actions.h"
#include "gui/app/background_job.h"
#include "gui/app/main_window.h"
#include "gui/app/pick_sources.h"
#include "gui/app/report_dialog.h"
#include "gui/app/run_tab.h"
#include "gui/app/settings.h"
#include "gui/app/shortcuts_dialog.h"
#include "gui/app/trace_page.h"
#include "gui/app/trace_tab.h"
#include "gui/context/session_context.h"
#include "gui/debug/debug_actions.h"
#include "gui/theme/format.h"
#include "tracestore/export/export_trace.h"
#include "tracestore/export/html_exporter.h"
#include "tracestore/store/kymo_writer.h"

#include <QActionGroup>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMessageBox>
#include <QPushButton>
#include <QStatusBar>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::Exporter;
using tracestore::Job;
using tracestore::TracePtr;

namespace {

    constexpr int kToldMs = 8'000;

    /// The endings of a format as a filter of a file dialog: `OpenTelemetry (*.otlp.json)`.
    QString filterOf(const Exporter& exporter)
    {
        QStringList patterns;
        for (const std::string_view extension : exporter.extensions())
            patterns << QString(u'*' + toText(extension));
        return toText(exporter.name()).replace(u'(', u'[').replace(u')', u']') + u" ("_s
            + patterns.join(u' ') + u')';
    }

    /// The name of a trace's file without its endings, in the folder of the trace.
    QString baseName(const QString& path)
    {
        const QFileInfo info(path);
        return info.dir().filePath(info.fileName().section(u'.', 0, 0));
    }

    void tell(QWidget* parent, const QString& title, const QString& text)
    {
        auto* box = new QMessageBox(QMessageBox::Warning, title, text, QMessageBox::Ok, parent);
        box->setTextFormat(Qt::PlainText);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->open();
    }

} // namespace

void MainWindow::askBefore(const QString& question,
                           const QString& word,
                           std::function<void()> order)
{
    auto* box
        = new QMessageBox(QMessageBox::Question, u"Kymo"_s, question, QMessageBox::Cancel, this);
    box->setObjectName(u"askBefore"_s);
    box->setTextFormat(Qt::PlainText);
    box->setAttribute(Qt::WA_DeleteOnClose);
    const QPushButton* stop = box->addButton(word, QMessageBox::DestructiveRole);
    connect(stop, &QPushButton::clicked, this, std::move(order));
    box->setDefaultButton(QMessageBox::Cancel); // what Enter does has to be harmless
    box->open();
}

QString MainWindow::pathInFront() const
{
    if (const TraceTab* tab = currentTab())
        return tab->path();
    const RunTab* run = currentRun();
    const QString record = run == nullptr ? QString() : run->status().recordFile;
    return record.isEmpty() ? QDir::home().filePath(tr("run")) : record;
}

void MainWindow::askForFiles()
{
    const QStringList recent = m_services.settings.recent();
    const QString folder = recent.isEmpty() ? QDir::homePath() : QFileInfo(recent.first()).path();
    const QString filter = tr("Traces (*.kymo *.json *.jsonl *.ndjson *.gz *.zst);;All files (*)");
    const QStringList paths
        = QFileDialog::getOpenFileNames(this, tr("Open traces"), folder, filter);
    for (const QString& path : paths)
        openPath(path);
}

void MainWindow::askForFolder()
{
    const QString path = QFileDialog::getExistingDirectory(this, tr("Open a folder"));
    if (!path.isEmpty())
        openPath(path);
}

void MainWindow::askWhereToSave()
{
    if (currentPage() == nullptr)
        return;
    QString path = QFileDialog::getSaveFileName(this,
                                                tr("Save as .kymo"),
                                                QString(baseName(pathInFront()) + u".kymo"_s),
                                                tr("Kymo files (*.kymo)"));
    if (path.isEmpty())
        return;
    if (!path.endsWith(u".kymo"_s))
        path += u".kymo"_s;
    saveTo(path);
}

void MainWindow::askWhereToExport()
{
    if (currentPage() == nullptr)
        return;
    QStringList filters;
    for (const auto& exporter : m_services.exporters.entries())
        filters << filterOf(*exporter);
    const auto& first = *m_services.exporters.entries().front();
    QString chosen = filters.first();
    QString path = QFileDialog::getSaveFileName(
        this,
        tr("Export"),
        QString(baseName(pathInFront()) + toText(first.extensions().front())),
        filters.join(u";;"_s),
        &chosen);
    if (path.isEmpty())
        return;
    const auto format = static_cast<std::size_t>(filters.indexOf(chosen));
    std::filesystem::path file = path.toStdString();
    const Exporter& exporter = tracestore::exporterMeant(
        m_services.exporters, *m_services.exporters.entries()[format], file);
    path = toText(file.string());
    saveTo(path, &exporter);
}

void MainWindow::saveTo(const QString& path, const Exporter* exporter)
{
    const SessionContext& context = currentPage()->context();
    const TracePtr trace = context.trace();
    // What was noted goes along.
    auto notes = context.annotations().book().annotations();
    const std::filesystem::path target = QFile::encodeName(path).toStdString();
    startSaving(path, [trace, target, exporter, notes = std::move(notes)](Job& job) {
        if (exporter == nullptr)
            return tracestore::saveKymo(*trace, {notes, {}}, target, job);
        if (exporter->id() == "html")
            return tracestore::exportTrace(*trace, tracestore::HtmlExporter(notes), target, job);
        return tracestore::exportTrace(*trace, *exporter, target, job);
    });
}

void MainWindow::startSaving(const QString& path,
                             std::function<tracestore::Result<void>(Job&)> work)
{
    const QString name = QFileInfo(path).fileName();
    if (m_job->isRunning()) {
        tell(this,
             tr("One thing at a time"),
             tr("Another file is being written. Wait for it or cancel it in the status bar, then "
                "save %1 again.")
                 .arg(name));
        return;
    }
    m_job->start(
        tr("Saving %1").arg(name), std::move(work), [this, path, name](const auto& result) {
            const bool isCancelled
                = !result && result.error().code == tracestore::ErrorCode::Cancelled;
            const QString error = result ? QString() : visibleText(toText(result.error().message));
            if (!result && !isCancelled)
                tell(this, tr("%1 is not saved").arg(name), error);
            else if (result)
                statusBar()->showMessage(tr("%1 is saved").arg(name), kToldMs);
            emit saved(path, error);
        });
}

void MainWindow::showReport()
{
    if (TracePage* page = currentPage())
        ReportDialog(page->context().trace(), m_services.theme, this).exec();
}

void MainWindow::showShortcuts()
{
    ShortcutsDialog(*m_actions, m_debug->all(), currentPage(), this).exec();
}

void MainWindow::showAbout()
{
    QMessageBox box(QMessageBox::NoIcon,
                    tr("About Kymo"),
                    tr("Kymo %1\n\nThe debugger for AI agents: see what an agent did, step by "
                       "step.\n\nMIT licence. Built with Qt %2.\nTraces are read on this computer; "
                       "opening one sends nothing anywhere.")
                        .arg(QCoreApplication::applicationVersion(), QLatin1StringView(qVersion())),
                    QMessageBox::Close,
                    this);
    box.setTextFormat(Qt::PlainText);
    box.setIconPixmap(windowIcon().pixmap(48, 48));
    box.exec();
}

void MainWindow::copySelected(bool isName)
{
    const TracePage* page = currentPage();
    if (page == nullptr || !page->context().selected().isValid())
        return;
    const tracestore::Trace& trace = *page->context().trace();
    const auto span = page->context().selected();
    QGuiApplication::clipboard()->setText(toText(isName ? trace.name(span) : trace.origId(span)));
}

void MainWindow::copyStepPath()
{
    const TracePage* page = currentPage();
    if (page != nullptr && page->context().selected().isValid())
        QGuiApplication::clipboard()->setText(
            stepPath(page->context(), page->context().selected()));
}

void MainWindow::pickCommand()
{
    QList<QAction*> actions = m_actions->all();
    actions.removeAll(m_actions->commands);
    actions << m_debug->all();
    actions << m_actions->themes->actions();
    // Who asks for a view by name wants to see it: the entries of the menu would hide one that is
    // behind another.
    const auto shows = std::make_shared<QObject>();
    if (TracePage* page = currentPage()) {
        for (QWidget* view : page->views()) {
            auto* show = new QAction(tr("Show %1").arg(view->windowTitle()), shows.get());
            connect(show, &QAction::triggered, page, [page, view] { page->showView(view); });
            actions << show;
            actions << view->actions();
        }
    }
    const auto source
        = [actions, shows](const QString& typed) { return pickActions(actions, typed); };
    (new QuickPick(m_services.theme, tr("Type the name of a command"), source, this))->show();
}

void MainWindow::pickStep()
{
    TracePage* page = currentPage();
    if (page == nullptr)
        return;
    SessionContext& context = page->context();
    const auto source = [&context](const QString& typed) { return pickSteps(context, typed); };
    (new QuickPick(m_services.theme,
                   tr("Type a name or number of a step; bookmarks come first"),
                   source,
                   this))
        ->show();
}

void MainWindow::copyPath()
{
    if (const TraceTab* tab = currentTab())
        QGuiApplication::clipboard()->setText(tab->path());
}

} // namespace gui
