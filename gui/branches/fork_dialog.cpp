#include "gui/branches/fork_dialog.h"

#include "gui/branches/step_editor.h"
#include "gui/context/in_background.h"
#include "gui/debug/stop_texts.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFile>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using engine::ForkPoint;

ForkDialog::ForkDialog(const QString& recording,
                       const std::string& effect,
                       std::int64_t number,
                       Theme& theme,
                       QWidget* parent)
    : QDialog(parent)
    , m_recording(recording)
    , m_effect(effect)
    , m_number(number)
    , m_theme(theme)
    , m_title(new QLabel(this))
    , m_where(new QLabel(this))
    , m_name(new QLineEdit(this))
    , m_note(new QLineEdit(this))
    , m_expected(new QLineEdit(this))
    , m_tabs(new QTabWidget(this))
    , m_request(new StepEditor(EditSide::Request, theme))
    , m_outcome(new StepEditor(EditSide::Outcome, theme))
    , m_state(new StepEditor(EditSide::State, theme))
    , m_effects(new QLabel(this))
    , m_stops(new QCheckBox(tr("&Stop at the fork"), this))
    , m_asks(new QCheckBox(tr("Ask me before &each tool call"), this))
    , m_problem(new QLabel(this))
    , m_buttons(new QDialogButtonBox(QDialogButtonBox::Cancel, this))
{
    setObjectName(u"forkDialog"_s);
    setWindowTitle(tr("Fork"));
    makeWidgets();
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &ForkDialog::ask);
    for (StepEditor* editor : editors())
        connect(editor, &StepEditor::changed, this, &ForkDialog::updateLocks);
    connect(&theme, &Theme::changed, this, &ForkDialog::followTheme);
    followTheme();
    setBusy(true);
    const std::filesystem::path file = QFile::encodeName(recording).toStdString();
    inBackground(
        this,
        [file, effect] { return engine::readForkPoint(file, effect); },
        [this](const tracestore::Result<ForkPoint>& point) { takePoint(point); });
}

QList<StepEditor*> ForkDialog::editors() const
{
    return {m_request, m_outcome, m_state};
}

