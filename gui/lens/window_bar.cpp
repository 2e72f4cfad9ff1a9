#include "gui/lens/window_bar.h"

#include "gui/lens/lens_texts.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QPainter>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::ContextWindow;
using tracestore::kWindowKinds;
using tracestore::WindowChange;
using tracestore::WindowKind;
using tracestore::WindowPart;

namespace {

    constexpr int kBarHeight = 20;
    constexpr int kLineHeight = 18;
    constexpr int kSwatch = 10;

} // namespace

WindowBar::WindowBar(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    setAccessibleName(tr("What fills the window"));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void WindowBar::setWindow(const ContextWindow& window)
{
    m_tokens = window.tokens;
    m_total = window.parts.empty() ? 0 : window.total;
    m_new = {};
    for (const WindowPart& part : window.parts) {
        if (part.change != WindowChange::Same)
            m_new.at(static_cast<std::size_t>(part.kind)) += part.tokens;
    }
    QStringList described;
    for (std::size_t i = 0; i < kWindowKinds; ++i) {
        if (m_tokens.at(i) > 0)
            described << legendText(i);
    }
    setAccessibleDescription(described.join(u", "_s));
    setVisible(m_total > 0);
    updateGeometry();
    update();
}

std::vector<WindowBar::Stretch> WindowBar::stretches() const
{
    std::vector<Stretch> stretches;
    if (m_total <= 0)
        return stretches;
    const int left = metrics::kMargin;
    const double perToken = static_cast<double>(width() - 2 * left) / static_cast<double>(m_total);
    std::int64_t before = 0;
    for (std::size_t i = 0; i < kWindowKinds; ++i) {
        const std::int64_t tokens = m_tokens.at(i);
        if (tokens <= 0)
            continue;
        const int from = left + qRound(static_cast<double>(before) * perToken);
        before += tokens;
        const int to = left + qRound(static_cast<double>(before) * perToken);
        // Small ones are seen, too.
        stretches.push_back({static_cast<WindowKind>(i),
                             QRect(from, metrics::kSpacing, std::max(2, to - from), kBarHeight),
                             qRound(static_cast<double>(m_new.at(i)) * perToken),
                             tokens});
    }
    return stretches;
}

QString WindowBar::legendText(std::size_t kind) const
{
    const std::int64_t tokens = m_tokens.at(kind);
    const std::int64_t percent = m_total == 0 ? 0 : (100 * tokens + m_total / 2) / m_total;
    return tr("%1 %2 (%3 %)")
        .arg(kindText(static_cast<WindowKind>(kind)), formatCount(tokens))
        .arg(percent);
}

std::vector<QRect> WindowBar::legend(int width) const
{
    std::vector<QRect> places;
    const QFontMetrics metrics(m_theme.smallFont());
    int x = metrics::kMargin;
    int y = kBarHeight + 2 * metrics::kSpacing;
    for (std::size_t i = 0; i < kWindowKinds; ++i) {
        if (m_tokens.at(i) <= 0)
            continue;
        const int needed
            = kSwatch + metrics::kSpacing + metrics.horizontalAdvance(legendText(i)) + 2;
        if (x > metrics::kMargin && x + needed > width - metrics::kMargin) {
            x = metrics::kMargin;
            y += kLineHeight;
        }
        places.emplace_back(x, y, needed, kLineHeight);
        x += needed + 2 * metrics::kMargin;
    }
    return places;
}

int WindowBar::heightForWidth(int width) const
{
    const std::vector<QRect> places = legend(width);
    return places.empty() ? 0 : places.back().bottom() + metrics::kSpacing;
}

QSize WindowBar::sizeHint() const
{
    const int width = std::max(this->width(), 200);
    return {200, heightForWidth(width)};
}

QSize WindowBar::minimumSizeHint() const
{
    return {120, kBarHeight + 2 * metrics::kSpacing + kLineHeight};
}

void WindowBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setFont(m_theme.smallFont());
    for (const Stretch& stretch : stretches()) {
        painter.fillRect(stretch.rect.adjusted(0, 0, -1, 0), m_theme.color(kindRole(stretch.kind)));
        if (stretch.newWidth < 2)
            continue;
        QRect fresh = stretch.rect.adjusted(0, 0, -1, 0);
        fresh.setLeft(std::max(fresh.left(), fresh.right() - stretch.newWidth + 1));
        painter.fillRect(fresh, QBrush(m_theme.color(ColorRole::Panel), Qt::BDiagPattern));
    }
    const std::vector<QRect> places = legend(width());
    std::size_t place = 0;
    for (std::size_t i = 0; i < kWindowKinds; ++i) {
        if (m_tokens.at(i) <= 0)
            continue;
        const QRect rect = places[place++];
        painter.fillRect(QRect(rect.left(), rect.center().y() - kSwatch / 2 + 1, kSwatch, kSwatch),
                         m_theme.color(kindRole(static_cast<WindowKind>(i))));
        painter.setPen(m_theme.color(ColorRole::Text));
        painter.drawText(rect.adjusted(kSwatch + metrics::kSpacing, 0, 0, 0),
                         Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                         legendText(i));
    }
}

} // namespace gui
