#include "tracestore/recording/run_event_json.h"

#include "tracestore/base/json_io.h"
#include "tracestore/base/json_writer.h"

#include <nlohmann/json.hpp>

#include <limits>

namespace tracestore {
namespace {

    using nlohmann::json;

    constexpr std::string_view kBytesSuffix = "_bytes";

    // The fields of each fact, once for writing and reading: `fields` is a FactWriter or a
    // FactReader.

    template<class Fields, class Fact>
    void describe(Fields& fields, Fact& fact) requires std::is_same_v<const Fact, const RunStarted>
    {
        fields.text("name", fact.name);
        fields.text("input", fact.input);
        fields.text("configuration", fact.configuration);
        fields.text("program", fact.program);
        fields.number("fold_version", fact.foldVersion);
        fields.flag("is_scripted", fact.isScripted);
        fields.text("folder", fact.folder);
    }

    template<class Fields, class Fact>
    void describe(Fields& fields,
                  Fact& fact) requires std::is_same_v<const Fact, const AgentStarted>
    {
        fields.text("name", fact.name);
        fields.text("role", fact.role);
        fields.text("pattern", fact.pattern);
        fields.text("task", fact.task);
        fields.text("caller", fact.caller);
    }

    template<class Fields, class Fact>
    void describe(Fields& fields,
                  Fact& fact) requires std::is_same_v<const Fact, const EffectWanted>
    {
        fields.word("kind", fact.kind);
        fields.word("class", fact.effectClass);
        fields.text("name", fact.name);
        fields.text("provider", fact.provider);
        fields.text("call_id", fact.callId);
        fields.text("parameters", fact.parameters);
        fields.text("tools", fact.tools);
        fields.text("arguments", fact.arguments);
        fields.text("fingerprint", fact.fingerprint);
    }

    template<class Fields, class Fact>
    void describe(Fields& fields, Fact& fact) requires std::is_same_v<const Fact, const EffectEnded>
    {
        fields.word("status", fact.status);
        fields.word("origin", fact.origin);
        fields.messages("output", fact.output);
        fields.text("result", fact.result);
        fields.maybe("error", fact.error);
        fields.texts("finish_reasons", fact.finishReasons);
        fields.text("response_id", fact.responseId);
        fields.text("responded_model", fact.respondedModel);
        fields.maybe("usage", fact.usage);
        fields.maybe("cost", fact.cost);
        fields.time("first_token_ns", fact.firstToken);
        fields.text("raw", fact.raw);
        fields.text("note", fact.note);
        fields.time("retry_after_ns", fact.retryAfter);
    }

    template<class Fields, class Fact>
    void describe(Fields& fields,
                  Fact& fact) requires std::is_same_v<const Fact, const DecisionMade>
    {
        fields.text("policy", fact.policy);
        fields.text("action", fact.action);
        fields.text("reason", fact.reason);
        fields.text("details", fact.details);
    }

    template<class Fields, class Fact>
    void describe(Fields& fields,
                  Fact& fact) requires std::is_same_v<const Fact, const StateChanged>
    {
        fields.text("state", fact.state);
        fields.flag("is_whole", fact.isWhole);
        fields.text("hash", fact.hash);
    }

    template<class Fields, class Fact>
    void describe(Fields& fields, Fact& fact) requires std::is_same_v<const Fact, const EditMade>
    {
        fields.text("path", fact.path);
        fields.text("before", fact.before);
        fields.text("after", fact.after);
    }

    template<class Fields, class Fact>
    void describe(Fields& fields, Fact& fact) requires
        std::is_same_v<const Fact, const AgentEnded> || std::is_same_v<const Fact, const RunEnded>
    {
        fields.word("status", fact.status);
        fields.text("answer", fact.answer);
        fields.text("reason", fact.reason);
    }

    template<class Fields, class Fact>
    void describe(Fields& fields, Fact& fact) requires std::is_same_v<const Fact, const RunResumed>
    {
        fields.texts("in_doubt", fact.inDoubt);
    }

    template<class Fields, class Value>
    void describe(Fields& fields,
                  Value& error) requires std::is_same_v<const Value, const SpanError>
    {
        fields.text("type", error.type);
        fields.text("message", error.message);
        fields.flag("is_retryable", error.isRetryable);
    }

    template<class Fields, class Value>
    void describe(Fields& fields,
                  Value& usage) requires std::is_same_v<const Value, const TokenUsage>
    {
        fields.word("state", usage.state);
        fields.number("input", usage.input);
        fields.number("cache_read", usage.cacheRead);
        fields.number("cache_write", usage.cacheWrite);
        fields.number("cache_write_long", usage.cacheWriteLong);
        fields.number("output", usage.output);
        fields.number("reasoning", usage.reasoning);
        fields.number("reported_total", usage.reportedTotal);
    }

