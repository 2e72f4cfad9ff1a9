#include "tracestore/import/gen_ai/gen_ai_names.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace tracestore {
namespace {

    using F = GenAiField;

    // GenAI v1.28 to v1.41 and after, OpenInference, OpenLLMetry, Vercel AI v3 to v7, Google ADK,
    // Claude Code; and what Langfuse, LangSmith and the OpenAI Agents SDK keep in records of their
    // own, as their decoders flatten it (`usage.`: the usage object of any API). Within a field,
    // the first name that is there is taken.
    constexpr GenAiName kNames[] = {
        {"span.type", F::ClaudeSpanType},
        {"ai.operationId", F::VercelOperation},
        {"openinference.span.kind", F::OpenInferenceKind},
        {"gen_ai.operation.name", F::Operation},
        {"traceloop.span.kind", F::TraceloopKind},
        {"llm.request.type", F::RequestType},
        {"mcp.method.name", F::McpMethod},
        {"langfuse.observation.type", F::LangfuseType},
        {"run_type", F::LangsmithKind},
        {"langsmith.span.kind", F::LangsmithKind},
        {"span_data.data.sdk_span_type", F::AgentsSpanType},
        {"span_data.type", F::AgentsSpanType},
        {"metadata.langgraph_node", F::GraphNode},
        {"graph.node.id", F::GraphNode},
        {"kymo.span.kind", F::KymoKind},

        {"gen_ai.conversation.id", F::SessionKey},
        {"session.id", F::SessionKey},
        {"langfuse.session.id", F::SessionKey},
        {"traceloop.association.properties.session_id", F::SessionKey},
        {"traceloop.association.properties.sessionId", F::SessionKey},
        {"traceloop.association.properties.thread_id", F::SessionKey},
        {"ai.telemetry.metadata.sessionId", F::SessionKey},
        {"ai.telemetry.metadata.session_id", F::SessionKey},
        {"ai.telemetry.metadata.langfuseSessionId", F::SessionKey},
        {"langsmith.metadata.thread_id", F::SessionKey},
        {"metadata.session_id", F::SessionKey},
        {"metadata.thread_id", F::SessionKey},
        {"metadata.conversation_id", F::SessionKey},
        {"gcp.vertex.agent.session_id", F::SessionKey},
        {"gen_ai.agent.name", F::AgentName},
        {"agent.name", F::AgentName},
        {"ai.telemetry.functionId", F::AgentName},
        {"agent_name", F::AgentName},
        {"span_data.data.agent_name", F::AgentName},
        {"gen_ai.agent.id", F::AgentKey},
        {"traceloop.entity.name", F::EntityName},

        {"gen_ai.request.model", F::RequestedModel},
        {"llm.request.model_name", F::RequestedModel},
        {"llm.request.model", F::RequestedModel},
        {"ai.model.id", F::RequestedModel},
        {"span_data.model", F::RequestedModel},
        {"metadata.ls_model_name", F::RequestedModel},
        {"embedding.model_name", F::RequestedModel},
        {"reranker.model_name", F::RequestedModel},
        {"gen_ai.response.model", F::RespondedModel},
        {"llm.response.model_name", F::RespondedModel},
        {"llm.response.model", F::RespondedModel},
        {"llm.model_name", F::RespondedModel},
        {"ai.response.model", F::RespondedModel},
        {"langfuse.observation.model.name", F::RespondedModel},
        {"outputs.model", F::RespondedModel},
        {"gen_ai.provider.name", F::Provider},
        {"gen_ai.system", F::Provider},
        {"llm.provider", F::Provider},
        {"llm.system", F::Provider},
        {"ai.model.provider", F::Provider},
        {"metadata.ls_provider", F::Provider},
        {"gen_ai.response.id", F::ResponseId},
        {"llm.response.id", F::ResponseId},
        {"ai.response.id", F::ResponseId},
        {"span_data.response_id", F::ResponseId},
        {"outputs.id", F::ResponseId},

        {"gen_ai.tool.name", F::ToolName},
        {"tool.name", F::ToolName},
        {"ai.toolCall.name", F::ToolName},
        {"tool_name", F::ToolName},
        {"gen_ai.tool.call.id", F::ToolCallId},
        {"tool_call.id", F::ToolCallId},
        {"tool.id", F::ToolCallId},
        {"ai.toolCall.id", F::ToolCallId},
        {"tool_use_id", F::ToolCallId},
        {"output.tool_call_id", F::ToolCallId},

        {"gen_ai.usage.input_tokens", F::InputTokens},
        {"ai.usage.inputTokens", F::InputTokens},
        {"llm.token_count.prompt", F::InputTokens},
        {"gen_ai.usage.prompt_tokens", F::InputTokens},
        {"llm.usage.prompt_tokens", F::InputTokens},
        {"ai.usage.promptTokens", F::InputTokens},
        {"ai.usage.tokens", F::InputTokens},
        {"input_tokens", F::InputTokens},
        {"usage.input_tokens", F::InputTokens},
        {"usage.prompt_tokens", F::InputTokens},
        {"usage.input", F::InputTokens},
        {"ai.usage.inputTokenDetails.noCacheTokens", F::UncachedTokens},
        {"gen_ai.usage.cache_read.input_tokens", F::CacheReadTokens},
        {"gen_ai.usage.cache_read_input_tokens", F::CacheReadTokens},
        {"gen_ai.usage.input_tokens.cached", F::CacheReadTokens},
        {"llm.token_count.prompt_details.cache_read", F::CacheReadTokens},
        {"ai.usage.inputTokenDetails.cacheReadTokens", F::CacheReadTokens},
        {"ai.usage.cachedInputTokens", F::CacheReadTokens},
        {"cache_read_tokens", F::CacheReadTokens},
        {"usage.prompt_tokens_details.cached_tokens", F::CacheReadTokens},
        {"usage.input_tokens_details.cached_tokens", F::CacheReadTokens},
        {"usage.input_token_details.cache_read", F::CacheReadTokens},
        {"usage.prompt_token_details.cache_read", F::CacheReadTokens},
        {"usage.prompt_details.cache_read", F::CacheReadTokens},
        {"usage.cached_input_tokens", F::CacheReadTokens},
        {"usage.cache_read_input_tokens", F::CacheReadTokens},
        {"usage.input_cached_tokens", F::CacheReadTokens},
        {"usage.input_cache_read", F::CacheReadTokens},
        {"gen_ai.usage.cache_creation.input_tokens", F::CacheWriteTokens},
        {"gen_ai.usage.cache_creation_input_tokens", F::CacheWriteTokens},
        {"llm.token_count.prompt_details.cache_write", F::CacheWriteTokens},
        {"ai.usage.inputTokenDetails.cacheWriteTokens", F::CacheWriteTokens},
        {"cache_creation_tokens", F::CacheWriteTokens},
        {"usage.input_token_details.cache_creation", F::CacheWriteTokens},
        {"usage.prompt_token_details.cache_creation", F::CacheWriteTokens},
        {"usage.prompt_details.cache_write", F::CacheWriteTokens},
        {"usage.cache_write_input_tokens", F::CacheWriteTokens},
        {"usage.cache_creation_input_tokens", F::CacheWriteTokens},
        {"usage.input_cache_creation", F::CacheWriteTokens},
        {"gen_ai.usage.cache_creation.ephemeral_1h_input_tokens", F::CacheWriteLongTokens},
        {"gen_ai.usage.output_tokens", F::OutputTokens},
        {"ai.usage.outputTokens", F::OutputTokens},
        {"llm.token_count.completion", F::OutputTokens},
        {"gen_ai.usage.completion_tokens", F::OutputTokens},
        {"llm.usage.completion_tokens", F::OutputTokens},
        {"ai.usage.completionTokens", F::OutputTokens},
        {"output_tokens", F::OutputTokens},
        {"usage.output_tokens", F::OutputTokens},
        {"usage.completion_tokens", F::OutputTokens},
        {"usage.output", F::OutputTokens},
        {"gen_ai.usage.reasoning.output_tokens", F::ReasoningTokens},
        {"gen_ai.usage.reasoning_tokens", F::ReasoningTokens},
        {"llm.token_count.completion_details.reasoning", F::ReasoningTokens},
        {"ai.usage.outputTokenDetails.reasoningTokens", F::ReasoningTokens},
        {"ai.usage.reasoningTokens", F::ReasoningTokens},
        {"usage.completion_tokens_details.reasoning_tokens", F::ReasoningTokens},
        {"usage.output_tokens_details.reasoning_tokens", F::ReasoningTokens},
        {"usage.output_token_details.reasoning", F::ReasoningTokens},
        {"usage.completion_token_details.reasoning", F::ReasoningTokens},
        {"usage.completion_details.reasoning", F::ReasoningTokens},
        {"usage.output_reasoning_tokens", F::ReasoningTokens},
        {"usage.output_reasoning", F::ReasoningTokens},
        {"gen_ai.usage.total_tokens", F::TotalTokens},
        {"llm.usage.total_tokens", F::TotalTokens},
        {"llm.token_count.total", F::TotalTokens},
        {"ai.usage.totalTokens", F::TotalTokens},
        {"usage.total_tokens", F::TotalTokens},
        {"usage.total", F::TotalTokens},
        {"llm.cost.total", F::CostTotal},
        {"gen_ai.usage.cost", F::CostTotal},
        {"gen_ai.cost.total_cost", F::CostTotal},
        {"cost_usd", F::CostTotal},
        {"costDetails.total", F::CostTotal},
        {"total_cost", F::CostTotal},
        {"gen_ai.response.time_to_first_chunk", F::FirstTokenSeconds},
        {"gen_ai.client.operation.time_to_first_chunk", F::FirstTokenSeconds},
        {"gen_ai.server.time_to_first_token", F::FirstTokenSeconds},
        {"ai.response.msToFirstChunk", F::FirstTokenMs},
        {"ttft_ms", F::FirstTokenMs},

        {"error.type", F::ErrorType},
        {"exception.type", F::ErrorType},
        {"error.message", F::ErrorMessage},
        {"exception.message", F::ErrorMessage},
        {"error", F::ErrorMessage},
        {"success", F::IsSuccess},
        {"gen_ai.response.finish_reasons", F::FinishReasons},
        {"gen_ai.response.finish_reason", F::FinishReasons},
        {"llm.finish_reason", F::FinishReasons},
        {"ai.response.finishReason", F::FinishReasons},
        {"stop_reason", F::FinishReasons},

        {"gen_ai.system_instructions", F::SystemInstructions},
        {"gen_ai.input.messages", F::InputMessages},
        {"ai.prompt.messages", F::InputMessages},
        {"gen_ai.output.messages", F::OutputMessages},
        {"gen_ai.prompt", F::OldPrompt},
        {"gen_ai.completion", F::OldCompletion},
        {"ai.prompt", F::VercelPrompt},
        {"ai.response.text", F::VercelText},
        {"ai.response.reasoning", F::VercelReasoning},
        {"ai.response.toolCalls", F::VercelToolCalls},
        {"ai.response.object", F::VercelObject},
        {"gcp.vertex.agent.llm_request", F::AdkRequest},
        {"gcp.vertex.agent.llm_response", F::AdkResponse},
        {"input.value", F::GenericInput},
        {"traceloop.entity.input", F::GenericInput},
        {"langfuse.observation.input", F::GenericInput},
        {"inputs", F::GenericInput},
        {"span_data.input", F::GenericInput},
        {"gen_ai.retrieval.query.text", F::GenericInput},
        {"gen_ai.memory.query.text", F::GenericInput},
        {"ai.value", F::GenericInput},
        {"ai.values", F::GenericInput},
        {"user_prompt", F::GenericInput},
        {"input", F::GenericInput},
        {"output.value", F::GenericOutput},
        {"traceloop.entity.output", F::GenericOutput},
        {"langfuse.observation.output", F::GenericOutput},
        {"outputs", F::GenericOutput},
        {"span_data.response", F::GenericOutput},
        {"span_data.output", F::GenericOutput},
        {"gen_ai.retrieval.documents", F::GenericOutput},
        {"gen_ai.memory.records", F::GenericOutput},
        {"output", F::GenericOutput},
        {"gen_ai.tool.call.arguments", F::ToolArguments},
        {"ai.toolCall.args", F::ToolArguments},
        {"gcp.vertex.agent.tool_call_args", F::ToolArguments},
        {"tool_input", F::ToolArguments},
        {"tool_arguments", F::ToolArguments},
        {"inputs.input", F::ToolArguments},
        {"gen_ai.tool.call.result", F::ToolResult},
        {"ai.toolCall.result", F::ToolResult},
        {"gcp.vertex.agent.tool_response", F::ToolResult},
        {"tool_response", F::ToolResult},
        {"output.content", F::ToolResult},
        {"outputs.output.content", F::ToolResult},
        {"outputs.output", F::ToolResult},
        {"gen_ai.tool.description", F::ToolDescription},
        {"tool.description", F::ToolDescription},
        {"gen_ai.tool.definitions", F::ToolDefinitions},
        {"ai.prompt.tools", F::ToolDefinitions},
        {"extra.invocation_params.tools", F::ToolDefinitions},
        {"inputs.tools", F::ToolDefinitions},
        {"llm.invocation_parameters", F::Parameters},
        {"langfuse.observation.model.parameters", F::Parameters},
        {"span_data.model_config", F::Parameters},
        {"extra.invocation_params", F::Parameters},
    };

