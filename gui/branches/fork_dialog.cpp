#include "gui/branches/fork_dialog.h"

#include "gui/branches/step_editor.h"
#include "gui/context/in_background.h"
#include "gui/debug/stop_texts.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFile>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>

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
    , m_models(new QComboBox(this))
    , m_readers(new QComboBox(this))
    , m_writersTitle(new QLabel(this))
    , m_writers(new QListWidget(this))
    , m_effects(new QLabel(this))
    , m_stops(new QCheckBox(tr("&Stop at the fork"), this))
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
    m_fork = m_buttons->addButton(tr("&Fork"), QDialogButtonBox::AcceptRole);
    m_fork->setObjectName(u"forkOk"_s);
    m_fork->setDefault(true);
    m_fork->setShortcut(Qt::CTRL | Qt::Key_Return);
    m_configure = m_buttons->addButton(tr("Other &Configuration…"), QDialogButtonBox::ResetRole);
    m_configure->setObjectName(u"forkConfiguration"_s);
    m_configure->setAutoDefault(false);
    m_configure->setToolTip(tr("In place of a change of this step: runs the agent again with "
                               "another configuration that counts from this step on."));
    connect(m_configure, &QPushButton::clicked, this, [this] {
        emit configurationRequested(m_point->event - 1);
        reject();
    });
    auto* column = new QVBoxLayout(this);
    column->setSpacing(metrics::kMargin);
    column->addWidget(m_title);
    column->addWidget(m_where);
    column->addLayout(form);
    column->addWidget(m_tabs, 1);
    makePolicyWidgets(*column);
    column->addWidget(m_effects);
    column->addWidget(m_stops);
    column->addWidget(m_problem);
    column->addWidget(m_buttons);
    resize(860, 660);
}

/// What comes from where behind the fork.
void ForkDialog::makePolicyWidgets(QVBoxLayout& column)
{
    using engine::ReplayMode;
    const auto fill = [this](QComboBox& box, const QString& name, const QString& live) {
        box.setObjectName(name);
        box.addItem(live, static_cast<int>(ReplayMode::Live));
        box.addItem(tr("from the recording; I am asked where something differs"),
                    static_cast<int>(ReplayMode::Recorded));
        box.addItem(tr("I am asked each time"), static_cast<int>(ReplayMode::Ask));
        connect(&box, &QComboBox::currentIndexChanged, this, &ForkDialog::showEffects);
    };
    fill(*m_models, u"forkModels"_s, tr("really asked"));
    fill(*m_readers, u"forkReaders"_s, tr("really called"));
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(metrics::kMargin);
    form->setVerticalSpacing(metrics::kSpacing);
    form->addRow(tr("&Models behind the fork"), m_models);
    form->addRow(tr("Tools that only &read"), m_readers);
    column.addLayout(form);
    m_writersTitle->setTextFormat(Qt::PlainText);
    m_writersTitle->setWordWrap(true);
    m_writersTitle->setText(tr("Tools that write or reach outside: tick those that may really do "
                               "so again. You are asked before each call of the others."));
    m_writersTitle->hide();
    m_writers->setObjectName(u"forkWriters"_s);
    m_writers->setAccessibleName(tr("Tools that may write or reach outside again"));
    m_writers->hide();
    connect(m_writers, &QListWidget::itemChanged, this, &ForkDialog::showEffects);
    column.addWidget(m_writersTitle);
    column.addWidget(m_writers);
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
    const bool isLive = !policy().liveWriters.empty();
    colour(*m_effects, isLive ? ColorRole::Warning : ColorRole::TextDim);
    m_effects->setFont(m_theme.smallFont());
}

void ForkDialog::setBusy(bool isBusy)
{
    for (QPushButton* button : {m_fork, m_configure})
        button->setEnabled(!isBusy && m_point.has_value());
    m_tabs->setEnabled(!isBusy);
    if (isBusy && !m_point)
        m_title->setText(tr("The step is being read …"));
}

