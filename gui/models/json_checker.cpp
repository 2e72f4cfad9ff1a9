#include "gui/models/json_checker.h"

#include <algorithm>

namespace gui {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Failure;
using tracestore::Result;

namespace {

    /// Smaller containers are skipped as quickly as they are looked up.
    constexpr std::size_t kNoted = 256;

    bool isPlainChar(char c)
    {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || c == '-' || c == '+' || c == '.';
    }

} // namespace

Failure JsonChecker::invalid(std::string_view expected) const
{
    return fail(ErrorCode::Invalid,
                "This is not JSON: at byte " + std::to_string(m_at) + ", " + std::string(expected)
                    + " was expected.");
}

void JsonChecker::skipSpace()
{
    while (m_at < m_text.size()
           && (m_text[m_at] == ' ' || m_text[m_at] == '\n' || m_text[m_at] == '\t'
               || m_text[m_at] == '\r'))
        ++m_at;
}

bool JsonChecker::takeString()
{
    std::size_t at = m_at + 1;
    for (;;) {
        at = m_text.find_first_of("\\\"", at);
        if (at == std::string_view::npos)
            return false;
        if (m_text[at] == '"')
            break;
        at += 2;
    }
    m_at = at + 1;
    return true;
}

bool JsonChecker::takePlain()
{
    const std::size_t start = m_at;
    while (m_at < m_text.size() && isPlainChar(m_text[m_at]))
        ++m_at;
    const std::string_view word = m_text.substr(start, m_at - start);
    if (word == "true" || word == "false" || word == "null")
        return true;
    const std::size_t digit = !word.empty() && word.front() == '-' ? 1 : 0;
    const bool isNumber = word.size() > digit && word[digit] >= '0' && word[digit] <= '9'
        && word.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
    if (!isNumber)
        m_at = start;
    return isNumber;
}

Result<void> JsonChecker::takeKey()
{
    skipSpace();
    if (m_at >= m_text.size() || m_text[m_at] != '"' || !takeString())
        return invalid("a key in quotes");
    skipSpace();
    if (m_at >= m_text.size() || m_text[m_at] != ':')
        return invalid("a colon");
    ++m_at;
    return {};
}

void JsonChecker::close()
{
    const Open open = m_open.back();
    m_open.pop_back();
    ++m_at;
    if (m_at - open.start > kNoted)
        m_document.m_containers.push_back({open.start, m_at, open.count});
}

Result<void> JsonChecker::takeValue()
{
    skipSpace();
    if (!m_open.empty())
        ++m_open.back().count;
    if (m_at >= m_text.size())
        return invalid("a value");
    const char c = m_text[m_at];
    if (c == '"')
        return takeString() ? takeBetween() : invalid("the end of a string that begins here");
    if (c != '{' && c != '[')
        return takePlain() ? takeBetween() : invalid("a value");
    if (m_open.size() == JsonDocument::kMaxDepth)
        return fail(ErrorCode::Limit, "This JSON is nested more than a million levels deep.");
    m_open.push_back({m_at++, 0});
    skipSpace();
    if (m_at < m_text.size() && m_text[m_at] == (c == '{' ? '}' : ']')) {
        close();
        return takeBetween();
    }
    return c == '{' ? takeKey() : Result<void>();
}

Result<void> JsonChecker::takeBetween()
{
    for (;;) {
        skipSpace();
        if (m_open.empty()) {
            m_isDone = true;
            return m_at == m_text.size() ? Result<void>() : invalid("the end");
        }
        const bool isObject = m_text[m_open.back().start] == '{';
        const char c = m_at < m_text.size() ? m_text[m_at] : '\0';
        if (c == ',') {
            ++m_at;
            return isObject ? takeKey() : Result<void>();
        }
        if (c != (isObject ? '}' : ']'))
            return invalid(isObject ? "a comma or }" : "a comma or ]");
        close();
    }
}

Result<void> JsonChecker::check()
{
    skipSpace();
    m_document.m_root = m_at;
    while (!m_isDone) {
        if (Result<void> taken = takeValue(); !taken)
            return taken;
    }
    std::ranges::sort(m_document.m_containers, {}, &JsonDocument::Container::start);
    return {};
}

} // namespace gui
