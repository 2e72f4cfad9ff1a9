#include "tracestore/model/string_pool.h"

#include "tracestore/base/ensure.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace tracestore {
namespace {

    constexpr std::size_t kBlockSize = std::size_t {64} << 10U;

    /// Texts start at multiples of this, so that 32 bits reach over 16 GiB of them.
    constexpr std::size_t kUnit = 4;

    constexpr std::size_t kFirstSlots = 64;

    /// In front of a text stands its length: a byte, or this and four of them.
    constexpr unsigned char kLong = 0xFF;

    std::uint64_t hashOf(std::string_view text)
    {
        return XXH3_64bits(text.data(), text.size());
    }

    std::size_t rounded(std::size_t bytes)
    {
        return (bytes + kUnit - 1) / kUnit * kUnit;
    }

} // namespace

StringPool::StringPool()
{
    clear();
}

void StringPool::clear()
{
    m_starts.assign(1, 0);
    if (m_slots.size() > kFirstSlots)
        std::ranges::fill(m_slots, 0U);
    else
        m_slots.assign(kFirstSlots, 0);
    m_mask = m_slots.size() - 1;
    m_free = m_blocks.size() == 1 ? kBlockSize : 0;
    m_end = 0;
    if (m_blocks.size() > 1)
        m_blocks.clear();
}

StringId StringPool::intern(std::string_view text)
{
    return text.empty() ? StringId() : internHashed(text, hashOf(text));
}

StringId StringPool::internHashed(std::string_view text, std::uint64_t hash)
{
    const std::uint32_t tag = tagOf(hash);
    std::size_t slot = slotOf(hash);
    for (; m_slots[slot] != 0; slot = (slot + 1) & m_mask) {
        const StringId known {m_slots[slot] & static_cast<std::uint32_t>(m_mask)};
        if ((m_slots[slot] & ~static_cast<std::uint32_t>(m_mask)) == tag
            && this->text(known) == text)
            return known;
    }
    ENSURE(m_starts.size() < std::numeric_limits<std::uint32_t>::max() / 2);
    const StringId id {static_cast<std::uint32_t>(m_starts.size())};
    keep(text);
    m_slots[slot] = tag | id.value;
    // An id is below the number of slots, and there are some free ones: the search ends.
    if (m_starts.size() * 8 > m_slots.size() * 7)
        grow();
    return id;
}

std::vector<StringId> StringPool::internAll(const StringPool& other)
{
    constexpr std::size_t kAhead = 16;
    std::vector<StringId> ids(other.size());
    std::array<std::uint64_t, kAhead> hashes {};
    const auto prepare = [&](std::size_t id) {
        const std::uint64_t hash = hashOf(other.text({static_cast<std::uint32_t>(id)}));
        hashes[id % kAhead] = hash;
        __builtin_prefetch(&m_slots[slotOf(hash)]);
    };
    for (std::size_t id = 1; id < std::min(kAhead, other.size()); ++id)
        prepare(id);
    for (std::size_t id = 1; id < other.size(); ++id) {
        const std::uint64_t hash = hashes[id % kAhead];
        if (id + kAhead < other.size())
            prepare(id + kAhead);
        ids[id] = internHashed(other.text({static_cast<std::uint32_t>(id)}), hash);
    }
    return ids;
}

StringId StringPool::find(std::string_view text) const
{
    if (text.empty())
        return {};
    const std::uint64_t hash = hashOf(text);
    const std::uint32_t tag = tagOf(hash);
    for (std::size_t slot = slotOf(hash); m_slots[slot] != 0; slot = (slot + 1) & m_mask) {
        const StringId known {m_slots[slot] & static_cast<std::uint32_t>(m_mask)};
        if ((m_slots[slot] & ~static_cast<std::uint32_t>(m_mask)) == tag
            && this->text(known) == text)
            return known;
    }
    return {};
}

