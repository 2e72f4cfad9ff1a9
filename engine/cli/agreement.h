#pragma once

#include "engine/cli/output.h"

#include <string>

namespace engine::cli {

/// What came of asking whether to go on.
enum class Agreement
{
    Given,
    Refused,
    NobodyThere ///< standard input is no terminal
};

/// Asks on the terminal; `question` such as `Send it?`. Waits for the answer.
Agreement askToAgree(const std::string& question, Output& err);

} // namespace engine::cli
