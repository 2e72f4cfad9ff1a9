#pragma once

#include "tracestore/model/message.h"

#include <optional>

namespace tracestore {

/// The message of a text as toJson() writes it, in one pass and without a tree of values: reading
/// many messages spends most of its time here. Nothing where the text is written in any other way,
/// however well.
std::optional<Message> canonicalMessage(std::string_view json);

} // namespace tracestore
