#include "gui/app/shortcuts_dialog.h"

#include "gui/app/actions.h"
#include "gui/app/trace_page.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QTableWidget>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    QString keysOf(const QAction& action)
    {
        QStringList keys;
        for (const QKeySequence& shortcut : action.shortcuts())
            keys << shortcut.toString(QKeySequence::NativeText);
        return keys.join(u", "_s);
    }

} // namespace

ShortcutsDialog::ShortcutsDialog(const Actions& actions,
                                 const QList<QAction*>& debugActions,
                                 const TracePage* page,
                                 QWidget* parent)
    : QDialog(parent)
    , m_table(new QTableWidget(0, 2, this))
{
    setWindowTitle(tr("Keyboard shortcuts"));
    resize(720, 660);
    m_table->setAccessibleName(windowTitle());
    m_table->setEditTriggers(QTableWidget::NoEditTriggers);
    m_table->setSelectionBehavior(QTableWidget::SelectRows);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->horizontalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    m_table->horizontalHeader()->resizeSection(0, 300);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setMinimumSectionSize(metrics::kRowHeight);
    m_table->verticalHeader()->setDefaultSectionSize(metrics::kRowHeight);

    addGroup(tr("Everywhere"));
    for (const QAction* action : actions.all())
        addRow(keysOf(*action), action->iconText());
    for (const QAction* action : page != nullptr ? page->actions() : QList<QAction*>())
        addRow(keysOf(*action), action->text());
    addRow(tr("Ctrl+1 … Ctrl+9"), tr("To a view, in the order of the View menu"));
    addGroup(tr("While debugging"));
    for (const QAction* action : debugActions)
        addRow(keysOf(*action), action->text().remove(u'&').remove(u'…'));
    addTreeKeys();
    const auto views = page != nullptr ? page->views() : QList<QWidget*>();
    for (const QWidget* view : views) {
        addGroup(view->windowTitle());
        for (const QAction* action : view->actions())
            addRow(keysOf(*action), action->text().remove(u'&'));
    }

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_table, 1);
    column->addWidget(buttons);
}

void ShortcutsDialog::addGroup(const QString& name)
{
    addRow(name, u" "_s);
    QTableWidgetItem* item = m_table->item(m_table->rowCount() - 1, 0);
    QFont font = item->font();
    font.setWeight(QFont::DemiBold);
    item->setFont(font);
}

void ShortcutsDialog::addRow(const QString& keys, const QString& text)
{
    if (keys.isEmpty())
        return;
    const int row = m_table->rowCount();
    m_table->insertRow(row);
    m_table->setItem(row, 0, new QTableWidgetItem(keys));
    m_table->setItem(row, 1, new QTableWidgetItem(text));
}

void ShortcutsDialog::addTreeKeys()
{
    addGroup(tr("In the steps"));
    addRow(tr("Up, Down, Page Up, Page Down, Home, End"), tr("Walk through the steps"));
    addRow(tr("Left, Right"), tr("Close or open a step; up to the step above, down into it"));
    addRow(u"*"_s, tr("Open all steps below"));
    addRow(tr("Letters"), tr("To the next step with that name"));
    addRow(tr("Enter"), tr("Show the step in every view"));
    addRow(tr("Ctrl+C"), tr("Copy the row"));
}

} // namespace gui
