#include "gui/widgets/height_index.h"

#include <algorithm>
#include <bit>

namespace gui {

void HeightIndex::assign(const std::vector<int>& heights)
{
    m_heights = heights;
    m_sums.assign(heights.size() + 1, 0);
    for (std::size_t i = 1; i <= heights.size(); ++i) {
        m_sums[i] += heights[i - 1];
        const std::size_t above = i + (i & (~i + 1));
        if (above <= heights.size())
            m_sums[above] += m_sums[i];
    }
}

void HeightIndex::set(std::size_t index, int height)
{
    const int change = height - m_heights[index];
    m_heights[index] = height;
    for (std::size_t i = index + 1; i < m_sums.size(); i += i & (~i + 1))
        m_sums[i] += change;
}

std::int64_t HeightIndex::top(std::size_t index) const
{
    std::int64_t sum = 0;
    for (std::size_t i = index; i > 0; i -= i & (~i + 1))
        sum += m_sums[i];
    return sum;
}

std::size_t HeightIndex::indexAt(std::int64_t offset) const
{
    if (m_heights.empty())
        return 0;
    std::size_t at = 0;
    for (std::size_t step = std::bit_floor(m_heights.size()); step > 0; step /= 2) {
        if (at + step < m_sums.size() && m_sums[at + step] <= offset) {
            at += step;
            offset -= m_sums[at];
        }
    }
    return std::min(at, m_heights.size() - 1);
}

} // namespace gui
