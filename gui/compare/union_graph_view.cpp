#include "gui/compare/union_graph_view.h"

#include "gui/compare/compare_words.h"
#include "gui/context/in_background.h"
#include "gui/graph/graph_folder.h"
#include "gui/graph/graph_navigation.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/theme/words.h"
#include "gui/widgets/hover_card.h"

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <array>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::PairState;

namespace {

    constexpr int kLegendHeight = 24;

    ExecutionGraphPtr foldedGraph(const ComparedSide& side)
    {
        GraphScope scope;
        if (side.session)
            scope.session = *side.session;
        return foldGraph(buildStepGraph(side.trace, scope), {});
    }

    QString detailOf(const UnionGraph& united, const UnionNode& node)
    {
        if (node.state == PairState::OnlyA || node.state == PairState::OnlyB)
            return stateName(node.state);
        QStringList parts;
        if (node.steps.a != node.steps.b)
            parts << united.countText(node.steps);
        if (node.different > 0)
            parts << UnionGraphView::tr("%1 differ").arg(formatCount(node.different));
        return parts.isEmpty() ? stateName(PairState::Equal) : parts.join(u" · "_s);
    }

    QString countOf(const UnionNode& node)
    {
        const std::uint32_t most = std::max(node.steps.a, node.steps.b);
        const bool isBoth = node.steps.a == node.steps.b || node.steps.a == 0 || node.steps.b == 0;
        return isBoth && most > 1 ? QString(u'×' + formatCount(most)) : QString();
    }

    /// Labels say how often both sides went a way, which takes more room than a count.
    double gapFor(const QStringList& labels, const GraphFonts& fonts)
    {
        constexpr double kAround = 28;
        constexpr double kMost = 160;
        const QFontMetricsF metrics(fonts.detail);
        double widest = 0;
        for (const QString& label : labels)
            widest = std::max(widest, metrics.horizontalAdvance(label));
        return std::min(kMost, widest + kAround);
    }

    std::vector<CardText> cardsOf(const UnionGraph& united, const GraphFonts& fonts)
    {
        std::vector<CardText> cards = cardTexts(*united.graph, fonts);
        for (std::size_t i = 0; i < cards.size(); ++i) {
            const GraphNode& node = united.graph->nodes[i];
            if (node.kind != NodeKind::Joint)
                cards[i] = measuredCard(nodeTitle(*united.graph, node),
                                        countOf(united.nodes[i]),
                                        detailOf(united, united.nodes[i]),
                                        0,
                                        fonts);
        }
        return cards;
    }

} // namespace

