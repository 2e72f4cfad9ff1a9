#include "engine/bundle/masked_run.h"

#include "engine/agent/state_hash.h"
#include "tracestore/base/json_io.h"
#include "tracestore/recording/run_event_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace engine {

using nlohmann::json;
using tracestore::ContentHash;
using tracestore::MessageChain;
using tracestore::RunEvent;

namespace {

    constexpr const char* kRawLeftOut = "(left out: it was masked in what was made of it)";

    /// A member that is a text; empty where it is none.
    std::string textMember(const json& object, const char* name)
    {
        const auto found = object.find(name);
        return found != object.end() && found->is_string() ? found->get<std::string>()
                                                           : std::string();
    }

    /// The member of a state that an operation of a patch is about.
    std::string memberOf(const std::string& pointer)
    {
        const std::size_t end = pointer.find('/', 1);
        std::string name = pointer.substr(std::min<std::size_t>(1, pointer.size()),
                                          end == std::string::npos ? end : end - 1);
        for (const auto& [escaped, plain] : {std::pair("~1", '/'), std::pair("~0", '~')})
            for (std::size_t at = 0; (at = name.find(escaped, at)) != std::string::npos; ++at)
                name.replace(at, 2, 1, plain);
        return name;
    }

    /// Whether an operation appends to a list that is a member.
    bool appends(const json& operation, const json& state, const std::string& member)
    {
        const std::string path = textMember(operation, "path");
        return textMember(operation, "op") == "add" && state.contains(member)
            && state[member].is_array() && path.ends_with("/-")
            && std::ranges::count(path, '/') == 2;
    }

    ContentHash hashOfMember(const json& value)
    {
        if (!value.is_array())
            return hashOfValue(tracestore::toJsonText(value));
        ContentHash list = hashOfEmptyList();
        for (const json& item : value)
            list = hashWithItem(list, tracestore::toJsonText(item));
        return list;
    }

    bool isStream(const std::string& raw)
    {
        return raw.starts_with("data: ") || raw.starts_with("event: ")
            || raw.find("\ndata: ") != std::string::npos;
    }

} // namespace

/// The state of an agent as it is with its texts hidden.
struct MaskedRun::AgentState
{
    json value;
    std::map<std::string, ContentHash> hashes;
    bool isChanged = false; ///< something was hidden: its hashes are others
    bool isLost = false;

    void takeWhole(json whole)
    {
        value = std::move(whole);
        hashes.clear();
        if (value.is_object())
            for (const auto& [name, member] : value.items())
                hashes[name] = hashOfMember(member);
    }

    bool takePatch(const json& patch)
    {
        if (!patch.is_array())
            return false;
        for (const json& operation : patch) {
            if (!operation.is_object())
                return false;
            const std::string member = memberOf(textMember(operation, "path"));
            const bool isAppended = appends(operation, value, member);
            try {
                value.patch_inplace(json::array({operation}));
            } catch (const json::exception&) {
                return false;
            }
            if (isAppended)
                hashes[member]
                    = hashWithItem(hashes[member], tracestore::toJsonText(value[member].back()));
            else if (value.contains(member))
                hashes[member] = hashOfMember(value[member]);
            else
                hashes.erase(member);
        }
        return true;
    }
};

/// Hides the texts of a fact.
class MaskedRun::FactMask
{
public:
    FactMask(MaskedRun& run, const RunEvent& event)
        : m_run(run)
        , m_event(event)
    { }

    void operator()(tracestore::RunStarted& fact) const
    {
        hide(fact.input, "what was asked");
        hideAround(fact.configuration, "configuration");
    }

    void operator()(tracestore::AgentStarted& fact) const { hide(fact.task, "task"); }

    void operator()(tracestore::EffectWanted& fact) const
    {
        bool isChanged = hide(fact.arguments, "arguments");
        isChanged = hideAround(fact.parameters, "parameters") || isChanged;
        isChanged = hideAround(fact.tools, "tools") || isChanged;
        const MessageChain input = m_run.maskedChain(fact.input, where("messages"));
        isChanged = isChanged || input.node() != fact.input.node();
        fact.input = input;
        if (isChanged && !fact.fingerprint.empty())
            fact.fingerprint = fingerprintOf(fact);
    }

