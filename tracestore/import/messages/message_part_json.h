#pragma once

#include "tracestore/model/message.h"

#include <nlohmann/json_fwd.hpp>

namespace tracestore {

/// One part of a message in the JSON of any chat API or tracing convention. What has no type of
/// ours becomes an OtherPart, whole.
MessagePart partOf(const nlohmann::json& value);

/// A call of a tool, also where no type says that it is one.
MessagePart toolCallPartOf(const nlohmann::json& value);

/// The result of a tool, also where no type says that it is one.
MessagePart toolResultPartOf(const nlohmann::json& value);

/// Whether a `type` is that of a part.
bool isPartType(std::string_view type);

} // namespace tracestore
