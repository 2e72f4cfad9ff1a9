#include "tracestore/query/query_value.h"

#include "tracestore/base/timestamp.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace tracestore {
namespace {

    struct Unit
    {
        std::string_view name;
        double factor = 1;
    };

    constexpr std::array kCounts {
        Unit {"k", 1e3}, Unit {"m", 1e6}, Unit {"g", 1e9}, Unit {"bn", 1e9}, Unit {"million", 1e6}};

    constexpr std::array kSizes {Unit {"b", 1},
                                 Unit {"bytes", 1},
                                 Unit {"k", 1e3},
                                 Unit {"kb", 1e3},
                                 Unit {"m", 1e6},
                                 Unit {"mb", 1e6},
                                 Unit {"g", 1e9},
                                 Unit {"gb", 1e9},
                                 Unit {"kib", 1024.0},
                                 Unit {"mib", 1024.0 * 1024},
                                 Unit {"gib", 1024.0 * 1024 * 1024}};

    constexpr std::array kDurations {Unit {"ns", 1},
                                     Unit {"us", 1e3},
                                     Unit {"\xC2\xB5s", 1e3}, // micro sign
                                     Unit {"\xCE\xBCs", 1e3}, // mu
                                     Unit {"ms", 1e6},
                                     Unit {"s", 1e9},
                                     Unit {"m", 60e9},
                                     Unit {"min", 60e9},
                                     Unit {"h", 3600e9},
                                     Unit {"d", 86400e9}};

    /// A number at the front of a text, which is cut off it.
    std::optional<double> takeNumber(std::string_view& text)
    {
        double number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || !std::isfinite(number))
            return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        return number;
    }

    std::string_view takeUnit(std::string_view& text)
    {
        const std::string_view unit = text.substr(0, text.find_first_of("0123456789.-+"));
        text.remove_prefix(unit.size());
        return unit;
    }

    std::optional<double> factorOf(std::string_view unit, std::span<const Unit> units)
    {
        for (const Unit& known : units) {
            if (isWord(unit, known.name))
                return known.factor;
        }
        return std::nullopt;
    }

    /// `10k`, `2MB`; digits may be grouped by `_`.
    std::optional<double> readNumber(std::string_view text, std::span<const Unit> units)
    {
        std::string digits(text);
        std::erase(digits, '_');
        std::string_view rest = digits;
        const auto number = takeNumber(rest);
        if (!number || rest.empty())
            return number;
        const auto factor = factorOf(rest, units);
        return factor ? std::optional(*number * *factor) : std::nullopt;
    }

    std::int64_t toNs(double ns)
    {
        constexpr double kMost = 9.2e18;
        return static_cast<std::int64_t>(std::llround(std::clamp(ns, -kMost, kMost)));
    }

    ReadValue refuse(std::string problem, std::string hint)
    {
        return {.value = {}, .problem = std::move(problem), .hint = std::move(hint)};
    }

    /// `1.5s`, `1m30s`.
    ReadValue readDuration(QueryValue value)
    {
        std::string_view rest = value.text;
        double ns = 0;
        bool isBare = false;
        bool isBad = rest.empty();
        while (!rest.empty() && !isBad) {
            const auto number = takeNumber(rest);
            const std::string_view unit = takeUnit(rest);
            const auto factor = factorOf(unit, kDurations);
            isBare = isBare || (number && unit.empty());
            isBad = !number || !factor;
            ns += isBad ? 0 : *number * *factor;
        }
        if (isBare)
            return refuse("`" + value.text + "` has no unit.",
                          "Write `" + value.text + "s` or `" + value.text + "ms`.");
        if (isBad)
            return refuse("`" + value.text + "` is no duration.",
                          "Durations look like `200ms`, `1.5s`, `3m`, `1m30s`, `2h`.");
        value.first = toNs(ns);
        value.end = value.first + 1;
        return {.value = std::move(value)};
    }

    constexpr std::int64_t kSecond = 1'000'000'000;

    /// What is not written of `2026-02-08T17:28:30Z` is filled with zeros; the time is as exact as
    /// it is written.
    ReadValue readTime(QueryValue value)
    {
        struct Form
        {
            std::size_t length;
            std::string_view rest;
            std::int64_t resolution;
        };

        static constexpr std::array kForms {Form {10, "T00:00:00Z", 86400 * kSecond},
                                            Form {13, ":00:00Z", 3600 * kSecond},
                                            Form {16, ":00Z", 60 * kSecond},
                                            Form {19, "Z", kSecond}};
        std::string text = value.text;
        if (text.size() > 10 && text[10] == ' ')
            text[10] = 'T';
        std::string zone;
        if (const std::size_t at
            = text.find_first_of("Zz+-", std::min<std::size_t>(11, text.size()));
            at != std::string::npos) {
            zone = text.substr(at);
            text.resize(at);
        }
        std::int64_t resolution = 1;
        for (const Form& form : kForms) {
            if (text.size() == form.length) {
                text += form.rest.substr(0, form.rest.size() - 1);
                resolution = form.resolution;
                break;
            }
        }
        if (resolution == 1 && text.size() > 20 && text[19] == '.') {
            for (std::size_t digits = text.size() - 20; digits < 9; ++digits)
                resolution *= 10;
        }
        const auto time = parseIsoTimestamp(text + (zone.empty() ? "Z" : zone));
        if (!time)
            return refuse("`" + value.text + "` is no time.",
                          "Times look like `2026-02-08`, `2026-02-08T17:28` or "
                          "`2026-02-08T17:28:30Z`, in UTC where no zone is named.");
        value.first = time->ns;
        value.end = (*time + Duration {resolution}).ns;
        return {.value = std::move(value)};
    }

    /// `0.05`, `$0.05`, `0.05EUR`.
    ReadValue readMoney(QueryValue value)
    {
        std::string_view text = value.text;
        if (text.starts_with('$')) {
            value.currency = "USD";
            text.remove_prefix(1);
        } else if (text.starts_with("\xE2\x82\xAC")) {
            value.currency = "EUR";
            text.remove_prefix(3);
        }
        value.number = takeNumber(text);
        if (value.number && text.size() == 3 && value.currency.empty()) {
            for (const char c : text)
                value.currency += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
            text = {};
        }
        if (!value.number || !text.empty())
            return refuse("`" + value.text + "` is no amount of money.",
                          "Write it as `0.05`, `$0.05` or `0.05EUR`.");
        return {.value = std::move(value)};
    }

    ReadValue readWord(QueryValue value, FieldId field)
    {
        const auto words = wordsOf(field);
        std::string all;
        for (const std::string_view word : words) {
            if (isWord(value.text, word)) {
                value.text = word;
                return {.value = std::move(value)};
            }
            all += (all.empty() ? "" : ", ") + std::string(word);
        }
        const std::string_view near = nearestWord(value.text, words);
        return refuse("`" + std::string(fieldOf(field).name) + "` is never `" + value.text + "`.",
                      near.empty() ? "It is one of " + all + "."
                                   : "Did you mean `" + std::string(near) + "`?");
    }

    ReadValue readTruth(QueryValue value)
    {
        const bool isTrue = isWord(value.text, "true") || isWord(value.text, "yes");
        if (!isTrue && !isWord(value.text, "false") && !isWord(value.text, "no"))
            return refuse("`" + value.text + "` is neither true nor false.",
                          "Write `true` or `false`.");
        value.number = isTrue ? 1 : 0;
        return {.value = std::move(value)};
    }

    ReadValue readCount(QueryValue value, FieldType type)
    {
        const bool isSize = type == FieldType::Size;
        value.number = readNumber(
            value.text, isSize ? std::span<const Unit>(kSizes) : std::span<const Unit>(kCounts));
        if (!value.number && isSize)
            return refuse("`" + value.text + "` is no size.",
                          "Sizes look like `4096`, `64kB`, `2MB`, `1GiB`.");
        if (!value.number)
            return refuse("`" + value.text + "` is no number.",
                          "Numbers look like `5`, `0.5`, `10k`, `2M`.");
        return {.value = std::move(value)};
    }

    bool isTextual(FieldType type)
    {
        return type == FieldType::Text || type == FieldType::Json || type == FieldType::Messages
            || type == FieldType::AllText;
    }

    ReadValue readPattern(const QueryToken& token, QueryValue value)
    {
        // What stands in quotes is typed by people who look for something: letters are folded.
        const bool isRegex = token.is(QueryToken::Type::Regex);
        auto pattern = TextPattern::regex(token.text, isRegex ? token.flags : "i");
        if (!pattern)
            return refuse(pattern.error().message,
                          isRegex ? "" : "To find the text as it stands, write `contains`.");
        value.pattern = std::move(*pattern);
        return {.value = std::move(value)};
    }

    /// How alike two words are: the number of letters to change, add, drop or swap.
    std::size_t distance(std::string_view a, std::string_view b)
    {
        std::vector<std::vector<std::size_t>> d(a.size() + 1,
                                                std::vector<std::size_t>(b.size() + 1));
        for (std::size_t i = 0; i <= a.size(); ++i) {
            for (std::size_t j = 0; j <= b.size(); ++j) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
            }
        }
        return d[a.size()][b.size()];
    }

} // namespace

