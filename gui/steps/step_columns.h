#pragma once

#include <QHash>
#include <QObject>
#include <QSet>
#include <QStringList>

class QMenu;
class QTableView;

namespace gui {

struct StepColumnsRecorded
{
    bool duration = false;
    bool tokens = false;
    bool cost = false;
};

/// Which figures stand beside the names of the step tree: those that the trace tells of and that
/// the user has not put away, and of these as many as leave the names their room. GUI thread.
class StepColumns : public QObject
{
    Q_OBJECT

public:
    /// Names narrower than this are only beginnings, alike in every row.
    static constexpr int kNameRoom = 200;

    /// The columns of the table are those of StepTreeModel, with their widths set.
    StepColumns(QTableView& table, const StepColumnsRecorded& recorded);

    /// The trace tells of more, or less, now.
    void setRecorded(const StepColumnsRecorded& recorded);

    /// Shows what fits; to be called when the table has another width.
    void fit();

    /// The columns that the user has put away, by words that stay the same in any language.
    [[nodiscard]] QStringList putAway() const;
    void setPutAway(const QStringList& columns);

    /// An entry for each figure that the trace tells of.
    void addTo(QMenu& menu);

private:
    [[nodiscard]] bool isWanted(int column) const;
    void setShown(int column, bool isShown);
    void setWanted(int column, bool isWanted);

    QTableView& m_table;
    QSet<int> m_recorded;
    QSet<int> m_putAway;
    QHash<int, int> m_widths; ///< of hidden columns, which have none of their own
};

} // namespace gui
