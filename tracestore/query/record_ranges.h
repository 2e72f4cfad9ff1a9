#pragma once

#include "tracestore/model/trace.h"

#include <deque>
#include <optional>

namespace tracestore {

/// The stretches of one file in which the records of spans stand, to find the spans of a place.
/// Made anew for each walk through the file, since it is asked from front to back.
class RecordRanges
{
public:
    /// `wanted`: by SpanId, the spans that are asked for; others hide what stands in them. Both
    /// outlive this; who is not wanted any more may still be given.
    RecordRanges(const Trace& trace, FileId file, const std::vector<bool>& wanted);

    /// The wanted spans whose record is the innermost at a place, which is not in front of the one
    /// asked for before. Empty where there are none.
    std::span<const SpanId> spansAt(std::uint64_t offset);

    /// Where to look next behind a place that spansAt() was asked for: the end of its record, or
    /// the next record inside it.
    [[nodiscard]] std::uint64_t nextBehind(std::uint64_t offset);

    /// The first place at or behind this one in a wanted span's record; kNowhere for none. As
    /// spansAt() it is asked from front to back.
    [[nodiscard]] std::uint64_t nextWanted(std::uint64_t offset);

    static constexpr std::uint64_t kNowhere = std::numeric_limits<std::uint64_t>::max();

    /// Bytes in records of wanted spans, those inside others counted twice.
    [[nodiscard]] std::uint64_t wantedBytes() const { return m_wantedBytes; }

private:
    /// A record of a span.
    struct Place
    {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
        SpanId span;
    };

    /// The records that stand at the same place.
    struct Range
    {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
        std::size_t firstSpan = 0; ///< index into m_spans of the wanted ones
        std::size_t spanCount = 0;
    };

    static bool isBefore(const Place& a, const Place& b);
    std::optional<Place> nextInOrder();
    std::optional<Place> nextPlace();
    bool countInOrder();
    void sort();
    bool readRange();
    void moveTo(std::uint64_t offset);

    const Trace& m_trace;
    FileId m_file;
    const std::vector<bool>& m_wanted;
    std::uint64_t m_wantedBytes = 0;

    /// All places where they do not stand in the order of the spans. Most files are in order: they
    /// are read as the walk goes on, for a list of a million takes longer than a first hit may.
    std::optional<std::vector<Place>> m_sorted;
    std::size_t m_nextSpan = 0; ///< where to read on; or index into m_sorted
    std::uint32_t m_nextRaw = 0;
    std::optional<Place> m_read; ///< the first that is in no range yet

    std::vector<SpanId> m_spans;
    std::vector<Range> m_open; ///< those around the place, the innermost last
    std::deque<Range> m_ahead; ///< those behind the place, as far as read
};

} // namespace tracestore
