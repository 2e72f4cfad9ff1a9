#include "tracestore/import/otel/otlp_reader.h"

#include "tracestore/import/gen_ai/gen_ai_names.h"

#include <algorithm>
#include <charconv>

namespace tracestore {
namespace {

    /// Members of a span that may come once.
    enum Member : unsigned
    {
        TraceId,
        SpanIdentity,
        ParentId,
        TraceState,
        Name,
        Kind,
        Start,
        End,
        Status,
        AttributeList,
        Events,
        StatusCode,
        StatusMessage,
    };

    constexpr int kKinds = 6;
    constexpr int kStatuses = 3;

    bool isEscaped(std::string_view raw)
    {
        return raw.find('\\') != std::string_view::npos;
    }

    template<class T>
    std::optional<T> numberOf(std::string_view text)
    {
        T value {};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size())
            return {};
        return value;
    }

} // namespace

OtlpReader::OtlpReader(JsonTokens& tokens, OtelBatch& batch)
    : m_tokens(tokens)
    , m_batch(batch)
{ }

void OtlpReader::start(std::string_view text, FileId file, std::uint64_t offset)
{
    m_text = text;
    m_file = file;
    m_offset = offset;
}

/// Only documents of spans and nothing else that could be meant as records.
bool OtlpReader::request(JsonCursor& cursor)
{
    const std::size_t rows = m_batch.rows.size();
    bool hasSpans = false;
    const bool isRead = cursor.members([&](std::string_view key) {
        if (key != "resourceSpans" || hasSpans)
            return false;
        hasSpans = true;
        return cursor.elements([&] { return resource(cursor); });
    });
    if (isRead && hasSpans)
        return true;
    dropFrom(rows);
    return false;
}

void OtlpReader::dropFrom(std::size_t row)
{
    m_batch.rows.resize(std::min(row, m_batch.rows.size()));
    std::erase_if(m_batch.repaired, [&](std::size_t one) { return one >= row; });
}

/// A resource may stand behind what it is the resource of; then it is looked for first.
bool OtlpReader::resource(JsonCursor& cursor)
{
    std::string_view resourceJson;
    bool hasResource = false;
    return cursor.members([&](std::string_view key) {
        if (key == "resource") {
            const auto found = json(cursor);
            const bool isLate = hasResource || !found;
            hasResource = true;
            if (found)
                resourceJson = *found;
            return !isLate;
        }
        if (key == "schemaUrl")
            return cursor.skip();
        if (key != "scopeSpans")
            return false;
        if (!hasResource) {
            JsonCursor ahead = cursor;
            if (!ahead.skip() || ahead.peek() != '}')
                return false; // a rare order: not worth a way of its own
            hasResource = true;
        }
        return cursor.elements([&] { return scope(cursor, resourceJson); });
    });
}

bool OtlpReader::scope(JsonCursor& cursor, std::string_view resourceJson)
{
    std::string_view scopeJson;
    bool hasSpans = false;
    return cursor.members([&](std::string_view key) {
        if (key == "scope") {
            const auto found = json(cursor);
            if (!found || hasSpans || !scopeJson.empty())
                return false;
            scopeJson = *found;
            return true;
        }
        if (key == "schemaUrl")
            return cursor.skip();
        if (key != "spans" || hasSpans)
            return false;
        hasSpans = true;
        m_scope = scopeOf(resourceJson, scopeJson);
        return spans(cursor);
    });
}

bool OtlpReader::spans(JsonCursor& cursor)
{
    return cursor.elements([&] {
        if (!recordOf(cursor))
            return false;
        m_flush();
        return true;
    });
}

std::optional<std::string_view> OtlpReader::json(JsonCursor& cursor) const
{
    const std::size_t start = cursor.offset();
    if (cursor.peek() != '{' || !cursor.skip())
        return {};
    return m_text.substr(start, cursor.endOfBracket() - start);
}

std::uint32_t OtlpReader::scopeOf(std::string_view resourceJson, std::string_view scopeJson)
{
    const auto known = std::ranges::find_if(m_batch.scopes, [&](const OtelBatch::Scope& scope) {
        return scope.resourceJson == resourceJson && scope.scopeJson == scopeJson;
    });
    if (known != m_batch.scopes.end())
        return static_cast<std::uint32_t>(known - m_batch.scopes.begin());
    OtelBatch::Scope scope {std::string(resourceJson), std::string(scopeJson), {}};
    if (!scopeJson.empty()) {
        if (auto read = m_decoder.scope(scopeJson, false))
            scope.scope = std::move(*read);
    }
    m_batch.scopes.push_back(std::move(scope));
    return static_cast<std::uint32_t>(m_batch.scopes.size() - 1);
}

bool OtlpReader::recordOf(JsonCursor& cursor)
{
    const std::size_t start = cursor.offset();
    const JsonCursor before = cursor;
    m_tokens.forgetTexts();
    if (span(cursor)) {
        addRow(m_span, start, cursor.endOfBracket());
        return true;
    }
    cursor = before;
    return oddSpan(cursor, start);
}

