#include "tracestore/import/codex/codex_types.h"

#include "tracestore/import/reading/json_dom.h"

#include <algorithm>
#include <array>
#include <span>

namespace tracestore {
namespace {

    using simdjson::dom::object;

    constexpr std::array kEnvelopes = {
        CodexType {"session_meta", CodexRecord::Meta},
        CodexType {"turn_context", CodexRecord::Context},
        CodexType {"compacted", CodexRecord::Compacted},
        CodexType {"inter_agent_communication", CodexRecord::AgentTalk},
        CodexType {"inter_agent_communication_metadata", CodexRecord::Aside},
        CodexType {"world_state", CodexRecord::Aside},
    };

    constexpr std::array kItems = {
        CodexType {"reasoning", CodexRecord::ReasoningItem},
        CodexType {"function_call", CodexRecord::CallItem},
        CodexType {"custom_tool_call", CodexRecord::CallItem},
        CodexType {"local_shell_call", CodexRecord::CallItem},
        CodexType {"web_search_call", CodexRecord::CallItem},
        CodexType {"tool_search_call", CodexRecord::CallItem},
        CodexType {"image_generation_call", CodexRecord::CallItem},
        CodexType {"mcp_tool_call", CodexRecord::CallItem},
        CodexType {"tool_call", CodexRecord::CallItem},
        CodexType {"function_call_output", CodexRecord::OutputItem},
        CodexType {"custom_tool_call_output", CodexRecord::OutputItem},
        CodexType {"mcp_tool_call_output", CodexRecord::OutputItem},
        CodexType {"tool_search_output", CodexRecord::OutputItem},
        CodexType {"local_shell_call_output", CodexRecord::OutputItem},
        CodexType {"tool_result", CodexRecord::OutputItem},
        CodexType {"agent_message", CodexRecord::AgentTalk},
        CodexType {"compaction", CodexRecord::CompactedEvent},
        CodexType {"ghost_snapshot", CodexRecord::Aside},
    };

    constexpr std::array kEvents = {
        CodexType {"user_message", CodexRecord::UserEvent},
        CodexType {"agent_message", CodexRecord::AnswerEvent},
        CodexType {"agent_reasoning", CodexRecord::ReasoningEvent},
        CodexType {"agent_reasoning_raw_content", CodexRecord::ReasoningEvent},
        CodexType {"token_count", CodexRecord::Tokens},
        CodexType {"task_started", CodexRecord::TurnBegin},
        CodexType {"turn_started", CodexRecord::TurnBegin},
        CodexType {"task_complete", CodexRecord::TurnEnd},
        CodexType {"turn_complete", CodexRecord::TurnEnd},
        CodexType {"turn.completed", CodexRecord::TurnEnd},
        CodexType {"turn_aborted", CodexRecord::TurnAborted},
        CodexType {"exec_command_end", CodexRecord::CallEnd},
        CodexType {"patch_apply_end", CodexRecord::CallEnd},
        CodexType {"mcp_tool_call_end", CodexRecord::CallEnd},
        CodexType {"web_search_end", CodexRecord::CallEnd},
        CodexType {"image_generation_end", CodexRecord::CallEnd},
        CodexType {"view_image_tool_call", CodexRecord::CallEnd},
        CodexType {"dynamic_tool_call_request", CodexRecord::CallBegin},
        CodexType {"dynamic_tool_call_response", CodexRecord::CallEnd},
        CodexType {"collab_agent_spawn_end", CodexRecord::CallEnd},
        CodexType {"collab_waiting_end", CodexRecord::CallEnd},
        CodexType {"collab_close_end", CodexRecord::CallEnd},
        CodexType {"collab_agent_interaction_end", CodexRecord::CallEnd},
        CodexType {"collab_resume_end", CodexRecord::CallEnd},
        CodexType {"context_compacted", CodexRecord::CompactedEvent},
        CodexType {"thread_rolled_back", CodexRecord::RolledBack},
        CodexType {"thread_name_updated", CodexRecord::Title},
        CodexType {"error", CodexRecord::Failure},
        CodexType {"stream_error", CodexRecord::Failure},
        CodexType {"entered_review_mode", CodexRecord::Moment, SpanKind::StateChange},
        CodexType {"exited_review_mode", CodexRecord::Moment, SpanKind::Evaluator},
        CodexType {"guardian_assessment", CodexRecord::Moment, SpanKind::Guardrail},
        CodexType {"thread_goal_updated", CodexRecord::Moment, SpanKind::StateChange},
        CodexType {"undo_completed", CodexRecord::Moment, SpanKind::StateChange},
        CodexType {"sub_agent_activity", CodexRecord::Moment, SpanKind::Event},
        CodexType {"warning", CodexRecord::Moment, SpanKind::Event},
        CodexType {"thread_settings_applied", CodexRecord::Aside},
        CodexType {"account/rateLimits/updated", CodexRecord::Aside},
    };

