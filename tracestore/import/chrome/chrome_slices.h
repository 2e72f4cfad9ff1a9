#pragma once

#include "tracestore/model/span.h"

#include <limits>
#include <vector>

namespace tracestore {

/// A slice of a Chrome trace, or a moment: something that nests by time in its lane.
struct ChromeSlice
{
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::int64_t kOpen = std::numeric_limits<std::int64_t>::max();

    std::uint32_t lane = 0;
    StringId name;
    std::int64_t start = 0;
    std::int64_t end = kOpen; ///< kOpen where no end is known
    std::uint32_t parent = kNone;
    RawRef place;
    RawRef endPlace; ///< of the event that ended it, where that is another
    bool isMoment = false;
    bool isAsync = false;
    bool hasStart = true;
};

/// A beginning, an end or both, in the order of the file.
struct ChromeMark
{
    enum class Type : std::uint8_t
    {
        Whole, ///< with its duration
        Begin,
        End,
        Moment
    };

    std::uint32_t lane = 0; ///< of a thread, or of an async id
    std::int64_t time = 0;
    Type type = Type::Whole;
    std::uint32_t slice = ChromeSlice::kNone; ///< none for an end
    StringId name; ///< of an end, where it has one
    RawRef place; ///< of an end
};

/// What did not fit.
struct ChromeNesting
{
    std::vector<RawRef> endsWithoutBegin;
    std::size_t overlaps = 0;
    std::size_t unfinished = 0;
};

/// Finds parents by time within each lane, and the ends of slices that were only begun.
ChromeNesting nestSlices(std::vector<ChromeMark> marks, std::vector<ChromeSlice>& slices);

/// The slices of each lane in order of their start, to find the one around a moment.
class ChromeLanes
{
public:
    explicit ChromeLanes(const std::vector<ChromeSlice>& slices);

    /// The innermost slice of a lane around a moment; kNone where there is none.
    [[nodiscard]] std::uint32_t around(std::uint32_t lane, std::int64_t time) const;

    /// The first slice of a lane that begins then or later; kNone where there is none.
    [[nodiscard]] std::uint32_t next(std::uint32_t lane, std::int64_t time) const;

private:
    const std::vector<ChromeSlice>& m_slices;
    std::vector<std::vector<std::uint32_t>> m_lanes;
};

} // namespace tracestore
