#pragma once

#include "tracestore/import/importer.h"
#include "tracestore/import/otel/otlp_reader.h"

namespace tracestore {

/// Reads the lines that begin in a stretch of a file. It keeps its memory for the next stretch.
/// One thread.
class OtlpWindow
{
public:
    static constexpr std::uint64_t kSize = std::uint64_t {1} << 20U;

    OtlpWindow();

    /// Reads what begins from `from` up to `from` + kSize, to the end of its last line. Lines that
    /// are not requests in order are named in the batch. Fails with Io.
    Result<void> read(const ImportFile& file, std::uint64_t from);

    OtelBatch& batch() { return m_batch; }

private:
    Result<std::string_view>
    load(const ByteSource& bytes, std::uint64_t from, std::uint64_t& textOffset);
    Result<void> extend(const ByteSource& bytes, std::uint64_t offset, std::size_t& size);
    void walk(std::string_view text, FileId file, std::uint64_t offset);
    void walkLines(std::string_view text, FileId file, std::uint64_t offset);
    void reserve(std::size_t size, std::size_t used);
    void addHardLine(std::uint64_t offset, std::uint64_t length);

    std::unique_ptr<char[]> m_bytes;
    std::size_t m_room = 0;
    JsonTokens m_tokens;
    OtelBatch m_batch;
    OtlpReader m_reader;
};

} // namespace tracestore