    /// Finds a name by its length and its last bytes, which differ where the first ones do not.
    class NameIndex
    {
    public:
        NameIndex()
        {
            for (const GenAiName& name : kNames) {
                std::size_t slot = slotOf(name.key);
                while (m_slots[slot] != nullptr)
                    slot = (slot + 1) % kSlots;
                m_slots[slot] = &name;
            }
        }

        [[nodiscard]] const GenAiName* find(std::string_view key) const
        {
            for (std::size_t slot = slotOf(key); m_slots[slot] != nullptr;
                 slot = (slot + 1) % kSlots) {
                if (m_slots[slot]->key == key)
                    return m_slots[slot];
            }
            return nullptr;
        }

    private:
        static constexpr std::size_t kSlots = 1024;
        static_assert(std::size(kNames) * 2 < kSlots);

        static std::size_t slotOf(std::string_view key)
        {
            if (key.empty())
                return 0; // and may have no address to copy from
            std::uint64_t tail = 0;
            const std::size_t used = std::min(key.size(), sizeof tail);
            std::memcpy(&tail, key.data() + key.size() - used, used);
            const std::uint64_t middle = static_cast<unsigned char>(key[key.size() / 2]);
            const std::uint64_t mixed
                = (tail ^ (key.size() << 48U) ^ (middle << 40U)) * 0x9E3779B97F4A7C15U;
            return mixed >> 54U;
        }

