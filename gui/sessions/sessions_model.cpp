#include "gui/sessions/sessions_model.h"

#include "gui/context/session_context.h"
#include "gui/theme/format.h"
#include "gui/theme/words.h"

#include <algorithm>
#include <limits>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SessionId;
using tracestore::SpanStatus;

using Field = SessionsModel::Field;

namespace {

    constexpr std::size_t kMaxScoreColumns = 4;

    /// What a cell is sorted by: a number, or a text where there is none; unknown where neither.
    struct SortKey
    {
        std::optional<double> number;
        QString text;

        [[nodiscard]] bool isKnown() const { return number.has_value() || !text.isEmpty(); }

        [[nodiscard]] int compare(const SortKey& other) const
        {
            if (number.has_value() != other.number.has_value())
                return number ? -1 : 1;
            if (number)
                return *number < *other.number ? -1 : *number > *other.number ? 1 : 0;
            return QString::compare(text, other.text, Qt::CaseInsensitive);
        }
    };

    SortKey keyOf(std::optional<std::int64_t> number)
    {
        return number ? SortKey {static_cast<double>(*number), {}} : SortKey {};
    }

    SortKey scoreKey(const tracestore::Score* score)
    {
        if (score == nullptr)
            return {};
        return score->value ? SortKey {*score->value, {}} : SortKey {{}, scoreText(*score)};
    }

    /// Failed first: that is what one looks for.
    SortKey outcomeKey(SpanStatus outcome)
    {
        switch (outcome) {
        case SpanStatus::Error:
            return {0.0, {}};
        case SpanStatus::Cancelled:
            return {1.0, {}};
        case SpanStatus::Pending:
            return {2.0, {}};
        case SpanStatus::Ok:
            return {3.0, {}};
        case SpanStatus::Unknown:
            break;
        }
        return {};
    }

    SortKey sortKey(const tracestore::Trace& trace,
                    const SessionRow& row,
                    Field field,
                    const std::string& score)
    {
        const tracestore::TraceTotals& totals = row.totals;
        switch (field) {
        case Field::Title:
            return {{}, row.title};
        case Field::Outcome:
            return outcomeKey(row.outcome);
        case Field::Score:
            return scoreKey(findScore(trace.session(row.session), score));
        case Field::FirstError:
            return {{}, firstErrorText(trace, row.firstError)};
        case Field::Errors:
            return keyOf(totals.errors);
        case Field::Steps:
            return keyOf(totals.steps);
        case Field::ModelCalls:
            return keyOf(totals.llmCalls);
        case Field::ToolCalls:
            return keyOf(totals.toolCalls);
        case Field::Tokens:
            return keyOf(totals.tokens.total());
        case Field::Cost:
            return totals.cost ? SortKey {totals.cost->amount, {}} : SortKey {};
        case Field::Duration:
            return row.duration ? keyOf(row.duration->ns) : SortKey {};
        case Field::Started:
            return totals.start ? keyOf(totals.start->ns) : SortKey {};
        }
        return {};
    }

    bool isText(Field field)
    {
        return field == Field::Title || field == Field::Outcome || field == Field::FirstError;
    }

    QString fieldName(Field field)
    {
        switch (field) {
        case Field::Title:
            return SessionsModel::tr("Session");
        case Field::Outcome:
            return SessionsModel::tr("Outcome");
        case Field::Score:
            return SessionsModel::tr("Score");
        case Field::FirstError:
            return SessionsModel::tr("First error");
        case Field::Errors:
            return SessionsModel::tr("Errors");
        case Field::Steps:
            return SessionsModel::tr("Steps");
        case Field::ModelCalls:
            return SessionsModel::tr("Model calls");
        case Field::ToolCalls:
            return SessionsModel::tr("Tool calls");
        case Field::Tokens:
            return SessionsModel::tr("Tokens");
        case Field::Cost:
            return SessionsModel::tr("Cost");
        case Field::Duration:
            return SessionsModel::tr("Duration");
        case Field::Started:
            return SessionsModel::tr("Started");
        }
        return {};
    }

    QString escaped(const QString& text)
    {
        // Qt takes what looks like markup for markup: escaped, it stays the text it is.
        return text.isEmpty()
            ? QString()
            : QString(u"<p style='white-space:pre-wrap'>"_s + text.toHtmlEscaped() + u"</p>"_s);
    }

} // namespace

