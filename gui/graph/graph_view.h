#pragma once

#include "gui/context/breakpoint_marks.h"
#include "gui/graph/graph_navigation.h"
#include "gui/graph/graph_painter.h"
#include "gui/graph/graph_pipeline.h"
#include "gui/graph/scene_scroll_area.h"

#include <QTimer>

class QAction;
class QMenu;

namespace gui {

class HoverCard;
class SessionContext;
class SpanSet;

/// The execution as a graph from left to right: folded or unrolled, agents as frames, loops as
/// arrows back. Selects in the context and follows it. GUI thread; all work is done elsewhere
/// (GraphPipeline), the view paints a ready scene.
class GraphView : public SceneScrollArea
{
    Q_OBJECT

public:
    explicit GraphView(SessionContext& context,
                       QWidget* parent = nullptr,
                       const QString& layoutProgram = GraphLayout::defaultProgram());
    ~GraphView() override;

    /// What is shown; its graph is null before the first layout.
    [[nodiscard]] const GraphScene& scene() const { return *m_shown; }

    [[nodiscard]] const GraphEmphasis& emphasis() const { return m_emphasis; }

    [[nodiscard]] const GraphScope& scope() const { return m_pipeline.scope(); }

    /// True while a newer picture than the one shown is being made.
    [[nodiscard]] bool isBusy() const { return m_pipeline.isBusy(); }

    /// `2 of 3` below the selected card where several steps stand behind it; its left half goes to
    /// the one before, its right half to the next. In the viewport; empty where there is none.
    [[nodiscard]] QRect stepper() const;

    /// The quiet line at the bottom: which layout this is, and what was left out.
    [[nodiscard]] QString note() const;

    QSize sizeHint() const override { return {760, 300}; }

public slots:
    void setMode(gui::FoldMode mode);
    void setScope(const gui::GraphScope& scope);

    /// Opens a folded card or closes an opened one.
    void toggleCard(std::uint32_t card);
    /// Shows the agent of a frame as one card.
    void closeFrame(std::uint32_t frame);

    /// Writes an SVG, PNG or DOT file, as the name ends. Says in the view how it went.
    void exportTo(const QString& path);

protected:
    [[nodiscard]] QRectF sceneBounds() const override { return m_shown->bounds; }

    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    /// A step that stays where it is on the screen while the graph changes round it.
    struct Anchor
    {
        tracestore::SpanId span;
        QPointF viewPoint;
    };

    void addActions();
    QAction* addAction(const QString& icon, const QString& text, const QKeySequence& shortcut);
    void fillScopeMenu(QMenu* menu);
    void updateScopeAction();
    [[nodiscard]] GraphScope defaultScope() const;
    [[nodiscard]] GraphScope sessionScope(tracestore::SpanId span) const;

    void onSceneReady(const GraphScenePtr& scene);
    void onSelected(tracestore::SpanId span, bool isRevealed);
    void onThemeChanged();
    void updateEmphasis();
    [[nodiscard]] bool isSelectedInSight() const;
    void updateHits();
    void updateOrigins();
    [[nodiscard]] std::vector<bool> cardsOf(const SpanSet& spans) const;
    void updateStop();
    void updateBreakpoints();
    void paintBreakpoints(QPainter& painter, const QRectF& visible);
    [[nodiscard]] std::uint32_t breakpointMarkAt(QPointF scenePoint) const;
    [[nodiscard]] tracestore::SpanId spanOfCard(std::uint32_t card) const;
    void keepPlace(std::uint32_t card);
    void restorePlace();
    void startPlace();

    void setOpen(GraphKey key, bool isOpen, std::uint32_t card);
    void selectCard(std::uint32_t card, int step);
    void selectFrame(std::uint32_t frame);
    void moveTo(GraphDirection direction);
    void clickAt(QPointF viewPoint);
    void hoverAt(QPointF viewPoint);
    void showHoverCard();
    void hideHoverCard();

    void paintOverlay(QPainter& painter);
    void paintStepper(QPainter& painter);
    void say(const QString& message);
    void askForFile(const QString& suffix, const QString& filter);

    SessionContext& m_context;
    GraphPipeline m_pipeline;
    GraphPainter m_painter;
    GraphScenePtr m_shown = std::make_shared<GraphScene>(); ///< never null
    GraphEmphasis m_emphasis;
    std::vector<BreakpointMark> m_marks; ///< by card; empty where there are none
    QTimer m_hitPause; ///< hits arrive by the thousand while a search runs
    bool m_isStarted = false;
    std::optional<Anchor> m_anchor;
    bool m_startsAnew = false; ///< the next scene is of something else
    tracestore::SpanId m_awaited; ///< selected before there is a card of it
    QAction* m_unroll = nullptr;
    QAction* m_scopeAction = nullptr;
    HoverCard* m_hoverCard;
    QTimer m_hoverTimer;
    QTimer m_messageTimer;
    QString m_message;
};

} // namespace gui
