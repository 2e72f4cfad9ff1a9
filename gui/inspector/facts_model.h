#pragma once

#include "gui/inspector/facts.h"

#include <QAbstractTableModel>

namespace gui {

/// Facts as rows: a heading where a section begins, then label and value.
class FactsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        LabelColumn,
        ValueColumn,
        ColumnCount
    };

    enum Role
    {
        IsHeadingRole = Qt::UserRole,
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setFacts(std::vector<Fact> facts);

    [[nodiscard]] const std::vector<Fact>& facts() const { return m_facts; }

    /// The fact of a row; null for a heading.
    [[nodiscard]] const Fact* fact(const QModelIndex& index) const;

    /// All facts as a JSON object of sections.
    [[nodiscard]] QString toJson() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    struct Row
    {
        std::size_t fact = 0;
        bool isHeading = false;
    };

    std::vector<Fact> m_facts;
    std::vector<Row> m_rows;
};

} // namespace gui
