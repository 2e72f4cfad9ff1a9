#include "gui/graph/graph_texts.h"

#include "gui/models/span_card.h"
#include "gui/theme/format.h"
#include "gui/theme/words.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QStringList>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::Trace;

namespace {

    constexpr double kMaxTextWidth = 190;
    constexpr double kMinWidth = 64;
    constexpr double kCardHeight = 44;
    constexpr double kJointSize = 10;

    QString tr(const char* text, int count = -1)
    {
        return QCoreApplication::translate("gui::GraphView", text, nullptr, count);
    }

    QString times(std::uint32_t count)
    {
        return u'×' + formatCount(count);
    }

    /// `2 of 3` or `1-50 of 120` where a fold was opened.
    QString partText(const GraphNode& node)
    {
        if (node.partFirst == 0)
            return {};
        const QString part = node.partFirst == node.partLast
            ? formatCount(node.partFirst)
            : QString(formatCount(node.partFirst) + u'–' + formatCount(node.partLast));
        return tr("%1 of %2").arg(part, formatCount(node.partOf));
    }

    bool isToldByOutcome(const OutcomeCounts& outcomes)
    {
        return outcomes.failed + outcomes.cancelled + outcomes.pending > 0;
    }

    /// The sum of the tokens or costs of a node would take a walk over all its spans; so many are
    /// worth it while the mouse rests.
    constexpr std::size_t kMaxSummed = 10'000;

    void addUsage(QStringList& lines, const Trace& trace, std::span<const SpanId> spans)
    {
        std::optional<std::int64_t> input;
        std::optional<std::int64_t> output;
        for (const SpanId span : spans) {
            const tracestore::TokenUsage* usage
                = trace.countsInTotals(span) ? trace.usage(span) : nullptr;
            if (usage == nullptr)
                continue;
            if (const auto in = usage->inputTotal())
                input = input.value_or(0) + *in;
            if (usage->output)
                output = output.value_or(0) + *usage->output;
        }
        if (input)
            lines << tr("Tokens in: %1").arg(formatCount(*input));
        if (output)
            lines << tr("Tokens out: %1").arg(formatCount(*output));
    }

    void addFirstError(QStringList& lines, const Trace& trace, std::span<const SpanId> spans)
    {
        for (const SpanId span : spans) {
            if (trace.status(span) != tracestore::SpanStatus::Error)
                continue;
            const tracestore::SpanError* error = trace.error(span);
            if (error == nullptr)
                continue;
            const std::string& text = error->message.empty() ? error->type : error->message;
            lines << tr("First error: %1").arg(singleLine(text, 160));
            return;
        }
    }

} // namespace

QString outcomeText(const OutcomeCounts& outcomes)
{
    if (outcomes.total() == 1) {
        if (outcomes.failed == 1)
            return tr("failed");
        if (outcomes.cancelled == 1)
            return tr("cancelled");
        return outcomes.pending == 1 ? tr("not finished") : QString();
    }
    QStringList parts;
    const auto add = [&](std::uint32_t count, const char* word) {
        if (count > 0)
            parts << tr(word).arg(formatCount(count));
    };
    add(outcomes.failed, QT_TRANSLATE_NOOP("gui::GraphView", "%1 failed"));
    add(outcomes.cancelled, QT_TRANSLATE_NOOP("gui::GraphView", "%1 cancelled"));
    add(outcomes.pending, QT_TRANSLATE_NOOP("gui::GraphView", "%1 not finished"));
    add(outcomes.ok, QT_TRANSLATE_NOOP("gui::GraphView", "%1 ok"));
    return parts.join(u", "_s);
}

QString nodeTitle(const ExecutionGraph&, const GraphNode& node)
{
    switch (node.kind) {
    case NodeKind::Joint:
        return {};
    case NodeKind::KindGroup:
        return tr("%1: %2 names").arg(kindName(node.spanKind), formatCount(node.distinctNames));
    case NodeKind::Steps:
    case NodeKind::Agent:
        break;
    }
    const QString name = singleLine(node.name);
    return name.isEmpty() ? kindName(node.spanKind) : name;
}

QString nodeDetail(const ExecutionGraph&, const GraphNode& node)
{
    QStringList parts;
    if (const QString part = partText(node); !part.isEmpty())
        parts << part;
    if (node.kind == NodeKind::Agent)
        parts << tr("%1 steps").arg(formatCount(node.outcomes.total()));
    if (isToldByOutcome(node.outcomes)) {
        OutcomeCounts told = node.outcomes;
        if (node.kind == NodeKind::Agent)
            told.ok = 0; // the number of steps is there
        parts << outcomeText(told);
        if (told.total() == 1 && told.failed + told.cancelled + told.pending == 1
            && node.kind == NodeKind::Agent)
            parts.back() = tr("1 failed");
    } else if (!node.model.empty() && !node.name.ends_with(node.model)) {
        parts << singleLine(node.model);
    }
    if (node.change.isAny())
        parts << changeWords(node.change);
    // A length of zero is a moment that was written down, not a measured one.
    if (node.duration && node.duration->ns != 0)
        parts << formatDuration(*node.duration);
    if (parts.isEmpty())
        parts << kindName(node.spanKind);
    return parts.join(u" · "_s);
}

