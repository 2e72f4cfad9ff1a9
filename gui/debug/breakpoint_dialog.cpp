#include "gui/debug/breakpoint_dialog.h"

#include "gui/context/session_context.h"
#include "gui/debug/actions_editor.h"
#include "gui/debug/condition_form.h"
#include "gui/debug/debug_table.h"
#include "gui/debug/debug_workspace.h"
#include "gui/debug/hits_panel.h"
#include "gui/debug/scope_form.h"
#include "gui/debug/trace_hits_model.h"
#include "gui/search/query_edit.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QScrollArea>
#include <QSpinBox>

namespace gui {

using namespace Qt::StringLiterals;
using engine::Breakpoint;
using engine::HitRule;
using engine::StopKind;

namespace {

    constexpr int kPauseMs = 250;
    constexpr std::size_t kMostPreviewed = 2000;
    constexpr int kMostHitNumber = 1'000'000;

    bool isAboutTools(StopKind kind)
    {
        return kind != StopKind::BeforeModel && kind != StopKind::AfterModel
            && kind != StopKind::FirstToken && kind != StopKind::StateChange
            && kind != StopKind::PlanChange;
    }

    bool isAboutModels(StopKind kind)
    {
        return kind != StopKind::BeforeTool && kind != StopKind::AfterTool
            && kind != StopKind::HandOff && kind != StopKind::StateChange
            && kind != StopKind::PlanChange && kind != StopKind::UserInput;
    }

} // namespace

BreakpointDialog::BreakpointDialog(Theme& theme,
                                   SessionContext* context,
                                   DebugWorkspace& workspace,
                                   const Breakpoint& breakpoint,
                                   QWidget* parent)
    : QDialog(parent)
    , m_theme(theme)
    , m_workspace(workspace)
    , m_id(breakpoint.id)
    , m_kind(new QComboBox(this))
    , m_description(new QLabel(this))
    , m_scope(new ScopeForm(this))
    , m_changedLabel(new QLabel(this))
    , m_changed(new QLineEdit(this))
    , m_condition(new ConditionForm(theme, *m_scope, this))
    , m_hitKind(new QComboBox(this))
    , m_hitNumber(new QSpinBox(this))
    , m_oneShot(new QCheckBox(tr("Only &once"), this))
    , m_enabled(new QCheckBox(tr("&On"), this))
    , m_group(new QComboBox(this))
    , m_actions(new ActionsEditor(theme, this))
    , m_note(new QLineEdit(this))
    , m_preview(new HitsPanel(theme, this))
{
    setObjectName(u"breakpointDialog"_s);
    setWindowTitle(m_id == 0 ? tr("Add breakpoint") : tr("Breakpoint %1").arg(m_id));
    resize(960, 560);
    auto* fields = new QWidget(this);
    auto* form = new QFormLayout(fields);
    form->setContentsMargins(0, 0, metrics::kMargin, 0);
    form->setVerticalSpacing(metrics::kMargin);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    addFields(*form);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(fields);
    // It looks like the rest of the dialog.
    scroll->setStyleSheet(
        u"QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }"_s);
    auto* side = new QWidget(this);
    auto* sideColumn = new QVBoxLayout(side);
    sideColumn->setContentsMargins(0, 0, 0, 0);
    auto* title = new QLabel(tr("What it would have hit in the trace"), side);
    QFont bold = title->font();
    bold.setWeight(QFont::DemiBold);
    title->setFont(bold);
    sideColumn->addWidget(title);
    sideColumn->addWidget(m_preview, 1);
    auto* halves = new QHBoxLayout;
    halves->setSpacing(2 * metrics::kMargin);
    halves->addWidget(scroll, 3);
    halves->addWidget(side, 2);
    auto* column = new QVBoxLayout(this);
    column->addLayout(halves, 1);
    column->addWidget(addKeepButtons(*this, m_id == 0));
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &BreakpointDialog::updatePreview);
    // All of them are of this one.
    m_preview->table().setColumnHidden(TraceHitsModel::BreakpointColumn, true);
    connect(&m_finder, &HitFinder::finished, this, [this](const FoundHits& hits) {
        m_preview->setHits(hits, m_trace);
    });
    connect(m_preview, &HitsPanel::stepChosen, this, [this](tracestore::SpanId step) {
        if (m_context)
            m_context->reveal(step);
    });
    setBreakpoint(breakpoint);
    setContext(context);
    m_condition->setFocus();
}

