#include "gui/replay/policy_table.h"

#include "gui/debug/stop_texts.h"
#include "gui/replay/replay_texts.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>

#include <array>

namespace gui {

using namespace Qt::StringLiterals;
using engine::EffectKind;
using engine::ReplayMode;
using tracestore::SpanKind;

namespace {

    enum PolicyColumn
    {
        SubjectColumn,
        CallsColumn,
        ReachColumn,
        ModeColumn,
        DetailColumn, ///< the fixed answer, or the tick of a tool that writes
        PolicyColumnCount
    };

    constexpr std::array<ReplayMode, 5> kModes {ReplayMode::Recorded,
                                                ReplayMode::Static,
                                                ReplayMode::Live,
                                                ReplayMode::Ask,
                                                ReplayMode::Blocked};

    bool mayReachOutside(const ReplaySubject& subject)
    {
        return subject.kind == EffectKind::Tool
            && (!subject.isClassKnown || engine::reachesOutside(subject.effectClass));
    }

    QString reachText(const ReplaySubject& subject)
    {
        if (subject.kind == EffectKind::Model)
            return PolicyTable::tr("costs");
        if (!subject.isClassKnown)
            return PolicyTable::tr("not known");
        const QString name = effectClassName(subject.effectClass);
        return name.isEmpty() ? PolicyTable::tr("nothing outside") : name;
    }

} // namespace

PolicyTable::PolicyTable(Theme& theme, QWidget* parent)
    : QTableWidget(0, PolicyColumnCount, parent)
    , m_theme(theme)
{
    setObjectName(u"policyTable"_s);
    setAccessibleName(tr("Where outcomes come from"));
    setHorizontalHeaderLabels(
        {tr("Model or tool"), tr("Calls"), tr("Can do"), tr("Outcomes come from"), QString()});
    setSelectionMode(NoSelection);
    setEditTriggers(NoEditTriggers);
    setShowGrid(false);
    setTabKeyNavigation(false);
    setFocusPolicy(Qt::NoFocus);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(metrics::kRowHeight + 8);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setStretchLastSection(true);
    setColumnWidth(SubjectColumn, 200);
    setColumnWidth(CallsColumn, 56);
    setColumnWidth(ReachColumn, 110);
    setColumnWidth(ModeColumn, 160);
    connect(&theme, &Theme::changed, this, [this] { setSubjects(m_subjects); });
}

void PolicyTable::setSubjects(const std::vector<ReplaySubject>& subjects)
{
    struct Chosen
    {
        engine::ReplayRule rule;
        bool mayWrite = false;
    };

    std::map<std::pair<EffectKind, std::string>, Chosen> before;
    for (int row = 0; row < rowCount(); ++row) {
        const ReplaySubject& subject = m_subjects[static_cast<std::size_t>(row)];
        before[{subject.kind, subject.name}] = {ruleOf(row), tickOf(row).isChecked()};
    }
    setRowCount(0);
    m_subjects = subjects;
    for (int row = 0; row < static_cast<int>(subjects.size()); ++row) {
        const ReplaySubject& subject = subjects[static_cast<std::size_t>(row)];
        addRow(subject);
        const auto kept = before.find({subject.kind, subject.name});
        if (kept == before.end())
            continue;
        modeOf(row).setCurrentIndex(modeOf(row).findData(static_cast<int>(kept->second.rule.mode)));
        answerOf(row).setText(toText(kept->second.rule.answer));
        tickOf(row).setChecked(kept->second.mayWrite);
    }
    emit changed();
}

void PolicyTable::setModels(ReplayMode mode)
{
    for (int row = 0; row < rowCount(); ++row) {
        if (m_subjects[static_cast<std::size_t>(row)].kind == EffectKind::Model)
            modeOf(row).setCurrentIndex(modeOf(row).findData(static_cast<int>(mode)));
    }
}

void PolicyTable::addRow(const ReplaySubject& subject)
{
    const int row = rowCount();
    insertRow(row);
    const QString name = singleLine(subject.name, 120);
    auto* item = new QTableWidgetItem(
        m_theme.kindIcon(subject.kind == EffectKind::Model ? SpanKind::Llm : SpanKind::Tool), name);
    setItem(row, SubjectColumn, item);
    setItem(row, CallsColumn, new QTableWidgetItem(formatCount(subject.calls)));
    setItem(row, ReachColumn, new QTableWidgetItem(reachText(subject)));
    if (mayReachOutside(subject))
        this->item(row, ReachColumn)->setForeground(m_theme.color(ColorRole::Warning));
    auto* mode = new QComboBox;
    mode->setAccessibleName(tr("Where outcomes of %1 come from").arg(name));
    for (const ReplayMode each : kModes)
        mode->addItem(replayModeName(each), static_cast<int>(each));
    setCellWidget(row, ModeColumn, mode);
    auto* detail = new QWidget;
    auto* answer = new QLineEdit(detail);
    answer->setAccessibleName(tr("Fixed answer of %1").arg(name));
    answer->setPlaceholderText(tr("What it always answers"));
    auto* tick = new QCheckBox(
        tr("Yes, %1 may really write").arg(QString(name).replace(u'&', u"&&"_s)), detail);
    tick->setToolTip(tr("Without this you are asked before each of its calls that does"));
    auto* line = new QHBoxLayout(detail);
    line->setContentsMargins(metrics::kSpacing, 0, metrics::kSpacing, 0);
    line->addWidget(answer, 1);
    line->addWidget(tick, 1);
    setCellWidget(row, DetailColumn, detail);
    const auto update = [this, mode] {
        for (int each = 0; each < rowCount(); ++each) {
            if (cellWidget(each, ModeColumn) == mode)
                updateRow(each);
        }
        emit changed();
    };
    connect(mode, &QComboBox::currentIndexChanged, this, update);
    connect(answer, &QLineEdit::textChanged, this, &PolicyTable::changed);
    connect(tick, &QCheckBox::toggled, this, &PolicyTable::changed);
    updateRow(row);
}

void PolicyTable::updateRow(int row)
{
    const ReplayMode mode = ruleOf(row).mode;
    answerOf(row).setVisible(mode == ReplayMode::Static);
    tickOf(row).setVisible(mode == ReplayMode::Live
                           && mayReachOutside(m_subjects[static_cast<std::size_t>(row)]));
}

QComboBox& PolicyTable::modeOf(int row) const
{
    return *static_cast<QComboBox*>(cellWidget(row, ModeColumn));
}

QLineEdit& PolicyTable::answerOf(int row) const
{
    return *cellWidget(row, DetailColumn)->findChild<QLineEdit*>();
}

QCheckBox& PolicyTable::tickOf(int row) const
{
    return *cellWidget(row, DetailColumn)->findChild<QCheckBox*>();
}

engine::ReplayRule PolicyTable::ruleOf(int row) const
{
    engine::ReplayRule rule;
    rule.mode = static_cast<ReplayMode>(modeOf(row).currentData().toInt());
    if (rule.mode == ReplayMode::Static)
        rule.answer = answerOf(row).text().toStdString();
    return rule;
}

engine::ReplayPolicy PolicyTable::policy() const
{
    std::vector<engine::ReplayRule> rules;
    std::vector<bool> mayWrite;
    for (int row = 0; row < rowCount(); ++row) {
        rules.push_back(ruleOf(row));
        mayWrite.push_back(tickOf(row).isChecked());
    }
    return policyOf(m_subjects, rules, mayWrite);
}

} // namespace gui
