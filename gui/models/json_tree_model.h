#pragma once

#include "gui/models/json_document.h"

#include <QAbstractItemModel>

#include <optional>

namespace gui {

/// A JSON text as a tree that is opened as far as one looks: each level in portions, with a last
/// row that says how many more there are. A string that holds JSON itself can be opened like an
/// object. Below kMaxDepth levels a value is a leaf that says so: views draw depth by recursion.
class JsonTreeModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    static constexpr int kPortion = 1000;
    static constexpr int kMaxDepth = 256;

    enum Column
    {
        KeyColumn,
        ValueColumn,
        ColumnCount
    };

    enum Role
    {
        TypeRole = Qt::UserRole, ///< JsonType as int; absent on the row for more
        IsMoreRole, ///< bool: the row that stands for those not loaded
    };

    using QAbstractItemModel::QAbstractItemModel;

    /// Null: nothing.
    void setDocument(JsonDocumentPtr document);

    [[nodiscard]] const JsonDocumentPtr& document() const { return m_document; }

    /// Puts the next portion in the place of a row that stands for more.
    void loadMore(const QModelIndex& moreRow);

    /// A value for people: a string without quotes, anything else as JSON.
    [[nodiscard]] QString valueText(const QModelIndex& index) const;
    /// A value as it stands in the JSON.
    [[nodiscard]] QString json(const QModelIndex& index) const;
    /// Where a value stands: `$.a[3]["b c"]`.
    [[nodiscard]] QString path(const QModelIndex& index) const;

    [[nodiscard]] QModelIndex
    index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] bool hasChildren(const QModelIndex& parent = {}) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    using NodeId = std::uint32_t;
    static constexpr NodeId kRoot = 0;

    struct Node
    {
        JsonDocumentPtr document;
        std::size_t key = 0;
        std::size_t value = 0;
        NodeId parent = kRoot;
        std::uint32_t row = 0;
        int depth = 0;
        bool isMore = false;
        bool isInObject = false;
        // What is known of its children.
        bool isOpened = false;
        bool isNoJson = false; ///< a string that only looked like JSON
        JsonDocumentPtr inner; ///< what a string holds
        std::size_t next = 0; ///< where the children that are not loaded begin
        std::size_t total = 0; ///< of children; on the row for more, of those not loaded
        std::vector<NodeId> children;
        std::optional<NodeId> more;
    };

    [[nodiscard]] NodeId idOf(const QModelIndex& index) const;

    [[nodiscard]] const Node& node(const QModelIndex& index) const { return m_nodes[idOf(index)]; }

    [[nodiscard]] bool canOpen(const Node& node) const;
    [[nodiscard]] static bool looksOpenable(const Node& node);
    void open(NodeId id);
    /// Makes nodes of the next portion.
    std::vector<NodeId> readPortion(NodeId id);
    [[nodiscard]] QString keyText(const Node& node) const;
    [[nodiscard]] QString valuePreview(const Node& node) const;
    [[nodiscard]] QString moreText(const Node& node) const;

    JsonDocumentPtr m_document;
    std::vector<Node> m_nodes;
};

} // namespace gui
