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
    using Type = FieldType;

    // In the order of FieldId, which is that in which people are told of them.
    constexpr std::array kFields {
        QueryField {
            Id::Kind, "kind", "", Type::Word, kColumn, "what the step is: llm, tool, agent"},
        QueryField {
            Id::SourceKind, "source_kind", "", Type::Text, kColumn, "the source's own word for it"},
        QueryField {Id::Status,
                    "status",
                    "",
                    Type::Word,
                    kColumn,
                    "how it ended; unknown is one of its words"},
        QueryField {Id::Name, "name", "", Type::Text, kColumn, "name of the step"},
        QueryField {Id::Tool, "tool", "", Type::Text, kColumn, "name of the tool, of tool calls"},
        QueryField {Id::Model,
                    "model",
                    "",
                    Type::Text,
                    kColumn,
                    "model that answered, else the one asked for"},
        QueryField {Id::RequestedModel,
                    "model.requested",
                    "",
                    Type::Text,
                    kColumn,
                    "model that was asked for"},
        QueryField {Id::Provider, "provider", "", Type::Text, kColumn, "who serves the model"},
        QueryField {Id::Agent, "agent", "", Type::Text, kColumn, "name of the agent that acts"},
        QueryField {Id::AgentRole, "agent.role", "", Type::Text, kColumn, "role of the agent"},
        QueryField {Id::Branch, "branch", "", Type::Text, kColumn, "name of the branch"},
        QueryField {Id::Session, "session", "", Type::Text, kColumn, "key or title of the session"},
        QueryField {Id::SessionOutcome,
                    "session.outcome",
                    "",
                    Type::Word,
                    kColumn,
                    "how the run ended: ok, error"},
        QueryField {Id::SessionScore,
                    "session.score",
                    "score",
                    Type::Number,
                    kColumn,
                    "any score of the run"},
        QueryField {
            Id::Step, "step", "", Type::Number, kColumn, "number of the step in the file, from 0"},
        QueryField {Id::SourceId, "id", "", Type::Text, kColumn, "id of the step in the source"},
        QueryField {Id::TraceId, "trace", "", Type::Text, kColumn, "id of its trace in the source"},
        QueryField {Id::Call, "call", "", Type::Text, kColumn, "id of the tool call"},
        QueryField {
            Id::Response, "response", "", Type::Text, kColumn, "the provider's id of the answer"},
        QueryField {Id::Start, "start", "", Type::Time, kColumn, "when it began"},
        QueryField {Id::End, "end", "", Type::Time, kColumn, "when it ended"},
        QueryField {Id::Duration, "duration", "", Type::Duration, kColumn, "how long it took"},
        QueryField {Id::FirstToken,
                    "first_token",
                    "ttft",
                    Type::Duration,
                    kColumn,
                    "time to the first token"},
        QueryField {Id::Tokens, "tokens", "", Type::Number, kColumn, "tokens read and written"},
        QueryField {
            Id::TokensIn, "tokens.in", "", Type::Number, kColumn, "tokens read, caches included"},
        QueryField {Id::TokensNew,
                    "tokens.new",
                    "",
                    Type::Number,
                    kColumn,
                    "tokens read anew, no cache involved"},
        QueryField {Id::TokensCacheRead,
                    "tokens.cache_read",
                    "",
                    Type::Number,
                    kColumn,
                    "tokens read from a cache"},
        QueryField {Id::TokensCacheWrite,
                    "tokens.cache_write",
                    "",
                    Type::Number,
                    kColumn,
                    "tokens written to a cache"},
        QueryField {Id::TokensOut,
                    "tokens.out",
                    "",
                    Type::Number,
                    kColumn,
                    "tokens written, reasoning included"},
        QueryField {Id::TokensReasoning,
                    "tokens.reasoning",
                    "",
                    Type::Number,
                    kColumn,
                    "tokens of reasoning"},
        QueryField {Id::Cost, "cost", "", Type::Money, kColumn, "cost as stated or computed"},
        QueryField {
            Id::Counted, "counted", "", Type::Truth, kColumn, "false on wrappers and copies"},
        QueryField {Id::Depth, "depth", "", Type::Number, kColumn, "levels above it, 0 for a root"},
        QueryField {Id::Children, "children", "", Type::Number, kColumn, "steps directly below it"},
        QueryField {Id::Steps, "steps", "", Type::Number, kColumn, "all steps below it"},
        QueryField {Id::Errors, "errors", "", Type::Number, kColumn, "failed steps below it"},
        QueryField {
            Id::Retries, "retries", "", Type::Number, kColumn, "steps that say they retry it"},
        QueryField {
            Id::Size, "size", "", Type::Size, kColumn, "bytes of its records in the source"},
        QueryField {Id::Error, "error", "", Type::Text, kColumn, "message of the error"},
        QueryField {Id::ErrorType, "error.type", "", Type::Text, kColumn, "type of the error"},
        QueryField {Id::ErrorRetryable,
                    "error.retryable",
                    "",
                    Type::Truth,
                    kColumn,
                    "whether a retry may help"},
        QueryField {Id::Text, "text", "", Type::AllText, kPayload, "everything in its records"},
        QueryField {
            Id::Args, "args", "arguments", Type::Json, kPayload, "arguments of a tool call"},
        QueryField {Id::Result, "result", "", Type::Json, kPayload, "what a tool gave"},
        QueryField {Id::Input, "input", "", Type::Messages, kPayload, "messages sent to the model"},
        QueryField {Id::Output, "output", "", Type::Messages, kPayload, "messages the model gave"},
        QueryField {Id::Message,
                    "message",
                    "messages",
                    Type::Messages,
                    kPayload,
                    "input and output together"},
        QueryField {
            Id::Attributes, "attr", "attributes", Type::Json, kPayload, "attributes of the source"},
        QueryField {Id::Parameters,
                    "param",
                    "parameters",
                    Type::Json,
                    kPayload,
                    "parameters of the model request"},
        QueryField {
            Id::ToolDefinitions, "tools", "", Type::Json, kPayload, "tools offered to the model"},
        QueryField {
            Id::Events, "event", "events", Type::Json, kPayload, "events of the step, by name"},
        QueryField {Id::Finish, "finish", "", Type::Text, kPayload, "why the model stopped"},
        QueryField {Id::Stack, "error.stack", "stack", Type::Text, kPayload, "stack of the error"},
        QueryField {Id::ArgsSize, "size.args", "", Type::Size, kPayload, "bytes of the arguments"},
        QueryField {Id::ResultSize, "size.result", "", Type::Size, kPayload, "bytes of the result"},
        QueryField {
            Id::InputSize, "size.input", "", Type::Size, kPayload, "bytes of text in the input"},
        QueryField {
            Id::OutputSize, "size.output", "", Type::Size, kPayload, "bytes of text in the output"},
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
