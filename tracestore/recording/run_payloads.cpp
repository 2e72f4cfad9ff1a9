#include "tracestore/recording/run_payloads.h"

#include "tracestore/base/json_io.h"
#include "tracestore/base/json_scan.h"
#include "tracestore/base/json_writer.h"

#include <nlohmann/json.hpp>

namespace tracestore {
namespace {

    Message messageOf(Role role, const std::string& text)
    {
        return {.role = role, .parts = {TextPart {text}}};
    }

    /// Puts what the facts of a span say into its detail; each fact adds its part.
    class DetailMaker
    {
    public:
        explicit DetailMaker(SpanDetail& to)
            : m_to(to)
        { }

        void name(const RunEvent& event) { text("effect", event.effect); }

        void note(const RunEvent& event)
        {
            if (const auto* started = std::get_if<RunStarted>(&event.fact))
                return addRun(*started);
            SpanEvent& told = m_to.events.emplace_back();
            told.time = event.time;
            const auto add = [&](const char* key, const std::string& value) {
                if (!value.empty())
                    told.attributes.push_back({key, jsonOf(value)});
            };
            if (const auto* edit = std::get_if<EditMade>(&event.fact)) {
                told.name = "edit";
                told.attributes.push_back({"path", quoteJson(edit->path)});
                add("before", edit->before);
                add("after", edit->after);
            } else if (const auto* decision = std::get_if<DecisionMade>(&event.fact)) {
                told.name = decision->policy + ' ' + decision->action;
                told.attributes.push_back({"reason", quoteJson(decision->reason)});
                add("details", decision->details);
            } else if (const auto* late = std::get_if<EffectEnded>(&event.fact)) {
                told.name = "discarded outcome";
                told.attributes.push_back({"status", quoteJson(toWord(late->status))});
                add("result", late->result);
                add("raw", late->raw);
            }
        }

        void operator()(const RunStarted& fact) { addRun(fact); }

        void operator()(const AgentStarted& fact)
        {
            text("role", fact.role);
            text("pattern", fact.pattern);
            text("caller", fact.caller);
        }

        void operator()(const EffectWanted& fact)
        {
            text("effect_kind", toWord(fact.kind));
            text("effect_class", toWord(fact.effectClass));
            text("fingerprint", fact.fingerprint);
            m_to.toolArguments = fact.arguments;
            m_to.toolDefinitions = fact.tools;
            m_to.parameters = membersOf(fact.parameters);
        }

        void operator()(const EffectEnded& fact)
        {
            text("origin", toWord(fact.origin));
            text("outcome", toWord(fact.status));
            text("note", fact.note);
            m_to.output = fact.output;
            m_to.outputState = fact.output.empty() ? ContentState::Absent : ContentState::Full;
            m_to.toolResult = fact.result;
            m_to.finishReasons = fact.finishReasons;
        }

        void operator()(const DecisionMade& fact)
        {
            text("policy", fact.policy);
            text("action", fact.action);
            text("reason", fact.reason);
            json("details", fact.details);
        }

        void operator()(const StateChanged& fact)
        {
            json("state", fact.state);
            m_to.attributes.push_back({"is_whole", fact.isWhole ? "true" : "false"});
            text("hash", fact.hash);
        }

        void operator()(const EditMade& fact)
        {
            text("path", fact.path);
            json("before", fact.before);
            json("after", fact.after);
        }

        void operator()(const AgentEnded& fact)
        {
            text("outcome", toWord(fact.status));
            text("reason", fact.reason);
            if (fact.answer.empty())
                return;
            m_to.output = {messageOf(Role::Assistant, fact.answer)};
            m_to.outputState = ContentState::Full;
        }

        void operator()(const RunEnded& fact)
        {
            text("outcome", toWord(fact.status));
            text("reason", fact.reason);
        }

        void operator()(const RunResumed& fact)
        {
            std::string names;
            JsonWriter writer(names);
            writer.beginArray();
            for (const std::string& effect : fact.inDoubt)
                writer.value(std::string_view(effect));
            writer.endArray();
            json("in_doubt", names);
        }

    private:
        static std::string jsonOf(std::string_view text)
        {
            std::string valid;
            JsonWriter(valid).json(text);
            return valid;
        }