    void operator()(tracestore::EffectEnded& fact) const
    {
        const std::size_t before = m_run.m_places.size();
        for (tracestore::Message& message : fact.output)
            m_run.hideMessage(message, where("answer"));
        hide(fact.result, "result");
        hide(fact.note, "note");
        if (fact.error) {
            hide(fact.error->type, "error");
            hide(fact.error->message, "error");
        }
        // A stream cuts texts where it likes: what was found in the whole may stand in it in parts.
        const bool isHidden = m_run.m_places.size() > before;
        if (isHidden && isStream(fact.raw)) {
            fact.raw = kRawLeftOut;
            m_run.m_places.push_back({where("answer as it came"), "left out, it is a stream", 1});
        } else {
            hide(fact.raw, "answer as it came");
        }
    }

    void operator()(tracestore::DecisionMade& fact) const
    {
        hide(fact.reason, "reason");
        hideAround(fact.details, "details");
    }

    void operator()(tracestore::StateChanged& fact) const
    {
        const bool isChanged = hideAround(fact.state, "state");
        m_run.renewHash(m_event.agent, fact, isChanged);
    }

    void operator()(tracestore::EditMade& fact) const
    {
        hide(fact.before, "before the edit");
        hide(fact.after, "after the edit");
    }

    void operator()(tracestore::AgentEnded& fact) const
    {
        hide(fact.answer, "answer");
        hide(fact.reason, "reason");
    }

    void operator()(tracestore::RunEnded& fact) const
    {
        hide(fact.answer, "answer");
        hide(fact.reason, "reason");
    }

    /// Facts that came later: by their JSON, whatever is in it.
    template<class Fact>
    void operator()(Fact& fact) const
    {
        std::string body = toJson(tracestore::RunFact(fact));
        if (!hideAround(body, "details"))
            return;
        auto clean = tracestore::factFromJson(typeWord(tracestore::RunFact(fact)), body);
        if (clean)
            fact = std::get<Fact>(std::move(*clean));
    }

private:
    [[nodiscard]] std::string where(const char* field) const
    {
        return m_run.placeOf(m_event, field);
    }

    bool hide(std::string& text, const char* field) const
    {
        return m_run.hide(text, true, where(field));
    }

    /// In JSON whose own numbers the program reads.
    bool hideAround(std::string& text, const char* field) const
    {
        return m_run.hide(text, false, where(field));
    }

    [[nodiscard]] std::string fingerprintOf(const tracestore::EffectWanted& wanted) const
    {
        using tracestore::EffectKind;
        if (wanted.kind == EffectKind::Tool)
            return m_run.m_fingerprint.of(
                ToolCall {.tool = wanted.name, .arguments = wanted.arguments});
        if (wanted.kind != EffectKind::Model)
            return {};
        ModelCall call;
        call.target = {wanted.provider, wanted.name};
        call.request.model = wanted.name;
        call.request.messages = wanted.input;
        call.request.parameters = wanted.parameters;
        if (const auto tools = tracestore::parseJson(wanted.tools); tools && tools->is_array())
            for (const json& tool : *tools)
                if (tool.is_object())
                    call.request.tools.push_back(
                        {textMember(tool, "name"),
                         textMember(tool, "description"),
                         tracestore::toJsonText(tool.value("input_schema", json::object()))});
        return m_run.m_fingerprint.of(call);
    }

    MaskedRun& m_run;
    const RunEvent& m_event;
};

void learnFrom(const std::vector<RunEvent>& events, TextMask& mask)
{
    std::unordered_map<std::string, std::string> tools; // by effect
    for (const RunEvent& event : events) {
        if (const auto* wanted = std::get_if<tracestore::EffectWanted>(&event.fact)) {
            if (wanted->kind == tracestore::EffectKind::Tool) {
                tools[event.effect] = wanted->name;
                mask.learn(wanted->name, wanted->arguments, {});
            }
        }
        const auto* ended = std::get_if<tracestore::EffectEnded>(&event.fact);
        if (ended == nullptr)
            continue;
        if (const auto tool = tools.find(event.effect); tool != tools.end())
            mask.learn(tool->second, {}, ended->result);
        // What a model wanted may never have been called.
        for (const tracestore::Message& message : ended->output)
            for (const auto& part : message.parts)
                if (const auto* call = std::get_if<tracestore::ToolCallPart>(&part))
                    mask.learn(call->name, call->arguments, {});
    }
}

