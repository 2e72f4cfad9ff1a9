#include "tracestore/import/chrome/chrome_slices.h"

#include <algorithm>
#include <unordered_map>

namespace tracestore {
namespace {

    using Type = ChromeMark::Type;

    /// In order of time, and of the file where times are equal; but of slices that begin together
    /// the longest first, for many write a slice when it ends, so inner ones before outer ones.
    void sortMarks(std::vector<ChromeMark>& marks, const std::vector<ChromeSlice>& slices)
    {
        std::ranges::stable_sort(marks, [](const ChromeMark& a, const ChromeMark& b) {
            return a.lane != b.lane ? a.lane < b.lane : a.time < b.time;
        });
        const auto isWhole = [](const ChromeMark& mark) { return mark.type == Type::Whole; };
        for (auto first = marks.begin(); first != marks.end();) {
            const auto last = std::find_if(first, marks.end(), [&](const ChromeMark& mark) {
                return mark.lane != first->lane || mark.time != first->time;
            });
            if (std::distance(first, last) > 1 && std::all_of(first, last, isWhole))
                std::stable_sort(first, last, [&](const ChromeMark& a, const ChromeMark& b) {
                    return slices[a.slice].end > slices[b.slice].end;
                });
            first = last;
        }
    }

    /// One walk over the marks of a lane after another.
    class Nesting
    {
    public:
        explicit Nesting(std::vector<ChromeSlice>& slices)
            : m_slices(slices)
        { }

        void take(const ChromeMark& mark)
        {
            if (mark.lane != m_lane)
                leaveLane();
            m_lane = mark.lane;
            if (mark.type == Type::End)
                end(mark);
            else
                begin(mark);
        }

        void leaveLane()
        {
            for (const Open& open : m_open)
                m_result.unfinished += open.isBegun ? 1 : 0;
            m_open.clear();
        }

        ChromeNesting& result() { return m_result; }

    private:
        struct Open
        {
            std::uint32_t slice = 0;
            bool isBegun = false; ///< its end is still to come
        };

        void begin(const ChromeMark& mark)
        {
            ChromeSlice& slice = m_slices[mark.slice];
            while (!m_open.empty() && !m_open.back().isBegun
                   && m_slices[m_open.back().slice].end <= mark.time && !isSame(slice))
                m_open.pop_back();
            // One that reaches beyond the one around it stands beside it.
            while (!m_open.empty() && mark.type == Type::Whole && !m_open.back().isBegun
                   && m_slices[m_open.back().slice].end < slice.end) {
                ++m_result.overlaps;
                m_open.pop_back();
            }
            slice.parent = m_open.empty() ? ChromeSlice::kNone : m_open.back().slice;
            if (mark.type != Type::Moment)
                m_open.push_back({mark.slice, mark.type == Type::Begin});
        }

        /// A moment at the very end of a slice is still in it, as is a slice of no length.
        bool isSame(const ChromeSlice& slice) const
        {
            const ChromeSlice& around = m_slices[m_open.back().slice];
            return slice.start == around.end && slice.start != around.start
                && (slice.isMoment || slice.end == slice.start);
        }

        void end(const ChromeMark& mark)
        {
            // Async slices of one id are few; those of a stranger may be many, with other names.
            constexpr int kMostSteps = 256;
            auto open = m_open.end();
            int steps = 0;
            for (auto at = m_open.rbegin(); at != m_open.rend(); ++at) {
                if (m_slices[at->slice].isAsync && ++steps > kMostSteps)
                    break;
                const bool fits = mark.name.isEmpty() || m_slices[at->slice].name == mark.name;
                if (at->isBegun && (fits || !m_slices[at->slice].isAsync)) {
                    open = std::prev(at.base());
                    break;
                }
            }
            if (open == m_open.end()) {
                m_result.endsWithoutBegin.push_back(mark.place);
                return;
            }
            ChromeSlice& slice = m_slices[open->slice];
            slice.end = std::max(mark.time, slice.start);
            slice.endPlace = mark.place;
            // Of a thread everything inside is over as well; of async slices others go on.
            if (slice.isAsync)
                m_open.erase(open);
            else
                m_open.erase(open, m_open.end());
        }

        std::vector<ChromeSlice>& m_slices;
        std::vector<Open> m_open;
        std::uint32_t m_lane = ChromeSlice::kNone;
        ChromeNesting m_result;
    };

} // namespace

ChromeNesting nestSlices(std::vector<ChromeMark> marks, std::vector<ChromeSlice>& slices)
{
    sortMarks(marks, slices);
    Nesting nesting(slices);
    for (const ChromeMark& mark : marks)
        nesting.take(mark);
    nesting.leaveLane();
    return std::move(nesting.result());
}

ChromeLanes::ChromeLanes(const std::vector<ChromeSlice>& slices)
    : m_slices(slices)
{
    for (std::uint32_t i = 0; i < slices.size(); ++i) {
        if (slices[i].isMoment || slices[i].isAsync || !slices[i].hasStart)
            continue;
        m_lanes.resize(std::max<std::size_t>(m_lanes.size(), slices[i].lane + 1U));
        m_lanes[slices[i].lane].push_back(i);
    }
    for (auto& lane : m_lanes)
        std::ranges::stable_sort(lane, [&](std::uint32_t a, std::uint32_t b) {
            return slices[a].start != slices[b].start ? slices[a].start < slices[b].start
                                                      : slices[a].end > slices[b].end;
        });
}

std::uint32_t ChromeLanes::around(std::uint32_t lane, std::int64_t time) const
{
    // Arrows of a file of strangers could all lie far above deep slices.
    constexpr int kMostSteps = 256;
    if (lane >= m_lanes.size())
        return ChromeSlice::kNone;
    const auto after = std::ranges::upper_bound(
        m_lanes[lane], time, {}, [&](std::uint32_t slice) { return m_slices[slice].start; });
    if (after == m_lanes[lane].begin())
        return ChromeSlice::kNone;
    std::uint32_t slice = *std::prev(after);
    for (int i = 0; i < kMostSteps && slice != ChromeSlice::kNone; ++i) {
        if (m_slices[slice].end >= time)
            return slice;
        slice = m_slices[slice].parent;
    }
    return ChromeSlice::kNone;
}

std::uint32_t ChromeLanes::next(std::uint32_t lane, std::int64_t time) const
{
    if (lane >= m_lanes.size())
        return ChromeSlice::kNone;
    const auto at = std::ranges::lower_bound(
        m_lanes[lane], time, {}, [&](std::uint32_t slice) { return m_slices[slice].start; });
    return at == m_lanes[lane].end() ? ChromeSlice::kNone : *at;
}

} // namespace tracestore
