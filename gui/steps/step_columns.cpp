#include "gui/steps/step_columns.h"

#include "gui/models/step_tree_model.h"

#include <QAction>
#include <QHeaderView>
#include <QMenu>
#include <QTableView>

#include <array>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    struct Figure
    {
        int column;
        const char* word;
        int nameRoom; ///< that names keep beside it
    };

    /// The first to go stands last: money of a single step is what is looked for least.
    constexpr std::array kFigures {
        Figure {StepTreeModel::DurationColumn, "duration", StepColumns::kNameRoom},
        Figure {StepTreeModel::TokensColumn, "tokens", StepColumns::kNameRoom},
        Figure {StepTreeModel::CostColumn, "cost", StepColumns::kNameRoom + 40}};

} // namespace

StepColumns::StepColumns(QTableView& table, const StepColumnsRecorded& recorded)
    : QObject(&table)
    , m_table(table)
{
    setRecorded(recorded);
}

void StepColumns::setRecorded(const StepColumnsRecorded& recorded)
{
    m_recorded.clear();
    if (recorded.duration)
        m_recorded << StepTreeModel::DurationColumn;
    if (recorded.tokens)
        m_recorded << StepTreeModel::TokensColumn;
    if (recorded.cost)
        m_recorded << StepTreeModel::CostColumn;
    fit();
}

bool StepColumns::isWanted(int column) const
{
    return m_recorded.contains(column) && !m_putAway.contains(column);
}

void StepColumns::setShown(int column, bool isShown)
{
    if (isShown != m_table.isColumnHidden(column))
        return;
    if (!isShown)
        m_widths[column] = m_table.columnWidth(column);
    m_table.setColumnHidden(column, !isShown);
}

void StepColumns::fit()
{
    int room = m_table.viewport()->width();
    for (const Figure& figure : kFigures) {
        if (isWanted(figure.column))
            room -= m_table.isColumnHidden(figure.column) ? m_widths.value(figure.column)
                                                          : m_table.columnWidth(figure.column);
        setShown(figure.column, room >= figure.nameRoom && isWanted(figure.column));
    }
}

QStringList StepColumns::putAway() const
{
    QStringList words;
    for (const Figure& figure : kFigures) {
        if (m_putAway.contains(figure.column))
            words << QString::fromLatin1(figure.word);
    }
    return words;
}

void StepColumns::setPutAway(const QStringList& columns)
{
    m_putAway.clear();
    for (const Figure& figure : kFigures) {
        if (columns.contains(QLatin1StringView(figure.word)))
            m_putAway << figure.column;
    }
    fit();
}

void StepColumns::setWanted(int column, bool isWanted)
{
    if (isWanted)
        m_putAway.remove(column);
    else
        m_putAway << column;
    fit();
}

void StepColumns::addTo(QMenu& menu)
{
    for (const Figure& figure : kFigures) {
        const int column = figure.column;
        if (!m_recorded.contains(column))
            continue;
        const QString name
            = m_table.model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        const bool isTooNarrow = isWanted(column) && m_table.isColumnHidden(column);
        QAction* action
            = menu.addAction(isTooNarrow ? tr("%1 (when the view is wider)").arg(name) : name);
        action->setCheckable(true);
        action->setChecked(isWanted(column));
        connect(
            action, &QAction::toggled, this, [this, column](bool on) { setWanted(column, on); });
    }
}

} // namespace gui
