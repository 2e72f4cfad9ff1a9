#include "tracestore/base/json_io.h"
#include "tracestore/import/gen_ai/flat_attributes.h"
#include "tracestore/import/gen_ai/gen_ai_events.h"
#include "tracestore/import/gen_ai/gen_ai_mapping.h"
#include "tracestore/import/gen_ai/gen_ai_names.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/messages/message_part_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using F = GenAiField;
    using nlohmann::json;
    using Messages = std::vector<Message>;

    /// All that the readers of messages look at.
    struct Content
    {
        const Attributes& attributes;
        const GenAiFields& fields;
        const EventMessages& events;
        SpanKind kind;
    };

    Messages messagesOf(const Content& content, F field, Role role)
    {
        const AttributeValue* value = content.fields.find(field);
        return value == nullptr ? Messages() : messagesOf(unpackedJsonOf(*value), role);
    }

    Messages openInferenceMessages(const Content& content, std::string_view prefix, Role role)
    {
        const json list = unflattened(content.attributes, prefix);
        return list.is_array() ? messagesOf(list, role) : Messages();
    }

    /// OpenLLMetry packs a list of parts into the content, as JSON.
    Messages openLlmetryMessages(const Content& content, std::string_view prefix, Role role)
    {
        json list = unflattened(content.attributes, prefix);
        if (!list.is_array())
            return {};
        for (json& message : list) {
            const auto packed = message.is_object() ? message.find("content") : message.end();
            if (packed == message.end() || !packed->is_string())
                continue;
            const std::string text = packed->get<std::string>();
            const json parts = unpackedJsonOf(AttributeValue::ofText(text));
            if (parts.is_array() && !parts.empty() && parts.front().is_object()
                && parts.front().contains("type"))
                message["content"] = parts;
        }
        return messagesOf(list, role);
    }

    /// OpenInference's texts of a completion: `llm.prompts.N.prompt.text`.
    Messages openInferenceTexts(const Content& content,
                                std::string_view prefix,
                                const char* holder,
                                Role role)
    {
        Messages messages;
        const json list = unflattened(content.attributes, prefix);
        for (const json& item : list.is_array() ? list : json::array()) {
            if (item.is_object() && item.contains(holder))
                messages.push_back(messageOf(item[holder], role));
        }
        return messages;
    }

    Messages vercelAnswer(const Content& content)
    {
        Message message {.role = Role::Assistant};
        if (const auto reasoning = content.fields.text(F::VercelReasoning); !reasoning.empty())
            message.parts.emplace_back(ReasoningPart {.text = std::string(reasoning)});
        for (const F field : {F::VercelText, F::VercelObject}) {
            const AttributeValue* value = content.fields.find(field);
            if (value != nullptr
                && !(value->type == AttributeValue::Type::Text && value->text.empty()))
                message.parts.emplace_back(TextPart {value->toPlain()});
        }
        if (const AttributeValue* value = content.fields.find(F::VercelToolCalls)) {
            const json calls = unpackedJsonOf(*value);
            for (const json& call : calls.is_array() ? calls : json::array())
                if (call.is_object() && call.contains("toolName"))
                    message.parts.push_back(partOf(
                        {{"type", "tool-call"},
                         {"toolCallId", call.value("toolCallId", json())},
                         {"toolName", call["toolName"]},
                         {"input",
                          call.contains("input") ? call["input"] : call.value("args", json())}}));
        }
        return message.parts.empty() ? Messages() : Messages {std::move(message)};
    }

    /// What a span was given or gave of which no convention says more: messages where it looks
    /// like some, else the whole as one text.
    Messages genericMessages(const Content& content, F field, Role role)
    {
        const AttributeValue* value = content.fields.find(field);
        if (value == nullptr || content.kind == SpanKind::Tool
            || (value->type == AttributeValue::Type::Text && value->text.empty()))
            return {};
        const json parsed = unpackedJsonOf(*value);
        const bool isMessageList
            = parsed.is_array() && !parsed.empty() && std::ranges::all_of(parsed, isMessageLike);
        Messages messages;
        if (parsed.is_object() || isMessageList)
            messages = messagesOf(parsed, role);
        if (messages.empty()
            || std::ranges::all_of(messages, [](const Message& m) { return m.parts.empty(); }))
            messages = {Message {.role = role, .parts = {TextPart {value->toPlain()}}}};
        return messages;
    }

    Messages withInstructions(const Content& content, Messages messages)
    {
        Messages system = messagesOf(content, F::SystemInstructions, Role::System);
        if (system.empty())
            return messages;
        // The instructions are a list of parts, not of messages.
        Message first {.role = Role::System};
        for (Message& part : system)
            std::ranges::move(part.parts, std::back_inserter(first.parts));
        messages.insert(messages.begin(), std::move(first));
        return messages;
    }

    Messages inputOf(const Content& c)
    {
        using Reader = Messages (*)(const Content&);
        static constexpr Reader kReaders[] = {
            [](const Content& x) { return messagesOf(x, F::InputMessages, Role::User); },
            [](const Content& x) {
                return openInferenceMessages(x, "llm.input_messages.", Role::User);
            },
            [](const Content& x) { return openLlmetryMessages(x, "gen_ai.prompt.", Role::User); },
            [](const Content& x) { return x.events.input; },
            [](const Content& x) { return messagesOf(x, F::VercelPrompt, Role::User); },
            [](const Content& x) { return messagesOf(x, F::AdkRequest, Role::User); },
            [](const Content& x) { return messagesOf(x, F::OldPrompt, Role::User); },
            [](const Content& x) {
                return openInferenceTexts(x, "llm.prompts.", "prompt", Role::User);
            },
            [](const Content& x) { return genericMessages(x, F::GenericInput, Role::User); },
        };
        for (const Reader reader : kReaders) {
            if (Messages messages = reader(c); !messages.empty())
                return withInstructions(c, std::move(messages));
        }
        return withInstructions(c, {});
    }

    Messages outputOf(const Content& c)
    {
        using Reader = Messages (*)(const Content&);
        static constexpr Reader kReaders[] = {
            [](const Content& x) { return messagesOf(x, F::OutputMessages, Role::Assistant); },
            [](const Content& x) {
                return openInferenceMessages(x, "llm.output_messages.", Role::Assistant);
            },
            [](const Content& x) {
                return openLlmetryMessages(x, "gen_ai.completion.", Role::Assistant);
            },
            [](const Content& x) { return x.events.output; },
            vercelAnswer,
            [](const Content& x) { return messagesOf(x, F::AdkResponse, Role::Assistant); },
            [](const Content& x) { return messagesOf(x, F::OldCompletion, Role::Assistant); },
            [](const Content& x) {
                return openInferenceTexts(x, "llm.choices.", "completion", Role::Assistant);
            },
            [](const Content& x) { return genericMessages(x, F::GenericOutput, Role::Assistant); },
        };
        for (const Reader reader : kReaders) {
            if (Messages messages = reader(c); !messages.empty())
                return messages;
        }
        return {};
    }

    bool isRedacted(std::string_view text)
    {
        return text == "<REDACTED>" || text == "__REDACTED__" || text == "[REDACTED]";
    }

    ContentState stateOf(const Messages& messages)
    {
        if (messages.empty())
            return ContentState::Absent;
        const bool allRedacted = std::ranges::all_of(
            messages, [](const Message& message) { return isRedacted(plainText(message)); });
        return allRedacted ? ContentState::Redacted : ContentState::Full;
    }

    std::string plainOf(const GenAiFields& fields, std::initializer_list<F> candidates)
    {
        for (const F field : candidates) {
            if (const AttributeValue* value = fields.find(field))
                return value->toPlain();
        }
        return {};
    }

    /// The tools offered, as one list whatever wrapped each.
    std::string definitionsOf(const Content& content)
    {
        json tools = json::array();
        if (const AttributeValue* value = content.fields.find(F::ToolDefinitions)) {
            tools = unpackedJsonOf(*value);
        } else if (json list = unflattened(content.attributes, "llm.tools."); list.is_array()) {
            for (json& item : list)
                tools.push_back(item.is_object() && item.contains("tool")
                                        && item["tool"].is_object()
                                    ? item["tool"].value("json_schema", item["tool"])
                                    : item);
        } else if (json functions = unflattened(content.attributes, "llm.request.functions.");
                   functions.is_array()) {
            tools = std::move(functions);
        }
        if (!tools.is_array() || tools.empty())
            return {};
        for (json& tool : tools) {
            if (!tool.is_string())
                continue;
            const std::string text = tool.get<std::string>();
            tool = unpackedJsonOf(AttributeValue::ofText(text));
        }
        return toJsonText(tools);
    }

    void addParameter(std::vector<Attribute>& parameters, std::string_view key, std::string value)
    {
        if (std::ranges::find(parameters, key, &Attribute::key) == parameters.end())
            parameters.push_back({std::string(key), std::move(value)});
    }

    std::vector<Attribute> parametersOf(const Content& content)
    {
        std::vector<Attribute> parameters;
        for (const auto& [key, value] : content.attributes) {
            if (const std::string_view name = requestParameterOf(key); !name.empty())
                addParameter(parameters, name, value.toJson());
        }
        const AttributeValue* packed = content.fields.find(F::Parameters);
        if (packed == nullptr)
            return parameters;
        const json object = unpackedJsonOf(*packed);
        if (!object.is_object())
            return parameters;
        for (const auto& [key, value] : object.items()) {
            if (key != "model" && key != "messages" && key != "tools" && key != "functions")
                addParameter(parameters, key, toJsonText(value));
        }
        return parameters;
    }

    std::vector<std::string> finishReasonsOf(const Content& content, const Messages& output)
    {
        std::vector<std::string> reasons;
        if (const AttributeValue* value = content.fields.find(F::FinishReasons)) {
            const json parsed = unpackedJsonOf(*value);
            if (parsed.is_string())
                reasons.push_back(parsed.get<std::string>());
            for (const json& reason : parsed.is_array() ? parsed : json::array())
                reasons.push_back(reason.is_string() ? reason.get<std::string>()
                                                     : toJsonText(reason));
        }
        if (reasons.empty()) {
            for (const Message& message : output)
                if (!message.finishReason.empty())
                    reasons.push_back(message.finishReason);
        }
        return reasons;
    }

} // namespace

