#pragma once

#include "tracestore/base/result.h"

#include <string>

namespace engine::cli {

/// All of a file that the user names. Invalid: it cannot be read, or is too long to be meant.
tracestore::Result<std::string> readTextFile(std::string_view path);

} // namespace engine::cli
