#pragma once

#include "tracestore/model/trace.h"

namespace tracestore {

/// The stretches of one file in which the records of spans stand, to find the spans of a place.
/// Made anew for each walk through the file, since it is asked from front to back.
class RecordRanges
{
public:
    /// `wanted`: by SpanId, the spans that are asked for; others hide what stands in them.
    RecordRanges(const Trace& trace, FileId file, const std::vector<bool>& wanted);

    /// The wanted spans whose record is the innermost at a place, which is not in front of the one
    /// asked for before. Empty where there are none.
    std::span<const SpanId> spansAt(std::uint64_t offset);

    /// Where to look next behind a place that spansAt() was asked for: the end of its record, or
    /// the next record inside it.
    [[nodiscard]] std::uint64_t nextBehind(std::uint64_t offset) const;

    /// The first place at or behind this one in a wanted span's record; kNowhere for none.
    [[nodiscard]] std::uint64_t nextWanted(std::uint64_t offset) const;

    static constexpr std::uint64_t kNowhere = std::numeric_limits<std::uint64_t>::max();

    /// Bytes in records of wanted spans, those inside others counted twice.
    [[nodiscard]] std::uint64_t wantedBytes() const { return m_wantedBytes; }

private:
    struct Range
    {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
        std::uint32_t firstSpan = 0; ///< index into m_spans of the wanted ones
        std::uint32_t spanCount = 0;
    };

    struct Place
    {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
        SpanId span;
    };

    static std::vector<Place> placesIn(const Trace& trace, FileId file);
    void moveTo(std::uint64_t offset);

    std::vector<Range> m_ranges; ///< by begin, the longer first
    std::vector<SpanId> m_spans;
    std::vector<std::uint32_t> m_open; ///< those around the place, the innermost last
    std::size_t m_next = 0; ///< the first range behind the place
    /// By range: the first from it on that is wanted.
    std::vector<std::uint32_t> m_nextWanted;
    std::uint64_t m_wantedBytes = 0;
};

} // namespace tracestore
