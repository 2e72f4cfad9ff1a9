#include "gui/timeline/timeline_view.h"

#include "gui/context/session_context.h"
#include "gui/theme/theme.h"
#include "gui/timeline/timeline_canvas.h"
#include "gui/timeline/timeline_overview.h"

#include <QAction>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;

TimelineView::TimelineView(SessionContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_canvas(new TimelineCanvas(context, this))
    , m_overview(new TimelineOverview(context, *m_canvas, this))
{
    setWindowTitle(tr("Timeline"));
    setObjectName(u"timeline"_s);
    setFocusProxy(m_canvas);
    m_canvas->setObjectName(u"timelineCanvas"_s);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_canvas, 1);
    layout->addWidget(m_overview);
    makeActions();
    connect(&context.theme(), &Theme::changed, this, &TimelineView::followTheme);
    followTheme();
}

void TimelineView::makeActions()
{
    const bool isSequence = m_canvas->scale().kind() == TimelineScaleKind::Sequence;
    QAction* scale = addHeaderAction(
        tr("Even steps"),
        u"sequence"_s,
        tr("Even steps instead of the clock: short steps are as visible as long ones (S)"));
    scale->setObjectName(u"sequenceScale"_s);
    scale->setPriority(QAction::HighPriority);
    scale->setCheckable(true);
    scale->setChecked(isSequence);
    scale->setEnabled(m_canvas->intervals().hasTimes);
    scale->setShortcut(Qt::Key_S);
    connect(scale, &QAction::toggled, m_canvas, [this](bool on) {
        m_canvas->setScale(on ? TimelineScaleKind::Sequence : TimelineScaleKind::Clock);
    });

    connect(m_canvas, &TimelineCanvas::scaleChanged, scale, [this, scale] {
        const QSignalBlocker quiet(scale);
        scale->setEnabled(m_canvas->intervals().hasTimes);
        scale->setChecked(m_canvas->scale().kind() == TimelineScaleKind::Sequence);
    });

    if (m_context.trace()->sessions().size() > 1)
        makeSessionActions();
    connect(addHeaderAction(tr("Zoom out"), u"zoom-out"_s, tr("Zoom out (-)")),
            &QAction::triggered,
            m_canvas,
            &TimelineCanvas::zoomOut);
    connect(addHeaderAction(tr("Zoom in"), u"zoom-in"_s, tr("Zoom in (+)")),
            &QAction::triggered,
            m_canvas,
            &TimelineCanvas::zoomIn);
    connect(addHeaderAction(
                tr("Show all"), u"zoom-fit"_s, tr("Show all (F); Z shows the selected step")),
            &QAction::triggered,
            m_canvas,
            &TimelineCanvas::fitAll);
}

void TimelineView::makeSessionActions()
{
    QAction* all = addHeaderAction(tr("All sessions"),
                                   u"kind-session"_s,
                                   tr("All sessions of the trace instead of the one you look at"));
    all->setObjectName(u"allSessions"_s);
    QAction* lanes = addHeaderAction(
        tr("By session"), u"steps"_s, tr("A lane for each session instead of each agent"));
    for (QAction* action : {all, lanes}) {
        action->setPriority(QAction::HighPriority);
        action->setCheckable(true);
    }
    const auto update = [this, all, lanes] {
        all->setChecked(!m_canvas->isOneSession());
        lanes->setChecked(m_canvas->laneKind() == TimelineLaneKind::Session);
        lanes->setEnabled(!m_canvas->isOneSession());
    };
    connect(all, &QAction::toggled, m_canvas, [this](bool on) { m_canvas->setOneSession(!on); });
    connect(lanes, &QAction::toggled, m_canvas, [this](bool on) {
        m_canvas->setLaneKind(on ? TimelineLaneKind::Session : TimelineLaneKind::Agent);
    });
    connect(m_canvas, &TimelineCanvas::scaleChanged, this, update);
    update();
}

QAction*
TimelineView::addHeaderAction(const QString& text, const QString& icon, const QString& toolTip)
{
    auto* action = new QAction(text, this);
    action->setToolTip(toolTip);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(action);
    m_icons.append({action, icon});
    return action;
}

void TimelineView::followTheme()
{
    for (const auto& [action, icon] : m_icons)
        action->setIcon(m_context.theme().icon(icon));
}

} // namespace gui
