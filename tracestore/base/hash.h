#pragma once

#include <array>
#ifndef Q_MOC_RUN // the moc of Qt 6.4 cannot read it
#include <compare>
#endif
#include <cstdint>
#include <string>
#include <string_view>

namespace tracestore {

/// A 128-bit content hash (XXH3). Good against accidents and for addressing by content; not a
/// proof against somebody who forges.
struct ContentHash
{
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    auto operator<=>(const ContentHash&) const = default;

    /// 32 lower-case hexadecimal digits.
    [[nodiscard]] std::string toHex() const;

    /// The 16 bytes in big-endian order, as they stand in a .kymo file.
    [[nodiscard]] std::array<unsigned char, 16> toBytes() const;
};

ContentHash contentHash(std::string_view bytes);

/// A 64-bit checksum (XXH3) of bytes that follow on what gave `previous`: the links of a chain.
std::uint64_t chainedChecksum(std::uint64_t previous, std::string_view bytes);

} // namespace tracestore

template<>
struct std::hash<tracestore::ContentHash>
{
    std::size_t operator()(const tracestore::ContentHash& content) const noexcept
    {
        return content.low;
    }
};
