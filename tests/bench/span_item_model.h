#pragma once

#include "tracestore/model/trace.h"

#include <QAbstractItemModel>

namespace bench {

/// The spans of a trace as Qt's own tree view wants them, without an object for each: the leanest
/// model that it can have.
class SpanItemModel : public QAbstractItemModel
{
public:
    explicit SpanItemModel(tracestore::TracePtr trace);

    [[nodiscard]] QModelIndex
    index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    [[nodiscard]] std::span<const tracestore::SpanId> below(const QModelIndex& parent) const;

    tracestore::TracePtr m_trace;
    std::vector<std::uint32_t> m_row; ///< of each span among its siblings
};

} // namespace bench