QString clusterTitle(const GraphCluster& cluster)
{
    QString title = singleLine(cluster.name);
    if (title.isEmpty())
        title = kindName(SpanKind::Agent);
    if (cluster.runs > 1)
        title += u' ' + times(cluster.runs);
    if (cluster.failedRuns == 0)
        return title;
    return title + u" · "_s
        + (cluster.runs > 1 ? tr("%1 failed").arg(formatCount(cluster.failedRuns)) : tr("failed"));
}

QString edgeLabel(const GraphEdge& edge)
{
    if (edge.retries > 0) {
        const QString retry
            = edge.retries > 1 ? QString(tr("retry") + u' ' + times(edge.retries)) : tr("retry");
        return retry;
    }
    return edge.count > 1 ? times(edge.count) : QString();
}

QString foldNoteText(FoldNote note)
{
    switch (note) {
    case FoldNote::None:
        return {};
    case FoldNote::TooManyToUnroll:
        return tr("Too many steps to show each one: folded");
    case FoldNote::AgentsClosed:
        return tr("Large graph: some agents are closed, double-click opens one");
    case FoldNote::KindsFolded:
        return tr("Large graph: steps of one kind are folded, double-click opens them");
    }
    return {};
}

CardText measuredCard(const QString& title,
                      const QString& count,
                      const QString& detail,
                      double marks,
                      const GraphFonts& fonts)
{
    const QFontMetricsF titleMetrics(fonts.title);
    const QFontMetricsF detailMetrics(fonts.detail);
    CardText card;
    card.title = titleMetrics.elidedText(title, Qt::ElideRight, kMaxTextWidth);
    card.detail = detailMetrics.elidedText(detail, Qt::ElideRight, kMaxTextWidth);
    card.count = count;
    card.titleWidth = titleMetrics.horizontalAdvance(card.title);
    const double countWidth = count.isEmpty() ? 0 : 6 + titleMetrics.horizontalAdvance(count);
    const double text = std::max(card.titleWidth + countWidth + marks,
                                 detailMetrics.horizontalAdvance(card.detail));
    card.width = std::ceil(std::max(kMinWidth, 34 + text + 12));
    card.height = kCardHeight;
    return card;
}

std::vector<CardText> cardTexts(const ExecutionGraph& graph, const GraphFonts& fonts)
{
    std::vector<CardText> cards;
    cards.reserve(graph.nodes.size());
    for (const GraphNode& node : graph.nodes) {
        CardText card {.width = kJointSize, .height = kJointSize};
        if (node.kind != NodeKind::Joint) {
            const std::uint32_t count
                = node.kind == NodeKind::Agent ? node.runs : node.outcomes.total();
            const double marks = (node.outcomes.failed + node.outcomes.pending > 0 ? 20 : 0)
                + (node.change.isAny() ? 20 : 0)
                + (node.openKey != 0 || node.closeKey != 0 ? 20 : 0);
            card = measuredCard(nodeTitle(graph, node),
                                count > 1 ? times(count) : QString(),
                                nodeDetail(graph, node),
                                marks,
                                fonts);
            card.isDetailError = node.outcomes.failed > 0;
        }
        cards.push_back(std::move(card));
    }
    return cards;
}

QString nodeCardText(const ExecutionGraph& graph, const GraphNode& node)
{
    const Trace& trace = graph.source->trace();
    const auto spans = graph.spansOf(node);
    const bool isOneStep = node.kind == NodeKind::Steps && spans.size() == 1;
    QStringList lines;
    if (isOneStep)
        lines << spanCardText(trace, spans.front());
    else
        lines << nodeTitle(graph, node) << kindName(node.spanKind);
    if (const QString part = partText(node); !part.isEmpty())
        lines << part;
    if (node.change.isAny() && !isOneStep)
        lines << changeWords(node.change);
    if (node.retries > 0)
        lines << tr("Retried after a failure: %1").arg(formatCount(node.retries));
    if (isOneStep)
        return lines.join(u'\n');
    if (node.runs > 1)
        lines << tr("Started %1 times").arg(formatCount(node.runs));
    if (spans.size() > 1)
        lines << (node.kind == NodeKind::Agent ? tr("%1 steps") : tr("%1 calls"))
                     .arg(formatCount(static_cast<std::int64_t>(spans.size())));
    if (const QString outcome = outcomeText(node.outcomes); !outcome.isEmpty())
        lines << outcome;
    if (!node.model.empty())
        lines << tr("Model: %1").arg(singleLine(node.model));
    if (node.duration)
        lines << (spans.size() > 1 ? tr("Duration, summed: %1") : tr("Duration: %1"))
                     .arg(formatDuration(*node.duration));
    if (spans.size() <= kMaxSummed) {
        addUsage(lines, trace, spans);
        addFirstError(lines, trace, spans);
    }
    return lines.join(u'\n');
}

} // namespace gui
