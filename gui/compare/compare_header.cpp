#include "gui/compare/compare_header.h"

#include "gui/compare/compare_delegate.h"
#include "gui/compare/compare_words.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QPainter>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanStatus;

namespace {

    constexpr int kOutcomeSign = 12;

    /// The session that a side is about; null where it is about several.
    const tracestore::Session* sessionOf(const ComparedSide& side)
    {
        if (side.session)
            return &side.trace->session(*side.session);
        return side.trace->sessions().size() == 1 ? &side.trace->sessions().front() : nullptr;
    }

} // namespace

CompareSideButton::CompareSideButton(CompareContext& context, CompareSide side, QWidget* parent)
    : QAbstractButton(parent)
    , m_context(context)
    , m_side(side)
{
    setObjectName(side == CompareSide::A ? u"sideA"_s : u"sideB"_s);
    setFocusPolicy(Qt::TabFocus);
    setFixedHeight(metrics::kHeaderHeight);
    connect(&context, &CompareContext::swapped, this, &CompareSideButton::update);
    connect(&context.theme(), &Theme::changed, this, &CompareSideButton::update);
    update();
}

void CompareSideButton::update()
{
    setText(m_context.side(m_side).title);
    setAccessibleName(sideName(m_side) + u": "_s + text() + u' ' + outcome());
    const QString path = m_context.side(m_side).path;
    QStringList lines {text(), path, outcome()};
    lines.removeAll(QString());
    setToolTip(QString(u"<p>"_s + lines.join(u'\n').toHtmlEscaped().replace(u'\n', u"<br>"_s)
                       + u"</p>"_s));
    QAbstractButton::update();
}

/// Empty where nothing is known of it.
QString CompareSideButton::outcome() const
{
    const tracestore::Session* session = sessionOf(m_context.side(m_side));
    if (session == nullptr)
        return {};
    if (session->outcome == SpanStatus::Ok)
        return tr("reached its goal");
    if (session->outcome == SpanStatus::Error)
        return tr("failed or missed its goal");
    return {};
}

QSize CompareSideButton::sizeHint() const
{
    return {300, metrics::kHeaderHeight};
}

QSize CompareSideButton::minimumSizeHint() const
{
    return {60, metrics::kHeaderHeight};
}

void CompareSideButton::enterEvent(QEnterEvent*)
{
    QAbstractButton::update();
}

void CompareSideButton::leaveEvent(QEvent*)
{
    QAbstractButton::update();
}

void CompareSideButton::paintEvent(QPaintEvent*)
{
    const Theme& theme = m_context.theme();
    QPainter painter(this);
    if (underMouse() || isDown())
        painter.fillRect(rect().adjusted(0, 0, 0, -1), theme.color(ColorRole::Hover));
    QRect room = rect().adjusted(metrics::kMargin, 0, -metrics::kMargin - 12, -1);
    const auto draw = [&](const QString& text, const QFont& font, ColorRole role, int most) {
        painter.setFont(font);
        // Names differ at their ends as often as at their beginnings.
        const QString shown
            = painter.fontMetrics().elidedText(text, Qt::ElideMiddle, std::min(most, room.width()));
        painter.setPen(theme.color(role));
        painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
        room.setLeft(room.left() + painter.fontMetrics().horizontalAdvance(shown) + metrics::kMargin
                     + 2);
    };
    QFont bold = theme.textFont();
    bold.setWeight(QFont::Bold);
    draw(sideName(m_side), bold, sideRole(m_side), room.width());
    const QString end = outcome();
    const bool isGood = end == tr("reached its goal");
    const int gap = metrics::kMargin + 2;
    const int endWidth = QFontMetrics(theme.smallFont()).horizontalAdvance(end) + gap;
    const int nameWidth = QFontMetrics(theme.textFont()).horizontalAdvance(text()) + gap;
    // Where both have no room, a sign stands for the words, which the tool tip has.
    const bool isSign = !end.isEmpty() && room.width() < nameWidth + endWidth;
    const int endRoom = end.isEmpty() ? 0 : isSign ? kOutcomeSign + gap : endWidth;
    draw(text(), theme.textFont(), ColorRole::Text, std::max(0, room.width() - endRoom));
    if (isSign) {
        const QRect sign(
            room.left(), room.center().y() - kOutcomeSign / 2, kOutcomeSign, kOutcomeSign);
        theme
            .icon(isGood ? u"status-ok"_s : u"status-error"_s,
                  isGood ? ColorRole::Ok : ColorRole::Error)
            .paint(&painter, sign);
    } else {
        draw(end, theme.smallFont(), isGood ? ColorRole::Ok : ColorRole::Error, room.width());
    }
    const QPoint tip(width() - metrics::kMargin - 4, height() / 2);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.color(ColorRole::TextFaint), 1.4));
    painter.drawPolyline(QPolygonF({QPointF(tip.x() - 3.5, tip.y() - 2),
                                    QPointF(tip.x(), tip.y() + 1.5),
                                    QPointF(tip.x() + 3.5, tip.y() - 2)}));
    if (hasFocus()) {
        painter.setPen(theme.color(ColorRole::Focus));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -2));
    }
}

CompareHeader::CompareHeader(CompareContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
{
    setFixedHeight(metrics::kHeaderHeight);
    for (const CompareSide side : kBothSides) {
        m_buttons[side] = new CompareSideButton(context, side, this);
        connect(
            m_buttons[side], &QAbstractButton::clicked, this, [this, side] { emit pressed(side); });
    }
    connect(&context.theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void CompareHeader::resizeEvent(QResizeEvent*)
{
    const CompareRowPlaces places(rect());
    for (const CompareSide side : kBothSides)
        m_buttons[side]->setGeometry(places.cells[side]);
}

void CompareHeader::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_context.theme().color(ColorRole::Panel));
    painter.fillRect(0, height() - 1, width(), 1, m_context.theme().color(ColorRole::Hairline));
}

} // namespace gui
