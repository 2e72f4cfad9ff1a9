#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace gui {

/// The names of members from the top down: {"prompt", "behaviour"}.
using ConfigPath = std::vector<std::string>;

/// The value of a member in a text of JSON with comments; nothing where it is not there, or where
/// the text up to it is no JSON.
std::optional<nlohmann::json> configValue(const std::string& text, const ConfigPath& path);

/// The text with a member set, or taken away where `value` is null. All else stays as it was
/// written: comments, order, spaces. Nothing where the text is no JSON object.
std::optional<std::string>
withConfigValue(const std::string& text, const ConfigPath& path, const nlohmann::json& value);

} // namespace gui
