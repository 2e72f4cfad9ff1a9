#include "gui/app/screenshots.h"

#include "gui/app/main_window.h"
#include "gui/app/trace_page.h"
#include "gui/app/trace_tab.h"
#include "gui/context/session_context.h"

#include <QDir>
#include <QPixmap>
#include <QTabWidget>
#include <QTimer>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;

namespace {

    constexpr int kWindowWidth = 1600;
    constexpr int kWindowHeight = 1000;
    // Views that fetch or lay out in the background have no common way to say that they are done.
    constexpr int kSettleMs = 1500;

    /// Something to look at: what failed first, else the first model call.
    SpanId interestingStep(const SessionContext& context)
    {
        if (!context.errors().empty())
            return context.errors().front();
        const tracestore::Trace& trace = *context.trace();
        for (const SpanId span : trace.preOrder()) {
            if (trace.kind(span) == tracestore::SpanKind::Llm)
                return span;
        }
        return trace.preOrder().empty() ? SpanId() : trace.preOrder().front();
    }

} // namespace

Screenshots::Screenshots(MainWindow& window, const QString& folder, QObject* parent)
    : QObject(parent)
    , m_window(window)
    , m_folder(folder)
{ }

void Screenshots::start(const QString& tracePath)
{
    if (!QDir().mkpath(m_folder)) {
        fail(tr("The folder %1 cannot be made.").arg(m_folder));
        return;
    }
    m_window.resize(kWindowWidth, kWindowHeight);
    m_window.show();
    connect(&m_window, &MainWindow::tabSettled, this, [this](TraceTab* tab) {
        if (tab->page() == nullptr)
            fail(tr("%1 could not be opened.").arg(tab->path()));
        else
            plan(*tab);
    });
    m_window.openPath(tracePath);
}

void Screenshots::plan(TraceTab& tab)
{
    TracePage* page = tab.page();
    const SpanId step = interestingStep(page->context());
    m_steps << [page, step] { page->context().reveal(step); };
    for (const QString& theme : {u"dark"_s, u"light"_s}) {
        m_steps << [this, theme] { m_window.applyTheme(theme); };
        const auto centre = page->centreViews();
        for (QWidget* view : centre) {
            m_steps << [page, view] { page->showView(view); };
            addPicture(view->objectName() + u'-' + theme);
        }
        if (centre.isEmpty())
            addPicture(u"main-"_s + theme);
    }
    next();
}

void Screenshots::addPicture(const QString& name)
{
    m_steps << [this, name] {
        const QString path = QDir(m_folder).filePath(name + u".png"_s);
        if (m_window.grab().save(path))
            m_files << path;
        else
            fail(tr("%1 cannot be written.").arg(path));
    };
}

void Screenshots::next()
{
    if (m_steps.isEmpty()) {
        emit finished(m_files, {});
        return;
    }
    m_steps.takeFirst()();
    QTimer::singleShot(kSettleMs, this, &Screenshots::next);
}

void Screenshots::fail(const QString& error)
{
    m_steps.clear();
    emit finished(m_files, error);
}

} // namespace gui
