#pragma once

#include "tracestore/store/byte_sink.h"
#include "tracestore/store/file_replacement.h"

#include <memory>

namespace tracestore {

/// Writes a file as a whole or not at all: a FileReplacement for those who write bytes one after
/// another.
class FileSink : public ByteSink
{
public:
    /// Fails with Io or Denied where no file can be made there, with Unsupported where the name is
    /// that of a folder or device. A link is followed: what it points to is replaced.
    static Result<std::unique_ptr<FileSink>> create(const std::filesystem::path& path);

    Result<void> write(std::string_view bytes) override { return m_file.write(bytes); }

    /// Makes the bytes safe on the disk and gives them their name. Nothing is written after it.
    Result<void> commit() { return m_file.commit(); }

private:
    explicit FileSink(FileReplacement file)
        : m_file(std::move(file))
    { }

    FileReplacement m_file;
};

} // namespace tracestore
