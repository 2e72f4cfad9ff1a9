#include "engine/agent/chat_state.h"

#include "engine/agent/state_reader.h"
#include "tracestore/base/json_io.h"

#include <algorithm>
#include <array>

namespace engine {

using nlohmann::json;
using tracestore::Result;

namespace {

    constexpr std::array kPhaseWords {"idle", "asking", "acting", "summarising", "handed_off"};

    json pendingJson(const PendingCall& call)
    {
        json value {{"call_id", call.callId}, {"tool", call.tool}, {"arguments", call.arguments}};
        if (call.answer) {
            value["answer"] = *call.answer;
            value["is_error"] = call.isError;
        }
        return value;
    }

    void readPending(StateReader& reader, PendingCall& call)
    {
        reader.read("call_id", call.callId);
        reader.read("tool", call.tool);
        reader.read("arguments", call.arguments);
        reader.read("answer", call.answer);
        if (call.answer)
            reader.read("is_error", call.isError);
    }

    json rememberedJson(const RememberedCall& call)
    {
        return {{"tool", call.tool},
                {"arguments", call.arguments},
                {"result", call.result},
                {"is_error", call.isError}};
    }

    void readRemembered(StateReader& reader, RememberedCall& call)
    {
        reader.read("tool", call.tool);
        reader.read("arguments", call.arguments);
        reader.read("result", call.result);
        reader.read("is_error", call.isError);
    }

    template<class T, class F>
    json listJson(const std::vector<T>& list, F toJson)
    {
        json values = json::array();
        for (const T& item : list)
            values.push_back(toJson(item));
        return values;
    }

} // namespace

void Spending::add(const Outcome& outcome, bool isStep)
{
    if (outcome.cost && outcome.cost->currency == "USD")
        cost += outcome.cost->amount;
    if (outcome.response && outcome.response->usage)
        tokens += outcome.response->usage->total().value_or(0);
    else if (outcome.spent)
        tokens += outcome.spent->total().value_or(0);
    steps += isStep ? 1 : 0;
    if (outcome.end.ns == 0)
        return;
    if (!begin)
        begin = outcome.end;
    last = last ? std::max(*last, outcome.end) : outcome.end;
}

double Spending::seconds() const
{
    return begin && last ? static_cast<double>((*last - *begin).ns) / 1e9 : 0;
}

namespace {

    json messageJson(const tracestore::Message& message)
    {
        std::string text = tracestore::toJson(message);
        auto value = tracestore::parseJson(text);
        // What is nested too deeply to be looked at stays as text; it can be read back all the
        // same.
        return value ? std::move(*value) : json(std::move(text));
    }

} // namespace

json toJson(const tracestore::MessageChain& messages)
{
    return MessageListJson().of(messages);
}

const json& MessageListJson::of(const tracestore::MessageChain& messages)
{
    std::vector<const tracestore::Message*> added;
    const auto* node = messages.node().get();
    for (; node != nullptr && node->length > m_list.size(); node = node->before.get())
        added.push_back(&node->message);
    if (node != m_known.node().get()) {
        m_list = json::array();
        added = messages.pointers();
        std::ranges::reverse(added);
    }
    for (auto message = added.rbegin(); message != added.rend(); ++message)
        m_list.push_back(messageJson(**message));
    m_known = messages;
    return m_list;
}

json toJson(const Spending& spent)
{
    json value {{"cost", spent.cost}, {"tokens", spent.tokens}, {"steps", spent.steps}};
    if (spent.begin)
        value["begin"] = spent.begin->ns;
    if (spent.last)
        value["last"] = spent.last->ns;
    return value;
}

json toJson(const AgentResult& result)
{
    return {{"status", tracestore::toWord(result.status)},
            {"answer", result.answer},
            {"reason", result.reason}};
}

json ChatState::toJson() const
{
    json value {{"phase", kPhaseWords.at(static_cast<std::size_t>(phase))},
                {"messages", messagesJson.of(messages)},
                {"prompt_length", promptLength},
                {"input", input},
                {"turn", turn},
                {"corrections", corrections},
                {"warnings", warnings},
                {"doubts", doubts},
                {"pending", listJson(pending, pendingJson)},
                {"route", route},
                {"offered", offered},
                {"spent", engine::toJson(spent)},
                {"calls", listJson(calls, rememberedJson)},
                {"keep_from", keepFrom},
                {"compress_from", compressFrom},
                {"uncounted", uncounted},
                {"partial", partial},
                {"handed_to", handedTo}};
    if (result)
        value["result"] = engine::toJson(*result);
    return value;
}

Result<ChatState> ChatState::fromJson(const json& value)
{
    ChatState state;
    StateReader reader(value);
    reader.readWord("phase", state.phase, kPhaseWords);
    reader.read("messages", state.messages);
    reader.read("prompt_length", state.promptLength);
    reader.read("input", state.input);
    reader.read("turn", state.turn);
    reader.read("corrections", state.corrections);
    reader.read("warnings", state.warnings);
    reader.read("doubts", state.doubts);
    reader.readList("pending", state.pending, readPending);
    reader.read("route", state.route);
    reader.read("offered", state.offered);
    reader.read("spent", state.spent);
    reader.readList("calls", state.calls, readRemembered);
    reader.read("keep_from", state.keepFrom);
    reader.read("compress_from", state.compressFrom);
    reader.readDifference("uncounted", state.uncounted);
    reader.read("partial", state.partial);
    reader.read("handed_to", state.handedTo);
    reader.read("result", state.result);
    if (state.promptLength > state.messages.size())
        reader.refuse("prompt_length");
    if (state.keepFrom > state.messages.size())
        reader.refuse("keep_from");
    if (state.phase == Phase::Acting && state.pending.empty())
        reader.refuse("pending");
    if (state.phase == Phase::HandedOff && state.handedTo.empty())
        reader.refuse("handed_to");
    if (const auto checked = reader.finished(); !checked)
        return tracestore::fail(checked.error());
    return state;
}

} // namespace engine
