#pragma once

#include <QStyledItemDelegate>

namespace gui {

class BranchesModel;
class Theme;

/// Draws branches: the lines of forks in front of their names, an icon before the outcome.
class BranchesDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    BranchesDelegate(Theme& theme, const BranchesModel& model, QObject* parent = nullptr);

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;
    void updateEditorGeometry(QWidget* editor,
                              const QStyleOptionViewItem& option,
                              const QModelIndex& index) const override;

    /// How far the lines of a row reach.
    [[nodiscard]] int graphWidth(const QModelIndex& index) const;

private:
    void paintLines(QPainter& painter, const QRect& cell, const QModelIndex& index) const;
    void paintText(QPainter& painter, QRect rect, const QModelIndex& index) const;

    Theme& m_theme;
    const BranchesModel& m_model;
};

} // namespace gui
