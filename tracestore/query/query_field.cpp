#include "tracestore/query/query_field.h"

#include "tracestore/base/ensure.h"
#include "tracestore/model/message.h"

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    constexpr bool kColumn = false;
    constexpr bool kPayload = true;

    using Id = FieldId;

    // In the order of FieldId, which is that in which people are told of them.
    constexpr std::array kFields {
        QueryField {
            Id::Kind, "kind", "", FieldType::Word, kColumn, "what the step is: llm, tool, agent"},
        QueryField {Id::SourceKind,
                    "source_kind",
                    "",
                    FieldType::Text,
                    kColumn,
                    "the source's own word for it"},
        QueryField {Id::Status,
                    "status",
                    "",
                    FieldType::Word,
                    kColumn,
                    "how it ended; unknown is one of its words"},
        QueryField {Id::Name, "name", "", FieldType::Text, kColumn, "name of the step"},
        QueryField {
            Id::Tool, "tool", "", FieldType::Text, kColumn, "name of the tool, of tool calls"},
        QueryField {Id::Model,
                    "model",
                    "",
                    FieldType::Text,
                    kColumn,
                    "model that answered, else the one asked for"},
        QueryField {Id::RequestedModel,
                    "model.requested",
                    "",
                    FieldType::Text,
                    kColumn,
                    "model that was asked for"},
        QueryField {Id::Provider, "provider", "", FieldType::Text, kColumn, "who serves the model"},
        QueryField {
            Id::Agent, "agent", "", FieldType::Text, kColumn, "name of the agent that acts"},
        QueryField {Id::AgentRole, "agent.role", "", FieldType::Text, kColumn, "role of the agent"},
        QueryField {Id::Branch, "branch", "", FieldType::Text, kColumn, "name of the branch"},
        QueryField {
            Id::Session, "session", "", FieldType::Text, kColumn, "key or title of the session"},
        QueryField {Id::SessionOutcome,
                    "session.outcome",
                    "",
                    FieldType::Word,
                    kColumn,
                    "how the run ended: ok, error"},
        QueryField {Id::SessionScore,
                    "session.score",
                    "score",
                    FieldType::Number,
                    kColumn,
                    "any score of the run"},
        QueryField {Id::Step,
                    "step",
                    "",
                    FieldType::Number,
                    kColumn,
                    "number of the step in the file, from 0"},
        QueryField {
            Id::SourceId, "id", "", FieldType::Text, kColumn, "id of the step in the source"},
        QueryField {
            Id::TraceId, "trace", "", FieldType::Text, kColumn, "id of its trace in the source"},
        QueryField {Id::Call, "call", "", FieldType::Text, kColumn, "id of the tool call"},
        QueryField {Id::Response,
                    "response",
                    "",
                    FieldType::Text,
                    kColumn,
                    "the provider's id of the answer"},
        QueryField {Id::Start, "start", "", FieldType::Time, kColumn, "when it began"},
        QueryField {Id::End, "end", "", FieldType::Time, kColumn, "when it ended"},
        QueryField {Id::Duration, "duration", "", FieldType::Duration, kColumn, "how long it took"},
        QueryField {Id::FirstToken,
                    "first_token",
                    "ttft",
                    FieldType::Duration,
                    kColumn,
                    "time to the first token"},
        QueryField {
            Id::Tokens, "tokens", "", FieldType::Number, kColumn, "tokens read and written"},
        QueryField {Id::TokensIn,
                    "tokens.in",
                    "",
                    FieldType::Number,
                    kColumn,
                    "tokens read, caches included"},
        QueryField {Id::TokensNew,
                    "tokens.new",
                    "",
                    FieldType::Number,
                    kColumn,
                    "tokens read anew, no cache involved"},
        QueryField {Id::TokensCacheRead,
                    "tokens.cache_read",
                    "",
                    FieldType::Number,
                    kColumn,
                    "tokens read from a cache"},
        QueryField {Id::TokensCacheWrite,
                    "tokens.cache_write",
                    "",
                    FieldType::Number,
                    kColumn,
                    "tokens written to a cache"},
        QueryField {Id::TokensOut,
                    "tokens.out",
                    "",
                    FieldType::Number,
                    kColumn,
                    "tokens written, reasoning included"},
        QueryField {Id::TokensReasoning,
                    "tokens.reasoning",
                    "",
                    FieldType::Number,
                    kColumn,
                    "tokens of reasoning"},
        QueryField {Id::Cost, "cost", "", FieldType::Money, kColumn, "cost as stated or computed"},
        QueryField {
            Id::Counted, "counted", "", FieldType::Truth, kColumn, "false on wrappers and copies"},
        QueryField {
            Id::Depth, "depth", "", FieldType::Number, kColumn, "levels above it, 0 for a root"},
        QueryField {
            Id::Children, "children", "", FieldType::Number, kColumn, "steps directly below it"},
        QueryField {Id::Steps, "steps", "", FieldType::Number, kColumn, "all steps below it"},
        QueryField {Id::Errors, "errors", "", FieldType::Number, kColumn, "failed steps below it"},
        QueryField {
            Id::Retries, "retries", "", FieldType::Number, kColumn, "steps that say they retry it"},
        QueryField {
            Id::Size, "size", "", FieldType::Size, kColumn, "bytes of its records in the source"},
        QueryField {Id::Error, "error", "", FieldType::Text, kColumn, "message of the error"},
        QueryField {Id::ErrorType, "error.type", "", FieldType::Text, kColumn, "type of the error"},
        QueryField {Id::ErrorRetryable,
                    "error.retryable",
                    "",
                    FieldType::Truth,
                    kColumn,
                    "whether a retry may help"},
        QueryField {
            Id::Text, "text", "", FieldType::AllText, kPayload, "everything in its records"},
        QueryField {
            Id::Args, "args", "arguments", FieldType::Json, kPayload, "arguments of a tool call"},
        QueryField {Id::Result, "result", "", FieldType::Json, kPayload, "what a tool gave"},
        QueryField {
            Id::Input, "input", "", FieldType::Messages, kPayload, "messages sent to the model"},
        QueryField {
            Id::Output, "output", "", FieldType::Messages, kPayload, "messages the model gave"},
        QueryField {Id::Message,
                    "message",
                    "messages",
                    FieldType::Messages,
                    kPayload,
                    "input and output together"},
        QueryField {Id::Attributes,
                    "attr",
                    "attributes",
                    FieldType::Json,
                    kPayload,
                    "attributes of the source"},
        QueryField {Id::Parameters,
                    "param",
                    "parameters",
                    FieldType::Json,
                    kPayload,
                    "parameters of the model request"},
        QueryField {Id::ToolDefinitions,
                    "tools",
                    "",
                    FieldType::Json,
                    kPayload,
                    "tools offered to the model"},
        QueryField {Id::Events,
                    "event",
                    "events",
                    FieldType::Json,
                    kPayload,
                    "events of the step, by name"},
        QueryField {Id::Finish, "finish", "", FieldType::Text, kPayload, "why the model stopped"},
        QueryField {
            Id::Stack, "error.stack", "stack", FieldType::Text, kPayload, "stack of the error"},
        QueryField {
            Id::ArgsSize, "size.args", "", FieldType::Size, kPayload, "bytes of the arguments"},
        QueryField {
            Id::ResultSize, "size.result", "", FieldType::Size, kPayload, "bytes of the result"},
        QueryField {Id::InputSize,
                    "size.input",
                    "",
                    FieldType::Size,
                    kPayload,
                    "bytes of text in the input"},
        QueryField {Id::OutputSize,
                    "size.output",
                    "",
                    FieldType::Size,
                    kPayload,
                    "bytes of text in the output"},
        QueryField {Id::RepeatArgs,
                    "repeat(args)",
                    "",
                    FieldType::Number,
                    kPayload,
                    "how often its agent made this call by now"},
        QueryField {Id::RepeatTool,
                    "repeat(tool)",
                    "",
                    FieldType::Number,
                    kColumn,
                    "how often its agent called this tool in a row"},
        QueryField {Id::SessionCost,
                    "cost.session",
                    "",
                    FieldType::Money,
                    kColumn,
                    "cost of the session by now, this step included"},
        QueryField {Id::SessionTokens,
                    "tokens.session",
                    "",
                    FieldType::Number,
                    kColumn,
                    "tokens of the session by now"},
        QueryField {Id::SessionCalls,
                    "calls.session",
                    "",
                    FieldType::Number,
                    kColumn,
                    "calls of models and tools by now"},
        QueryField {Id::SessionErrors,
                    "errors.session",
                    "",
                    FieldType::Number,
                    kColumn,
                    "failed calls of the session by now"},
        QueryField {Id::Turn, "turn", "", FieldType::Number, kColumn, "turn of its agent, from 1"},
        QueryField {Id::Attempt,
                    "attempt",
                    "",
                    FieldType::Number,
                    kColumn,
                    "which try of its call it is, from 1"},
        QueryField {
            Id::State, "state", "", FieldType::Json, kPayload, "state of its agent, in recordings"},
    };

    constexpr bool isInOrder()
    {
        for (std::size_t i = 0; i < kFields.size(); ++i) {
            if (static_cast<std::size_t>(kFields.at(i).id) != i)
                return false;
        }
        return true;
    }

    static_assert(isInOrder());

    /// All words of an enum, whose values count from 0.
    template<class Enum>
    std::vector<std::string_view> allWords(Enum last)
    {
        std::vector<std::string_view> words;
        for (int i = 0; i <= static_cast<int>(last); ++i)
            words.push_back(toWord(static_cast<Enum>(i)));
        return words;
    }

} // namespace

std::string_view toWord(FieldType type)
{
    static constexpr std::array<std::string_view, 11> kWords {"word",
                                                              "text",
                                                              "number",
                                                              "size",
                                                              "duration",
                                                              "money",
                                                              "time",
                                                              "true or false",
                                                              "JSON",
                                                              "messages",
                                                              "all text"};
    return kWords.at(static_cast<std::size_t>(type));
}

std::span<const QueryField> queryFields()
{
    return kFields;
}

const QueryField* findField(std::string_view name)
{
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    const auto* const found = std::ranges::find_if(kFields, [&](const QueryField& field) {
        return field.name == lower || (!field.alias.empty() && field.alias == lower);
    });
    return found == kFields.end() ? nullptr : found;
}

const QueryField& fieldOf(FieldId id)
{
    return kFields.at(static_cast<std::size_t>(id));
}

std::vector<std::string_view> wordsOf(FieldId id)
{
    switch (id) {
    case FieldId::Kind:
        return allWords(SpanKind::Other);
    case FieldId::Status:
    case FieldId::SessionOutcome:
        return allWords(SpanStatus::Pending);
    default:
        return {};
    }
}

} // namespace tracestore
