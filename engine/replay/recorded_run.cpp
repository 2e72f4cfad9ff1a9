#include "engine/replay/recorded_run.h"

#include "tracestore/base/ensure.h"
#include "tracestore/recording/recording_reader.h"

#include <algorithm>

namespace engine {

using tracestore::AgentEnded;
using tracestore::AgentStarted;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;
using tracestore::RunEnded;
using tracestore::RunStarted;

namespace {

    /// Why nobody can do a run again, or nothing.
    Result<void> checkReadable(const tracestore::RunRecording& recording, const std::string& file)
    {
        if (recording.damaged > 0)
            return fail(ErrorCode::Corrupt,
                        file + " is damaged and cannot be gone on with: " + recording.damage
                            + " It can still be opened.");
        if (recording.events.empty()
            || !std::holds_alternative<RunStarted>(recording.events.front().fact))
            return fail(ErrorCode::Invalid,
                        file
                            + " holds no step: the run was interrupted before the first could be "
                              "saved. Start it anew with `kymo run`.");
        return {};
    }

    bool hasEnded(const tracestore::RunRecording& recording)
    {
        return std::ranges::any_of(recording.events, [](const tracestore::RunEvent& event) {
            return std::holds_alternative<RunEnded>(event.fact);
        });
    }

    /// Why nobody can go on with a recording, or nothing.
    Result<void> checkUnfinished(const tracestore::RunRecording& recording, const std::string& file)
    {
        if (recording.isComplete)
            return fail(ErrorCode::Invalid,
                        file
                            + " is complete: its run has ended and there is nothing to go on with. "
                              "`kymo run` begins a new one.");
        if (auto checked = checkReadable(recording, file); !checked)
            return checked;
        if (hasEnded(recording))
            return fail(ErrorCode::Invalid,
                        file
                            + " holds a run that has ended; only the file was not closed. "
                              "There is nothing to go on with.");
        return {};
    }

} // namespace

std::string_view rootOf(std::string_view agent)
{
    return agent.substr(0, agent.find('/'));
}

Result<RecordedRun> RecordedRun::read(const std::filesystem::path& file)
{
    auto lock = tracestore::RecordingLock::take(file);
    if (!lock)
        return fail(std::move(lock).error());
    auto recording = tracestore::readRecording(file);
    if (!recording)
        return fail(std::move(recording).error());
    if (auto checked = checkUnfinished(*recording, file.string()); !checked)
        return fail(std::move(checked).error());
    RecordedRun run(file);
    run.m_lock = std::make_shared<tracestore::RecordingLock>(std::move(*lock));
    for (tracestore::RunEvent& event : recording->events)
        run.add(std::make_shared<const tracestore::RunEvent>(std::move(event)));
    return run;
}

Result<RecordedRun> RecordedRun::readWhole(const std::filesystem::path& file)
{
    auto recording = tracestore::readRecording(file);
    if (!recording)
        return fail(std::move(recording).error());
    if (auto checked = checkReadable(*recording, file.string()); !checked)
        return fail(std::move(checked).error());
    RecordedRun run(file);
    run.m_isComplete = hasEnded(*recording);
    for (tracestore::RunEvent& event : recording->events)
        run.add(std::make_shared<const tracestore::RunEvent>(std::move(event)));
    return run;
}

RecordedRun
RecordedRun::ofEvents(std::filesystem::path file, std::vector<RunEventPtr> events, bool isComplete)
{
    ENSURE(!events.empty() && std::holds_alternative<RunStarted>(events.front()->fact));
    RecordedRun run(std::move(file));
    run.m_isComplete = isComplete;
    for (RunEventPtr& event : events)
        run.add(std::move(event));
    return run;
}

void RecordedRun::add(RunEventPtr event)
{
    const RunEventPtr& kept = m_events.emplace_back(std::move(event));
    if (kept->agent.empty() || rootOf(kept->agent) != kept->agent)
        return;
    if (const auto* start = std::get_if<AgentStarted>(&kept->fact)) {
        m_lastStart = start;
        m_lastEnd = nullptr;
    } else if (const auto* end = std::get_if<AgentEnded>(&kept->fact)) {
        m_lastEnd = end;
    }
}

const RunStarted& RecordedRun::started() const
{
    return std::get<RunStarted>(m_events.front()->fact);
}

const std::string& RecordedRun::lastInput() const
{
    return m_lastStart == nullptr ? started().input : m_lastStart->task;
}

bool RecordedRun::isIdle() const
{
    return m_lastEnd != nullptr;
}

const AgentEnded* RecordedRun::lastAnswer() const
{
    return m_lastEnd;
}

} // namespace engine
