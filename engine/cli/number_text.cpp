#include "engine/cli/number_text.h"

#include <cinttypes>
#include <cmath>
#include <cstdio>

namespace engine::cli {
namespace {

    constexpr std::int64_t kUs = 1000;
    constexpr std::int64_t kMs = 1000 * kUs;
    constexpr std::int64_t kSecond = 1000 * kMs;
    constexpr std::int64_t kMinute = 60 * kSecond;
    constexpr std::int64_t kHour = 60 * kMinute;

    template<class... Args>
    std::string format(const char* pattern, Args... args)
    {
        char text[64];
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): bounded, numbers only
        std::snprintf(text, sizeof text, pattern, args...);
        return text;
    }

} // namespace

std::string countText(std::int64_t count)
{
    std::string digits = std::to_string(count);
    const std::size_t first = count < 0 ? 1 : 0;
    for (std::size_t i = digits.size(); i > first + 3; i -= 3)
        digits.insert(i - 3, 1, ',');
    return digits;
}

std::string durationText(tracestore::Duration duration)
{
    const std::int64_t ns = duration.ns;
    if (ns < kMs)
        return std::to_string(ns / kUs) + " us";
    if (ns < kSecond)
        return std::to_string(ns / kMs) + " ms";
    if (ns < kMinute)
        return format("%.2f s", static_cast<double>(ns) / kSecond);
    if (ns < kHour)
        return format("%" PRId64 " min %02" PRId64 " s", ns / kMinute, ns % kMinute / kSecond);
    return format("%" PRId64 " h %02" PRId64 " min", ns / kHour, ns % kHour / kMinute);
}

std::string costText(const tracestore::Cost& cost)
{
    constexpr double kSmallest = 0.00005;
    const bool isTiny = cost.amount > 0 && cost.amount < kSmallest;
    const std::string amount = isTiny ? "0.0001"
        : std::abs(cost.amount) < 1   ? format("%.4f", cost.amount)
                                      : format("%.2f", cost.amount);
    const std::string sign = isTiny ? "<" : "";
    return cost.currency == "USD" ? sign + '$' + amount : sign + amount + ' ' + cost.currency;
}

std::string timeText(tracestore::Timestamp time)
{
    const tracestore::Timestamp toMs {time.ns - time.ns % kMs};
    std::string text = tracestore::formatIsoTimestamp(toMs);
    text.replace(text.find('T'), 1, " ");
    text.replace(text.size() - 1, 1, " UTC");
    return text;
}

std::string alignRight(const std::string& text, std::size_t width)
{
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

std::string alignLeft(const std::string& text, std::size_t width)
{
    return text.size() < width ? text + std::string(width - text.size(), ' ') : text;
}

} // namespace engine::cli
