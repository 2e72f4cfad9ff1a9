#include "tracestore/import/gen_ai/gen_ai_kind.h"

#include <algorithm>

namespace tracestore {
namespace {

    using F = GenAiField;

    struct KindRow
    {
        F field;
        std::string_view word;
        SpanKind kind;
        bool isWrapper = false;
    };

    // A span is what the first of these fields says that says something we know; words in any case.
    constexpr F kKindFields[] = {F::ClaudeSpanType,
                                 F::LangfuseType,
                                 F::LangsmithKind,
                                 F::AgentsSpanType,
                                 F::VercelOperation,
                                 F::OpenInferenceKind,
                                 F::Operation,
                                 F::TraceloopKind,
                                 F::RequestType,
                                 F::McpMethod,
                                 F::KymoKind};

    constexpr KindRow kKinds[] = {
        {F::ClaudeSpanType, "interaction", SpanKind::Turn},
        {F::ClaudeSpanType, "llm_request", SpanKind::Llm},
        {F::ClaudeSpanType, "tool", SpanKind::Tool},
        {F::ClaudeSpanType, "tool.execution", SpanKind::Tool},
        {F::ClaudeSpanType, "tool.blocked_on_user", SpanKind::Approval},

        // Langfuse's SPAN can be anything: then the attributes that came with it tell.
        {F::LangfuseType, "GENERATION", SpanKind::Llm},
        {F::LangfuseType, "EVENT", SpanKind::Event},
        {F::LangfuseType, "AGENT", SpanKind::Agent},
        {F::LangfuseType, "TOOL", SpanKind::Tool},
        {F::LangfuseType, "CHAIN", SpanKind::Workflow},
        {F::LangfuseType, "RETRIEVER", SpanKind::Retrieval},
        {F::LangfuseType, "EVALUATOR", SpanKind::Evaluator},
        {F::LangfuseType, "EMBEDDING", SpanKind::Embedding},
        {F::LangfuseType, "GUARDRAIL", SpanKind::Guardrail},

        {F::LangsmithKind, "llm", SpanKind::Llm},
        {F::LangsmithKind, "chain", SpanKind::Workflow},
        {F::LangsmithKind, "tool", SpanKind::Tool},
        {F::LangsmithKind, "retriever", SpanKind::Retrieval},
        {F::LangsmithKind, "embedding", SpanKind::Embedding},
        {F::LangsmithKind, "prompt", SpanKind::Other},
        {F::LangsmithKind, "parser", SpanKind::Other},

        {F::AgentsSpanType, "agent", SpanKind::Agent},
        {F::AgentsSpanType, "generation", SpanKind::Llm},
        {F::AgentsSpanType, "response", SpanKind::Llm},
        {F::AgentsSpanType, "function", SpanKind::Tool},
        {F::AgentsSpanType, "handoff", SpanKind::Handoff},
        {F::AgentsSpanType, "guardrail", SpanKind::Guardrail},
        {F::AgentsSpanType, "task", SpanKind::Workflow},
        {F::AgentsSpanType, "turn", SpanKind::Turn},

        // The outer spans repeat the usage and the answer of the calls below them.
        {F::VercelOperation, "ai.generateText", SpanKind::Agent, true},
        {F::VercelOperation, "ai.streamText", SpanKind::Agent, true},
        {F::VercelOperation, "ai.generateObject", SpanKind::Workflow, true},
        {F::VercelOperation, "ai.streamObject", SpanKind::Workflow, true},
        {F::VercelOperation, "ai.embed", SpanKind::Workflow, true},
        {F::VercelOperation, "ai.embedMany", SpanKind::Workflow, true},
        {F::VercelOperation, "ai.rerank", SpanKind::Workflow, true},
        {F::VercelOperation, "ai.generateText.doGenerate", SpanKind::Llm},
        {F::VercelOperation, "ai.streamText.doStream", SpanKind::Llm},
        {F::VercelOperation, "ai.generateObject.doGenerate", SpanKind::Llm},
        {F::VercelOperation, "ai.streamObject.doStream", SpanKind::Llm},
        {F::VercelOperation, "ai.embed.doEmbed", SpanKind::Embedding},
        {F::VercelOperation, "ai.embedMany.doEmbed", SpanKind::Embedding},
        {F::VercelOperation, "ai.rerank.doRerank", SpanKind::Retrieval},
        {F::VercelOperation, "ai.toolCall", SpanKind::Tool},

        {F::OpenInferenceKind, "LLM", SpanKind::Llm},
        {F::OpenInferenceKind, "EMBEDDING", SpanKind::Embedding},
        {F::OpenInferenceKind, "CHAIN", SpanKind::Workflow},
        {F::OpenInferenceKind, "RETRIEVER", SpanKind::Retrieval},
        {F::OpenInferenceKind, "RERANKER", SpanKind::Retrieval},
        {F::OpenInferenceKind, "TOOL", SpanKind::Tool},
        {F::OpenInferenceKind, "AGENT", SpanKind::Agent},
        {F::OpenInferenceKind, "GUARDRAIL", SpanKind::Guardrail},
        {F::OpenInferenceKind, "EVALUATOR", SpanKind::Evaluator},
        {F::OpenInferenceKind, "PROMPT", SpanKind::Other},

        {F::Operation, "chat", SpanKind::Llm},
        {F::Operation, "generate_content", SpanKind::Llm},
        {F::Operation, "text_completion", SpanKind::Llm},
        {F::Operation, "completion", SpanKind::Llm},
        {F::Operation, "embeddings", SpanKind::Embedding},
        {F::Operation, "retrieval", SpanKind::Retrieval},
        {F::Operation, "execute_tool", SpanKind::Tool},
        {F::Operation, "create_agent", SpanKind::Agent},
        {F::Operation, "invoke_agent", SpanKind::Agent},
        {F::Operation, "invoke_workflow", SpanKind::Workflow},
        // One round of @ai-sdk/otel: the call and the tools that it asked for.
        {F::Operation, "agent_step", SpanKind::Turn},
        {F::Operation, "plan", SpanKind::Plan},
        {F::Operation, "create_memory", SpanKind::Memory},
        {F::Operation, "search_memory", SpanKind::Memory},
        {F::Operation, "update_memory", SpanKind::Memory},
        {F::Operation, "upsert_memory", SpanKind::Memory},
        {F::Operation, "delete_memory", SpanKind::Memory},
        {F::Operation, "create_memory_store", SpanKind::Memory},
        {F::Operation, "delete_memory_store", SpanKind::Memory},

        {F::TraceloopKind, "workflow", SpanKind::Workflow},
        {F::TraceloopKind, "task", SpanKind::Workflow},
        {F::TraceloopKind, "agent", SpanKind::Agent},
        {F::TraceloopKind, "tool", SpanKind::Tool},

        {F::RequestType, "chat", SpanKind::Llm},
        {F::RequestType, "completion", SpanKind::Llm},
        {F::RequestType, "embedding", SpanKind::Embedding},
        {F::RequestType, "rerank", SpanKind::Retrieval},

        {F::McpMethod, "tools/call", SpanKind::Tool},
        {F::McpMethod, "resources/read", SpanKind::Retrieval},

        // What our own exporter writes where no convention has a word.
        {F::KymoKind, "session", SpanKind::Session},
        {F::KymoKind, "turn", SpanKind::Turn},
        {F::KymoKind, "message", SpanKind::Message},
        {F::KymoKind, "memory", SpanKind::Memory},
        {F::KymoKind, "guardrail", SpanKind::Guardrail},
        {F::KymoKind, "evaluator", SpanKind::Evaluator},
        {F::KymoKind, "state_change", SpanKind::StateChange},
        {F::KymoKind, "compaction", SpanKind::Compaction},
        {F::KymoKind, "approval", SpanKind::Approval},
        {F::KymoKind, "handoff", SpanKind::Handoff},
        {F::KymoKind, "error", SpanKind::Error},
        {F::KymoKind, "event", SpanKind::Event},
    };

