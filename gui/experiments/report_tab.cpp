#include "gui/experiments/report_tab.h"

#include "engine/experiment/report_html.h"
#include "engine/runtime/file_watch.h"
#include "gui/context/in_background.h"
#include "gui/experiments/report_view.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "tracestore/store/file_sink.h"

#include <QAction>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QLabel>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::fail;
using tracestore::Result;

namespace {

    std::filesystem::path localPath(const QString& file)
    {
        return QFile::encodeName(file).toStdString();
    }

    Result<engine::ExperimentReport>
    readReport(const QString& folder, const QString& against, tracestore::Job& job)
    {
        auto input = engine::readReportInput(localPath(folder));
        if (!input)
            return fail(std::move(input).error());
        if (!against.isEmpty()) {
            auto then = engine::readReportInput(localPath(against));
            if (!then)
                return fail(std::move(then).error());
            input = engine::inputOverTime(std::move(*then), std::move(*input));
            if (!input)
                return fail(std::move(input).error());
        }
        return engine::makeReport(*input, {}, job);
    }

    QString writeReport(const engine::ExperimentReport& report, const QString& file)
    {
        auto sink = tracestore::FileSink::create(localPath(file));
        if (!sink)
            return toText(sink.error().message);
        if (const auto written = (*sink)->write(engine::reportHtml(report)); !written)
            return toText(written.error().message);
        const auto committed = (*sink)->commit();
        return committed ? QString() : toText(committed.error().message);
    }

} // namespace

ReportTab::ReportTab(const QString& folder, Theme& theme, QWidget* parent)
    : QStackedWidget(parent)
    , m_folder(folder)
    , m_theme(theme)
    , m_text(new QLabel(this))
    , m_watch(new engine::FileWatch(this))
    , m_reload(new QAction(tr("Read again"), this))
    , m_earlier(new QAction(tr("Compare with earlier…"), this))
    , m_alone(new QAction(tr("Without the earlier"), this))
    , m_save(new QAction(tr("Save as HTML…"), this))
{
    setObjectName(u"reportTab"_s);
    m_text->setObjectName(u"reportTabText"_s);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setWordWrap(true);
    m_text->setText(tr("Reading the results …"));
    addWidget(m_text);
    makeActions();
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &ReportTab::load);
    connect(m_watch, &engine::FileWatch::changed, this, [this] {
        m_isStale = true;
        readSoon();
    });
}

ReportTab::~ReportTab()
{
    if (m_job)
        m_job->cancel();
}

QString ReportTab::folderOf(const QString& path)
{
    const QFileInfo info(path);
    const QString name = info.fileName();
    if (!info.isDir() && name != QLatin1String(engine::kExperimentName)
        && name != QLatin1String(engine::kResultsName))
        return {};
    const QDir folder(info.isDir() ? info.absoluteFilePath() : info.absolutePath());
    const bool hasResults = folder.exists(QLatin1String(engine::kResultsName));
    const bool isExperiment = folder.exists(QLatin1String(engine::kExperimentName))
        || folder.exists(QLatin1String(engine::kRunsName));
    return hasResults && isExperiment ? QDir::cleanPath(folder.absolutePath()) : QString();
}

QString ReportTab::title() const
{
    const QString name
        = m_view != nullptr ? singleLine(m_view->report()->name, 60) : QDir(m_folder).dirName();
    return m_against.isEmpty() ? tr("Report: %1").arg(name)
                               : tr("Report: %1, then and now").arg(name);
}

void ReportTab::makeActions()
{
    m_reload->setShortcut(Qt::Key_F5);
    m_reload->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_reload->setToolTip(tr("Read the results as they are now (F5)"));
    m_earlier->setToolTip(tr("Compare each variant with its results in an earlier folder"));
    m_alone->setToolTip(tr("Show these results alone again"));
    m_save->setToolTip(tr("Write the report as one file for a browser"));
    for (QAction* action : {m_reload, m_earlier, m_alone, m_save})
        addAction(action);
    const auto icons = [this] {
        m_reload->setIcon(m_theme.icon(u"refresh"_s));
        m_earlier->setIcon(m_theme.icon(u"clock"_s));
        m_alone->setIcon(m_theme.icon(u"close"_s));
        m_save->setIcon(m_theme.icon(u"export"_s));
    };
    icons();
    connect(&m_theme, &Theme::changed, this, icons);
    connect(m_reload, &QAction::triggered, this, &ReportTab::load);
    connect(m_earlier, &QAction::triggered, this, &ReportTab::askForEarlier);
    connect(m_alone, &QAction::triggered, this, [this] { compareWith({}); });
    connect(m_save, &QAction::triggered, this, &ReportTab::askWhereToSave);
    updateActions();
}

