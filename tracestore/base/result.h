#pragma once

#include "tracestore/base/ensure.h"

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace tracestore {

/// What a caller can do about a failure; the message says the rest.
enum class ErrorCode
{
    NotFound,
    Corrupt,
    Unsupported,
    Invalid,
    Io,
    Timeout,
    Cancelled,
    Denied,
    Remote,
    Limit,
};

/// A failure: a code to act on, a sentence for the user (what happened and what to do), and where
/// it happened, innermost place last.
struct Error
{
    ErrorCode code = ErrorCode::Invalid;
    std::string message;
    std::string where;

    /// The same failure with the place that it passed on its way up.
    [[nodiscard]] Error in(std::string place) &&
    {
        where = where.empty() ? std::move(place) : std::move(place) + ": " + where;
        return std::move(*this);
    }

    bool operator==(const Error&) const = default;
};

/// Carries an Error into a Result, as std::unexpected does.
class Failure
{
public:
    explicit Failure(Error error)
        : m_error(std::move(error))
    { }

    Error take() && { return std::move(m_error); }

private:
    Error m_error;
};

[[nodiscard]] inline Failure fail(Error error)
{
    return Failure(std::move(error));
}

[[nodiscard]] inline Failure fail(ErrorCode code, std::string message)
{
    return Failure(Error {code, std::move(message), {}});
}

/// A value or an Error, with the names of std::expected, which g++ 12 lacks.
template<class T>
class [[nodiscard]] Result
{
public:
    using value_type = T;

    Result(T value) // NOLINT(google-explicit-constructor): as std::expected
        : m_state(std::in_place_index<0>, std::move(value))
    { }

    Result(Failure failure) // NOLINT(google-explicit-constructor): as std::expected
        : m_state(std::in_place_index<1>, std::move(failure).take())
    { }

    [[nodiscard]] bool has_value() const { return m_state.index() == 0; }

    explicit operator bool() const { return has_value(); }

    T& operator*() & { return value(); }

    const T& operator*() const& { return value(); }

    T&& operator*() && { return std::move(value()); }

    T* operator->() { return &value(); }

    const T* operator->() const { return &value(); }

    T& value() &
    {
        ENSURE(has_value());
        return *std::get_if<0>(&m_state);
    }

    const T& value() const&
    {
        ENSURE(has_value());
        return *std::get_if<0>(&m_state);
    }

    T&& value() && { return std::move(value()); }

    Error& error() &
    {
        ENSURE(!has_value());
        return *std::get_if<1>(&m_state);
    }

    const Error& error() const&
    {
        ENSURE(!has_value());
        return *std::get_if<1>(&m_state);
    }

    Error&& error() && { return std::move(error()); }

    template<class U>
    T value_or(U&& fallback) const&
    {
        return has_value() ? value() : static_cast<T>(std::forward<U>(fallback));
    }

    template<class F>
    auto and_then(F&& next) && -> std::invoke_result_t<F, T&&>
    {
        if (!has_value())
            return Failure(std::move(error()));
        return std::forward<F>(next)(std::move(value()));
    }

    template<class F>
    auto transform(F&& change) && -> Result<std::invoke_result_t<F, T&&>>
    {
        if (!has_value())
            return Failure(std::move(error()));
        return std::forward<F>(change)(std::move(value()));
    }

private:
    std::variant<T, Error> m_state;
};

/// Success without a value, or an Error.
template<>
class [[nodiscard]] Result<void>
{
public:
    Result() = default;

    Result(Failure failure) // NOLINT(google-explicit-constructor): as std::expected
        : m_error(std::move(failure).take())
    { }

    [[nodiscard]] bool has_value() const { return !m_error.has_value(); }

    explicit operator bool() const { return has_value(); }

    Error& error() &
    {
        ENSURE(m_error.has_value());
        return *m_error;
    }

    const Error& error() const&
    {
        ENSURE(m_error.has_value());
        return *m_error;
    }

    Error&& error() && { return std::move(error()); }

private:
    std::optional<Error> m_error;
};

} // namespace tracestore
