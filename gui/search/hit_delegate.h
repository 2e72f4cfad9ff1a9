#pragma once

#include <QStyledItemDelegate>

namespace gui {

class SessionContext;

/// Draws a hit: icon, name and place of the step, and below it the text around the match.
class HitDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit HitDelegate(SessionContext& context, QObject* parent = nullptr);

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;

private:
    void paintStep(QPainter& painter, QRect line, const QModelIndex& index) const;
    void paintSnippet(QPainter& painter, const QRect& line, const QModelIndex& index) const;

    SessionContext& m_context;
};

} // namespace gui
