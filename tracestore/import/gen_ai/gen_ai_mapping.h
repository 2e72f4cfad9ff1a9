#pragma once

#include "tracestore/import/gen_ai/attributes.h"
#include "tracestore/model/message.h"

#include <span>

namespace tracestore {

/// What OpenTelemetry says about the side of a call that a span is on.
enum class CallSide : std::uint8_t
{
    Unspecified,
    Internal,
    Server,
    Client,
    Producer,
    Consumer
};

/// `server`, `client`; empty where it is not specified.
std::string_view toWord(CallSide side);

/// Something that happened during a span, or a log record about it.
struct GenAiEvent
{
    std::string_view name;
    std::optional<Timestamp> time;
    Attributes attributes;
    AttributeValue body;
};

/// A span as the mapping sees it: attributes of any convention, from any container.
struct GenAiSource
{
    std::string_view name;
    std::string_view scopeName;
    CallSide side = CallSide::Unspecified;
    const Attributes& attributes;
    std::span<const GenAiEvent> events;
};

/// What the attributes of a span mean. Texts are views into the source.
struct GenAiSpan
{
    SpanKind kind = SpanKind::Other;
    std::string_view origKind; ///< the word that decided, or the side of the call
    std::string_view sessionKey;
    std::string_view agentName;
    std::string_view agentId;
    std::string_view requestedModel;
    std::string_view respondedModel;
    std::string_view provider;
    std::string_view responseId;
    std::string_view stepName; ///< what the step is called; empty: as the source calls it
    std::string_view toolCallId;
    std::optional<TokenUsage> usage;
    std::optional<Cost> cost;
    std::optional<Duration> firstTokenAfter; ///< since the start of the span
    std::optional<Timestamp> firstTokenAt;
    std::optional<bool> isSuccess; ///< what the attributes say, beside the status
    std::optional<SpanError> error;
    bool isWrapper = false; ///< repeats what the spans below it say, by its name
    bool isMcp = false;
};

/// Reads what a span is and how it went out of its attributes: the GenAI conventions, current and
/// older, OpenInference, OpenLLMetry, Vercel AI, Google ADK, Claude Code.
GenAiSpan mapSpan(const GenAiSource& source);

/// Reads the content of a span into `detail`: messages, arguments and result, parameters, tool
/// definitions, finish reasons, the stack of an exception. `kind` is that of mapSpan. Attributes
/// and events are left to the caller.
void mapContent(const GenAiSource& source, SpanKind kind, SpanDetail& detail);

} // namespace tracestore
