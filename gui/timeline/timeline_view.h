#pragma once

#include <QWidget>

class QAction;

namespace gui {

class SessionContext;
class TimelineCanvas;
class TimelineOverview;

/// The timeline: lanes over time with an overview below. Its actions (scale, lanes, zoom) are meant
/// for the header of its dock.
class TimelineView : public QWidget
{
    Q_OBJECT

public:
    explicit TimelineView(SessionContext& context, QWidget* parent = nullptr);

    [[nodiscard]] TimelineCanvas& canvas() const { return *m_canvas; }

    [[nodiscard]] TimelineOverview& overview() const { return *m_overview; }

private:
    QAction* addHeaderAction(const QString& text, const QString& icon, const QString& toolTip);
    void makeActions();
    void makeSessionActions();
    void followTheme();

    SessionContext& m_context;
    TimelineCanvas* m_canvas;
    TimelineOverview* m_overview;
    QList<std::pair<QAction*, QString>> m_icons;
};

} // namespace gui