BreakpointDialog::~BreakpointDialog() = default;

void BreakpointDialog::addFields(QFormLayout& form)
{
    const auto changed = [this] { fieldsChanged(); };
    for (const engine::StopKindInfo& info : engine::stopKinds())
        m_kind->addItem(toText(info.label), static_cast<int>(info.kind));
    m_kind->setMaxVisibleItems(20);
    m_kind->setAccessibleName(tr("When"));
    connect(m_kind, &QComboBox::currentIndexChanged, this, &BreakpointDialog::kindChanged);
    auto* when = new QHBoxLayout;
    when->setSpacing(metrics::kMargin);
    when->addWidget(m_kind);
    when->addWidget(m_description, 1);
    m_description->setEnabled(false);
    m_description->setTextFormat(Qt::PlainText);
    form.addRow(tr("&When"), when);
    static_cast<QLabel*>(form.labelForField(when))->setBuddy(m_kind);
    form.addRow(tr("Where"), m_scope);
    connect(m_scope, &ScopeForm::changed, this, changed);
    m_changedLabel->setBuddy(m_changed);
    m_changed->setFont(m_theme.codeFont());
    form.addRow(m_changedLabel, m_changed);
    connect(m_changed, &QLineEdit::textChanged, this, changed);
    connect(m_condition, &ConditionForm::changed, this, changed);
    form.addRow(tr("&Condition"), m_condition);
    addHitRule(form);
    form.addRow(tr("Then"), m_actions);
    connect(m_actions, &ActionsEditor::changed, this, changed);
    m_group->setEditable(true);
    m_group->setAccessibleName(tr("Group"));
    for (const std::string& group : m_workspace.groups())
        m_group->addItem(toText(group));
    m_group->lineEdit()->setPlaceholderText(tr("none; those of a group are switched together"));
    form.addRow(tr("&Group"), m_group);
    m_note->setAccessibleName(tr("Note"));
    form.addRow(tr("&Note"), m_note);
    form.addRow({}, m_enabled);
}

void BreakpointDialog::addHitRule(QFormLayout& form)
{
    m_hitKind->addItem(tr("Every hit"), static_cast<int>(HitRule::Kind::Always));
    m_hitKind->addItem(tr("Only hit number"), static_cast<int>(HitRule::Kind::Equal));
    m_hitKind->addItem(tr("From hit number"), static_cast<int>(HitRule::Kind::AtLeast));
    m_hitKind->addItem(tr("Each time after hits"), static_cast<int>(HitRule::Kind::Every));
    m_hitKind->setAccessibleName(tr("Which hits count"));
    m_hitNumber->setRange(1, kMostHitNumber);
    m_hitNumber->setAccessibleName(tr("Number of hits"));
    const auto update = [this] {
        m_hitNumber->setEnabled(m_hitKind->currentIndex() > 0);
        fieldsChanged();
    };
    connect(m_hitKind, &QComboBox::currentIndexChanged, this, update);
    connect(m_hitNumber, &QSpinBox::valueChanged, this, update);
    connect(m_oneShot, &QCheckBox::toggled, this, update);
    m_oneShot->setToolTip(tr("Its first hit that counts switches it off"));
    auto* line = new QHBoxLayout;
    line->setSpacing(metrics::kMargin);
    line->addWidget(m_hitKind);
    line->addWidget(m_hitNumber);
    line->addWidget(m_oneShot);
    line->addStretch(1);
    form.addRow(tr("&Hits"), line);
    static_cast<QLabel*>(form.labelForField(line))->setBuddy(m_hitKind);
}

void BreakpointDialog::setBreakpoint(const Breakpoint& breakpoint)
{
    m_kind->setCurrentIndex(m_kind->findData(static_cast<int>(breakpoint.kind)));
    m_scope->setScope(breakpoint.scope);
    m_changed->setText(toText(breakpoint.changed));
    m_condition->setText(toText(breakpoint.condition));
    m_hitKind->setCurrentIndex(m_hitKind->findData(static_cast<int>(breakpoint.hits.kind)));
    m_hitNumber->setValue(static_cast<int>(
        std::min<std::uint64_t>(breakpoint.hits.number, std::uint64_t {kMostHitNumber})));
    m_hitNumber->setEnabled(m_hitKind->currentIndex() > 0);
    m_oneShot->setChecked(breakpoint.isOneShot);
    m_enabled->setChecked(breakpoint.isEnabled);
    m_group->setCurrentText(toText(breakpoint.group));
    m_actions->setActions(breakpoint.actions);
    m_note->setText(toText(breakpoint.note));
    kindChanged();
}

