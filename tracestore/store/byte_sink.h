#pragma once

#include "tracestore/base/result.h"

#include <string>
#include <string_view>

namespace tracestore {

/// Takes bytes one after another. One thread.
class ByteSink
{
public:
    ByteSink() = default;
    ByteSink(const ByteSink&) = delete;
    ByteSink& operator=(const ByteSink&) = delete;
    virtual ~ByteSink() = default;

    /// Takes all the bytes or fails, with Io and a sentence for the user.
    virtual Result<void> write(std::string_view bytes) = 0;
};

/// Keeps the bytes in memory.
class StringSink : public ByteSink
{
public:
    Result<void> write(std::string_view bytes) override
    {
        m_bytes += bytes;
        return {};
    }

    [[nodiscard]] const std::string& bytes() const { return m_bytes; }

private:
    std::string m_bytes;
};

} // namespace tracestore
