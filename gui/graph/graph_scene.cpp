#include "gui/graph/graph_scene.h"

#include <QFontMetricsF>

#include <algorithm>
#include <iterator>

namespace gui {

namespace {

    constexpr double kFrameTitleHeight = 18;

    QPointF pointOf(const layout::Point& point)
    {
        return {point.x, point.y};
    }

    QRectF hull(const std::vector<QPointF>& points)
    {
        if (points.empty())
            return {};
        QRectF box(points.front(), points.front());
        for (const QPointF& point : points) {
            box.setLeft(std::min(box.left(), point.x()));
            box.setRight(std::max(box.right(), point.x()));
            box.setTop(std::min(box.top(), point.y()));
            box.setBottom(std::max(box.bottom(), point.y()));
        }
        return box.adjusted(-6, -6, 6, 6);
    }

    /// A small loop on the left of the card's upper edge; its label stands beside it.
    std::vector<QPointF> selfLoop(const QRectF& card)
    {
        const QPointF to(card.left() + 14, card.top());
        const QPointF from(card.left() + 36, card.top());
        return {from, from + QPointF(4, -22), to + QPointF(-4, -22), to};
    }

    /// A point of curves end to end, from 0 to 1.
    QPointF pointAt(const std::vector<QPointF>& points, double along)
    {
        const std::size_t curves = (points.size() - 1) / 3;
        const double place = along * static_cast<double>(curves);
        const std::size_t curve = std::min(static_cast<std::size_t>(place), curves - 1);
        const double t = place - static_cast<double>(curve);
        const double u = 1 - t;
        const QPointF* p = &points[3 * curve];
        return u * u * u * p[0] + 3 * u * u * t * p[1] + 3 * u * t * t * p[2] + t * t * t * p[3];
    }

    double overlapOf(const QRectF& one, const QRectF& other)
    {
        const QRectF both = one & other;
        return both.isValid() ? both.width() * both.height() : 0;
    }

    /// Finds places for labels where they hide neither cards nor each other: in the middle of their
    /// edge where that is free, else near it on the edge, else beside it; where nothing is free,
    /// where least is hidden.
    class LabelPlaces
    {
    public:
        explicit LabelPlaces(const GraphScene& scene)
            : m_scene(scene)
        { }

        QRectF take(const GraphCurve& curve, const QSizeF& size, bool isLoop)
        {
            std::vector<QRectF> places;
            if (isLoop)
                addLoopPlaces(places, curve, size);
            else
                addPlaces(places, curve, size);
            QRectF reach;
            for (const QRectF& place : places)
                reach |= place;
            std::vector<QRectF> taken;
            for (const GraphCard& card : m_scene.cards) {
                if (card.rect.intersects(reach))
                    taken.push_back(card.rect);
            }
            std::ranges::copy_if(m_labels, std::back_inserter(taken), [&](const QRectF& label) {
                return label.intersects(reach);
            });
            m_labels.push_back(freest(places, taken));
            return m_labels.back();
        }

    private:
        static void
        addPlaces(std::vector<QRectF>& places, const GraphCurve& curve, const QSizeF& size)
        {
            for (const double lines : {0.0, -1.0, 1.0, -2.0, 2.0, -3.0, 3.0}) {
                for (const double along : {0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8}) {
                    QRectF place(QPointF(), size);
                    place.moveCenter(pointAt(curve.points, along)
                                     + QPointF(0, lines * size.height()));
                    places.push_back(place);
                }
            }
        }

        static void
        addLoopPlaces(std::vector<QRectF>& places, const GraphCurve& curve, const QSizeF& size)
        {
            for (int lines = 0; lines < 3; ++lines) {
                QRectF place(QPointF(), size);
                place.moveBottomLeft(curve.points.front() + QPointF(3, -2 - lines * size.height()));
                places.push_back(place);
            }
        }

        static QRectF freest(const std::vector<QRectF>& places, const std::vector<QRectF>& taken)
        {
            QRectF best;
            double least = -1;
            for (const QRectF& place : places) {
                double hidden = 0;
                for (const QRectF& other : taken)
                    hidden += overlapOf(place, other);
                if (least < 0 || hidden < least) {
                    least = hidden;
                    best = place;
                }
                if (hidden <= 0)
                    break;
            }
            return best;
        }

        const GraphScene& m_scene;
        std::vector<QRectF> m_labels;
    };

    std::vector<QPointF>
    curveOf(const GraphScene& scene, const GraphEdge& edge, const std::vector<layout::Point>& way)
    {
        if (edge.from == edge.to)
            return selfLoop(scene.cards[edge.from].rect);
        std::vector<QPointF> points;
        if (way.empty()) {
            const QPointF from = scene.cards[edge.from].rect.center();
            const QPointF to = scene.cards[edge.to].rect.center();
            return {from, from, to, to};
        }
        for (const layout::Point& point : way)
            points.push_back(pointOf(point));
        return points;
    }

