#pragma once

#include "tracestore/base/ensure.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace tracestore {

/// A growing column that is cheap to copy: copies share its segments, and a segment is cloned
/// only when one of its owners changes it. So a snapshot costs a pointer for each segment, while
/// the builder goes on appending. A segment of which all values are the same takes no memory but
/// for one of them: most fields of most traces are seldom set. Not safe for two threads that write
/// the same object; a copy may be read by any thread.
template<class T>
class Column
{
public:
    static constexpr std::size_t kSegmentSize = 1U << 12U;

    [[nodiscard]] std::size_t size() const { return m_size; }

    [[nodiscard]] bool isEmpty() const { return m_size == 0; }

    const T& operator[](std::size_t index) const
    {
        ENSURE(index < m_size);
        const Slot& slot = m_slots[index / kSegmentSize];
        return slot.values ? (*slot.values)[index % kSegmentSize] : slot.same;
    }

    void append(T value)
    {
        if (m_size == m_slots.size() * kSegmentSize) {
            m_slots.emplace_back();
            if constexpr (kCanBeSame)
                m_slots.back().same = value;
        }
        ++m_size;
        put(m_size - 1, std::move(value));
    }

    void set(std::size_t index, T value)
    {
        ENSURE(index < m_size);
        put(index, std::move(value));
    }

    // For whoever stores a column as it lies in memory.

    [[nodiscard]] std::size_t segmentCount() const { return m_slots.size(); }

    /// All values of a segment are one.
    [[nodiscard]] bool isSameInSegment(std::size_t index) const
    {
        return m_slots[index].values == nullptr;
    }

    /// Whether a segment of a copy of this column, or of what became of it, is the very same: then
    /// so are its values. A segment of one value is the same where that value is.
    [[nodiscard]] bool sharesSegment(const Column& other, std::size_t index) const
    {
        if (index >= m_slots.size() || index >= other.m_slots.size())
            return false;
        const Slot& mine = m_slots[index];
        const Slot& others = other.m_slots[index];
        if (mine.values || others.values)
            return mine.values == others.values;
        if constexpr (kCanBeSame)
            return mine.same == others.same;
        else
            return false;
    }

    /// The values of a segment, in room for kSegmentSize of them; one value where all are the same.
    [[nodiscard]] std::span<const T> segment(std::size_t index) const
    {
        const Slot& slot = m_slots[index];
        const std::size_t used = std::min(kSegmentSize, m_size - index * kSegmentSize);
        return slot.values ? std::span<const T>(slot.values->data(), used)
                           : std::span<const T>(&slot.same, 1);
    }

    /// Appends a whole segment that lies in the memory of `owner`, kSegmentSize values long of
    /// which the first `used` count. Only behind whole segments.
    void adoptSegment(const std::shared_ptr<const void>& owner,
                      const T* values,
                      std::size_t used) requires std::is_trivially_copyable_v<T>
    {
        ENSURE(m_size == m_slots.size() * kSegmentSize && used <= kSegmentSize);
        // Never written: whoever changes the segment clones it first, for the owner is not alone.
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast,
        // cppcoreguidelines-pro-type-reinterpret-cast)
        auto* shared = reinterpret_cast<Segment*>(const_cast<T*>(values));
        m_slots.push_back({std::shared_ptr<Segment>(owner, shared), T()});
        m_size += used;
    }

    void adoptSame(T value, std::size_t used) requires std::is_trivially_copyable_v<T>
    {
        ENSURE(m_size == m_slots.size() * kSegmentSize && used <= kSegmentSize);
        m_slots.push_back({nullptr, value});
        m_size += used;
    }

private:
    static constexpr bool kCanBeSame = std::is_trivially_copyable_v<T> && sizeof(T) <= 8;

    using Segment = std::array<T, kSegmentSize>;

    struct Slot
    {
        std::shared_ptr<Segment> values; ///< null: all are `same`
        T same {};
    };

    void put(std::size_t index, T value)
    {
        Slot& slot = m_slots[index / kSegmentSize];
        if constexpr (kCanBeSame) {
            if (!slot.values) {
                if (slot.same == value)
                    return;
                slot.values = std::make_shared_for_overwrite<Segment>();
                slot.values->fill(slot.same);
            }
        } else if (!slot.values) {
            slot.values = std::make_shared<Segment>();
        }
        if (slot.values.use_count() > 1)
            slot.values = std::make_shared<Segment>(*slot.values);
        (*slot.values)[index % kSegmentSize] = std::move(value);
    }

    std::vector<Slot> m_slots;
    std::size_t m_size = 0;
};

} // namespace tracestore
