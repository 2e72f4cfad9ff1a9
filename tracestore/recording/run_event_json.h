#pragma once

#include "tracestore/recording/run_event.h"

namespace tracestore {

/// A fact as a JSON object, all of it but the input of a model call, which is kept as a list of
/// messages beside it. A text that is no UTF-8 stands under its name with `_bytes` behind it, a
/// character for each byte. What is empty or not known is left out.
std::string toJson(const RunFact& fact);

/// The fact of a type's word (see typeWord()) and its body. Members that we do not know are passed
/// over, those that are missing are empty. Unsupported: a type that we do not know. Corrupt: no
/// JSON object, or a member is not what it must be; the message names it.
Result<RunFact> factFromJson(std::string_view type, std::string_view body);

} // namespace tracestore
