#include "gui/agents/resume_bar.h"

#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/theme/tinted_icon.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using engine::DoubtfulCall;
using engine::InterruptedRun;

namespace {

    QLabel* barLabel(const QString& name, const QString& text)
    {
        auto* label = new QLabel(text);
        label->setObjectName(name);
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        return label;
    }

    /// The names of what is simply done again.
    QString repeatedNames(const InterruptedRun& run)
    {
        QStringList names;
        for (const DoubtfulCall& call : run.inDoubt) {
            if (!call.isLasting)
                names << singleLine(call.name, 40);
        }
        constexpr qsizetype kMostNames = 3;
        const qsizetype more = names.size() - kMostNames;
        const QString text = names.mid(0, kMostNames).join(u", "_s);
        return more > 0 ? ResumeBar::tr("%1 and %2 more").arg(text).arg(more) : text;
    }

    QString headline(const InterruptedRun& run, std::size_t steps)
    {
        QString text = ResumeBar::tr("This run was interrupted after step %1.")
                           .arg(formatCount(static_cast<std::int64_t>(steps)));
        const QString repeated = repeatedNames(run);
        if (!repeated.isEmpty())
            text += u' ' + ResumeBar::tr("Was under way, and is done again: %1.").arg(repeated);
        return text;
    }

} // namespace

ResumeBar::ResumeBar(const InterruptedRun& run, std::size_t steps, Theme& theme, QWidget* parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_icon(new QLabel(this))
    , m_text(barLabel(u"resumeText"_s, headline(run, steps)))
    , m_resume(new QPushButton(tr("Resume"), this))
{
    setObjectName(u"resumeBar"_s);
    setAccessibleName(m_text->text());
    setAutoFillBackground(true);
    m_resume->setObjectName(u"resume"_s);
    m_resume->setIconSize(kIconBesideText);
    m_resume->setToolTip(tr("Go on with the run; what was recorded is not done again"));
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_text);
    addDoubts(run, *words);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(
        metrics::kMargin, metrics::kSpacing, metrics::kMargin, metrics::kSpacing);
    row->setSpacing(2 * metrics::kSpacing);
    row->addWidget(m_icon, 0, m_doubts.empty() ? Qt::AlignVCenter : Qt::AlignTop);
    row->addLayout(words, 1);
    row->addWidget(m_resume, 0, m_doubts.empty() ? Qt::AlignVCenter : Qt::AlignTop);
    connect(m_resume, &QPushButton::clicked, this, &ResumeBar::resumeRequested);
    connect(&theme, &Theme::changed, this, &ResumeBar::followTheme);
    followTheme();
}

void ResumeBar::addDoubts(const InterruptedRun& run, QVBoxLayout& column)
{
    constexpr std::ptrdiff_t kMostShown = 5;
    constexpr qsizetype kMostArguments = 300;
    const auto lasting = std::ranges::count_if(run.inDoubt, &DoubtfulCall::isLasting);
    if (lasting == 0)
        return;
    m_note = barLabel(
        u"resumeNote"_s,
        tr("In doubt: nobody knows whether this was done. You are asked before it is done again."));
    column.addWidget(m_note);
    for (const DoubtfulCall& call : run.inDoubt) {
        if (!call.isLasting || std::ssize(m_doubts) == kMostShown)
            continue;
        m_doubts.push_back(barLabel(u"doubt"_s,
                                    QString(singleLine(call.name, 60) + u' '
                                            + singleLine(call.arguments, kMostArguments))));
        column.addWidget(m_doubts.back());
    }
    if (lasting > kMostShown) {
        m_doubts.push_back(barLabel(u"doubt"_s, tr("and %1 more").arg(lasting - kMostShown)));
        column.addWidget(m_doubts.back());
    }
}

void ResumeBar::followTheme()
{
    constexpr int kIcon = 16;
    m_icon->setPixmap(m_theme.icon(u"status-warning"_s, ColorRole::Warning).pixmap(kIcon, kIcon));
    QPalette colors = palette();
    colors.setColor(QPalette::Window, m_theme.color(ColorRole::Raised));
    setPalette(colors);
    m_resume->setIcon(m_theme.icon(u"play"_s, ColorRole::Text));
    if (m_note != nullptr) {
        colors.setColor(QPalette::WindowText, m_theme.color(ColorRole::Warning));
        m_note->setPalette(colors);
    }
    for (QLabel* doubt : m_doubts)
        doubt->setFont(m_theme.codeFont());
}

} // namespace gui
