#pragma once

#include <string>
#include <utility>
#include <vector>

namespace engine {

/// What this program's environment holds that is to be secret by its name (`..._API_KEY`,
/// `..._TOKEN`,
/// `..._SECRET`, `..._PASSWORD`): names and values.
std::vector<std::pair<std::string, std::string>> secretsOfEnvironment();

} // namespace engine
