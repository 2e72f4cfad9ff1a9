#include "tracestore/recording/recording_reader.h"

#include "tracestore/recording/event_table.h"
#include "tracestore/store/kymo_reader.h"

#include <unordered_map>

namespace tracestore {
namespace {

    constexpr std::uint32_t kFirstVersionWithEvents = 3;

    Failure failWithoutEvents(const std::filesystem::path& path)
    {
        return fail(ErrorCode::Invalid,
                    path.string()
                        + " holds no log of a run: it is a trace that was saved, not recorded.");
    }

} // namespace

std::vector<std::string> effectsInDoubt(const std::vector<RunEvent>& events)
{
    std::vector<const RunEvent*> wanted;
    std::unordered_map<std::string_view, std::size_t> open; // index into `wanted`
    for (const RunEvent& event : events) {
        if (std::holds_alternative<EffectEnded>(event.fact))
            open.erase(event.effect);
        const auto* intent = std::get_if<EffectWanted>(&event.fact);
        if (intent == nullptr
            || (intent->kind != EffectKind::Model && intent->kind != EffectKind::Tool))
            continue;
        open.insert_or_assign(event.effect, wanted.size());
        wanted.push_back(&event);
    }
    std::vector<std::string> inDoubt;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto at = open.find(wanted[i]->effect);
        if (at != open.end() && at->second == i)
            inDoubt.push_back(wanted[i]->effect);
    }
    return inDoubt;
}

Result<RunRecording> readRecording(const std::filesystem::path& path, Job& job)
{
    auto tables = openCheckedTables(path);
    if (!tables)
        return fail(std::move(tables).error());
    if (tables->version < kFirstVersionWithEvents)
        return failWithoutEvents(path);
    RunRecording recording;
    recording.isComplete = !isUnfinished(*tables);
    const auto table = readEvents(tables->database, tables->size, job, [&](RunEvent event) {
        recording.events.push_back(std::move(event));
    });
    if (!table)
        return fail(Error(table.error()).in(path.string()));
    if (recording.isComplete && recording.events.empty())
        return failWithoutEvents(path);
    recording.damaged = table->damaged;
    recording.damage = table->damage;
    recording.inDoubt = effectsInDoubt(recording.events);
    return recording;
}

Result<RunRecording> readRecording(const std::filesystem::path& path)
{
    Job job;
    return readRecording(path, job);
}

} // namespace tracestore