    /// What item_completed tells of.
    constexpr std::array kCompletedItems = {
        CodexType {"UserMessage", CodexRecord::UserEvent},
        CodexType {"AgentMessage", CodexRecord::AnswerEvent},
        CodexType {"Reasoning", CodexRecord::ReasoningEvent},
        CodexType {"Plan", CodexRecord::Moment, SpanKind::Plan},
        CodexType {"CommandExecution", CodexRecord::CallEnd},
        CodexType {"McpToolCall", CodexRecord::CallEnd},
        CodexType {"FileChange", CodexRecord::CallEnd},
        CodexType {"Extension", CodexRecord::CallEnd},
        CodexType {"WebSearch", CodexRecord::CallEnd},
        CodexType {"ImageView", CodexRecord::CallEnd},
        CodexType {"ImageGeneration", CodexRecord::CallEnd},
    };

    /// What `codex exec --json` prints: `{type:"item.completed", item:{type}}` and events.
    constexpr std::array kExecEvents = {
        CodexType {"thread.started", CodexRecord::Meta},
        CodexType {"turn.started", CodexRecord::TurnBegin},
        CodexType {"turn.completed", CodexRecord::TurnEnd},
        CodexType {"turn.failed", CodexRecord::TurnEnd},
        CodexType {"error", CodexRecord::Failure},
    };

    constexpr std::array kExecItems = {
        CodexType {"agent_message", CodexRecord::AnswerEvent},
        CodexType {"assistant_message", CodexRecord::AnswerEvent},
        CodexType {"reasoning", CodexRecord::ReasoningEvent},
        CodexType {"command_execution", CodexRecord::CallEnd},
        CodexType {"file_change", CodexRecord::CallEnd},
        CodexType {"mcp_tool_call", CodexRecord::CallEnd},
        CodexType {"web_search", CodexRecord::CallEnd},
        CodexType {"collab_tool_call", CodexRecord::CallEnd},
        CodexType {"todo_list", CodexRecord::Moment, SpanKind::Plan},
        CodexType {"error", CodexRecord::Failure},
    };

    /// What a call is named where only the record of its end tells of it.
    constexpr std::pair<std::string_view, std::string_view> kToolNames[] = {
        {"exec_command_end", "shell"},
        {"CommandExecution", "shell"},
        {"command_execution", "shell"},
        {"local_shell_call", "shell"},
        {"patch_apply_end", "apply_patch"},
        {"FileChange", "apply_patch"},
        {"file_change", "apply_patch"},
        {"web_search_end", "web_search"},
        {"web_search_call", "web_search"},
        {"WebSearch", "web_search"},
        {"web_search", "web_search"},
        {"tool_search_call", "tool_search"},
        {"image_generation_call", "image_generation"},
        {"image_generation_end", "image_generation"},
        {"ImageGeneration", "image_generation"},
        {"view_image_tool_call", "view_image"},
        {"ImageView", "view_image"},
        {"collab_agent_spawn_end", "spawn_agent"},
        {"collab_waiting_end", "wait_agent"},
        {"collab_close_end", "close_agent"},
        {"collab_agent_interaction_end", "send_input"},
        {"collab_resume_end", "resume_agent"},
    };

    std::span<const CodexType> typesOf(CodexWords words)
    {
        switch (words) {
        case CodexWords::Envelopes:
            return kEnvelopes;
        case CodexWords::Items:
            return kItems;
        case CodexWords::Events:
            return kEvents;
        case CodexWords::CompletedItems:
            return kCompletedItems;
        case CodexWords::ExecEvents:
            return kExecEvents;
        case CodexWords::ExecItems:
            return kExecItems;
        }
        return {};
    }

} // namespace

const CodexType* findCodexType(CodexWords words, std::string_view word)
{
    const std::span<const CodexType> types = typesOf(words);
    const auto known = std::ranges::find(types, word, &CodexType::word);
    return known == types.end() ? nullptr : &*known;
}

std::string codexToolName(const object& payload, std::string_view type)
{
    for (const auto& [word, name] : kToolNames) {
        if (word == type)
            return std::string(name);
    }
    const object call = objectAt(payload, "invocation").value_or(payload);
    if (const std::string_view tool = textAt(call, "tool"); !tool.empty()) {
        const std::string_view server = textAt(call, "server");
        return server.empty() ? std::string(tool) : std::string(server) + '.' + std::string(tool);
    }
    for (const char* key : {"name", "kind"}) {
        if (const std::string_view name = textAt(payload, key); !name.empty())
            return std::string(name);
    }
    const auto function = objectAt(payload, "function");
    return function ? std::string(textAt(*function, "name")) : std::string();
}

} // namespace tracestore
