#include "gui/app/trace_tab.h"

#include "engine/config/app_paths.h"
#include "engine/runtime/file_watch.h"
#include "engine/runtime/trace_loader.h"
#include "gui/agents/resume_bar.h"
#include "gui/app/bundle_bar.h"
#include "gui/app/loading_page.h"
#include "gui/app/settings.h"
#include "gui/app/trace_page.h"
#include "gui/context/in_background.h"
#include "gui/context/session_context.h"
#include "gui/debug/debug_workspace.h"
#include "gui/theme/format.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QMessageBox>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::TracePtr;

TraceTab::TraceTab(const QString& path, const Services& services, QWidget* parent)
    : PageStack(parent)
    , m_path(path)
    , m_services(services)
    , m_loader(new engine::TraceLoader(services.importers, services.prices, this))
    , m_watch(new engine::FileWatch(this))
{
    m_again.setSingleShot(true);
    m_again.setInterval(engine::FileWatch::kIntervalMs);
    connect(&m_again, &QTimer::timeout, this, &TraceTab::refresh);
    connect(m_watch, &engine::FileWatch::changed, this, &TraceTab::filesChanged);
    connect(m_loader, &engine::TraceLoader::loaded, this, &TraceTab::showTrace);
    connect(m_loader, &engine::TraceLoader::failed, this, &TraceTab::showFailure);
    connect(m_loader, &engine::TraceLoader::progressed, this, [this](quint64 done, quint64 total) {
        if (m_loading != nullptr)
            m_loading->setProgress(done, total);
    });
}

TraceTab::~TraceTab() = default;

QString TraceTab::title() const
{
    const QString file = QFileInfo(m_path).fileName();
    if (m_page == nullptr)
        return file;
    const auto& sessions = m_page->context().trace()->sessions();
    const bool isNamed = sessions.size() == 1 && !sessions.front().title.empty();
    return isNamed ? singleLine(sessions.front().title, 40) : file;
}

void TraceTab::load()
{
    m_page = nullptr;
    m_loading = new LoadingPage(QFileInfo(m_path).fileName(), m_services.theme, this);
    connect(m_loading, &LoadingPage::cancelRequested, m_loader, &engine::TraceLoader::cancel);
    setOnly(m_loading);
    refresh();
}

void TraceTab::refresh()
{
    m_again.stop();
    m_loadTime.start();
    if (m_isStale) {
        m_isStale = false;
        emit followChanged();
    }
    tracestore::OpenRequest request;
    request.paths = {QFile::encodeName(m_path).toStdString()};
    request.withCompanions = true;
    m_loader->load(std::move(request));
}

TracePage* TraceTab::makePage(TracePtr trace)
{
    auto* page = new TracePage(
        std::move(trace), m_services.theme, &m_services.settings, m_services.workspace, this);
    return page;
}

/// Gives the page the notes of its file. Those that the settings kept before are taken over.
void TraceTab::keepNotes()
{
    if (m_services.notes == nullptr)
        return;
    Annotations& annotations = m_page->context().annotations();
    const auto book = m_services.notes->book(
        annotatedFile(QFile::encodeName(m_path).toStdString(), *m_page->context().trace()));
    annotations.setBook(book);
    const QJsonArray marks = m_services.settings.bookmarks(m_path);
    if (!marks.isEmpty()) {
        annotations.takeOver(marks);
        m_services.settings.setBookmarks(m_path, {});
    }
    connect(book.get(),
            &AnnotationBook::fileWritten,
            this,
            &TraceTab::watchFiles,
            Qt::UniqueConnection);
}

void TraceTab::lookForBundle()
{
    if (!m_path.endsWith(u".kymo"_s))
        return;
    const std::filesystem::path file = QFile::encodeName(m_path).toStdString();
    inBackground(
        this,
        [file] { return engine::readBundle(file).value_or(engine::BundleContents()); },
        [this](const engine::BundleContents& contents) {
            const bool hasSetup = contents.setup && *contents.setup != engine::DebugSetup();
            // A run that was interrupted has its own bar, which matters more.
            if (m_page != nullptr && m_page->menuWidget() == nullptr && contents.isBundle
                && (hasSetup || !contents.branches.empty()))
                showBundle(contents);
        });
}

