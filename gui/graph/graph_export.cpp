#include "gui/graph/graph_export.h"

#include "gui/graph/graph_painter.h"
#include "gui/theme/theme.h"

#include <QBuffer>
#include <QImage>
#include <QPainter>
#include <QSvgGenerator>

#include <cmath>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr double kPageMargin = 16;

    QByteArray nodeLine(const ExecutionGraph& graph, std::size_t index, int depth)
    {
        const GraphNode& node = graph.nodes[index];
        const QByteArray id = "n" + QByteArray::number(static_cast<qulonglong>(index));
        const QByteArray indent(2 * depth + 2, ' ');
        if (node.kind == NodeKind::Joint)
            return indent + id + " [shape=point]\n";
        QString label = nodeTitle(graph, node);
        const std::uint32_t count
            = node.kind == NodeKind::Agent ? node.runs : node.outcomes.total();
        if (count > 1)
            label += u" ×"_s + QString::number(count);
        label += u'\n' + nodeDetail(graph, node);
        return indent + id + " [label=" + dotQuoted(label)
            + (node.outcomes.failed > 0 ? " color=red" : "") + "]\n";
    }

    QByteArray edgeLine(const GraphEdge& edge)
    {
        QByteArray line
            = "  n" + QByteArray::number(edge.from) + " -> n" + QByteArray::number(edge.to);
        QByteArrayList attributes;
        if (const QString label = edgeLabel(edge); !label.isEmpty())
            attributes << "label=" + dotQuoted(label);
        if (edge.isBack)
            attributes << "constraint=false";
        if (edge.retries > 0)
            attributes << "color=red";
        return line + (attributes.isEmpty() ? QByteArray() : " [" + attributes.join(' ') + ']')
            + '\n';
    }

    /// The frames with what is in them. Their nesting is no deeper than the folder lets it be.
    QByteArray clusterText(const ExecutionGraph& graph)
    {
        std::vector<QByteArray> inside(graph.clusters.size() + 1);
        std::vector<int> depth(graph.clusters.size() + 1, 0);
        const auto slot = [&](std::uint32_t cluster) {
            return cluster == kNoIndex ? graph.clusters.size() : cluster;
        };
        for (std::size_t i = 0; i < graph.clusters.size(); ++i) {
            const std::uint32_t parent = graph.clusters[i].parent;
            depth[i] = parent == kNoIndex ? 1 : depth[parent] + 1;
        }
        for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
            const std::size_t at = slot(graph.nodes[i].cluster);
            inside[at] += nodeLine(graph, i, depth[at]);
        }
        for (std::size_t i = graph.clusters.size(); i-- > 0;) {
            const QByteArray indent(2 * depth[i], ' ');
            inside[slot(graph.clusters[i].parent)] += indent + "subgraph cluster_"
                + QByteArray::number(static_cast<qulonglong>(i)) + " {\n" + indent + "  label="
                + dotQuoted(clusterTitle(graph.clusters[i])) + "\n" + inside[i] + indent + "}\n";
        }
        return inside.back();
    }

} // namespace

QByteArray dotQuoted(const QString& text)
{
    QByteArray quoted = "\"";
    for (const char c : text.toUtf8()) {
        if (c == '\n')
            quoted += "\\n";
        else if (c == '\\')
            quoted += "\\\\"; // \N, \G, \L and the like would be replaced by dot
        else if (c == '"')
            quoted += "\\\"";
        else if (c == '&')
            quoted += "&amp;"; // entities are decoded in plain labels too
        else
            quoted += c;
    }
    return quoted + '"';
}

QByteArray toDot(const ExecutionGraph& graph)
{
    QByteArray text = "digraph execution {\n"
                      "  rankdir=LR\n"
                      "  node [shape=box style=rounded]\n";
    text += clusterText(graph);
    for (const GraphEdge& edge : graph.edges)
        text += edgeLine(edge);
    return text + "}\n";
}

QByteArray toSvg(const GraphScene& scene, const Theme& theme)
{
    const QRectF page = scene.bounds.adjusted(-kPageMargin, -kPageMargin, kPageMargin, kPageMargin);
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setTitle(u"Execution graph"_s);
    generator.setSize(page.size().toSize());
    generator.setViewBox(QRectF(QPointF(), page.size()));
    QPainter painter(&generator);
    painter.fillRect(QRectF(QPointF(), page.size()), theme.color(ColorRole::Panel));
    painter.translate(-page.topLeft());
    GraphPainter(theme).paint(painter, scene, {}, {.visible = page, .isVector = true});
    painter.end();
    return buffer.data();
}

QByteArray toPng(const GraphScene& scene, const Theme& theme)
{
    const QRectF page = scene.bounds.adjusted(-kPageMargin, -kPageMargin, kPageMargin, kPageMargin);
    const double side = std::max(page.width(), page.height());
    const double zoom = std::min(2.0, kMaxPngSide / side);
    QImage image((page.size() * zoom).toSize().expandedTo({1, 1}), QImage::Format_RGB32);
    if (image.isNull())
        return {};
    image.fill(theme.color(ColorRole::Panel));
    QPainter painter(&image);
    painter.scale(zoom, zoom);
    painter.translate(-page.topLeft());
    GraphPainter(theme).paint(painter, scene, {}, {.zoom = zoom, .visible = page});
    painter.end();
    QBuffer buffer;
    image.save(&buffer, "PNG");
    return buffer.data();
}

} // namespace gui
