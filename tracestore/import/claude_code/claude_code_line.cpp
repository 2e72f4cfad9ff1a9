#include "tracestore/import/claude_code/claude_code_line.h"

#include "tracestore/base/hash.h"
#include "tracestore/import/claude_code/claude_code_titles.h"

namespace tracestore {
namespace {

    using simdjson::dom::array;
    using simdjson::dom::element;
    using simdjson::dom::object;

    /// Longer error texts are cut in the tree; the detail has them whole.
    constexpr std::size_t kMaxErrorText = 2000;

    ClaudeLineType typeOf(std::string_view word)
    {
        if (word == "user")
            return ClaudeLineType::User;
        if (word == "assistant")
            return ClaudeLineType::Assistant;
        if (word == "system")
            return ClaudeLineType::System;
        if (word == "progress")
            return ClaudeLineType::Progress;
        if (word == "attachment")
            return ClaudeLineType::Attachment;
        return word == "result" ? ClaudeLineType::Result : ClaudeLineType::Other;
    }

    /// The text of a tool result's content: a string, or blocks of which those with text count.
    std::string resultText(const object& block)
    {
        if (const auto blocks = arrayAt(block, "content")) {
            std::string text;
            for (const element part : *blocks) {
                object inner;
                if (part.get(inner))
                    continue;
                text += (text.empty() ? "" : "\n") + std::string(textAt(inner, "text"));
            }
            return text;
        }
        return std::string(textAt(block, "content"));
    }

    ClaudeBlock readCall(const object& from, TraceBuilder& pool)
    {
        ClaudeBlock block;
        block.callId = pool.intern(textAt(from, "id"));
        block.toolName = pool.intern(textAt(from, "name"));
        block.isServerTool = textAt(from, "type") != "tool_use";
        const auto input = objectAt(from, "input");
        const std::string_view name = textAt(from, "name");
        if (input && (name == "Task" || name == "Agent")) {
            block.agentType = pool.intern(textAt(*input, "subagent_type"));
            block.description = pool.intern(shortened(textAt(*input, "description")));
            block.promptHash = claudeHash(textAt(*input, "prompt"));
        }
        return block;
    }

    ClaudeBlock readResult(const object& from, TraceBuilder& pool)
    {
        ClaudeBlock block;
        block.isResult = true;
        block.callId = pool.intern(textAt(from, "tool_use_id"));
        block.isError = isTrueAt(from, "is_error");
        if (block.isError)
            block.errorText = pool.intern(cutAtCharacter(resultText(from), kMaxErrorText));
        return block;
    }

    void readBlocks(ClaudeLine& line,
                    const object& message,
                    TraceBuilder& pool,
                    std::vector<ClaudeBlock>& blocks)
    {
        line.firstBlock = static_cast<std::uint32_t>(blocks.size());
        const auto content = arrayAt(message, "content");
        if (!content)
            return;
        std::uint32_t place = 0;
        for (const element part : *content) {
            const std::uint32_t at = place++;
            object inner;
            if (part.get(inner))
                continue;
            const std::string_view type = textAt(inner, "type");
            const bool isCall = type == "tool_use" || type == "server_tool_use";
            if (!isCall && !type.ends_with("tool_result"))
                continue;
            blocks.push_back(isCall ? readCall(inner, pool) : readResult(inner, pool));
            blocks.back().place = at;
        }
        line.blockCount = static_cast<std::uint32_t>(blocks.size()) - line.firstBlock;
    }

    void readUsage(ClaudeLine& line, const object& message)
    {
        const auto usage = objectAt(message, "usage");
        if (!usage)
            return;
        TokenUsage tokens;
        tokens.input = numberAt(*usage, "input_tokens");
        tokens.output = numberAt(*usage, "output_tokens");
        tokens.cacheRead = numberAt(*usage, "cache_read_input_tokens");
        tokens.cacheWrite = numberAt(*usage, "cache_creation_input_tokens");
        if (const auto writes = objectAt(*usage, "cache_creation"))
            tokens.cacheWriteLong = numberAt(*writes, "ephemeral_1h_input_tokens");
        if (const auto details = objectAt(*usage, "output_tokens_details"))
            tokens.reasoning = numberAt(*details, "thinking_tokens");
        tokens.state = line.isPart ? UsageState::Partial : UsageState::Reported;
        line.usage = tokens;
    }

