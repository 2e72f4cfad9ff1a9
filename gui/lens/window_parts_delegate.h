#pragma once

#include <QStyledItemDelegate>

namespace gui {

class Theme;

/// Paints rows of a WindowPartsModel: the kind as a swatch, what has changed as a badge, and a line
/// where the cached front ends.
class WindowPartsDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit WindowPartsDelegate(const Theme& theme, QObject* parent = nullptr);

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    const Theme& m_theme;
};

} // namespace gui
