#pragma once

#include "tracestore/query/query.h"

namespace engine {

/// Whether a query searches words in all text that it does not name as that: `args.sql contains`,
/// `1 + 2`. In the search box they are a convenience, in a condition a slip. Those that are meant
/// are written `text contains refund`.
bool hasBareWords(const tracestore::Query& query);

} // namespace engine
