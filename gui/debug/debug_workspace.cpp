#include "gui/debug/debug_workspace.h"

#include "gui/debug/workspace_file.h"

#include <QFile>
#include <QFileInfo>
#include <QUndoStack>

#include <algorithm>
#include <type_traits>

namespace gui {

using engine::Breakpoint;
using engine::BreakpointId;
using engine::DebugSetup;
using engine::FaultId;
using engine::FaultRule;
using engine::Watch;
using engine::WatchId;

namespace {

    constexpr int kSaveDelayMs = 300;
    constexpr int kMostUndone = 200;

    template<class T>
    std::vector<T>& listOf(DebugSetup& setup)
    {
        if constexpr (std::is_same_v<T, Breakpoint>)
            return setup.breakpoints;
        else if constexpr (std::is_same_v<T, Watch>)
            return setup.watches;
        else
            return setup.faults;
    }

    /// Null where there is none.
    template<class List, class Id>
    auto findById(List& list, Id id) -> decltype(list.data())
    {
        const auto found = std::ranges::find(list, id, [](const auto& one) { return one.id; });
        return found == list.end() ? nullptr : &*found;
    }

    template<class Id>
    bool isAmong(const std::vector<Id>& ids, Id id)
    {
        return std::ranges::find(ids, id) != ids.end();
    }

    template<class T>
    auto idBehind(const std::vector<T>& list, decltype(T::id) next)
    {
        for (const T& one : list)
            next = std::max(next, one.id + 1);
        return next;
    }

} // namespace

/// Keeps the whole before and after: neighbours on the stack share them.
class DebugWorkspace::ChangeCommand : public QUndoCommand
{
public:
    ChangeCommand(DebugWorkspace& workspace, const QString& text, SetupPtr after)
        : QUndoCommand(text)
        , m_workspace(workspace)
        , m_before(workspace.m_setup)
        , m_after(std::move(after))
    { }

    void undo() override { m_workspace.take(m_before); }

