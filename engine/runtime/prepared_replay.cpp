#include "engine/runtime/prepared_replay.h"

#include "engine/replay/normaliser_set.h"
#include "engine/runtime/replayed_run.h"
#include "tracestore/recording/recording_fork.h"

#include <QFile>

#include <algorithm>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    std::filesystem::path filePath(const QString& file)
    {
        return QFile::encodeName(file).toStdString();
    }

    Result<void> checkRequest(const ReplayRequest& request)
    {
        if (const auto set = NormaliserSet::of(request.policy.normalisers); !set)
            return fail(set.error());
        std::error_code ignored;
        const std::filesystem::path file = filePath(request.recordFile);
        if (request.isForked)
            return {};
        if (!file.empty() && std::filesystem::exists(file, ignored))
            return fail(ErrorCode::Invalid,
                        file.string() + " is there already. A replay is written to a new file.");
        return {};
    }

    /// The recording up to an event, in a file of its own where it is kept.
    Result<RecordedRun> beginningOf(const ReplayStart& start)
    {
        if (start.recordFile.empty()) {
            std::vector<RunEventPtr> events;
            for (const RunEventPtr& event : start.events) {
                if (event->number <= start.upTo)
                    events.push_back(event);
            }
            return RecordedRun::ofEvents({}, std::move(events), false);
        }
        tracestore::RunEvent origin;
        origin.time = start.events.front()->time;
        for (const RunEventPtr& event : start.events) {
            if (event->number <= start.upTo)
                origin.time = event->time;
        }
        origin.fact = toFact(originOf(start));
        if (auto forked = tracestore::forkRecording(
                start.source, start.upTo, {std::move(origin)}, start.recordFile);
            !forked)
            return fail(std::move(forked).error());
        return RecordedRun::read(start.recordFile);
    }

    std::optional<BranchOrigin> originIn(const std::vector<RunEventPtr>& events)
    {
        std::optional<BranchOrigin> origin;
        for (const RunEventPtr& event : events) {
            if (auto told = branchOriginOf(event->fact))
                origin = std::move(told); // the last: that of a fork of a fork
        }
        return origin;
    }

    /// A branch that was made already, with what is changed in it.
    Result<RecordedRun> readFork(const std::filesystem::path& file)
    {
        auto fork = RecordedRun::read(file);
        if (fork && !originIn(fork->events()))
            return fail(ErrorCode::Invalid, file.string() + " is no fork.");
        return fork;
    }

    /// The first step that need not be as it is recorded.
    std::string stepBehind(const ReplayStart& start)
    {
        const std::int64_t last = std::max(start.upTo, start.policy.sameUpTo);
        if (last == 0)
            return {};
        const auto next = std::ranges::find_if(start.events, [last](const RunEventPtr& event) {
            return event->number > last && !event->effect.empty();
        });
        return next == start.events.end() ? std::string() : (*next)->effect;
    }

    std::string changeOf(const ReplayStart& start)
    {
        std::string change = start.changed.empty() ? "" : "configuration: " + start.changed;
        for (const EditRequest& edit : start.edits)
            change += (change.empty() ? "" : "; ") + edit.path + " → " + edit.value;
        return change;
    }

} // namespace

Result<PreparedReplay> prepareReplay(const ReplayRequest& request)
{
    if (auto checked = checkRequest(request); !checked)
        return fail(std::move(checked).error());
    auto run = readReplayedRun(filePath(request.source),
                               {.file = filePath(request.agentFile),
                                .text = request.configuration.toStdString(),
                                .isAsRecorded = request.isAsRecorded});
    if (!run)
        return fail(std::move(run).error());
    PreparedReplay prepared {.config = std::move(run->config), .start = {}};
    ReplayStart& start = prepared.start;
    start.events = run->recorded.events();
    start.source = run->recorded.file().string();
    start.which = std::move(run->which);
    start.changed = std::move(run->changed);
    start.tools = std::move(run->tools);
    start.policy = request.policy;
    start.recordFile = filePath(request.recordFile);
    start.branch = request.branch;
    start.edits = request.edits;
    start.upTo = request.upTo;
    if (request.isForked) {
        auto fork = readFork(start.recordFile);
        if (!fork)
            return fail(std::move(fork).error());
        start.upTo = originIn(fork->events())->upTo;
        start.beginning = std::move(*fork);
    } else if (request.upTo > 0) {
        auto beginning = beginningOf(start);
        if (!beginning)
            return fail(std::move(beginning).error());
        start.beginning = std::move(*beginning);
    }
    return prepared;
}

BranchOrigin originOf(const ReplayStart& start)
{
    BranchOrigin origin {.parent = std::filesystem::path(start.source).filename().string(),
                         .root = recordingKey(*start.events.front()),
                         .upTo = start.upTo,
                         .step = stepBehind(start),
                         .change = changeOf(start),
                         .note = start.branch.note,
                         .expected = start.branch.expected};
    for (const RunEventPtr& event : start.events) {
        if (const auto before = branchOriginOf(event->fact))
            origin.root = before->root; // of the same family
    }
    return origin;
}

RunWorld replayWorld(ReplayStart& start, RunWorld world)
{
    start.world = std::make_shared<ReplayWorld>(*start.events.front(), world.clock);
    return {start.world->clock,
            start.world->random,
            std::move(world.prices),
            std::move(world.environment),
            nullptr,
            world.vault,
            world.patience,
            start.world};
}

} // namespace engine
