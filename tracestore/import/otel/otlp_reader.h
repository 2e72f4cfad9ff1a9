#pragma once

#include "tracestore/base/json_tokens.h"
#include "tracestore/import/otel/otel_batch.h"
#include "tracestore/import/otel/otlp_decoder.h"

#include <functional>

namespace tracestore {

/// Reads export requests with spans off the tokens of a text, in one pass that decodes only what
/// becomes columns. It is strict: what is broken, odd or no span is left to OtlpOutline. One
/// thread.
class OtlpReader
{
public:
    /// Both outlive this. `isPadded` of the text that `tokens` have indexed holds.
    OtlpReader(JsonTokens& tokens, OtelBatch& batch);

    /// The text that was indexed, and where in the file it begins.
    void start(std::string_view text, FileId file, std::uint64_t offset);

    /// Reads the document at the cursor, which ends behind it. False where it is not one that this
    /// can read: nothing of it is in the batch then, and the cursor is anywhere. `flush` is called
    /// between spans, for who wants to take them early.
    template<class Flush>
    bool document(JsonCursor& cursor, Flush&& flush)
    {
        m_flush = std::ref(flush);
        return request(cursor);
    }

    /// Takes rows back out of the batch.
    void dropFrom(std::size_t row);

private:
    bool request(JsonCursor& cursor);
    bool resource(JsonCursor& cursor);
    bool scope(JsonCursor& cursor, std::string_view resourceJson);
    bool spans(JsonCursor& cursor);
    bool recordOf(JsonCursor& cursor);
    bool span(JsonCursor& cursor);
    bool member(JsonCursor& cursor, std::string_view key);
    bool status(JsonCursor& cursor);
    bool attributes(JsonCursor& cursor, Attributes& to);
    bool attribute(JsonCursor& cursor, Attributes& to);
    bool anyValue(JsonCursor& cursor, bool isContent, AttributeValue& to);
    bool plainValue(JsonCursor& cursor, AttributeValue& to);
    bool events(JsonCursor& cursor);
    bool event(JsonCursor& cursor);
    bool text(JsonCursor& cursor, std::string_view& to);
    bool time(JsonCursor& cursor, OtelTime& to);
    bool enumeration(JsonCursor& cursor, int count, int& to);
    bool dropped(JsonCursor& cursor);
    bool oddSpan(JsonCursor& cursor, std::size_t start);
    void addRow(const OtelSpan& span, std::size_t start, std::size_t end);
    std::optional<std::string_view> json(JsonCursor& cursor) const;
    std::uint32_t scopeOf(std::string_view resourceJson, std::string_view scopeJson);

    /// First come, first taken, as in any other reader of ours: a second member of a name is left.
    bool isTaken(JsonCursor& cursor, unsigned bit);

    JsonTokens& m_tokens;
    OtelBatch& m_batch;
    OtlpDecoder m_decoder; ///< for what is odd
    std::function<void()> m_flush;
    std::string_view m_text;
    FileId m_file;
    std::uint64_t m_offset = 0;
    std::uint32_t m_scope = 0;
    std::uint32_t m_taken = 0;
    OtelSpan m_span;
};

} // namespace tracestore