        void text(const char* key, std::string_view value)
        {
            if (!value.empty())
                m_to.attributes.push_back({key, quoteJson(value)});
        }

        void json(const char* key, std::string_view value)
        {
            if (!value.empty())
                m_to.attributes.push_back({key, jsonOf(value)});
        }

        void addRun(const RunStarted& fact)
        {
            text("program", fact.program);
            json("configuration", fact.configuration);
        }

        /// The members of an object with their values as they were written; the whole text as one
        /// where it is no object.
        static std::vector<Attribute> membersOf(const std::string& object)
        {
            std::vector<Attribute> members;
            const auto parsed
                = object.empty() ? nlohmann::json() : parseJson(object).value_or(nlohmann::json());
            if (!parsed.is_object()) {
                if (!object.empty())
                    members.push_back({"parameters", jsonOf(object)});
                return members;
            }
            JsonScan scan(object, [](const JsonDamage&) {});
            if (!scan.nextDocument() || !scan.enter())
                return members;
            while (scan.next()) {
                const auto key = parseJson('"' + std::string(scan.key()) + '"');
                const auto value = scan.take();
                if (key && value)
                    members.push_back({key->get<std::string>(), std::string(*value)});
            }
            return members;
        }

        SpanDetail& m_to;
    };

    /// The inputs of a run share their messages already.
    class RunWalk : public PayloadWalk
    {
    public:
        explicit RunWalk(const RunPayloads& payloads)
            : m_payloads(payloads)
        { }

        Result<StepContent> read(SpanId span) override
        {
            StepContent content {m_payloads.input(span), m_payloads.detailWithoutInput(span)};
            content.rest.attributes.clear();
            content.rest.events.clear();
            return content;
        }

    private:
        const RunPayloads& m_payloads;
    };

} // namespace

Result<SpanDetail> RunPayloads::detail(SpanId span) const
{
    SpanDetail detail = detailWithoutInput(span);
    detail.input = input(span).messages();
    return detail;
}

Result<std::string> RunPayloads::raw(SpanId span) const
{
    const SpanEvents& events = m_spans[span.index()];
    const auto* ended
        = events.end == nullptr ? nullptr : std::get_if<EffectEnded>(&events.end->fact);
    return ended == nullptr ? std::string() : ended->raw;
}

std::unique_ptr<PayloadWalk> RunPayloads::walk() const
{
    return std::make_unique<RunWalk>(*this);
}

void RunPayloads::visitStates(const std::function<void(const ToldState&)>& visit) const
{
    for (std::size_t i = 0; i < m_states.size(); ++i) {
        const StateMark& mark = m_states[i];
        if (const auto* fact = std::get_if<StateChanged>(&mark.event->fact))
            visit({mark.agent, mark.event->time, mark.spansBefore, fact->state, fact->isWhole});
    }
}

SpanDetail RunPayloads::detailWithoutInput(SpanId span) const
{
    const SpanEvents& events = m_spans[span.index()];
    SpanDetail detail;
    DetailMaker maker(detail);
    if (events.begin != nullptr)
        maker.name(*events.begin);
    else if (events.end != nullptr)
        maker.name(*events.end);
    for (const EventPtr& event : {events.begin, events.end}) {
        if (event != nullptr)
            std::visit(maker, event->fact);
    }
    if (events.notes != nullptr) {
        for (const EventPtr& note : *events.notes)
            maker.note(*note);
    }
    if (events.isInDoubt)
        detail.attributes.push_back({"in_doubt", "true"});
    detail.inputState = input(span).isEmpty() ? ContentState::Absent : ContentState::Full;
    return detail;
}

MessageChain RunPayloads::input(SpanId span) const
{
    const SpanEvents& events = m_spans[span.index()];
    if (events.begin == nullptr)
        return {};
    if (const auto* wanted = std::get_if<EffectWanted>(&events.begin->fact))
        return wanted->input;
    const auto* started = std::get_if<AgentStarted>(&events.begin->fact);
    if (started == nullptr || started->task.empty())
        return {};
    return MessageChain().with(messageOf(Role::User, started->task));
}

} // namespace tracestore
