#pragma once

#include "tracestore/import/claude_code/claude_code_payloads.h"

namespace tracestore {

/// Hands a session with its steps to the builder, and to the payloads where they are read from.
void addClaudeSession(const ClaudeSession& session,
                      const ClaudeTree& tree,
                      const ClaudeIndex& index,
                      TraceBuilder& builder,
                      ClaudeCodePayloads::Data& payloads);

} // namespace tracestore