SessionsModel::SessionsModel(SessionContext& context, QObject* parent)
    : QAbstractTableModel(parent)
    , m_context(context)
{
    addUp();
    addColumns();
    relist();
}

void SessionsModel::addUp()
{
    const tracestore::Trace& trace = *m_context.trace();
    m_sessions = sessionRows(trace);
    m_searchTexts.clear();
    for (const SessionRow& row : m_sessions)
        m_searchTexts.push_back(QString(row.title + u'\n' + toText(trace.session(row.session).key)
                                        + u'\n' + firstErrorText(trace, row.firstError) + u'\n'
                                        + row.verdict)
                                    .toLower());
}

void SessionsModel::takeGrowth()
{
    const auto titles = [this] {
        QStringList all;
        for (const Column& column : m_columns)
            all << column.title;
        return all;
    };
    beginResetModel();
    const QStringList before = titles();
    addUp();
    m_columns.clear();
    addColumns();
    // A column that is known of now stands where another one was.
    if (titles() != before)
        m_sortColumn = -1;
    relist();
    endResetModel();
}

void SessionsModel::addColumns()
{
    const auto add = [this](Column column) {
        if (column.title.isEmpty())
            column.title = fieldName(column.field);
        if (isKnownOfAny(column))
            m_columns.push_back(std::move(column));
    };
    add({Field::Title, {}, {}});
    add({Field::Outcome, {}, {}});
    add({Field::FirstError, {}, {}});
    for (std::string& name : scoreNames(*m_context.trace(), kMaxScoreColumns)) {
        const QString title = singleLine(name, 30);
        add({Field::Score, std::move(name), title});
    }
    for (const Field field : {Field::Errors,
                              Field::Steps,
                              Field::ModelCalls,
                              Field::ToolCalls,
                              Field::Tokens,
                              Field::Cost,
                              Field::Duration,
                              Field::Started})
        add({field, {}, {}});
}

bool SessionsModel::isKnownOfAny(const Column& column) const
{
    if (column.field == Field::Title)
        return true;
    return std::ranges::any_of(m_sessions, [&](const SessionRow& row) {
        return sortKey(*m_context.trace(), row, column.field, column.score).isKnown();
    });
}

const SessionRow& SessionsModel::at(int row) const
{
    return m_sessions[m_rows[static_cast<std::size_t>(row)]];
}

int SessionsModel::rowOf(SessionId session) const
{
    const auto found = std::ranges::find(m_rows, session.index());
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int SessionsModel::columnOf(Field field) const
{
    const auto found = std::ranges::find(m_columns, field, &Column::field);
    return found == m_columns.end() ? -1 : static_cast<int>(found - m_columns.begin());
}

Field SessionsModel::field(int column) const
{
    return m_columns[static_cast<std::size_t>(column)].field;
}

QString SessionsModel::rowText(int row) const
{
    QStringList cells;
    for (const Column& column : m_columns)
        cells << display(at(row), column);
    return cells.join(u'\t');
}

int SessionsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int SessionsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant SessionsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const SessionRow& row = at(index.row());
    const Column& column = m_columns[static_cast<std::size_t>(index.column())];
    switch (role) {
    case Qt::DisplayRole:
        return display(row, column);
    case Qt::ToolTipRole:
        return escaped(toolTip(row, column));
    case Qt::AccessibleTextRole:
        return QString(column.title + u": "_s + display(row, column));
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter | (isText(column.field) ? Qt::AlignLeft : Qt::AlignRight));
    case SessionRole:
        return row.session.value;
    case FirstErrorRole:
        return row.firstError.value;
    case OutcomeRole:
        return static_cast<int>(row.outcome);
    case FieldRole:
        return static_cast<int>(column.field);
    default:
        return {};
    }
}

QVariant SessionsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const Column& column = m_columns[static_cast<std::size_t>(section)];
    switch (role) {
    case Qt::DisplayRole:
        return column.title;
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter | (isText(column.field) ? Qt::AlignLeft : Qt::AlignRight));
    case FieldRole:
        return static_cast<int>(column.field);
    default:
        return {};
    }
}