UnionGraphView::UnionGraphView(CompareContext& context,
                               QWidget* parent,
                               const QString& layoutProgram)
    : SceneScrollArea(parent)
    , m_context(context)
    , m_layout(layoutProgram)
    , m_painter(context.theme())
    , m_hoverCard(new HoverCard(context.theme(), this))
{
    setObjectName(u"unionGraph"_s);
    setWindowTitle(tr("Union Graph"));
    setAccessibleName(tr("Graph of what both did"));
    setFrameShape(NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    m_hoverTimer.setSingleShot(true);
    m_hoverTimer.setInterval(500);
    connect(&m_hoverTimer, &QTimer::timeout, this, [this] {
        if (m_emphasis.hovered != kNoIndex && viewport()->underMouse())
            m_hoverCard->showAt(QCursor::pos(), cardText(m_emphasis.hovered));
    });
    connect(&m_layout, &GraphLayout::finished, this, &UnionGraphView::takeLayout);
    connect(&context, &CompareContext::selectionChanged, this, &UnionGraphView::showSelected);
    connect(&context, &CompareContext::swapped, this, [this] {
        if (m_isStarted)
            refresh();
    });
    connect(&context.theme(), &Theme::changed, this, [this] {
        m_painter.forgetIcons();
        viewport()->update();
    });
}

UnionGraphView::~UnionGraphView() = default;

GraphFonts UnionGraphView::fonts() const
{
    return {m_context.theme().textFont(), m_context.theme().smallFont()};
}

// ---- making the picture

void UnionGraphView::showEvent(QShowEvent* event)
{
    SceneScrollArea::showEvent(event);
    if (!std::exchange(m_isStarted, true))
        refresh();
}

void UnionGraphView::refresh()
{
    m_isBusy = true;
    const auto prepare = [a = m_context.side(CompareSide::A),
                          b = m_context.side(CompareSide::B),
                          alignment = m_context.alignmentPtr(),
                          fonts = fonts(),
                          order = ++m_order] {
        Prepared prepared {.order = order};
        prepared.united = uniteGraphs({foldedGraph(a), foldedGraph(b)}, *alignment);
        prepared.cards = cardsOf(*prepared.united, fonts);
        for (const UnionEdge& edge : prepared.united->edges)
            prepared.labels << prepared.united->countText(edge.count);
        prepared.request = layoutRequest(*prepared.united->graph, prepared.cards);
        prepared.request.rankGap
            = std::max(prepared.request.rankGap, gapFor(prepared.labels, fonts));
        return prepared;
    };
    inBackground(this, prepare, [this](Prepared prepared) { takePrepared(std::move(prepared)); });
}

void UnionGraphView::takePrepared(Prepared prepared)
{
    if (prepared.order != m_order)
        return;
    m_laying = std::move(prepared);
    m_layout.request(std::exchange(m_laying.request, {}));
}

void UnionGraphView::takeLayout(const LayoutOutcome& outcome)
{
    if (m_laying.order != m_order || m_laying.united == nullptr)
        return;
    m_united = m_laying.united;
    auto make = [laid = std::move(m_laying), outcome, fonts = fonts()]() mutable {
        return std::make_shared<const GraphScene>(
            makeScene(laid.united->graph, std::move(laid.cards), outcome, fonts, laid.labels));
    };
    m_laying = {};
    inBackground(this,
                 std::move(make),
                 [this, order = m_order](const std::shared_ptr<const GraphScene>& scene) {
                     if (order == m_order)
                         takeScene(scene);
                 });
}

void UnionGraphView::takeScene(const GraphScenePtr& scene)
{
    m_scene = scene;
    m_isBusy = false;
    colour();
    if (m_scene->cards.empty() || fitZoom() >= kLeastStartZoom) {
        fit();
    } else {
        m_isFitted = false;
        m_zoom = kLeastStartZoom + (1 - kLeastStartZoom) / 2;
        updateScrollBars();
    }
    showSelected();
    emit ready();
}

void UnionGraphView::colour()
{
    m_emphasis = {};
    m_emphasis.hasFocus = hasFocus();
    m_emphasis.canFold = false;
    for (const UnionNode& node : m_united->nodes)
        m_emphasis.borders.push_back(node.state == PairState::Equal ? ColorRole::Hairline
                                                                    : stateRole(node.state));
    for (const UnionEdge& edge : m_united->edges)
        m_emphasis.edgeColors.push_back(stateRole(edge.state()));
}

// ---- in step with the context

void UnionGraphView::showSelected()
{
    const auto pair = m_context.selected();
    if (m_united == nullptr || m_scene->cards.empty() || m_isBusy || !pair)
        return;
    m_emphasis.selected = m_united->nodeOfPair[*pair];
    if (m_emphasis.selected != kNoIndex)
        ensureVisible(m_scene->cards[m_emphasis.selected].rect);
    viewport()->update();
}

/// The first pair behind a card that differs, else the first; of the card that is selected already
/// the one behind the selected pair, around the end.
void UnionGraphView::selectCard(std::uint32_t card)
{
    const std::vector<std::uint32_t>& pairs = m_united->nodes[card].pairs;
    if (pairs.empty())
        return;
    const auto differs
        = [&](std::uint32_t pair) { return m_context.pairs()[pair].state != PairState::Equal; };
    if (card != m_emphasis.selected) {
        const auto first = std::ranges::find_if(pairs, differs);
        m_context.reveal(first == pairs.end() ? pairs.front() : *first);
        return;
    }
    const auto next = std::ranges::upper_bound(
        pairs, static_cast<std::uint32_t>(m_context.selected().value_or(0)));
    m_context.reveal(next == pairs.end() ? pairs.front() : *next);
}

QString UnionGraphView::cardText(std::uint32_t card) const
{
    const GraphNode& node = m_united->graph->nodes[card];
    const UnionNode& united = m_united->nodes[card];
    QStringList lines {nodeTitle(*m_united->graph, node), kindName(node.spanKind)};
    lines << (united.state == PairState::Equal || united.state == PairState::Changed
                  ? tr("On both sides: A %1, B %2")
                        .arg(formatCount(united.steps.a), formatCount(united.steps.b))
                  : stateName(united.state));
    if (united.different > 0)
        lines << tr("%1 of %2 pairs differ")
                     .arg(formatCount(united.different),
                          formatCount(static_cast<std::int64_t>(united.pairs.size())));
    return lines.join(u'\n');
}

// ---- painting

void UnionGraphView::paintEvent(QPaintEvent*)
{
    const Theme& theme = m_context.theme();
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), theme.color(ColorRole::Panel));
    if (m_scene->graph != nullptr) {
        painter.save();
        painter.translate(toView({0, 0}));
        painter.scale(m_zoom, m_zoom);
        const QRectF visible(toScene({0, 0}), QSizeF(viewport()->size()) / m_zoom);
        m_painter.paint(painter, *m_scene, m_emphasis, {.zoom = m_zoom, .visible = visible});
        painter.restore();
    }
    const bool isEmpty = m_scene->cards.empty();
    if (isEmpty && !m_isBusy && m_isStarted) {
        painter.setFont(theme.textFont());
        painter.setPen(theme.color(ColorRole::TextDim));
        painter.drawText(viewport()->rect().adjusted(16, 16, -16, -16),
                         Qt::AlignCenter | Qt::TextWordWrap,
                         tr("No steps to draw.\nModel calls, tool calls and agents of both sides "
                            "appear here as one graph."));
    }
    if (!isEmpty)
        paintLegend(painter);
}

void UnionGraphView::paintLegend(QPainter& painter)
{
    const Theme& theme = m_context.theme();

    struct Entry
    {
        QString text;
        ColorRole role;
    };

    const std::array entries {Entry {tr("only A"), sideRole(CompareSide::A)},
                              Entry {tr("only B"), sideRole(CompareSide::B)},
                              Entry {tr("changed"), stateRole(PairState::Changed)},
                              Entry {tr("both"), ColorRole::TextFaint}};
    painter.setFont(theme.smallFont());
    const QFontMetrics metrics = painter.fontMetrics();
    int width = metrics::kMargin;
    for (const Entry& entry : entries)
        width += 12 + metrics.horizontalAdvance(entry.text) + 2 * metrics::kMargin;
    painter.fillRect(QRect(0, 0, width, kLegendHeight), theme.color(ColorRole::Panel));
    int x = metrics::kMargin;
    for (const Entry& entry : entries) {
        painter.fillRect(QRect(x, kLegendHeight / 2 - 4, 8, 8), theme.color(entry.role));
        painter.setPen(theme.color(ColorRole::TextDim));
        const int text = metrics.horizontalAdvance(entry.text);
        painter.drawText(QRect(x + 12, 0, text + 2, kLegendHeight), Qt::AlignVCenter, entry.text);
        x += 12 + text + 2 * metrics::kMargin;
    }
}

} // namespace gui
