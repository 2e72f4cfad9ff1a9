#pragma once

#include "gui/models/json_document.h"

#include <QTreeView>

class QMenu;

namespace gui {

class JsonTreeModel;
class Theme;

/// A tree of a JSON text with colours by type and everything to copy.
class JsonTreeView : public QTreeView
{
    Q_OBJECT

public:
    /// "Expand all below" stops after so many rows.
    static constexpr int kMaxExpanded = 5000;

    explicit JsonTreeView(Theme& theme, QWidget* parent = nullptr);

    /// Null: nothing. Opens what is small enough to be seen at once.
    void setDocument(JsonDocumentPtr document);

    [[nodiscard]] JsonTreeModel& model() const { return *m_model; }

public slots:
    void copyValue() const;
    void copyJson() const;
    void copyPath() const;
    /// Opens everything below the current row, or all where there is none.
    void expandBelow();

signals:
    /// More can be added for the value at a path (`$.a[3]`).
    void menuOpened(QMenu* menu, const QString& path);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    /// Opens below `top` until `rows` are open; whether that was all.
    bool expandUpTo(const QModelIndex& top, int rows);

    /// Gives the keys in sight their width, and values at least half of the view, until the user
    /// chooses a width.
    void fitKeys();

    JsonTreeModel* m_model;
    bool m_isFitting = false;
    bool m_isKeyWidthChosen = false;
};

} // namespace gui
