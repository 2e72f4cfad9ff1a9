#pragma once

#include "tracestore/model/message.h"

#include <string>
#include <vector>

namespace tracestore {

/// Messages as the JSON text of `gen_ai.input.messages` and `gen_ai.output.messages`. What the
/// conventions have no field for (a signature, an error flag) stands beside as a field of its own.
std::string toGenAiMessages(const std::vector<Message>& messages);

} // namespace tracestore
