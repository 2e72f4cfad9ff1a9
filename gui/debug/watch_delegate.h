#pragma once

#include "gui/debug/debug_table.h"
#include "tracestore/query/query_completion.h"

#include <memory>

namespace gui {

/// Lets expressions be written in their cells, with what can stand at the cursor below.
class WatchDelegate : public DebugDelegate
{
    Q_OBJECT

public:
    explicit WatchDelegate(Theme& theme, QObject* parent = nullptr);

    /// The values of the trace, once they are counted.
    void setValues(tracestore::CompletionValues values) { m_values = std::move(values); }

    QWidget* createEditor(QWidget* parent,
                          const QStyleOptionViewItem& option,
                          const QModelIndex& index) const override;
    void setEditorData(QWidget* editor, const QModelIndex& index) const override;
    void setModelData(QWidget* editor,
                      QAbstractItemModel* model,
                      const QModelIndex& index) const override;

protected:
    bool eventFilter(QObject* editor, QEvent* event) override;

private:
    Theme& m_theme;
    tracestore::CompletionValues m_values;
};

} // namespace gui
