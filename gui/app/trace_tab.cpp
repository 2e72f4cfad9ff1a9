#include "gui/app/trace_tab.h"

#include "engine/runtime/trace_loader.h"
#include "gui/app/loading_page.h"
#include "gui/app/settings.h"
#include "gui/app/trace_page.h"
#include "gui/context/session_context.h"
#include "gui/theme/format.h"

#include <QFile>
#include <QFileInfo>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::TracePtr;

TraceTab::TraceTab(const QString& path, const Services& services, QWidget* parent)
    : QStackedWidget(parent)
    , m_path(path)
    , m_services(services)
    , m_loader(new engine::TraceLoader(services.importers, services.prices, this))
{
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
    m_loading = new LoadingPage(QFileInfo(m_path).fileName(), m_services.theme, this);
    connect(m_loading, &LoadingPage::cancelRequested, m_loader, &engine::TraceLoader::cancel);
    setOnly(m_loading);
    tracestore::OpenRequest request;
    request.paths = {QFile::encodeName(m_path).toStdString()};
    request.withCompanions = true;
    m_loader->load(std::move(request));
}

void TraceTab::showTrace(TracePtr trace)
{
    m_loading = nullptr;
    m_page = new TracePage(std::move(trace), m_services.theme, &m_services.settings, this);
    Bookmarks& bookmarks = m_page->context().bookmarks();
    bookmarks.restore(m_services.settings.bookmarks(m_path));
    connect(&bookmarks, &Bookmarks::changed, this, [this, &bookmarks] {
        m_services.settings.setBookmarks(m_path, bookmarks.toJson());
    });
    m_page->restoreLayout(m_services.settings.pageLayout());
    setOnly(m_page);
    emit opened();
}

void TraceTab::showFailure(const tracestore::Error& error)
{
    m_loading = nullptr;
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

/// Shows a page in place of the one before. That one may be the sender of the signal that led here.
void TraceTab::setOnly(QWidget* widget)
{
    QWidget* before = currentWidget();
    setCurrentIndex(addWidget(widget));
    if (before != nullptr) {
        removeWidget(before);
        before->hide();
        before->deleteLater();
    }
    if (isVisible())
        widget->setFocus();
}

QStringList TraceTab::formats() const
{
    QStringList names {tr("Kymo files (.kymo)")};
    for (const auto& importer : m_services.importers.entries())
        names << toText(importer->name());
    return names;
}

} // namespace gui
