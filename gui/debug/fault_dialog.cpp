#include "gui/debug/fault_dialog.h"

#include "gui/debug/breakpoint_texts.h"
#include "gui/debug/condition_form.h"
#include "gui/debug/debug_workspace.h"
#include "gui/debug/scope_form.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QRegularExpressionValidator>

namespace gui {

using namespace Qt::StringLiterals;
using engine::FaultKind;
using engine::FaultRule;

namespace {

    constexpr double kNsPerSecond = 1e9;
    constexpr int kMostCount = 1'000'000;
    constexpr double kMostDelay = 24 * 3600; // s

    QString faultDescription(FaultKind kind)
    {
        switch (kind) {
        case FaultKind::Timeout:
            return FaultDialog::tr("no answer within the time, then an error");
        case FaultKind::Error:
            return FaultDialog::tr("an error at once");
        case FaultKind::Malformed:
            return FaultDialog::tr("JSON that is cut off");
        case FaultKind::Slow:
            return FaultDialog::tr("it begins later, and is then what it is");
        case FaultKind::Empty:
            return FaultDialog::tr("a result with nothing in it");
        case FaultKind::RateLimit:
            return FaultDialog::tr("refused, with a time to come back");
        }
        return {};
    }

} // namespace

FaultDialog::FaultDialog(Theme& theme,
                         const tracestore::TracePtr& trace,
                         DebugWorkspace& workspace,
                         const FaultRule& rule,
                         QWidget* parent)
    : QDialog(parent)
    , m_workspace(workspace)
    , m_id(rule.id)
    , m_kind(new QComboBox(this))
    , m_description(new QLabel(this))
    , m_scope(new ScopeForm(this))
    , m_condition(new ConditionForm(theme, *m_scope, this))
    , m_count(new QSpinBox(this))
    , m_percent(new QDoubleSpinBox(this))
    , m_seed(new QLineEdit(this))
    , m_delay(new QDoubleSpinBox(this))
    , m_errorType(new QComboBox(this))
    , m_message(new QLineEdit(this))
    , m_enabled(new QCheckBox(tr("&On"), this))
{
    setObjectName(u"faultDialog"_s);
    setWindowTitle(m_id == 0 ? tr("Add fault") : tr("Fault %1").arg(m_id));
    resize(620, 420);
    auto* form = new QFormLayout;
    form->setVerticalSpacing(metrics::kMargin);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    addFields(*form);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form, 1);
    column->addWidget(addKeepButtons(*this, m_id == 0));
    setRule(rule);
    m_condition->loadValues(trace);
}

void FaultDialog::addFields(QFormLayout& form)
{
    for (const FaultKind kind : {FaultKind::Timeout,
                                 FaultKind::Error,
                                 FaultKind::Malformed,
                                 FaultKind::Slow,
                                 FaultKind::Empty,
                                 FaultKind::RateLimit})
        m_kind->addItem(faultKindText(kind), static_cast<int>(kind));
    m_kind->setAccessibleName(tr("Fault"));
    m_description->setEnabled(false);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &FaultDialog::kindChanged);
    auto* kind = new QHBoxLayout;
    kind->setSpacing(metrics::kMargin);
    kind->addWidget(m_kind);
    kind->addWidget(m_description, 1);
    form.addRow(tr("&Fault"), kind);
    static_cast<QLabel*>(form.labelForField(kind))->setBuddy(m_kind);
    form.addRow(tr("Where"), m_scope);
    connect(m_condition, &ConditionForm::changed, this, &FaultDialog::showProblem);
    form.addRow(tr("&Condition"), m_condition);
    m_count->setRange(0, kMostCount);
    m_count->setSpecialValueText(tr("all, until it is switched off"));
    m_count->setAccessibleName(tr("For the next so many steps"));
    form.addRow(tr("For the &next"), m_count);
    m_percent->setRange(0, 100);
    m_percent->setDecimals(1);
    m_percent->setSuffix(u" %"_s);
    m_percent->setAccessibleName(tr("Probability"));
    m_seed->setAccessibleName(tr("Seed"));
    m_seed->setToolTip(tr("The same seed, the same steps that fail"));
    static const QRegularExpression digits(u"\\d{1,19}"_s);
    m_seed->setValidator(new QRegularExpressionValidator(digits, m_seed));
    auto* chance = new QHBoxLayout;
    chance->setSpacing(metrics::kMargin);
    chance->addWidget(m_percent);
    auto* seed = new QLabel(tr("&Seed"), this);
    seed->setBuddy(m_seed);
    chance->addWidget(seed);
    chance->addWidget(m_seed, 1);
    form.addRow(tr("&Probability"), chance);
    static_cast<QLabel*>(form.labelForField(chance))->setBuddy(m_percent);
    m_delay->setRange(0, kMostDelay);
    m_delay->setDecimals(2);
    m_delay->setSuffix(tr(" s"));
    m_delay->setAccessibleName(tr("Delay"));
    form.addRow(tr("&Delay"), m_delay);
    m_errorType->setEditable(true);
    m_errorType->addItems(
        {u"http_503"_s, u"http_500"_s, u"http_429"_s, u"http_401"_s, u"network"_s});
    m_errorType->setAccessibleName(tr("Kind of error"));
    form.addRow(tr("&Error"), m_errorType);
    m_message->setPlaceholderText(tr("one that says that it was injected"));
    m_message->setAccessibleName(tr("Message"));
    form.addRow(tr("&Message"), m_message);
    form.addRow({}, m_enabled);
}

