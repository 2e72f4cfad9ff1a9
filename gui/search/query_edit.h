#pragma once

#include "tracestore/query/query_completion.h"

#include <QLineEdit>

class QListWidget;

namespace gui {

class Theme;

/// The line in which one types a query. What can stand at the cursor is offered in a list below;
/// Tab or Enter takes the marked one, Escape closes the list.
class QueryEdit : public QLineEdit
{
    Q_OBJECT

public:
    explicit QueryEdit(Theme& theme, QWidget* parent = nullptr);
    ~QueryEdit() override;

    /// The values of the trace, once they are counted.
    void setValues(tracestore::CompletionValues values) { m_values = std::move(values); }

    /// Offered where the line is empty: searches that were made or saved.
    void setSuggestions(const QStringList& queries) { m_suggestions = queries; }

    /// Null while nothing is offered.
    [[nodiscard]] QListWidget* popup() const { return m_popup; }

    /// Offers what can stand at the cursor.
    void complete();

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void showItems(const QList<QPair<QString, QString>>& items);
    void closePopup();
    void takeItem();
    [[nodiscard]] bool isPopupKey(int key) const;

    Theme& m_theme;
    tracestore::CompletionValues m_values;
    QStringList m_suggestions;
    QListWidget* m_popup = nullptr;
    QByteArray m_before; ///< the text in front of what an item replaces
    QByteArray m_behind;
};

} // namespace gui
