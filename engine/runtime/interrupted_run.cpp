#include "engine/runtime/interrupted_run.h"

#include "tracestore/recording/recording_lock.h"
#include "tracestore/recording/recording_reader.h"
#include "tracestore/store/kymo_reader.h"

#include <map>

namespace engine {

using tracestore::EffectClass;
using tracestore::EffectWanted;

namespace {

    bool isCutOff(const std::filesystem::path& file)
    {
        auto tables = tracestore::openCheckedTables(file);
        return tables && tracestore::isUnfinished(*tables)
            && !tracestore::RecordingLock::isHeld(file);
    }

    DoubtfulCall doubtfulCall(const std::string& effect, const EffectWanted& wanted)
    {
        const bool isLasting = wanted.effectClass == EffectClass::Writes
            || wanted.effectClass == EffectClass::Outside;
        // A model reaches outside, and yet leaves nothing behind there.
        const bool isModel = wanted.kind == tracestore::EffectKind::Model;
        return {effect, wanted.name, wanted.arguments, isLasting && !isModel};
    }

} // namespace

std::optional<InterruptedRun> findInterruptedRun(const std::filesystem::path& file,
                                                 tracestore::Job& job)
{
    if (!isCutOff(file))
        return {};
    const auto recording = tracestore::readRecording(file, job);
    if (!recording || recording->isComplete || recording->events.empty())
        return {};
    InterruptedRun run;
    run.events = static_cast<std::int64_t>(recording->events.size());
    std::map<std::string, const EffectWanted*> wanted;
    for (const tracestore::RunEvent& event : recording->events) {
        if (const auto* started = std::get_if<tracestore::RunStarted>(&event.fact))
            run.agent = started->name;
        if (const auto* intent = std::get_if<EffectWanted>(&event.fact))
            wanted[event.effect] = intent;
    }
    for (const std::string& effect : recording->inDoubt) {
        if (const auto found = wanted.find(effect); found != wanted.end())
            run.inDoubt.push_back(doubtfulCall(effect, *found->second));
    }
    return run;
}

} // namespace engine
