#include "tracestore/store/content_chunks.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tracestore {
namespace {

    constexpr std::size_t kUsualChunk = 8 << 10;

    // Before the usual length a cut is sixteen times as rare as behind it, which draws the lengths
    // together. High bits, since those depend on the last 64 bytes and not on a few only.
    constexpr std::uint64_t kRareMask = 0xFFFE'0000'0000'0000;
    constexpr std::uint64_t kFrequentMask = 0xFFE0'0000'0000'0000;

    /// A number for each byte with nothing in common (splitmix64). A file does not depend on them:
    /// with others it would be cut elsewhere, and read as well.
    constexpr std::array<std::uint64_t, 256> makeGear()
    {
        std::array<std::uint64_t, 256> gear {};
        std::uint64_t state = 0;
        for (std::uint64_t& number : gear) {
            state += 0x9E37'79B9'7F4A'7C15;
            std::uint64_t mixed = state;
            mixed = (mixed ^ (mixed >> 30U)) * 0xBF58'476D'1CE4'E5B9;
            mixed = (mixed ^ (mixed >> 27U)) * 0x94D0'49BB'1331'11EB;
            number = mixed ^ (mixed >> 31U);
        }
        return gear;
    }

    constexpr auto kGear = makeGear();

} // namespace

std::size_t firstChunkLength(std::string_view content)
{
    const std::size_t most = std::min(content.size(), kMaxChunk);
    std::uint64_t window = 0;
    for (std::size_t i = kMinChunk; i < most; ++i) {
        window = (window << 1U) + kGear[static_cast<unsigned char>(content[i])];
        if ((window & (i < kUsualChunk ? kRareMask : kFrequentMask)) == 0)
            return i + 1;
    }
    return most;
}

} // namespace tracestore
