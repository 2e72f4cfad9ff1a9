#include "gui/models/json_tree_model.h"

#include "gui/theme/format.h"

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr std::size_t kPreview = 300;
    constexpr std::size_t kMaxInner = std::size_t {16} << 20U;

    bool isContainer(JsonType type)
    {
        return type == JsonType::Object || type == JsonType::Array;
    }

    bool isName(std::string_view key)
    {
        const auto isNameChar = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                || c == '_';
        };
        return !key.empty() && !(key.front() >= '0' && key.front() <= '9')
            && std::ranges::all_of(key, isNameChar);
    }

} // namespace

void JsonTreeModel::setDocument(JsonDocumentPtr document)
{
    beginResetModel();
    m_document = std::move(document);
    m_nodes.clear();
    if (m_document != nullptr) {
        Node root;
        root.document = m_document;
        root.value = m_document->root();
        m_nodes.push_back(root);
        if (isContainer(m_document->type(root.value))) {
            open(kRoot);
            const std::vector<NodeId> children = readPortion(kRoot);
            m_nodes[kRoot].children = children;
        } else {
            // The only value, as a row below a root that is not shown.
            root.depth = 1;
            m_nodes.push_back(root);
            m_nodes[kRoot].isOpened = true;
            m_nodes[kRoot].total = 1;
            m_nodes[kRoot].children = {1};
        }
    }
    endResetModel();
}

JsonTreeModel::NodeId JsonTreeModel::idOf(const QModelIndex& index) const
{
    return index.isValid() ? static_cast<NodeId>(index.internalId()) : kRoot;
}

QModelIndex JsonTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (column < 0 || column >= ColumnCount || row < 0 || row >= rowCount(parent))
        return {};
    const Node& above = node(parent);
    const auto at = static_cast<std::size_t>(row);
    const NodeId id = at < above.children.size() ? above.children[at] : above.more.value_or(0);
    return createIndex(row, column, quintptr {id});
}

QModelIndex JsonTreeModel::parent(const QModelIndex& child) const
{
    if (!child.isValid())
        return {};
    const NodeId above = node(child).parent;
    return above == kRoot ? QModelIndex()
                          : createIndex(static_cast<int>(m_nodes[above].row), 0, quintptr {above});
}

int JsonTreeModel::rowCount(const QModelIndex& parent) const
{
    if (m_nodes.empty() || parent.column() > 0)
        return 0;
    const Node& above = node(parent);
    return static_cast<int>(above.children.size()) + (above.more ? 1 : 0);
}

int JsonTreeModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

bool JsonTreeModel::looksOpenable(const Node& node)
{
    if (node.isMore || node.depth >= kMaxDepth)
        return false;
    switch (node.document->type(node.value)) {
    case JsonType::Object:
    case JsonType::Array:
        return node.document->childCount(node.value) > 0;
    case JsonType::String: {
        const std::string_view raw = node.document->raw(node.value);
        return !node.isNoJson && raw.size() > 4 && raw.size() < kMaxInner
            && looksLikeJson(raw.substr(1, raw.size() - 2));
    }
    default:
        return false;
    }
}

bool JsonTreeModel::canOpen(const Node& node) const
{
    return !node.isOpened && looksOpenable(node);
}

bool JsonTreeModel::hasChildren(const QModelIndex& parent) const
{
    if (m_nodes.empty() || parent.column() > 0)
        return false;
    const Node& above = node(parent);
    return above.isOpened ? !above.children.empty() : looksOpenable(above);
}

bool JsonTreeModel::canFetchMore(const QModelIndex& parent) const
{
    return !m_nodes.empty() && parent.column() <= 0 && canOpen(node(parent));
}

void JsonTreeModel::open(NodeId id)
{
    Node& opened = m_nodes[id];
    opened.isOpened = true;
    if (opened.document->type(opened.value) == JsonType::String) {
        auto inner = JsonDocument::parse(opened.document->stringAt(opened.value));
        if (!inner) {
            // Only looked like JSON: a leaf, which as text is what it is.
            opened.isNoJson = true;
            return;
        }
        opened.inner = *std::move(inner);
    }
    const JsonDocument& document = opened.inner ? *opened.inner : *opened.document;
    const std::size_t value = opened.inner ? opened.inner->root() : opened.value;
    opened.total = document.childCount(value);
    opened.next = JsonDocument::firstChild(value);
}

std::vector<JsonTreeModel::NodeId> JsonTreeModel::readPortion(NodeId id)
{
    const JsonDocumentPtr document = m_nodes[id].inner ? m_nodes[id].inner : m_nodes[id].document;
    const std::size_t value = m_nodes[id].inner ? document->root() : m_nodes[id].value;
    const bool isObject = document->type(value) == JsonType::Object;
    auto row = static_cast<std::uint32_t>(m_nodes[id].children.size());
    std::vector<NodeId> made;
    JsonDocument::Child child;
    while (made.size() < kPortion && document->child(m_nodes[id].next, isObject, child)) {
        Node node;
        node.document = document;
        node.key = child.key;
        node.value = child.value;
        node.parent = id;
        node.row = row++;
        node.depth = m_nodes[id].depth + 1;
        node.isInObject = isObject;
        m_nodes[id].next = child.next;
        made.push_back(static_cast<NodeId>(m_nodes.size()));
        m_nodes.push_back(std::move(node));
    }
    if (row < m_nodes[id].total && !m_nodes[id].more) {
        Node more;
        more.document = document;
        more.parent = id;
        more.isMore = true;
        more.total = m_nodes[id].total - row;
        m_nodes[id].more = static_cast<NodeId>(m_nodes.size());
        m_nodes.push_back(std::move(more));
    }
    return made;
}

