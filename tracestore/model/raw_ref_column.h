#pragma once

#include "tracestore/base/column.h"
#include "tracestore/model/span.h"

#include <limits>

namespace tracestore {

/// A column of RawRefs in two words each. Offsets and lengths reach up to 2^40, a tebibyte; files
/// up to 2^24. What is beyond is kept as the largest that fits, and is then past the end of any
/// file.
class RawRefColumn
{
public:
    [[nodiscard]] std::size_t size() const { return m_places.size(); }

    [[nodiscard]] bool isEmpty() const { return m_places.isEmpty(); }

    RawRef operator[](std::size_t index) const
    {
        const std::uint64_t offset = m_places[index];
        const std::uint64_t length = m_lengths[index];
        RawRef ref {.file = FileId(), .offset = offset & kMax, .length = length & kMax};
        const std::uint64_t file = offset >> kBits;
        if (file != kNoFile)
            ref.file = FileId(static_cast<std::size_t>(file));
        return ref;
    }

    void append(const RawRef& ref)
    {
        m_places.append(placeOf(ref));
        m_lengths.append(std::min(ref.length, kMax));
    }

    void set(std::size_t index, const RawRef& ref)
    {
        m_places.set(index, placeOf(ref));
        m_lengths.set(index, std::min(ref.length, kMax));
    }

    // The words, for whoever stores them.
    Column<std::uint64_t>& places() { return m_places; }

    Column<std::uint64_t>& lengths() { return m_lengths; }

    [[nodiscard]] const Column<std::uint64_t>& places() const { return m_places; }

    [[nodiscard]] const Column<std::uint64_t>& lengths() const { return m_lengths; }

private:
    static constexpr unsigned kBits = 40;
    static constexpr std::uint64_t kMax = (std::uint64_t {1} << kBits) - 1;
    static constexpr std::uint64_t kNoFile = 0xFFFFFF;

    static std::uint64_t placeOf(const RawRef& ref)
    {
        const std::uint64_t file
            = ref.file.isValid() ? std::min<std::uint64_t>(ref.file.value, kNoFile) : kNoFile;
        return file << kBits | std::min(ref.offset, kMax);
    }

    Column<std::uint64_t> m_places; ///< file and offset
    Column<std::uint64_t> m_lengths;
};

} // namespace tracestore
