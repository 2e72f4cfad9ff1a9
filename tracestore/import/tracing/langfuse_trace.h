#pragma once

#include "tracestore/import/importer.h"

#include <map>

namespace tracestore {

/// What a file says of a trace of Langfuse beside its observations: its members as JSON texts,
/// views into the file.
struct LangfuseTrace
{
    std::map<std::string_view, std::string_view> members;

    [[nodiscard]] bool isEmpty() const { return members.empty(); }

    /// A member that is a text, decoded; empty for any other.
    [[nodiscard]] std::string text(std::string_view key) const;
};

/// Adds to a session what its trace says: title, scores, and what else it tells.
void describeSession(const LangfuseTrace& trace, Session& session);

} // namespace tracestore
