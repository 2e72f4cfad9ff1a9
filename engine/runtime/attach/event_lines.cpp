#include "engine/runtime/attach/event_lines.h"

#include "engine/runtime/attach/json_fields.h"
#include "tracestore/base/json_io.h"
#include "tracestore/recording/run_event_json.h"

#include <algorithm>

namespace engine {

using nlohmann::json;
using tracestore::EffectWanted;
using tracestore::ErrorCode;
using tracestore::Message;
using tracestore::MessageChain;
using tracestore::Result;
using tracestore::RunEvent;

namespace {

    struct EventHead
    {
        std::int64_t number = 0;
        tracestore::Timestamp time;
        std::string agent;
        std::string effect;
        std::string fact;
    };

    /// The messages that `chain` has behind what it shares with `base`, and how many it shares.
    json writtenInput(const MessageChain& chain, const MessageChain& base)
    {
        std::vector<const Message*> added;
        const MessageChain::Node* node = chain.node().get();
        const MessageChain::Node* shared = base.node().get();
        while (node != shared) {
            if (shared == nullptr || (node != nullptr && node->length > shared->length)) {
                added.push_back(&node->message);
                node = node->before.get();
            } else if (node == nullptr || shared->length > node->length) {
                shared = shared->before.get();
            } else {
                added.push_back(&node->message);
                node = node->before.get();
                shared = shared->before.get();
            }
        }
        json messages = json::array();
        for (auto message = added.rbegin(); message != added.rend(); ++message)
            messages.push_back(tracestore::toJson(**message));
        return {{"keep", node == nullptr ? 0 : node->length}, {"messages", std::move(messages)}};
    }

    tracestore::Failure brokenEvent(const std::string& why)
    {
        return tracestore::fail(ErrorCode::Invalid, "An event makes no sense: " + why);
    }

    Result<MessageChain> readInput(const json& from, MessageChain chain)
    {
        if (!from.is_object() || !from.contains("keep") || !from["keep"].is_number_unsigned()
            || !from.contains("messages") || !from["messages"].is_array()
            || from["keep"].get<std::size_t>() > chain.size())
            return brokenEvent("its input.");
        while (chain.size() > from["keep"].get<std::size_t>())
            chain = chain.withoutLast();
        for (const json& text : from["messages"]) {
            if (!text.is_string())
                return brokenEvent("a message.");
            auto message = tracestore::messageFromJson(text.get_ref<const std::string&>());
            if (!message)
                return tracestore::fail(std::move(message).error());
            chain = chain.with(std::move(*message));
        }
        return chain;
    }

} // namespace

template<class Fields, Described<EventHead> T>
void describe(Fields& fields, T& value)
{
    fields("number", value.number);
    fields("time", value.time);
    fields("agent", value.agent);
    fields("effect", value.effect);
    fields("fact", value.fact);
}

json EventWriting::write(const RunEvent& event)
{
    const EventHead head {
        event.number, event.time, event.agent, event.effect, std::string(typeWord(event.fact))};
    JsonWriting fields;
    describe(fields, head);
    json line = fields.take();
    line["body"] = tracestore::toJson(event.fact);
    const auto* wanted = std::get_if<EffectWanted>(&event.fact);
    if (wanted != nullptr && !wanted->input.isEmpty()) {
        MessageChain& before = m_inputs[event.agent];
        line["input"] = writtenInput(wanted->input, before);
        before = wanted->input;
    }
    return line;
}

Result<tracestore::RunEventPtr> EventReading::read(const json& from)
{
    EventHead head;
    JsonReading fields(from);
    describe(fields, head);
    if (!fields.problem().empty() || !from.contains("body") || !from["body"].is_string())
        return brokenEvent(fields.problem());
    if (head.number != m_last + 1)
        return brokenEvent("one is missing.");
    auto fact = tracestore::factFromJson(head.fact, from["body"].get_ref<const std::string&>());
    if (!fact)
        return tracestore::fail(std::move(fact).error());
    if (auto* wanted = std::get_if<EffectWanted>(&*fact);
        wanted != nullptr && from.contains("input")) {
        auto input = readInput(from["input"], m_inputs[head.agent]);
        if (!input)
            return tracestore::fail(std::move(input).error());
        wanted->input = m_inputs[head.agent] = std::move(*input);
    }
    m_last = head.number;
    return std::make_shared<const RunEvent>(
        RunEvent {head.number, head.time, head.agent, head.effect, std::move(*fact)});
}

} // namespace engine