void TraceTab::showBundle(const engine::BundleContents& contents)
{
    auto* bar = new BundleBar(contents, m_services.theme);
    connect(bar, &BundleBar::setupWanted, this, [this, setup = contents.setup](bool isInstead) {
        if (m_services.workspace != nullptr && setup)
            m_services.workspace->use(*setup, isInstead);
        m_page->setMenuWidget(nullptr);
    });
    connect(bar, &BundleBar::unpackWanted, this, &TraceTab::unpack);
    connect(bar, &BundleBar::closeWanted, this, [this] { m_page->setMenuWidget(nullptr); });
    m_page->setMenuWidget(bar);
}

/// Into a folder of its own, which nothing else is in.
void TraceTab::unpack()
{
    const QString name = QFileInfo(m_path).completeBaseName();
    QString folder = engine::bundlesDir() + u'/' + name;
    for (int i = 2; QFileInfo::exists(folder); ++i)
        folder = engine::bundlesDir() + u'/' + name + u'-' + QString::number(i);
    const std::filesystem::path file = QFile::encodeName(m_path).toStdString();
    const std::filesystem::path target = QFile::encodeName(folder).toStdString();
    m_page->setMenuWidget(nullptr);
    inBackground(
        this,
        [file, target] {
            return std::make_shared<tracestore::Result<std::filesystem::path>>(
                engine::unpackBundle(file, target));
        },
        [this](const auto& trace) {
            if (*trace) {
                emit pathRequested(
                    QFile::decodeName(QByteArray::fromStdString((*trace)->string())));
                return;
            }
            auto* box = new QMessageBox(QMessageBox::Warning,
                                        tr("The branches are not unpacked"),
                                        visibleText(toText(trace->error().message)),
                                        QMessageBox::Ok,
                                        this);
            box->setTextFormat(Qt::PlainText);
            box->setAttribute(Qt::WA_DeleteOnClose);
            box->open();
        });
}

void TraceTab::showTrace(TracePtr trace)
{
    m_loading = nullptr;
    m_loadDuration = m_loadTime.elapsed();
    if (m_page != nullptr && m_page->grow(trace)) {
        watchFiles();
        lookForInterruption();
        emit grown();
        return;
    }
    TracePage* before = m_page;
    m_page = makePage(std::move(trace));
    keepNotes();
    // Docks keep their sizes only in a page of the same size.
    if (before != nullptr) {
        m_page->resize(before->size());
        m_page->restoreLayout(before->layoutState());
        m_page->goOnFrom(*before);
    } else {
        m_page->resize(size());
        m_page->restoreLayout(m_services.settings.pageLayout());
    }
    setOnly(m_page);
    watchFiles();
    lookForInterruption();
    if (before == nullptr)
        lookForBundle();
    if (before != nullptr) {
        emit refreshed();
        return;
    }
    // A file that a program is writing is one that somebody wants to watch.
    constexpr int kFreshSeconds = 20;
    const auto last = m_watch->lastChangeSecs();
    m_isFollowing = last && QDateTime::currentSecsSinceEpoch() - *last < kFreshSeconds;
    emit opened();
}

/// The files of the trace, and the path itself: a folder to which files are added. As they are now:
/// it is not the trace that changes when a note is written into its file.
void TraceTab::watchFiles()
{
    if (m_page == nullptr)
        return;
    QStringList paths {m_path};
    for (const std::string& file : m_page->context().trace()->origin().files)
        paths << QFile::decodeName(QByteArray::fromStdString(file));
    // A recording that is still written grows here; the file itself only now and then.
    if (m_path.endsWith(u".kymo"_s))
        paths << QString(m_path + u"-wal"_s);
    paths.removeDuplicates();
    m_watch->watch(paths);
}

