#include "engine/policy/error_class.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace engine {
namespace {

    constexpr int kTooManyRequests = 429;

    /// The number of an HTTP status, `503` or `http_503`; 0 for another word.
    int statusOf(std::string_view type)
    {
        constexpr std::string_view kPrefix = "http_";
        if (type.starts_with(kPrefix))
            type.remove_prefix(kPrefix.size());
        int status = 0;
        const auto read = std::from_chars(type.data(), type.data() + type.size(), status);
        return read.ec == std::errc() && read.ptr == type.data() + type.size() ? status : 0;
    }

    bool isWorthAnotherTry(const std::string& type)
    {
        constexpr std::array kWords {"network", "timeout", "protocol", "crashed", "overloaded"};
        constexpr std::array kStatuses {408, 409, 425};
        const int status = statusOf(type);
        return std::find(kWords.begin(), kWords.end(), type) != kWords.end()
            || std::find(kStatuses.begin(), kStatuses.end(), status) != kStatuses.end()
            || status >= 500;
    }

    std::string rounded(double value, const char* unit)
    {
        std::array<char, 32> text {};
        const int length = std::snprintf(text.data(), text.size(), "%.3g %s", value, unit);
        return {text.data(), static_cast<std::size_t>(std::max(0, length))};
    }

} // namespace

std::string_view toWord(ErrorClass errorClass)
{
    switch (errorClass) {
    case ErrorClass::Transient:
        return "transient";
    case ErrorClass::RateLimited:
        return "rate_limited";
    case ErrorClass::Permanent:
        break;
    }
    return "permanent";
}

ErrorClass classOf(const Outcome& outcome)
{
    if (!outcome.error)
        return ErrorClass::Permanent;
    const bool isTooOften
        = statusOf(outcome.error->type) == kTooManyRequests || outcome.error->type == "rate_limit";
    if (isTooOften && outcome.error->isRetryable != false)
        return ErrorClass::RateLimited;
    return outcome.error->isRetryable.value_or(isWorthAnotherTry(outcome.error->type))
        ? ErrorClass::Transient
        : ErrorClass::Permanent;
}

std::string targetOf(const EffectRequest& request)
{
    if (const auto* const call = std::get_if<ModelCall>(&request))
        return call->target.provider + '/' + call->target.model;
    if (const auto* const call = std::get_if<ToolCall>(&request))
        return call->tool;
    return {};
}

bool isRepeatable(const Effect& effect)
{
    switch (kindOf(effect.request)) {
    case EffectKind::Model:
        return true;
    case EffectKind::Tool:
        return effect.effectClass == EffectClass::Pure || effect.effectClass == EffectClass::Reads;
    default:
        return false;
    }
}

std::string callKey(const Effect& effect)
{
    return effect.id.withAttempt(0).toText();
}

std::string durationText(tracestore::Duration duration)
{
    const double seconds = static_cast<double>(duration.ns) / 1e9;
    if (seconds < 1)
        return rounded(seconds * 1000, "ms");
    if (seconds < 120)
        return rounded(seconds, "s");
    return seconds < 7200 ? rounded(seconds / 60, "min") : rounded(seconds / 3600, "h");
}

} // namespace engine
