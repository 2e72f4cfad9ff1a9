#pragma once

#include "tracestore/base/result.h"
#include "tracestore/import/otel/otel_span.h"

namespace tracestore {

/// Reads the records of one container of spans. What it gave is valid until the next call of the
/// same function. One thread.
class SpanDecoder
{
public:
    SpanDecoder() = default;
    SpanDecoder(const SpanDecoder&) = delete;
    SpanDecoder& operator=(const SpanDecoder&) = delete;
    virtual ~SpanDecoder() = default;

    /// `isPadded`: 64 bytes behind the text can be read. Fails with Invalid or Limit.
    virtual Result<OtelSpan> span(std::string_view json, bool isPadded) = 0;

    /// A log record, where the container has such.
    virtual Result<OtelLog> log(std::string_view json, bool isPadded)
    {
        static_cast<void>(json);
        static_cast<void>(isPadded);
        return fail(ErrorCode::Unsupported, "There are no log records in this format.");
    }

    /// The last record was broken in a value, and was read all the same.
    [[nodiscard]] virtual bool wasRepaired() const = 0;
};

} // namespace tracestore