    void addCards(GraphScene& scene, std::vector<CardText> texts, const layout::Answer& answer)
    {
        for (std::size_t i = 0; i < texts.size(); ++i) {
            QRectF rect(0, 0, texts[i].width, texts[i].height);
            rect.moveCenter(pointOf(answer.nodes[i]));
            // On whole pixels its lines are sharp.
            rect.moveTopLeft(rect.topLeft().toPoint());
            scene.bounds |= rect;
            scene.cards.push_back({rect, std::move(texts[i])});
        }
    }

    void addFrames(GraphScene& scene, const layout::Answer& answer, const GraphFonts& fonts)
    {
        const QFontMetricsF metrics(fonts.detail);
        for (std::size_t i = 0; i < answer.clusters.size(); ++i) {
            const layout::Box& box = answer.clusters[i];
            GraphFrame frame;
            if (box.width > 0) {
                frame.rect = QRectF(QRectF(box.x, box.y, box.width, box.height).toRect());
                frame.title = metrics.elidedText(clusterTitle(scene.graph->clusters[i]),
                                                 Qt::ElideRight,
                                                 frame.rect.width() - 32);
                frame.titleRect = QRectF(
                    frame.rect.topLeft() + QPointF(4, 2),
                    QSizeF(metrics.horizontalAdvance(frame.title) + 26, kFrameTitleHeight));
            }
            scene.bounds |= frame.rect;
            scene.frames.push_back(frame);
        }
    }

    void addCurves(GraphScene& scene,
                   const layout::Answer& answer,
                   const GraphFonts& fonts,
                   const QStringList& labels)
    {
        const QFontMetricsF metrics(fonts.detail);
        const auto& edges = scene.graph->edges;
        LabelPlaces places(scene);
        for (std::size_t i = 0; i < edges.size(); ++i) {
            GraphCurve curve {.points = curveOf(scene, edges[i], answer.edges[i])};
            curve.label
                = labels.isEmpty() ? edgeLabel(edges[i]) : labels.value(static_cast<qsizetype>(i));
            curve.bounds = hull(curve.points);
            if (!curve.label.isEmpty()) {
                const QSizeF size(metrics.horizontalAdvance(curve.label) + 8, metrics.height());
                curve.labelRect = places.take(curve, size, edges[i].from == edges[i].to);
                curve.bounds |= curve.labelRect;
            }
            scene.bounds |= curve.bounds;
            scene.curves.push_back(std::move(curve));
        }
    }

} // namespace

std::uint32_t GraphScene::cardAt(QPointF point) const
{
    const auto found = std::ranges::find_if(
        cards, [&](const GraphCard& card) { return card.rect.contains(point); });
    return found == cards.end() ? kNoIndex : static_cast<std::uint32_t>(found - cards.begin());
}

std::uint32_t GraphScene::frameTitleAt(QPointF point) const
{
    // Inner frames stand behind the outer ones in the list.
    for (std::size_t i = frames.size(); i-- > 0;) {
        if (frames[i].titleRect.contains(point))
            return static_cast<std::uint32_t>(i);
    }
    return kNoIndex;
}

std::uint32_t GraphScene::cardNear(QPointF point) const
{
    std::uint32_t nearest = kNoIndex;
    double least = 0;
    for (std::uint32_t i = 0; i < cards.size(); ++i) {
        const QPointF way = cards[i].rect.center() - point;
        const double distance = QPointF::dotProduct(way, way);
        if (nearest == kNoIndex || distance < least) {
            nearest = i;
            least = distance;
        }
    }
    return nearest;
}

QRectF GraphScene::foldMark(std::uint32_t card) const
{
    const GraphNode& node = graph->nodes[card];
    if (node.openKey == 0 && node.closeKey == 0)
        return {};
    const QRectF& rect = cards[card].rect;
    return {rect.right() - 22, rect.top() + 5, 18, 18};
}

layout::Request layoutRequest(const ExecutionGraph& graph, const std::vector<CardText>& cards)
{
    layout::Request request {.nodeGap = 18, .rankGap = 42, .clusterMargin = 22};
    for (const GraphCluster& cluster : graph.clusters)
        request.clusters.push_back(cluster.parent);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        request.nodes.push_back({cards[i].width, cards[i].height, graph.nodes[i].cluster});
    for (const GraphEdge& edge : graph.edges)
        request.edges.push_back({edge.from, edge.to, edge.isBack});
    return request;
}

GraphScene makeScene(ExecutionGraphPtr graph,
                     std::vector<CardText> cards,
                     const LayoutOutcome& outcome,
                     const GraphFonts& fonts,
                     const QStringList& labels)
{
    GraphScene scene {
        .graph = std::move(graph), .engine = outcome.engine, .reason = outcome.reason};
    addCards(scene, std::move(cards), outcome.answer);
    addFrames(scene, outcome.answer, fonts);
    addCurves(scene, outcome.answer, fonts, labels);
    return scene;
}

} // namespace gui
