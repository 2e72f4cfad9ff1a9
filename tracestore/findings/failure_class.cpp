#include "tracestore/findings/failure_class.h"

#include <algorithm>
#include <array>
#include <string>

namespace tracestore {
namespace {

    constexpr std::size_t kMostRead = 1000;

    constexpr std::array<std::string_view, 21> kTransientWords {
        "rate limit",         "rate_limit",     "ratelimit",
        "overloaded",         "timed out",      "timeout",
        "time out",           "temporarily",    "try again",
        "connection reset",   "econnreset",     "econnrefused",
        "connection refused", "unavailable",    "network error",
        "too many requests",  "bad gateway",    "deadline exceeded",
        "connection error",   "socket hang up", "internal server error"};

    constexpr std::array<std::string_view, 33> kPermanentWords {
        "invalid_request",  "invalid request",    "invalid argument",   "invalid parameter",
        "invalid input",    "invalid api key",    "authentication",     "unauthorized",
        "unauthenticated",  "forbidden",          "permission denied",  "access denied",
        "not permitted",    "no such file",       "no such tool",       "unknown tool",
        "unknown command",  "command not found",  "not found",          "does not exist",
        "doesn't exist",    "missing required",   "required parameter", "required property",
        "validation error", "unexpected keyword", "insufficient_quota", "context_length",
        "is not allowed",   "not a valid",        "must be one of",     "is a required",
        "bad request"};

    std::string loweredFront(std::string_view text)
    {
        std::string lowered(text.substr(0, kMostRead));
        for (char& c : lowered)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        return lowered;
    }

    bool isDigit(char c)
    {
        return c >= '0' && c <= '9';
    }

    /// An HTTP status of failure that a text names as such: `http_404`, `status code: 503`,
    /// `Error 400`, or its first word; 0 where there is none.
    int statusNamedIn(std::string_view text)
    {
        constexpr std::array<std::string_view, 4> kBefore {"http", "status", "code", "error"};
        for (std::size_t at = 0; at + 3 <= text.size(); ++at) {
            const std::string_view number = text.substr(at, 3);
            const bool isBegun = at > 0 && (isDigit(text[at - 1]) || text[at - 1] == '.');
            const bool goesOn
                = at + 3 < text.size() && (isDigit(text[at + 3]) || text[at + 3] == '.');
            if ((number[0] != '4' && number[0] != '5') || !std::ranges::all_of(number, isDigit)
                || isBegun || (goesOn && at + 4 < text.size() && isDigit(text[at + 4])))
                continue;
            const std::size_t from = at < 14 ? 0 : at - 14;
            const std::string_view before = text.substr(from, at - from);
            const bool isNamed = std::ranges::any_of(kBefore, [&](std::string_view word) {
                return before.find(word) != std::string_view::npos;
            });
            // `404 no such index`, `503: overloaded`
            const bool isInFront
                = at == 0 && (text.size() == 3 || text[3] == ' ' || text[3] == ':');
            if (isNamed || isInFront)
                return (number[0] - '0') * 100 + (number[1] - '0') * 10 + (number[2] - '0');
        }
        return 0;
    }

    FailureClass classOfStatus(int status)
    {
        constexpr std::array kWorthAnotherTry {408, 409, 425, 429};
        if (status == 0)
            return FailureClass::Unknown;
        return status >= 500
                || std::ranges::find(kWorthAnotherTry, status) != kWorthAnotherTry.end()
            ? FailureClass::Transient
            : FailureClass::Permanent;
    }

    template<class Words>
    bool hasAnyOf(std::string_view text, const Words& words)
    {
        return std::ranges::any_of(words, [&](std::string_view word) {
            return text.find(word) != std::string_view::npos;
        });
    }

    FailureClass classOfText(std::string_view text)
    {
        const std::string lowered = loweredFront(text);
        if (const FailureClass found = classOfStatus(statusNamedIn(lowered));
            found != FailureClass::Unknown)
            return found;
        if (hasAnyOf(lowered, kTransientWords))
            return FailureClass::Transient;
        return hasAnyOf(lowered, kPermanentWords) ? FailureClass::Permanent : FailureClass::Unknown;
    }

} // namespace

FailureClass failureClass(const SpanError* error, std::string_view result)
{
    if (error == nullptr)
        return classOfText(result);
    if (error->isRetryable)
        return *error->isRetryable ? FailureClass::Transient : FailureClass::Permanent;
    for (const std::string_view text :
         {std::string_view(error->type), std::string_view(error->message), result}) {
        const FailureClass found = classOfText(text);
        if (found != FailureClass::Unknown)
            return found;
    }
    return FailureClass::Unknown;
}

} // namespace tracestore
