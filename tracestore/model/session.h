#pragma once

#include "tracestore/base/timestamp.h"
#include "tracestore/model/span.h"

namespace tracestore {

/// What the source itself counts; absent where the source has no such thing.
struct SourceCounts
{
    std::optional<std::int64_t> traces;
    std::optional<std::int64_t> spans; ///< records that the source calls spans
    std::optional<std::int64_t> roots; ///< records that name no parent
    std::optional<std::int64_t> orphans; ///< records whose named parent is not in the file
    std::optional<std::int64_t> links;

    bool operator==(const SourceCounts&) const = default;
};

/// A judgement of a whole run: a reward, the verdict of a test or of another model.
struct Score
{
    std::string name;
    std::optional<double> value;
    std::string label; ///< where the judgement is a word: `C`, `passed`
    std::string explanation;

    bool operator==(const Score&) const = default;
};

/// A recorded conversation or run. Texts are empty where the source does not say.
struct Session
{
    std::string key; ///< the source's id of the session, or one made from its place
    std::string title;
    std::string producerName;
    std::string producerVersion;
    std::string cwd;
    std::string repositoryBranch;
    std::string repositoryCommit;
    std::optional<Timestamp> started;
    std::optional<Timestamp> ended;
    SessionId parent; ///< the session that started this one
    /// How the run ended: Ok where the source says that it reached its goal, Error where it says
    /// that it failed or missed it. A run that merely ended says nothing.
    SpanStatus outcome = SpanStatus::Unknown;
    std::vector<Score> scores; ///< in the source's order
    SourceCounts counts;
    std::string attributesJson; ///< what else the source says of the session: an object, or empty

    bool operator==(const Session&) const = default;
};

/// Somebody who acts in a trace, and the lane in which the timeline draws its spans.
struct Agent
{
    std::string name;
    std::string origId;
    std::string role;

    bool operator==(const Agent&) const = default;
};

/// One line of a conversation that was rewound, edited or forked.
struct Branch
{
    std::string name;
    BranchId parent;
    SpanId forkedAt; ///< the last span that both lines share
    bool isActive = true; ///< false on a line that was left

    bool operator==(const Branch&) const = default;
};

} // namespace tracestore
