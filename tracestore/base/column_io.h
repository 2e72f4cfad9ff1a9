#pragma once

#include "tracestore/base/binary_io.h"
#include "tracestore/base/column.h"

namespace tracestore {

/// Writes a column segment by segment, so that it can be used in the place to which it is read.
template<class T>
void saveColumn(BinaryWriter& to, const Column<T>& column)
{
    constexpr std::size_t kSegment = Column<T>::kSegmentSize;
    to.value(static_cast<std::uint64_t>(column.size()));
    for (std::size_t i = 0; i < column.segmentCount(); ++i) {
        const std::span<const T> values = column.segment(i);
        const bool isSame = column.isSameInSegment(i);
        to.value(static_cast<std::uint8_t>(isSame ? 1 : 0));
        if (isSame)
            to.value(values.front());
        else
            to.array(std::span<const T>(values.data(), kSegment));
    }
}

/// Reads a column in place. It clones what it is to change.
template<class T>
void loadColumn(BinaryReader& from, Column<T>& column)
{
    constexpr std::size_t kSegment = Column<T>::kSegmentSize;
    const auto size = from.value<std::uint64_t>();
    for (std::uint64_t done = 0; done < size && from.isFine(); done += kSegment) {
        const auto used = static_cast<std::size_t>(std::min<std::uint64_t>(kSegment, size - done));
        if (from.value<std::uint8_t>() != 0)
            column.adoptSame(from.value<T>(), used);
        else if (const T* values = from.array<T>(kSegment))
            column.adoptSegment(from.owner(), values, used);
    }
}

} // namespace tracestore
