#include "gui/summary/summary_model.h"

#include "gui/theme/format.h"
#include "gui/theme/words.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::Grouping;
using tracestore::SpanGroup;

namespace {

    constexpr std::array kFields {SummaryField::Name,
                                  SummaryField::ModelCalls,
                                  SummaryField::ToolCalls,
                                  SummaryField::Errors,
                                  SummaryField::Retries,
                                  SummaryField::Tokens,
                                  SummaryField::Cost,
                                  SummaryField::P50,
                                  SummaryField::P90,
                                  SummaryField::P99,
                                  SummaryField::Latency,
                                  SummaryField::CacheRead,
                                  SummaryField::Input,
                                  SummaryField::CacheWrite,
                                  SummaryField::Output};

    /// A model makes no tool calls, and a tool no model calls.
    bool suits(SummaryField field, Grouping grouping)
    {
        return !(field == SummaryField::ToolCalls && grouping == Grouping::Model)
            && !(field == SummaryField::ModelCalls && grouping == Grouping::Tool);
    }

    QString groupingTitle(Grouping grouping)
    {
        switch (grouping) {
        case Grouping::Kind:
            return SummaryModel::tr("Kind of step");
        case Grouping::Model:
            return SummaryModel::tr("Model");
        case Grouping::Tool:
            return SummaryModel::tr("Tool");
        case Grouping::Agent:
            return SummaryModel::tr("Agent");
        case Grouping::Session:
            return SummaryModel::tr("Session");
        }
        return {};
    }

    QString latencyLines(const SpanGroup& group, Grouping grouping)
    {
        if (!group.latency)
            return SummaryModel::tr("No durations recorded");
        const QString what = grouping == Grouping::Tool ? SummaryModel::tr("Tool calls")
            : grouping == Grouping::Kind                ? SummaryModel::tr("Steps")
                                                        : SummaryModel::tr("Model calls");
        QString lines = SummaryModel::tr("%1 with a known duration: %2\n"
                                         "p50 %3, p90 %4, p99 %5, longest %6, together %7")
                            .arg(what,
                                 formatCount(group.latency->count),
                                 formatDuration(group.latency->p50),
                                 formatDuration(group.latency->p90),
                                 formatDuration(group.latency->p99),
                                 formatDuration(group.latency->longest),
                                 formatDuration(group.latency->total));
        if (group.firstToken)
            lines += SummaryModel::tr("\nFirst token after: p50 %1, p90 %2, p99 %3")
                         .arg(formatDuration(group.firstToken->p50),
                              formatDuration(group.firstToken->p90),
                              formatDuration(group.firstToken->p99));
        return lines;
    }

    QString tokenLines(const SpanGroup& group)
    {
        QStringList lines;
        for (const BucketCount& part : bucketsOf(group.totals.tokens))
            lines << bucketName(part.bucket) + u": "_s + formatCount(part.tokens);
        if (const auto reasoning = group.totals.tokens.reasoning)
            lines << SummaryModel::tr("reasoning, a part of the output: %1")
                         .arg(formatCount(*reasoning));
        if (group.totals.isTokensPartial)
            lines << SummaryModel::tr("at least: a part of the counts is incomplete");
        return lines.isEmpty() ? SummaryModel::tr("Tokens not recorded") : lines.join(u'\n');
    }

    QString costLines(const SpanGroup& group)
    {
        if (!group.totals.cost)
            return SummaryModel::tr("Cost not known");
        QStringList lines {formatCost(*group.totals.cost) + u", "_s
                           + (group.totals.isCostMixed
                                  ? SummaryModel::tr("partly recorded, partly from list prices")
                                  : costSourceName(group.totals.cost->source))};
        if (group.totals.callsWithoutCost > 0)
            lines << SummaryModel::tr("Model calls without a known price, not in it: %1")
                         .arg(formatCount(group.totals.callsWithoutCost));
        return lines.join(u'\n');
    }

} // namespace

SummaryModel::SummaryModel(QObject* parent)
    : QAbstractTableModel(parent)
{ }

void SummaryModel::setTable(SummaryTablePtr table)
{
    beginResetModel();
    m_table = std::move(table);
    chooseColumns();
    m_rows.resize(m_table == nullptr ? 0 : m_table->groups.size());
    applySort();
    endResetModel();
}

void SummaryModel::chooseColumns()
{
    m_fields.clear();
    m_largest.clear();
    if (m_table == nullptr)
        return;
    for (const SummaryField field : kFields) {
        std::optional<double> largest;
        for (const SpanGroup& group : m_table->groups) {
            if (const auto figure = figureOf(group, field))
                largest = std::max(largest.value_or(*figure), *figure);
        }
        if (field != SummaryField::Name && !(largest && suits(field, m_table->grouping)))
            continue;
        m_fields.push_back(field);
        m_largest.push_back(largest.value_or(0));
    }
    // What there is most of stands first, until somebody asks for another order.
    if (!has(m_sortField))
        m_sortField = has(SummaryField::Tokens) ? SummaryField::Tokens
            : has(SummaryField::ToolCalls)      ? SummaryField::ToolCalls
                                                : SummaryField::Name;
}