/// What is not as it should be inside a span whose brackets are in order.
bool OtlpReader::oddSpan(JsonCursor& cursor, std::size_t start)
{
    if (cursor.peek() != '{' || !cursor.skipBrackets())
        return false;
    const std::size_t end = cursor.endOfBracket();
    const auto read = m_decoder.span(m_text.substr(start, end - start), true);
    if (!read)
        return false;
    if (m_decoder.wasRepaired())
        m_batch.repaired.push_back(m_batch.rows.size());
    addRow(*read, start, end);
    return true;
}

void OtlpReader::addRow(const OtelSpan& span, std::size_t start, std::size_t end)
{
    OtelRow row = otelRowOf(span, m_batch.scopes[m_scope].scope, m_batch.strings);
    row.scope = m_scope;
    row.place = {m_file, m_offset + start, end - start};
    m_batch.rows.push_back(std::move(row));
}

bool OtlpReader::isTaken(JsonCursor& cursor, unsigned bit)
{
    if (cursor.isNull())
        return true;
    const bool isKnown = (m_taken >> bit & 1U) != 0;
    m_taken |= 1U << bit;
    return isKnown;
}

bool OtlpReader::span(JsonCursor& cursor)
{
    Attributes attributes = std::move(m_span.attributes);
    std::vector<GenAiEvent> events = std::move(m_span.events);
    attributes.clear();
    events.clear();
    m_span = OtelSpan();
    m_span.attributes = std::move(attributes);
    m_span.events = std::move(events);
    m_taken = 0;
    return cursor.members([&](std::string_view key) { return member(cursor, key); });
}

bool OtlpReader::member(JsonCursor& cursor, std::string_view key)
{
    const auto isNew = [&](unsigned bit) { return !isTaken(cursor, bit); };
    switch (key.empty() ? '\0' : key.front()) {
    case 't':
        if (key == "traceId" || key == "trace_id")
            return isNew(TraceId) ? text(cursor, m_span.traceId) : cursor.skip();
        break;
    case 's':
        if (key == "spanId" || key == "span_id")
            return isNew(SpanIdentity) ? text(cursor, m_span.spanId) : cursor.skip();
        if (key == "startTimeUnixNano" || key == "start_time_unix_nano")
            return isNew(Start) ? time(cursor, m_span.start) : cursor.skip();
        if (key == "status")
            return isNew(Status) ? status(cursor) : cursor.skip();
        break;
    case 'p':
        if (key == "parentSpanId" || key == "parent_span_id") {
            if (!isNew(ParentId))
                return cursor.skip();
            if (!text(cursor, m_span.parentSpanId))
                return false;
            m_span.parentSpanId = withoutZeroId(m_span.parentSpanId);
            return true;
        }
        break;
    case 'n':
        if (key == "name")
            return isNew(Name) ? text(cursor, m_span.name) : cursor.skip();
        break;
    case 'k':
        if (key == "kind") {
            int side = 0;
            if (!isNew(Kind))
                return cursor.skip();
            if (!enumeration(cursor, kKinds, side))
                return false;
            m_span.side = static_cast<CallSide>(side);
            return true;
        }
        break;
    case 'e':
        if (key == "endTimeUnixNano" || key == "end_time_unix_nano")
            return isNew(End) ? time(cursor, m_span.end) : cursor.skip();
        if (key == "events")
            return isNew(Events) ? events(cursor) : cursor.skip();
        break;
    case 'a':
        if (key == "attributes")
            return isNew(AttributeList) ? attributes(cursor, m_span.attributes) : cursor.skip();
        break;
    case 'l':
        if (key == "links") {
            // Few spans have some, and all of a link is kept.
            JsonCursor list = cursor;
            const bool isEmpty = list.elements([] { return false; });
            return (isEmpty || cursor.isNull()) && cursor.skip();
        }
        break;
    case 'd':
        if (key == "droppedAttributesCount" || key == "droppedEventsCount"
            || key == "droppedLinksCount")
            return dropped(cursor);
        break;
    default:
        break;
    }
    return !isEscaped(key) && cursor.skip();
}

bool OtlpReader::text(JsonCursor& cursor, std::string_view& to)
{
    std::string_view raw;
    if (!cursor.takeString(raw))
        return false;
    const auto decoded = m_tokens.decoded(raw);
    if (decoded)
        to = *decoded;
    return decoded.has_value();
}

bool OtlpReader::time(JsonCursor& cursor, OtelTime& to)
{
    std::string_view raw;
    JsonCursor ahead = cursor;
    // As nearly all write it: nanoseconds of this century as a text.
    if (ahead.takeString(raw) && raw.size() == 19 && raw.front() == '1') {
        std::uint64_t ns = 0;
        bool isNumber = true;
        for (const char c : raw) {
            isNumber = isNumber && c >= '0' && c <= '9';
            ns = ns * 10 + static_cast<std::uint64_t>(c - '0');
        }
        if (isNumber) {
            cursor = ahead;
            to = {Timestamp {static_cast<std::int64_t>(ns)}};
            return true;
        }
    }
    AttributeValue value;
    if (!plainValue(cursor, value))
        return false;
    to = otelTimeOf(value);
    return true;
}

