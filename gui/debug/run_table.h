#pragma once

#include <QTableView>

namespace gui {

class Theme;

/// Paints what an empty view has to say for itself: what would be there, and how to get it there.
void paintEmptyText(QAbstractItemView& view, const Theme& theme, const QString& text);

/// A table of the debugger: rows of one height, no grid, whole rows selected; says what would be
/// here where it is empty.
class RunTable : public QTableView
{
    Q_OBJECT

public:
    explicit RunTable(Theme& theme, QWidget* parent = nullptr);

    /// Shown while there are no rows.
    void setEmptyText(const QString& text);

    [[nodiscard]] const QString& emptyText() const { return m_emptyText; }

    /// The row that is current; -1 where none is.
    [[nodiscard]] int currentRow() const { return currentIndex().row(); }

signals:
    /// A row is chosen by Enter or a double click.
    void rowActivated(int row);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void followTheme();

    Theme& m_theme;
    QString m_emptyText;
};

} // namespace gui
