#pragma once

#include "tracestore/model/message.h"

#include <memory>

namespace tracestore {

class ByteSource;

/// Where the payloads of a trace lie: the foreign file it was imported from, or a .kymo file. Any
/// thread may ask; each call reads and decodes anew, so ask off the GUI thread.
class PayloadSource
{
public:
    PayloadSource() = default;
    PayloadSource(const PayloadSource&) = delete;
    PayloadSource& operator=(const PayloadSource&) = delete;
    virtual ~PayloadSource() = default;

    /// The payloads of a span. Fails with Io or NotFound where the file has gone or changed since.
    [[nodiscard]] virtual Result<SpanDetail> detail(SpanId span) const = 0;

    /// The source's records for a span as they came, one after another with a line feed between.
    [[nodiscard]] virtual Result<std::string> raw(SpanId span) const = 0;

    /// One of the trace's files, for those who read through all of it: the raw places of the spans
    /// are places in it. Null where the payloads do not lie in such a file.
    [[nodiscard]] virtual std::shared_ptr<const ByteSource> file(FileId file) const
    {
        static_cast<void>(file);
        return nullptr;
    }
};

} // namespace tracestore
