#pragma once

#include "tracestore/base/result.h"

#include <string>
#include <vector>

namespace engine::cli {

/// Makes this process another program, with the same signals as if a shell had started it. Comes
/// back only with the reason why not.
tracestore::Error replaceProcess(const std::string& program,
                                 const std::vector<std::string>& arguments);

/// Runs a program to its end and gives its exit code (128 + signal where one ended it). A signal
/// that would end us is handed on to it, so that the caller can clean up behind it.
tracestore::Result<int> runProcess(const std::string& program,
                                   const std::vector<std::string>& arguments);

} // namespace engine::cli
