#pragma once

#include "gui/graph/graph_folder.h"
#include "gui/graph/graph_scene.h"

#include <QObject>
#include <QTimer>

#include <optional>

namespace gui {

/// From a trace to a scene, off the GUI thread: unfold, fold, measure, lay out. The newest order
/// wins; the scene shown stays until the next one is ready. Nothing is done before the first
/// setScope(). GUI thread.
class GraphPipeline : public QObject
{
    Q_OBJECT

public:
    GraphPipeline(tracestore::TracePtr trace,
                  const QString& layoutProgram,
                  QObject* parent = nullptr);

    [[nodiscard]] const GraphScope& scope() const { return m_scope; }

    [[nodiscard]] const FoldState& state() const { return m_state; }

    /// Takes the trace as it has grown, for whatever is made from now on. update() makes a scene of
    /// it.
    void setTrace(tracestore::TracePtr trace);

    /// Makes a scene of the trace that was set last, where there is none yet: soon, not more than
    /// some times a second, and not in place of one that is being made.
    void update();

    void setScope(const GraphScope& scope);
    void setMode(FoldMode mode);
    void setOpen(GraphKey key, bool isOpen);
    void setFonts(const GraphFonts& fonts);

    /// True from an order to its scene.
    [[nodiscard]] bool isBusy() const { return m_isBusy; }

signals:
    void sceneReady(const gui::GraphScenePtr& scene);

private:
    struct Prepared
    {
        StepGraphPtr source;
        ExecutionGraphPtr graph;
        std::vector<CardText> cards;
        layout::Request request;
        std::uint64_t order = 0;
    };

    void refresh();
    void onPrepared(Prepared prepared);
    void onLaidOut(const LayoutOutcome& outcome);
    void deliver(const GraphScenePtr& scene, std::uint64_t order);

    tracestore::TracePtr m_trace;
    GraphScope m_scope;
    FoldState m_state;
    GraphFonts m_fonts;
    GraphLayout m_layout;
    StepGraphPtr m_source; ///< of the scope; null until it was unfolded
    Prepared m_laying; ///< what the layout works on
    std::optional<LayoutOutcome> m_laidOut; ///< the last: a graph of the same shape lies the same
    QTimer m_growthPause; ///< a picture that changes all the time cannot be looked at
    std::uint64_t m_order = 0;
    bool m_isOutdated = false; ///< the trace has grown since the last order
    bool m_isUpdateWanted = false;
    bool m_isBusy = false;
};

} // namespace gui
