#include "tracestore/base/json_writer.h"

#include "tracestore/base/ensure.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace tracestore {

JsonWriter& JsonWriter::beginObject()
{
    return open('{');
}

JsonWriter& JsonWriter::endObject()
{
    return close('}');
}

JsonWriter& JsonWriter::beginArray()
{
    return open('[');
}

JsonWriter& JsonWriter::endArray()
{
    return close(']');
}

JsonWriter& JsonWriter::key(std::string_view name)
{
    value(name);
    m_to += m_indent == 0 ? ":" : ": ";
    m_isAfterKey = true;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text)
{
    separate();
    m_to += '"';
    if (isValidUtf8(text))
        escape(text, false);
    else
        escape(toValidUtf8(text), false);
    m_to += '"';
    return *this;
}

JsonWriter& JsonWriter::value(double number)
{
    if (!std::isfinite(number))
        return null();
    char text[64];
    const auto written = std::to_chars(std::begin(text), std::end(text), number);
    return literal({text, written.ptr});
}

JsonWriter& JsonWriter::null()
{
    return literal("null");
}

JsonWriter& JsonWriter::json(std::string_view text)
{
    return parseJson(text) ? ownJson(toValidUtf8(text)) : value(text);
}

JsonWriter& JsonWriter::ownJson(std::string_view text)
{
    separate();
    escape(text, true);
    return *this;
}

JsonWriter& JsonWriter::literal(std::string_view text)
{
    separate();
    m_to += text;
    return *this;
}

JsonWriter& JsonWriter::open(char bracket)
{
    separate();
    m_to += bracket;
    m_hasElements.push_back(false);
    return *this;
}

JsonWriter& JsonWriter::close(char bracket)
{
    ENSURE(!m_hasElements.empty());
    const bool hadElements = m_hasElements.back();
    m_hasElements.pop_back();
    if (hadElements)
        breakLine();
    m_to += bracket;
    return *this;
}

void JsonWriter::separate()
{
    if (m_isAfterKey) {
        m_isAfterKey = false;
        return;
    }
    if (m_hasElements.empty())
        return;
    if (m_hasElements.back())
        m_to += ',';
    m_hasElements.back() = true;
    breakLine();
}

void JsonWriter::breakLine()
{
    if (m_indent == 0)
        return;
    m_to += '\n';
    m_to.append(m_indent * m_hasElements.size(), ' ');
}

void JsonWriter::escape(std::string_view text, bool isJson)
{
    const auto isPlain
        = [isJson](char c) { return c >= 0x20 && c < 0x7F && (isJson || (c != '"' && c != '\\')); };
    while (!text.empty()) {
        const auto plainEnd = std::find_if_not(text.begin(), text.end(), isPlain);
        const auto plain = static_cast<std::size_t>(plainEnd - text.begin());
        m_to += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty())
            return;
        if (!isJson && (text.front() == '"' || text.front() == '\\')) {
            m_to.append(1, '\\').append(1, text.front());
            text.remove_prefix(1);
            continue;
        }
        if (const auto unsafe = unsafeCharAtFront(text)) {
            text.remove_prefix(unsafe->length);
            // In valid JSON raw control characters are white space between its tokens.
            if (isJson && unsafe->code < 0x20) {
                m_to += ' ';
                continue;
            }
            char escaped[8];
            std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(unsafe->code));
            m_to += unsafe->code == u'\n' ? "\\n" : unsafe->code == u'\t' ? "\\t" : escaped;
            continue;
        }
        m_to += text.front();
        text.remove_prefix(1);
    }
}

} // namespace tracestore
