#include "tracestore/query/any_value.h"

#include "tracestore/base/json_io.h"
#include "tracestore/query/query_compare.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace tracestore {
namespace {

    using nlohmann::json;

    std::optional<double> numberIn(std::string_view text)
    {
        double number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool isWhole = error == std::errc() && end == text.data() + text.size();
        return isWhole ? std::optional(number) : std::nullopt;
    }

    /// Texts have an order where both are numbers, or else that of their characters: ISO dates.
    Truth compareOrder(std::string_view text, const QueryTerm& term)
    {
        const QueryValue& with = term.values.front();
        if (with.number) {
            const auto number = numberIn(text);
            return number ? compareNumber(*number, term) : Truth::Unknown;
        }
        QueryTerm asOrder {.op = term.op};
        asOrder.values.push_back({.number = 0});
        return compareNumber(text.compare(with.text), asOrder);
    }

    Truth compareString(std::string_view text, const QueryTerm& term)
    {
        return isOrder(term.op) ? compareOrder(text, term) : compareText(text, term);
    }

    Truth compareJson(const json& value, const QueryTerm& term)
    {
        if (value.is_string())
            return compareString(value.get_ref<const std::string&>(), term);
        if (value.is_structured())
            return isOrder(term.op) ? Truth::Unknown : compareJsonText(toJsonText(value), term);
        // Values that are no number are equal to none, and beyond none.
        const bool isNumber = value.is_number();
        if (isOrder(term.op)) {
            const bool isComparable
                = isNumber && std::ranges::any_of(term.values, [](const QueryValue& with) {
                      return with.number.has_value();
                  });
            return isComparable ? compareNumber(value.get<double>(), term) : Truth::Unknown;
        }
        const bool isEqual = isNumber && term.op == QueryOperator::Equal
            && compareNumber(value.get<double>(), term) == Truth::True;
        if (isEqual)
            return Truth::True;
        return compareText(toJsonText(value), term);
    }

    Truth compareMoney(const json& value, const QueryTerm& term)
    {
        if (value.is_number())
            return tracestore::compareMoney(value.get<double>(), "USD", term);
        if (!value.is_object())
            return Truth::Unknown;
        const auto amount = value.find("amount");
        const auto currency = value.find("currency");
        if (amount == value.end() || !amount->is_number() || currency == value.end()
            || !currency->is_string())
            return Truth::Unknown;
        return tracestore::compareMoney(
            amount->get<double>(), currency->get_ref<const std::string&>(), term);
    }

    /// By the type of the field, which columns have.
    Truth compareTyped(const json& value, FieldType type, const QueryTerm& term)
    {
        switch (type) {
        case FieldType::Number:
        case FieldType::Size:
            return value.is_number() ? compareNumber(value.get<double>(), term) : Truth::Unknown;
        case FieldType::Duration:
        case FieldType::Time:
            return value.is_number() ? compareNs(value.get<std::int64_t>(), term) : Truth::Unknown;
        case FieldType::Money:
            return compareMoney(value, term);
        case FieldType::Truth:
            return value.is_boolean() ? compareTruth(value.get<bool>(), term) : Truth::Unknown;
        case FieldType::Word:
            return value.is_string() ? compareWord(value.get_ref<const std::string&>(), term)
                                     : Truth::Unknown;
        case FieldType::Text:
        case FieldType::Json:
        case FieldType::Messages:
        case FieldType::AllText:
            break;
        }
        return compareJson(value, term);
    }

} // namespace

void AnyValue::addText(std::string_view text)
{
    add(isExists() ? Truth::True : compareString(text, m_term));
}

void AnyValue::addTextOrJson(std::string_view text)
{
    const bool isPart = m_term.op == QueryOperator::Contains || m_term.op == QueryOperator::Matches;
    if (isPart && (text.starts_with('{') || text.starts_with('[')))
        add(compareJsonText(text, m_term));
    else
        addText(text);
}

void AnyValue::addCount(std::size_t count)
{
    add(isExists() ? Truth::True : compareNumber(static_cast<double>(count), m_term));
}

void AnyValue::addJson(const json& value)
{
    add(isExists() ? Truth::True : compareJson(value, m_term));
}

Truth evaluateValues(const QueryTerm& term, std::span<const json> values)
{
    AnyValue any(term);
    const FieldType type = fieldOf(term.field).type;
    for (const json& value : values)
        any.add(any.isExists() ? Truth::True : compareTyped(value, type, term));
    return any.take();
}

} // namespace tracestore
