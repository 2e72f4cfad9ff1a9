#pragma once

#include "gui/sequence/sequence_rows.h"

#include <QColor>
#include <QRect>
#include <QString>

#include <functional>

class QPainter;

namespace gui {

class Theme;

/// Where columns and rows stand, in pixels, before scrolling.
struct SequenceGeometry
{
    static constexpr int kGutter = 84; ///< times and loops
    static constexpr int kHeader = 34;
    static constexpr int kRow = 26;
    static constexpr int kLeastPitch = 136;
    static constexpr int kMostPitch = 240;

    int pitch = kLeastPitch; ///< from one column to the next
    int columns = 0;

    /// As wide as the columns need, and no wider than the viewport while they fit.
    static SequenceGeometry fitting(int columns, int width);

    /// The lifeline of a participant.
    [[nodiscard]] int lifeline(std::uint32_t participant) const
    {
        return kGutter + pitch / 2 + static_cast<int>(participant) * pitch;
    }

    /// Room on the right for what is said beside the last lifeline.
    [[nodiscard]] int width() const { return kGutter + columns * pitch + pitch / 2; }

    [[nodiscard]] static int top(std::size_t row) { return static_cast<int>(row) * kRow; }

    [[nodiscard]] int height(std::size_t rows) const { return static_cast<int>(rows) * kRow; }

    bool operator==(const SequenceGeometry&) const = default;
};

/// What is marked in a picture.
struct SequenceEmphasis
{
    std::uint32_t selectedRow = SequenceItem::kNone;
    std::uint32_t hoveredRow = SequenceItem::kNone;
    std::uint32_t stoppedRow = SequenceItem::kNone; ///< where the run stands still
    bool hasFocus = false;
};

/// Paints rows of a sequence; costs what is painted, whatever the length.
class SequencePainter
{
public:
    using Preview = std::function<QString(tracestore::SpanId)>;

    SequencePainter(const Theme& theme, const SequenceRows& rows, const SequenceGeometry& geometry);

    void setPreview(Preview preview) { m_preview = std::move(preview); }

    void setEmphasis(const SequenceEmphasis& emphasis) { m_emphasis = emphasis; }

    /// The heads of the columns, from the top of `painter`.
    void paintHeader(QPainter& painter, const QRect& visible) const;

    /// The rows [first, end), row 0 at the top of `painter`. `visible` is the part in sight.
    void
    paintRows(QPainter& painter, std::size_t first, std::size_t end, const QRect& visible) const;

    /// Times and loop marks of the same rows, to the left of everything.
    void paintGutter(QPainter& painter, std::size_t first, std::size_t end, int width) const;

private:
    void paintLifelines(QPainter& painter,
                        std::size_t first,
                        std::size_t end,
                        const QRect& visible) const;
    void paintBackground(QPainter& painter, std::size_t row, const QRect& visible) const;
    void paintHead(QPainter& painter, std::size_t row, const QRect& visible) const;
    void paintItem(QPainter& painter, std::size_t row, const QRect& visible) const;
    void paintOwn(QPainter& painter, const SequenceItem& item, int top) const;
    void paintArrow(QPainter& painter, std::size_t row, const QRect& visible) const;
    void paintLine(QPainter& painter, int from, int to, int y, bool isDashed) const;
    void paintLabel(QPainter& painter,
                    const SequenceItem& item,
                    QRect room,
                    const QString& prefix = {},
                    const QColor& behind = {}) const;
    [[nodiscard]] QColor rowColor(std::size_t row) const;
    [[nodiscard]] QString nameOutOfSight(const SequenceItem& item, const QRect& visible) const;
    [[nodiscard]] QColor itemColor(const SequenceItem& item) const;

    const Theme& m_theme;
    const SequenceRows& m_rows;
    SequenceGeometry m_geometry;
    Preview m_preview;
    SequenceEmphasis m_emphasis;
};

} // namespace gui
