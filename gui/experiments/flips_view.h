#pragma once

#include "gui/experiments/report_metric_model.h"
#include "gui/experiments/run_square.h"

#include <QWidget>

#include <vector>

namespace gui {

class Theme;

/// The tasks of two variants as squares, by one scorer: those that were as wanted before and are
/// not now first, then those that were mended, then all others, with a legend that counts them.
/// Where neither is wanted, those that no longer pass stand first. Arrow keys go from square to
/// square, Enter or a click opens what is behind one.
class FlipsView : public QWidget
{
    Q_OBJECT

public:
    struct Square
    {
        std::size_t task = 0;
        SquareKind kind = SquareKind::Same;

        bool operator==(const Square&) const = default;
    };

    explicit FlipsView(Theme& theme, QWidget* parent = nullptr);

    /// A metric that judges. The task one is on stays.
    void setReport(ReportPtr report, std::size_t pair, std::size_t metric);

    [[nodiscard]] const std::vector<Square>& squares() const { return m_squares; }

    [[nodiscard]] QRectF rectOf(std::size_t square) const;

    /// `✗ broken 3`, ...: the words under the squares.
    [[nodiscard]] QStringList legend() const;

    /// What a square stands for, in words.
    [[nodiscard]] QString textOf(std::size_t square) const;

    [[nodiscard]] QSize sizeHint() const override;

    [[nodiscard]] bool hasHeightForWidth() const override { return true; }

    [[nodiscard]] int heightForWidth(int width) const override;

signals:
    /// The task behind a square is wanted.
    void taskActivated(std::size_t task);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void makeSquares();
    [[nodiscard]] engine::ScorerAim aim() const;
    void goTo(int square);
    [[nodiscard]] int perRow(int width) const;
    [[nodiscard]] int squareAt(QPointF point) const;
    [[nodiscard]] int countOf(SquareKind kind) const;
    void paintLegend(QPainter& painter) const;

    Theme& m_theme;
    ReportPtr m_report;
    std::size_t m_pair = 0;
    std::size_t m_metric = 0;
    std::vector<Square> m_squares;
    int m_current = -1; ///< of the keyboard
    int m_hovered = -1;
};

} // namespace gui
