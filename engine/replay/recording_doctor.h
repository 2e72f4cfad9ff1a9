#pragma once

#include "engine/config/agent_config.h"
#include "engine/run/run_observer.h"

#include <string>
#include <vector>

namespace engine {

/// Something that makes an agent do otherwise in another run, and what helps.
struct DoctorFinding
{
    enum class Level : std::uint8_t
    {
        Cause, ///< it was seen to make a difference
        Risk ///< it may
    };

    Level level = Level::Risk;
    std::string kind; ///< `volatile_text`, `sampling`, `model_alias`, `effect_class` ...
    std::string effect; ///< the step where it shows; empty: it is about the configuration
    std::int64_t event = 0; ///< of the recording; 0: none
    std::string what; ///< a sentence
    std::string wayOut; ///< another

    bool operator==(const DoctorFinding&) const = default;
};

std::string_view toWord(DoctorFinding::Level level);

/// What a recording and its agent's configuration tell of that, without doing the run again: times
/// and random texts in prompts and arguments, chance in the answers of models, names of models that
/// may mean another one tomorrow, tools that answered equal calls differently or whose effects are
/// not known, servers that changed their tools.
std::vector<DoctorFinding> examineRecording(const std::vector<RunEventPtr>& events,
                                            const AgentConfig& config);

} // namespace engine
