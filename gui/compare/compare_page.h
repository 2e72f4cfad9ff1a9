#pragma once

#include "gui/compare/compare_context.h"
#include "gui/compare/compare_rows.h"

#include <QWidget>

class QLabel;
class QMenu;
class QSplitter;
class QTabWidget;

namespace gui {

class CompareAnswers;
class CompareHeader;
class CompareMetrics;
class CompareTimelines;
class CompareTrees;
class PairDetails;
class ShownMetrics;
class UnionGraphView;

/// Two traces beside each other: their steps pair by pair, what differs in the selected pair, and
/// the same as a graph, on a time axis, in figures and in their answers. Sibling of TracePage.
class ComparePage : public QWidget
{
    Q_OBJECT

public:
    ComparePage(OfBoth<ComparedSide> sides,
                AlignmentPtr alignment,
                Theme& theme,
                QWidget* parent = nullptr);
    ~ComparePage() override;

    [[nodiscard]] CompareContext& context() const { return *m_context; }

    [[nodiscard]] CompareTrees& trees() const { return *m_trees; }

    [[nodiscard]] PairDetails& details() const { return *m_details; }

    [[nodiscard]] UnionGraphView& graph() const { return *m_graph; }

    [[nodiscard]] CompareTimelines& timelines() const { return *m_timelines; }

    [[nodiscard]] CompareMetrics& metrics() const { return *m_metrics; }

    [[nodiscard]] CompareAnswers& answers() const { return *m_answers; }

    /// The sentence above the steps: that they share next to nothing, or that a side is empty; else
    /// empty.
    [[nodiscard]] QString notice() const;

    [[nodiscard]] EqualFolding folding() const;

    /// Which figures are shown is remembered there; outlives this.
    void setShownMetrics(ShownMetrics& shown);

    [[nodiscard]] QByteArray layoutState() const;
    void restoreLayout(const QByteArray& state);

public slots:
    void setFolding(gui::EqualFolding folding);
    void swap();
    void goToNextDifference();
    void goToPreviousDifference();
    void goToDivergence();

signals:
    /// The step of a side shall be shown in its own trace.
    void openRequested(std::size_t pair, gui::CompareSide side);
    /// More can be added to the menu of a pair.
    void menuOpened(QMenu* menu, std::size_t pair);
    /// A side's name was clicked: what can be done with it is asked for.
    void sidePressed(gui::CompareSide side, QPoint global);
    void swapped();
    /// Metrics and answers are there.
    void figuresRead();
    /// The pair that is selected, the folding or the sides are another.
    void changed();

private:
    void addViews();
    QWidget* makeSteps();
    void addPictures();
    void addFigures();
    void readFigures();
    void showNotice();

    Theme& m_theme;
    CompareContext* m_context;
    CompareHeader* m_header = nullptr;
    QLabel* m_notice = nullptr;
    CompareTrees* m_trees = nullptr;
    PairDetails* m_details = nullptr;
    UnionGraphView* m_graph = nullptr;
    CompareTimelines* m_timelines = nullptr;
    CompareMetrics* m_metrics = nullptr;
    CompareAnswers* m_answers = nullptr;
    QTabWidget* m_pictures = nullptr;
    QTabWidget* m_figures = nullptr;
    QSplitter* m_columns = nullptr;
    QSplitter* m_left = nullptr;
    QSplitter* m_right = nullptr;
};

} // namespace gui