        std::array<const GenAiName*, kSlots> m_slots {};
    };

    const NameIndex& nameIndex()
    {
        static const NameIndex index;
        return index;
    }

    constexpr std::string_view kParameterPrefixes[]
        = {"gen_ai.request.", "gen_ai.openai.request.", "llm.request.", "ai.settings."};

    constexpr std::string_view kNoParameters[] = {"model", "model_name", "type", "functions"};

} // namespace

GenAiFields::GenAiFields(const Attributes& attributes)
{
    const NameIndex& index = nameIndex();
    for (const auto& [key, value] : attributes) {
        const GenAiName* row = index.find(key);
        if (row == nullptr || value.type == AttributeValue::Type::Null)
            continue;
        Found& found = m_found[static_cast<std::size_t>(row->field)];
        if (found.name == nullptr || row < found.name)
            found = {&value, row};
    }
}

std::string_view GenAiFields::nameOf(GenAiField field) const
{
    const GenAiName* name = m_found[static_cast<std::size_t>(field)].name;
    return name == nullptr ? std::string_view() : name->key;
}

std::string_view GenAiFields::text(GenAiField field) const
{
    const AttributeValue* value = find(field);
    return value == nullptr ? std::string_view() : value->asText();
}

std::optional<std::int64_t> GenAiFields::integer(GenAiField field) const
{
    const AttributeValue* value = find(field);
    return value == nullptr ? std::nullopt : value->asInteger();
}

std::optional<double> GenAiFields::number(GenAiField field) const
{
    const AttributeValue* value = find(field);
    return value == nullptr ? std::nullopt : value->asNumber();
}

const GenAiName* genAiNameOf(std::string_view key)
{
    return nameIndex().find(key);
}

std::string_view requestParameterOf(std::string_view key)
{
    for (const std::string_view prefix : kParameterPrefixes) {
        if (!key.starts_with(prefix))
            continue;
        const std::string_view name = key.substr(prefix.size());
        const std::string_view head = name.substr(0, name.find('.'));
        for (const std::string_view other : kNoParameters) {
            if (head == other)
                return {};
        }
        return name;
    }
    return {};
}

} // namespace tracestore