QString SessionsModel::display(const SessionRow& row, const Column& column) const
{
    const tracestore::Trace& trace = *m_context.trace();
    switch (column.field) {
    case Field::Title:
        return row.title;
    case Field::Outcome:
        return statusName(row.outcome);
    case Field::Score: {
        const auto* score = findScore(trace.session(row.session), column.score);
        return score == nullptr ? QString() : scoreText(*score);
    }
    case Field::FirstError:
        return firstErrorText(trace, row.firstError);
    case Field::Errors:
        return formatCount(row.totals.errors);
    case Field::Steps:
        return formatCount(row.totals.steps);
    case Field::ModelCalls:
        return formatCount(row.totals.llmCalls);
    case Field::ToolCalls:
        return formatCount(row.totals.toolCalls);
    case Field::Tokens:
        return formatCount(row.totals.tokens.total());
    case Field::Cost:
        return row.totals.cost ? formatCostShort(*row.totals.cost) : QString();
    case Field::Duration:
        return formatDuration(row.duration);
    case Field::Started:
        return row.totals.start ? formatTimestamp(*row.totals.start).left(16) : QString();
    }
    return {};
}

QString SessionsModel::toolTip(const SessionRow& row, const Column& column) const
{
    const tracestore::Session& session = m_context.trace()->session(row.session);
    switch (column.field) {
    case Field::Title: {
        QStringList lines {row.title};
        if (const QString key = singleLine(session.key); key != row.title)
            lines << key;
        lines.removeAll(QString());
        return lines.join(u'\n');
    }
    case Field::Outcome:
        return row.verdict.isEmpty() && row.outcome == SpanStatus::Unknown ? tr("Not recorded")
                                                                           : row.verdict;
    case Field::Score: {
        const auto* score = findScore(session, column.score);
        return score == nullptr ? QString() : visibleText(toText(score->explanation).left(2000));
    }
    case Field::FirstError:
        return row.firstError.isValid()
            ? QString(display(row, column) + u'\n' + tr("Click to go there (E)"))
            : QString();
    case Field::Cost:
        return row.totals.cost ? QString(formatCost(*row.totals.cost) + u", "_s
                                         + costSourceName(row.totals.cost->source))
                               : tr("Not recorded");
    default:
        return display(row, column).isEmpty() ? tr("Not recorded") : QString();
    }
}

// ---- sorting and filtering

bool SessionsModel::matches(std::size_t session) const
{
    const SessionRow& row = m_sessions[session];
    if (m_filter.onlyFailed && row.outcome != SpanStatus::Error)
        return false;
    if (m_filter.onlyWithErrors && row.totals.errors == 0)
        return false;
    const QStringList words = m_filter.text.toLower().split(u' ', Qt::SkipEmptyParts);
    return std::ranges::all_of(
        words, [&](const QString& word) { return m_searchTexts[session].contains(word); });
}

void SessionsModel::relist()
{
    m_rows.clear();
    for (std::size_t i = 0; i < m_sessions.size(); ++i) {
        if (matches(i))
            m_rows.push_back(i);
    }
    applySort();
}

void SessionsModel::applySort()
{
    std::ranges::sort(m_rows);
    if (m_sortColumn < 0 || m_sortColumn >= columnCount())
        return;
    const Column& column = m_columns[static_cast<std::size_t>(m_sortColumn)];
    std::vector<SortKey> keys(m_sessions.size());
    for (const std::size_t i : m_rows)
        keys[i] = sortKey(*m_context.trace(), m_sessions[i], column.field, column.score);
    const int sign = m_sortOrder == Qt::AscendingOrder ? 1 : -1;
    std::ranges::stable_sort(m_rows, [&](std::size_t a, std::size_t b) {
        if (keys[a].isKnown() != keys[b].isKnown())
            return keys[a].isKnown();
        return keys[a].compare(keys[b]) * sign < 0;
    });
}

void SessionsModel::sort(int column, Qt::SortOrder order)
{
    if (column == m_sortColumn && order == m_sortOrder)
        return;
    beginResetModel();
    m_sortColumn = column;
    m_sortOrder = order;
    applySort();
    endResetModel();
}

void SessionsModel::setFilter(const SessionFilter& filter)
{
    if (filter == m_filter)
        return;
    beginResetModel();
    m_filter = filter;
    relist();
    endResetModel();
}

} // namespace gui
