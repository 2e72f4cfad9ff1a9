#pragma once

#include <QHeaderView>

namespace gui {

class SessionContext;
class StepTreeModel;

/// The margin left of the steps: marks of breakpoints, which a click sets and takes away.
class StepMargin : public QHeaderView
{
    Q_OBJECT

public:
    static constexpr int kWidth = 16;

    StepMargin(SessionContext& context, StepTreeModel& model, QWidget* parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override { return {kWidth, 0}; }

protected:
    void paintSection(QPainter* painter, const QRect& rect, int row) const override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

    void mouseReleaseEvent(QMouseEvent*) override { }

    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    void setHovered(int row);

    SessionContext& m_context;
    StepTreeModel& m_model;
    int m_hovered = -1;
};

} // namespace gui
