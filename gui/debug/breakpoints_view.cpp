#include "gui/debug/breakpoints_view.h"

#include "gui/context/session_context.h"
#include "gui/debug/breakpoint_dialog.h"
#include "gui/debug/breakpoints_model.h"
#include "gui/debug/condition_form.h"
#include "gui/debug/debug_table.h"
#include "gui/debug/debug_workspace.h"
#include "gui/debug/hits_panel.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QSplitter>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using engine::Breakpoint;
using engine::BreakpointId;
using tracestore::SpanId;

namespace {

    constexpr int kSayMs = 6000;
    constexpr int kSearchAgainMs = 400;

} // namespace

BreakpointsView::BreakpointsView(SessionContext& context,
                                 DebugWorkspace& workspace,
                                 QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_workspace(workspace)
    , m_model(new BreakpointsModel(workspace, this))
    , m_table(new DebugTable(context.theme(), BreakpointsModel::MarkColumn, this))
    , m_hits(new HitsPanel(context.theme(), this))
    , m_hint(new QLabel(this))
    , m_hitSpans(context.trace())
{
    setObjectName(u"breakpoints"_s);
    setWindowTitle(tr("Breakpoints"));
    setFocusProxy(m_table);
    setUpTable();
    m_hint->setTextFormat(Qt::PlainText);
    m_hint->setWordWrap(true);
    m_hint->setFont(context.theme().smallFont());
    m_hint->setContentsMargins(metrics::kMargin, 2, metrics::kMargin, 2);
    m_hits->setClosable();
    m_hits->hide();
    connect(m_hits, &HitsPanel::closeRequested, this, &BreakpointsView::closeHits);
    connect(m_hits, &HitsPanel::stepChosen, &context, &SessionContext::reveal);
    connect(&context, &SessionContext::selectionChanged, m_hits, &HitsPanel::setCurrentStep);
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(metrics::kSpacing);
    split->addWidget(m_table);
    split->addWidget(m_hits);
    split->setStretchFactor(0, 2);
    split->setStretchFactor(1, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(split, 1);
    column->addWidget(m_hint);
    addActions();
    m_saying.setSingleShot(true);
    m_saying.setInterval(kSayMs);
    connect(&m_saying, &QTimer::timeout, this, &BreakpointsView::updateHint);
    m_searchAgain.setSingleShot(true);
    m_searchAgain.setInterval(kSearchAgainMs);
    connect(&m_searchAgain, &QTimer::timeout, this, [this] { find({}); });
    connect(&m_finder, &HitFinder::finished, this, &BreakpointsView::takeHits);
    connect(&workspace, &DebugWorkspace::problemChanged, this, &BreakpointsView::updateHint);
    connect(&workspace, &DebugWorkspace::breakpointsChanged, this, [this] {
        if (m_hits->isVisibleTo(this))
            m_searchAgain.start();
    });
    connect(&context, &SessionContext::traceGrown, this, [this] {
        m_hitSpans.setTrace(m_context.trace());
        if (m_hits->isVisibleTo(this) && !m_searchAgain.isActive())
            m_searchAgain.start();
    });
    connect(&context.theme(), &Theme::changed, this, &BreakpointsView::updateIcons);
    updateIcons();
    updateActions();
}

BreakpointsView::~BreakpointsView() = default;

void BreakpointsView::setUpTable()
{
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Breakpoints"));
    m_table->setEmptyText(
        tr("No breakpoint is set. F9, or a click in the margin of the steps, sets "
           "one at a step; Ctrl+F9 asks for conditions and what else to do."));
    QHeaderView& header = *m_table->horizontalHeader();
    header.setSectionResizeMode(BreakpointsModel::MarkColumn, QHeaderView::Fixed);
    header.resizeSection(BreakpointsModel::MarkColumn, 28);
    header.setSectionResizeMode(BreakpointsModel::NumberColumn, QHeaderView::Fixed);
    header.resizeSection(BreakpointsModel::NumberColumn, 36);
    m_table->setShares({0, 0, 21, 15, 29, 13, 17, 12});
    connect(m_table, &DebugTable::switched, this, &BreakpointsView::switchSelected);
    connect(m_table, &DebugTable::removed, this, &BreakpointsView::removeSelected);
    connect(m_table, &DebugTable::edited, this, &BreakpointsView::editCurrent);
    connect(m_table, &DebugTable::menuRequested, this, &BreakpointsView::showMenu);
    connect(m_table->selectionModel(),
            &QItemSelectionModel::currentChanged,
            this,
            &BreakpointsView::updateHint);
    const auto follow = [this] {
        updateActions();
        updateHint();
    };
    connect(m_model, &QAbstractItemModel::dataChanged, this, follow);
    connect(m_model, &QAbstractItemModel::modelReset, this, follow);
}

// ---- actions

QAction* BreakpointsView::addAction(const QString& icon,
                                    const QString& text,
                                    void (BreakpointsView::*slot)())
{
    auto* action = new QAction(text, this);
    action->setToolTip(text);
    connect(action, &QAction::triggered, this, slot);
    QWidget::addAction(action);
    m_icons.emplaceBack(action, icon);
    return action;
}

void BreakpointsView::addActions()
{
    QAction* add = addAction(u"add"_s, tr("Add…"), &BreakpointsView::addByDialog);
    add->setToolTip(tr("Add a breakpoint with a condition and what else to do (Ctrl+F9)"));
    add->setPriority(QAction::HighPriority);
    m_findAction = addAction(u"search"_s, tr("Find all hits"), &BreakpointsView::findAllHits);
    m_findAction->setToolTip(
        tr("Show where the breakpoints that are on would have hit in this trace"));
    m_findAction->setPriority(QAction::HighPriority);
    auto* files = new QAction(tr("More"), this);
    files->setToolTip(tr("Switch all, import, export"));
    auto* menu = new QMenu(this);
    files->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fillFileMenu(*menu); });
    QWidget::addAction(files);
    m_icons.emplaceBack(files, u"settings"_s);
}

