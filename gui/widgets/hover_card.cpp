#include "gui/widgets/hover_card.h"

#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QGuiApplication>
#include <QLabel>
#include <QScreen>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::CostSource;
using tracestore::SpanId;
using tracestore::SpanStatus;
using tracestore::Trace;

namespace {

    QString statusText(SpanStatus status)
    {
        switch (status) {
        case SpanStatus::Unknown:
            return {};
        case SpanStatus::Ok:
            return HoverCard::tr("ok");
        case SpanStatus::Error:
            return HoverCard::tr("failed");
        case SpanStatus::Cancelled:
            return HoverCard::tr("cancelled");
        case SpanStatus::Pending:
            return HoverCard::tr("not finished");
        }
        return {};
    }

    QString tokensLine(const tracestore::TokenUsage& usage)
    {
        QStringList parts;
        if (const auto input = usage.inputTotal())
            parts << HoverCard::tr("%1 in").arg(formatCount(*input));
        if (usage.cacheRead && *usage.cacheRead > 0)
            parts << HoverCard::tr("%1 of it cached").arg(formatCount(*usage.cacheRead));
        if (usage.output)
            parts << HoverCard::tr("%1 out").arg(formatCount(*usage.output));
        return parts.isEmpty() ? QString() : HoverCard::tr("Tokens: %1").arg(parts.join(u", "_s));
    }

} // namespace

QString spanCardText(const Trace& trace, SpanId span)
{
    QStringList lines;
    lines << singleLine(trace.name(span), 120);
    QStringList what {kindName(trace.kind(span))};
    if (!trace.model(span).empty())
        what << singleLine(trace.model(span), 60);
    if (const auto agent = trace.agentOf(span); agent.isValid())
        what << singleLine(trace.agent(agent).name, 60);
    if (const QString status = statusText(trace.status(span)); !status.isEmpty())
        what << status;
    lines << what.join(u" · "_s);
    if (const auto start = trace.start(span)) {
        QString line = formatTimestamp(*start);
        if (const auto duration = trace.duration(span))
            line += u" · "_s + formatDuration(*duration);
        if (const auto first = trace.firstToken(span))
            line += HoverCard::tr(" · first token after %1").arg(formatDuration(*first - *start));
        lines << line;
    }
    if (const auto* usage = trace.usage(span)) {
        if (const QString line = tokensLine(*usage); !line.isEmpty())
            lines << line;
    }
    if (const auto* cost = trace.cost(span)) {
        lines << (cost->source == CostSource::Reported
                      ? HoverCard::tr("Cost: %1, as recorded")
                      : HoverCard::tr("Cost: %1, from list prices"))
                     .arg(formatCost(*cost));
    }
    if (const auto* error = trace.error(span)) {
        const std::string text = error->type.empty() || error->message.empty()
            ? error->type + error->message
            : error->type + ": " + error->message;
        lines << singleLine(text, 240);
    }
    lines.removeAll(QString());
    return lines.join(u'\n');
}

HoverCard::HoverCard(const Theme& theme, QWidget* parent)
    : QFrame(parent, Qt::ToolTip | Qt::WindowDoesNotAcceptFocus | Qt::WindowTransparentForInput)
    , m_theme(theme)
    , m_label(new QLabel(this))
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_ShowWithoutActivating);
    m_label->setTextFormat(Qt::PlainText);
    m_label->setWordWrap(true);
    m_label->setMaximumWidth(420);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(metrics::kMargin, 6, metrics::kMargin, 6);
    layout->addWidget(m_label);
    connect(&m_theme, &Theme::changed, this, &HoverCard::followTheme);
    followTheme();
}

void HoverCard::showAt(QPoint globalPosition, const QString& text)
{
    m_label->setText(text);
    adjustSize();
    const QScreen* screen = QGuiApplication::screenAt(globalPosition);
    const QRect room
        = (screen != nullptr ? screen : QGuiApplication::primaryScreen())->availableGeometry();
    QPoint at = globalPosition + QPoint(14, 18);
    if (at.x() + width() > room.right())
        at.setX(std::max(room.left(), globalPosition.x() - width() - 8));
    if (at.y() + height() > room.bottom())
        at.setY(std::max(room.top(), globalPosition.y() - height() - 8));
    move(at);
    show();
}

void HoverCard::followTheme()
{
    setFont(m_theme.smallFont());
    QPalette colors = palette();
    colors.setColor(QPalette::Window, m_theme.color(ColorRole::Raised));
    colors.setColor(QPalette::WindowText, m_theme.color(ColorRole::Text));
    setPalette(colors);
    setAutoFillBackground(true);
    setFrameShape(QFrame::Box);
    setLineWidth(1);
    colors.setColor(QPalette::WindowText, m_theme.color(ColorRole::Text));
    m_label->setPalette(colors);
}

} // namespace gui
