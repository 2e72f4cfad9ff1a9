#pragma once

#include <nlohmann/json.hpp>

#include <QAbstractItemModel>

namespace gui {

class Theme;

/// The state of an agent as a tree, with what is another since the last stop: changed, new, gone.
/// Values can be typed over; what is typed is only asked for, the state itself is the engine's.
class StateModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    /// A larger state is cut; a row at the end says so.
    static constexpr std::size_t kMostNodes = 20'000;
    static constexpr int kMostDepth = 64;

    enum Column
    {
        KeyColumn,
        ValueColumn,
        BeforeColumn, ///< at the last stop, where it was another
        ColumnCount
    };

    enum Role
    {
        PathRole = Qt::UserRole, ///< `plan[2].status`
        ChangedRole ///< bool: it, or something below, is another
    };

    explicit StateModel(const Theme& theme, QObject* parent = nullptr);

    /// JSON texts; empty: nothing is known. What is not JSON is taken as nothing.
    void setState(const std::string& state, const std::string& before);

    void setEditable(bool isEditable) { m_isEditable = isEditable; }

    /// Whether anything changed since the last stop.
    [[nodiscard]] bool hasChanges() const;

    /// The row of a path; invalid where there is none.
    [[nodiscard]] QModelIndex find(const QString& path) const;

    [[nodiscard]] QModelIndex
    index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

signals:
    /// The user wants a value, JSON, in the place of another.
    void editWanted(const QString& path, const QString& json);

private:
    enum class Change : std::uint8_t
    {
        None,
        Changed,
        Below, ///< of something in it
        New,
        Gone
    };

    struct Node
    {
        QString key;
        QString path;
        QString value; ///< for people
        QString json; ///< of what can be edited
        QString before;
        Change change = Change::None;
        std::size_t parent = 0;
        int row = 0;
        int depth = 0;
        std::vector<std::size_t> children;
    };

    struct Source
    {
        std::size_t node = 0;
        const nlohmann::json* now = nullptr;
        const nlohmann::json* before = nullptr;
    };

    void build(const nlohmann::json* now, const nlohmann::json* before);
    void addChildren(const Source& of, std::vector<Source>& todo);
    std::size_t addNode(std::size_t parent,
                        const QString& key,
                        const QString& path,
                        const nlohmann::json* now,
                        const nlohmann::json* before);
    [[nodiscard]] const Node& node(const QModelIndex& index) const;

    const Theme& m_theme;
    std::vector<Node> m_nodes; ///< the first is the root, which is not shown
    std::string m_state;
    std::string m_before;
    bool m_isEditable = false;
    bool m_knowsBefore = false;
};

/// What somebody typed as a value: JSON as it stands, anything else as a text.
std::string jsonOfTyped(const QString& typed);

} // namespace gui
