#pragma once

#include "engine/config/config_problem.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace engine {

/// A file of ours that people write: JSON in which comments may stand.
struct CommentedJson
{
    std::optional<nlohmann::json> value; ///< nothing: it is no JSON
    std::string blanked; ///< the text with blanks for comments, for ConfigPlaces
    ConfigProblem problem; ///< with its place, where there is no value
};

CommentedJson readCommentedJson(std::string_view text, const tracestore::JsonLimits& limits = {});

} // namespace engine
