#include "engine/tool/builtin/exact_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <utility>

namespace engine {
namespace {

    constexpr int kMaxScale = 28;
    constexpr int kMaxDigits = 28;
    constexpr int kMaxExponent = 4000;

    __extension__ using Wide = __int128;

    Wide powerOfTen(int exponent)
    {
        Wide power = 1;
        for (int i = 0; i < exponent; ++i)
            power *= 10;
        return power;
    }

    bool isShort(Wide digits)
    {
        const Wide limit = powerOfTen(kMaxDigits);
        return digits < limit && digits > -limit;
    }

    std::string digitsOf(Wide digits)
    {
        std::string text;
        for (; digits != 0; digits /= 10)
            text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(digits % 10)));
        return text;
    }

} // namespace

ExactNumber::ExactNumber(std::int64_t whole)
    : m_digits(whole)
{ }

/// Zeros at the end go, so that equal numbers have equal digits.
ExactNumber::ExactNumber(Digits digits, int scale)
    : m_digits(digits)
    , m_scale(digits == 0 ? 0 : scale)
{
    while (m_scale > 0 && m_digits % 10 == 0) {
        m_digits /= 10;
        --m_scale;
    }
}

ExactNumber ExactNumber::rounded(long double value)
{
    ExactNumber number;
    number.m_isExact = false;
    number.m_value = value;
    return number;
}

std::optional<ExactNumber> ExactNumber::parse(std::string_view text)
{
    Digits digits = 0;
    int scale = 0;
    int count = 0;
    bool isBehindPoint = false;
    std::size_t at = 0;
    for (; at < text.size() && (text[at] == '.' || (text[at] >= '0' && text[at] <= '9')); ++at) {
        if (text[at] == '.') {
            if (std::exchange(isBehindPoint, true))
                return std::nullopt;
            continue;
        }
        ++count;
        scale += isBehindPoint ? 1 : 0;
        if (count <= kMaxDigits)
            digits = digits * 10 + (text[at] - '0');
    }
    int exponent = 0;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        at += at + 1 < text.size() && text[at + 1] == '+' ? 2 : 1;
        const auto [end, error]
            = std::from_chars(text.data() + at, text.data() + text.size(), exponent);
        at = static_cast<std::size_t>(end - text.data());
        if (error != std::errc() || exponent > kMaxExponent || exponent < -kMaxExponent)
            return std::nullopt;
    }
    if (count == 0 || at != text.size())
        return std::nullopt;
    const int places = scale - exponent;
    if (count <= kMaxDigits && places >= 0 && places <= kMaxScale)
        return ExactNumber(digits, places);
    if (count <= kMaxDigits && places < 0 && count - places <= kMaxDigits)
        return ExactNumber(digits * powerOfTen(-places), 0);
    // strtold and not from_chars: g++ 12 reads long double with the latter as double.
    return rounded(std::strtold(std::string(text).c_str(), nullptr));
}

bool ExactNumber::isFinite() const
{
    return m_isExact || std::isfinite(m_value);
}

long double ExactNumber::approximation() const
{
    return m_isExact ? static_cast<long double>(m_digits) / std::pow(10.0L, m_scale) : m_value;
}

bool ExactNumber::isZero() const
{
    return m_isExact ? m_digits == 0 : m_value == 0;
}

std::optional<std::int64_t> ExactNumber::whole() const
{
    constexpr Digits kMost = std::numeric_limits<std::int64_t>::max();
    if (!m_isExact || m_scale > 0 || m_digits > kMost || m_digits < -kMost)
        return std::nullopt;
    return static_cast<std::int64_t>(m_digits);
}

std::string ExactNumber::toText() const
{
    if (!m_isExact) {
        std::array<char, 64> text {};
        std::snprintf(text.data(), text.size(), "%.15Lg", m_value);
        return text.data();
    }
    std::string text = digitsOf(m_digits < 0 ? -m_digits : m_digits);
    const auto scale = static_cast<std::size_t>(m_scale);
    if (text.size() <= scale)
        text.insert(0, scale + 1 - text.size(), '0');
    if (scale > 0)
        text.insert(text.size() - scale, ".");
    return m_digits < 0 ? '-' + text : text;
}

std::optional<ExactNumber::Digits> ExactNumber::scaledUp(Digits digits, int places)
{
    for (int i = 0; i < places; ++i) {
        if (!isShort(digits * 10))
            return std::nullopt;
        digits *= 10;
    }
    return digits;
}

std::optional<ExactNumber::Digits> ExactNumber::digitsAt(int scale) const
{
    return m_isExact ? scaledUp(m_digits, scale - m_scale) : std::nullopt;
}

ExactNumber operator+(const ExactNumber& a, const ExactNumber& b)
{
    const int scale = std::max(a.m_scale, b.m_scale);
    const auto left = a.digitsAt(scale);
    const auto right = b.digitsAt(scale);
    if (left && right && isShort(*left + *right))
        return {*left + *right, scale};
    return ExactNumber::rounded(a.approximation() + b.approximation());
}

ExactNumber operator-(const ExactNumber& a, const ExactNumber& b)
{
    return a + b.negated();
}

ExactNumber operator*(const ExactNumber& a, const ExactNumber& b)
{
    const int scale = a.m_scale + b.m_scale;
    Wide product = 0;
    if (a.m_isExact && b.m_isExact && scale <= kMaxScale
        && !__builtin_mul_overflow(a.m_digits, b.m_digits, &product) && isShort(product))
        return {product, scale};
    return ExactNumber::rounded(a.approximation() * b.approximation());
}

ExactNumber operator/(const ExactNumber& a, const ExactNumber& b)
{
    // As in school: zeros are put behind the dividend until nothing is left over.
    for (int places = 0; a.m_isExact && b.m_isExact && places <= kMaxScale; ++places) {
        const int scale = a.m_scale - b.m_scale + places;
        const auto dividend = ExactNumber::scaledUp(a.m_digits, places);
        if (!dividend)
            break;
        if (scale >= 0 && scale <= kMaxScale && *dividend % b.m_digits == 0)
            return {*dividend / b.m_digits, scale};
    }
    return ExactNumber::rounded(a.approximation() / b.approximation());
}

ExactNumber operator%(const ExactNumber& a, const ExactNumber& b)
{
    const int scale = std::max(a.m_scale, b.m_scale);
    const auto left = a.digitsAt(scale);
    const auto right = b.digitsAt(scale);
    if (left && right) {
        const Wide rest = *left % *right;
        const bool isOtherSign = rest != 0 && (rest < 0) != (*right < 0);
        return {isOtherSign ? rest + *right : rest, scale};
    }
    const long double divisor = b.approximation();
    const long double share = std::floor(a.approximation() / divisor);
    return ExactNumber::rounded(a.approximation() - divisor * share);
}

bool operator<(const ExactNumber& a, const ExactNumber& b)
{
    const int scale = std::max(a.m_scale, b.m_scale);
    const auto left = a.digitsAt(scale);
    const auto right = b.digitsAt(scale);
    return left && right ? *left < *right : a.approximation() < b.approximation();
}

ExactNumber ExactNumber::negated() const
{
    ExactNumber number = *this;
    number.m_digits = -m_digits;
    number.m_value = -m_value;
    return number;
}

ExactNumber ExactNumber::floor() const
{
    if (!m_isExact)
        return rounded(std::floor(m_value));
    const Digits power = powerOfTen(m_scale);
    const Digits whole = m_digits / power;
    return {m_digits % power < 0 ? whole - 1 : whole, 0};
}

} // namespace engine
