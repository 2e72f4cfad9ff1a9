#pragma once

#include "engine/replay/replay_policy.h"
#include "engine/runtime/replay_check.h"
#include "tracestore/base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace gui {

/// A model or a tool of a recorded run, for which a policy says where its outcomes come from.
struct ReplaySubject
{
    engine::EffectKind kind = engine::EffectKind::Tool; ///< Model or Tool
    std::string name;
    engine::EffectClass effectClass = engine::EffectClass::Reads; ///< the widest of its calls
    bool isClassKnown = false; ///< false: it was not called
    std::int64_t calls = 0; ///< that are recorded

    bool operator==(const ReplaySubject&) const = default;
};

/// What one has to know before a recorded run is done again.
struct ReplayPlan
{
    std::string which; ///< of which configuration: a sentence
    engine::AgentConfig config;
    std::vector<ReplaySubject> subjects; ///< models first, each by its name
};

/// Which configuration a run is done again with.
struct ReplaySource
{
    std::filesystem::path recording;
    std::filesystem::path agentFile; ///< empty: where it was, else as recorded
    bool isAsRecorded = false;
};

/// Reads a recording and a configuration. Any thread; fails as engine::readReplayedRun().
tracestore::Result<ReplayPlan> readReplayPlan(const ReplaySource& source);

/// Does all of a recording again from itself alone and compares every fact. Returns when that is
/// done; any thread but that of the window.
engine::ReplayCheckReport checkRecording(const ReplaySource& source);

/// The policy of what is chosen for each subject: its rule, and whether a tool that really runs may
/// write and reach outside, too. What is not among them comes from the recording.
engine::ReplayPolicy policyOf(const std::vector<ReplaySubject>& subjects,
                              const std::vector<engine::ReplayRule>& rules,
                              const std::vector<bool>& mayWrite);

} // namespace gui
