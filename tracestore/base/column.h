#pragma once

#include "tracestore/base/ensure.h"

#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace tracestore {

/// A growing column that is cheap to copy: copies share its segments, and a segment is cloned
/// only when one of its owners changes it. So a snapshot costs a pointer for each segment, while
/// the builder goes on appending. Not safe for two threads that write the same object; a copy may
/// be read by any thread.
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
        return (*m_segments[index / kSegmentSize])[index % kSegmentSize];
    }

    void append(T value)
    {
        if (m_size == m_segments.size() * kSegmentSize)
            m_segments.push_back(std::make_shared<Segment>());
        own(m_size / kSegmentSize)[m_size % kSegmentSize] = std::move(value);
        ++m_size;
    }

    void set(std::size_t index, T value)
    {
        ENSURE(index < m_size);
        own(index / kSegmentSize)[index % kSegmentSize] = std::move(value);
    }

private:
    using Segment = std::array<T, kSegmentSize>;

    Segment& own(std::size_t segment)
    {
        auto& held = m_segments[segment];
        if (held.use_count() > 1)
            held = std::make_shared<Segment>(*held);
        return *held;
    }

    std::vector<std::shared_ptr<Segment>> m_segments;
    std::size_t m_size = 0;
};

} // namespace tracestore
