#pragma once

#include "engine/runtime/engine_service.h"

#include <nlohmann/json.hpp>

namespace engine::cli {

/// How a run ended, for other programs.
nlohmann::json runJson(const RunStatus& status);

} // namespace engine::cli
