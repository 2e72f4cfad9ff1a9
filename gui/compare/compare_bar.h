#pragma once

#include <QAbstractButton>
#include <QToolBar>

class QToolButton;

namespace gui {

class CompareActions;
class ComparePage;
class Theme;

/// How the two stand to each other in a line; a click goes to the first lasting divergence. Behind
/// it stands, where there is room, what an alignment does not tell.
class CompareSummary : public QAbstractButton
{
    Q_OBJECT

public:
    explicit CompareSummary(Theme& theme, QWidget* parent = nullptr);

    /// Null for none.
    void setPage(const ComparePage* page);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool hitButton(const QPoint& position) const override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    [[nodiscard]] int pillWidth() const;
    [[nodiscard]] QRect pill() const;

    Theme& m_theme;
    bool m_isWarning = false;
};

/// The tool bar of the window while a comparison is in front.
class CompareBar : public QToolBar
{
    Q_OBJECT

public:
    CompareBar(CompareActions& actions, Theme& theme, QWidget* parent = nullptr);

    void setPage(ComparePage* page);

    [[nodiscard]] CompareSummary& summary() const { return *m_summary; }

    /// The button for what can be done with the selected pair; its menu is asked for.
    [[nodiscard]] QToolButton& pairButton() const { return *m_pair; }

signals:
    /// The menu of the selected pair shall be filled.
    void pairMenuRequested(QMenu* menu);

private:
    Theme& m_theme;
    QToolButton* m_pair;
    CompareSummary* m_summary;
};

} // namespace gui