void JsonTreeModel::fetchMore(const QModelIndex& parent)
{
    if (!canFetchMore(parent))
        return;
    const NodeId id = idOf(parent);
    open(id);
    if (m_nodes[id].isNoJson || m_nodes[id].total == 0)
        return;
    const std::size_t shown = std::min<std::size_t>(kPortion, m_nodes[id].total);
    const bool hasMore = m_nodes[id].total > shown;
    beginInsertRows(parent, 0, static_cast<int>(shown) - (hasMore ? 0 : 1));
    const std::vector<NodeId> children = readPortion(id);
    m_nodes[id].children = children;
    endInsertRows();
}

void JsonTreeModel::loadMore(const QModelIndex& moreRow)
{
    if (!moreRow.isValid() || !node(moreRow).isMore)
        return;
    const QModelIndex above = parent(moreRow);
    const NodeId id = idOf(above);
    const int first = static_cast<int>(m_nodes[id].children.size());
    const auto left = m_nodes[id].total - m_nodes[id].children.size();
    if (left <= kPortion) {
        beginRemoveRows(above, first, first);
        m_nodes[id].more.reset();
        endRemoveRows();
    }
    beginInsertRows(
        above, first, first + static_cast<int>(std::min<std::size_t>(left, kPortion)) - 1);
    const std::vector<NodeId> made = readPortion(id);
    m_nodes[id].children.insert(m_nodes[id].children.end(), made.begin(), made.end());
    endInsertRows();
    if (m_nodes[id].more) {
        m_nodes[*m_nodes[id].more].total -= made.size();
        const QModelIndex more = index(rowCount(above) - 1, KeyColumn, above);
        emit dataChanged(more, more);
    }
}

QString JsonTreeModel::keyText(const Node& node) const
{
    if (node.parent == kRoot && !isContainer(m_document->type(m_document->root())))
        return u"$"_s;
    if (!node.isInObject)
        return QString::number(node.row);
    return singleLine(node.document->stringAt(node.key, 4 * kPreview), kPreview);
}

QString JsonTreeModel::moreText(const Node& node) const
{
    return tr("%1 more… (Enter or double click shows them)")
        .arg(formatCount(static_cast<std::int64_t>(node.total)));
}

QString JsonTreeModel::valuePreview(const Node& node) const
{
    const JsonDocument& document = *node.document;
    const JsonType type = document.type(node.value);
    if (type == JsonType::String)
        return singleLine(document.stringAt(node.value, 4 * kPreview), kPreview);
    if (!isContainer(type))
        return singleLine(document.raw(node.value), kPreview);
    const auto count = static_cast<std::int64_t>(document.childCount(node.value));
    if (count == 0)
        return type == JsonType::Object ? u"{}"_s : u"[]"_s;
    const QString size = (type == JsonType::Object ? u"{%1}"_s : u"[%1]"_s).arg(formatCount(count));
    return node.depth < kMaxDepth ? size : size + tr(" nested too deep for the tree, see Text");
}

QVariant JsonTreeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Node& one = node(index);
    if (role == IsMoreRole)
        return one.isMore;
    if (role == Qt::DisplayRole) {
        if (one.isMore)
            return index.column() == KeyColumn ? moreText(one) : QString();
        return index.column() == KeyColumn ? keyText(one) : valuePreview(one);
    }
    if (role == TypeRole && !one.isMore)
        return static_cast<int>(one.document->type(one.value));
    return {};
}

QVariant JsonTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == KeyColumn ? tr("Key") : tr("Value");
}

QString JsonTreeModel::valueText(const QModelIndex& index) const
{
    if (!index.isValid() || node(index).isMore)
        return {};
    const Node& one = node(index);
    if (one.document->type(one.value) == JsonType::String)
        return toText(one.document->stringAt(one.value));
    return json(index);
}

QString JsonTreeModel::json(const QModelIndex& index) const
{
    if (!index.isValid() || node(index).isMore)
        return {};
    return toText(node(index).document->raw(node(index).value));
}

QString JsonTreeModel::path(const QModelIndex& index) const
{
    if (!index.isValid() || node(index).isMore)
        return {};
    QStringList steps;
    for (NodeId id = idOf(index); id != kRoot; id = m_nodes[id].parent) {
        const Node& one = m_nodes[id];
        if (one.inner && id != idOf(index))
            steps.prepend(u" (as JSON) $"_s);
        if (one.parent == kRoot && !isContainer(m_document->type(m_document->root())))
            break;
        const std::string key = one.isInObject ? one.document->stringAt(one.key) : std::string();
        if (!one.isInObject)
            steps.prepend(u"[%1]"_s.arg(one.row));
        else if (isName(key))
            steps.prepend(u'.' + toText(key));
        else
            steps.prepend(u'[' + toText(one.document->raw(one.key)) + u']');
    }
    return u'$' + steps.join(QString());
}

} // namespace gui
