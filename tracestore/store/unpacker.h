#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <sys/types.h>

namespace tracestore {

/// Unpacks gzip or zstd from a file descriptor, members and frames one after another. It gives all
/// that can be had of a stream that is damaged or cut off, up to the last byte (zstd: the last
/// whole block), and tells of the damage after that.
class Unpacker
{
public:
    Unpacker() = default;
    Unpacker(const Unpacker&) = delete;
    Unpacker& operator=(const Unpacker&) = delete;
    virtual ~Unpacker() = default;

    /// For a file that begins as one of the two; null for any other. The descriptor outlives it.
    static std::unique_ptr<Unpacker> open(int file);

    /// Whether a file begins so; `head` is of its first four bytes.
    static bool isPacked(std::string_view head);

    /// Up to `size` bytes; 0 at the end, -1 where it is damaged or cannot be read, and ever after.
    virtual ssize_t next(char* to, std::size_t size) = 0;

    /// How much of the packed file was used.
    [[nodiscard]] virtual std::uint64_t packedSize() const = 0;
};

} // namespace tracestore
