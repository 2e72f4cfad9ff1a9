#pragma once

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

namespace engine {

/// The first place, in the order of their members, where two JSON values differ.
struct JsonDifference
{
    std::string path; ///< `args.items[2].price`; empty: they differ as a whole
    std::string recorded; ///< the values there as text; empty: there is none
    std::string now;
};

std::optional<JsonDifference> firstDifference(const nlohmann::json& recorded,
                                              const nlohmann::json& now);

} // namespace engine