Breakpoint BreakpointDialog::breakpoint() const
{
    Breakpoint result;
    result.id = m_id;
    result.kind = static_cast<StopKind>(m_kind->currentData().toInt());
    result.scope = m_scope->scope();
    result.changed = m_changed->text().trimmed().toStdString();
    result.condition = m_condition->text().toStdString();
    result.hits.kind = static_cast<HitRule::Kind>(m_hitKind->currentData().toInt());
    result.hits.number = static_cast<std::uint64_t>(m_hitNumber->value());
    result.isEnabled = m_enabled->isChecked();
    result.isOneShot = m_oneShot->isChecked();
    result.group = m_group->currentText().trimmed().toStdString();
    result.actions = m_actions->actions();
    result.note = m_note->text().trimmed().toStdString();
    return result;
}

void BreakpointDialog::setContext(SessionContext* context)
{
    if (context == m_context && (context == nullptr) == (m_trace == nullptr))
        return;
    if (m_context)
        m_context->disconnect(this);
    m_context = context;
    m_trace = context == nullptr ? nullptr : context->trace();
    m_pause.start();
    if (context == nullptr)
        return;
    m_condition->loadValues(m_trace);
    m_preview->setCurrentStep(context->selected());
    connect(context, &SessionContext::traceGrown, this, [this] {
        m_trace = m_context->trace();
        if (!m_pause.isActive() && !m_finder.isRunning())
            m_pause.start();
    });
    connect(context, &SessionContext::selectionChanged, this, [this](tracestore::SpanId step) {
        m_preview->setCurrentStep(step);
    });
}

QueryEdit& BreakpointDialog::condition() const
{
    return m_condition->edit();
}

void BreakpointDialog::kindChanged()
{
    const auto kind = static_cast<StopKind>(m_kind->currentData().toInt());
    const bool isState = kind == StopKind::StateChange;
    m_description->setText(toText(engine::infoOf(kind).description));
    m_changedLabel->setText(isState ? tr("State &path") : tr("When &it changes"));
    m_changed->setAccessibleName(m_changedLabel->text().remove(u'&'));
    m_changed->setPlaceholderText(isState ? tr("any part, or: plan[2].status")
                                          : tr("a field that must have another value than before: "
                                               "args.amount"));
    m_scope->setUsable(isAboutTools(kind), isAboutModels(kind));
    fieldsChanged();
}

void BreakpointDialog::fieldsChanged()
{
    m_finder.cancel();
    m_pause.start();
    m_condition->setProblem(engine::problemOf(breakpoint()));
}

QString BreakpointDialog::problem() const
{
    return m_condition->problem();
}

void BreakpointDialog::updatePreview()
{
    const auto tellOnly = [this](const QString& text) {
        m_finder.cancel();
        m_preview->setHits({}, m_trace);
        m_preview->setMessage(text);
    };
    if (!problem().isEmpty())
        return tellOnly(tr("Nothing can be said before the problem is solved."));
    if (m_trace == nullptr)
        return tellOnly(tr("No trace is open. Open one, or start a run, to see here which of its "
                           "steps this would have hit."));
    if (m_trace->spanCount() == 0)
        return tellOnly(tr("The trace has no steps yet."));
    Breakpoint asked = breakpoint();
    asked.id = m_id == 0 ? 1 : m_id;
    asked.isEnabled = true;
    if (m_preview->model().rowCount() == 0)
        m_preview->setMessage(tr("Looking for hits …"));
    m_finder.find({asked}, m_trace, kMostPreviewed);
}

void BreakpointDialog::accept()
{
    const Breakpoint result = breakpoint();
    if (m_id == 0 || m_workspace.breakpoint(m_id) == nullptr)
        m_id = m_workspace.add(result);
    else
        m_workspace.change(result);
    emit kept(m_id);
    QDialog::accept();
}

} // namespace gui
