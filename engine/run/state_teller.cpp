#include "engine/run/state_teller.h"

#include <algorithm>

namespace engine {

using tracestore::ContentHash;
using tracestore::MessageChain;

namespace {

    /// A jump to the past applies patches of at most this, or of twice what the state before them
    /// takes.
    /// takes.
    constexpr std::size_t kFewPatches = std::size_t {32} << 10U;

    /// What `longer` has behind `known`, or nothing where it does not begin with it.
    std::optional<std::vector<const tracestore::Message*>> added(const MessageChain& known,
                                                                 const MessageChain& longer)
    {
        std::vector<const tracestore::Message*> messages;
        const auto* node = longer.node().get();
        for (; node != nullptr && node->length > known.size(); node = node->before.get())
            messages.push_back(&node->message);
        if (node != known.node().get())
            return std::nullopt;
        std::ranges::reverse(messages);
        return messages;
    }

    bool isSame(const AgentState::Item& a, const AgentState::Item& b)
    {
        return a == b || *a == *b;
    }

    /// How many items `after` has lost in front: what is left stands at its beginning.
    std::size_t lostInFront(const std::vector<AgentState::Item>& before,
                            const std::vector<AgentState::Item>& after)
    {
        for (std::size_t lost = 0; lost < before.size(); ++lost) {
            if (before.size() - lost <= after.size()
                && std::equal(before.begin() + static_cast<std::ptrdiff_t>(lost),
                              before.end(),
                              after.begin(),
                              isSame))
                return lost;
        }
        return before.size();
    }

    template<class Texts>
    std::string arrayText(const Texts& texts)
    {
        std::string array = "[";
        for (const auto& text : texts) {
            array += array.size() == 1 ? "" : ",";
            array += text;
        }
        return array + ']';
    }

    std::string textOf(const MessageChain& messages)
    {
        std::vector<std::string> texts;
        for (const tracestore::Message* message : messages.pointers())
            texts.push_back(tracestore::toJson(*message));
        return arrayText(texts);
    }

    std::string textOf(const std::vector<AgentState::Item>& items)
    {
        std::vector<std::string_view> texts;
        for (const AgentState::Item& item : items)
            texts.emplace_back(*item);
        return arrayText(texts);
    }

    std::string textOf(const AgentState& state)
    {
        std::map<std::string, std::string> members = state.members;
        for (const auto& [name, messages] : state.conversations)
            members[name] = textOf(messages);
        for (const auto& [name, items] : state.lists)
            members[name] = textOf(items);
        std::string object = "{";
        for (const auto& [name, text] : members)
            object += (object.size() == 1 ? "\"" : ",\"") + name + "\":" + text;
        return object + '}';
    }

} // namespace

tracestore::StateChanged StateTeller::tell(const AgentState& state)
{
    m_patch.clear();
    for (const auto& [name, text] : state.members)
        takeMember(name, text);
    for (const auto& [name, messages] : state.conversations)
        takeConversation(name, messages);
    for (const auto& [name, items] : state.lists)
        takeList(name, items);
    forgetMissing(state);

    tracestore::StateChanged fact;
    fact.hash = hashOfState(m_hashes).toHex();
    m_patchBytes += m_patch.size();
    fact.isWhole
        = std::exchange(m_isNew, false) || m_patchBytes > std::max(kFewPatches, 2 * m_wholeBytes);
    if (fact.isWhole) {
        fact.state = textOf(state);
        m_wholeBytes = fact.state.size();
        m_patchBytes = 0;
    } else {
        fact.state = '[' + m_patch + ']';
    }
    return fact;
}

void StateTeller::add(const std::string& op, const std::string& path, const std::string& value)
{
    m_patch += m_patch.empty() ? "{\"op\":\"" : ",{\"op\":\"";
    m_patch += op + "\",\"path\":\"/" + path + '"';
    if (!value.empty())
        m_patch += ",\"value\":" + value;
    m_patch += '}';
}

void StateTeller::takeMember(const std::string& name, const std::string& text)
{
    std::string& known = m_last.members[name];
    if (known == text)
        return;
    add(known.empty() ? "add" : "replace", name, text);
    known = text;
    m_hashes[name] = hashOfValue(text);
}

void StateTeller::takeConversation(const std::string& name, const MessageChain& messages)
{
    const auto known = m_last.conversations.find(name);
    const bool isNew = known == m_last.conversations.end();
    const auto news = isNew ? std::nullopt : added(known->second, messages);
    ContentHash& hash = m_hashes[name];
    if (!news) {
        add("add", name, textOf(messages)); // takes the place of one that is there
        hash = hashOfEmptyList();
    }
    for (const tracestore::Message* message : news ? *news : messages.pointers()) {
        const std::string text = tracestore::toJson(*message);
        if (news)
            add("add", name + "/-", text);
        hash = hashWithItem(hash, text);
    }
    m_last.conversations[name] = messages;
}

void StateTeller::takeList(const std::string& name, const std::vector<AgentState::Item>& items)
{
    const std::size_t patchBefore = m_patch.size();
    const auto known = m_last.lists.find(name);
    if (known == m_last.lists.end())
        add("add", name, textOf(items));
    else
        tellChanges(name, known->second, items);
    if (m_patch.size() == patchBefore)
        return;
    m_last.lists[name] = items;
    ContentHash& hash = m_hashes[name] = hashOfEmptyList();
    for (const AgentState::Item& item : items)
        hash = hashWithItem(hash, *item);
}

void StateTeller::tellChanges(const std::string& name,
                              const std::vector<AgentState::Item>& before,
                              const std::vector<AgentState::Item>& after)
{
    const std::size_t lost = lostInFront(before, after);
    if (lost == before.size() && before.size() == after.size()) {
        for (std::size_t i = 0; i < after.size(); ++i) {
            if (!isSame(before[i], after[i]))
                add("replace", name + '/' + std::to_string(i), *after[i]);
        }
        return;
    }
    for (std::size_t i = 0; i < lost; ++i)
        add("remove", name + "/0", {});
    for (std::size_t i = before.size() - lost; i < after.size(); ++i)
        add("add", name + "/-", *after[i]);
}

void StateTeller::forgetMissing(const AgentState& state)
{
    const auto forget = [this](auto& known, const auto& there) {
        std::erase_if(known, [&](const auto& entry) {
            const bool isGone = !there.contains(entry.first);
            if (isGone) {
                add("remove", entry.first, {});
                m_hashes.erase(entry.first);
            }
            return isGone;
        });
    };
    forget(m_last.members, state.members);
    forget(m_last.conversations, state.conversations);
    forget(m_last.lists, state.lists);
}

} // namespace engine
