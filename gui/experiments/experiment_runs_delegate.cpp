#include "gui/experiments/experiment_runs_delegate.h"

#include "gui/experiments/experiment_runs_model.h"
#include "gui/theme/theme.h"

namespace gui {

ExperimentRunsDelegate::ExperimentRunsDelegate(Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{ }

void ExperimentRunsDelegate::initStyleOption(QStyleOptionViewItem* option,
                                             const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    if (index.data(ExperimentRunsModel::FailedRole).toBool())
        option->palette.setColor(QPalette::Text, m_theme.color(ColorRole::Error));
    // A figure does not touch the text of the column behind it.
    if ((option->displayAlignment & Qt::AlignRight) != 0)
        option->text += QStringLiteral("  ");
}

} // namespace gui
