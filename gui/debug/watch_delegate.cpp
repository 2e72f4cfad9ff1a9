#include "gui/debug/watch_delegate.h"

#include "gui/search/query_edit.h"
#include "gui/theme/theme.h"

#include <QAbstractItemModel>
#include <QKeyEvent>
#include <QListWidget>

namespace gui {

using namespace Qt::StringLiterals;

WatchDelegate::WatchDelegate(Theme& theme, QObject* parent)
    : DebugDelegate(theme, parent)
    , m_theme(theme)
{ }

QWidget*
WatchDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex&) const
{
    auto* edit = new QueryEdit(m_theme, parent);
    edit->setFont(m_theme.codeFont());
    edit->setClearButtonEnabled(false);
    edit->setStyleSheet(u"padding: 0 3px; border-radius: 0;"_s);
    edit->setPlaceholderText(tr("args.amount, state.plan, cost.session > 0.5"));
    edit->setAccessibleName(tr("Expression"));
    edit->setValues(m_values);
    return edit;
}

void WatchDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const
{
    // What is being written stays when the list changes.
    auto* edit = static_cast<QueryEdit*>(editor);
    if (!edit->isModified())
        edit->setText(index.data(Qt::EditRole).toString());
}

void WatchDelegate::setModelData(QWidget* editor,
                                 QAbstractItemModel* model,
                                 const QModelIndex& index) const
{
    const QString text = static_cast<QueryEdit*>(editor)->text();
    if (!text.trimmed().isEmpty()) {
        model->setData(index, text, Qt::EditRole);
        return;
    }
    // An empty one takes its row away, which has to stay until its editor is closed.
    const auto remove = [model, row = QPersistentModelIndex(index)] {
        if (row.isValid())
            model->setData(row, QString(), Qt::EditRole);
    };
    QMetaObject::invokeMethod(model, remove, Qt::QueuedConnection);
}

/// While something is offered, the keys are for that.
bool WatchDelegate::eventFilter(QObject* editor, QEvent* event)
{
    const auto* edit = qobject_cast<QueryEdit*>(editor);
    const bool isOffering = edit != nullptr && edit->popup() != nullptr;
    if (isOffering && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const bool isEnter = key == Qt::Key_Return || key == Qt::Key_Enter;
        if (key == Qt::Key_Tab || key == Qt::Key_Escape
            || (isEnter && edit->popup()->currentRow() >= 0))
            return false;
    }
    return DebugDelegate::eventFilter(editor, event);
}

} // namespace gui
