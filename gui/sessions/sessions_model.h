#pragma once

#include "gui/sessions/session_rows.h"

#include <QAbstractTableModel>

namespace gui {

class SessionContext;

/// Which sessions are listed.
struct SessionFilter
{
    QString text; ///< words that all stand in the title, the key or the first error
    bool onlyFailed = false;
    bool onlyWithErrors = false;

    bool operator==(const SessionFilter&) const = default;
};

/// The sessions of a trace as a table, filtered and sorted here: a pass over some thousand rows is
/// nothing. A column in which nothing is known of any session is left out.
class SessionsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Field : std::uint8_t
    {
        Title,
        Outcome,
        Score,
        FirstError,
        Errors,
        Steps,
        ModelCalls,
        ToolCalls,
        Tokens,
        Cost,
        Duration,
        Started
    };

    enum Role
    {
        SessionRole = Qt::UserRole, ///< SessionId::value
        FirstErrorRole, ///< SpanId::value of the first error; that of an invalid id without one
        OutcomeRole, ///< int of SpanStatus
        FieldRole, ///< of a column's header too: int of Field
    };

    explicit SessionsModel(SessionContext& context, QObject* parent = nullptr);

    /// All sessions, whatever the filter.
    [[nodiscard]] const std::vector<SessionRow>& sessions() const { return m_sessions; }

    [[nodiscard]] const SessionRow& at(int row) const;
    /// -1 while the filter hides it.
    [[nodiscard]] int rowOf(tracestore::SessionId session) const;
    /// The column of a field; -1 where it was left out.
    [[nodiscard]] int columnOf(Field field) const;
    [[nodiscard]] Field field(int column) const;

    [[nodiscard]] const SessionFilter& filter() const { return m_filter; }

    /// A row as text, its columns parted by tabs.
    [[nodiscard]] QString rowText(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

    /// Equal ones keep the order of the trace, what is not known comes last either way. A negative
    /// column is the order of the trace.
    void sort(int column, Qt::SortOrder order) override;

    /// Shows the trace of the context as it has grown; rows keep their place where they can.
    void takeGrowth();

public slots:
    void setFilter(const gui::SessionFilter& filter);

private:
    struct Column
    {
        Field field = Field::Title;
        std::string score; ///< the name of the score that it shows
        QString title;
    };

    void addUp();
    void addColumns();
    [[nodiscard]] bool isKnownOfAny(const Column& column) const;
    [[nodiscard]] bool matches(std::size_t session) const;
    void relist();
    void applySort();
    [[nodiscard]] QString display(const SessionRow& row, const Column& column) const;
    [[nodiscard]] QString toolTip(const SessionRow& row, const Column& column) const;

    SessionContext& m_context;
    std::vector<SessionRow> m_sessions;
    std::vector<QString> m_searchTexts; ///< of each session, in lower case
    std::vector<Column> m_columns;
    std::vector<std::size_t> m_rows; ///< those listed, in order: indices into m_sessions
    SessionFilter m_filter;
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

} // namespace gui
