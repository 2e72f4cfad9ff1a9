#pragma once

#include "gui/compare/union_graph.h"
#include "gui/graph/graph_layout.h"
#include "gui/graph/graph_painter.h"
#include "gui/graph/scene_scroll_area.h"

#include <QTimer>

namespace gui {

class HoverCard;

/// Both executions as one folded graph: what only A or only B did, what both did, and where they
/// differ. A click selects the pairs behind a card one after the other. Made off the GUI thread,
/// and only when it is first looked at.
class UnionGraphView : public SceneScrollArea
{
    Q_OBJECT

public:
    explicit UnionGraphView(CompareContext& context,
                            QWidget* parent = nullptr,
                            const QString& layoutProgram = GraphLayout::defaultProgram());
    ~UnionGraphView() override;

    /// Null before the first picture.
    [[nodiscard]] const UnionGraphPtr& united() const { return m_united; }

    [[nodiscard]] const GraphScene& scene() const { return *m_scene; }

    [[nodiscard]] const GraphEmphasis& emphasis() const { return m_emphasis; }

    [[nodiscard]] bool isBusy() const { return m_isBusy; }

signals:
    void ready();

protected:
    [[nodiscard]] QRectF sceneBounds() const override { return m_scene->bounds; }

    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    /// What a picture is made of, on its way.
    struct Prepared
    {
        UnionGraphPtr united;
        std::vector<CardText> cards;
        QStringList labels; ///< of the edges
        layout::Request request;
        std::uint64_t order = 0;
    };

    void refresh();
    void takePrepared(Prepared prepared);
    void takeLayout(const LayoutOutcome& outcome);
    void takeScene(const GraphScenePtr& scene);
    void colour();
    void showSelected();
    void selectCard(std::uint32_t card);
    void moveTo(int key);
    void hoverAt(QPointF viewPoint);
    void paintLegend(QPainter& painter);
    [[nodiscard]] QString cardText(std::uint32_t card) const;
    [[nodiscard]] GraphFonts fonts() const;

    CompareContext& m_context;
    GraphLayout m_layout;
    GraphPainter m_painter;
    UnionGraphPtr m_united;
    GraphScenePtr m_scene = std::make_shared<GraphScene>(); ///< never null
    Prepared m_laying; ///< what the layout works on
    GraphEmphasis m_emphasis;
    HoverCard* m_hoverCard;
    QTimer m_hoverTimer;
    std::uint64_t m_order = 0;
    bool m_isBusy = false;
    bool m_isStarted = false;
};

} // namespace gui