    template<class Fields, class Value>
    void describe(Fields& fields, Value& cost) requires std::is_same_v<const Value, const Cost>
    {
        fields.real("amount", cost.amount);
        fields.text("currency", cost.currency);
        fields.word("source", cost.source);
    }

    class FactWriter
    {
    public:
        explicit FactWriter(std::string& to)
            : m_json(to)
        { }

        template<class Fact>
        void object(const Fact& fact)
        {
            m_json.beginObject();
            describe(*this, fact);
            m_json.endObject();
        }

        void text(std::string_view name, const std::string& value)
        {
            if (value.empty())
                return;
            if (isValidUtf8(value))
                m_json.member(name, std::string_view(value));
            else
                m_json.member(std::string(name).append(kBytesSuffix),
                              std::string_view(spelled(value)));
        }

        void flag(std::string_view name, bool value)
        {
            if (value)
                m_json.member(name, value);
        }

        void flag(std::string_view name, std::optional<bool> value)
        {
            m_json.memberIfAny(name, value);
        }

        template<class Enum>
        void word(std::string_view name, Enum value)
        {
            m_json.member(name, toWord(value));
        }

        void number(std::string_view name, std::uint32_t value) { m_json.member(name, value); }

        void number(std::string_view name, std::optional<std::int64_t> value)
        {
            m_json.memberIfAny(name, value);
        }

        void real(std::string_view name, double value) { m_json.member(name, value); }

        template<class Time>
        void time(std::string_view name, std::optional<Time> value)
        {
            if (value)
                m_json.member(name, value->ns);
        }

        void texts(std::string_view name, const std::vector<std::string>& values)
        {
            if (values.empty())
                return;
            m_json.key(name).beginArray();
            for (const std::string& value : values)
                m_json.value(std::string_view(value));
            m_json.endArray();
        }

        void messages(std::string_view name, const std::vector<Message>& values)
        {
            if (values.empty())
                return;
            m_json.key(name).beginArray();
            for (const Message& value : values)
                m_json.ownJson(tracestore::toJson(value));
            m_json.endArray();
        }

        template<class Value>
        void maybe(std::string_view name, const std::optional<Value>& value)
        {
            if (!value)
                return;
            m_json.key(name);
            object(*value);
        }

    private:
        static std::string spelled(std::string_view bytes)
        {
            std::string text;
            for (const char c : bytes) {
                const auto byte = static_cast<unsigned char>(c);
                if (byte < 0x80) {
                    text += c;
                } else {
                    text += static_cast<char>(0xC0U | (byte >> 6U));
                    text += static_cast<char>(0x80U | (byte & 0x3FU));
                }
            }
            return text;
        }

        JsonWriter m_json;
    };

    /// Notes the first member that is not what it must be, and goes on.
    class FactReader
    {
    public:
        explicit FactReader(const json& object, std::string& problem)
            : m_object(object)
            , m_problem(problem)
        { }

        template<class Fact>
        void object(Fact& fact)
        {
            describe(*this, fact);
        }

        void text(const std::string& name, std::string& to)
        {
            if (const json* value = find(name, json::value_t::string))
                to = value->get_ref<const std::string&>();
            else if (const json* bytes
                     = find(name + std::string(kBytesSuffix), json::value_t::string))
                to = bytesOf(name, bytes->get_ref<const std::string&>());
        }

        void flag(const std::string& name, bool& to)
        {
            if (const json* value = find(name, json::value_t::boolean))
                to = value->get<bool>();
        }

        void flag(const std::string& name, std::optional<bool>& to)
        {
            if (const json* value = find(name, json::value_t::boolean))
                to = value->get<bool>();
        }

        template<class Enum>
        void word(const std::string& name, Enum& to)
        {
            const json* value = find(name, json::value_t::string);
            if (value == nullptr)
                return;
            const auto known = enumOf<Enum>(value->get_ref<const std::string&>());
            if (known)
                to = *known;
            else
                complain(name);
        }

        void number(const std::string& name, std::uint32_t& to)
        {
            std::optional<std::int64_t> value;
            number(name, value);
            if (value && (*value < 0 || *value > std::numeric_limits<std::uint32_t>::max()))
                complain(name);
            else if (value)
                to = static_cast<std::uint32_t>(*value);
        }

        void number(const std::string& name, std::optional<std::int64_t>& to)
        {
            const auto found = m_object.find(name);
            if (found == m_object.end())
                return;
            const bool isTooLarge = found->is_number_unsigned()
                && found->get<std::uint64_t>()
                    > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
            if (found->is_number_integer() && !isTooLarge)
                to = found->get<std::int64_t>();
            else
                complain(name);
        }

