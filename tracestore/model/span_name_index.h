#pragma once

#include "tracestore/model/ids.h"

#include <cstdint>
#include <vector>

namespace tracestore {

/// Finds spans by two texts of the trace's pool, a flat table of some ten bytes a span. It knows
/// places only: the caller says what the names of a span are.
class SpanNameIndex
{
public:
    static std::uint64_t hashOf(StringId traceId, StringId origId)
    {
        std::uint64_t mixed = (std::uint64_t {traceId.value} << 32U | origId.value) + 1;
        mixed *= 0x9E3779B97F4A7C15U;
        mixed ^= mixed >> 32U;
        mixed *= 0xD6E8FEB86659FD93U;
        return mixed ^ mixed >> 29U;
    }

    /// The first span under that hash of which `isSame(SpanId)` holds; invalid where none is.
    template<class IsSame>
    [[nodiscard]] SpanId find(std::uint64_t hash, IsSame&& isSame) const
    {
        if (m_slots.empty())
            return {};
        const std::uint32_t tag = tagOf(hash);
        for (std::size_t slot = hash & m_mask; m_slots[slot].span != kFree;
             slot = (slot + 1) & m_mask) {
            if (m_slots[slot].tag == tag && isSame(SpanId(m_slots[slot].span)))
                return SpanId(m_slots[slot].span);
        }
        return {};
    }

    /// Adds a span of which find() did not know.
    void add(std::uint64_t hash, SpanId span)
    {
        if ((m_used + 1) * 4 > m_slots.size() * 3)
            grow();
        place({span.value, tagOf(hash)}, hash);
        ++m_used;
    }

    void prefetch(std::uint64_t hash) const
    {
        if (!m_slots.empty())
            __builtin_prefetch(&m_slots[hash & m_mask]);
    }

private:
    static constexpr std::uint32_t kFree = SpanId::kNone;

    struct Slot
    {
        std::uint32_t span = kFree;
        std::uint32_t tag = 0;
    };

    /// The tag is the low half of the hash, so that the table can grow without asking anybody.
    static std::uint32_t tagOf(std::uint64_t hash) { return static_cast<std::uint32_t>(hash); }

    void place(Slot what, std::uint64_t hash)
    {
        std::size_t slot = hash & m_mask;
        while (m_slots[slot].span != kFree)
            slot = (slot + 1) & m_mask;
        m_slots[slot] = what;
    }

    void grow()
    {
        const std::vector<Slot> old = std::move(m_slots);
        m_slots.assign(old.empty() ? 64 : old.size() * 2, Slot());
        m_mask = m_slots.size() - 1;
        for (const Slot& slot : old) {
            if (slot.span != kFree)
                place(slot, slot.tag);
        }
    }

    std::vector<Slot> m_slots;
    std::size_t m_mask = 0;
    std::size_t m_used = 0;
};

} // namespace tracestore
