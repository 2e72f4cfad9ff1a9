#pragma once

#include "tracestore/provenance/context_window.h"

#include <QWidget>

namespace gui {

class Theme;

/// The window of a call as one bar, a stretch for each kind, and below it what they are. What is
/// new since the call before is hatched.
class WindowBar : public QWidget
{
    Q_OBJECT

public:
    explicit WindowBar(const Theme& theme, QWidget* parent = nullptr);

    void setWindow(const tracestore::ContextWindow& window);

    /// A stretch of the bar; what tests read.
    struct Stretch
    {
        tracestore::WindowKind kind = tracestore::WindowKind::Other;
        QRect rect;
        int newWidth = 0; ///< of it, at its end
        std::int64_t tokens = 0;
    };

    [[nodiscard]] std::vector<Stretch> stretches() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

    [[nodiscard]] bool hasHeightForWidth() const override { return true; }

    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] QString legendText(std::size_t kind) const;
    /// Where the texts of the legend stand, line by line.
    [[nodiscard]] std::vector<QRect> legend(int width) const;

    const Theme& m_theme;
    std::array<std::int64_t, tracestore::kWindowKinds> m_tokens {};
    std::array<std::int64_t, tracestore::kWindowKinds> m_new {};
    std::int64_t m_total = 0;
};

} // namespace gui
