#include "tracestore/base/timestamp.h"

#include <chrono>
#include <cstdio>

namespace tracestore {
namespace {

    using std::chrono::days;
    using std::chrono::sys_days;

    constexpr std::int64_t kNsPerSecond = 1'000'000'000;

    /// Takes a fixed number of digits off the front of a text.
    class DigitReader
    {
    public:
        explicit DigitReader(std::string_view text)
            : m_rest(text)
        { }

        std::optional<int> number(std::size_t digits)
        {
            if (m_rest.size() < digits)
                return {};
            int value = 0;
            for (const char c : m_rest.substr(0, digits)) {
                if (c < '0' || c > '9')
                    return {};
                value = value * 10 + (c - '0');
            }
            m_rest.remove_prefix(digits);
            return value;
        }

        bool skip(std::string_view anyOf)
        {
            if (m_rest.empty() || anyOf.find(m_rest.front()) == std::string_view::npos)
                return false;
            m_rest.remove_prefix(1);
            return true;
        }

        /// Digits after a point as nanoseconds; further digits are passed over.
        std::int64_t fraction()
        {
            std::int64_t value = 0;
            std::int64_t unit = kNsPerSecond / 10;
            while (!m_rest.empty() && m_rest.front() >= '0' && m_rest.front() <= '9') {
                value += unit * (m_rest.front() - '0');
                unit /= 10;
                m_rest.remove_prefix(1);
            }
            return value;
        }

        [[nodiscard]] std::string_view rest() const { return m_rest; }

    private:
        std::string_view m_rest;
    };

    /// The offset of a zone in seconds; nothing where the text is not one.
    std::optional<std::int64_t> zoneOffset(std::string_view text)
    {
        if (text == "Z" || text == "z")
            return 0;
        DigitReader reader(text);
        const bool isEast = !text.empty() && text.front() == '+';
        if (!reader.skip("+-"))
            return {};
        const auto hours = reader.number(2);
        reader.skip(":");
        const auto minutes = reader.rest().empty() ? std::optional(0) : reader.number(2);
        if (!hours || !minutes || !reader.rest().empty() || *hours > 23 || *minutes > 59)
            return {};
        const std::int64_t seconds = *hours * 3600 + *minutes * 60;
        return isEast ? seconds : -seconds;
    }

} // namespace

std::optional<Timestamp> parseIsoTimestamp(std::string_view text, bool* hasZone)
{
    DigitReader reader(text);
    const auto year = reader.number(4);
    const bool dash1 = reader.skip("-");
    const auto month = reader.number(2);
    const bool dash2 = reader.skip("-");
    const auto day = reader.number(2);
    const bool separator = reader.skip("Tt ");
    const auto hour = reader.number(2);
    const bool colon1 = reader.skip(":");
    const auto minute = reader.number(2);
    if (!year || !dash1 || !month || !dash2 || !day || !separator || !hour || !colon1 || !minute)
        return {};
    const auto second = reader.skip(":") ? reader.number(2) : std::optional(0);
    if (!second || *hour > 24 || *minute > 59 || *second > 60)
        return {};
    const std::int64_t fraction = reader.skip(".,") ? reader.fraction() : 0;

    const std::chrono::year_month_day date {std::chrono::year(*year),
                                            std::chrono::month(static_cast<unsigned>(*month)),
                                            std::chrono::day(static_cast<unsigned>(*day))};
    // Outside these years nanoseconds do not fit into 64 bits.
    if (!date.ok() || *year < 1678 || *year > 2261)
        return {};
    const bool zoned = !reader.rest().empty();
    const auto offset = zoned ? zoneOffset(reader.rest()) : std::optional<std::int64_t>(0);
    if (!offset)
        return {};
    if (hasZone != nullptr)
        *hasZone = zoned;
    const std::int64_t seconds = sys_days(date).time_since_epoch().count() * std::int64_t {86400}
        + *hour * 3600 + *minute * 60 + *second - *offset;
    return Timestamp {seconds * kNsPerSecond + fraction};
}

std::string formatIsoTimestamp(Timestamp instant)
{
    const std::chrono::sys_time<std::chrono::nanoseconds> time {
        std::chrono::nanoseconds(instant.ns)};
    const auto day = std::chrono::floor<days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    char text[64];
    int length = std::snprintf(text,
                               sizeof text,
                               "%04d-%02u-%02uT%02d:%02d:%02d",
                               static_cast<int>(date.year()),
                               static_cast<unsigned>(date.month()),
                               static_cast<unsigned>(date.day()),
                               static_cast<int>(clock.hours().count()),
                               static_cast<int>(clock.minutes().count()),
                               static_cast<int>(clock.seconds().count()));
    std::string result(text, static_cast<std::size_t>(length));
    const auto nanoseconds = static_cast<long>(clock.subseconds().count());
    if (nanoseconds != 0) {
        length = std::snprintf(text, sizeof text, ".%09ld", nanoseconds);
        std::string fraction(text, static_cast<std::size_t>(length));
        while (fraction.ends_with("000"))
            fraction.resize(fraction.size() - 3);
        result += fraction;
    }
    return result + 'Z';
}

} // namespace tracestore