/// Whether the run of a recording can go on is read beside the trace: it takes the log of its
/// events, and whether somebody writes to it just now.
void TraceTab::lookForInterruption()
{
    if (m_services.engine == nullptr || !m_path.endsWith(u".kymo"_s))
        return;
    const std::filesystem::path file = QFile::encodeName(m_path).toStdString();
    const auto look = [file] {
        tracestore::Job job;
        return engine::findInterruptedRun(file, job);
    };
    const auto show
        = [this, order = ++m_lookOrder](const std::optional<engine::InterruptedRun>& run) {
              if (order == m_lookOrder && m_page != nullptr)
                  showInterruption(run);
          };
    inBackground(this, look, show);
}

void TraceTab::showInterruption(const std::optional<engine::InterruptedRun>& run)
{
    if (!run) {
        m_page->setMenuWidget(nullptr);
        return;
    }
    auto* bar = new ResumeBar(*run, m_page->context().trace()->spanCount(), m_services.theme);
    connect(bar, &ResumeBar::resumeRequested, this, &TraceTab::resumeRequested);
    m_page->setMenuWidget(bar); // takes the place of one that was there
}

TracePage* TraceTab::takePage()
{
    TracePage* page = std::exchange(m_page, nullptr);
    page->setMenuWidget(nullptr);
    removeWidget(page);
    m_loader->cancel();
    m_watch->watch({});
    m_again.stop();
    return page;
}

void TraceTab::takeBack(TracePage* page)
{
    m_page = page;
    setOnly(page);
    watchFiles();
    lookForInterruption();
    if (m_isFollowing)
        refresh();
}

void TraceTab::filesChanged()
{
    // What is noted is written into the file of the trace, which stays what it was.
    if (m_page != nullptr && m_page->context().annotations().book().isWriting())
        return;
    if (!m_isFollowing) {
        m_isStale = true;
        emit followChanged();
    } else if (m_loader->isLoading()) {
        m_again.start();
    } else if (!m_again.isActive()) {
        // The machine has better to do than to read a large file all the time.
        constexpr int kPauseForTime = 3;
        const auto took = static_cast<int>(std::min<qint64>(m_loadDuration, 60'000));
        m_again.start(took < engine::FileWatch::kIntervalMs ? 0 : took * kPauseForTime);
    }
}

void TraceTab::setFollowing(bool isFollowing)
{
    if (isFollowing == m_isFollowing)
        return;
    m_isFollowing = isFollowing;
    if (isFollowing && m_isStale)
        refresh();
    if (!isFollowing)
        m_again.stop();
    emit followChanged();
}

void TraceTab::showFailure(const tracestore::Error& error)
{
    m_loading = nullptr;
    if (m_page != nullptr) {
        // What is shown was read well: it stays, and one can try again.
        m_isStale = error.code != tracestore::ErrorCode::Cancelled;
        emit followChanged();
        return;
    }
    const bool isCancelled = error.code == tracestore::ErrorCode::Cancelled;
    const QString reason = isCancelled ? tr("You stopped it while it was being read.")
                                       : visibleText(toText(error.message));
    const bool isFormatQuestion = error.code == tracestore::ErrorCode::Unsupported
        || error.code == tracestore::ErrorCode::Corrupt;
    auto* failure = new FailurePage(QFileInfo(m_path).fileName(),
                                    reason,
                                    isFormatQuestion ? formats() : QStringList(),
                                    m_services.theme,
                                    this);
    connect(failure, &FailurePage::retryRequested, this, &TraceTab::load);
    connect(failure, &FailurePage::openRequested, this, &TraceTab::openRequested);
    connect(failure, &FailurePage::closeRequested, this, &TraceTab::closeRequested);
    setOnly(failure);
    emit failed();
}

QStringList TraceTab::formats() const
{
    QStringList names {tr("Kymo files (.kymo)")};
    for (const auto& importer : m_services.importers.entries())
        names << toText(importer->name());
    return names;
}

} // namespace gui
