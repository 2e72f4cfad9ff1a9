#pragma once

#include "engine/config/agent_config.h"
#include "engine/config/config_problem.h"
#include "engine/effect/effect.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

/// Where the outcome of a step comes from when a recording is replayed.
enum class ReplayMode : std::uint8_t
{
    Recorded, ///< from the recording; what is not in it asks
    Static, ///< always the same answer
    Live, ///< from the world; a tool that writes or reaches outside only where it is named for it
    Ask, ///< the user, each time
    Blocked ///< refused: the agent is told so
};

std::string_view toWord(ReplayMode mode);

struct ReplayRule
{
    ReplayMode mode = ReplayMode::Recorded;
    std::string answer; ///< of Static: the result of a tool, the text of a model

    bool operator==(const ReplayRule&) const = default;
};

/// Says that texts which differ mean the same: before two requests are compared, what the pattern
/// matches is replaced in both.
struct Normaliser
{
    std::string name; ///< of the tool or model it is for; empty: all
    std::string path; ///< of the text: `args.date`, `messages[*].parts[*].text`; empty: every text
    std::string pattern; ///< a regular expression (RE2)
    std::string replacement;
    bool isOn = true;

    bool operator==(const Normaliser&) const = default;
};

/// How a recording is replayed. By default everything comes from it.
struct ReplayPolicy
{
    ReplayRule models;
    std::map<std::string, ReplayRule> modelsByName;
    ReplayRule tools;
    std::map<std::string, ReplayRule> toolsByName;

    /// Tools that write or reach outside and may do so again, since the user named them.
    std::set<std::string> liveWriters;

    std::vector<Normaliser> normalisers;

    /// Up to this event of the recording every step has its recorded outcome, whatever it is asked
    /// for: with another prompt or configuration that counts from there on. 0: no such.
    std::int64_t sameUpTo = 0;

    [[nodiscard]] const ReplayRule& ruleOf(EffectKind kind, const std::string& name) const;

    bool operator==(const ReplayPolicy&) const = default;
};

/// A policy as far as it could be read, and everything that is wrong with it.
struct ReplayPolicyReading
{
    std::optional<ReplayPolicy> policy; ///< only where no problem is an error
    std::vector<ConfigProblem> problems; ///< with line, and what to do
};

/// Reads the form of README.md, JSON with comments: `{"kymo_replay": 1, ...}`.
ReplayPolicyReading readReplayPolicy(std::string_view text);

std::string toJsonText(const ReplayPolicy& policy);

/// Sentences that say what will happen outside when an agent is replayed so, for who has to agree:
/// the first says whether anything will.
std::vector<std::string> describe(const ReplayPolicy& policy, const AgentConfig& config);

/// Whether nothing can go outside: no key, no network and no server of tools is needed.
[[nodiscard]] bool isAllRecorded(const ReplayPolicy& policy);

/// Whether a step of a tool is one that a replay does again only where its user says so.
[[nodiscard]] inline bool reachesOutside(EffectClass effectClass)
{
    return effectClass == EffectClass::Writes || effectClass == EffectClass::Outside;
}

} // namespace engine
