#pragma once

#include "tracestore/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace engine::cli {

/// One of many inputs.
struct BatchInput
{
    std::string id; ///< as the file says, else the number of its line
    std::string input;
};

/// Reads JSON lines of `{"id": ..., "input": ...}`; blank lines are left out. Invalid: a line is
/// something else, or two have the same id; `where` is the line's number.
tracestore::Result<std::vector<BatchInput>> readBatchInputs(std::string_view text);

} // namespace engine::cli
