#pragma once

#include "engine/breakpoint/breakpoint_json.h"

#include <QObject>
#include <QTimer>

#include <memory>

class QUndoStack;

namespace gui {

/// What the user of the debugger has set: breakpoints, watches and fault rules, the same for all
/// tabs. Every change can be undone, and is kept in a file a moment later. One for the program; GUI
/// thread.
class DebugWorkspace : public QObject
{
    Q_OBJECT

public:
    /// Reads a file, where it is there; empty: nothing is kept. One that cannot be read is put
    /// aside and said by problem().
    explicit DebugWorkspace(const QString& file = {}, QObject* parent = nullptr);
    ~DebugWorkspace() override;

    [[nodiscard]] const engine::DebugSetup& setup() const { return *m_setup; }

    /// Null where there is none of that number.
    [[nodiscard]] const engine::Breakpoint* breakpoint(engine::BreakpointId id) const;
    [[nodiscard]] const engine::FaultRule* fault(engine::FaultId id) const;

    [[nodiscard]] QUndoStack& undoStack() const { return *m_undo; }

    /// What went wrong with the file, a sentence; empty where all is well.
    [[nodiscard]] const QString& problem() const { return m_problem; }

    // Each of these is one step of undo. Numbers are given here, and not used again while the
    // program runs.

    engine::BreakpointId add(engine::Breakpoint breakpoint);
    /// Takes it in place of the one of its number.
    void change(const engine::Breakpoint& breakpoint);
    void removeBreakpoints(const std::vector<engine::BreakpointId>& ids);
    void setEnabled(const std::vector<engine::BreakpointId>& ids, bool isEnabled);
    /// All of its members.
    void setGroupEnabled(const std::string& group, bool isEnabled);
    [[nodiscard]] std::vector<std::string> groups() const;

    engine::WatchId add(engine::Watch watch);
    void change(const engine::Watch& watch);
    void removeWatches(const std::vector<engine::WatchId>& ids);
    /// To a place in the list as it is without it.
    void moveWatch(engine::WatchId id, std::size_t place);

    engine::FaultId add(engine::FaultRule rule);
    void change(const engine::FaultRule& rule);
    void removeFaults(const std::vector<engine::FaultId>& ids);
    void setFaultsEnabled(const std::vector<engine::FaultId>& ids, bool isEnabled);

    tracestore::Result<void> exportTo(const QString& path) const;
    /// What is in the file comes to what there is, under numbers of its own.
    tracestore::Result<void> importFrom(const QString& path);

    /// Takes what came with a trace: with what there is, or instead of it. One step of undo.
    void use(const engine::DebugSetup& setup, bool isInstead);

    /// Writes what was not written yet.
    void save();

signals:
    /// Anything; comes behind those that follow.
    void changed();
    void breakpointsChanged();
    void watchesChanged();
    void faultsChanged();
    void problemChanged();

private:
    using SetupPtr = std::shared_ptr<const engine::DebugSetup>;
    class ChangeCommand;

    void load();
    void putAside(const QString& why);
    void setProblem(const QString& problem);
    template<class T, class Change>
    void edit(const QString& text, Change change);
    template<class T>
    auto addTo(const QString& text, T one, decltype(T::id)& nextId);
    template<class T>
    void replace(const QString& text, const T& one);
    template<class T>
    void remove(const QString& text, const std::vector<decltype(T::id)>& ids);
    template<class T>
    void enable(const QString& text, const std::vector<decltype(T::id)>& ids, bool isEnabled);
    void push(const QString& text, engine::DebugSetup next);
    void take(SetupPtr setup);
    void addAll(engine::DebugSetup from, engine::DebugSetup& to);
    void learnIds(const engine::DebugSetup& setup);

    QString m_file;
    SetupPtr m_setup; ///< never null
    QUndoStack* m_undo;
    QString m_problem;
    engine::BreakpointId m_nextBreakpoint = 1;
    engine::WatchId m_nextWatch = 1;
    engine::FaultId m_nextFault = 1;
    QTimer m_saveSoon;
    bool m_isUnwritten = false; ///< the last writing failed
};

} // namespace gui