    // Where no attribute says it: names by which frameworks are known.
    constexpr std::pair<std::string_view, SpanKind> kKindNames[] = {
        {"call_llm", SpanKind::Llm},
        {"invocation", SpanKind::Turn},
        {"claude_code.interaction", SpanKind::Turn},
        {"claude_code.llm_request", SpanKind::Llm},
        {"claude_code.tool", SpanKind::Tool},
        {"claude_code.tool.execution", SpanKind::Tool},
        {"claude_code.tool.blocked_on_user", SpanKind::Approval},
    };

    constexpr std::pair<std::string_view, SpanKind> kNamePrefixes[] = {
        {"execute_tool ", SpanKind::Tool},
        {"invoke_agent ", SpanKind::Agent},
        {"agent_run ", SpanKind::Agent},
    };

    char lower(char c)
    {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }

    bool isSameWord(std::string_view a, std::string_view b)
    {
        return std::ranges::equal(a, b, {}, lower, lower);
    }

    const KindRow* rowOf(F field, std::string_view word)
    {
        const auto found = std::ranges::find_if(kKinds, [&](const KindRow& row) {
            return row.field == field && isSameWord(row.word, word);
        });
        return found == std::end(kKinds) ? nullptr : &*found;
    }

    /// Only Claude Code's own spans mean by `span.type` what the table says.
    bool isOfProducer(F field, const GenAiSource& source)
    {
        return field != F::ClaudeSpanType
            || source.scopeName.find("claude_code") != std::string_view::npos
            || source.name.starts_with("claude_code.");
    }

