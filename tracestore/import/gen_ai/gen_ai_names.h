#pragma once

#include "tracestore/import/gen_ai/attributes.h"

#include <array>
#include <cstddef>

namespace tracestore {

/// What an attribute says about a step of an agent, whatever convention named it.
enum class GenAiField : std::uint8_t
{
    // What the span is.
    ClaudeSpanType,
    VercelOperation,
    OpenInferenceKind,
    Operation,
    TraceloopKind,
    RequestType,
    McpMethod,
    LangfuseType,
    LangsmithKind,
    AgentsSpanType,
    GraphNode,
    KymoKind,
    // Who and which.
    SessionKey,
    AgentName,
    AgentKey,
    EntityName,
    RequestedModel,
    RespondedModel,
    Provider,
    ResponseId,
    ToolName,
    ToolCallId,
    // Numbers.
    InputTokens,
    UncachedTokens,
    CacheReadTokens,
    CacheWriteTokens,
    CacheWriteLongTokens,
    OutputTokens,
    ReasoningTokens,
    TotalTokens,
    CostTotal,
    FirstTokenSeconds,
    FirstTokenMs,
    // How it ended.
    ErrorType,
    ErrorMessage,
    IsSuccess,
    FinishReasons,
    // Content.
    SystemInstructions,
    InputMessages,
    OutputMessages,
    OldPrompt,
    OldCompletion,
    VercelPrompt,
    VercelText,
    VercelReasoning,
    VercelToolCalls,
    VercelObject,
    AdkRequest,
    AdkResponse,
    GenericInput,
    GenericOutput,
    ToolArguments,
    ToolResult,
    ToolDescription,
    ToolDefinitions,
    Parameters, ///< a JSON object of them
};

inline constexpr std::size_t kGenAiFieldCount
    = static_cast<std::size_t>(GenAiField::Parameters) + 1;

/// One name of one convention. The order of the rows of a field is their order of preference.
struct GenAiName
{
    std::string_view key;
    GenAiField field;
};

/// The row of a name; null where no convention has it.
const GenAiName* genAiNameOf(std::string_view key);

/// Whether a field is content of a step: it is there or not, but what it says is of no column.
constexpr bool isContent(GenAiField field)
{
    return field >= GenAiField::FinishReasons;
}

/// The fields that a span's attributes fill, each from the best of the names that are there.
class GenAiFields
{
public:
    /// The attributes outlive this.
    explicit GenAiFields(const Attributes& attributes);

    [[nodiscard]] bool has(GenAiField field) const { return find(field) != nullptr; }

    /// Null where nothing says it.
    [[nodiscard]] const AttributeValue* find(GenAiField field) const
    {
        return m_found[static_cast<std::size_t>(field)].value;
    }

    /// The name by which the field was given; empty where it was not.
    [[nodiscard]] std::string_view nameOf(GenAiField field) const;

    [[nodiscard]] std::string_view text(GenAiField field) const;
    [[nodiscard]] std::optional<std::int64_t> integer(GenAiField field) const;
    [[nodiscard]] std::optional<double> number(GenAiField field) const;

private:
    struct Found
    {
        const AttributeValue* value = nullptr;
        const GenAiName* name = nullptr;
    };

    std::array<Found, kGenAiFieldCount> m_found;
};

/// The key of a parameter of the model request (`temperature`) that an attribute's key names, or
/// empty where it names none.
std::string_view requestParameterOf(std::string_view key);

} // namespace tracestore
