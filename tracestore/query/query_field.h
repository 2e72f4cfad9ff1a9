#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

/// What values a field has, which says how it is compared.
enum class FieldType : std::uint8_t
{
    Word, ///< one of a few words: kind, status
    Text,
    Number,
    Size, ///< bytes
    Duration,
    Money,
    Time,
    Truth, ///< true or false
    Json, ///< any JSON; a path leads into it
    Messages, ///< a list of messages; a path leads into it
    AllText, ///< everything that there is to read
};

/// `text`, `duration` ..., as README.md has it.
std::string_view toWord(FieldType type);

/// Every field that a query can name.
enum class FieldId : std::uint8_t
{
    Kind,
    SourceKind,
    Status,
    Name,
    Tool,
    Model,
    RequestedModel,
    Provider,
    Agent,
    AgentRole,
    Branch,
    Session,
    SessionOutcome,
    SessionScore,
    Step,
    SourceId,
    TraceId,
    Call,
    Response,
    Start,
    End,
    Duration,
    FirstToken,
    Tokens,
    TokensIn,
    TokensNew,
    TokensCacheRead,
    TokensCacheWrite,
    TokensOut,
    TokensReasoning,
    Cost,
    Counted,
    Depth,
    Children,
    Steps,
    Errors,
    Retries,
    Size,
    Error,
    ErrorType,
    ErrorRetryable,
    Text,
    Args,
    Result,
    Input,
    Output,
    Message,
    Attributes,
    Parameters,
    ToolDefinitions,
    Events,
    Finish,
    Stack,
    ArgsSize,
    ResultSize,
    InputSize,
    OutputSize,
    RepeatArgs,
    RepeatTool,
    SessionCost,
    SessionTokens,
    SessionCalls,
    SessionErrors,
    Turn,
    Attempt,
    State,
};

/// A row of the table of fields, on which completion, evaluation and README.md rest.
struct QueryField
{
    FieldId id;
    std::string_view name; ///< `tokens.in`
    std::string_view alias; ///< a second name, or empty
    FieldType type;
    bool isPayload; ///< has to be read, and is not in the columns
    std::string_view description; ///< a few words, without a full stop
};

/// All fields, in the order in which they are listed to people.
std::span<const QueryField> queryFields();

/// The field of a name or alias, in any case; null for none.
const QueryField* findField(std::string_view name);

/// The row of a field.
const QueryField& fieldOf(FieldId id);

/// The words that a field of type Word can have.
std::vector<std::string_view> wordsOf(FieldId id);

} // namespace tracestore
