#include "gui/lens/window_history.h"

#include "gui/lens/lens_texts.h"
#include "gui/theme/format.h"

#include <QKeyEvent>
#include <QPainter>

#include <algorithm>

namespace gui {

using tracestore::kWindowKinds;
using tracestore::SpanId;
using tracestore::WindowKind;
using tracestore::WindowSum;

namespace {

    constexpr int kHistoryHeight = 78;
    constexpr int kTextHeight = 22;
    constexpr double kMostPitch = 18;

} // namespace

WindowHistory::WindowHistory(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setFixedHeight(kHistoryHeight);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Windows of the calls of this agent"));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize WindowHistory::sizeHint() const
{
    return {200, kHistoryHeight};
}

void WindowHistory::setCalls(std::vector<WindowSum> calls)
{
    const SpanId current
        = m_current < 0 ? SpanId() : m_calls[static_cast<std::size_t>(m_current)].call;
    m_calls = std::move(calls);
    m_most = 1;
    for (const WindowSum& call : m_calls)
        m_most = std::max(m_most, call.total);
    m_hovered = -1;
    setCurrent(current);
}

void WindowHistory::setCurrent(SpanId call)
{
    const auto found = std::ranges::find(m_calls, call, &WindowSum::call);
    m_current = found == m_calls.end() ? -1 : static_cast<int>(found - m_calls.begin());
    describe();
    update();
}

void WindowHistory::describe()
{
    const int call = m_hovered >= 0 ? m_hovered : m_current;
    if (call < 0)
        return setAccessibleDescription({});
    const WindowSum& sum = m_calls[static_cast<std::size_t>(call)];
    setAccessibleDescription(
        tr("Call %1 of %2: %3")
            .arg(call + 1)
            .arg(m_calls.size())
            .arg(sum.isKnown ? tr("%1 tokens").arg(formatCount(sum.total)) : tr("not known")));
}

double WindowHistory::pitch() const
{
    const double room = width() - 2 * metrics::kMargin;
    return m_calls.empty() ? kMostPitch
                           : std::min(kMostPitch, room / static_cast<double>(m_calls.size()));
}

int WindowHistory::callAt(int x) const
{
    const double place = (x - metrics::kMargin) / pitch();
    const int call = static_cast<int>(std::floor(place));
    return call < 0 || call >= static_cast<int>(m_calls.size()) ? -1 : call;
}

QRect WindowHistory::barOf(int call) const
{
    const double left = metrics::kMargin + pitch() * call;
    const double right = metrics::kMargin + pitch() * (call + 1);
    const int gap = pitch() >= 4 ? 1 : 0;
    const WindowSum& sum = m_calls[static_cast<std::size_t>(call)];
    const int room = height() - kTextHeight - metrics::kSpacing;
    const int high = sum.total <= 0
        ? 0
        : std::max(1, qRound(static_cast<double>(sum.total) / static_cast<double>(m_most) * room));
    const int width = std::max(1, static_cast<int>(right) - static_cast<int>(left) - gap);
    return {static_cast<int>(left), kTextHeight + room - high, width, high};
}

void WindowHistory::paintBar(QPainter& painter, int call, const QRect& rect) const
{
    const WindowSum& sum = m_calls[static_cast<std::size_t>(call)];
    int bottom = rect.bottom() + 1;
    std::int64_t below = 0;
    for (std::size_t i = 0; i < kWindowKinds; ++i) {
        below += sum.tokens.at(i);
        const int top = rect.bottom() + 1
            - qRound(static_cast<double>(below)
                     / static_cast<double>(std::max<std::int64_t>(1, sum.total)) * rect.height());
        painter.fillRect(QRect(rect.left(), top, rect.width(), bottom - top),
                         m_theme.color(kindRole(static_cast<WindowKind>(i))));
        bottom = top;
    }
}

void WindowHistory::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setFont(m_theme.smallFont());
    const int shown = m_hovered >= 0 ? m_hovered : m_current;
    int lastLeft = -1;
    int highest = 0;
    for (int call = 0; call < static_cast<int>(m_calls.size()); ++call) {
        const QRect bar = barOf(call);
        const bool isOver = bar.left() == lastLeft;
        if (isOver && bar.height() <= highest && call != shown)
            continue;
        lastLeft = bar.left();
        highest = bar.height();
        paintBar(painter, call, bar);
    }
    const int base = height() - metrics::kSpacing;
    painter.fillRect(QRect(metrics::kMargin, base, width() - 2 * metrics::kMargin, 1),
                     m_theme.color(ColorRole::Hairline));
    if (m_current >= 0) {
        const QRect bar = barOf(m_current);
        const QRect frame(bar.left() - 2, kTextHeight - 2, bar.width() + 3, base - kTextHeight + 3);
        painter.setPen(QPen(m_theme.color(hasFocus() ? ColorRole::Focus : ColorRole::Accent), 1.5));
        painter.drawRect(frame);
    }
    QString text
        = tr("%1 calls, at most %2 tokens")
              .arg(formatCount(static_cast<std::int64_t>(m_calls.size())), formatCount(m_most));
    if (shown >= 0) {
        const WindowSum& sum = m_calls[static_cast<std::size_t>(shown)];
        text
            = tr("Call %1 of %2: %3")
                  .arg(shown + 1)
                  .arg(m_calls.size())
                  .arg(sum.isKnown ? tr("%1 tokens").arg(formatCount(sum.total)) : tr("not known"));
        if (sum.isCut)
            text += tr(", fewer messages than before");
    }
    painter.setPen(m_theme.color(ColorRole::TextDim));
    painter.drawText(QRect(metrics::kMargin, 2, width() - 2 * metrics::kMargin, kTextHeight - 5),
                     Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                     text);
}

void WindowHistory::choose(int call)
{
    if (call < 0 || call >= static_cast<int>(m_calls.size()))
        return;
    emit chosen(m_calls[static_cast<std::size_t>(call)].call);
}

void WindowHistory::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        choose(callAt(event->pos().x()));
}

void WindowHistory::mouseMoveEvent(QMouseEvent* event)
{
    m_hovered = callAt(event->pos().x());
    describe();
    update();
}

void WindowHistory::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
        return choose(m_current < 0 ? 0 : m_current - 1);
    case Qt::Key_Right:
        return choose(m_current + 1);
    case Qt::Key_Home:
        return choose(0);
    case Qt::Key_End:
        return choose(static_cast<int>(m_calls.size()) - 1);
    default:
        QWidget::keyPressEvent(event);
    }
}

bool WindowHistory::event(QEvent* event)
{
    if (event->type() == QEvent::Leave && m_hovered >= 0) {
        m_hovered = -1;
        describe();
        update();
    }
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    return QWidget::event(event);
}

} // namespace gui
