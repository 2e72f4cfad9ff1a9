#pragma once

#include "engine/runtime/sampling.h"

#include <QAbstractItemModel>

namespace gui {

/// What came of samples of a step: clusters of outcomes that are the same for an agent, the samples
/// of each below it, and those that are under way or failed in groups of their own.
class SampleClustersModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column
    {
        OutcomeColumn,
        CountColumn,
        ShareColumn,
        CostColumn,
        ColumnCount
    };

    enum Role
    {
        ShareRole = Qt::UserRole, ///< double, 0 to 1; of clusters only
        LowRole, ///< ends of the interval
        HighRole,
        FileRole, ///< QString: of a sample; empty: there is none
        ErrorRole, ///< bool
        SampleRole, ///< int: its place among the samples; -1: it is no sample
    };

    using QAbstractItemModel::QAbstractItemModel;

    void setReport(engine::SampleReport report);

    [[nodiscard]] const engine::SampleReport& report() const { return m_report; }

    [[nodiscard]] QModelIndex
    index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Group
    {
        QString label;
        std::vector<std::size_t> members;
        std::optional<engine::Share> share; ///< of a cluster
        bool isError = false;

        bool operator==(const Group&) const;
    };

    void makeGroups();
    [[nodiscard]] QVariant ofGroup(const Group& group, int column, int role) const;
    [[nodiscard]] QVariant ofSample(std::size_t place, int column, int role) const;
    [[nodiscard]] QString costOf(const std::vector<std::size_t>& members) const;

    engine::SampleReport m_report;
    std::vector<Group> m_groups;
};

} // namespace gui
