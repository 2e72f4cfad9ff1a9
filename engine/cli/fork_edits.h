#pragma once

#include "engine/branch/make_fork.h"

#include <string>
#include <vector>

namespace engine::cli {

/// The changes that a user wrote as `PATH=VALUE`. Invalid: one is none.
tracestore::Result<std::vector<ForkEdit>> forkEdits(const std::vector<std::string>& changes);

} // namespace engine::cli