Grouping SummaryModel::grouping() const
{
    return m_table == nullptr ? Grouping::Model : m_table->grouping;
}

const SpanGroup& SummaryModel::at(int row) const
{
    return m_table->groups[m_rows[static_cast<std::size_t>(row)]];
}

SummaryField SummaryModel::field(int column) const
{
    return m_fields[static_cast<std::size_t>(column)];
}

int SummaryModel::columnOf(SummaryField field) const
{
    const auto found = std::ranges::find(m_fields, field);
    return found == m_fields.end() ? -1 : static_cast<int>(found - m_fields.begin());
}

double SummaryModel::largest(int column) const
{
    return m_largest[static_cast<std::size_t>(column)];
}

QString SummaryModel::rowText(int row) const
{
    QStringList cells;
    for (const SummaryField field : m_fields) {
        if (field != SummaryField::Latency)
            cells << display(at(row), field);
    }
    return cells.join(u'\t');
}

int SummaryModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int SummaryModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_fields.size());
}

QString SummaryModel::display(const SpanGroup& group, SummaryField field) const
{
    if (field == SummaryField::Name)
        return groupName(group, m_table->grouping);
    return figureText(group, field);
}

QString SummaryModel::toolTip(const SpanGroup& group, SummaryField field) const
{
    switch (field) {
    case SummaryField::Name:
        return groupName(group, m_table->grouping);
    case SummaryField::Retries:
        return tr("Calls that follow on a failed one of the same sort by the same agent");
    case SummaryField::Cost:
        return costLines(group);
    case SummaryField::Latency:
    case SummaryField::P50:
    case SummaryField::P90:
    case SummaryField::P99:
        return latencyLines(group, m_table->grouping);
    case SummaryField::Tokens:
    case SummaryField::Input:
    case SummaryField::CacheRead:
    case SummaryField::CacheWrite:
    case SummaryField::Output:
        return tokenLines(group);
    default:
        return {};
    }
}

QVariant SummaryModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const SpanGroup& group = at(index.row());
    const SummaryField field = m_fields[static_cast<std::size_t>(index.column())];
    switch (role) {
    case Qt::DisplayRole:
        return display(group, field);
    case Qt::AccessibleTextRole: {
        const QString text = field == SummaryField::Latency ? latencyLines(group, m_table->grouping)
                                                            : display(group, field);
        return QString(fieldName(field) + u": "_s + (text.isEmpty() ? tr("not known") : text));
    }
    case Qt::ToolTipRole: {
        // Qt takes what looks like markup for markup: escaped, it stays the text it is.
        const QString text = toolTip(group, field);
        return text.isEmpty()
            ? QString()
            : QString(u"<p style='white-space:pre-wrap'>"_s + text.toHtmlEscaped() + u"</p>"_s);
    }
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter
                   | (field == SummaryField::Name ? Qt::AlignLeft : Qt::AlignRight));
    case FieldRole:
        return static_cast<int>(field);
    case ShareRole: {
        const auto figure = figureOf(group, field);
        const double most = largest(index.column());
        return figure && most > 0 ? QVariant(*figure / most) : QVariant();
    }
    default:
        return {};
    }
}

QVariant SummaryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const SummaryField field = m_fields[static_cast<std::size_t>(section)];
    const bool isName = field == SummaryField::Name;
    if (role == Qt::TextAlignmentRole) {
        const bool isLeft = isName || field == SummaryField::Latency;
        return int(Qt::AlignVCenter | (isLeft ? Qt::AlignLeft : Qt::AlignRight));
    }
    if (role == FieldRole)
        return static_cast<int>(field);
    if (role != Qt::DisplayRole)
        return {};
    if (field == SummaryField::Latency
        && (grouping() == Grouping::Agent || grouping() == Grouping::Session))
        return tr("Model latency");
    return isName ? groupingTitle(grouping()) : fieldName(field);
}

void SummaryModel::applySort()
{
    std::iota(m_rows.begin(), m_rows.end(), std::size_t {0});
    if (m_table == nullptr)
        return;
    const auto& groups = m_table->groups;
    const bool isUp = m_sortOrder == Qt::AscendingOrder;
    if (m_sortField == SummaryField::Name) {
        std::ranges::stable_sort(m_rows, [&](std::size_t a, std::size_t b) {
            const int order = QString::compare(groupName(groups[a], m_table->grouping),
                                               groupName(groups[b], m_table->grouping),
                                               Qt::CaseInsensitive);
            return isUp ? order < 0 : order > 0;
        });
        return;
    }
    std::ranges::stable_sort(m_rows, [&](std::size_t a, std::size_t b) {
        const auto left = figureOf(groups[a], m_sortField);
        const auto right = figureOf(groups[b], m_sortField);
        if (left.has_value() != right.has_value())
            return left.has_value();
        return left && (isUp ? *left < *right : *left > *right);
    });
}

void SummaryModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || column >= columnCount())
        return;
    beginResetModel();
    m_sortField = m_fields[static_cast<std::size_t>(column)];
    m_sortOrder = order;
    applySort();
    endResetModel();
}

} // namespace gui
