#pragma once

#include <QStyledItemDelegate>

namespace gui {

class SessionContext;

/// Paints rows of an OriginsModel: a piece with what is to say of it; a find in three lines, the
/// step, the stretch in its text, and how sure it is.
class OriginsDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit OriginsDelegate(SessionContext& context, QObject* parent = nullptr);

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;
    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    void paintPiece(QPainter& painter, const QRect& rect, const QModelIndex& index) const;
    void paintStep(QPainter& painter, QRect line, const QModelIndex& index) const;
    void paintExcerpt(QPainter& painter, const QRect& line, const QModelIndex& index) const;
    void paintCertainty(QPainter& painter, QRect line, const QModelIndex& index) const;

    SessionContext& m_context;
};

} // namespace gui
