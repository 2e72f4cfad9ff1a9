#pragma once

#include <QStyledItemDelegate>

namespace gui {

class Theme;

/// Draws rules with the count of their findings, and findings with the whole of their title, broken
/// into lines. A row is as high as its title needs in the width of the view.
class FindingDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit FindingDelegate(const Theme& theme, QObject* parent = nullptr);

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;

private:
    void paintRule(QPainter& painter, QRect line, const QModelIndex& index) const;
    void paintFinding(QPainter& painter, const QRect& room, const QModelIndex& index) const;

    const Theme& m_theme;
};

} // namespace gui
