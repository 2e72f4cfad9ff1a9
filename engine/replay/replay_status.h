#pragma once

#include "engine/replay/replay_policy.h"

#include <QMetaType>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

/// What the user can say about a step of a replay that waits for him.
enum class ReplayChoice : std::uint8_t
{
    UseRecorded, ///< the recorded outcome, for this step only
    TreatAsEqual, ///< the same, and a normaliser that makes it equal holds from now on
    LiveOnce, ///< from the world, for this step only; a tool that writes does so then
    LiveFromHere, ///< this and all that comes; tools that write are asked about still
    Answer, ///< what the user gives
    Fork, ///< a branch begins here; the question stays
    Stop ///< ends the replay
};

std::string_view toWord(ReplayChoice choice);

/// A step of a replay that has no outcome by its policy.
struct ReplayQuestion
{
    enum class Cause : std::uint8_t
    {
        Diverged, ///< the step is recorded, but is asked for something else now
        NotRecorded, ///< the recording has no such step, or no outcome of it
        Asked ///< the policy says so
    };

    std::string effect; ///< names it
    Cause cause = Cause::Diverged;
    EffectKind kind = EffectKind::Tool;
    std::string name; ///< of the tool or model
    EffectClass effectClass = EffectClass::Reads;
    std::int64_t recordedEvent = 0; ///< the intent of the recorded step; 0: there is none
    std::string recorded; ///< JSON, the form in which steps are edited; empty: there is none
    std::string now; ///< the same of what is asked now
    std::string path; ///< of the first difference in the form: `args.date`; empty: there is none
    std::string recordedWords; ///< what differs there, by word
    std::string nowWords;
    std::string recordedOutcome; ///< JSON, the form of an outcome; empty: none is recorded
    Normaliser suggestion; ///< for TreatAsEqual, to be edited
    std::vector<ReplayChoice> choices; ///< those that make sense
    std::string text; ///< a sentence or two

    bool operator==(const ReplayQuestion&) const = default;
};

std::string_view toWord(ReplayQuestion::Cause cause);

/// The answer to a question.
struct ReplayDecision
{
    std::string effect;
    ReplayChoice choice = ReplayChoice::UseRecorded;
    std::optional<Normaliser> normaliser = {}; ///< of TreatAsEqual; none: the suggestion
    /// Of Answer: a text, or JSON in the form of an outcome. Of Fork: the name of the branch.
    std::string text = {};
};

/// How a replay stands.
struct ReplayStatus
{
    std::string source; ///< the recording
    std::string config; ///< which configuration is used: a sentence
    ReplayPolicy policy; ///< as it holds now, with normalisers that were made meanwhile
    bool isLiveFromHere = false;
    std::int64_t recorded = 0; ///< outcomes so far, by where they came from
    std::int64_t fixed = 0; ///< of Static rules
    std::int64_t live = 0; ///< begun outside
    std::int64_t blocked = 0;
    std::int64_t answered = 0; ///< by the user
    std::vector<ReplayQuestion> questions;

    bool operator==(const ReplayStatus&) const = default;
};

} // namespace engine

Q_DECLARE_METATYPE(engine::ReplayStatus)
