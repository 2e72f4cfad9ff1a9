#pragma once

#include <QStyledItemDelegate>

namespace gui {

class Theme;

/// Draws what failed in the colour of errors.
class ExperimentRunsDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit ExperimentRunsDelegate(Theme& theme, QObject* parent = nullptr);

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

private:
    Theme& m_theme;
};

} // namespace gui
