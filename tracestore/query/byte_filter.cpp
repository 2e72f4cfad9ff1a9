#include "tracestore/query/byte_filter.h"

#include "tracestore/query/json_unescape.h"

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tracestore {
namespace {

    bool passes(const ByteFilter& filter, std::string_view text, std::size_t at)
    {
        const auto is = [&](std::size_t place, char mask, char value) {
            return place < text.size() && static_cast<char>(text[place] | mask) == value;
        };
        const auto isEscape = [&] {
            return is(at, 0, '\\') && is(at + 1, 0, 'u')
                && (filter.escapes == ByteFilter::Escapes::All || hexAt(text, at + 2) < 0x80);
        };
        return (is(at, filter.firstMask, filter.first)
                && is(at + filter.distance, filter.lastMask, filter.last))
            || (filter.escapes != ByteFilter::Escapes::None && isEscape());
    }

    std::size_t nextOneByOne(const ByteFilter& filter, std::string_view text, std::size_t from)
    {
        while (from < text.size() && !passes(filter, text, from))
            ++from;
        return from;
    }

    /// So many bytes behind a block are read with it.
    std::size_t reach(const ByteFilter& filter)
    {
        return filter.distance > 1 ? filter.distance : 1;
    }

    using Block = unsigned char __attribute__((vector_size(16)));

    Block blockAt(const char* from)
    {
        Block block;
        std::memcpy(&block, from, sizeof block);
        return block;
    }

    Block filled(char with)
    {
        return Block {} + static_cast<unsigned char>(with);
    }

#if defined(__x86_64__)
    __attribute__((target("avx2"))) inline __m256i load(const char* from)
    {
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    }

    /// The filter, each of its bytes 32 times.
    struct WideFilter
    {
        __m256i first;
        __m256i firstMask;
        __m256i last;
        __m256i lastMask;
        __m256i slash;
        __m256i u;
        std::size_t distance;
    };

    /// The bytes from a place on that may pass, 32 of them.
    __attribute__((target("avx2"))) inline __m256i candidates(const WideFilter& filter,
                                                              const char* at)
    {
        const __m256i here = load(at);
        const __m256i there = load(at + filter.distance);
        const __m256i next = load(at + 1);
        const __m256i pair = _mm256_and_si256(
            _mm256_cmpeq_epi8(_mm256_or_si256(here, filter.firstMask), filter.first),
            _mm256_cmpeq_epi8(_mm256_or_si256(there, filter.lastMask), filter.last));
        const __m256i escape = _mm256_and_si256(_mm256_cmpeq_epi8(here, filter.slash),
                                                _mm256_cmpeq_epi8(next, filter.u));
        return _mm256_or_si256(pair, escape);
    }

    __attribute__((target("avx2"))) std::size_t
    nextWithAvx2(const ByteFilter& filter, std::string_view text, std::size_t from)
    {
        constexpr std::size_t kHalf = 32;
        constexpr std::size_t kBlock = 2 * kHalf;
        const WideFilter wide {.first = _mm256_set1_epi8(filter.first),
                               .firstMask = _mm256_set1_epi8(filter.firstMask),
                               .last = _mm256_set1_epi8(filter.last),
                               .lastMask = _mm256_set1_epi8(filter.lastMask),
                               .slash = _mm256_set1_epi8('\\'),
                               .u = _mm256_set1_epi8('u'),
                               .distance = filter.distance};
        const char* const bytes = text.data();
        for (; from + kBlock + reach(filter) <= text.size(); from += kBlock) {
            const __m256i front = candidates(wide, bytes + from);
            const __m256i back = candidates(wide, bytes + from + kHalf);
            if (_mm256_testz_si256(_mm256_or_si256(front, back), _mm256_set1_epi8(-1)) != 0)
                continue;
            std::uint64_t found = static_cast<std::uint32_t>(_mm256_movemask_epi8(front))
                | std::uint64_t {static_cast<std::uint32_t>(_mm256_movemask_epi8(back))} << kHalf;
            for (; found != 0; found &= found - 1) {
                const std::size_t at = from + static_cast<std::size_t>(__builtin_ctzll(found));
                if (passes(filter, text, at))
                    return at;
            }
        }
        return nextOneByOne(filter, text, from);
    }
#endif

} // namespace

std::size_t nextCandidatePortably(const ByteFilter& filter, std::string_view text, std::size_t from)
{
    const Block first = filled(filter.first);
    const Block firstMask = filled(filter.firstMask);
    const Block last = filled(filter.last);
    const Block lastMask = filled(filter.lastMask);
    const Block slash = filled('\\');
    const Block u = filled('u');
    const Block escapes = filled(filter.escapes == ByteFilter::Escapes::None ? 0 : -1);
    const char* const bytes = text.data();
    for (; from + sizeof(Block) + reach(filter) <= text.size(); from += sizeof(Block)) {
        const Block here = blockAt(bytes + from);
        const Block there = blockAt(bytes + from + filter.distance);
        const Block next = blockAt(bytes + from + 1);
        const auto found = (((here | firstMask) == first) & ((there | lastMask) == last))
            | ((here == slash) & (next == u) & (escapes != 0));
        std::uint64_t halves[2];
        std::memcpy(halves, &found, sizeof halves);
        if ((halves[0] | halves[1]) == 0)
            continue;
        for (std::size_t at = from; at < from + sizeof(Block); ++at) {
            if (passes(filter, text, at))
                return at;
        }
    }
    return nextOneByOne(filter, text, from);
}

std::size_t nextCandidate(const ByteFilter& filter, std::string_view text, std::size_t from)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") != 0)
        return nextWithAvx2(filter, text, from);
#endif
    return nextCandidatePortably(filter, text, from);
}

} // namespace tracestore