void ReportTab::updateActions()
{
    m_save->setEnabled(m_view != nullptr);
    m_alone->setVisible(!m_against.isEmpty());
}

void ReportTab::setShownMetrics(ShownMetrics& shown)
{
    m_shown = &shown;
    if (m_view != nullptr)
        m_view->setShownMetrics(shown);
}

void ReportTab::load()
{
    read(m_against);
}

void ReportTab::showEvent(QShowEvent* event)
{
    QStackedWidget::showEvent(event);
    readSoon();
}

/// As they are now: what is written while they are read is read next.
void ReportTab::watchFiles()
{
    QStringList files;
    for (const char* name : {engine::kExperimentName, engine::kResultsName})
        files << QDir(m_folder).filePath(QLatin1String(name));
    m_watch->watch(files);
    m_isStale = false;
}

void ReportTab::readSoon()
{
    if (!m_isStale || m_isReading || m_again.isActive() || !isVisible())
        return;
    // The machine has the experiment itself to run.
    constexpr int kPauseForTime = 3;
    constexpr qint64 kLongest = 60'000;
    m_again.start(static_cast<int>(std::clamp<qint64>(
        m_readDuration * kPauseForTime, engine::FileWatch::kIntervalMs, kLongest)));
}

void ReportTab::read(const QString& against)
{
    if (m_job)
        m_job->cancel();
    m_again.stop();
    m_isReading = true;
    m_readTime.start();
    watchFiles();
    m_job = std::make_shared<tracestore::Job>();
    inBackground(
        this,
        [folder = m_folder, against, job = m_job] { return readReport(folder, against, *job); },
        [this, against, order = ++m_order](Reading reading) {
            if (order == m_order)
                take(std::move(reading), against);
        });
}

void ReportTab::take(Reading reading, const QString& against)
{
    m_isReading = false;
    m_readDuration = m_readTime.elapsed();
    readSoon();
    if (!reading)
        return showProblem(toText(reading.error().message));
    if (m_view == nullptr) {
        m_view = new ReportView(m_theme, this);
        for (QAction* action : {m_alone, m_earlier, m_save, m_reload})
            m_view->addButton(action);
        connect(m_view, &ReportView::compareRequested, this, &ReportTab::compareRequested);
        if (m_shown != nullptr)
            m_view->setShownMetrics(*m_shown);
        addWidget(m_view);
    }
    m_against = against;
    m_view->setReport(std::make_shared<const engine::ExperimentReport>(std::move(*reading)));
    setCurrentWidget(m_view);
    setFocusProxy(m_view);
    updateActions();
    emit loaded();
}

void ReportTab::showProblem(const QString& problem)
{
    if (m_view != nullptr)
        m_view->showProblem(problem);
    else
        m_text->setText(visibleText(problem));
    emit failed(problem);
}

void ReportTab::compareWith(const QString& folder)
{
    read(folder);
}

void ReportTab::askForEarlier()
{
    auto* dialog = new QFileDialog(this, tr("Earlier results of the experiment"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setDirectory(QFileInfo(m_folder).absolutePath());
    connect(dialog, &QFileDialog::fileSelected, this, &ReportTab::compareWith);
    dialog->open();
}

void ReportTab::askWhereToSave()
{
    auto* dialog = new QFileDialog(
        this, tr("Save the report"), QFileInfo(m_folder).absolutePath(), tr("Web pages (*.html)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"html"_s);
    connect(dialog, &QFileDialog::fileSelected, this, &ReportTab::saveTo);
    dialog->open();
}

void ReportTab::saveTo(const QString& file)
{
    if (m_view == nullptr)
        return;
    inBackground(
        this,
        [report = m_view->report(), file] { return writeReport(*report, file); },
        [this, file](const QString& problem) {
            if (!problem.isEmpty())
                m_view->showProblem(problem);
            emit saved(file, problem);
        });
}

} // namespace gui
