#include "engine/agent/chat_state.h"

#include "engine/agent/state_reader.h"
#include "tracestore/analysis/loop_finder.h"
#include "tracestore/base/json_io.h"

#include <algorithm>
#include <array>

namespace engine {

using nlohmann::json;
using tracestore::quoteJson;
using tracestore::Result;

namespace {

    constexpr std::array kPhaseWords {"idle", "asking", "acting", "summarising", "handed_off"};

    std::string pendingText(const PendingCall& call)
    {
        json value {{"call_id", call.callId}, {"tool", call.tool}, {"arguments", call.arguments}};
        if (call.answer) {
            value["answer"] = *call.answer;
            value["is_error"] = call.isError;
        }
        return tracestore::toJsonText(value);
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

    std::string rememberedText(const RememberedCall& call)
    {
        // Members in the order of their names, as toJsonText() gives.
        return R"({"arguments":)" + quoteJson(call.arguments) + R"(,"is_error":)"
            + (call.isError ? "true" : "false") + R"(,"result":)" + quoteJson(call.result)
            + R"(,"tool":)" + quoteJson(call.tool) + '}';
    }

    void readRemembered(StateReader& reader, RememberedCall& call)
    {
        reader.read("tool", call.tool);
        reader.read("arguments", call.arguments);
        reader.read("result", call.result);
        reader.read("is_error", call.isError);
    }

    template<class T, class F>
    std::vector<AgentState::Item> itemsOf(const std::vector<T>& list, F toText)
    {
        std::vector<AgentState::Item> items;
        items.reserve(list.size());
        for (const T& item : list)
            items.push_back(std::make_shared<const std::string>(toText(item)));
        return items;
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

RememberedCalls::RememberedCalls(std::vector<RememberedCall> calls)
{
    for (RememberedCall& call : calls)
        add(std::move(call));
}

void RememberedCalls::add(RememberedCall call)
{
    m_items.push_back(std::make_shared<const std::string>(rememberedText(call)));
    m_calls.push_back(std::move(call));
    if (m_calls.size() > tracestore::LoopFinder::kWindow) {
        m_calls.erase(m_calls.begin());
        m_items.erase(m_items.begin());
    }
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

AgentState ChatState::toAgentState() const
{
    AgentState state;
    state.members = {{"phase", quoteJson(kPhaseWords.at(static_cast<std::size_t>(phase)))},
                     {"prompt_length", std::to_string(promptLength)},
                     {"input", quoteJson(input)},
                     {"turn", std::to_string(turn)},
                     {"corrections", std::to_string(corrections)},
                     {"warnings", std::to_string(warnings)},
                     {"doubts", std::to_string(doubts)},
                     {"route", std::to_string(route)},
                     {"spent", tracestore::toJsonText(engine::toJson(spent))},
                     {"keep_from", std::to_string(keepFrom)},
                     {"compress_from", std::to_string(compressFrom)},
                     {"uncounted", std::to_string(uncounted)},
                     {"partial", quoteJson(partial)},
                     {"handed_to", quoteJson(handedTo)}};
    if (result)
        state.members["result"] = tracestore::toJsonText(engine::toJson(*result));
    state.lists["pending"] = itemsOf(pending, pendingText);
    state.lists["offered"] = itemsOf(offered, quoteJson);
    state.conversations["messages"] = messages;
    state.lists["calls"] = calls.items();
    return state;
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
    std::vector<RememberedCall> calls;
    reader.readList("calls", calls, readRemembered);
    state.calls = RememberedCalls(std::move(calls));
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