    void redo() override { m_workspace.take(m_after); }

private:
    DebugWorkspace& m_workspace;
    SetupPtr m_before;
    SetupPtr m_after;
};

DebugWorkspace::DebugWorkspace(const QString& file, QObject* parent)
    : QObject(parent)
    , m_file(file)
    , m_setup(std::make_shared<DebugSetup>())
    , m_undo(new QUndoStack(this))
{
    m_undo->setUndoLimit(kMostUndone);
    m_saveSoon.setSingleShot(true);
    m_saveSoon.setInterval(kSaveDelayMs);
    connect(&m_saveSoon, &QTimer::timeout, this, &DebugWorkspace::save);
    load();
}

DebugWorkspace::~DebugWorkspace()
{
    if (m_saveSoon.isActive())
        save();
}

const Breakpoint* DebugWorkspace::breakpoint(BreakpointId id) const
{
    return findById(m_setup->breakpoints, id);
}

const FaultRule* DebugWorkspace::fault(FaultId id) const
{
    return findById(m_setup->faults, id);
}

// ---- changes

void DebugWorkspace::push(const QString& text, DebugSetup next)
{
    if (next != *m_setup)
        m_undo->push(
            new ChangeCommand(*this, text, std::make_shared<const DebugSetup>(std::move(next))));
}

void DebugWorkspace::take(SetupPtr setup)
{
    const SetupPtr before = std::exchange(m_setup, std::move(setup));
    m_saveSoon.start();
    if (before->breakpoints != m_setup->breakpoints)
        emit breakpointsChanged();
    if (before->watches != m_setup->watches)
        emit watchesChanged();
    if (before->faults != m_setup->faults)
        emit faultsChanged();
    emit changed();
}

/// A change of one list, which is one step of undo.
template<class T, class Change>
void DebugWorkspace::edit(const QString& text, Change change)
{
    DebugSetup next = *m_setup;
    change(listOf<T>(next));
    push(text, std::move(next));
}

template<class T>
auto DebugWorkspace::addTo(const QString& text, T one, decltype(T::id)& nextId)
{
    one.id = nextId++;
    edit<T>(text, [&](std::vector<T>& list) { list.push_back(one); });
    return one.id;
}

template<class T>
void DebugWorkspace::replace(const QString& text, const T& one)
{
    edit<T>(text, [&](std::vector<T>& list) {
        if (T* found = findById(list, one.id))
            *found = one;
    });
}

template<class T>
void DebugWorkspace::remove(const QString& text, const std::vector<decltype(T::id)>& ids)
{
    edit<T>(text, [&](std::vector<T>& list) {
        std::erase_if(list, [&](const T& one) { return isAmong(ids, one.id); });
    });
}

template<class T>
void DebugWorkspace::enable(const QString& text,
                            const std::vector<decltype(T::id)>& ids,
                            bool isEnabled)
{
    edit<T>(text, [&](std::vector<T>& list) {
        for (T& one : list)
            one.isEnabled = isAmong(ids, one.id) ? isEnabled : one.isEnabled;
    });
}

BreakpointId DebugWorkspace::add(Breakpoint breakpoint)
{
    return addTo(tr("Add breakpoint"), std::move(breakpoint), m_nextBreakpoint);
}

void DebugWorkspace::change(const Breakpoint& breakpoint)
{
    replace(tr("Change breakpoint"), breakpoint);
}

void DebugWorkspace::removeBreakpoints(const std::vector<BreakpointId>& ids)
{
    remove<Breakpoint>(ids.size() == 1 ? tr("Remove breakpoint") : tr("Remove breakpoints"), ids);
}

void DebugWorkspace::setEnabled(const std::vector<BreakpointId>& ids, bool isEnabled)
{
    enable<Breakpoint>(
        isEnabled ? tr("Switch breakpoint on") : tr("Switch breakpoint off"), ids, isEnabled);
}

void DebugWorkspace::setGroupEnabled(const std::string& group, bool isEnabled)
{
    edit<Breakpoint>(isEnabled ? tr("Switch group on") : tr("Switch group off"),
                     [&](std::vector<Breakpoint>& list) {
                         for (Breakpoint& one : list)
                             one.isEnabled = one.group == group ? isEnabled : one.isEnabled;
                     });
}

std::vector<std::string> DebugWorkspace::groups() const
{
    std::vector<std::string> groups;
    for (const Breakpoint& one : m_setup->breakpoints) {
        if (!one.group.empty() && std::ranges::find(groups, one.group) == groups.end())
            groups.push_back(one.group);
    }
    std::ranges::sort(groups);
    return groups;
}

WatchId DebugWorkspace::add(Watch watch)
{
    return addTo(tr("Add watch"), std::move(watch), m_nextWatch);
}

void DebugWorkspace::change(const Watch& watch)
{
    replace(tr("Change watch"), watch);
}

void DebugWorkspace::removeWatches(const std::vector<WatchId>& ids)
{
    remove<Watch>(ids.size() == 1 ? tr("Remove watch") : tr("Remove watches"), ids);
}

void DebugWorkspace::moveWatch(WatchId id, std::size_t place)
{
    edit<Watch>(tr("Move watch"), [&](std::vector<Watch>& list) {
        const Watch* found = findById(list, id);
        if (found == nullptr)
            return;
        const Watch moved = *found;
        std::erase(list, moved);
        const auto to = static_cast<std::ptrdiff_t>(std::min(place, list.size()));
        list.insert(list.begin() + to, moved);
    });
}

FaultId DebugWorkspace::add(FaultRule rule)
{
    return addTo(tr("Add fault"), std::move(rule), m_nextFault);
}

void DebugWorkspace::change(const FaultRule& rule)
{
    replace(tr("Change fault"), rule);
}

void DebugWorkspace::removeFaults(const std::vector<FaultId>& ids)
{
    remove<FaultRule>(ids.size() == 1 ? tr("Remove fault") : tr("Remove faults"), ids);
}

void DebugWorkspace::setFaultsEnabled(const std::vector<FaultId>& ids, bool isEnabled)
{
    enable<FaultRule>(isEnabled ? tr("Switch fault on") : tr("Switch fault off"), ids, isEnabled);
}

// ---- files

void DebugWorkspace::learnIds(const DebugSetup& setup)
{
    m_nextBreakpoint = idBehind(setup.breakpoints, m_nextBreakpoint);
    m_nextWatch = idBehind(setup.watches, m_nextWatch);
    m_nextFault = idBehind(setup.faults, m_nextFault);
}

void DebugWorkspace::load()
{
    if (m_file.isEmpty() || !QFileInfo::exists(m_file))
        return;
    auto setup = readSetupFile(m_file);
    if (!setup) {
        putAside(QString::fromStdString(setup.error().message));
        return;
    }
    m_setup = std::make_shared<const DebugSetup>(std::move(*setup));
    learnIds(*m_setup);
}

void DebugWorkspace::putAside(const QString& why)
{
    const auto kept = keepAside(m_file);
    if (kept) {
        setProblem(tr("%1 The file is kept as %2; this list begins anew.").arg(why, *kept));
        return;
    }
    // Nothing may be written over what could not be put aside.
    setProblem(
        tr("%2 The file %1 cannot be renamed: what is set now is not kept.").arg(m_file, why));
    m_file.clear();
}

void DebugWorkspace::setProblem(const QString& problem)
{
    if (problem == m_problem)
        return;
    m_problem = problem;
    emit problemChanged();
}

void DebugWorkspace::save()
{
    m_saveSoon.stop();
    if (m_file.isEmpty())
        return;
    const auto written = writeSetupFile(m_file, *m_setup);
    if (!written)
        setProblem(tr("Breakpoints are not kept: %1")
                       .arg(QString::fromStdString(written.error().message)));
    else if (std::exchange(m_isUnwritten, false))
        setProblem({});
    m_isUnwritten = !written;
}

tracestore::Result<void> DebugWorkspace::exportTo(const QString& path) const
{
    return writeSetupFile(path, *m_setup);
}

tracestore::Result<void> DebugWorkspace::importFrom(const QString& path)
{
    auto imported = readSetupFile(path);
    if (!imported)
        return tracestore::fail(imported.error());
    DebugSetup next = *m_setup;
    addAll(std::move(*imported), next);
    push(tr("Import breakpoints"), std::move(next));
    return {};
}

void DebugWorkspace::use(const DebugSetup& setup, bool isInstead)
{
    DebugSetup next = isInstead ? DebugSetup() : *m_setup;
    addAll(setup, next);
    push(tr("Use breakpoints of the bundle"), std::move(next));
}

/// Under numbers of its own.
void DebugWorkspace::addAll(DebugSetup from, DebugSetup& to)
{
    const auto take = [](auto& list, auto& added, auto& nextId) {
        for (auto& one : added) {
            one.id = nextId++;
            list.push_back(std::move(one));
        }
    };
    take(to.breakpoints, from.breakpoints, m_nextBreakpoint);
    take(to.watches, from.watches, m_nextWatch);
    take(to.faults, from.faults, m_nextFault);
}

} // namespace gui
