#pragma once

#include <QDialog>

class QTableWidget;

namespace gui {

class Actions;
class TracePage;

/// All keys of the program: those of the window, and those of the views that are open.
class ShortcutsDialog : public QDialog
{
    Q_OBJECT

public:
    /// `page` may be null.
    ShortcutsDialog(const Actions& actions,
                    const QList<QAction*>& debugActions,
                    const TracePage* page,
                    QWidget* parent = nullptr);

private:
    void addGroup(const QString& name);
    void addRow(const QString& keys, const QString& text);
    void addTreeKeys();

    QTableWidget* m_table;
};

} // namespace gui