/// `Step 17: refund_order · tool call · writes outside · agent support`.
QString ForkDialog::headline() const
{
    QStringList parts {singleLine(m_point->name, 80), effectKindName(m_point->step.kind).toLower()};
    if (m_point->step.kind == engine::EffectKind::Tool)
        parts << effectClassName(m_point->effectClass);
    parts << tr("agent %1").arg(singleLine(m_point->step.agent, 60));
    parts.removeAll(QString());
    const QString what = parts.join(u" · "_s);
    return m_number >= 0 ? tr("Step #%1: %2").arg(m_number).arg(what) : what;
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
    m_where->setText(
        tr("The branch shares all that was before this step with %1, which stays as it "
           "is. It becomes a file of its own beside it.")
            .arg(singleLine(QFileInfo(m_recording).fileName().toStdString(), 80)));
    m_request->setStep(step, tr("Nothing is recorded of what this step sent."));
    m_outcome->setStep(step, tr("This step had not ended: there is no outcome to change."));
    m_state->setStep(step, tr("The state of the agent is not known here."));
    setBusy(false);
    showWriters();
    showEffects();
    updateLocks();
    m_name->setFocus();
    emit settled();
}

/// None is ticked: what writes or reaches outside does so again only where it is named.
void ForkDialog::showWriters()
{
    for (const std::string& name : m_point->writers) {
        auto* item = new QListWidgetItem(singleLine(name, 80), m_writers);
        item->setData(Qt::UserRole, toText(name));
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(Qt::Unchecked);
    }
    constexpr int kMostRows = 4;
    const int rows = std::min(m_writers->count(), kMostRows);
    m_writers->setFixedHeight(rows * std::max(m_writers->sizeHintForRow(0), 1)
                              + 2 * m_writers->frameWidth() + 2);
    m_writers->setVisible(rows > 0);
    m_writersTitle->setVisible(rows > 0);
}

engine::ReplayPolicy ForkDialog::policy() const
{
    using engine::ReplayMode;
    engine::ReplayPolicy policy;
    policy.models.mode = static_cast<ReplayMode>(m_models->currentData().toInt());
    policy.tools.mode = static_cast<ReplayMode>(m_readers->currentData().toInt());
    for (int i = 0; i < m_writers->count(); ++i) {
        const QListWidgetItem* item = m_writers->item(i);
        const std::string name = item->data(Qt::UserRole).toString().toStdString();
        if (item->checkState() == Qt::Checked) {
            policy.liveWriters.insert(name);
            policy.toolsByName[name].mode = ReplayMode::Live;
        }
    }
    return policy;
}

/// What will happen outside, in plain words.
void ForkDialog::showEffects()
{
    using engine::ReplayMode;
    if (!m_point)
        return;
    const engine::ReplayPolicy policy = this->policy();
    QStringList lines;
    switch (policy.models.mode) {
    case ReplayMode::Live:
        lines << (m_point->isScripted
                      ? tr("The model of this agent is a script: nothing is paid.")
                      : tr("Models are really asked from the fork on, which costs."));
        break;
    case ReplayMode::Recorded:
        lines << tr("Models answer from the recording.");
        break;
    default:
        lines << tr("You are asked about each call of a model.");
    }
    switch (policy.tools.mode) {
    case ReplayMode::Live:
        lines << tr("Tools that only read really run.");
        break;
    case ReplayMode::Recorded:
        lines << tr("Tools give what is recorded.");
        break;
    default:
        lines << tr("You are asked about each call of a tool.");
    }
    QStringList writers;
    for (const std::string& name : policy.liveWriters)
        writers << singleLine(name, 40);
    lines << (writers.isEmpty()
                  ? tr("Nothing is written and nothing is done outside without asking you.")
                  : tr("What these tools write or do outside is really done again: %1. You are "
                       "asked before any other does so.")
                        .arg(writers.join(u", "_s)));
    m_effects->setText(lines.join(u' '));
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
    return {m_stops->isChecked(), policy()};
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
