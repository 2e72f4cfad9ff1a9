#include "gui/replay/divergence_panel.h"

#include "gui/replay/difference_box.h"
#include "gui/replay/replay_texts.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/theme/tinted_icon.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using engine::ReplayChoice;
using engine::ReplayDecision;
using engine::ReplayQuestion;

namespace {

    constexpr int kSidesHeight = 124;
    constexpr int kLeastSidesHeight = 64; ///< where the window is low

    QLabel* divergenceLabel(const QString& name, const QString& text = {})
    {
        auto* label = new QLabel(text);
        label->setObjectName(name);
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        return label;
    }

    QLineEdit* codeLine(const QString& name, const QString& hint, const Theme& theme)
    {
        auto* line = new QLineEdit;
        line->setObjectName(name);
        line->setAccessibleName(hint);
        line->setPlaceholderText(hint);
        line->setFont(theme.codeFont());
        return line;
    }

} // namespace

DivergencePanel::DivergencePanel(Theme& theme, QWidget* parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_icon(new QLabel(this))
    , m_title(divergenceLabel(u"replayTitle"_s))
    , m_text(divergenceLabel(u"replayText"_s))
    , m_recorded(new DifferenceBox(DifferenceBox::Side::Recorded, theme))
    , m_now(new DifferenceBox(DifferenceBox::Side::Now, theme))
    , m_sides(new QWidget(this))
    , m_rule(new QWidget(this))
    , m_path(codeLine(u"replayRulePath"_s, tr("Where, such as args.date; empty: anywhere"), theme))
    , m_pattern(codeLine(u"replayRulePattern"_s, tr("What differs: a regular expression"), theme))
    , m_replacement(codeLine(u"replayRuleReplacement"_s, tr("What stands for it"), theme))
    , m_answerRow(new QWidget(this))
    , m_answer(codeLine(u"replayAnswer"_s, tr("Your answer: a text, or JSON"), theme))
{
    setObjectName(u"divergencePanel"_s);
    setAutoFillBackground(true);
    auto* sides = new QGridLayout(m_sides);
    sides->setContentsMargins(0, 0, 0, 0);
    sides->setVerticalSpacing(2);
    sides->addWidget(divergenceLabel(u"replayRecordedTitle"_s, tr("Recorded")), 0, 0);
    sides->addWidget(divergenceLabel(u"replayNowTitle"_s, tr("Now")), 0, 1);
    sides->addWidget(m_recorded, 1, 0);
    sides->addWidget(m_now, 1, 1);
    m_sides->setMinimumHeight(kLeastSidesHeight);
    m_sides->setMaximumHeight(kSidesHeight);
    auto* rule = new QHBoxLayout(m_rule);
    rule->setContentsMargins(0, 0, 0, 0);
    rule->addWidget(divergenceLabel(u"replayRuleTitle"_s, tr("Rule for “treat as equal”:")));
    rule->addWidget(m_path, 2);
    rule->addWidget(m_pattern, 3);
    rule->addWidget(m_replacement, 1);
    auto* answer = new QHBoxLayout(m_answerRow);
    answer->setContentsMargins(0, 0, 0, 0);
    answer->addWidget(m_answer, 1);
    auto* head = new QHBoxLayout;
    head->addWidget(m_icon, 0, Qt::AlignTop);
    head->addWidget(m_title, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(
        metrics::kMargin, metrics::kSpacing, metrics::kMargin, metrics::kMargin);
    column->setSpacing(metrics::kSpacing);
    column->addLayout(head);
    column->addWidget(m_text);
    column->addWidget(m_sides);
    column->addWidget(m_rule);
    column->addWidget(m_answerRow);
    connect(m_answer, &QLineEdit::returnPressed, this, [this] { choose(m_typed); });
    connect(&theme, &Theme::changed, this, &DivergencePanel::followTheme);
    followTheme();
    hide();
}

void DivergencePanel::setQuestions(const std::vector<ReplayQuestion>& questions)
{
    m_more = questions.empty() ? 0 : static_cast<int>(questions.size()) - 1;
    if (questions.empty()) {
        m_question.reset();
        hide();
        return;
    }
    if (m_question && *m_question == questions.front())
        return;
    show(questions.front());
}

void DivergencePanel::show(const ReplayQuestion& question)
{
    const bool isOther = !m_question || m_question->effect != question.effect;
    m_question = question;
    QString title = replayQuestionTitle(question);
    if (m_more > 0)
        title += u' ' + tr("(%1 more wait)").arg(formatCount(m_more));
    m_title->setText(title);
    setAccessibleName(title);
    m_text->setText(visibleText(toText(question.text)));
    m_recorded->setTexts(question.recorded, question.now);
    m_now->setTexts(question.recorded, question.now);
    const bool canBeEqual
        = std::ranges::find(question.choices, ReplayChoice::TreatAsEqual) != question.choices.end();
    m_rule->setVisible(canBeEqual);
    if (isOther) {
        m_path->setText(toText(question.suggestion.path));
        m_pattern->setText(toText(question.suggestion.pattern));
        m_replacement->setText(toText(question.suggestion.replacement));
        m_answer->clear();
        m_answerRow->hide();
        emit revealWanted(question.effect);
    }
    showChoices(question);
    QFrame::show();
}

/// Two in a row, each with what it does beside its name.
void DivergencePanel::showChoices(const ReplayQuestion& question)
{
    // One of them may be the sender of the signal that led here.
    if (m_choices != nullptr) {
        m_choices->hide();
        m_choices->deleteLater();
    }
    m_choices = new QWidget(this);
    auto* grid = new QGridLayout(m_choices);
    grid->setContentsMargins(0, metrics::kSpacing, 0, 0);
    grid->setHorizontalSpacing(2 * metrics::kMargin);
    grid->setVerticalSpacing(metrics::kSpacing);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(3, 1);
    int place = 0;
    for (const ReplayChoice choice : question.choices)
        addChoice(choice, question, place++);
    layout()->addWidget(m_choices);
    m_choices->show();
}

void DivergencePanel::addChoice(ReplayChoice choice, const ReplayQuestion& question, int place)
{
    auto* grid = static_cast<QGridLayout*>(m_choices->layout());
    auto* button = new QPushButton(replayChoiceName(choice));
    button->setObjectName(u"replayChoice%1"_s.arg(static_cast<int>(choice)));
    button->setAutoDefault(false);
    const QString help = replayChoiceHelp(choice, question);
    button->setAccessibleDescription(help);
    auto* text = divergenceLabel(u"replayChoiceHelp"_s, help);
    text->setFont(m_theme.smallFont());
    grid->addWidget(button, place / 2, place % 2 * 2);
    grid->addWidget(text, place / 2, place % 2 * 2 + 1, Qt::AlignVCenter);
    connect(button, &QPushButton::clicked, this, [this, choice] { choose(choice); });
}

void DivergencePanel::choose(ReplayChoice choice)
{
    if (!m_question)
        return;
    const bool isTyped = choice == ReplayChoice::Answer || choice == ReplayChoice::Fork;
    if (isTyped && (m_typed != choice || m_answerRow->isHidden())) {
        m_typed = choice;
        m_answer->setPlaceholderText(choice == ReplayChoice::Fork
                                         ? tr("Name of the branch; Enter makes it")
                                         : tr("Your answer: a text, or JSON; Enter gives it"));
        m_answerRow->show();
        m_answer->setFocus();
        return;
    }
    ReplayDecision decision {.effect = m_question->effect, .choice = choice};
    if (choice == ReplayChoice::TreatAsEqual) {
        engine::Normaliser rule = m_question->suggestion;
        rule.path = m_path->text().trimmed().toStdString();
        rule.pattern = m_pattern->text().toStdString();
        rule.replacement = m_replacement->text().toStdString();
        decision.normaliser = rule;
    }
    if (isTyped)
        decision.text = m_answer->text().toStdString();
    emit decided(decision);
}

void DivergencePanel::followTheme()
{
    constexpr int kIcon = 16;
    m_icon->setPixmap(m_theme.icon(u"status-warning"_s, ColorRole::Paused).pixmap(kIcon, kIcon));
    QPalette colors = palette();
    colors.setColor(QPalette::Window, m_theme.color(ColorRole::Raised));
    setPalette(colors);
    QFont bold = m_theme.textFont();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    if (m_question) {
        m_recorded->setTexts(m_question->recorded, m_question->now);
        m_now->setTexts(m_question->recorded, m_question->now);
    }
}

} // namespace gui