void ForkDialog::makeWidgets()
{
    for (QLabel* label : {m_title, m_where, m_effects, m_problem}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    m_title->setObjectName(u"forkTitle"_s);
    m_effects->setObjectName(u"forkEffects"_s);
    m_problem->setObjectName(u"forkProblem"_s);
    m_problem->hide();
    m_name->setObjectName(u"forkName"_s);
    m_name->setPlaceholderText(tr("A short name for the branch"));
    m_note->setObjectName(u"forkNoteText"_s);
    m_note->setPlaceholderText(tr("Why, for who looks at it later"));
    m_expected->setObjectName(u"forkExpected"_s);
    m_expected->setPlaceholderText(tr("What should come of it"));
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(metrics::kMargin);
    form->setVerticalSpacing(metrics::kSpacing);
    form->addRow(tr("&Name"), m_name);
    form->addRow(tr("No&te"), m_note);
    form->addRow(tr("E&xpected"), m_expected);
    m_tabs->setObjectName(u"forkSides"_s);
    m_tabs->addTab(m_request, tr("Request"));
    m_tabs->addTab(m_outcome, tr("Outcome"));
    m_tabs->addTab(m_state, tr("State of the Agent"));
    m_tabs->setDocumentMode(true);
    m_stops->setObjectName(u"forkStops"_s);
    m_stops->setToolTip(tr("The branch stops before its first own step, so that you can look "
                           "around, change more, and go on step by step."));
    m_asks->setObjectName(u"forkAsks"_s);
    m_asks->setToolTip(tr("The run stops before each call of a tool, and nothing of it happens "
                          "before you allow it (test mode)."));
    m_fork = m_buttons->addButton(tr("&Fork"), QDialogButtonBox::AcceptRole);
    m_fork->setObjectName(u"forkOk"_s);
    m_fork->setDefault(true);
    m_fork->setShortcut(Qt::CTRL | Qt::Key_Return);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(metrics::kMargin);
    column->addWidget(m_title);
    column->addWidget(m_where);
    column->addLayout(form);
    column->addWidget(m_tabs, 1);
    column->addWidget(m_effects);
    auto* checks = new QHBoxLayout;
    checks->addWidget(m_stops);
    checks->addSpacing(2 * metrics::kMargin);
    checks->addWidget(m_asks);
    checks->addStretch(1);
    column->addLayout(checks);
    column->addWidget(m_problem);
    column->addWidget(m_buttons);
    resize(860, 660);
}

void ForkDialog::followTheme()
{
    QFont bold = m_theme.textFont();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    const auto colour = [this](QLabel& label, ColorRole role) {
        QPalette colors = label.palette();
        colors.setColor(QPalette::WindowText, m_theme.color(role));
        label.setPalette(colors);
    };
    colour(*m_where, ColorRole::TextDim);
    colour(*m_problem, ColorRole::Error);
    const bool isLive = m_point && !m_point->writers.empty();
    colour(*m_effects, isLive ? ColorRole::Warning : ColorRole::TextDim);
}

void ForkDialog::setBusy(bool isBusy)
{
    m_fork->setEnabled(!isBusy && m_point.has_value());
    m_tabs->setEnabled(!isBusy);
    if (isBusy && !m_point)
        m_title->setText(tr("The step is being read …"));
}

/// `Step 17: refund_order · tool call · writes outside · agent support`.
QString ForkDialog::headline() const
{
    QStringList parts {singleLine(m_point->name, 80),
                       effectKindName(m_point->step.kind).toLower()};
    if (m_point->step.kind == engine::EffectKind::Tool)
        parts << effectClassName(m_point->effectClass);
    parts << tr("agent %1").arg(singleLine(m_point->step.agent, 60));
    parts.removeAll(QString());
    return tr("Step %1: %2").arg(m_number).arg(parts.join(u" · "_s));
}

void ForkDialog::takePoint(const tracestore::Result<ForkPoint>& point)
{
    if (!point) {
        m_title->setText(tr("This step cannot be forked."));
        m_tabs->hide();
        setProblem(visibleText(toText(point.error().message)));
        emit settled();
        return;
    }
    m_point = *point;
    const engine::StepInspection& step = m_point->step;
    m_title->setText(headline());
    m_where->setText(tr("The branch shares the %n events before this step with %1, which stays as "
                        "it is. It becomes a file of its own beside it.",
                        nullptr,
                        static_cast<int>(m_point->event - 1))
                         .arg(singleLine(QFileInfo(m_recording).fileName().toStdString(), 80)));
    m_request->setStep(step, tr("Nothing is recorded of what this step sent."));
    m_outcome->setStep(step, tr("This step had not ended: there is no outcome to change."));
    m_state->setStep(step, tr("The state of the agent is not known here."));
    setBusy(false);
    showEffects();
    updateLocks();
    m_name->setFocus();
    emit settled();
}

/// What will happen outside, in plain words.
void ForkDialog::showEffects()
{
    QStringList lines;
    if (m_point->isScripted)
        lines << tr("From the fork on the agent runs again. Its model is a script: no real model is "
                    "asked and nothing is paid.");
    else
        lines << tr("From the fork on the agent runs again: models are really asked, which costs.");
    QStringList writers;
    for (const std::string& name : m_point->writers)
        writers << singleLine(name, 40);
    if (writers.isEmpty())
        lines << tr("No tool of this recording wrote or reached outside.");
    else
        lines << tr("Tools that write or reach outside really do so again when the agent calls "
                    "them. In this recording it called: %1.")
                     .arg(writers.join(u", "_s));
    m_effects->setText(lines.join(u' '));
    // Nothing of that kind happens by surprise.
    m_asks->setChecked(!writers.isEmpty());
    followTheme();
}

/// A branch begins with changes of one of the three.
void ForkDialog::updateLocks()
{
    const StepEditor* edited = nullptr;
    for (const StepEditor* editor : editors()) {
        if (edited == nullptr && !editor->edits().edits().empty())
            edited = editor;
    }
    const QString side = edited == m_request ? tr("the request")
        : edited == m_outcome                ? tr("the outcome")
                                             : tr("the state");
    for (StepEditor* editor : editors()) {
        const bool isLocked = edited != nullptr && editor != edited;
        editor->setLocked(isLocked
                              ? tr("A branch begins with one kind of change, and %1 is changed. "
                                   "Take that back first, or stop at the fork and change more "
                                   "there.")
                                    .arg(side)
                              : QString());
        const int tab = m_tabs->indexOf(editor);
        const QString text = tab == 0 ? tr("Request")
            : tab == 1                ? tr("Outcome")
                                      : tr("State of the Agent");
        m_tabs->setTabText(tab, editor == edited ? QString(text + u" ●"_s) : text);
    }
}

engine::ForkOrder ForkDialog::order() const
{
    engine::ForkOrder order;
    order.recording = QFile::encodeName(m_recording).toStdString();
    order.effect = m_effect;
    order.name = m_name->text().trimmed().toStdString();
    order.note = m_note->text().trimmed().toStdString();
    order.expected = m_expected->text().trimmed().toStdString();
    for (const StepEditor* editor : editors()) {
        if (order.edits.empty())
            order.edits = editor->edits().forkEdits();
    }
    return order;
}

ForkManner ForkDialog::manner() const
{
    return {m_stops->isChecked(), m_asks->isChecked()};
}

void ForkDialog::ask()
{
    for (StepEditor* editor : editors()) {
        if (editor->apply())
            continue;
        m_tabs->setCurrentWidget(editor);
        editor->text().setFocus();
        return;
    }
    m_problem->hide();
    setBusy(true);
    emit forkRequested();
}

void ForkDialog::setProblem(const QString& problem)
{
    setBusy(false);
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

QString ForkDialog::problem() const
{
    return m_problem->text();
}

} // namespace gui
