#include "tracestore/query/query_compare.h"

#include <algorithm>
#include <cmath>

namespace tracestore {
namespace {

    template<class Fits>
    Truth any(const QueryTerm& term, Fits fits)
    {
        Truth truth = Truth::False;
        for (const QueryValue& value : term.values)
            truth = either(truth, fits(value));
        return truth;
    }

    Truth order(double number, QueryOperator op, double with)
    {
        if (std::isnan(number))
            return Truth::Unknown;
        switch (op) {
        case QueryOperator::Equal:
            return toTruth(number == with);
        case QueryOperator::Less:
            return toTruth(number < with);
        case QueryOperator::LessOrEqual:
            return toTruth(number <= with);
        case QueryOperator::Greater:
            return toTruth(number > with);
        case QueryOperator::GreaterOrEqual:
            return toTruth(number >= with);
        case QueryOperator::Matches:
        case QueryOperator::Contains:
        case QueryOperator::Exists:
            break;
        }
        return Truth::Unknown;
    }

    Truth orderNs(std::int64_t ns, QueryOperator op, const QueryValue& with)
    {
        switch (op) {
        case QueryOperator::Equal:
            return toTruth(ns >= with.first && ns < with.end);
        case QueryOperator::Less:
            return toTruth(ns < with.first);
        case QueryOperator::LessOrEqual:
            return toTruth(ns < with.end);
        case QueryOperator::Greater:
            return toTruth(ns >= with.end);
        case QueryOperator::GreaterOrEqual:
            return toTruth(ns >= with.first);
        case QueryOperator::Matches:
        case QueryOperator::Contains:
        case QueryOperator::Exists:
            break;
        }
        return Truth::Unknown;
    }

} // namespace

Truth compareNumber(double number, const QueryTerm& term)
{
    return any(term, [&](const QueryValue& value) {
        return order(number, term.op, value.number.value_or(std::nan("")));
    });
}

Truth compareNs(std::int64_t ns, const QueryTerm& term)
{
    return any(term, [&](const QueryValue& value) { return orderNs(ns, term.op, value); });
}

Truth compareMoney(double amount, std::string_view currency, const QueryTerm& term)
{
    return any(term, [&](const QueryValue& value) {
        const bool isOther = !value.currency.empty() && value.currency != currency;
        return isOther ? Truth::Unknown : order(amount, term.op, value.number.value_or(0));
    });
}

Truth compareText(std::string_view text, const QueryTerm& term)
{
    return any(term, [&](const QueryValue& value) {
        return value.pattern ? toTruth(value.pattern->matches(text)) : Truth::Unknown;
    });
}

Truth compareJsonText(std::string_view json, const QueryTerm& term)
{
    return any(term, [&](const QueryValue& value) {
        return value.pattern ? toTruth(value.pattern->matchesJson(json)) : Truth::Unknown;
    });
}

Truth compareWord(std::string_view word, const QueryTerm& term)
{
    return any(term, [&](const QueryValue& value) {
        return toTruth(value.pattern ? value.pattern->matches(word) : value.text == word);
    });
}

Truth compareTruth(bool truth, const QueryTerm& term)
{
    return any(term, [&](const QueryValue& value) {
        return toTruth((value.number.value_or(0) != 0) == truth);
    });
}

} // namespace tracestore
