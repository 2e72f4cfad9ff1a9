#include "engine/bundle/text_mask.h"

#include "engine/effect/secret_cover.h"
#include "tracestore/base/json_escapes.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/key_patterns.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace engine {

using nlohmann::json;

namespace {

    /// Deeper than anybody packs JSON into strings of JSON.
    constexpr int kMaxNesting = 8;

    /// From this length on a value is hidden inside of words too: nothing else is spelled so.
    constexpr std::size_t kUnmistakable = 8;

    /// The first two bytes of a text as a number.
    std::size_t beginOf(std::string_view text, std::size_t at)
    {
        return (static_cast<std::size_t>(static_cast<unsigned char>(text[at])) << 8U)
            | static_cast<unsigned char>(text[at + 1]);
    }

    bool isWordByte(char c)
    {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || c == '_' || (static_cast<unsigned char>(c) & 0x80U) != 0;
    }

    bool looksLikeJson(std::string_view text)
    {
        const std::size_t first = text.find_first_not_of(" \t\r\n");
        return first != std::string_view::npos
            && (text[first] == '{' || text[first] == '[' || text[first] == '"');
    }

    /// Behind the quote that ends a string of JSON which begins at `at`; the text is JSON.
    std::size_t stringEnd(std::string_view text, std::size_t at)
    {
        for (++at; at < text.size() && text[at] != '"'; ++at)
            at += text[at] == '\\' ? 1 : 0;
        return std::min(at + 1, text.size());
    }

    std::size_t scalarEnd(std::string_view text, std::size_t at)
    {
        const std::size_t end = text.find_first_of(",]} \t\r\n:\"", at);
        return end == std::string_view::npos ? text.size() : end;
    }

    /// The members of a value that a path leads to.
    std::vector<const json*> valuesAt(const json& root, const std::vector<std::string>& path)
    {
        std::vector<const json*> found {&root};
        for (const std::string& part : path) {
            std::vector<const json*> next;
            for (const json* value : found) {
                if (value->is_object() && value->contains(part))
                    next.push_back(&(*value)[part]);
                // A list is passed through, so that a path need not say where there is one.
                if (value->is_array())
                    for (const json& item : *value) {
                        if (part == "*")
                            next.push_back(&item);
                        else if (item.is_object() && item.contains(part))
                            next.push_back(&item[part]);
                    }
            }
            found = std::move(next);
        }
        return found;
    }

} // namespace

TextMask::TextMask(std::vector<MaskRule> rules, bool hidesKeys)
    : m_rules(std::move(rules))
    , m_hidesKeys(hidesKeys)
    , m_canBegin(std::size_t {1} << 16U)
{
    for (const MaskRule& rule : m_rules) {
        if (rule.kind != MaskRule::Kind::Text)
            continue;
        const bool isNumber
            = rule.text.size() >= kShortestInside && tracestore::isJsonNumber(rule.text);
        hide(rule, rule.text, isNumber);
    }
}

bool TextMask::isIdle() const
{
    return m_rules.empty() && !m_hidesKeys && m_values.empty();
}

void TextMask::addSecret(const std::string& name, const std::string& value)
{
    if (value.size() >= kUnmistakable)
        addValue(value, {SecretCover::placeholder(name), "secret " + name});
}

void TextMask::learn(std::string_view tool, const std::string& arguments, const std::string& result)
{
    for (const MaskRule& rule : m_rules) {
        if (!rule.tool.empty() && rule.tool != tool)
            continue;
        if (rule.kind == MaskRule::Kind::Argument && !arguments.empty())
            learnField(rule, arguments);
        if (rule.kind == MaskRule::Kind::Result && !result.empty())
            learnField(rule, result);
    }
}

void TextMask::learnField(const MaskRule& rule, const std::string& text)
{
    const auto value = tracestore::parseJson(text);
    if (rule.path.empty() && rule.kind == MaskRule::Kind::Result)
        return hide(rule, text, value && value->is_number());
    if (!value) {
        if (rule.path.empty())
            hide(rule, text, false);
        return;
    }
    for (const json* found : valuesAt(*value, rule.path))
        learnValues(rule, *found);
}

