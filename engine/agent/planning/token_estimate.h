#pragma once

#include "tracestore/analysis/token_estimate.h"

namespace engine {

// What is told of traces and what agents decide by are one estimate.
using tracestore::estimateTokens;

} // namespace engine
