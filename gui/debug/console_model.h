#pragma once

#include "engine/debug/debug_status.h"

#include <QAbstractListModel>

#include <deque>

namespace gui {

class RunDebugger;
class Theme;

/// The lines of a run's console, the oldest first; of very many the oldest go.
class ConsoleModel : public QAbstractListModel
{
    Q_OBJECT

public:
    static constexpr std::size_t kMostLines = 10'000;

    enum class Kind : std::uint8_t
    {
        Log, ///< of a log point
        Note, ///< of the debugger: a snapshot, a fault, an edit
        Problem,
        Tools, ///< what servers of tools and observers wrote
        Asked, ///< an expression
        Value ///< what it came to
    };

    enum Role
    {
        KindRole = Qt::UserRole, ///< Kind as int
        EffectRole ///< QString: the step it is about; empty: none
    };

    explicit ConsoleModel(const Theme& theme, QObject* parent = nullptr);

    /// Takes down what the debugger of a run tells from now on. It outlives the model.
    void follow(RunDebugger& debugger);

    /// Each line of `text` is a row.
    void add(Kind kind, const QString& text, const std::string& effect = {});
    void clear();

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Line
    {
        Kind kind = Kind::Log;
        QString text;
        QString effect;
    };

    void takeLine(const engine::DebugLine& line);
    void takeValue(const engine::Evaluation& value);

    const Theme& m_theme;
    std::deque<Line> m_lines;
};

} // namespace gui
