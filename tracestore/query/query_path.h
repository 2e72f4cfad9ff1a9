#pragma once

#include "tracestore/query/query_node.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>

namespace tracestore {

/// A field with a path, as it is written: `args.items[0].name`, `attr."a.b"`.
struct ReadPath
{
    const QueryField* field = nullptr; ///< null where there is no such field
    std::vector<PathStep> path;
    std::string pathText; ///< what stands behind the field
    std::string problem; ///< empty, or why the path is none
};

/// The longest name of a field at the front of a word; what follows it is a path.
ReadPath readPath(std::string_view word);

/// Visits the values that a path leads to. A text that holds JSON is looked into where the path
/// goes on. False where there are none.
bool visitPath(const nlohmann::json& value,
               std::span<const PathStep> path,
               const std::function<void(const nlohmann::json&)>& visit);

} // namespace tracestore