void BreakpointsView::fillFileMenu(QMenu& menu)
{
    menu.clear();
    const auto& all = m_workspace.setup().breakpoints;
    const auto switchAll = [this](bool isOn) {
        std::vector<BreakpointId> ids;
        for (const Breakpoint& one : m_workspace.setup().breakpoints)
            ids.push_back(one.id);
        m_workspace.setEnabled(ids, isOn);
    };
    menu.addAction(tr("Switch all on"), this, [=] { switchAll(true); })->setEnabled(!all.empty());
    menu.addAction(tr("Switch all off"), this, [=] { switchAll(false); })->setEnabled(!all.empty());
    for (const std::string& group : m_workspace.groups()) {
        const bool isOn = std::ranges::any_of(
            all, [&](const Breakpoint& one) { return one.group == group && one.isEnabled; });
        const QString name = singleLine(group, 60).replace(u'&', u"&&"_s);
        QAction* action = menu.addAction(tr("Group %1").arg(name));
        action->setCheckable(true);
        action->setChecked(isOn);
        connect(action, &QAction::triggered, this, [this, group, isOn] {
            m_workspace.setGroupEnabled(group, !isOn);
        });
    }
    menu.addSeparator();
    menu.addAction(tr("Import…"), this, &BreakpointsView::importFile);
    menu.addAction(tr("Export…"), this, &BreakpointsView::exportFile);
}

void BreakpointsView::showMenu(QPoint global)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const Breakpoint* current = m_model->at(m_table->currentIndex().row());
    if (current != nullptr) {
        menu->addAction(tr("Edit…\tEnter"), this, &BreakpointsView::editCurrent);
        menu->addAction(current->isEnabled ? tr("Switch off\tSpace") : tr("Switch on\tSpace"),
                        this,
                        &BreakpointsView::switchSelected);
        if (!current->group.empty())
            menu->addAction(tr("Switch its group"), this, &BreakpointsView::switchGroup);
        menu->addAction(tr("Remove\tDelete"), this, &BreakpointsView::removeSelected);
        menu->addSeparator();
        menu->addAction(
            tr("Find its hits in this trace"), this, &BreakpointsView::findHitsOfSelected);
        menu->addSeparator();
    }
    menu->addAction(tr("Add…\tCtrl+F9"), this, &BreakpointsView::addByDialog);
    fillFileMenu(*menu->addMenu(tr("All")));
    menu->popup(global);
}

void BreakpointsView::updateActions()
{
    const auto& all = m_workspace.setup().breakpoints;
    m_findAction->setEnabled(std::ranges::any_of(all, &Breakpoint::isEnabled));
    m_table->setColumnHidden(BreakpointsModel::GroupColumn, !m_model->hasGroups());
    m_table->shareWidth();
}

void BreakpointsView::updateIcons()
{
    for (const auto& [action, icon] : std::as_const(m_icons))
        action->setIcon(m_context.theme().icon(icon));
    updateHint();
}

