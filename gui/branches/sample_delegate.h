#pragma once

#include <QStyledItemDelegate>

namespace gui {

class Theme;

/// Draws the share of a cluster as a bar with the interval in which the true one lies.
class SampleDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit SampleDelegate(Theme& theme, QObject* parent = nullptr);

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;

private:
    void paintShare(QPainter& painter, QRect rect, const QModelIndex& index) const;

    Theme& m_theme;
};

} // namespace gui
