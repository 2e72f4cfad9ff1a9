#include "tracestore/compare/comparison_page.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace tracestore {
namespace {

    std::string decimals(double value, int digits)
    {
        std::array<char, 64> text {};
        std::snprintf(text.data(), text.size(), "%.*f", digits, value);
        return text.data();
    }

    std::string counted(double value)
    {
        std::string text = decimals(std::fabs(value), 0);
        for (std::size_t at = text.size(); at > 3; at -= 3)
            text.insert(at - 3, 1, ',');
        return text;
    }

    std::string money(double value, const std::string& currency)
    {
        const std::string amount = decimals(value, value < 100 ? 4 : 2);
        return currency == "USD" ? "$" + amount : amount + ' ' + currency;
    }

    std::string seconds(double value)
    {
        constexpr double kMinute = 60;
        if (value < 1)
            return decimals(value * 1000, 0) + " ms";
        if (value < 2 * kMinute)
            return decimals(value, 2) + " s";
        return decimals(std::floor(value / kMinute), 0) + " min "
            + decimals(std::fmod(value, kMinute), 0) + " s";
    }

    std::string sizeText(const MetricRow& row, double size)
    {
        switch (row.unit) {
        case MetricUnit::Count:
        case MetricUnit::Tokens:
            return counted(size);
        case MetricUnit::Money:
            return money(size, row.currency);
        case MetricUnit::Seconds:
            return seconds(size);
        case MetricUnit::Share:
            return decimals(size * 100, 1) + " %";
        }
        return counted(size);
    }

} // namespace

std::string figureText(const MetricRow& row, std::optional<double> figure)
{
    if (!figure)
        return "?";
    return std::string(*figure < 0 ? 1 : 0, '-') + sizeText(row, std::fabs(*figure));
}

std::string differenceText(const MetricRow& row)
{
    const auto difference = row.difference();
    if (!difference)
        return {};
    if (*difference == 0)
        return "=";
    const std::string sign(1, *difference < 0 ? '-' : '+');
    std::string text = sign + sizeText(row, std::fabs(*difference));
    constexpr double kPercent = 100;
    if (row.unit != MetricUnit::Share && *row.a > 0)
        text += " (" + sign + decimals(std::fabs(*difference) / *row.a * kPercent, 1) + " %)";
    return text;
}

} // namespace tracestore
