#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QSortFilterProxyModel;
class QTreeView;

namespace gui {

class NoteEditor;
class NotesModel;
class SessionContext;

/// The notes and bookmarks of a trace: a list to filter, to go to their steps, to add, change and
/// remove them.
class NotesView : public QWidget
{
    Q_OBJECT

public:
    explicit NotesView(SessionContext& context, QWidget* parent = nullptr);

    [[nodiscard]] QTreeView& list() const { return *m_list; }

public slots:
    /// Asks for a note on the selected step, or for the one that it has.
    NoteEditor* editAtSelected();
    void addNote();
    void editCurrent();
    void removeSelected();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void setUpList();
    void addActions();
    void shareWidth(int width);
    void goToCurrent();
    void updateEmptyText();
    void showProblem();
    void showMenu(QPoint place);
    NoteEditor* open(NoteEditor* editor);

    SessionContext& m_context;
    NotesModel* m_model;
    QSortFilterProxyModel* m_filtered;
    QLineEdit* m_filter;
    QTreeView* m_list;
    QLabel* m_empty;
    QLabel* m_problem;
};

} // namespace gui
