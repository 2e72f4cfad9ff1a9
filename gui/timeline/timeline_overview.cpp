#include "gui/timeline/timeline_overview.h"

#include "gui/context/session_context.h"
#include "gui/theme/theme.h"
#include "gui/timeline/timeline_canvas.h"

#include <QMouseEvent>
#include <QPainter>

#include <array>

namespace gui {

using tracestore::SpanKind;

namespace {

    constexpr int kHeight = 30;
    constexpr int kGrip = 5;

    /// Rows of the strip: containers, model calls, all other steps.
    constexpr std::size_t kStrips = 3;

    std::size_t stripOf(SpanKind kind)
    {
        if (isContainer(kind))
            return 0;
        return kind == SpanKind::Llm ? 1 : 2;
    }

    /// Which pixels of a strip are covered, from a difference at each end of each span.
    using Cover = std::vector<std::int32_t>;

} // namespace

TimelineOverview::TimelineOverview(SessionContext& context, TimelineCanvas& canvas, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_canvas(canvas)
{
    setFixedHeight(kHeight);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Overview of the timeline"));
    setToolTip(tr("The whole trace. Drag the frame to move, its edges to zoom."));
    connect(&canvas, &TimelineCanvas::rangeChanged, this, qOverload<>(&QWidget::update));
    connect(&canvas, &TimelineCanvas::rowsChanged, this, &TimelineOverview::draw);
    m_hitPause.setSingleShot(true);
    m_hitPause.setInterval(200);
    connect(&m_hitPause, &QTimer::timeout, this, &TimelineOverview::draw);
    connect(&context, &SessionContext::hitsChanged, this, [this] {
        if (!m_hitPause.isActive())
            m_hitPause.start();
    });
    connect(&context.origins(), &OriginMarks::changed, this, &TimelineOverview::draw);
    connect(&context.theme(), &Theme::changed, this, &TimelineOverview::draw);
    connect(&context, &SessionContext::selectionChanged, this, qOverload<>(&QWidget::update));
}

QSize TimelineOverview::sizeHint() const
{
    return {200, kHeight};
}

TimelineCoordinates TimelineOverview::all() const
{
    return {0, m_canvas.scale().length(), std::max(1, width())};
}

QRect TimelineOverview::frameRect() const
{
    const TimelineCoordinates& shown = m_canvas.coordinates();
    const int left = static_cast<int>(all().toPixel(shown.from));
    const int right = static_cast<int>(all().toPixel(shown.to));
    return {left, 0, std::max(2 * kGrip, right - left), height()};
}

void TimelineOverview::draw()
{
    const Theme& theme = m_context.theme();
    const TimelineCoordinates map = all();
    std::array<Cover, kStrips> covers;
    covers.fill(Cover(static_cast<std::size_t>(map.width) + 1));
    std::vector<bool> errors(static_cast<std::size_t>(map.width));
    std::vector<bool> hits(static_cast<std::size_t>(map.width));
    std::vector<bool> origins(static_cast<std::size_t>(map.width));
    const double perUnit = map.pixelsPerUnit();
    const auto pixel = [&](double position) {
        return static_cast<std::size_t>(
            std::clamp(static_cast<int>(position * perUnit), 0, map.width - 1));
    };
    for (const TimelineRow& row : m_canvas.rows().rows) {
        for (const TimelineItem& item : row.items) {
            const std::size_t left = pixel(item.from);
            const std::size_t right = std::max(left + 1, pixel(item.to));
            Cover& cover = covers.at(stripOf(item.kind));
            ++cover[left];
            --cover[right];
            if (item.hasFailed)
                errors[left] = true;
            if (m_context.hits().contains(item.span))
                hits[left] = true;
            if (m_context.origins().isFound(item.span))
                origins[left] = true;
        }
    }
    static constexpr std::array kRoles {ColorRole::Agent, ColorRole::Model, ColorRole::Tool};
    m_image = QImage(map.width, kHeight, QImage::Format_RGB32);
    m_image.fill(theme.color(ColorRole::Window));
    QPainter painter(&m_image);
    for (std::size_t strip = 0; strip < kStrips; ++strip) {
        std::int32_t depth = 0;
        for (int x = 0; x < map.width; ++x) {
            depth += covers.at(strip)[static_cast<std::size_t>(x)];
            if (depth > 0)
                painter.fillRect(
                    x, 6 + 7 * static_cast<int>(strip), 1, 5, theme.color(kRoles.at(strip)));
        }
    }
    for (int x = 0; x < map.width; ++x) {
        if (errors[static_cast<std::size_t>(x)])
            painter.fillRect(x, 2, 2, kHeight - 4, theme.color(ColorRole::Error));
        if (hits[static_cast<std::size_t>(x)])
            painter.fillRect(x, 0, 2, 4, theme.color(ColorRole::Hit));
        if (origins[static_cast<std::size_t>(x)])
            painter.fillRect(x - 1, kHeight - 5, 4, 5, theme.color(ColorRole::Origin));
    }
    update();
}

void TimelineOverview::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.drawImage(0, 0, m_image);
    const Theme& theme = m_context.theme();
    const QRect frame = frameRect();
    QColor veil = theme.color(ColorRole::Window);
    veil.setAlpha(150);
    painter.fillRect(0, 0, frame.left(), height(), veil);
    painter.fillRect(frame.right() + 1, 0, width(), height(), veil);
    if (m_canvas.isShown(m_context.selected())) {
        const auto& interval = m_canvas.intervals().of[m_context.selected().index()];
        const int x = static_cast<int>(all().toPixel(m_canvas.scale().position(interval.start)));
        painter.fillRect(x, 0, 1, height(), theme.color(ColorRole::Text));
    }
    painter.setPen(theme.color(ColorRole::Accent));
    painter.drawRect(frame.adjusted(0, 0, -1, -1));
}

void TimelineOverview::resizeEvent(QResizeEvent*)
{
    draw();
}

TimelineOverview::Drag TimelineOverview::grip(int x) const
{
    const QRect frame = frameRect();
    if (std::abs(x - frame.left()) <= kGrip)
        return Drag::Left;
    if (std::abs(x - frame.right()) <= kGrip)
        return Drag::Right;
    return frame.contains(x, 1) ? Drag::Move : Drag::None;
}

void TimelineOverview::mousePressEvent(QMouseEvent* event)
{
    const int x = event->pos().x();
    m_drag = grip(x);
    if (m_drag == Drag::None) {
        const TimelineCoordinates& shown = m_canvas.coordinates();
        const double half = (shown.to - shown.from) / 2;
        const double middle = all().toPosition(x);
        m_canvas.setRange(middle - half, middle + half);
        m_drag = Drag::Move;
    }
    m_draggedTo = x;
}

void TimelineOverview::mouseMoveEvent(QMouseEvent* event)
{
    const int x = event->pos().x();
    if (m_drag == Drag::None) {
        const Drag over = grip(x);
        setCursor(over == Drag::Left || over == Drag::Right ? Qt::SizeHorCursor
                      : over == Drag::Move                  ? Qt::OpenHandCursor
                                                            : Qt::ArrowCursor);
        return;
    }
    const double by = all().toPosition(x) - all().toPosition(m_draggedTo);
    const TimelineCoordinates shown = m_canvas.coordinates();
    if (m_drag == Drag::Move)
        m_canvas.setRange(shown.from + by, shown.to + by);
    else if (m_drag == Drag::Left)
        m_canvas.setRange(std::clamp(shown.from + by, 0.0, shown.to - m_canvas.scale().minSpan()),
                          shown.to);
    else
        m_canvas.setRange(shown.from,
                          std::clamp(shown.to + by, shown.from, m_canvas.scale().length()));
    m_draggedTo = x;
}

void TimelineOverview::mouseReleaseEvent(QMouseEvent*)
{
    m_drag = Drag::None;
}

} // namespace gui