void FaultDialog::setRule(const FaultRule& rule)
{
    m_kind->setCurrentIndex(m_kind->findData(static_cast<int>(rule.kind)));
    m_scope->setScope(rule.scope);
    m_condition->setText(toText(rule.condition));
    m_count->setValue(static_cast<int>(std::min<std::uint32_t>(rule.count, kMostCount)));
    m_percent->setValue(rule.probability * 100);
    m_seed->setText(QString::number(rule.seed));
    m_delay->setValue(static_cast<double>(rule.delay.ns) / kNsPerSecond);
    m_errorType->setCurrentText(toText(rule.errorType));
    m_message->setText(toText(rule.message));
    m_enabled->setChecked(rule.isEnabled);
    kindChanged();
    showProblem();
}

FaultRule FaultDialog::rule() const
{
    FaultRule result;
    result.id = m_id;
    result.isEnabled = m_enabled->isChecked();
    result.kind = static_cast<FaultKind>(m_kind->currentData().toInt());
    result.scope = m_scope->scope();
    result.condition = m_condition->text().toStdString();
    result.count = static_cast<std::uint32_t>(m_count->value());
    result.probability = m_percent->value() / 100;
    result.seed = m_seed->text().toULongLong();
    result.delay.ns = static_cast<std::int64_t>(m_delay->value() * kNsPerSecond);
    result.errorType = m_errorType->currentText().trimmed().toStdString();
    result.message = m_message->text().trimmed().toStdString();
    return result;
}

void FaultDialog::kindChanged()
{
    const auto kind = static_cast<FaultKind>(m_kind->currentData().toInt());
    m_description->setText(faultDescription(kind));
    m_delay->setEnabled(kind == FaultKind::Timeout || kind == FaultKind::Slow
                        || kind == FaultKind::RateLimit);
    m_errorType->setEnabled(kind == FaultKind::Error);
    m_message->setEnabled(kind == FaultKind::Timeout || kind == FaultKind::Error
                          || kind == FaultKind::RateLimit);
}

QString FaultDialog::problem() const
{
    return m_condition->problem();
}

void FaultDialog::showProblem()
{
    engine::Breakpoint asked;
    asked.condition = rule().condition;
    m_condition->setProblem(engine::problemOf(asked));
}

void FaultDialog::accept()
{
    const FaultRule result = rule();
    if (m_id == 0 || m_workspace.fault(m_id) == nullptr)
        m_id = m_workspace.add(result);
    else
        m_workspace.change(result);
    emit kept(m_id);
    QDialog::accept();
}

} // namespace gui
