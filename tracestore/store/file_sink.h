#pragma once

#include "tracestore/store/byte_sink.h"

#include <filesystem>
#include <memory>

namespace tracestore {

/// Writes a file as a whole or not at all: the bytes go to a temporary file in the same folder,
/// which takes the name with commit(). Without it the temporary file goes with this object, and
/// what stood under the name stays. A new file is readable by its owner only; one that is replaced
/// hands on its permissions.
class FileSink : public ByteSink
{
public:
    /// Fails with Io or Denied where no file can be made there, with Unsupported where the name is
    /// that of a folder or device. A link is followed: what it points to is replaced.
    static Result<std::unique_ptr<FileSink>> create(const std::filesystem::path& path);

    ~FileSink() override;

    Result<void> write(std::string_view bytes) override;

    /// Makes the bytes safe on the disk and gives them their name. Nothing is written after it.
    Result<void> commit();

private:
    FileSink(std::filesystem::path path, std::string temporary, int file);

    [[nodiscard]] Failure failWriting() const;

    std::filesystem::path m_path;
    std::string m_temporary; ///< empty once it has its name
    int m_file;
};

} // namespace tracestore
