#include "gui/debug/state_model.h"

#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QSize>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using Json = nlohmann::json;

namespace {

    constexpr qsizetype kMostShown = 400;
    constexpr int kStateRow = 20; ///< pixels

    QString dumped(const Json& value)
    {
        return QString::fromStdString(value.dump(-1, ' ', false, Json::error_handler_t::replace));
    }

    /// Containers say how much they hold: the rest is below them.
    QString valueText(const Json& value)
    {
        if (value.is_object())
            return value.empty() ? u"{}"_s
                                 : QString(u"{ "_s + QString::number(value.size()) + u" }"_s);
        if (value.is_array())
            return value.empty() ? u"[]"_s
                                 : QString(u"[ "_s + QString::number(value.size()) + u" ]"_s);
        if (value.is_string())
            return QString(u'"' + singleLine(value.get_ref<const std::string&>(), kMostShown)
                           + u'"');
        return dumped(value).left(kMostShown);
    }

    /// A key of an object as a part of a path.
    QString pathPart(const std::string& key)
    {
        const auto isPlain = [](char letter) {
            return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_'
                || letter == '-';
        };
        const bool isName = !key.empty() && std::ranges::all_of(key, isPlain);
        return isName ? QString(u'.' + toText(key)) : QString(u'.' + dumped(Json(key)));
    }

    QString joined(const QString& path, const QString& part)
    {
        return path.isEmpty() && part.startsWith(u'.') ? part.mid(1) : QString(path + part);
    }

    const Json* memberOf(const Json* value, const std::string& key)
    {
        if (value == nullptr || !value->is_object())
            return nullptr;
        const auto found = value->find(key);
        return found == value->end() ? nullptr : &*found;
    }

    const Json* elementOf(const Json* value, std::size_t place)
    {
        const bool isThere = value != nullptr && value->is_array() && place < value->size();
        return isThere ? &(*value)[place] : nullptr;
    }

    /// Null for what is no JSON, and for nothing.
    std::unique_ptr<Json> parsed(const std::string& text)
    {
        auto value = std::make_unique<Json>(Json::parse(text, nullptr, false));
        return value->is_discarded() ? nullptr : std::move(value);
    }

} // namespace

std::string jsonOfTyped(const QString& typed)
{
    const std::string text = typed.trimmed().toStdString();
    return Json::accept(text) ? text : Json(typed.toStdString()).dump();
}

StateModel::StateModel(const Theme& theme, QObject* parent)
    : QAbstractItemModel(parent)
    , m_theme(theme)
    , m_nodes(1)
{ }

void StateModel::setState(const std::string& state, const std::string& before)
{
    if (state == m_state && before == m_before)
        return;
    beginResetModel();
    m_state = state;
    m_before = before;
    const auto now = parsed(state);
    const auto old = parsed(before);
    m_knowsBefore = old != nullptr;
    build(now.get(), old.get());
    endResetModel();
}

/// Without recursion: the depth is up to whoever made the state.
void StateModel::build(const Json* now, const Json* before)
{
    m_nodes.clear();
    m_nodes.emplace_back();
    m_nodes.front().depth = -1;
    if (now == nullptr)
        return;
    std::vector<Source> todo;
    // A state that is one plain value is a row of its own.
    if (now->is_structured())
        todo.push_back({0, now, before});
    else
        addNode(0, tr("(state)"), {}, now, before);
    for (std::size_t i = 0; i < todo.size(); ++i) {
        const Source source = todo[i];
        addChildren(source, todo);
    }
    // Children come after their parents.
    for (std::size_t i = m_nodes.size() - 1; i > 0; --i) {
        Node& above = m_nodes[m_nodes[i].parent];
        const bool isSaid = above.change == Change::New || above.change == Change::Gone;
        if (m_nodes[i].change != Change::None && !isSaid)
            above.change = Change::Below;
    }
}

void StateModel::addChildren(const Source& of, std::vector<Source>& todo)
{
    const auto add
        = [&](const QString& key, const QString& part, const Json* now, const Json* before) {
              if (m_nodes.size() > kMostNodes)
                  return;
              const std::size_t child
                  = addNode(of.node, key, joined(m_nodes[of.node].path, part), now, before);
              const Json* value = now != nullptr ? now : before;
              if (value->is_structured() && m_nodes[child].depth < kMostDepth)
                  todo.push_back({child, now, before});
          };
    const Json& shape = of.now != nullptr ? *of.now : *of.before;
    if (shape.is_object()) {
        for (const auto& [key, value] : shape.items())
            add(singleLine(key, 120),
                pathPart(key),
                memberOf(of.now, key),
                memberOf(of.before, key));
    } else {
        for (std::size_t i = 0; i < shape.size(); ++i) {
            const QString key = u'[' + QString::number(i) + u']';
            add(key, key, elementOf(of.now, i), elementOf(of.before, i));
        }
    }
    if (of.now == nullptr || of.before == nullptr)
        return;
    // What was there, and is gone.
    if (of.now->is_object() && of.before->is_object()) {
        for (const auto& [key, value] : of.before->items()) {
            if (memberOf(of.now, key) == nullptr)
                add(singleLine(key, 120), pathPart(key), nullptr, &value);
        }
    } else if (of.now->is_array() && of.before->is_array()) {
        for (std::size_t i = of.now->size(); i < of.before->size(); ++i) {
            const QString key = u'[' + QString::number(i) + u']';
            add(key, key, nullptr, &(*of.before)[i]);
        }
    }
}

