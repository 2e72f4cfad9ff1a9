#pragma once

#include <QStyledItemDelegate>

namespace gui {

class Theme;

/// A row of a short list: an icon where there is one, the text, and at the right, fainter, what the
/// item holds as Qt::UserRole.
class TwoColumnDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit TwoColumnDelegate(Theme& theme, QObject* parent = nullptr);

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;

private:
    Theme& m_theme;
};

} // namespace gui
