#pragma once

#include "gui/sequence/sequence_rows.h"

#include <string>

namespace tests {

/// The rows of a sequence as text, a line a row: `user -> agent: hello`, `agent <-> search:
/// search`, `agent: chat m`; failed ones end in ` !`. The head of a loop is `loop 3 x 2 [1
/// failed]`, its rows are indented.
std::string sequenceText(const gui::SequenceRows& rows);

} // namespace tests
