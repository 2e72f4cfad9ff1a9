#include "tracestore/base/json_scan.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tracestore {
namespace {

    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

    constexpr std::array<bool, 256> tableOf(std::string_view bytes)
    {
        std::array<bool, 256> table {};
        for (const char c : bytes)
            table[static_cast<unsigned char>(c)] = true;
        return table;
    }

    // NUL and RS pad and part documents in some logs.
    constexpr auto kIsBlank = tableOf({" \t\r\n\0\x1E", 6});
    constexpr auto kIsStructure = tableOf("\"{}[]");
    constexpr auto kEndsOther = tableOf({" \t\r\n\0,:\"{}[]", 12});

    bool in(const std::array<bool, 256>& table, char c)
    {
        return table[static_cast<unsigned char>(c)];
    }

    std::size_t firstNonBlank(std::string_view text, std::size_t at)
    {
        while (at < text.size() && in(kIsBlank, text[at]))
            ++at;
        return at;
    }

    bool isOpening(char c)
    {
        return c == '{' || c == '[';
    }

    /// Whether a line stops where a document has to go on.
    bool endsOpen(std::string_view line)
    {
        const std::size_t last = line.find_last_not_of(" \t\r");
        return last != std::string_view::npos
            && std::string_view("{[,:").find(line[last]) != std::string_view::npos;
    }

    /// The text of the first key of the object that begins at a place, as far as one is there.
    std::string_view firstKey(std::string_view text, std::size_t at)
    {
        constexpr std::size_t kMaxKey = 64;
        const std::size_t start = firstNonBlank(text, at + 1);
        if (start >= text.size() || text[start] != '"')
            return {};
        const std::string_view key = text.substr(start + 1, kMaxKey);
        return key.substr(0, key.find('"'));
    }

    /// How many arrays and how many objects are open.
    using OpenCounts = std::array<std::size_t, 2>;

    /// Takes the innermost level of a sort off, and those within it.
    void closeInnermost(std::vector<bool>& levels, OpenCounts& open, bool isObject)
    {
        for (;;) {
            const bool isClosed = levels.back();
            levels.pop_back();
            --open.at(isClosed);
            if (isClosed == isObject)
                return;
        }
    }

} // namespace

std::string_view messageOf(JsonFault fault)
{
    switch (fault) {
    case JsonFault::Cut:
        return "A document ends in the middle; what stands before the cut is shown.";
    case JsonFault::Bracket:
        return "A bracket is missing or too much; what is around it may be incomplete.";
    case JsonFault::Member:
        return "A member of an object is not of the form \"key\": value and was passed over.";
    case JsonFault::NoDocument:
        return "Text that is not a JSON object was passed over.";
    }
    return {};
}

JsonScan::JsonScan(std::string_view text, OnDamage onDamage)
    : m_text(text)
    , m_onDamage(std::move(onDamage))
{ }

JsonScan JsonScan::lookAhead() const
{
    JsonScan ahead = *this;
    ahead.m_onDamage = [](const JsonDamage&) {};
    return ahead;
}

bool JsonScan::nextDocument()
{
    if (m_hasValue)
        skipValue();
    while (!m_levels.empty())
        next();
    m_key = {};
    for (;;) {
        m_at = firstNonBlank(m_text, m_at);
        if (m_text.substr(m_at).starts_with(kByteOrderMark)) {
            m_at += kByteOrderMark.size();
        } else if (m_at < m_text.size() && m_text[m_at] == ',') {
            ++m_at;
        } else if (m_at >= m_text.size()) {
            return false;
        } else if (isOpening(m_text[m_at])) {
            startDocument();
            return true;
        } else {
            skipJunk();
        }
    }
}

void JsonScan::startDocument()
{
    m_isCut = false;
    m_isCutReported = false;
    m_end = documentEnd();
    beginValue();
}

