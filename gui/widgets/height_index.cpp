#include "gui/widgets/height_index.h"

#include <algorithm>
#include <bit>

namespace gui {

void HeightIndex::assign(const std::vector<int>& heights)
{
    truncate(0);
    for (const int height : heights)
        append(height);
}

void HeightIndex::truncate(std::size_t count)
{
    m_heights.resize(count);
    m_sums.resize(count + 1);
}

void HeightIndex::append(int height)
{
    m_heights.push_back(height);
    // The sum at i is that of the things from where the lowest bit of i is away, up to i.
    const std::size_t end = m_heights.size();
    const std::size_t first = end & (end - 1);
    std::int64_t sum = height;
    for (std::size_t i = end - 1; i > first; i &= i - 1)
        sum += m_sums[i];
    m_sums.push_back(sum);
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
