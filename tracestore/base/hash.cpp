#include "tracestore/base/hash.h"

#include <xxhash.h>

namespace tracestore {

std::string ContentHash::toHex() const
{
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : toBytes()) {
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 15U];
    }
    return text;
}

std::array<unsigned char, 16> ContentHash::toBytes() const
{
    std::array<unsigned char, 16> bytes {};
    for (unsigned i = 0; i < 8; ++i) {
        bytes[i] = static_cast<unsigned char>(high >> (56U - 8U * i));
        bytes[8 + i] = static_cast<unsigned char>(low >> (56U - 8U * i));
    }
    return bytes;
}

ContentHash contentHash(std::string_view bytes)
{
    const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
    return {hash.high64, hash.low64};
}

std::uint64_t chainedChecksum(std::uint64_t previous, std::string_view bytes)
{
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), previous);
}

} // namespace tracestore
