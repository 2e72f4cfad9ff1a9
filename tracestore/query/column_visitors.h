#pragma once

#include "tracestore/query/query_columns.h"
#include "tracestore/query/query_compare.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>

namespace tracestore {

/// Asks a field of many spans. A field is given as a function from span to value; what of the
/// value is compared, and whether it is known, is said here once.
class TermOfAll
{
public:
    TermOfAll(const QueryTerm& term, const Trace& trace)
        : m_term(term)
        , m_trace(trace)
        , m_truths(trace.spanCount())
    { }

    /// A text of the pool; each distinct one is compared once.
    template<class IdOf>
    void texts(IdOf idOf)
    {
        std::vector<std::uint8_t> known(m_trace.strings().size(), kNotYet);
        each([&](SpanId span) {
            const StringId id = idOf(span);
            std::uint8_t& truth = known[id.value];
            if (truth == kNotYet)
                truth = static_cast<std::uint8_t>(truthOf(m_trace.text(id)));
            return static_cast<Truth>(truth);
        });
    }

    /// A thing that many spans share (session, agent, branch), with a truth for each.
    template<class IdOf, class TruthOf>
    void things(std::size_t count, IdOf idOf, TruthOf truthOfThing)
    {
        TruthColumn truths(count);
        for (std::size_t i = 0; i < count; ++i)
            truths[i] = truthOfThing(i);
        each([&](SpanId span) {
            const auto id = idOf(span);
            return id.isValid() ? truths[id.index()] : absent();
        });
    }

    /// An enum with words.
    template<class Enum, class EnumOf>
    void words(Enum last, EnumOf enumOf)
    {
        TruthColumn truths(static_cast<std::size_t>(last) + 1);
        for (std::size_t i = 0; i < truths.size(); ++i)
            truths[i]
                = isExists() ? Truth::True : compareWord(toWord(static_cast<Enum>(i)), m_term);
        each([&](SpanId span) { return truths[static_cast<std::size_t>(enumOf(span))]; });
    }

    /// Anything else, as an optional and a function that compares it.
    template<class ValueOf, class Compare>
    void values(ValueOf valueOf, Compare compare)
    {
        each([&](SpanId span) {
            const auto value = valueOf(span);
            if (!value)
                return absent();
            return isExists() ? Truth::True : compare(*value, m_term);
        });
    }

    [[nodiscard]] Truth truthOf(std::string_view text) const
    {
        if (text.empty())
            return absent();
        return isExists() ? Truth::True : compareText(text, m_term);
    }

    [[nodiscard]] bool isExists() const { return m_term.op == QueryOperator::Exists; }

    /// What is not there makes every comparison unknown, but says that it does not exist.
    [[nodiscard]] Truth absent() const { return isExists() ? Truth::False : Truth::Unknown; }

    TruthColumn take() { return std::move(m_truths); }

private:
    static constexpr std::uint8_t kNotYet = 0xFF;

    template<class TruthOf>
    void each(TruthOf truthOf)
    {
        for (std::size_t i = 0; i < m_truths.size(); ++i)
            m_truths[i] = truthOf(SpanId(i));
    }

    const QueryTerm& m_term;
    const Trace& m_trace;
    TruthColumn m_truths;
};

/// The same for one span.
class TermOfOne
{
public:
    TermOfOne(const QueryTerm& term, const Trace& trace, SpanId span)
        : m_term(term)
        , m_trace(trace)
        , m_span(span)
    { }

    template<class IdOf>
    void texts(IdOf idOf)
    {
        m_truth = truthOf(m_trace.text(idOf(m_span)));
    }

    template<class IdOf, class TruthOf>
    void things(std::size_t, IdOf idOf, TruthOf truthOfThing)
    {
        const auto id = idOf(m_span);
        m_truth = id.isValid() ? truthOfThing(id.index()) : absent();
    }

    template<class Enum, class EnumOf>
    void words(Enum, EnumOf enumOf)
    {
        m_truth = isExists() ? Truth::True : compareWord(toWord(enumOf(m_span)), m_term);
    }

    template<class ValueOf, class Compare>
    void values(ValueOf valueOf, Compare compare)
    {
        const auto value = valueOf(m_span);
        m_truth = !value ? absent() : isExists() ? Truth::True : compare(*value, m_term);
    }

    [[nodiscard]] Truth truthOf(std::string_view text) const
    {
        if (text.empty())
            return absent();
        return isExists() ? Truth::True : compareText(text, m_term);
    }

    [[nodiscard]] bool isExists() const { return m_term.op == QueryOperator::Exists; }

    [[nodiscard]] Truth absent() const { return isExists() ? Truth::False : Truth::Unknown; }

    [[nodiscard]] Truth take() const { return m_truth; }

private:
    const QueryTerm& m_term;
    const Trace& m_trace;
    SpanId m_span;
    Truth m_truth = Truth::Unknown;
};

/// The values themselves instead of what they say to a term, as JSON.
class ValueOfOne
{
public:
    using Visit = std::function<void(const nlohmann::json&)>;

    ValueOfOne(const Trace& trace, SpanId span, const Visit& visit)
        : m_trace(trace)
        , m_span(span)
        , m_visit(visit)
    { }

    template<class IdOf>
    void texts(IdOf idOf)
    {
        truthOf(m_trace.text(idOf(m_span)));
    }

    template<class IdOf, class VisitThing>
    void things(std::size_t, IdOf idOf, VisitThing visitThing)
    {
        if (const auto id = idOf(m_span); id.isValid())
            static_cast<void>(visitThing(id.index()));
    }

    template<class Enum, class EnumOf>
    void words(Enum, EnumOf enumOf)
    {
        take(toWord(enumOf(m_span)));
    }

    template<class ValueOf, class Compare>
    void values(ValueOf valueOf, Compare)
    {
        if (const auto value = valueOf(m_span))
            take(*value);
    }

    /// Takes the text; what it would say to a term is not asked here.
    Truth truthOf(std::string_view text)
    {
        if (!text.empty())
            take(text);
        return Truth::Unknown;
    }

    [[nodiscard]] static bool isExists() { return false; }

    void take(const Cost* cost) { take(*cost); }

    void take(const Cost& cost)
    {
        if (cost.currency == "USD")
            take(cost.amount);
        else
            take(nlohmann::json {{"amount", cost.amount}, {"currency", cost.currency}});
    }

    template<class Value>
    void take(const Value& value)
    {
        m_isFound = true;
        m_visit(nlohmann::json(value));
    }

    [[nodiscard]] bool isFound() const { return m_isFound; }

private:
    const Trace& m_trace;
    SpanId m_span;
    const Visit& m_visit;
    bool m_isFound = false;
};

} // namespace tracestore
