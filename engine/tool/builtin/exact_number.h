#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace engine {

/// A decimal number that is exact as long as 28 digits hold it, and rounded to some 18 afterwards;
/// it knows which. 0.1 + 0.2 is 0.3, and 1 / 3 says that it is rounded.
class ExactNumber
{
public:
    ExactNumber() = default;
    explicit ExactNumber(std::int64_t whole);

    /// A number that is known to a few digits only, like that of a square root.
    static ExactNumber rounded(long double value);

    /// Digits with a point and an exponent; nothing for anything else.
    static std::optional<ExactNumber> parse(std::string_view text);

    [[nodiscard]] bool isExact() const { return m_isExact; }

    [[nodiscard]] bool isFinite() const;

    [[nodiscard]] long double approximation() const;

    [[nodiscard]] bool isZero() const;

    /// The number where it is exact, whole and fits.
    [[nodiscard]] std::optional<std::int64_t> whole() const;

    /// `0.3`, `1.5e+300`; rounded ones with 15 digits.
    [[nodiscard]] std::string toText() const;

    friend ExactNumber operator+(const ExactNumber& a, const ExactNumber& b);
    friend ExactNumber operator-(const ExactNumber& a, const ExactNumber& b);
    friend ExactNumber operator*(const ExactNumber& a, const ExactNumber& b);

    /// Not of zero.
    friend ExactNumber operator/(const ExactNumber& a, const ExactNumber& b);

    /// What is left over, with the sign of the divisor. Not of zero.
    friend ExactNumber operator%(const ExactNumber& a, const ExactNumber& b);

    friend bool operator<(const ExactNumber& a, const ExactNumber& b);

    [[nodiscard]] ExactNumber negated() const;

    /// The whole part, towards minus infinity.
    [[nodiscard]] ExactNumber floor() const;

private:
    __extension__ using Digits = __int128;

    ExactNumber(Digits digits, int scale);

    static std::optional<Digits> scaledUp(Digits digits, int places);
    [[nodiscard]] std::optional<Digits> digitsAt(int scale) const;

    // The value is m_digits / 10^m_scale, or m_value where it is not exact.
    Digits m_digits = 0;
    int m_scale = 0;
    bool m_isExact = true;
    long double m_value = 0;
};

} // namespace engine