void TextMask::learnValues(const MaskRule& rule, const json& value)
{
    std::vector<const json*> open {&value};
    while (!open.empty()) {
        const json* const one = open.back();
        open.pop_back();
        if (one->is_structured()) {
            // In the order in which they stand, so that placeholders count in it.
            const std::size_t before = open.size();
            for (const json& item : *one)
                open.push_back(&item);
            std::reverse(open.begin() + static_cast<std::ptrdiff_t>(before), open.end());
        } else if (one->is_string())
            hide(rule, one->get<std::string>(), false);
        else if (one->is_number())
            hide(rule, tracestore::toJsonText(*one), true);
        else if (one->is_boolean())
            ++m_tooShort[rule.written];
    }
}

const TextMask::Hidden* TextMask::numberedFor(const MaskRule& rule, const std::string& value)
{
    const auto [there, isNew] = m_matched.try_emplace(value);
    if (!isNew)
        return &there->second;
    const bool isField
        = rule.kind == MaskRule::Kind::Argument || rule.kind == MaskRule::Kind::Result;
    const auto place = static_cast<std::size_t>(
        std::ranges::find(m_rules, rule.written, &MaskRule::written) - m_rules.begin());
    // The text of a pattern may tell what it hides.
    const std::string name = isField ? rule.written : "rule " + std::to_string(place + 1);
    there->second = {"[masked:" + name + '.' + std::to_string(++m_given[name]) + ']', rule.written};
    return &there->second;
}

void TextMask::hide(const MaskRule& rule, const std::string& value, bool isNumber)
{
    if (value.empty())
        return;
    if (isNumber && value.size() < kShortestInside) {
        ++m_tooShort[rule.written];
        return;
    }
    const Hidden hidden = *numberedFor(rule, value);
    if (isNumber)
        m_numbers.emplace(value, hidden);
    if (value.size() < kShortestInside)
        m_whole.emplace(value, hidden);
    else
        addValue(value, hidden);
}

void TextMask::addValue(const std::string& value, const Hidden& hidden)
{
    addForm(value, hidden);
    // As it stands in text that is JSON in part only: a log line, a text that was cut off.
    const std::string quoted = tracestore::quoteJson(value);
    addForm(quoted.substr(1, quoted.size() - 2), hidden);
}

void TextMask::addForm(const std::string& value, const Hidden& hidden)
{
    if (!m_values.emplace(value, hidden).second)
        return;
    m_canBegin[beginOf(value, 0)] = true;
    auto& alike = m_byHead[value.substr(0, kShortestInside)];
    alike.push_back(value);
    std::ranges::stable_sort(
        alike, [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
}

std::string TextMask::masked(const std::string& text, MaskCounts& counts)
{
    return maskAny(text, true, 0, counts);
}

std::string TextMask::maskedButNumbers(const std::string& text, MaskCounts& counts)
{
    return maskAny(text, false, 0, counts);
}

std::string
TextMask::maskAny(const std::string& text, bool hidesNumbers, int depth, MaskCounts& counts)
{
    if (text.empty())
        return text;
    // A value that is itself JSON, as the whole result of a tool.
    if (const auto whole = m_values.find(text); whole != m_values.end()) {
        ++counts[whole->second.rule];
        return whole->second.placeholder;
    }
    if (depth < kMaxNesting && looksLikeJson(text)) {
        if (json::accept(text))
            return maskJson(text, hidesNumbers, depth, counts);
        if (text.find('\n') != std::string::npos)
            return maskLines(text, hidesNumbers, depth, counts);
    } else if (depth < kMaxNesting && text.find("\ndata: ") != std::string::npos) {
        return maskLines(text, hidesNumbers, depth, counts);
    }
    return maskPlain(text, counts);
}

/// JSON Lines, and streams of events.
std::string
TextMask::maskLines(const std::string& text, bool hidesNumbers, int depth, MaskCounts& counts)
{
    constexpr std::string_view kData = "data: ";
    std::string clean;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string line = text.substr(at, end - at);
        if (line.starts_with(kData)) {
            clean += kData;
            line.erase(0, kData.size());
        }
        clean += maskAny(line, hidesNumbers, depth + 1, counts);
        if (end < text.size())
            clean += '\n';
        at = end + 1;
    }
    // What goes over several lines: a private key.
    return maskPlain(std::move(clean), counts);
}

std::string
TextMask::maskJson(std::string_view text, bool hidesNumbers, int depth, MaskCounts& counts)
{
    std::string clean;
    clean.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '"') {
            const std::size_t end = stringEnd(text, at);
            clean += maskString(text.substr(at, end - at), depth, counts);
            at = end;
        } else if (hidesNumbers && (c == '-' || (c >= '0' && c <= '9'))) {
            const std::size_t end = scalarEnd(text, at);
            const std::string number(text.substr(at, end - at));
            const auto hidden = m_numbers.find(number);
            if (hidden == m_numbers.end()) {
                clean += number;
            } else {
                ++counts[hidden->second.rule];
                clean += tracestore::quoteJson(hidden->second.placeholder);
            }
            at = end;
        } else {
            clean += c;
            ++at;
        }
    }
    return clean;
}

