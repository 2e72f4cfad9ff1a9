#pragma once

#include "gui/theme/theme.h"

#include <QStyledItemDelegate>

namespace gui {

class SessionContext;
class StepPreviews;

/// Draws a row of the step tree: guides, expander, kind icon, name, model and what went wrong; the
/// figures right-aligned beside it.
class StepDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    /// The previews outlive the delegate.
    StepDelegate(SessionContext& context, const StepPreviews& previews, QObject* parent = nullptr);

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;
    bool helpEvent(QHelpEvent* event,
                   QAbstractItemView* view,
                   const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;

private:
    void paintBackground(QPainter& painter,
                         const QStyleOptionViewItem& option,
                         const QModelIndex& index) const;
    void paintStopFrame(QPainter& painter,
                        const QStyleOptionViewItem& option,
                        const QModelIndex& index) const;
    void paintStep(QPainter& painter,
                   const QStyleOptionViewItem& option,
                   const QModelIndex& index) const;
    void paintMark(QPainter& painter, QRect& rect, const QString& icon, ColorRole role) const;
    void paintErrorsBelow(QPainter& painter, QRect& rect, int errors) const;
    void paintTexts(QPainter& painter, QRect rect, const QModelIndex& index) const;

    SessionContext& m_context;
    const StepPreviews& m_previews;
};

} // namespace gui
