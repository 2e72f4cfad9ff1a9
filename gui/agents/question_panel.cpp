#include "gui/agents/question_panel.h"

#include "gui/agents/config_text.h"
#include "gui/messages/conversation_builder.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;

QuestionPanel::QuestionPanel(Theme& theme, QWidget* parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_title(new QLabel(this))
    , m_question(new QLabel(this))
    , m_subject(new QPlainTextEdit(this))
    , m_more(new QToolButton(this))
    , m_answer(new QLineEdit(this))
    , m_buttons(new QHBoxLayout)
{
    setObjectName(u"questionPanel"_s);
    setAutoFillBackground(true);
    for (QLabel* label : {m_title, m_question}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    m_question->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_subject->setReadOnly(true);
    m_subject->setObjectName(u"questionSubject"_s);
    m_subject->setAccessibleName(tr("The call that is asked about"));
    m_more->setObjectName(u"questionMore"_s);
    m_more->setText(tr("Show the tool's definition"));
    m_more->setCheckable(true);
    m_more->setAutoRaise(true);
    m_more->setFont(theme.smallFont());
    connect(m_more, &QToolButton::toggled, this, &QuestionPanel::showSubject);
    m_subject->setFrameShape(QFrame::NoFrame);
    m_answer->setObjectName(u"questionAnswer"_s);
    m_answer->setAccessibleName(tr("Your answer"));
    m_answer->setPlaceholderText(tr("Your answer"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(
        metrics::kMargin, metrics::kSpacing, metrics::kMargin, metrics::kMargin);
    column->setSpacing(metrics::kSpacing);
    column->addWidget(m_title);
    column->addWidget(m_question);
    column->addWidget(m_subject);
    m_buttons->setSpacing(metrics::kSpacing);
    column->addLayout(m_buttons);
    m_buttons->addWidget(m_answer, 1);
    m_buttons->addWidget(m_more);
    connect(m_answer, &QLineEdit::returnPressed, this, [this] {
        if (!m_answer->text().trimmed().isEmpty())
            send(m_answer->text());
    });
    connect(&theme, &Theme::changed, this, &QuestionPanel::followTheme);
    followTheme();
    hide();
}

void QuestionPanel::followTheme()
{
    QPalette colors = palette();
    colors.setColor(QPalette::Window, m_theme.color(ColorRole::Raised));
    setPalette(colors);
    QFont bold = m_theme.textFont();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    colors.setColor(QPalette::WindowText, m_theme.color(ColorRole::Paused));
    m_title->setPalette(colors);
    m_subject->setFont(m_theme.codeFont());
}

void QuestionPanel::setQuestions(const std::vector<engine::RunQuestion>& questions)
{
    setVisible(!questions.empty());
    if (questions.empty()) {
        m_effect.clear();
        return;
    }
    const engine::RunQuestion& first = questions.front();
    const QString what
        = first.question.isApproval ? tr("May the agent do this?") : tr("The agent asks you");
    m_title->setText(
        questions.size() == 1
            ? what
            : tr("%1 (%2 questions wait)").arg(what, formatCount(std::ssize(questions))));
    if (first.effect != m_effect)
        show(first);
}

void QuestionPanel::show(const engine::RunQuestion& question)
{
    m_effect = question.effect;
    const engine::UserQuestion& asked = question.question;
    m_question->setText(visibleText(toText(asked.question)));
    m_asked = asked.subject;
    m_more->setChecked(false);
    showSubject();
    while (m_buttons->count() > 2) {
        QLayoutItem* item = m_buttons->takeAt(1);
        if (item->widget() != nullptr)
            item->widget()->deleteLater();
        delete item;
    }
    const bool isOpenQuestion = !asked.isApproval && asked.options.empty();
    m_answer->setVisible(isOpenQuestion);
    m_answer->clear();
    if (asked.isApproval) {
        addButton(tr("Allow"), u"allow"_s, false);
        addButton(tr("Deny"), u"deny"_s, false);
    }
    for (const std::string& option : asked.options) {
        if (!asked.isApproval)
            addButton(singleLine(option, 60), toText(option), false);
    }
    if (isOpenQuestion)
        addButton(tr("Answer"), {}, true);
    else
        m_buttons->insertStretch(m_buttons->count() - 1, 1);
}

/// What the agent wants to do in its own words first; the definition of the tool on request.
void QuestionPanel::showSubject()
{
    constexpr int kMostLines = 9;
    const auto arguments = configValue(m_asked, {"arguments"});
    m_more->setVisible(arguments.has_value());
    const bool isShort = arguments && !m_more->isChecked();
    m_subject->setVisible(!m_asked.empty());
    m_subject->setPlainText(readable(isShort ? arguments->dump() : m_asked).text);
    const int lines = std::clamp(m_subject->blockCount(), 1, kMostLines);
    m_subject->setFixedHeight(lines * QFontMetrics(m_subject->font()).lineSpacing()
                              + 2 * metrics::kMargin);
}

void QuestionPanel::addButton(const QString& text, const QString& answer, bool isDefault)
{
    auto* button = new QPushButton(QString(text).replace(u'&', u"&&"_s), this);
    button->setObjectName(answer.isEmpty() ? u"answer"_s : answer);
    connect(button, &QPushButton::clicked, this, [this, answer, isDefault] {
        const QString said = isDefault ? m_answer->text() : answer;
        if (!said.trimmed().isEmpty())
            send(said);
    });
    m_buttons->insertWidget(m_buttons->count() - 1, button);
}

void QuestionPanel::send(const QString& text)
{
    // Answered is answered: the panel waits for the service to say what is asked next.
    const std::string effect = std::exchange(m_effect, {});
    hide();
    emit answered(effect, text);
}

} // namespace gui
