#pragma once

#include "tracestore/compare/content_print.h"

#include <bit>
#include <vector>

namespace tracestore {

/// Gives equal prints equal numbers, from 0 on.
class PrintNumbers
{
public:
    /// For so many prints at most.
    explicit PrintNumbers(std::size_t most)
        : m_slots(std::bit_ceil(2 * most + 2))
    { }

    std::uint32_t numberOf(ContentPrint print)
    {
        const std::size_t mask = m_slots.size() - 1;
        std::size_t at = static_cast<std::size_t>(print >> 7U) & mask;
        while (m_slots[at].next != 0 && m_slots[at].print != print)
            at = (at + 1) & mask;
        if (m_slots[at].next == 0)
            m_slots[at] = {print, ++m_count};
        return m_slots[at].next - 1;
    }

    [[nodiscard]] std::size_t count() const { return m_count; }

private:
    struct Slot
    {
        ContentPrint print = 0;
        std::uint32_t next = 0; ///< the number and one; 0 is free
    };

    std::vector<Slot> m_slots;
    std::uint32_t m_count = 0;
};

} // namespace tracestore