    void readAssistant(ClaudeLine& line, const object& from, TraceBuilder& pool)
    {
        const auto message = objectAt(from, "message");
        line.isApiError = isTrueAt(from, "isApiErrorMessage");
        line.isAborted = isTrueAt(from, "isAbortedMidStream");
        if (!message)
            return;
        line.isPart = textAt(*message, "stop_reason").empty();
        line.messageId = pool.intern(textAt(*message, "id"));
        line.model = pool.intern(textAt(*message, "model"));
        readUsage(line, *message);
        if (line.isApiError)
            line.title = pool.intern(cutAtCharacter(claudeText(*message), kMaxErrorText));
        else if (line.messageId.isEmpty() || textAt(*message, "model") == "<synthetic>")
            line.title = pool.intern(shortened(claudeText(*message)));
    }

    ClaudeUserKind userKindOf(const object& from, bool hasResults, const std::string& text)
    {
        if (isTrueAt(from, "isCompactSummary"))
            return ClaudeUserKind::CompactSummary;
        if (hasResults)
            return ClaudeUserKind::ToolResults;
        const UserText sort = classifyUserText(text);
        if (sort == UserText::Interrupted)
            return ClaudeUserKind::Interrupted;
        if (isTrueAt(from, "isMeta") || sort == UserText::CommandOutput
            || sort == UserText::Notification)
            return ClaudeUserKind::Injected;
        return ClaudeUserKind::Prompt;
    }

    void readToolUseResult(ClaudeLine& line, const object& from, TraceBuilder& pool)
    {
        line.sourceAssistant = claudeHash(textAt(from, "sourceToolAssistantUUID"));
        line.denial = pool.intern(textAt(from, "toolDenialKind"));
        const auto result = objectAt(from, "toolUseResult");
        if (!result)
            return;
        line.isInterrupted = isTrueAt(*result, "interrupted");
        line.spawnedAgent = pool.intern(textAt(*result, "agentId"));
        auto ms = doubleAt(*result, "totalDurationMs");
        ms = ms ? ms : doubleAt(*result, "durationMs");
        // A year: more is no duration.
        if (ms && *ms >= 0 && *ms < 3.2e10)
            line.measured = Duration {static_cast<std::int64_t>(*ms * 1e6)};
    }

    void readUser(ClaudeLine& line, const object& from, TraceBuilder& pool, bool hasResults)
    {
        readToolUseResult(line, from, pool);
        const auto message = objectAt(from, "message");
        if (!message)
            return;
        const std::string text = hasResults ? std::string() : claudeText(*message);
        line.userKind = userKindOf(from, hasResults, text);
        line.textHash = claudeHash(text);
        if (!hasResults)
            line.title = pool.intern(titleOf(text));
    }

    std::string numberText(const object& in, const char* key)
    {
        const auto number = numberAt(in, key);
        return number ? std::to_string(*number) : std::string();
    }

    /// `429 rate_limit_error: Too many requests`, as far as the line says.
    std::string apiErrorText(const object& from)
    {
        const auto error = objectAt(from, "error");
        if (!error)
            return std::string(textAt(from, "error"));
        std::string text(textAt(*error, "formatted"));
        if (text.empty())
            text = textAt(*error, "message");
        const std::string status = numberText(*error, "status");
        if (text.empty() && !status.empty())
            return "HTTP status " + status;
        return status.empty() || text.find(status) != std::string::npos ? text
                                                                        : status + ' ' + text;
    }

    void readSystem(ClaudeLine& line, const object& from, TraceBuilder& pool)
    {
        const std::string_view subtype = textAt(from, "subtype");
        line.subtype = pool.intern(subtype);
        if (subtype == "api_error" || subtype == "error") {
            line.isFailure = true;
            line.title = pool.intern(cutAtCharacter(apiErrorText(from), kMaxErrorText));
        } else if (subtype == "stop_hook_summary") {
            const auto errors = arrayAt(from, "hookErrors");
            line.isFailure
                = (errors && errors->size() > 0) || isTrueAt(from, "preventedContinuation");
            if (errors && errors->size() > 0)
                line.title = pool.intern(cutAtCharacter(jsonAt(from, "hookErrors"), kMaxErrorText));
        } else if (subtype == "compact_boundary") {
            const auto meta = objectAt(from, "compactMetadata");
            line.title = pool.intern(meta ? textAt(*meta, "trigger") : std::string_view());
        } else {
            line.title = pool.intern(shortened(textAt(from, "content")));
        }
    }