MaskedRun::MaskedRun(TextMask& mask, std::vector<MaskedPlace>& places, std::string what)
    : m_mask(mask)
    , m_places(places)
    , m_what(std::move(what))
{ }

MaskedRun::~MaskedRun() = default;

std::string MaskedRun::placeOf(const RunEvent& event, const char* field) const
{
    std::string place = m_what + "event " + std::to_string(event.number);
    const auto name = m_names.find(event.effect);
    if (name != m_names.end())
        place += ", " + name->second;
    else if (!event.agent.empty())
        place += ", " + event.agent;
    return place + ": " + field;
}

bool MaskedRun::hide(std::string& text, bool hidesNumbers, const std::string& where)
{
    MaskCounts counts;
    std::string clean
        = hidesNumbers ? m_mask.masked(text, counts) : m_mask.maskedButNumbers(text, counts);
    for (const auto& [rule, count] : counts)
        m_places.push_back({where, rule, count});
    const bool isChanged = clean != text;
    text = std::move(clean);
    return isChanged;
}

void MaskedRun::hideMessage(tracestore::Message& message, const std::string& where)
{
    for (auto& part : message.parts) {
        if (auto* text = std::get_if<tracestore::TextPart>(&part))
            hide(text->text, true, where);
        else if (auto* thought = std::get_if<tracestore::ReasoningPart>(&part))
            hide(thought->text, true, where);
        else if (auto* call = std::get_if<tracestore::ToolCallPart>(&part))
            hide(call->arguments, true, where);
        else if (auto* result = std::get_if<tracestore::ToolResultPart>(&part))
            hide(result->content, true, where);
        else if (auto* media = std::get_if<tracestore::MediaPart>(&part))
            hide(media->reference, true, where);
        else if (auto* other = std::get_if<tracestore::OtherPart>(&part))
            hide(other->json, true, where);
    }
}

/// What a chain shares with those before is hidden once, and is shared again.
MessageChain MaskedRun::maskedChain(const MessageChain& chain, const std::string& where)
{
    std::vector<MessageChain> open;
    MessageChain clean;
    for (MessageChain at = chain; !at.isEmpty(); at = at.withoutLast()) {
        const auto known = m_chains.find(at.node().get());
        if (known != m_chains.end()) {
            clean = known->second;
            break;
        }
        open.push_back(at);
    }
    for (auto at = open.rbegin(); at != open.rend(); ++at) {
        tracestore::Message message = at->last();
        hideMessage(message, where);
        const bool isSame = message == at->last() && clean.node() == at->withoutLast().node();
        clean = isSame ? *at : clean.with(std::move(message));
        m_chains.emplace(at->node().get(), clean);
    }
    if (!open.empty())
        m_kept.push_back(chain);
    return clean;
}

void MaskedRun::renewHash(const std::string& agent, tracestore::StateChanged& state, bool isChanged)
{
    auto& known = m_states[agent];
    if (!known)
        known = std::make_unique<AgentState>();
    auto told = tracestore::parseJson(state.state);
    bool isRead = told.has_value();
    if (isRead && state.isWhole)
        known->takeWhole(std::move(*told));
    else if (isRead)
        isRead = known->takePatch(*told);
    if (!isRead && !known->isLost) {
        known->isLost = true;
        m_remarks.push_back(m_what + "A state of " + agent
                            + " could not be read: from there on it is not verified in a replay.");
    }
    known->isChanged = known->isChanged || isChanged;
    if (known->isChanged && !state.hash.empty())
        state.hash = known->isLost ? std::string() : hashOfState(known->hashes).toHex();
}

RunEvent MaskedRun::masked(RunEvent event)
{
    if (const auto* wanted = std::get_if<tracestore::EffectWanted>(&event.fact))
        m_names[event.effect] = std::string(toWord(wanted->kind)) + ' ' + wanted->name;
    RunEvent clean = event;
    std::visit(FactMask(*this, event), clean.fact);
    return clean;
}

} // namespace engine
