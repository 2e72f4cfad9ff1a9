#pragma once

#include "gui/graph/graph_layout.h"
#include "gui/graph/graph_texts.h"

#include <QPointF>
#include <QRectF>
#include <QStringList>

#include <vector>

namespace gui {

struct GraphCard
{
    QRectF rect;
    CardText text;
};

struct GraphFrame
{
    QRectF rect; ///< empty where the frame is not drawn
    QRectF titleRect; ///< a click on it closes the frame
    QString title; ///< cut to fit
};

/// An edge as cubic Bézier curves end to end.
struct GraphCurve
{
    std::vector<QPointF> points; ///< 1 + 3n, or none
    QRectF bounds;
    QString label;
    QRectF labelRect; ///< empty without a label
};

/// A laid-out graph as plain geometry, in device-independent pixels at a zoom of 1: what is painted
/// and what a click hits. Indices are those of the graph's nodes, clusters and edges.
struct GraphScene
{
    ExecutionGraphPtr graph; ///< null where there is none yet
    std::vector<GraphCard> cards;
    std::vector<GraphFrame> frames;
    std::vector<GraphCurve> curves;
    QRectF bounds;
    LayoutEngine engine = LayoutEngine::Dot;
    LayoutReason reason = LayoutReason::None;

    /// The card at a point; kNoIndex where there is none.
    [[nodiscard]] std::uint32_t cardAt(QPointF point) const;
    /// The frame whose title is at a point.
    [[nodiscard]] std::uint32_t frameTitleAt(QPointF point) const;
    /// The card whose middle is nearest to a point.
    [[nodiscard]] std::uint32_t cardNear(QPointF point) const;
    /// The mark of a card that opens or closes its fold; empty where it has none.
    [[nodiscard]] QRectF foldMark(std::uint32_t card) const;
};

using GraphScenePtr = std::shared_ptr<const GraphScene>;

/// What is asked of the layout.
layout::Request layoutRequest(const ExecutionGraph& graph, const std::vector<CardText>& cards);

/// Puts graph, texts and places together. `labels`: of the edges; where there are none they say how
/// often the execution went that way. Any thread.
GraphScene makeScene(ExecutionGraphPtr graph,
                     std::vector<CardText> cards,
                     const LayoutOutcome& outcome,
                     const GraphFonts& fonts,
                     const QStringList& labels = {});

} // namespace gui