/// Passes over lines until one begins with a document.
void JsonScan::skipJunk()
{
    report(JsonFault::NoDocument, m_at);
    while (m_at < m_text.size()) {
        const std::size_t lineEnd = m_text.find('\n', m_at);
        m_at = lineEnd == std::string_view::npos ? m_text.size() : lineEnd + 1;
        m_at = firstNonBlank(m_text, m_at);
        if (m_at < m_text.size() && isOpening(m_text[m_at]))
            return;
    }
}

/// The end of the line where the next line begins a document as well: then this is a document a
/// line, and one that was cut off does not swallow the rest. Else the end of the text. Some write
/// the elements of one document a line each; those begin with another key.
std::size_t JsonScan::documentEnd()
{
    if (m_at >= m_lineEnd) // else another document of the same line
        m_lineEnd = std::min(m_text.find('\n', m_at), m_text.size());
    if (m_lineEnd == m_text.size() || m_lineEnd == m_at + 1)
        return m_text.size();
    const std::size_t next = m_text.find_first_not_of("\r\n", m_lineEnd);
    if (next >= m_text.size() || m_text[next] != m_text[m_at])
        return m_text.size();
    const bool isOpen = endsOpen(m_text.substr(m_at, m_lineEnd - m_at));
    const bool isAlike = m_text[m_at] == '{' && firstKey(m_text, m_at) == firstKey(m_text, next);
    return !isOpen || isAlike ? m_lineEnd : m_text.size();
}

JsonScan::Type JsonScan::type() const
{
    switch (m_text[m_valueStart]) {
    case '{':
        return Type::Object;
    case '[':
        return Type::Array;
    case '"':
        return Type::String;
    default:
        return Type::Other;
    }
}

bool JsonScan::enter()
{
    if (!m_hasValue || !isOpening(m_text[m_valueStart]))
        return false;
    m_levels.push_back(m_text[m_valueStart] == '{');
    m_hasValue = false;
    ++m_at;
    return true;
}

bool JsonScan::next()
{
    if (m_hasValue)
        skipValue();
    if (m_levels.empty())
        return false;
    m_key = {};
    while (skipBlanks()) {
        const char c = m_text[m_at];
        if (c == '}' || c == ']') {
            if (closesLevel(c))
                return false;
        } else if (!m_levels.back() || readKey()) {
            beginValue();
            return true;
        }
    }
    reportCut();
    m_levels.pop_back();
    return false;
}

/// Passes over blanks and commas; false at the end of the document.
bool JsonScan::skipBlanks()
{
    while (m_at < m_end && (in(kIsBlank, m_text[m_at]) || m_text[m_at] == ','))
        ++m_at;
    return m_at < m_end;
}

bool JsonScan::closesLevel(char bracket)
{
    if ((bracket == '}') == m_levels.back()) {
        ++m_at;
        m_levels.pop_back();
        return true;
    }
    report(JsonFault::Bracket, m_at);
    if (isStray(bracket)) {
        ++m_at;
        return false;
    }
    m_levels.pop_back(); // its own bracket is missing; this one closes an outer level
    return true;
}

/// Whether a bracket closes nothing that is open, or is followed by a sibling all the same.
bool JsonScan::isStray(char bracket) const
{
    const bool isObject = bracket == '}';
    if (std::ranges::find(m_levels, isObject) == m_levels.end())
        return true;
    const std::size_t comma = firstNonBlank(m_text, m_at + 1);
    if (comma >= m_end || m_text[comma] != ',')
        return false;
    const std::size_t sibling = firstNonBlank(m_text, comma + 1);
    return sibling < m_end && m_text[sibling] == (m_levels.back() ? '"' : '{');
}