ReadValue readValue(const QueryToken& token, FieldType type, FieldId field, QueryOperator op)
{
    QueryValue value;
    value.isQuoted = token.is(QueryToken::Type::String);
    value.text = token.text;
    value.source = value.isQuoted           ? quoteForQuery(token.text)
        : token.is(QueryToken::Type::Regex) ? '/' + token.text + '/' + token.flags
                                            : token.text;
    if (op == QueryOperator::Matches)
        return readPattern(token, std::move(value));
    if (op == QueryOperator::Contains || (op == QueryOperator::Equal && type == FieldType::AllText))
        value.pattern = TextPattern::containing(value.text);
    else if (isTextual(type))
        value.pattern = TextPattern::equalTo(value.text);
    switch (type) {
    case FieldType::Word:
        return op == QueryOperator::Contains ? ReadValue {.value = std::move(value)}
                                             : readWord(std::move(value), field);
    case FieldType::Number:
    case FieldType::Size:
        return readCount(std::move(value), type);
    case FieldType::Duration:
        return readDuration(std::move(value));
    case FieldType::Money:
        return readMoney(std::move(value));
    case FieldType::Time:
        return readTime(std::move(value));
    case FieldType::Truth:
        return readTruth(std::move(value));
    case FieldType::Text:
    case FieldType::Json:
    case FieldType::Messages:
    case FieldType::AllText:
        break;
    }
    if (!value.isQuoted)
        value.number = readNumber(value.text, kSizes);
    return {.value = std::move(value)};
}

std::string_view nearestWord(std::string_view word, const std::vector<std::string_view>& among)
{
    constexpr std::size_t kLongest = 40;
    std::string_view nearest;
    std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
    if (word.size() > kLongest)
        return nearest;
    for (const std::string_view known : among) {
        const std::size_t changes = distance(word, known);
        if (changes < least) {
            least = changes;
            nearest = known;
        }
    }
    return nearest;
}

std::string quoteForQuery(std::string_view text)
{
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        if (c == '\n')
            quoted += "\\n";
        else if (c == '\t')
            quoted += "\\t";
        else
            quoted += c;
    }
    return quoted + '"';
}

} // namespace tracestore
