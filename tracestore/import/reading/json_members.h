#pragma once

#include <nlohmann/json_fwd.hpp>

#include <initializer_list>
#include <string>
#include <string_view>

namespace tracestore {

/// A member of an object that is there and not null; null for anything else.
const nlohmann::json* memberOf(const nlohmann::json& object, std::string_view key);

/// The first of some members that is there and not null.
const nlohmann::json* anyMemberOf(const nlohmann::json& object,
                                  std::initializer_list<std::string_view> keys);

/// A text as it is, anything else as JSON; empty where there is nothing.
std::string plainTextOf(const nlohmann::json* value);
std::string plainTextOf(const nlohmann::json& object, std::initializer_list<std::string_view> keys);

/// Whether a member is `true`.
bool flagOf(const nlohmann::json& object, std::string_view key);

} // namespace tracestore
