#include "tracestore/import/gen_ai/gen_ai_events.h"

#include "tracestore/import/gen_ai/flat_attributes.h"
#include "tracestore/import/messages/message_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;

    constexpr std::string_view kDetailEvents[] = {"gen_ai.client.inference.operation.details",
                                                  "gen_ai.content.prompt",
                                                  "gen_ai.content.completion"};

    constexpr std::string_view kFirstTokenEvents[]
        = {"ai.stream.firstChunk", "First Token Stream Event", "gen_ai.content.first_token"};

    bool isOneOf(std::span<const std::string_view> names, std::string_view name)
    {
        return std::ranges::find(names, name) != names.end();
    }

    bool isException(const GenAiEvent& event)
    {
        return event.name == "exception" || event.name == "gen_ai.client.operation.exception"
            || findAttribute(event.attributes, "exception.type") != nullptr;
    }

    /// The role in `gen_ai.user.message`; empty for another event.
    std::string_view roleIn(std::string_view name)
    {
        constexpr std::string_view kPrefix = "gen_ai.";
        constexpr std::string_view kSuffix = ".message";
        if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)
            || name.size() <= kPrefix.size() + kSuffix.size())
            return {};
        name.remove_prefix(kPrefix.size());
        name.remove_suffix(kSuffix.size());
        return name;
    }

    /// The message of an event: its body, or the attributes that stand for one.
    json contentOf(const GenAiEvent& event)
    {
        json body = unpackedJsonOf(event.body);
        if (body.is_object())
            return body;
        if (const auto* content = findAttribute(event.attributes, "gen_ai.event.content")) {
            body = unpackedJsonOf(*content);
            return body.is_object() ? body : json {{"content", body}};
        }
        json object = json::object();
        for (const auto& [key, value] : event.attributes)
            object.emplace(std::string(key), unpackedJsonOf(value));
        if (!body.is_null() && !object.contains("content"))
            object["content"] = std::move(body);
        return object;
    }

    Message messageOfEvent(const GenAiEvent& event, std::string_view role)
    {
        json content = contentOf(event);
        if (!content.contains("role") && !content.contains("message"))
            content["role"] = role;
        return messageOf(content, roleOf(role));
    }

} // namespace

WithEventAttributes::WithEventAttributes(const GenAiSource& source)
    : m_source(source.attributes)
{
    for (const GenAiEvent& event : source.events) {
        if (!isOneOf(kDetailEvents, event.name))
            continue;
        if (m_merged.empty())
            m_merged = m_source;
        m_merged.insert(m_merged.end(), event.attributes.begin(), event.attributes.end());
    }
}

const GenAiEvent* exceptionOf(std::span<const GenAiEvent> events)
{
    for (std::size_t i = events.size(); i-- > 0;) {
        if (isException(events[i]))
            return &events[i];
    }
    return nullptr;
}

std::optional<Timestamp> firstTokenOf(std::span<const GenAiEvent> events)
{
    for (const GenAiEvent& event : events) {
        if (isOneOf(kFirstTokenEvents, event.name))
            return event.time;
    }
    return {};
}

EventMessages messagesOf(std::span<const GenAiEvent> events)
{
    EventMessages messages;
    for (const GenAiEvent& event : events) {
        if (event.name == "gen_ai.choice")
            messages.output.push_back(messageOfEvent(event, "assistant"));
        else if (const std::string_view role = roleIn(event.name); !role.empty())
            messages.input.push_back(messageOfEvent(event, role));
    }
    return messages;
}

} // namespace tracestore
