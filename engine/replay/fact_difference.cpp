#include "engine/replay/fact_difference.h"

#include "engine/effect/request_fingerprint.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

namespace engine {

using tracestore::AgentEnded;
using tracestore::AgentStarted;
using tracestore::DecisionMade;
using tracestore::EffectEnded;
using tracestore::EffectWanted;
using tracestore::Message;
using tracestore::MessageChain;
using tracestore::RunFact;
using tracestore::safeLine;
using tracestore::StateChanged;
using Difference = std::optional<std::string>;

namespace {

    constexpr std::size_t kShownText = 160;

    std::string shownText(const std::string& text)
    {
        if (text.empty())
            return "nothing";
        const std::string line = safeLine(text);
        return line.size() <= kShownText
            ? '`' + line + '`'
            : '`' + tracestore::toValidUtf8(line.substr(0, kShownText)) + " ...`";
    }

    Difference textDifference(const char* what, const std::string& recorded, const std::string& now)
    {
        if (recorded == now)
            return {};
        return std::string(what) + ": recorded is " + shownText(recorded) + ", now it is "
            + shownText(now);
    }

    Difference jsonDifference(const char* what, const std::string& recorded, const std::string& now)
    {
        if (recorded == now || canonicalJson(recorded) == canonicalJson(now))
            return {};
        return textDifference(what, recorded, now);
    }

    Difference wordDifference(const char* what, std::string_view recorded, std::string_view now)
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
            wordDifference("its outcome", toWord(recorded.status), toWord(now.status)),
            wordDifference("who gave its outcome", toWord(recorded.origin), toWord(now.origin)));
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
        return "the state of the agent is another one than was recorded";
    }

    Difference differenceBetween(const AgentEnded& recorded, const AgentEnded& now)
    {
        return firstOf(wordDifference("how it ended", toWord(recorded.status), toWord(now.status)),
                       textDifference("its answer", recorded.answer, now.answer),
                       textDifference("why it ended", recorded.reason, now.reason));
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

} // namespace

Difference FactComparer::difference(const RunFact& recorded, const RunFact& now)
{
    if (recorded.index() != now.index())
        return "recorded is " + std::string(typeWord(recorded)) + ", now it is "
            + std::string(typeWord(now));
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
    Difference found
        = firstOf(wordDifference("what is wanted", toWord(recorded.kind), toWord(now.kind)),
                  textDifference("its name", recorded.name, now.name),
                  textDifference("its provider", recorded.provider, now.provider),
                  textDifference("the id of its call", recorded.callId, now.callId),
                  jsonDifference("the parameters", recorded.parameters, now.parameters),
                  jsonDifference("the tools that are offered", recorded.tools, now.tools));
    if (!found && recorded.kind != EffectKind::Timer)
        found = jsonDifference("the arguments", recorded.arguments, now.arguments);
    return found ? found : differenceOf(recorded.input, now.input);
}

Difference FactComparer::differenceOf(const MessageChain& recorded, const MessageChain& now)
{
    if (recorded.size() != now.size())
        return "the messages: recorded are " + std::to_string(recorded.size()) + ", now they are "
            + std::to_string(now.size());
    const Node* a = recorded.node().get();
    const Node* b = now.node().get();
    for (; a != nullptr; a = a->before.get(), b = b->before.get()) {
        const auto known = m_equal.find(a);
        if (known != m_equal.end() && known->second.second.node().get() == b)
            break;
        if (!isEqual(a->message, b->message))
            return textDifference(("message " + std::to_string(a->length)).c_str(),
                                  plainText(a->message),
                                  plainText(b->message))
                .value_or("message " + std::to_string(a->length));
    }
    if (recorded.node() != nullptr)
        m_equal.insert_or_assign(recorded.node().get(), std::pair(recorded, now));
    return {};
}

} // namespace engine
