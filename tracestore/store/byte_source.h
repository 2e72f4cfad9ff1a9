#pragma once

#include "tracestore/base/job.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace tracestore {

/// Bytes in memory with 64 readable zero bytes behind them, as the JSON parser wants.
class PaddedBytes
{
public:
    static constexpr std::size_t kPadding = 64;

    PaddedBytes() = default;
    explicit PaddedBytes(std::string_view copied);

    /// Uninitialised but for the padding; fill through data().
    static PaddedBytes ofSize(std::size_t size);

    [[nodiscard]] char* data() { return m_bytes.get(); }

    [[nodiscard]] std::string_view view() const { return {m_bytes.get(), m_size}; }

private:
    std::unique_ptr<char[]> m_bytes;
    std::size_t m_size = 0;
};

/// Random access to the content of a foreign file, which is never written: the file itself, or an
/// unpacked copy (gzip, zstd, zip, standard input) in a private file that nobody else sees and that
/// goes with this object. Offsets are those of the unpacked content; that of a zip archive is one
/// text of its entries (ZipText). Any thread may read.
class ByteSource
{
public:
    /// More than this is not unpacked or read from a pipe.
    static constexpr std::uint64_t kMaxUnpacked = std::uint64_t {4} << 30U;

    /// Opens a regular file; `-` is standard input. Fails with NotFound, Denied, Io, Unsupported
    /// (a folder, a device, a pipe with a name), Limit (unpacks to too much), Corrupt (packed, and
    /// nothing could be unpacked), Cancelled.
    static Result<std::shared_ptr<const ByteSource>> open(const std::filesystem::path& path,
                                                          Job& job);

    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;
    ~ByteSource();

    [[nodiscard]] const std::string& name() const { return m_name; }

    [[nodiscard]] std::uint64_t size() const { return m_size; }

    /// Empty, or why the packed content ends early: what could be unpacked is there.
    [[nodiscard]] const std::string& damage() const { return m_damage; }

    /// A stretch of the content. Fails with NotFound or Io where the file has gone or changed since
    /// it was opened.
    [[nodiscard]] Result<std::string> read(std::uint64_t offset, std::uint64_t length) const;

    /// The same into memory of the caller, who reads through much.
    Result<void> readTo(char* to, std::uint64_t offset, std::uint64_t length) const;

    /// The whole content, in a copy that stays true whatever happens to the file.
    [[nodiscard]] Result<PaddedBytes> load(Job& job) const;

    /// Reads a stretch into memory of the caller's; for who goes over all of it and keeps nothing.
    /// Unlike read() it does not look whether the file has changed, but fails where it is shorter.
    Result<void> readInto(char* to, std::uint64_t offset, std::uint64_t length) const;

private:
    ByteSource(std::string name, int file);

    [[nodiscard]] Result<void> checkUnchanged() const;
    [[nodiscard]] std::string tail() const;
    Result<void> stat();

    std::string m_name;
    int m_file = -1;
    std::uint64_t m_size = 0;
    std::int64_t m_modified = 0; ///< ns
    std::string m_tail; ///< the last bytes as they were: a log that grows keeps them
    std::string m_damage;
};

} // namespace tracestore
