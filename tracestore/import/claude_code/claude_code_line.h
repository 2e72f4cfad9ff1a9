#pragma once

#include "tracestore/import/reading/json_dom.h"
#include "tracestore/model/trace_builder.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace tracestore {

enum class ClaudeLineType : std::uint8_t
{
    User,
    Assistant,
    System,
    Progress,
    Attachment,
    Result, ///< the closing line of `claude -p --output-format stream-json`
    Other,
};

/// What a line of the type user is: a turn begins with a prompt, and with nothing else.
enum class ClaudeUserKind : std::uint8_t
{
    Prompt,
    ToolResults,
    CompactSummary,
    Interrupted,
    Injected, ///< written into the conversation by the program
};

/// A tool call or a result in a line; other blocks are read when a view asks for them.
struct ClaudeBlock
{
    std::uint32_t place = 0; ///< among the blocks of the message
    bool isResult = false;
    bool isServerTool = false;
    bool isError = false;
    StringId callId;
    StringId toolName;
    StringId agentType; ///< of a call that starts a sub-agent, likewise the next two
    StringId description;
    std::uint64_t promptHash = 0;
    StringId errorText;
};

/// One line as far as the tree of steps needs it. It holds no message text: where the line lies is
/// enough to read it again.
struct ClaudeLine
{
    static constexpr std::uint32_t kNone = 0xFFFFFFFF;

    std::uint32_t file = 0; ///< index among the files of the import
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::uint64_t number = 0;

    ClaudeLineType type = ClaudeLineType::Other;
    ClaudeUserKind userKind = ClaudeUserKind::Injected;
    bool isSidechain = false;
    bool isApiError = false;
    bool isAborted = false;
    bool isPart = false; ///< written by the program while the answer still streams: no stop_reason
    bool isInterrupted = false; ///< toolUseResult.interrupted
    bool namesParent = false; ///< `parentUuid` is there, be it null
    bool isCopy = false; ///< repeats a line of another file
    bool isFailure = false; ///< a system line or attachment that tells of a failure

    std::uint64_t uuid = 0; ///< hashes; 0: none
    std::uint64_t parentUuid = 0;
    std::uint64_t logicalParentUuid = 0;
    std::uint64_t sourceAssistant = 0;
    std::uint32_t parent = kNone; ///< line of parentUuid, once known
    std::uint32_t logicalParent = kNone;

    std::optional<Timestamp> time;
    std::optional<Duration> measured; ///< of the tool whose result this is
    StringId uuidText; ///< not of progress lines
    StringId subtype; ///< of system, progress and attachment lines
    StringId title; ///< of prompts and failures
    StringId agentId;
    StringId parentToolId; ///< the tool call that started the agent of this line
    StringId spawnedAgent; ///< the agent whose work this line reports
    StringId agentName; ///< attributionAgent
    StringId messageId;
    StringId model;
    StringId denial;
    std::uint64_t textHash = 0; ///< of a prompt
    std::optional<TokenUsage> usage;
    std::optional<double> totalCost;
    std::uint32_t firstBlock = 0;
    std::uint32_t blockCount = 0;
};

/// Reads what the tree needs from a parsed line. Tool calls and results are appended to `blocks`.
ClaudeLine readClaudeLine(const simdjson::dom::object& from,
                          TraceBuilder& pool,
                          std::vector<ClaudeBlock>& blocks);

/// The hash by which uuids and prompts are compared; 0 for an empty text only.
std::uint64_t claudeHash(std::string_view text);

/// The texts of a content (a string or blocks), one after another with line feeds between.
std::string claudeText(const simdjson::dom::object& message);

} // namespace tracestore
