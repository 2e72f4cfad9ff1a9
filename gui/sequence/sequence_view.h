#pragma once

#include "gui/sequence/sequence_painter.h"

#include <QAbstractScrollArea>

class QAction;

namespace gui {

class HoverCard;
class SessionContext;
class StepPreviews;

/// Who did what with whom, in order: user, agents and tools as columns, messages, calls, results
/// and hand-offs as arrows. What repeats is folded into a loop that can be opened. Shows the
/// session of the context; only the rows in sight are painted.
class SequenceView : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit SequenceView(SessionContext& context, QWidget* parent = nullptr);
    ~SequenceView() override;

    /// Null before the first sequence was made.
    [[nodiscard]] const SequenceRows* rows() const { return m_rows.get(); }

    [[nodiscard]] const SequenceGeometry& geometryOfRows() const { return m_geometry; }

    /// The row that is selected: of the selected step, or a loop's head; SequenceItem::kNone where
    /// none is.
    [[nodiscard]] std::uint32_t selectedRow() const;

    /// True while a newer sequence than the one shown is being made.
    [[nodiscard]] bool isBusy() const { return m_isBusy; }

    /// Where a row stands in the viewport.
    [[nodiscard]] QRect rowRect(std::size_t row) const;

    QSize sizeHint() const override { return {760, 300}; }

public slots:
    void setAllOpen(bool isOpen);
    void toggleLoop(std::uint32_t loop);

    /// Writes an SVG, PNG or Mermaid file, as the name ends. Says in the view how it went.
    void exportTo(const QString& path);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    static constexpr std::uint32_t kNone = SequenceItem::kNone;

    void addActions();
    QAction* addAction(const QString& icon, const QString& text);
    void followTheme();
    void refresh();
    void adopt(std::unique_ptr<SequenceRows> rows);
    void goOnWith(std::unique_ptr<SequenceRows> rows);
    void follow(tracestore::SpanId span);
    void layOut();
    void changeRows(std::uint32_t keptRow, const std::function<void()>& change);
    void ensureVisible(std::uint32_t row);
    void selectRow(std::uint32_t row);
    void moveBy(int rows);
    void moveRound(int direction);
    void goLeft();
    void goRight();
    void activateRow(std::uint32_t row);
    void say(const QString& message);
    void askForFile(const QString& suffix, const QString& filter);
    void requestPreviews(std::size_t first, std::size_t end);
    [[nodiscard]] QString emptyText() const;
    [[nodiscard]] QString columnText(QPoint point) const;
    [[nodiscard]] std::uint32_t rowAt(int y) const;
    [[nodiscard]] tracestore::SpanId spanOf(std::uint32_t row) const;

    SessionContext& m_context;
    StepPreviews* m_previews;
    HoverCard* m_card;
    std::unique_ptr<SequenceRows> m_rows;
    SequenceGeometry m_geometry;
    tracestore::SessionId m_session; ///< of what is shown, or is being made
    std::uint32_t m_headSelected = kNone; ///< the loop whose head is selected
    std::uint64_t m_order = 0;
    bool m_isBusy = false;
    bool m_isOutdated = false; ///< the trace has grown since what is shown or being made
    bool m_isStarted = false;
    QList<QPair<QAction*, QString>> m_icons;
    QAction* m_openLoops = nullptr;
    QAction* m_closeLoops = nullptr;
    QString m_message;
};

} // namespace gui
