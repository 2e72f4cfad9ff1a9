#include "gui/experiments/flips_view.h"

#include "engine/experiment/report_words.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <optional>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr int kFlipSquare = 18;
    constexpr int kFlipPitch = kFlipSquare + 3;
    constexpr int kLegendHeight = metrics::kRowHeight;

    SquareKind flipOf(const engine::ExperimentReport& report,
                      std::size_t task,
                      std::size_t pair,
                      std::size_t metric)
    {
        const auto before = report.cell(task, report.pairs[pair].first).mean(metric);
        const auto after = report.cell(task, report.pairs[pair].second).mean(metric);
        if (!before || !after)
            return SquareKind::Unknown;
        const bool passes = *after > 0.5;
        if ((*before > 0.5) == passes)
            return SquareKind::Same;
        const bool isLess = report.metrics[metric].aim == engine::ScorerAim::Lower;
        return passes != isLess ? SquareKind::Passed : SquareKind::Failed;
    }

    /// Kinds of flips are judged already: what is mended is green also where less is wanted.
    engine::ScorerAim toneOf(engine::ScorerAim aim)
    {
        return aim == engine::ScorerAim::Neither ? aim : engine::ScorerAim::Higher;
    }

    int rankOf(SquareKind kind)
    {
        switch (kind) {
        case SquareKind::Failed:
            return 0;
        case SquareKind::Passed:
            return 1;
        case SquareKind::Same:
            return 2;
        default:
            return 3;
        }
    }

} // namespace

FlipsView::FlipsView(Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setObjectName(u"flips"_s);
    setAccessibleName(tr("Tasks that passed with one variant and fail with the other"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void FlipsView::setReport(ReportPtr report, std::size_t pair, std::size_t metric)
{
    const auto current = m_current < 0
        ? std::nullopt
        : std::optional(m_squares[static_cast<std::size_t>(m_current)].task);
    m_report = std::move(report);
    m_pair = pair;
    m_metric = metric;
    m_current = m_hovered = -1;
    makeSquares();
    for (std::size_t i = 0; current && i < m_squares.size(); ++i) {
        if (m_squares[i].task == *current)
            m_current = static_cast<int>(i);
    }
    updateGeometry();
    update();
}

void FlipsView::makeSquares()
{
    m_squares.clear();
    if (m_report == nullptr || m_pair >= m_report->pairs.size()
        || m_metric >= m_report->metrics.size())
        return;
    for (std::size_t task = 0; task < m_report->tasks.size(); ++task)
        m_squares.push_back({task, flipOf(*m_report, task, m_pair, m_metric)});
    std::ranges::stable_sort(m_squares, [](const Square& a, const Square& b) {
        return rankOf(a.kind) < rankOf(b.kind);
    });
}

engine::ScorerAim FlipsView::aim() const
{
    return m_report == nullptr || m_metric >= m_report->metrics.size()
        ? engine::ScorerAim::Higher
        : m_report->metrics[m_metric].aim;
}

int FlipsView::perRow(int width) const
{
    return std::max(1, (width - 2 * metrics::kMargin) / kFlipPitch);
}

QRectF FlipsView::rectOf(std::size_t square) const
{
    const int at = static_cast<int>(square);
    const int columns = perRow(width());
    return {metrics::kMargin + static_cast<qreal>(at % columns * kFlipPitch),
            metrics::kSpacing + static_cast<qreal>(at / columns * kFlipPitch),
            kFlipSquare,
            kFlipSquare};
}

int FlipsView::squareAt(QPointF point) const
{
    for (std::size_t i = 0; i < m_squares.size(); ++i) {
        if (rectOf(i).adjusted(-1, -1, 1, 1).contains(point))
            return static_cast<int>(i);
    }
    return -1;
}

QSize FlipsView::sizeHint() const
{
    constexpr int kWide = 600;
    return {kWide, heightForWidth(kWide)};
}

int FlipsView::heightForWidth(int width) const
{
    const int columns = perRow(width);
    const int rows = (static_cast<int>(m_squares.size()) + columns - 1) / columns;
    return 2 * metrics::kSpacing + rows * kFlipPitch + kLegendHeight;
}

int FlipsView::countOf(SquareKind kind) const
{
    return static_cast<int>(std::ranges::count(m_squares, kind, &Square::kind));
}

QStringList FlipsView::legend() const
{
    QStringList words;
    const bool isJudged = aim() != engine::ScorerAim::Neither;
    words << (isJudged ? tr("broken %1") : tr("no longer %1")).arg(countOf(SquareKind::Failed))
          << (isJudged ? tr("mended %1") : tr("newly %1")).arg(countOf(SquareKind::Passed))
          << tr("the same %1").arg(countOf(SquareKind::Same));
    if (const int unknown = countOf(SquareKind::Unknown); unknown > 0)
        words << tr("not known %1").arg(unknown);
    return words;
}

QString FlipsView::textOf(std::size_t square) const
{
    const Square& one = m_squares.at(square);
    const auto [base, variant] = m_report->pairs[m_pair];
    const auto passed = [&](std::size_t of) {
        return toText(engine::passedText(m_report->cell(one.task, of), m_metric));
    };
    return tr("%1: passed %2 with %3, %4 with %5")
        .arg(singleLine(m_report->tasks[one.task], 80),
             passed(base),
             singleLine(m_report->variants[base], 40),
             passed(variant),
             singleLine(m_report->variants[variant], 40));
}

void FlipsView::paintLegend(QPainter& painter) const
{
    constexpr SquareKind kKinds[] {
        SquareKind::Failed, SquareKind::Passed, SquareKind::Same, SquareKind::Unknown};
    const QRect line(
        metrics::kMargin, height() - kLegendHeight, width() - 2 * metrics::kMargin, kLegendHeight);
    painter.setFont(m_theme.smallFont());
    painter.setPen(m_theme.color(ColorRole::TextDim));
    const int shown = m_hovered >= 0 ? m_hovered : hasFocus() ? m_current : -1;
    if (shown >= 0) {
        const QString text = painter.fontMetrics().elidedText(
            textOf(static_cast<std::size_t>(shown)), Qt::ElideMiddle, line.width());
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, text);
        return;
    }
    constexpr int kSmall = 11;
    int x = line.left();
    const QStringList words = legend();
    for (qsizetype i = 0; i < words.size(); ++i) {
        paintSquare(painter,
                    QRectF(x, line.center().y() - kSmall / 2, kSmall, kSmall),
                    kKinds[i],
                    toneOf(aim()),
                    m_theme);
        x += kSmall + metrics::kSpacing;
        painter.drawText(QRect(x, line.top(), line.right() - x, line.height()),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         words[i]);
        x += painter.fontMetrics().horizontalAdvance(words[i]) + 3 * metrics::kSpacing;
    }
}

void FlipsView::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    for (std::size_t i = 0; i < m_squares.size(); ++i) {
        const QRectF rect = rectOf(i);
        paintSquare(painter, rect, m_squares[i].kind, toneOf(aim()), m_theme);
        const bool isCurrent = hasFocus() && static_cast<int>(i) == m_current;
        if (isCurrent || static_cast<int>(i) == m_hovered) {
            painter.setPen(
                QPen(m_theme.color(isCurrent ? ColorRole::Focus : ColorRole::Text), 1.5));
            painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), 3, 3);
        }
    }
    if (m_report != nullptr)
        paintLegend(painter);
}

