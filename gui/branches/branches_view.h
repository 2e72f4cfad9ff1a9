#pragma once

#include "gui/branches/branches_model.h"
#include "gui/branches/family_reader.h"

#include <QTableView>
#include <QTimer>
#include <QWidget>

#include <optional>
#include <set>
#include <utility>

class QAction;
class QLabel;
class QLineEdit;

namespace gui {

class SessionContext;

/// The list of branches itself: Enter opens one, F2 renames it.
class BranchesTable : public QTableView
{
    Q_OBJECT

public:
    BranchesTable(SessionContext& context, BranchesModel& model, QWidget* parent = nullptr);

    /// Columns in which nothing is known are left out, but for those that are `wanted`.
    void sizeColumns(const std::set<int>& wanted);

signals:
    void openRequested(int row);
    void menuRequested(QPoint global);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void setUpLook();
    void shareWidth();

    SessionContext& m_context;
    BranchesModel& m_model;
};

/// All branches of the recording of this tab: what was changed in each, what came of it, what it
/// cost. Reads them while it can be seen.
class BranchesView : public QWidget
{
    Q_OBJECT

public:
    /// `sidecars`: see FamilyReader.
    BranchesView(SessionContext& context,
                 std::filesystem::path sidecars,
                 QWidget* parent = nullptr);

    /// `file`: of this tab; empty: there is none. `reason`: why it can have no branches; else
    /// empty.
    void setRecording(const QString& file, const QString& reason);

    /// Reads them again now.
    void refresh();

    [[nodiscard]] BranchesModel& model() const { return *m_model; }

    [[nodiscard]] BranchesTable& table() const { return *m_table; }

    /// What stands where there is nothing to list, or how to get something; else empty.
    [[nodiscard]] QString hint() const;

signals:
    void openRequested(const QString& file);
    /// One more from the step of a recording at which another branch began.
    void forkRequested(const QString& recording, const std::string& effect);
    /// `step`: the effect at which they part; empty: that is not known.
    void compareRequested(const QString& one, const QString& other, const std::string& step);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void makeActions();
    QAction* addViewAction(const QString& icon, const QString& text, const QKeySequence& key);
    void takeFamily();
    void showHint();
    void updateActions();
    void applyFilter();
    void clearFilter();
    void openMenu(QPoint global);
    void edit(int column);
    void forkAgain();
    void compare();
    void compareBranches(std::size_t one, std::size_t other);
    void toggleArchived();
    void keep(const QString& file, int column, const QString& text);
    void followTheme();
    [[nodiscard]] std::vector<int> selectedRows() const;
    /// Places in the family: of the two that are selected, or of the one and its parent.
    [[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> pairToCompare() const;

    SessionContext& m_context;
    QString m_recording;
    QString m_reason;
    QString m_failure; ///< of what could not be kept
    QList<QPair<QAction*, QString>> m_icons;
    FamilyReader* m_reader;
    BranchesModel* m_model;
    BranchesTable* m_table;
    QLineEdit* m_text;
    QLabel* m_summary;
    QLabel* m_hint;
    QAction* m_compare = nullptr;
    QAction* m_showArchived = nullptr;
    std::set<int> m_wanted; ///< columns that are shown although they are empty
    QTimer m_pulse;
};

} // namespace gui
