#pragma once

#include "engine/debug/debug_order.h"
#include "engine/debug/debug_status.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QSlider;
class QToolButton;

namespace gui {

class Theme;

/// Where one stands in a trace that one goes through, in words and on a slider, and the ways to
/// play it and to leave it. Texts are plain text.
class TravelBar : public QWidget
{
    Q_OBJECT

public:
    explicit TravelBar(Theme& theme, QWidget* parent = nullptr);

    /// `text`: where that is. `figures`: those of the trace up to there.
    void setStatus(const engine::DebugStatus& status, const QString& text, const QString& figures);

    /// There is nothing to go through: why.
    void setProblem(const QString& problem);

    /// As fast as is chosen.
    [[nodiscard]] engine::PlayRun pace() const;

    [[nodiscard]] QSlider& slider() const { return *m_slider; }

    [[nodiscard]] QString text() const;

signals:
    /// The slider was moved. One at a time: the next when setStatus() has told of the one before.
    void positionWanted(std::size_t position);
    void playWanted();
    void pauseWanted();
    /// The pace was changed while it plays.
    void paceChanged();
    void leaveWanted();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void addPaces();
    void followTheme();
    void moved(int position);
    void ask(int position);
    void showFigures();

    Theme& m_theme;
    QToolButton* m_play;
    QComboBox* m_pace;
    QLabel* m_text;
    QSlider* m_slider;
    QLabel* m_figures;
    QToolButton* m_notes;
    QToolButton* m_leave;
    QString m_allFigures;
    bool m_isPlaying = false;
    std::optional<int> m_asked; ///< on its way
    std::optional<int> m_next; ///< wanted since
};

} // namespace gui
