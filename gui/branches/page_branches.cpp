#include "gui/branches/page_branches.h"

#include "engine/config/app_paths.h"
#include "gui/branches/branches_view.h"
#include "gui/context/session_context.h"

#include <QFile>
#include <QMenu>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;

PageBranches::PageBranches(SessionContext& context, QObject* parent)
    : QObject(parent)
    , m_context(context)
    , m_view(new BranchesView(context, QFile::encodeName(engine::notesDir()).toStdString()))
{
    connect(&context.breakpoints(), &BreakpointMarks::menuOpened, this, &PageBranches::fillMenu);
    connect(m_view, &BranchesView::openRequested, this, &PageBranches::openRequested);
    connect(m_view, &BranchesView::compareRequested, this, &PageBranches::compareRequested);
    connect(m_view,
            &BranchesView::forkRequested,
            this,
            [this](const QString& recording, const std::string& effect) {
                emit forkRequested(recording, effect, -1);
            });
    showReason();
}

void PageBranches::setRecording(const QString& file, bool canRun)
{
    if (file == m_recording && canRun == m_canRun)
        return;
    m_recording = file;
    m_canRun = canRun;
    showReason();
}

/// Branches that are there are shown also where nothing can be run.
void PageBranches::showReason()
{
    const bool isOwn = isOwnRecording(*m_context.trace(), m_recording);
    m_view->setRecording(m_recording,
                         isOwn ? QString()
                               : forkPlaceOf(*m_context.trace(), {}, m_recording, true).problem);
}

ForkPlace PageBranches::placeOf(SpanId span) const
{
    return forkPlaceOf(*m_context.trace(), span, m_recording, m_canRun);
}

ForkPlace PageBranches::placeOfSelected() const
{
    return placeOf(m_context.selected());
}

void PageBranches::fillMenu(QMenu* menu, SpanId span, const QString& field)
{
    if (!field.isEmpty())
        return;
    const ForkPlace place = placeOf(span);
    menu->addSeparator();
    menu->setToolTipsVisible(true);
    QAction* fork = menu->addAction(tr("Fork from here…\tCtrl+Shift+B"), this, [this, place] {
        emit forkRequested(m_recording, place.effect, place.span.value);
    });
    fork->setObjectName(u"forkFromHere"_s);
    fork->setEnabled(place.problem.isEmpty());
    QAction* sample = menu->addAction(
        tr("Run this step many times…"), this, [this, span] { emit sampleRequested(span); });
    sample->setObjectName(u"runManyTimes"_s);
    sample->setEnabled(m_canRun && isSampled(*m_context.trace(), span));
    if (!sample->isEnabled())
        sample->setToolTip(tr("Only calls of models can be sent again many times."));
    if (!place.problem.isEmpty())
        fork->setToolTip(QString(u"<p>"_s + place.problem.toHtmlEscaped() + u"</p>"_s));
}

} // namespace gui
