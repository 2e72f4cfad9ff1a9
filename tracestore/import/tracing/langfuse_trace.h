#pragma once

#include "tracestore/import/importer.h"

#include <map>

namespace tracestore {

/// What a file says of a trace of Langfuse beside its observations: its members as JSON texts,
/// views into the file.
struct LangfuseTrace
{
    std::map<std::string_view, std::string_view> members;

    /// A member that is a text, decoded; empty for any other.
    [[nodiscard]] std::string text(std::string_view key) const;
};

/// Gives a session the title of its first trace, and what else that says of itself.
void describeSession(const LangfuseTrace& trace, Session& session);

/// Adds the scores of a trace to its session.
void addScores(const LangfuseTrace& trace, Session& session);

} // namespace tracestore