void mapContent(const GenAiSource& source, SpanKind kind, SpanDetail& detail)
{
    const WithEventAttributes merged(source);
    const GenAiFields fields(merged.attributes());
    const EventMessages events = messagesOf(source.events);
    const Content content {merged.attributes(), fields, events, kind};
    if (kind == SpanKind::Tool) {
        detail.toolArguments = plainOf(fields, {F::ToolArguments, F::GenericInput});
        detail.toolResult = plainOf(fields, {F::ToolResult, F::GenericOutput});
        detail.toolDescription = fields.text(F::ToolDescription);
    }
    detail.input = inputOf(content);
    detail.inputState = stateOf(detail.input);
    detail.output = outputOf(content);
    detail.outputState = stateOf(detail.output);
    detail.parameters = parametersOf(content);
    detail.toolDefinitions = definitionsOf(content);
    detail.finishReasons = finishReasonsOf(content, detail.output);
    if (const GenAiEvent* exception = exceptionOf(source.events)) {
        if (const auto* stack = findAttribute(exception->attributes, "exception.stacktrace"))
            detail.errorStack = stack->asText();
    } else if (const auto* stack = findAttribute(source.attributes, "exception.stacktrace")) {
        detail.errorStack = stack->asText();
    }
}

} // namespace tracestore