std::size_t StateModel::addNode(std::size_t parent,
                                const QString& key,
                                const QString& path,
                                const Json* now,
                                const Json* before)
{
    Node node {.key = key, .path = path, .parent = parent};
    node.depth = m_nodes[parent].depth + 1;
    node.row = static_cast<int>(m_nodes[parent].children.size());
    if (now != nullptr) {
        node.value = valueText(*now);
        if (!now->is_structured() || node.depth < kMostDepth)
            node.json = dumped(*now);
    }
    const bool isPlain = now == nullptr || before == nullptr
        || !(now->is_structured() && now->type() == before->type());
    if (now == nullptr)
        node.change = Change::Gone;
    else if (before == nullptr && m_knowsBefore)
        node.change = Change::New;
    else if (before != nullptr && isPlain && *now != *before)
        node.change = Change::Changed;
    if (before != nullptr && (node.change == Change::Changed || node.change == Change::Gone))
        node.before = valueText(*before);
    m_nodes.push_back(std::move(node));
    m_nodes[parent].children.push_back(m_nodes.size() - 1);
    return m_nodes.size() - 1;
}

bool StateModel::hasChanges() const
{
    return m_nodes.front().change != Change::None;
}

QModelIndex StateModel::find(const QString& path) const
{
    for (std::size_t i = 1; i < m_nodes.size(); ++i) {
        if (m_nodes[i].path == path)
            return createIndex(m_nodes[i].row, 0, quintptr {i});
    }
    return {};
}

const StateModel::Node& StateModel::node(const QModelIndex& index) const
{
    return m_nodes[index.isValid() ? index.internalId() : 0];
}

QModelIndex StateModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(
        row, column, quintptr {node(parent).children[static_cast<std::size_t>(row)]});
}

QModelIndex StateModel::parent(const QModelIndex& child) const
{
    const std::size_t above = child.isValid() ? node(child).parent : 0;
    return above == 0 ? QModelIndex() : createIndex(m_nodes[above].row, 0, quintptr {above});
}

int StateModel::rowCount(const QModelIndex& parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(node(parent).children.size());
}

int StateModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

QVariant StateModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Node& at = node(index);
    switch (role) {
    case Qt::DisplayRole:
        if (index.column() == KeyColumn)
            return at.key;
        if (index.column() == BeforeColumn)
            return at.change == Change::New ? tr("(new)") : at.before;
        return at.change == Change::Gone ? tr("(gone)") : at.value;
    case Qt::EditRole:
        return at.json;
    case Qt::ForegroundRole:
        if (index.column() == BeforeColumn || at.change == Change::Gone)
            return m_theme.color(ColorRole::TextDim);
        if (at.change == Change::Below && index.column() == KeyColumn)
            return m_theme.color(ColorRole::Paused);
        return m_theme.color(at.change == Change::None || at.change == Change::Below
                                 ? ColorRole::Text
                                 : ColorRole::Paused);
    case Qt::SizeHintRole:
        return QSize(0, kStateRow);
    case PathRole:
        return at.path;
    case ChangedRole:
        return at.change != Change::None;
    default:
        return {};
    }
}

bool StateModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::EditRole || !flags(index).testFlag(Qt::ItemIsEditable))
        return false;
    const std::string typed = jsonOfTyped(value.toString());
    if (typed != node(index).json.toStdString())
        emit editWanted(node(index).path, QString::fromStdString(typed));
    // The value is another when the engine says so.
    return true;
}

Qt::ItemFlags StateModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractItemModel::flags(index);
    const bool canEdit = m_isEditable && index.isValid() && index.column() == ValueColumn
        && !node(index).json.isEmpty();
    return canEdit ? flags | Qt::ItemIsEditable : flags;
}

QVariant StateModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case KeyColumn:
        return tr("State");
    case ValueColumn:
        return tr("Value");
    case BeforeColumn:
        return tr("At the last stop");
    default:
        return {};
    }
}

} // namespace gui
