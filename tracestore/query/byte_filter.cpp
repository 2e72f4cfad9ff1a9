#include "tracestore/query/byte_filter.h"

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
        return (is(at, filter.firstMask, filter.first)
                && is(at + filter.distance, filter.lastMask, filter.last))
            || (filter.wantsEscapes && is(at, 0, '\\') && is(at + 1, 0, 'u'));
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

    __attribute__((target("avx2"))) std::size_t
    nextWithAvx2(const ByteFilter& filter, std::string_view text, std::size_t from)
    {
        constexpr std::size_t kBlock = 32;
        const __m256i first = _mm256_set1_epi8(filter.first);
        const __m256i firstMask = _mm256_set1_epi8(filter.firstMask);
        const __m256i last = _mm256_set1_epi8(filter.last);
        const __m256i lastMask = _mm256_set1_epi8(filter.lastMask);
        const __m256i slash = _mm256_set1_epi8('\\');
        const __m256i u = _mm256_set1_epi8('u');
        const __m256i escapes = _mm256_set1_epi8(filter.wantsEscapes ? -1 : 0);
        const char* const bytes = text.data();
        for (; from + kBlock + reach(filter) <= text.size(); from += kBlock) {
            const __m256i here = load(bytes + from);
            const __m256i there = load(bytes + from + filter.distance);
            const __m256i next = load(bytes + from + 1);
            const __m256i pair
                = _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_or_si256(here, firstMask), first),
                                   _mm256_cmpeq_epi8(_mm256_or_si256(there, lastMask), last));
            const __m256i escape = _mm256_and_si256(
                _mm256_and_si256(_mm256_cmpeq_epi8(here, slash), _mm256_cmpeq_epi8(next, u)),
                escapes);
            const int found = _mm256_movemask_epi8(_mm256_or_si256(pair, escape));
            if (found != 0)
                return from + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(found)));
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
    const Block escapes = filled(filter.wantsEscapes ? -1 : 0);
    const char* const bytes = text.data();
    for (; from + sizeof(Block) + reach(filter) <= text.size(); from += sizeof(Block)) {
        const Block here = blockAt(bytes + from);
        const Block there = blockAt(bytes + from + filter.distance);
        const Block next = blockAt(bytes + from + 1);
        const auto found = (((here | firstMask) == first) & ((there | lastMask) == last))
            | ((here == slash) & (next == u) & (escapes != 0));
        std::uint64_t halves[2];
        std::memcpy(halves, &found, sizeof halves);
        if ((halves[0] | halves[1]) != 0)
            break;
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
