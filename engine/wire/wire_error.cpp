#include "engine/wire/wire_error.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/reading/json_members.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace engine {

using nlohmann::json;
using tracestore::Duration;
using tracestore::memberOf;
using tracestore::plainTextOf;
using tracestore::SpanError;
using tracestore::Timestamp;

namespace {

    constexpr std::int64_t kNsPerMs = 1'000'000;
    constexpr std::int64_t kNsPerSecond = 1'000'000'000;
    constexpr double kSecondsPerDay = 86400;
    constexpr std::size_t kLongestMessage = 2000;

    struct KnownWord
    {
        std::string_view word;
        int status;
    };

    /// Types and codes of errors, and the status with which they come outside of a stream.
    constexpr KnownWord kErrorWords[] = {
        {"invalid_request_error", 400},
        {"invalid_prompt", 400},
        {"context_length_exceeded", 400},
        {"authentication_error", 401},
        {"invalid_api_key", 401},
        {"permission_error", 403},
        {"not_found_error", 404},
        {"model_not_found", 404},
        {"request_too_large", 413},
        {"rate_limit_error", 429},
        {"rate_limit_exceeded", 429},
        {"insufficient_quota", 429},
        {"api_error", 500},
        {"server_error", 500},
        {"timeout_error", 504},
        {"overloaded_error", 529},
    };

    /// Nothing gets better by waiting.
    constexpr std::string_view kFinalWords[] = {"insufficient_quota", "billing_hard_limit_reached"};

    std::string shortened(std::string text)
    {
        if (text.size() > kLongestMessage)
            text = tracestore::toValidUtf8(text.substr(0, kLongestMessage)) + " ...";
        return text;
    }

    std::optional<double> secondsOf(std::string_view value)
    {
        double seconds = 0;
        const auto [end, problem]
            = std::from_chars(value.data(), value.data() + value.size(), seconds);
        const bool isWhole = problem == std::errc() && end == value.data() + value.size();
        return isWhole && std::isfinite(seconds) ? std::optional(seconds) : std::nullopt;
    }

    /// `Wed, 21 Oct 2015 07:28:00 GMT`, put into the order of ISO-8601.
    std::optional<Timestamp> httpDate(std::string_view value)
    {
        constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
        constexpr std::size_t kLength = 29;
        constexpr std::size_t kMonthAt = 8;
        if (value.size() != kLength || !value.ends_with(" GMT"))
            return {};
        const std::size_t month = kMonths.find(value.substr(kMonthAt, 3));
        if (month == std::string_view::npos || month % 3 != 0)
            return {};
        const std::size_t number = month / 3 + 1;
        std::string iso(value.substr(12, 4));
        iso += number < 10 ? "-0" : "-";
        iso += std::to_string(number) + '-';
        iso += value.substr(5, 2);
        iso += 'T';
        iso += value.substr(17, 8);
        return tracestore::parseIsoTimestamp(iso + 'Z');
    }

    Duration durationOfSeconds(double seconds)
    {
        return {std::llround(std::clamp(seconds, 0.0, kSecondsPerDay) * kNsPerSecond)};
    }

    std::string messageOf(const json& error)
    {
        if (error.is_string())
            return error.get<std::string>();
        return plainTextOf(error, {"message", "detail", "msg"});
    }

    /// The object that says what went wrong: most put it under `error`, some servers do not.
    const json& errorObject(const json& body)
    {
        const json* error = memberOf(body, "error");
        return error != nullptr ? *error : body;
    }

    bool isFinal(const json& error)
    {
        return std::ranges::any_of(kFinalWords, [&](std::string_view word) {
            return plainTextOf(error, {"code"}) == word || plainTextOf(error, {"type"}) == word;
        });
    }

    std::optional<Duration> waitAskedFor(const HeaderLookup& header, Timestamp now)
    {
        if (const auto ms = secondsOf(header("retry-after-ms")))
            return durationOfSeconds(*ms / 1000);
        return parseRetryAfter(header("retry-after"), now);
    }

    /// What the status alone says, for answers without a sentence.
    std::string_view sentenceOf(int status)
    {
        switch (status) {
        case 401:
            return "The provider does not accept the key. Check which key is set for it.";
        case 403:
            return "The provider does not allow this with the key that was sent.";
        case 404:
            return "There is nothing at this address. Check the base address and the model's name.";
        case 413:
            return "The request is larger than the provider takes.";
        case 429:
            return "The provider takes no more requests for now.";
        default:
            break;
        }
        constexpr int kFirstServerError = 500;
        return status >= kFirstServerError ? "The provider failed."
                                           : "The provider refused the call.";
    }

} // namespace

WireError networkError(std::string message)
{
    return {SpanError {"network", std::move(message), true}, {}};
}

WireError timeoutError(std::string message)
{
    return {SpanError {"timeout", std::move(message), true}, {}};
}

WireError protocolError(std::string message, bool isRetryable)
{
    return {SpanError {"protocol", std::move(message), isRetryable}, {}};
}

bool isRetryableStatus(int status)
{
    constexpr int kNotImplemented = 501;
    constexpr int kFirstServerError = 500;
    return status == 408 || status == 409 || status == 425 || status == 429
        || (status >= kFirstServerError && status != kNotImplemented);
}

std::optional<Duration> parseRetryAfter(std::string_view value, Timestamp now)
{
    if (const auto seconds = secondsOf(value))
        return durationOfSeconds(*seconds);
    if (const auto date = httpDate(value))
        return durationOfSeconds(static_cast<double>((*date - now).ns) / kNsPerSecond);
    return {};
}

WireError httpError(int status, std::string_view body, const HeaderLookup& header, Timestamp now)
{
    const auto parsed = tracestore::parseJson(body);
    WireError result {SpanError {std::to_string(status), {}, isRetryableStatus(status)}, {}};
    if (parsed) {
        const json& error = errorObject(*parsed);
        result.error.message = shortened(messageOf(error));
        if (isFinal(error))
            result.error.isRetryable = false;
    }
    if (result.error.message.empty())
        result.error.message = sentenceOf(status);
    const std::string advice = header("x-should-retry");
    if (advice == "true" || advice == "false")
        result.error.isRetryable = advice == "true";
    result.retryAfter = waitAskedFor(header, now);
    return result;
}

WireError errorInAnswer(const json& error)
{
    constexpr int kUnknownFailure = 500;
    int status = kUnknownFailure;
    if (const json* code = memberOf(error, "code"); code != nullptr && code->is_number_integer()) {
        constexpr std::int64_t kFirstFailure = 400;
        constexpr std::int64_t kLastFailure = 599;
        const auto number = code->get<std::int64_t>();
        if (number >= kFirstFailure && number <= kLastFailure)
            status = static_cast<int>(number);
    }
    for (const char* key : {"type", "code"})
        for (const KnownWord& known : kErrorWords)
            if (plainTextOf(error, {key}) == known.word)
                status = known.status;
    std::string message = shortened(messageOf(error));
    if (message.empty())
        message = sentenceOf(status);
    return {SpanError {std::to_string(status),
                       std::move(message),
                       isRetryableStatus(status) && !isFinal(error)},
            {}};
}

} // namespace engine
