#pragma once

#include "tracestore/model/trace.h"

#include <string>

namespace engine::cli {

/// What `kymo info --json` prints: an interface, described in README.md of this folder. `file` is
/// what the user named.
std::string infoJson(const tracestore::Trace& trace, const std::string& file);

} // namespace engine::cli
