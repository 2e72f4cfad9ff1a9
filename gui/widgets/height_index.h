#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gui {

/// The heights of things that stand one below another: the place of each and what stands at a
/// place, both in O(log n), while single heights change (a binary indexed tree).
class HeightIndex
{
public:
    void assign(const std::vector<int>& heights);

    /// Leaves the first things alone.
    void truncate(std::size_t count);
    void append(int height);
    void set(std::size_t index, int height);

    [[nodiscard]] std::size_t count() const { return m_heights.size(); }

    [[nodiscard]] int height(std::size_t index) const { return m_heights[index]; }

    [[nodiscard]] std::int64_t total() const { return top(m_heights.size()); }

    /// Where a thing begins; the sum of the heights before it. `index` may be count().
    [[nodiscard]] std::int64_t top(std::size_t index) const;

    /// The thing at an offset: the last one for offsets behind the end; 0 before the beginning.
    [[nodiscard]] std::size_t indexAt(std::int64_t offset) const;

private:
    std::vector<int> m_heights;
    std::vector<std::int64_t> m_sums = {0};
};

} // namespace gui
