#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tracestore {

/// Two bytes at a fixed distance that have to be in a text for something else to be there. Bits
/// that are set in a mask are not looked at (the bit in which `a` and `A` differ).
struct ByteFilter
{
    /// At which `\u` to stop beside.
    enum class Escapes : std::uint8_t
    {
        None,
        OfAscii, ///< but those of letters beyond ASCII
        All
    };

    char first = 0;
    char firstMask = 0;
    char last = 0;
    char lastMask = 0;
    std::size_t distance = 0; ///< from the first to the last
    Escapes escapes = Escapes::None;
};

/// The first place at or behind `from` where the filter lets something pass, or the size of the
/// text. Reads 32 bytes at once where the processor can (AVX2), else 16.
[[nodiscard]] std::size_t
nextCandidate(const ByteFilter& filter, std::string_view text, std::size_t from);

/// The same without AVX2, for processors that have none.
[[nodiscard]] std::size_t
nextCandidatePortably(const ByteFilter& filter, std::string_view text, std::size_t from);

} // namespace tracestore