bool JsonScan::readKey()
{
    const std::size_t start = m_at;
    if (m_text[m_at] != '"') {
        report(JsonFault::Member, m_at);
        skipBadMember();
        return false;
    }
    if (!skipString())
        return false;
    m_key = m_text.substr(start + 1, m_at - start - 2);
    const std::size_t colon = firstNonBlank(m_text, m_at);
    if (colon >= m_end) {
        m_at = m_end;
        return false;
    }
    const std::size_t value = firstNonBlank(m_text, colon + 1);
    if (m_text[colon] == ':' && value < m_end && m_text[value] != ',' && m_text[value] != '}'
        && m_text[value] != ']') {
        m_at = value;
        return true;
    }
    if (m_text[colon] == ':' && value >= m_end) {
        m_at = m_end;
        return false;
    }
    report(JsonFault::Member, start);
    m_at = m_text[colon] == ':' ? value : colon;
    return false;
}

void JsonScan::skipBadMember()
{
    if (isOpening(m_text[m_at])) {
        skipContainer();
        return;
    }
    skipOther();
    if (m_at < m_end && m_text[m_at] == ':')
        ++m_at;
}

void JsonScan::beginValue()
{
    m_valueStart = m_at;
    m_hasValue = true;
}

std::optional<std::string_view> JsonScan::take()
{
    if (!m_hasValue)
        return {};
    m_isCut = false;
    skipValue();
    if (m_isCut)
        return {};
    return m_text.substr(m_valueStart, m_at - m_valueStart);
}

void JsonScan::skipValue()
{
    m_hasValue = false;
    switch (type()) {
    case Type::Object:
    case Type::Array:
        skipContainer();
        break;
    case Type::String:
        skipString();
        break;
    case Type::Other:
        skipOther();
        break;
    }
}

/// A closing bracket closes the innermost open one of its sort, with all that was opened since: so
/// a missing bracket costs the value it is missing in, not its siblings.
void JsonScan::skipContainer()
{
    m_skipped.clear();
    OpenCounts open {};
    while (m_at < m_end) {
        const char c = m_text[m_at];
        const bool isObject = c == '{' || c == '}';
        if (!in(kIsStructure, c)) {
            ++m_at;
        } else if (c == '"') {
            skipString();
        } else if (isOpening(c)) {
            m_skipped.push_back(isObject);
            ++open.at(isObject);
            ++m_at;
        } else if (open.at(isObject) == 0) {
            report(JsonFault::Bracket, m_at);
            return; // of an outer level
        } else {
            closeInnermost(m_skipped, open, isObject);
            ++m_at;
            if (m_skipped.empty())
                return;
        }
    }
    reportCut();
}

bool JsonScan::skipString()
{
    const std::size_t start = m_at++;
    for (;;) {
        const std::size_t quote = m_text.substr(0, m_end).find('"', m_at);
        if (quote == std::string_view::npos) {
            m_at = m_end;
            reportCut();
            return false;
        }
        std::size_t slashes = quote;
        while (slashes > start + 1 && m_text[slashes - 1] == '\\')
            --slashes;
        m_at = quote + 1;
        if ((quote - slashes) % 2 == 0)
            return true;
    }
}

/// Always makes progress, also where nothing of JSON stands.
void JsonScan::skipOther()
{
    do {
        ++m_at;
    } while (m_at < m_end && !in(kEndsOther, m_text[m_at]));
    // A number or word that touches the end may go on in what was cut off.
    if (m_at >= m_end && !m_levels.empty())
        reportCut();
}

void JsonScan::report(JsonFault fault, std::size_t offset)
{
    m_onDamage({fault, offset});
}

void JsonScan::reportCut()
{
    m_isCut = true;
    if (!std::exchange(m_isCutReported, true))
        report(JsonFault::Cut, m_end);
}

std::size_t LineCounter::lineAt(std::size_t offset)
{
    offset = std::min(offset, m_text.size());
    if (offset < m_offset) {
        m_offset = 0;
        m_line = 1;
    }
    m_line += static_cast<std::size_t>(
        std::count(m_text.begin() + static_cast<std::ptrdiff_t>(m_offset),
                   m_text.begin() + static_cast<std::ptrdiff_t>(offset),
                   '\n'));
    m_offset = offset;
    return m_line;
}

} // namespace tracestore