/// A string of JSON with its quotes.
std::string TextMask::maskString(std::string_view raw, int depth, MaskCounts& counts)
{
    std::string value(raw.substr(1, raw.size() - 2));
    if (value.find('\\') != std::string::npos) {
        const auto read = tracestore::parseJson(raw);
        if (read && read->is_string())
            value = read->get<std::string>();
    }
    if (const auto whole = m_whole.find(value); whole != m_whole.end()) {
        ++counts[whole->second.rule];
        return tracestore::quoteJson(whole->second.placeholder);
    }
    const std::string clean = maskAny(value, true, depth + 1, counts);
    // What has not changed stays as it was written, byte by byte.
    return clean == value ? std::string(raw) : tracestore::quoteJson(clean);
}

std::string TextMask::maskPlain(std::string text, MaskCounts& counts)
{
    text = maskValues(text, counts);
    for (const MaskRule& rule : m_rules) {
        if (!rule.pattern)
            continue;
        std::string clean;
        std::string_view rest = text;
        while (const auto match = rule.pattern->find(rest)) {
            if (match->length == 0)
                break;
            const std::string value(rest.substr(match->offset, match->length));
            clean.append(rest.substr(0, match->offset))
                .append(numberedFor(rule, value)->placeholder);
            ++counts[rule.written];
            rest.remove_prefix(match->offset + match->length);
        }
        if (!clean.empty())
            text = clean.append(rest);
    }
    if (!m_hidesKeys)
        return text;
    const auto keys = tracestore::findKeys(text);
    std::string clean;
    std::size_t copied = 0;
    for (const tracestore::KeyMatch& key : keys) {
        clean.append(text, copied, key.position - copied);
        clean.append(SecretCover::placeholder(key.kind));
        copied = key.position + key.length;
        ++counts[std::string(key.kind)];
    }
    return keys.empty() ? text : clean.append(text, copied);
}

const std::string* TextMask::valueAt(std::string_view text, std::size_t at) const
{
    const auto alike = m_byHead.find(std::string(text.substr(at, kShortestInside)));
    if (alike == m_byHead.end())
        return nullptr;
    for (const std::string& value : alike->second) {
        if (text.compare(at, value.size(), value) != 0)
            continue;
        const std::size_t end = at + value.size();
        const bool isInWord = (at > 0 && isWordByte(text[at - 1]) && isWordByte(value.front()))
            || (end < text.size() && isWordByte(text[end]) && isWordByte(value.back()));
        if (value.size() >= kUnmistakable || !isInWord)
            return &value;
    }
    return nullptr;
}

std::string TextMask::maskValues(const std::string& text, MaskCounts& counts)
{
    if (m_byHead.empty() || text.size() < kShortestInside)
        return text;
    std::string clean;
    std::size_t copied = 0;
    for (std::size_t at = 0; at + kShortestInside <= text.size();) {
        const std::string* const value
            = m_canBegin[beginOf(text, at)] ? valueAt(text, at) : nullptr;
        if (value == nullptr) {
            ++at;
            continue;
        }
        const Hidden& hidden = m_values.at(*value);
        ++counts[hidden.rule];
        clean.append(text, copied, at - copied).append(hidden.placeholder);
        at += value->size();
        copied = at;
    }
    return copied == 0 ? text : clean.append(text, copied);
}

} // namespace engine
