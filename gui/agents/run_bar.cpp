#include "gui/agents/run_bar.h"

#include "gui/agents/question_panel.h"
#include "gui/agents/run_texts.h"
#include "gui/theme/format.h"
#include "gui/theme/tinted_icon.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using engine::RunState;

namespace {

    constexpr int kSpeechMs = 50;

    QLabel* plainLabel(const QString& name, QWidget* parent)
    {
        auto* label = new QLabel(parent);
        label->setObjectName(name);
        label->setTextFormat(Qt::PlainText);
        return label;
    }

    void colour(QLabel& label, const QColor& color)
    {
        QPalette colors = label.palette();
        colors.setColor(QPalette::WindowText, color);
        label.setPalette(colors);
    }

} // namespace

RunBar::RunBar(Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_name(plainLabel(u"runName"_s, this))
    , m_state(plainLabel(u"runState"_s, this))
    , m_script(plainLabel(u"runScript"_s, this))
    , m_figures(plainLabel(u"runFigures"_s, this))
    , m_note(plainLabel(u"runNote"_s, this))
    , m_speech(plainLabel(u"runSpeech"_s, this))
    , m_answer(plainLabel(u"runAnswer"_s, this))
    , m_problem(plainLabel(u"runProblem"_s, this))
    , m_console(new QToolButton(this))
    , m_stop(new QPushButton(tr("Stop"), this))
    , m_question(new QuestionPanel(theme, this))
    , m_inputRow(new QWidget(this))
    , m_input(new QLineEdit(m_inputRow))
{
    setObjectName(u"runBar"_s);
    setAccessibleName(tr("Run"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, metrics::kSpacing, 0, metrics::kSpacing);
    column->setSpacing(metrics::kSpacing);
    makeHead(*column);
    column->addWidget(m_note);
    m_note->setWordWrap(true);
    m_note->setContentsMargins(metrics::kMargin, 0, metrics::kMargin, 0);
    m_note->hide();
    column->addWidget(m_speech);
    column->addWidget(m_answer);
    column->addWidget(m_problem);
    m_answer->setWordWrap(true);
    m_answer->setContentsMargins(metrics::kMargin, 0, metrics::kMargin, 0);
    m_answer->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_answer->setAccessibleName(tr("Answer"));
    m_answer->hide();
    column->addWidget(m_question);
    makeInput(*column);
    m_problem->setWordWrap(true);
    m_problem->setContentsMargins(metrics::kMargin, 0, metrics::kMargin, 0);
    m_speech->setContentsMargins(metrics::kMargin, 0, metrics::kMargin, 0);
    m_speech->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    for (QWidget* widget :
         std::initializer_list<QWidget*> {m_speech, m_problem, m_script, m_console})
        widget->hide();
    m_speechPause.setSingleShot(true);
    m_speechPause.setInterval(kSpeechMs);
    connect(&m_speechPause, &QTimer::timeout, this, &RunBar::showSpeech);
    connect(m_stop, &QPushButton::clicked, this, &RunBar::stopRequested);
    connect(m_question, &QuestionPanel::answered, this, &RunBar::answered);
    connect(&theme, &Theme::changed, this, &RunBar::followTheme);
    followTheme();
}

void RunBar::makeHead(QVBoxLayout& column)
{
    m_stop->setObjectName(u"runStop"_s);
    m_stop->setIconSize(kIconBesideText);
    m_stop->setToolTip(tr("Stop the run; what was recorded stays"));
    m_console->setObjectName(u"runConsole"_s);
    m_console->setCheckable(true);
    m_console->setToolTip(tr("What servers of tools and observers wrote"));
    m_script->setText(tr("script"));
    m_script->setToolTip(scriptNotice());
    m_figures->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_figures->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(metrics::kMargin, 0, metrics::kMargin, 0);
    row->setSpacing(2 * metrics::kSpacing);
    row->addWidget(m_name);
    row->addWidget(m_state);
    row->addWidget(m_script);
    row->addWidget(m_figures, 1);
    row->addWidget(m_console);
    row->addWidget(m_stop);
    column.addLayout(row);
}

void RunBar::makeInput(QVBoxLayout& column)
{
    m_input->setObjectName(u"runInput"_s);
    m_input->setPlaceholderText(tr("Go on with the conversation"));
    m_input->setAccessibleName(tr("What to say to the agent"));
    auto* send = new QPushButton(tr("Send"), m_inputRow);
    send->setObjectName(u"runSend"_s);
    auto* row = new QHBoxLayout(m_inputRow);
    row->setContentsMargins(metrics::kMargin, 0, metrics::kMargin, 0);
    row->setSpacing(metrics::kSpacing);
    row->addWidget(m_input, 1);
    row->addWidget(send);
    column.addWidget(m_inputRow);
    m_inputRow->hide();
    connect(m_input, &QLineEdit::returnPressed, this, &RunBar::send);
    connect(send, &QPushButton::clicked, this, &RunBar::send);
}

void RunBar::send()
{
    const QString text = m_input->text().trimmed();
    if (text.isEmpty())
        return;
    m_input->clear();
    emit said(text);
}

void RunBar::followTheme()
{
    QFont bold = m_theme.textFont();
    bold.setWeight(QFont::DemiBold);
    m_name->setFont(bold);
    m_figures->setFont(m_theme.smallFont());
    m_speech->setFont(m_theme.smallFont());
    m_note->setFont(m_theme.smallFont());
    m_script->setFont(m_theme.smallFont());
    colour(*m_figures, m_theme.color(ColorRole::TextDim));
    colour(*m_speech, m_theme.color(ColorRole::TextDim));
    colour(*m_problem, m_theme.color(ColorRole::Error));
    colour(*m_script, m_theme.color(ColorRole::Warning));
    m_stop->setIcon(m_theme.icon(u"cancel"_s, ColorRole::Error));
    colour(*m_state, m_theme.color(runStateColor(m_status)));
}

void RunBar::setStatus(const engine::RunStatus& status)
{
    m_status = status;
    const QString name = singleLine(status.agent, 60);
    m_name->setText(name.isEmpty() ? tr("Agent") : name);
    m_state->setText(QString(u"● "_s + runStateName(status)));
    colour(*m_state, m_theme.color(runStateColor(status)));
    m_script->setVisible(status.isScripted);
    showFigures();
    QString problem = visibleText(toText(status.problem));
    using engine::OutcomeStatus;
    const bool hasFailed = status.result && status.result->status != OutcomeStatus::Ok
        && status.result->status != OutcomeStatus::Cancelled; // the state says that
    if (problem.isEmpty() && hasFailed)
        problem = visibleText(toText(status.result->reason));
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    // The whole stands in the conversation.
    constexpr qsizetype kMostShown = 400;
    const bool hasAnswered = status.result && !isRunActive(status.state);
    const QString answer = hasAnswered ? singleLine(status.result->answer, kMostShown) : QString();
    m_answer->setText(answer);
    m_answer->setVisible(!answer.isEmpty());
    m_question->setQuestions(status.questions);
    m_stop->setVisible(isRunActive(status.state));
    m_stop->setEnabled(status.state != RunState::Stopping);
    m_inputRow->setVisible(status.state == RunState::Idle);
    if (!isRunActive(status.state))
        setSpeech({});
}

void RunBar::setNote(const QString& note)
{
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

void RunBar::setErrors(std::int64_t steps)
{
    if (m_errors == steps)
        return;
    m_errors = steps;
    showFigures();
}

void RunBar::showFigures()
{
    engine::RunFigures figures = m_status.figures;
    figures.errors = m_errors.value_or(figures.errors);
    const bool hasRun = m_status.state != RunState::Ended || figures.turns > 0;
    m_figures->setText(hasRun ? runFiguresText(figures) : QString());
    m_figures->setAccessibleName(m_figures->text());
    m_figures->setToolTip(runTokensText(figures.tokens));
}

void RunBar::setSpeech(const QString& text)
{
    m_said = text;
    if (text.isEmpty())
        showSpeech();
    else if (!m_speechPause.isActive())
        m_speechPause.start();
}

void RunBar::showSpeech()
{
    constexpr qsizetype kEnough = 600;
    const QString line = m_said.right(kEnough).simplified();
    m_speech->setVisible(!line.isEmpty());
    m_speech->setText(m_speech->fontMetrics().elidedText(
        line, Qt::ElideLeft, std::max(40, width() - 2 * metrics::kMargin)));
}

void RunBar::setConsoleLines(int count)
{
    m_console->setVisible(count > 0);
    m_console->setText(tr("Console %1").arg(formatCount(count)));
}

void RunBar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    showSpeech();
}

} // namespace gui
