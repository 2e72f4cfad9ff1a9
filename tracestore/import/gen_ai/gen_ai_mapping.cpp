#include "tracestore/import/gen_ai/gen_ai_mapping.h"

#include "tracestore/import/gen_ai/gen_ai_events.h"
#include "tracestore/import/gen_ai/gen_ai_kind.h"
#include "tracestore/import/gen_ai/gen_ai_names.h"
#include "tracestore/import/gen_ai/gen_ai_usage.h"

namespace tracestore {
namespace {

    using F = GenAiField;

    /// The agent in `invoke_agent planner` or `agent_run [planner]`; empty where there is none.
    std::string_view agentIn(std::string_view name)
    {
        for (const std::string_view prefix : {"invoke_agent ", "agent_run "}) {
            if (!name.starts_with(prefix))
                continue;
            name.remove_prefix(prefix.size());
            const bool isBracketed = name.size() > 2 && name.front() == '[' && name.back() == ']';
            return isBracketed ? name.substr(1, name.size() - 2) : name;
        }
        return {};
    }

    std::string_view
    agentNameOf(const GenAiSource& source, const GenAiFields& fields, const GenAiSpan& span)
    {
        if (const std::string_view name = fields.text(F::AgentName); !name.empty())
            return name;
        if (span.kind != SpanKind::Agent)
            return {};
        if (const std::string_view name = fields.text(F::EntityName); !name.empty())
            return name;
        if (const std::string_view name = agentIn(source.name); !name.empty())
            return name;
        const bool isNamedAfterAgent = fields.has(F::OpenInferenceKind)
            || fields.has(F::LangfuseType) || fields.has(F::AgentsSpanType);
        return isNamedAfterAgent ? source.name : std::string_view();
    }

    std::string_view toolNameOf(const GenAiSource& source, const GenAiFields& fields)
    {
        if (const std::string_view name = fields.text(F::ToolName); !name.empty())
            return name;
        if (fields.has(F::TraceloopKind))
            return fields.text(F::EntityName);
        constexpr std::string_view kPrefix = "execute_tool ";
        return source.name.starts_with(kPrefix) ? source.name.substr(kPrefix.size())
                                                : std::string_view();
    }

    /// The conventions name spans `<operation> <target>`; the kind tells the operation already, so
    /// agents, workflows and tools go by their target. Model calls keep `chat <model>`.
    std::string_view stepNameOf(const GenAiSource& source, const GenAiFields& fields, SpanKind kind)
    {
        if (kind == SpanKind::Tool)
            return toolNameOf(source, fields);
        if (kind != SpanKind::Agent && kind != SpanKind::Workflow)
            return {};
        if (source.name.starts_with("agent_run "))
            return agentIn(source.name);
        const std::string_view operation = fields.text(F::Operation);
        const bool isPrefixed = !operation.empty() && source.name.size() > operation.size() + 1
            && source.name.starts_with(operation) && source.name[operation.size()] == ' ';
        return isPrefixed ? source.name.substr(operation.size() + 1) : std::string_view();
    }

    std::optional<Duration> firstTokenAfter(const GenAiFields& fields)
    {
        // A day: what is beyond is not a wait for a token.
        constexpr double kMaxSeconds = 86'400;
        std::optional<double> seconds = fields.number(F::FirstTokenSeconds);
        if (!seconds) {
            seconds = fields.number(F::FirstTokenMs);
            if (seconds)
                *seconds /= 1e3;
        }
        if (!seconds || *seconds < 0 || *seconds > kMaxSeconds)
            return {};
        return Duration {static_cast<std::int64_t>(*seconds * 1e9)};
    }

    std::optional<SpanError> errorOf(const GenAiSource& source, const GenAiFields& fields)
    {
        SpanError error {.type = std::string(fields.text(F::ErrorType)),
                         .message = std::string(fields.text(F::ErrorMessage))};
        if (const GenAiEvent* exception = exceptionOf(source.events)) {
            if (const auto* type = findAttribute(exception->attributes, "exception.type");
                type != nullptr && error.type.empty())
                error.type = type->asText();
            if (const auto* message = findAttribute(exception->attributes, "exception.message"))
                error.message = message->asText();
        }
        // Jaeger and Zipkin only say that there was one.
        if (error.message == "true")
            error.message.clear();
        return error == SpanError() ? std::nullopt : std::optional(std::move(error));
    }

    void mapModel(const GenAiFields& fields, GenAiSpan& span)
    {
        span.requestedModel = fields.text(F::RequestedModel);
        span.respondedModel = fields.text(F::RespondedModel);
        span.provider = fields.text(F::Provider);
        span.responseId = fields.text(F::ResponseId);
    }

} // namespace

std::string_view toWord(CallSide side)
{
    switch (side) {
    case CallSide::Unspecified:
        return {};
    case CallSide::Internal:
        return "internal";
    case CallSide::Server:
        return "server";
    case CallSide::Client:
        return "client";
    case CallSide::Producer:
        return "producer";
    case CallSide::Consumer:
        return "consumer";
    }
    return {};
}

GenAiSpan mapSpan(const GenAiSource& source)
{
    const WithEventAttributes merged(source);
    const GenAiFields fields(merged.attributes());
    const GenAiKind kind = kindOf(source, fields);
    GenAiSpan span {.kind = kind.kind, .origKind = kind.word, .isWrapper = kind.isWrapper};
    span.sessionKey = fields.text(F::SessionKey);
    span.agentName = agentNameOf(source, fields, span);
    span.agentId = fields.text(F::AgentKey);
    mapModel(fields, span);
    span.stepName = stepNameOf(source, fields, span.kind);
    if (span.kind == SpanKind::Tool)
        span.toolCallId = fields.text(F::ToolCallId);
    span.usage = usageOf(fields);
    span.cost = costOf(fields);
    span.firstTokenAfter = firstTokenAfter(fields);
    span.firstTokenAt = firstTokenOf(source.events);
    if (const AttributeValue* success = fields.find(F::IsSuccess))
        span.isSuccess = success->asBool();
    span.error = errorOf(source, fields);
    span.isMcp = fields.has(F::McpMethod);
    return span;
}

} // namespace tracestore
