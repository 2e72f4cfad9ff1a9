#include "tests/bench/span_item_model.h"

#include "gui/theme/format.h"

namespace bench {

using tracestore::SpanId;

namespace {

    constexpr int kColumns = 4;

    SpanId spanOf(const QModelIndex& index)
    {
        return SpanId(static_cast<std::size_t>(index.internalId()));
    }

    void number(std::span<const SpanId> siblings, std::vector<std::uint32_t>& rows)
    {
        for (std::size_t i = 0; i < siblings.size(); ++i)
            rows[siblings[i].index()] = static_cast<std::uint32_t>(i);
    }

} // namespace

SpanItemModel::SpanItemModel(tracestore::TracePtr trace)
    : m_trace(std::move(trace))
    , m_row(m_trace->spanCount())
{
    number(m_trace->roots(), m_row);
    for (std::size_t i = 0; i < m_row.size(); ++i)
        number(m_trace->children(SpanId(i)), m_row);
}

std::span<const SpanId> SpanItemModel::below(const QModelIndex& parent) const
{
    return parent.isValid() ? m_trace->children(spanOf(parent)) : m_trace->roots();
}

QModelIndex SpanItemModel::index(int row, int column, const QModelIndex& parent) const
{
    return createIndex(row, column, below(parent)[static_cast<std::size_t>(row)].index());
}

QModelIndex SpanItemModel::parent(const QModelIndex& child) const
{
    const SpanId above = m_trace->parent(spanOf(child));
    if (!above.isValid())
        return {};
    return createIndex(static_cast<int>(m_row[above.index()]), 0, above.index());
}

int SpanItemModel::rowCount(const QModelIndex& parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(below(parent).size());
}

int SpanItemModel::columnCount(const QModelIndex&) const
{
    return kColumns;
}

QVariant SpanItemModel::data(const QModelIndex& index, int role) const
{
    if (role != Qt::DisplayRole)
        return {};
    const SpanId span = spanOf(index);
    const tracestore::TokenUsage* usage = m_trace->usage(span);
    switch (index.column()) {
    case 0:
        return gui::singleLine(m_trace->name(span));
    case 1:
        return gui::formatDuration(m_trace->duration(span));
    case 2:
        return usage == nullptr ? QVariant() : gui::formatCount(usage->input);
    default:
        return gui::singleLine(m_trace->model(span));
    }
}

} // namespace bench
