#pragma once

#include "gui/compare/compare_context.h"

#include <QStyledItemDelegate>

namespace gui {

class CompareModel;
class StepPreviews;
struct CompareRow;
enum class ColorRole : std::uint8_t;

/// Where the parts of a row of a comparison stand.
struct CompareRowPlaces
{
    static constexpr int kLink = 76; ///< room of the connector

    explicit CompareRowPlaces(const QRect& row);

    OfBoth<QRect> cells;
    QRect link;

    /// The side at a place; nothing on the connector.
    [[nodiscard]] std::optional<CompareSide> sideAt(QPoint position) const;
};

/// Draws a row of a comparison: the step on both sides, and between them the connector, whose form
/// and sign tell how they stand to each other without its colour.
class CompareDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    /// All outlive the delegate; the previews are those of the sides as they were at first.
    CompareDelegate(CompareContext& context,
                    const CompareModel& model,
                    const OfBoth<StepPreviews*>& previews,
                    QObject* parent = nullptr);

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;

private:
    void paintBackground(QPainter& painter,
                         const QStyleOptionViewItem& option,
                         const CompareRow& row) const;
    void paintFold(QPainter& painter, const QRect& rect, const CompareRow& row) const;
    void paintTint(QPainter& painter, const QRect& cell, ColorRole role) const;
    void
    paintStep(QPainter& painter, const QRect& cell, const CompareRow& row, CompareSide side) const;
    void paintTexts(QPainter& painter, QRect rect, std::size_t pair, CompareSide side) const;
    [[nodiscard]] int
    paintFigure(QPainter& painter, const QRect& rect, const QString& text, ColorRole role) const;
    void paintConnector(QPainter& painter, const CompareRowPlaces& places, std::size_t pair) const;

    CompareContext& m_context;
    const CompareModel& m_model;
    OfBoth<StepPreviews*> m_previews;
};

} // namespace gui
