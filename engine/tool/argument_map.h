#pragma once

#include "tracestore/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace engine {

/// Makes a value from a form and a document. In the form, an object with the one member
///   `$from`:     a JSON pointer (`/input/city`, `/steps/find/0/id`) stands for what it leads to,
///   `$template`: a text in which `{/input/city}` stands for the text of what it leads to and `{{`
///                for a brace;
/// all else stands for itself. Invalid: a pointer that leads nowhere, with the pointer. Forms come
/// from configurations, which are parsed with a cap on depth.
tracestore::Result<nlohmann::json> mapped(const nlohmann::json& form,
                                          const nlohmann::json& document);

/// Whether a form takes anything from below a member of the document, such as `/steps`.
bool takesFrom(const nlohmann::json& form, std::string_view pointer);

} // namespace engine