    SpanKind kindByName(const GenAiSource& source, const GenAiFields& fields)
    {
        const bool isFramework
            = source.scopeName == "gcp.vertex.agent" || source.name.starts_with("claude_code.");
        for (const auto& [name, kind] : kKindNames) {
            if (isFramework && source.name == name)
                return kind;
        }
        for (const auto& [prefix, kind] : kNamePrefixes) {
            if (source.name.starts_with(prefix))
                return kind;
        }
        // Pydantic AI calls a run after its agent and gives it no operation.
        const std::string_view agent = fields.text(F::AgentName);
        if (source.name == "LangGraph") // the root of a graph; its nodes name themselves
            return SpanKind::Workflow;
        const bool isRun = source.name == "agent run"
            || (!agent.empty() && source.name.starts_with(agent)
                && source.name.substr(agent.size()) == " run");
        return isRun ? SpanKind::Agent : SpanKind::Other;
    }

    /// A span that says nothing about itself, but has what only one kind has.
    SpanKind kindByFields(const GenAiFields& fields)
    {
        if (fields.has(F::ToolCallId) || fields.nameOf(F::ToolName) == "gen_ai.tool.name")
            return SpanKind::Tool;
        const bool hasModel = fields.has(F::RequestedModel) || fields.has(F::RespondedModel);
        const bool hasCall = fields.has(F::OutputTokens) || fields.has(F::OutputMessages)
            || fields.has(F::FinishReasons);
        if (hasModel && hasCall)
            return SpanKind::Llm;
        return fields.has(F::GraphNode) ? SpanKind::Workflow : SpanKind::Other;
    }

} // namespace

GenAiKind kindOf(const GenAiSource& source, const GenAiFields& fields)
{
    std::string_view unknownWord;
    for (const F field : kKindFields) {
        std::string_view word = fields.text(field);
        if (word.empty() && field == F::VercelOperation && source.name.starts_with("ai."))
            word = source.name;
        if (word.empty() || !isOfProducer(field, source))
            continue;
        if (const KindRow* row = rowOf(field, word))
            return {row->kind, word, row->isWrapper};
        if (unknownWord.empty())
            unknownWord = word;
    }
    SpanKind kind = kindByName(source, fields);
    if (kind == SpanKind::Other)
        kind = kindByFields(fields);
    if (unknownWord.empty())
        unknownWord = toWord(source.side);
    return {kind, unknownWord};
}

} // namespace tracestore