        void real(const std::string& name, double& to)
        {
            const auto found = m_object.find(name);
            if (found == m_object.end())
                return;
            if (found->is_number())
                to = found->get<double>();
            else if (found->is_null())
                to = std::numeric_limits<double>::quiet_NaN();
            else
                complain(name);
        }

        template<class Time>
        void time(const std::string& name, std::optional<Time>& to)
        {
            std::optional<std::int64_t> ns;
            number(name, ns);
            if (ns)
                to = Time {*ns};
        }

        void texts(const std::string& name, std::vector<std::string>& to)
        {
            const json* values = find(name, json::value_t::array);
            for (const json& value : values == nullptr ? json::array() : *values) {
                if (value.is_string())
                    to.push_back(value.get<std::string>());
                else
                    complain(name);
            }
        }

        void messages(const std::string& name, std::vector<Message>& to)
        {
            const json* values = find(name, json::value_t::array);
            for (const json& value : values == nullptr ? json::array() : *values) {
                auto message = messageFromJson(toJsonText(value));
                if (message)
                    to.push_back(std::move(*message));
                else
                    complain(name);
            }
        }

        template<class Value>
        void maybe(const std::string& name, std::optional<Value>& to)
        {
            if (const json* value = find(name, json::value_t::object))
                FactReader(*value, m_problem).object(to.emplace());
        }

    private:
        /// A member of that type; null where there is none.
        const json* find(const std::string& name, json::value_t type)
        {
            const auto found = m_object.find(name);
            if (found == m_object.end())
                return nullptr;
            if (found->type() == type)
                return &*found;
            complain(name);
            return nullptr;
        }

        void complain(const std::string& name)
        {
            if (m_problem.empty())
                m_problem = name;
        }

        template<class Enum>
        static std::optional<Enum> enumOf(std::string_view word)
        {
            if constexpr (std::is_same_v<Enum, UsageState> || std::is_same_v<Enum, CostSource>)
                return fromWord<Enum>(word);
            else
                return fromRunWord<Enum>(word);
        }

        template<class Enum>
        static std::optional<Enum> fromRunWord(std::string_view word)
        {
            constexpr int kLast = static_cast<int>(lastOf(Enum()));
            for (int i = 0; i <= kLast; ++i) {
                if (toWord(static_cast<Enum>(i)) == word)
                    return static_cast<Enum>(i);
            }
            return {};
        }

        static constexpr EffectClass lastOf(EffectClass) { return EffectClass::Outside; }

        static constexpr EffectKind lastOf(EffectKind) { return EffectKind::Timer; }

        static constexpr OutcomeStatus lastOf(OutcomeStatus) { return OutcomeStatus::Refused; }

        static constexpr OutcomeOrigin lastOf(OutcomeOrigin) { return OutcomeOrigin::Policy; }

        std::string bytesOf(const std::string& name, std::string_view text)
        {
            std::string bytes;
            for (std::size_t i = 0; i < text.size(); ++i) {
                const auto first = static_cast<unsigned char>(text[i]);
                if (first < 0x80) {
                    bytes += text[i];
                    continue;
                }
                if (first > 0xC3 || ++i == text.size()) {
                    complain(name);
                    return bytes;
                }
                const auto second = static_cast<unsigned char>(text[i]);
                bytes += static_cast<char>(((first & 3U) << 6U) | (second & 0x3FU));
            }
            return bytes;
        }

        const json& m_object;
        std::string& m_problem;
    };

    /// The empty fact of a type's word.
    template<std::size_t I = 0>
    std::optional<RunFact> emptyFact(std::string_view type)
    {
        if constexpr (I < std::variant_size_v<RunFact>) {
            RunFact fact(std::in_place_index<I>);
            if (typeWord(fact) == type)
                return fact;
            return emptyFact<I + 1>(type);
        }
        return {};
    }

} // namespace

std::string toJson(const RunFact& fact)
{
    std::string text;
    FactWriter writer(text);
    std::visit([&](const auto& typed) { writer.object(typed); }, fact);
    return text;
}

Result<RunFact> factFromJson(std::string_view type, std::string_view body)
{
    auto fact = emptyFact(type);
    if (!fact)
        return fail(ErrorCode::Unsupported,
                    "An event is of the type " + quoteJson(type)
                        + ", which this Kymo does not know. A newer one may.");
    const auto object = parseJson(body);
    if (!object || !object->is_object())
        return fail(ErrorCode::Corrupt, "The body of an event is not a JSON object.");
    std::string problem;
    FactReader reader(*object, problem);
    std::visit([&](auto& typed) { reader.object(typed); }, *fact);
    if (!problem.empty())
        return fail(ErrorCode::Corrupt,
                    "In an event of the type " + std::string(type) + " the member \"" + problem
                        + "\" is not what it must be.");
    return std::move(*fact);
}

} // namespace tracestore
