#pragma once

#include <QStyledItemDelegate>

namespace gui {

class SessionContext;

/// Draws a cell of the table of sessions: the outcome as mark and word, the first error as a link,
/// figures right-aligned.
class SessionsDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit SessionsDelegate(SessionContext& context, QObject* parent = nullptr);

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;

private:
    void paintBackground(QPainter& painter,
                         const QStyleOptionViewItem& option,
                         const QModelIndex& index) const;
    void paintOutcome(QPainter& painter, QRect rect, const QModelIndex& index) const;
    void paintFirstError(QPainter& painter,
                         QRect rect,
                         const QStyleOptionViewItem& option,
                         const QModelIndex& index) const;

    SessionContext& m_context;
};

} // namespace gui
