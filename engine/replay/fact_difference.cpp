#include "engine/replay/fact_difference.h"

#include "engine/effect/request_fingerprint.h"
#include "engine/replay/replay_divergence.h"
#include "tracestore/base/safe_text.h"

#include <algorithm>

namespace engine {

using tracestore::AgentEnded;
using tracestore::AgentStarted;
using tracestore::DecisionMade;
using tracestore::EffectEnded;
using tracestore::EffectWanted;
using tracestore::Message;
using tracestore::MessageChain;
using tracestore::RunEnded;
using tracestore::RunFact;
using tracestore::safeLine;
using tracestore::StateChanged;
using Difference = std::optional<FactDifference>;

namespace {

    Difference textDifference(const char* what, const std::string& recorded, const std::string& now)
    {
        if (recorded == now)
            return {};
        WordDifference words = wordDifference(recorded, now);
        return FactDifference {what, std::move(words.recorded), std::move(words.now)};
    }

    Difference jsonDifference(const char* what, const std::string& recorded, const std::string& now)
    {
        if (recorded == now)
            return {};
        return textDifference(what, canonicalJson(recorded), canonicalJson(now));
    }

    Difference termDifference(const char* what, std::string_view recorded, std::string_view now)
    {
        return textDifference(what, std::string(recorded), std::string(now));
    }

    /// The first that there is.
    template<class... Rest>
    Difference firstOf(Difference first, Rest... rest)
    {
        ((first = first ? std::move(first) : std::move(rest)), ...);
        return first;
    }

    Difference differenceBetween(const AgentStarted& recorded, const AgentStarted& now)
    {
        return firstOf(textDifference("its task", recorded.task, now.task),
                       textDifference("who asked for it", recorded.caller, now.caller),
                       textDifference("its pattern", recorded.pattern, now.pattern));
    }

    /// Of an outcome that a policy gave: others are those of the recording.
    Difference differenceBetween(const EffectEnded& recorded, const EffectEnded& now)
    {
        return firstOf(
            termDifference("its outcome", toWord(recorded.status), toWord(now.status)),
            termDifference("who gave its outcome", toWord(recorded.origin), toWord(now.origin)));
    }

    Difference differenceBetween(const DecisionMade& recorded, const DecisionMade& now)
    {
        return textDifference("what a policy decided",
                              recorded.policy + ' ' + recorded.action,
                              now.policy + ' ' + now.action);
    }

    Difference differenceBetween(const StateChanged& recorded, const StateChanged& now)
    {
        if (recorded.hash == now.hash)
            return {};
        return FactDifference {"the state of the agent", {}, {}};
    }

    Difference differenceBetween(const AgentEnded& recorded, const AgentEnded& now)
    {
        return firstOf(termDifference("how it ended", toWord(recorded.status), toWord(now.status)),
                       textDifference("its answer", recorded.answer, now.answer),
                       textDifference("why it ended", recorded.reason, now.reason));
    }

    Difference differenceBetween(const RunEnded& recorded, const RunEnded& now)
    {
        return firstOf(
            termDifference("how the run ended", toWord(recorded.status), toWord(now.status)),
            textDifference("the answer of the run", recorded.answer, now.answer));
    }

    template<class Fact>
    Difference differenceBetween(const Fact&, const Fact&)
    {
        return {};
    }

    bool isEqual(const Message& recorded, const Message& now)
    {
        return recorded == now || toJson(recorded) == toJson(now);
    }

    /// Of what people read of them, else of all that they hold.
    Difference messageDifference(std::size_t number, const Message& recorded, const Message& now)
    {
        const std::string what = "message " + std::to_string(number);
        const Difference text = textDifference(what.c_str(), plainText(recorded), plainText(now));
        return text ? text : textDifference(what.c_str(), toJson(recorded), toJson(now));
    }

} // namespace

std::string FactDifference::text() const
{
    if (recorded.empty() && now.empty())
        return field + " is not as it was recorded";
    const auto shown = [](const std::string& text) {
        return text.empty() ? std::string("nothing") : '`' + safeLine(text) + '`';
    };
    return field + ": recorded is " + shown(recorded) + ", now it is " + shown(now);
}

Difference FactComparer::difference(const RunFact& recorded, const RunFact& now)
{
    if (recorded.index() != now.index())
        return FactDifference {
            "what happens", std::string(typeWord(recorded)), std::string(typeWord(now))};
    return std::visit(
        [&](const auto& known) -> Difference {
            using Fact = std::decay_t<decltype(known)>;
            if constexpr (std::is_same_v<Fact, EffectWanted>)
                return differenceOf(known, std::get<Fact>(now));
            else
                return differenceBetween(known, std::get<Fact>(now));
        },
        recorded);
}

Difference FactComparer::differenceOf(const EffectWanted& recorded, const EffectWanted& now)
{
    // One after another: what need not be looked at costs nothing.
    Difference found = termDifference("what is wanted", toWord(recorded.kind), toWord(now.kind));
    if (!found)
        found = textDifference("its name", recorded.name, now.name);
    if (!found)
        found = textDifference("its provider", recorded.provider, now.provider);
    if (!found)
        found = textDifference("the id of its call", recorded.callId, now.callId);
    if (!found)
        found = jsonDifference("the parameters", recorded.parameters, now.parameters);
    if (!found)
        found = jsonDifference("the tools that are offered", recorded.tools, now.tools);
    if (!found && recorded.kind != EffectKind::Timer)
        found = jsonDifference("the arguments", recorded.arguments, now.arguments);
    return found ? found : differenceOf(recorded.input, now.input);
}

/// The first message that differs is named: those behind it may differ only because of it.
Difference FactComparer::differenceOf(const MessageChain& recorded, const MessageChain& now)
{
    const Node* a = recorded.node().get();
    const Node* b = now.node().get();
    const auto fewer = std::min(recorded.size(), now.size());
    while (a != nullptr && a->length > fewer)
        a = a->before.get();
    while (b != nullptr && b->length > fewer)
        b = b->before.get();
    const Node* differsA = nullptr;
    const Node* differsB = nullptr;
    for (; a != nullptr; a = a->before.get(), b = b->before.get()) {
        const auto known = m_equal.find(a);
        if (known != m_equal.end() && known->second.second.node().get() == b)
            break;
        if (!isEqual(a->message, b->message)) {
            differsA = a;
            differsB = b;
        }
    }
    if (differsA != nullptr)
        return messageDifference(differsA->length, differsA->message, differsB->message);
    if (recorded.size() != now.size())
        return FactDifference {
            "the number of messages", std::to_string(recorded.size()), std::to_string(now.size())};
    if (recorded.node() != nullptr)
        m_equal.insert_or_assign(recorded.node().get(), std::pair(recorded, now));
    return {};
}

} // namespace engine
