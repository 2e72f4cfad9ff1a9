#pragma once

#include "gui/graph/execution_graph.h"

#include <QFont>
#include <QString>

namespace gui {

/// What stands on a card, cut to fit, and how large the card is.
struct CardText
{
    QString title;
    QString count; ///< `×3`, or empty
    QString detail; ///< the dim second line
    bool isDetailError = false;
    double titleWidth = 0;
    double width = 0;
    double height = 0;
};

struct GraphFonts
{
    QFont title;
    QFont detail;
};

/// The texts of a node, in one line each, whole.
QString nodeTitle(const ExecutionGraph& graph, const GraphNode& node);
QString nodeDetail(const ExecutionGraph& graph, const GraphNode& node);

/// `2 failed, 1 ok`; of what is known.
QString outcomeText(const OutcomeCounts& outcomes);

/// `researcher ×2`, `planner: failed`.
QString clusterTitle(const GraphCluster& cluster);

/// `×3`; for an edge of another try `retry ×2`; empty where there is nothing to say.
QString edgeLabel(const GraphEdge& edge);

/// A sentence on what the picture leaves out; empty where it shows what was asked for.
QString foldNoteText(FoldNote note);

/// A card with these texts, cut to fit, with room for `marks` beside the title. Any thread.
CardText measuredCard(const QString& title,
                      const QString& count,
                      const QString& detail,
                      double marks,
                      const GraphFonts& fonts);

/// Measures all cards. Any thread.
std::vector<CardText> cardTexts(const ExecutionGraph& graph, const GraphFonts& fonts);

/// Everything about a node in plain text, its title and a fact a line; for hover cards. What a node
/// of one step says is what every view says of that step.
QString nodeCardText(const ExecutionGraph& graph, const GraphNode& node);

} // namespace gui