/// What is wrong with the breakpoint that one looks at, or with the file of all.
void BreakpointsView::updateHint()
{
    const QModelIndex at
        = m_table->currentIndex().siblingAtColumn(BreakpointsModel::ConditionColumn);
    const QString problem = at.data(ProblemRole).toString();
    const QString hint = at.data(HintRole).toString();
    const QString text = problem.isEmpty() ? m_workspace.problem()
        : hint.isEmpty()                   ? problem
                                           : QString(problem + u' ' + hint);
    m_hint->setText(text);
    m_hint->setVisible(!text.isEmpty());
    QPalette colors = m_hint->palette();
    colors.setColor(QPalette::WindowText, m_context.theme().color(ColorRole::Error));
    m_hint->setPalette(colors);
}

void BreakpointsView::say(const QString& text)
{
    QPalette colors = m_hint->palette();
    colors.setColor(QPalette::WindowText, m_context.theme().color(ColorRole::Text));
    m_hint->setPalette(colors);
    m_hint->setText(text);
    m_hint->show();
    m_saying.start();
    emit wantsSight();
}

// ---- what is done with them

void BreakpointsView::setTallies(const std::vector<engine::BreakpointTally>& tallies)
{
    m_hasRun = true;
    m_model->setTallies(tallies);
}

void BreakpointsView::choose(BreakpointId id)
{
    if (const int row = m_model->rowOf(id); row >= 0)
        m_table->setCurrentIndex(m_model->index(row, BreakpointsModel::WhenColumn));
}

/// The one that F9 sets and takes away; others that are about the step stay as they are.
void BreakpointsView::toggleAt(SpanId span)
{
    const auto wanted = engine::breakpointAt(*m_context.trace(), span);
    if (!wanted) {
        say(tr("A run cannot be stopped at a step of this kind: choose a model or tool call, an "
               "agent, a decision or an error."));
        return;
    }
    std::vector<BreakpointId> there;
    for (const Breakpoint& one : m_workspace.setup().breakpoints) {
        if (one.kind == wanted->kind && one.scope == wanted->scope)
            there.push_back(one.id);
    }
    if (there.empty())
        choose(m_workspace.add(*wanted));
    else
        m_workspace.removeBreakpoints(there);
}

void BreakpointsView::addAtSelected()
{
    if (m_context.selected().isValid())
        toggleAt(m_context.selected());
}

void BreakpointsView::addByDialog()
{
    const SpanId span = m_context.selected();
    auto begun = span.isValid() ? engine::breakpointAt(*m_context.trace(), span) : std::nullopt;
    edit(begun.value_or(Breakpoint {}));
}

BreakpointDialog* BreakpointsView::edit(const Breakpoint& breakpoint)
{
    // Of the window: what was typed stays when another trace takes the place of this one.
    auto* dialog = new BreakpointDialog(
        m_context.theme(), &m_context, m_workspace, breakpoint, mainWindowOf(*this));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &BreakpointDialog::kept, this, &BreakpointsView::choose);
    dialog->show();
    return dialog;
}

void BreakpointsView::editCurrent()
{
    if (const Breakpoint* current = m_model->at(m_table->currentIndex().row()))
        edit(*current);
}

void BreakpointsView::removeSelected()
{
    const int row = m_table->currentIndex().row();
    m_workspace.removeBreakpoints(m_table->selectedIds());
    // The next one is the current then, so that several can be removed one by one.
    m_table->setCurrentIndex(
        m_model->index(std::min(row, m_model->rowCount() - 1), BreakpointsModel::WhenColumn));
}

/// All of them as the current one is not.
void BreakpointsView::switchSelected()
{
    if (const Breakpoint* current = m_model->at(m_table->currentIndex().row()))
        m_workspace.setEnabled(m_table->selectedIds(), !current->isEnabled);
}

void BreakpointsView::switchGroup()
{
    const Breakpoint* current = m_model->at(m_table->currentIndex().row());
    if (current != nullptr && !current->group.empty())
        m_workspace.setGroupEnabled(std::string(current->group), !current->isEnabled);
}

// ---- files

void BreakpointsView::importFile()
{
    auto* dialog = new QFileDialog(this, tr("Import breakpoints"), {}, tr("Breakpoints (*.json)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        const auto imported = m_workspace.importFrom(path);
        say(imported ? tr("Imported; Ctrl+Z takes that back.")
                     : QString::fromStdString(imported.error().message));
    });
    dialog->open();
}

void BreakpointsView::exportFile()
{
    auto* dialog = new QFileDialog(this, tr("Export breakpoints"), {}, tr("Breakpoints (*.json)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"json"_s);
    dialog->selectFile(u"breakpoints.json"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        const auto written = m_workspace.exportTo(path);
        say(written ? tr("Breakpoints, watches and faults are in %1.").arg(path)
                    : QString::fromStdString(written.error().message));
    });
    dialog->open();
}

} // namespace gui
