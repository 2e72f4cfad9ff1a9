#pragma once

#include "tracestore/provenance/context_window.h"

#include <QWidget>

namespace gui {

class Theme;

/// A bar for each model call of an agent, as high as its window is full: how it fills up. The
/// arrow keys and the mouse go from call to call. More calls than there is room for share bars, the
/// fullest one in front.
class WindowHistory : public QWidget
{
    Q_OBJECT

public:
    explicit WindowHistory(const Theme& theme, QWidget* parent = nullptr);

    void setCalls(std::vector<tracestore::WindowSum> calls);
    void setCurrent(tracestore::SpanId call);

    [[nodiscard]] const std::vector<tracestore::WindowSum>& calls() const { return m_calls; }

    /// Index of the call at a place of the widget; -1 where there is none.
    [[nodiscard]] int callAt(int x) const;
    [[nodiscard]] QRect barOf(int call) const;

    [[nodiscard]] QSize sizeHint() const override;

signals:
    void chosen(tracestore::SpanId call);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] double pitch() const;
    void choose(int call);
    void describe();
    void paintBar(QPainter& painter, int call, const QRect& rect) const;

    const Theme& m_theme;
    std::vector<tracestore::WindowSum> m_calls;
    int m_current = -1;
    int m_hovered = -1;
    std::int64_t m_most = 1;
};

} // namespace gui