bool OtlpReader::enumeration(JsonCursor& cursor, int count, int& to)
{
    std::string_view scalar;
    if (!cursor.takeScalar(scalar))
        return false; // a name: rare
    const auto number = numberOf<int>(scalar);
    if (!number)
        return false;
    to = *number >= 0 && *number < count ? *number : 0;
    return true;
}

bool OtlpReader::dropped(JsonCursor& cursor)
{
    std::string_view scalar;
    if (!cursor.takeScalar(scalar))
        return false;
    const auto number = numberOf<std::int64_t>(scalar);
    if (!number)
        return false;
    m_span.isIncomplete = m_span.isIncomplete || *number > 0;
    return true;
}

bool OtlpReader::status(JsonCursor& cursor)
{
    return cursor.members([&](std::string_view key) {
        if (key == "code" && !isTaken(cursor, StatusCode)) {
            int code = 0;
            if (!enumeration(cursor, kStatuses, code))
                return false;
            m_span.status = static_cast<OtelStatus>(code);
            return true;
        }
        if (key == "message" && !isTaken(cursor, StatusMessage))
            return text(cursor, m_span.statusMessage);
        return !isEscaped(key) && cursor.skip();
    });
}

bool OtlpReader::attributes(JsonCursor& cursor, Attributes& to)
{
    return cursor.elements([&] { return attribute(cursor, to); });
}

/// An attribute whose key comes first, as all producers write it. Those that are of no column are
/// left out, and of content nothing is kept but that it is there.
bool OtlpReader::attribute(JsonCursor& cursor, Attributes& to)
{
    const GenAiName* name = nullptr;
    bool hasKey = false;
    bool hasValue = false;
    return cursor.members([&](std::string_view key) {
        if (key == "key" && !hasKey && !hasValue) {
            std::string_view attributeKey;
            hasKey = true;
            if (!cursor.takeString(attributeKey))
                return false;
            name = genAiNameOf(attributeKey);
            return name != nullptr || !isEscaped(attributeKey);
        }
        if (key != "value" || !hasKey || hasValue)
            return false;
        hasValue = true;
        if (name == nullptr)
            return cursor.skip();
        AttributeValue value;
        if (!anyValue(cursor, isContent(name->field), value))
            return false;
        to.emplace_back(name->key, value);
        return true;
    });
}

bool OtlpReader::anyValue(JsonCursor& cursor, bool isContent, AttributeValue& to)
{
    bool hasType = false;
    return cursor.members([&](std::string_view type) {
        if (hasType)
            return false;
        hasType = true;
        if (type == "stringValue") {
            if (!isContent)
                return plainValue(cursor, to);
        } else if (type == "arrayValue" || type == "kvlistValue") {
            isContent = true;
        } else if (type == "intValue" && !isContent) {
            AttributeValue plain;
            if (!plainValue(cursor, plain))
                return false;
            const auto integer = plain.asInteger();
            to = integer ? AttributeValue::ofInteger(*integer) : plain;
            return true;
        }
        if (!isContent)
            return type.ends_with("Value") && plainValue(cursor, to);
        if (cursor.isNull())
            return false;
        to = AttributeValue::ofJson({});
        return cursor.skip();
    });
}

/// A text, number, or word.
bool OtlpReader::plainValue(JsonCursor& cursor, AttributeValue& to)
{
    if (cursor.peek() == '"') {
        std::string_view value;
        if (!text(cursor, value))
            return false;
        to = AttributeValue::ofText(value);
        return true;
    }
    std::string_view scalar;
    if (!cursor.takeScalar(scalar))
        return false;
    if (scalar == "true" || scalar == "false") {
        to = AttributeValue::ofBool(scalar == "true");
    } else if (const auto integer = numberOf<std::int64_t>(scalar)) {
        to = AttributeValue::ofInteger(*integer);
    } else if (const auto number = numberOf<double>(scalar)) {
        to = AttributeValue::ofNumber(*number);
    } else {
        return false;
    }
    return true;
}

bool OtlpReader::events(JsonCursor& cursor)
{
    return cursor.elements([&] { return event(cursor); });
}

bool OtlpReader::event(JsonCursor& cursor)
{
    GenAiEvent event;
    bool hasName = false;
    bool hasTime = false;
    bool hasAttributes = false;
    const bool isRead = cursor.members([&](std::string_view key) {
        if (key == "name" && !std::exchange(hasName, true))
            return text(cursor, event.name);
        if ((key == "timeUnixNano" || key == "time_unix_nano") && !std::exchange(hasTime, true)) {
            OtelTime when;
            if (!time(cursor, when))
                return false;
            event.time = when.time;
            return true;
        }
        if (key == "attributes" && !std::exchange(hasAttributes, true))
            return attributes(cursor, event.attributes);
        return key == "droppedAttributesCount" && cursor.skip();
    });
    if (isRead)
        m_span.events.push_back(std::move(event));
    return isRead;
}

} // namespace tracestore
