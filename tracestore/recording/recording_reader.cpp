#include "tracestore/recording/recording_reader.h"

#include "tracestore/recording/event_table.h"
#include "tracestore/store/kymo_file.h"
#include "tracestore/store/kymo_reader.h"

#include <algorithm>

namespace tracestore {
namespace {

    Failure failWithoutEvents(const std::filesystem::path& path)
    {
        return fail(ErrorCode::Invalid,
                    path.string()
                        + " holds no log of a run: it is a trace that was saved, not recorded.");
    }

} // namespace

void DoubtFinder::add(const RunEvent& event)
{
    if (std::holds_alternative<EffectEnded>(event.fact))
        m_open.erase(event.effect);
    const auto* wanted = std::get_if<EffectWanted>(&event.fact);
    if (wanted != nullptr
        && (wanted->kind == EffectKind::Model || wanted->kind == EffectKind::Tool))
        m_open.insert_or_assign(event.effect, event.number);
}

std::vector<std::string> DoubtFinder::inDoubt() const
{
    std::vector<std::pair<std::int64_t, std::string>> open;
    for (const auto& [effect, number] : m_open)
        open.emplace_back(number, effect);
    std::ranges::sort(open);
    std::vector<std::string> effects;
    for (auto& [number, effect] : open)
        effects.push_back(std::move(effect));
    return effects;
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
    DoubtFinder doubts;
    const auto table = readEvents(tables->database, tables->size, job, [&](RunEvent event) {
        doubts.add(event);
        recording.events.push_back(std::move(event));
    });
    if (!table)
        return fail(Error(table.error()).in(path.string()));
    if (recording.isComplete && recording.events.empty())
        return failWithoutEvents(path);
    recording.damaged = table->damaged;
    recording.damage = table->damage;
    recording.inDoubt = doubts.inDoubt();
    return recording;
}

Result<RunRecording> readRecording(const std::filesystem::path& path)
{
    Job job;
    return readRecording(path, job);
}

} // namespace tracestore