    void readAttachment(ClaudeLine& line, const object& from, TraceBuilder& pool)
    {
        const auto attachment = objectAt(from, "attachment");
        if (!attachment)
            return;
        const std::string_view type = textAt(*attachment, "type");
        line.subtype = pool.intern(type);
        line.isFailure = type.starts_with("hook_") && type.ends_with("_error");
        if (line.isFailure) {
            std::string text(textAt(*attachment, "stderr"));
            if (const auto blocking = objectAt(*attachment, "blockingError"))
                text = textAt(*blocking, "blockingError");
            line.title = pool.intern(cutAtCharacter(text, kMaxErrorText));
        } else if (type == "queued_command") {
            line.title = pool.intern(titleOf(textAt(*attachment, "prompt")));
        } else if (type == "task_status") {
            line.title = pool.intern(shortened(textAt(*attachment, "description")));
        }
    }

    void readProgress(ClaudeLine& line, const object& from, TraceBuilder& pool)
    {
        const auto data = objectAt(from, "data");
        if (!data)
            return;
        line.subtype = pool.intern(textAt(*data, "type"));
        line.spawnedAgent = pool.intern(textAt(*data, "agentId"));
        if (!line.spawnedAgent.isEmpty())
            line.parentToolId = pool.intern(textAt(from, "parentToolUseID"));
    }

    void readClosing(ClaudeLine& line, const object& from, TraceBuilder& pool)
    {
        line.totalCost = doubleAt(from, "total_cost_usd");
        line.isFailure = isTrueAt(from, "is_error");
        line.subtype = pool.intern(textAt(from, "subtype"));
        if (line.isFailure)
            line.title = pool.intern(cutAtCharacter(textAt(from, "result"), kMaxErrorText));
    }

    void readIds(ClaudeLine& line, const object& from, TraceBuilder& pool)
    {
        element parent;
        line.namesParent = !from["parentUuid"].get(parent);
        line.uuid = claudeHash(textAt(from, "uuid"));
        line.parentUuid = claudeHash(textAt(from, "parentUuid"));
        line.logicalParentUuid = claudeHash(textAt(from, "logicalParentUuid"));
        line.isSidechain = isTrueAt(from, "isSidechain");
        line.agentId = pool.intern(textAt(from, "agentId"));
        line.agentName = pool.intern(textAt(from, "attributionAgent"));
        line.parentToolId = pool.intern(textAt(from, "parent_tool_use_id"));
        line.time = parseIsoTimestamp(textAt(from, "timestamp"));
        if (line.type != ClaudeLineType::Progress)
            line.uuidText = pool.intern(textAt(from, "uuid"));
    }

} // namespace

std::uint64_t claudeHash(std::string_view text)
{
    return text.empty() ? 0 : std::max<std::uint64_t>(1, contentHash(text).low);
}

std::string claudeText(const object& message)
{
    const auto blocks = arrayAt(message, "content");
    if (!blocks)
        return std::string(textAt(message, "content"));
    std::string text;
    for (const element part : *blocks) {
        object inner;
        if (part.get(inner) || textAt(inner, "type") != "text")
            continue;
        text += (text.empty() ? "" : "\n") + std::string(textAt(inner, "text"));
    }
    return text;
}

ClaudeLine readClaudeLine(const object& from, TraceBuilder& pool, std::vector<ClaudeBlock>& blocks)
{
    ClaudeLine line;
    line.type = typeOf(textAt(from, "type"));
    readIds(line, from, pool);
    if (const auto message = objectAt(from, "message"))
        readBlocks(line, *message, pool, blocks);
    const auto isResult = [](const ClaudeBlock& block) { return block.isResult; };
    const auto own = std::span(blocks).last(line.blockCount);
    switch (line.type) {
    case ClaudeLineType::User:
        readUser(line, from, pool, std::ranges::any_of(own, isResult));
        break;
    case ClaudeLineType::Assistant:
        readAssistant(line, from, pool);
        break;
    case ClaudeLineType::System:
        readSystem(line, from, pool);
        break;
    case ClaudeLineType::Attachment:
        readAttachment(line, from, pool);
        break;
    case ClaudeLineType::Progress:
        readProgress(line, from, pool);
        break;
    case ClaudeLineType::Result:
        readClosing(line, from, pool);
        break;
    case ClaudeLineType::Other:
        break;
    }
    return line;
}

} // namespace tracestore