void FlipsView::goTo(int square)
{
    if (m_squares.empty())
        return;
    m_current = std::clamp(square, 0, static_cast<int>(m_squares.size()) - 1);
    setAccessibleDescription(textOf(static_cast<std::size_t>(m_current)));
    update();
}

void FlipsView::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
        return goTo(m_current - 1);
    case Qt::Key_Right:
        return goTo(m_current + 1);
    case Qt::Key_Up:
        return goTo(m_current - perRow(width()));
    case Qt::Key_Down:
        return goTo(m_current + perRow(width()));
    case Qt::Key_Home:
        return goTo(0);
    case Qt::Key_End:
        return goTo(static_cast<int>(m_squares.size()) - 1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (m_current >= 0)
            emit taskActivated(m_squares[static_cast<std::size_t>(m_current)].task);
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

bool FlipsView::event(QEvent* event)
{
    // The width says how many rows there are.
    if (event->type() == QEvent::Resize)
        updateGeometry();
    return QWidget::event(event);
}

void FlipsView::mouseMoveEvent(QMouseEvent* event)
{
    const int square = squareAt(event->position());
    if (square == m_hovered)
        return;
    m_hovered = square;
    setCursor(square >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
}

void FlipsView::mouseReleaseEvent(QMouseEvent* event)
{
    const int square = squareAt(event->position());
    if (event->button() != Qt::LeftButton || square < 0)
        return;
    goTo(square);
    emit taskActivated(m_squares[static_cast<std::size_t>(square)].task);
}

void FlipsView::leaveEvent(QEvent* /*event*/)
{
    m_hovered = -1;
    update();
}

void FlipsView::focusInEvent(QFocusEvent* event)
{
    if (m_current < 0)
        goTo(0);
    QWidget::focusInEvent(event);
    update();
}

void FlipsView::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace gui
