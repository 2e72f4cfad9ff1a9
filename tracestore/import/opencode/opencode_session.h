#pragma once

#include "tracestore/import/reading/conversation_steps.h"
#include "tracestore/import/reading/record_text.h"
#include "tracestore/import/reading/report_batch.h"

#include <functional>
#include <unordered_map>

namespace tracestore {

/// A value with the text that it stands in.
struct OpenCodeValue
{
    RecordText source;
    JsonView value;

    [[nodiscard]] RawRef place() const { return source.placeOf(value); }
};

struct OpenCodeMessage
{
    OpenCodeValue info;
    std::vector<OpenCodeValue> parts; ///< in their order
};

/// All that is known of a session; `info` may be missing.
struct OpenCodeConversation
{
    std::string id;
    OpenCodeValue info;
    std::vector<OpenCodeMessage> messages;
};

/// Where a conversation belongs.
struct OpenCodeTask
{
    SessionId session; ///< invalid: a session of its own
    SpanId startedBy; ///< the call that started it
    SpanId below; ///< the agent that started it, where the call is not known
};

/// What a conversation leads to.
struct OpenCodeFound
{
    SessionId session;
    SpanId agent;
    std::unordered_map<std::string, SpanId> startedSessions; ///< by their id: the tool
};

/// Adds the steps of a conversation.
OpenCodeFound addOpenCodeConversation(const OpenCodeConversation& conversation,
                                      const OpenCodeTask& task,
                                      TraceBuilder& builder,
                                      StepPayloads& payloads);

} // namespace tracestore