std::string_view StringPool::text(StringId id) const
{
    if (id.isEmpty())
        return {};
    const std::size_t start = std::size_t {m_starts.at(id.value)} * kUnit;
    const char* at = m_blocks[start / kBlockSize].get() + start % kBlockSize;
    const auto length = static_cast<unsigned char>(*at);
    if (length != kLong)
        return {at + 1, length};
    std::uint32_t longLength = 0;
    std::memcpy(&longLength, at + 1, sizeof longLength);
    return {at + 1 + sizeof longLength, longLength};
}

void StringPool::keep(std::string_view text)
{
    ENSURE(text.size() < std::numeric_limits<std::uint32_t>::max());
    const bool isLong = text.size() >= kLong;
    const std::size_t head = isLong ? 1 + sizeof(std::uint32_t) : 1;
    char* to = roomFor(rounded(head + text.size()));
    const auto length = static_cast<std::uint32_t>(text.size());
    *to = static_cast<char>(isLong ? kLong : static_cast<unsigned char>(length));
    if (isLong)
        std::memcpy(to + 1, &length, sizeof length);
    std::memcpy(to + head, text.data(), text.size());
}

/// Room behind the last text, or in new blocks; notes where it starts.
char* StringPool::roomFor(std::size_t bytes)
{
    if (bytes > m_free) {
        const std::size_t blocks = (bytes + kBlockSize - 1) / kBlockSize;
        m_end = m_blocks.size() * kBlockSize;
        const auto made = std::make_shared_for_overwrite<char[]>(blocks * kBlockSize);
        for (std::size_t i = 0; i < blocks; ++i)
            m_blocks.emplace_back(made, made.get() + i * kBlockSize);
        m_free = blocks * kBlockSize;
    }
    const std::size_t start = m_end;
    ENSURE(start / kUnit <= std::numeric_limits<std::uint32_t>::max());
    m_starts.push_back(static_cast<std::uint32_t>(start / kUnit));
    m_end += bytes;
    m_free -= bytes;
    return m_blocks[start / kBlockSize].get() + start % kBlockSize;
}

void StringPool::grow()
{
    m_slots.assign(m_slots.size() * 2, 0);
    m_mask = m_slots.size() - 1;
    for (std::uint32_t id = 1; id < m_starts.size(); ++id) {
        const std::uint64_t hash = hashOf(text({id}));
        std::size_t slot = slotOf(hash);
        while (m_slots[slot] != 0)
            slot = (slot + 1) & m_mask;
        m_slots[slot] = tagOf(hash) | id;
    }
}

void StringPool::save(BinaryWriter& to) const
{
    to.value(static_cast<std::uint64_t>(m_blocks.size()));
    for (const auto& block : m_blocks)
        to.array(std::span<const char>(block.get(), kBlockSize));
    to.vector(m_starts);
    to.vector(m_slots);
}

StringPool StringPool::restored(BinaryReader& from)
{
    StringPool pool;
    const auto blocks = from.value<std::uint64_t>();
    if (const char* texts = from.array<char>(blocks * kBlockSize)) {
        // Never written: the next text goes to a new block.
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
        auto* shared = const_cast<char*>(texts);
        for (std::uint64_t i = 0; i < blocks; ++i)
            pool.m_blocks.push_back(std::shared_ptr<char[]>(from.owner(), shared + i * kBlockSize));
    }
    pool.m_starts = from.vector<std::uint32_t>();
    pool.m_slots = from.vector<std::uint32_t>();
    const std::size_t slots = pool.m_slots.size();
    if (!from.isFine() || pool.m_starts.empty() || slots <= pool.m_starts.size()
        || (slots & (slots - 1)) != 0) {
        from.refuse();
        return {};
    }
    pool.m_mask = slots - 1;
    return pool;
}

void StringPool::shrink()
{
    m_starts.shrink_to_fit();
    m_slots.shrink_to_fit();
}

} // namespace tracestore
