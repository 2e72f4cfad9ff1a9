#include "gui/debug/travel_bar.h"

#include "gui/debug/stop_texts.h"
#include "gui/theme/theme.h"
#include "gui/theme/tinted_icon.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <QToolTip>

#include <limits>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    QLabel* travelLabel(const QString& name, QWidget* parent)
    {
        auto* label = new QLabel(parent);
        label->setObjectName(name);
        label->setTextFormat(Qt::PlainText);
        return label;
    }

    QToolButton* travelButton(const QString& name, const QString& text, QWidget* parent)
    {
        auto* button = new QToolButton(parent);
        button->setObjectName(name);
        button->setAutoRaise(true);
        button->setIconSize(kIconBesideText);
        button->setAccessibleName(text);
        button->setFocusPolicy(Qt::TabFocus);
        return button;
    }

} // namespace

TravelBar::TravelBar(Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_play(travelButton(u"travelPlay"_s, tr("Play"), this))
    , m_pace(new QComboBox(this))
    , m_text(travelLabel(u"travelText"_s, this))
    , m_slider(new QSlider(Qt::Horizontal, this))
    , m_figures(travelLabel(u"travelFigures"_s, this))
    , m_notes(travelButton(u"travelNotes"_s, tr("What this trace does not tell"), this))
    , m_leave(travelButton(u"travelLeave"_s, tr("Leave"), this))
{
    setObjectName(u"travelBar"_s);
    setAccessibleName(tr("Going through the trace"));
    addPaces();
    m_slider->setObjectName(u"travelSlider"_s);
    m_slider->setAccessibleName(tr("Position in the trace"));
    m_slider->setToolTip(tr("Drag, or step by moments with Left and Right"));
    m_slider->setMinimumWidth(120);
    m_text->setMinimumWidth(40);
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_figures->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_figures->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_leave->setText(tr("Leave"));
    m_leave->setToolTip(tr("Back to the trace as a whole  (Esc)"));
    m_notes->hide();
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(metrics::kMargin, 2, metrics::kMargin, 2);
    row->setSpacing(2 * metrics::kSpacing);
    row->addWidget(m_play);
    row->addWidget(m_pace);
    row->addWidget(m_slider, 3);
    row->addWidget(m_text, 4);
    row->addWidget(m_figures, 3);
    row->addWidget(m_notes);
    row->addWidget(m_leave);
    connect(m_play, &QToolButton::clicked, this, [this] {
        m_isPlaying ? emit pauseWanted() : emit playWanted();
    });
    connect(m_pace, &QComboBox::activated, this, [this] {
        if (m_isPlaying)
            emit paceChanged();
    });
    connect(m_slider, &QSlider::valueChanged, this, &TravelBar::moved);
    connect(m_leave, &QToolButton::clicked, this, &TravelBar::leaveWanted);
    connect(m_notes, &QToolButton::clicked, this, [this] {
        QToolTip::showText(m_notes->mapToGlobal(QPoint(0, m_notes->height())), m_notes->toolTip());
    });
    connect(&theme, &Theme::changed, this, &TravelBar::followTheme);
    followTheme();
}

void TravelBar::addPaces()
{
    m_pace->setObjectName(u"travelPace"_s);
    m_pace->setAccessibleName(tr("Pace"));
    m_pace->setToolTip(tr("How fast it plays"));
    m_pace->addItem(tr("¼ as fast"), 0.25);
    m_pace->addItem(tr("As it was"), 1.0);
    m_pace->addItem(tr("4 × as fast"), 4.0);
    m_pace->addItem(tr("20 × as fast"), 20.0);
    m_pace->addItem(tr("100 × as fast"), 100.0);
    m_pace->addItem(tr("At once"), 0.0);
    m_pace->setCurrentIndex(1);
}

engine::PlayRun TravelBar::pace() const
{
    const double factor = m_pace->currentData().toDouble();
    if (factor <= 0)
        return {.pace = engine::PlayRun::Pace::Instant};
    return {.pace = engine::PlayRun::Pace::Recorded, .factor = factor};
}

QString TravelBar::text() const
{
    return m_text->text();
}

void TravelBar::setStatus(const engine::DebugStatus& status,
                          const QString& text,
                          const QString& figures)
{
    if (!status.travel)
        return;
    const engine::TravelPlace& place = *status.travel;
    if (std::exchange(m_isPlaying, place.isPlaying) != place.isPlaying)
        followTheme();
    m_text->setText(text);
    m_text->setToolTip(u"<p>"_s + text.toHtmlEscaped() + u"</p>"_s);
    m_allFigures = figures;
    showFigures();
    const QString notes = travelNotes(status);
    m_notes->setVisible(!notes.isEmpty());
    m_notes->setToolTip(u"<p>"_s + notes.toHtmlEscaped() + u"</p>"_s);
    m_asked.reset();
    if (const auto next = std::exchange(m_next, std::nullopt);
        next && *next != static_cast<int>(place.position))
        ask(*next);
    const QSignalBlocker quiet(m_slider);
    constexpr std::size_t kMost = std::numeric_limits<int>::max();
    m_slider->setMaximum(static_cast<int>(std::min(place.count, kMost)) - 1);
    m_slider->setPageStep(std::max(1, m_slider->maximum() / 20));
    // Who drags it knows where it is.
    if (!m_slider->isSliderDown() && !m_asked)
        m_slider->setValue(static_cast<int>(place.position));
}

void TravelBar::setProblem(const QString& problem)
{
    m_text->setText(problem);
    for (QWidget* widget : std::initializer_list<QWidget*> {m_play, m_pace, m_slider})
        widget->setEnabled(false);
}

void TravelBar::moved(int position)
{
    if (m_asked)
        m_next = position;
    else
        ask(position);
}

void TravelBar::ask(int position)
{
    m_asked = position;
    emit positionWanted(static_cast<std::size_t>(position));
}

void TravelBar::showFigures()
{
    m_figures->setText(
        m_figures->fontMetrics().elidedText(m_allFigures, Qt::ElideRight, m_figures->width()));
    m_figures->setAccessibleName(m_allFigures);
    m_figures->setToolTip(m_allFigures);
}

void TravelBar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    showFigures();
}

void TravelBar::followTheme()
{
    QFont bold = m_theme.textFont();
    bold.setWeight(QFont::DemiBold);
    m_text->setFont(bold);
    m_figures->setFont(m_theme.smallFont());
    QPalette colors = m_figures->palette();
    colors.setColor(QPalette::WindowText, m_theme.color(ColorRole::TextDim));
    m_figures->setPalette(colors);
    m_play->setIcon(m_theme.icon(m_isPlaying ? u"pause"_s : u"play"_s,
                                 m_isPlaying ? ColorRole::Text : ColorRole::Ok));
    m_play->setToolTip(m_isPlaying ? tr("Pause  (F6)") : tr("Play  (Shift+F6)"));
    m_notes->setIcon(m_theme.icon(u"info"_s, ColorRole::Warning));
    m_leave->setIcon(m_theme.icon(u"close"_s));
    m_leave->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
}

} // namespace gui
