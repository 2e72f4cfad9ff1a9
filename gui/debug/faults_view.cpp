#include "gui/debug/faults_view.h"

#include "gui/context/session_context.h"
#include "gui/debug/condition_form.h"
#include "gui/debug/debug_table.h"
#include "gui/debug/debug_workspace.h"
#include "gui/debug/fault_dialog.h"
#include "gui/debug/faults_model.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QHeaderView>
#include <QMenu>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using engine::FaultId;
using engine::FaultRule;

FaultsView::FaultsView(SessionContext& context, DebugWorkspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_workspace(workspace)
    , m_model(new FaultsModel(workspace, this))
    , m_table(new DebugTable(context.theme(), FaultsModel::MarkColumn, this))
{
    setObjectName(u"faults"_s);
    setWindowTitle(tr("Faults"));
    setFocusProxy(m_table);
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Fault rules"));
    m_table->setEmptyText(tr("No fault is injected. A rule makes a tool or model fail in the next "
                             "run, to see how the agent takes it: \"Add…\" above."));
    QHeaderView& header = *m_table->horizontalHeader();
    header.setSectionResizeMode(FaultsModel::MarkColumn, QHeaderView::Fixed);
    header.resizeSection(FaultsModel::MarkColumn, 28);
    header.setSectionResizeMode(FaultsModel::NumberColumn, QHeaderView::Fixed);
    header.resizeSection(FaultsModel::NumberColumn, 36);
    m_table->setShares({0, 0, 22, 20, 17, 31, 10});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_table);
    auto* add = new QAction(tr("Add…"), this);
    add->setToolTip(tr("Add a fault: a tool or model that fails"));
    add->setPriority(QAction::HighPriority);
    connect(add, &QAction::triggered, this, &FaultsView::addFault);
    addAction(add);
    const auto updateIcon = [this, add] { add->setIcon(m_context.theme().icon(u"add"_s)); };
    updateIcon();
    connect(&context.theme(), &Theme::changed, add, updateIcon);
    connect(m_table, &DebugTable::switched, this, &FaultsView::switchSelected);
    connect(m_table, &DebugTable::removed, this, &FaultsView::removeSelected);
    connect(m_table, &DebugTable::edited, this, &FaultsView::editCurrent);
    connect(m_table, &DebugTable::menuRequested, this, &FaultsView::showMenu);
}

void FaultsView::setTallies(const std::vector<engine::FaultTally>& tallies)
{
    m_model->setTallies(tallies);
}

FaultDialog* FaultsView::edit(const FaultRule& rule)
{
    // Of the window: what was typed stays when another trace takes the place of this one.
    auto* dialog = new FaultDialog(
        m_context.theme(), m_context.trace(), m_workspace, rule, mainWindowOf(*this));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &FaultDialog::kept, this, [this](FaultId id) {
        m_table->setCurrentIndex(m_model->index(m_model->rowOf(id), FaultsModel::FaultColumn));
    });
    dialog->show();
    return dialog;
}

void FaultsView::addFault()
{
    FaultRule rule;
    const tracestore::Trace& trace = *m_context.trace();
    if (const auto step = m_context.selected(); step.isValid()) {
        if (trace.kind(step) == tracestore::SpanKind::Tool)
            rule.scope.tool = trace.name(step);
        else if (trace.kind(step) == tracestore::SpanKind::Llm)
            rule.scope.model = trace.model(step);
    }
    edit(rule);
}

void FaultsView::editCurrent()
{
    if (const FaultRule* rule = m_model->at(m_table->currentIndex().row()))
        edit(*rule);
}

void FaultsView::removeSelected()
{
    const int row = m_table->currentIndex().row();
    m_workspace.removeFaults(m_table->selectedIds());
    m_table->setCurrentIndex(
        m_model->index(std::min(row, m_model->rowCount() - 1), FaultsModel::FaultColumn));
}

void FaultsView::switchSelected()
{
    if (const FaultRule* rule = m_model->at(m_table->currentIndex().row()))
        m_workspace.setFaultsEnabled(m_table->selectedIds(), !rule->isEnabled);
}

void FaultsView::showMenu(QPoint global)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (const FaultRule* rule = m_model->at(m_table->currentIndex().row())) {
        menu->addAction(tr("Edit…\tEnter"), this, &FaultsView::editCurrent);
        menu->addAction(rule->isEnabled ? tr("Switch off\tSpace") : tr("Switch on\tSpace"),
                        this,
                        &FaultsView::switchSelected);
        menu->addAction(tr("Remove\tDelete"), this, &FaultsView::removeSelected);
        menu->addSeparator();
    }
    menu->addAction(tr("Add…"), this, &FaultsView::addFault);
    menu->popup(global);
}

} // namespace gui
