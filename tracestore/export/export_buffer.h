#pragma once

#include "tracestore/store/byte_sink.h"

#include <string>

namespace tracestore {

/// Collects text for a sink and hands it on in large pieces.
class ExportBuffer
{
public:
    static constexpr std::size_t kPiece = std::size_t {1} << 18U;

    explicit ExportBuffer(ByteSink& sink)
        : m_sink(sink)
    { }

    /// What was not handed on yet; append to it.
    [[nodiscard]] std::string& text() { return m_text; }

    Result<void> flushIfFull() { return m_text.size() < kPiece ? Result<void>() : flush(); }

    Result<void> flush()
    {
        auto written = m_sink.write(m_text);
        m_text.clear();
        return written;
    }

private:
    ByteSink& m_sink;
    std::string m_text;
};

} // namespace tracestore
