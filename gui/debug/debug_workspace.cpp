#include "gui/debug/debug_workspace.h"

#include "gui/debug/workspace_file.h"

#include <QFile>
#include <QFileInfo>
#include <QUndoStack>

#include <algorithm>

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

    template<class T, class Id>
    T* findById(std::vector<T>& list, Id id)
    {
        const auto found = std::ranges::find(list, id, &T::id);
        return found == list.end() ? nullptr : &*found;
    }

    template<class T, class Id>
    const T* findById(const std::vector<T>& list, Id id)
    {
        const auto found = std::ranges::find(list, id, &T::id);
        return found == list.end() ? nullptr : &*found;
    }

    template<class T, class Id>
    void removeById(std::vector<T>& list, const std::vector<Id>& ids)
    {
        std::erase_if(list,
                      [&](const T& one) { return std::ranges::find(ids, one.id) != ids.end(); });
    }

    template<class T, class Id>
    void enableById(std::vector<T>& list, const std::vector<Id>& ids, bool isEnabled)
    {
        for (T& one : list) {
            if (std::ranges::find(ids, one.id) != ids.end())
                one.isEnabled = isEnabled;
        }
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

BreakpointId DebugWorkspace::add(Breakpoint breakpoint)
{
    breakpoint.id = m_nextBreakpoint++;
    DebugSetup next = *m_setup;
    next.breakpoints.push_back(breakpoint);
    push(tr("Add breakpoint"), std::move(next));
    return breakpoint.id;
}

void DebugWorkspace::change(const Breakpoint& breakpoint)
{
    DebugSetup next = *m_setup;
    if (Breakpoint* found = findById(next.breakpoints, breakpoint.id))
        *found = breakpoint;
    push(tr("Change breakpoint"), std::move(next));
}

void DebugWorkspace::removeBreakpoints(const std::vector<BreakpointId>& ids)
{
    DebugSetup next = *m_setup;
    removeById(next.breakpoints, ids);
    push(ids.size() == 1 ? tr("Remove breakpoint") : tr("Remove breakpoints"), std::move(next));
}

void DebugWorkspace::setEnabled(const std::vector<BreakpointId>& ids, bool isEnabled)
{
    DebugSetup next = *m_setup;
    enableById(next.breakpoints, ids, isEnabled);
    push(isEnabled ? tr("Switch breakpoint on") : tr("Switch breakpoint off"), std::move(next));
}

void DebugWorkspace::setGroupEnabled(const std::string& group, bool isEnabled)
{
    DebugSetup next = *m_setup;
    for (Breakpoint& one : next.breakpoints) {
        if (one.group == group)
            one.isEnabled = isEnabled;
    }
    push(isEnabled ? tr("Switch group on") : tr("Switch group off"), std::move(next));
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
    watch.id = m_nextWatch++;
    DebugSetup next = *m_setup;
    next.watches.push_back(watch);
    push(tr("Add watch"), std::move(next));
    return watch.id;
}

void DebugWorkspace::change(const Watch& watch)
{
    DebugSetup next = *m_setup;
    if (Watch* found = findById(next.watches, watch.id))
        *found = watch;
    push(tr("Change watch"), std::move(next));
}

void DebugWorkspace::removeWatches(const std::vector<WatchId>& ids)
{
    DebugSetup next = *m_setup;
    removeById(next.watches, ids);
    push(ids.size() == 1 ? tr("Remove watch") : tr("Remove watches"), std::move(next));
}

void DebugWorkspace::moveWatch(WatchId id, std::size_t place)
{
    DebugSetup next = *m_setup;
    const Watch* found = findById(next.watches, id);
    if (found == nullptr)
        return;
    const Watch moved = *found;
    std::erase(next.watches, moved);
    place = std::min(place, next.watches.size());
    next.watches.insert(next.watches.begin() + static_cast<std::ptrdiff_t>(place), moved);
    push(tr("Move watch"), std::move(next));
}

FaultId DebugWorkspace::add(FaultRule rule)
{
    rule.id = m_nextFault++;
    DebugSetup next = *m_setup;
    next.faults.push_back(rule);
    push(tr("Add fault"), std::move(next));
    return rule.id;
}

void DebugWorkspace::change(const FaultRule& rule)
{
    DebugSetup next = *m_setup;
    if (FaultRule* found = findById(next.faults, rule.id))
        *found = rule;
    push(tr("Change fault"), std::move(next));
}

void DebugWorkspace::removeFaults(const std::vector<FaultId>& ids)
{
    DebugSetup next = *m_setup;
    removeById(next.faults, ids);
    push(ids.size() == 1 ? tr("Remove fault") : tr("Remove faults"), std::move(next));
}

void DebugWorkspace::setFaultsEnabled(const std::vector<FaultId>& ids, bool isEnabled)
{
    DebugSetup next = *m_setup;
    enableById(next.faults, ids, isEnabled);
    push(isEnabled ? tr("Switch fault on") : tr("Switch fault off"), std::move(next));
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
    for (Breakpoint& one : from.breakpoints) {
        one.id = m_nextBreakpoint++;
        to.breakpoints.push_back(std::move(one));
    }
    for (Watch& one : from.watches) {
        one.id = m_nextWatch++;
        to.watches.push_back(std::move(one));
    }
    for (FaultRule& one : from.faults) {
        one.id = m_nextFault++;
        to.faults.push_back(std::move(one));
    }
}

} // namespace gui
