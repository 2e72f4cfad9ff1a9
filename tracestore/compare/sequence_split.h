#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace tracestore {

/// A stretch of each of two sequences.
struct SequenceRange
{
    std::uint32_t firstA = 0;
    std::uint32_t endA = 0;
    std::uint32_t firstB = 0;
    std::uint32_t endB = 0;

    [[nodiscard]] bool isOneSided() const { return firstA == endA || firstB == endB; }

    bool operator==(const SequenceRange&) const = default;
};

/// Finds a place of two sequences through which a shortest way of edits goes, from both ends at
/// once (Myers 1986, section 4b). Where that gets long it settles for the place that was reached
/// furthest, as GNU diff and xdiff do: what is found then may not be shortest, but is found soon.
class SequenceSplitter
{
public:
    SequenceSplitter(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);

    /// A place in A and one in B. The range is of the two sequences, and begins and ends with what
    /// differs.
    std::pair<std::uint32_t, std::uint32_t> split(const SequenceRange& range);

private:
    using Place = std::int32_t;

    /// One of the two searches: on each diagonal (place in A less place in B) how far it is.
    struct Front
    {
        Place least = 0; ///< diagonals
        Place most = 0;
    };

    void begin(const SequenceRange& range);
    [[nodiscard]] std::optional<Place> goForward();
    [[nodiscard]] std::optional<Place> goBackward();
    [[nodiscard]] std::optional<std::pair<Place, Place>> bestSnake(Place cost) const;
    [[nodiscard]] std::pair<Place, Place> furthest() const;

    [[nodiscard]] Place& forwardAt(Place diagonal)
    {
        return m_forward[static_cast<std::size_t>(diagonal + m_offset)];
    }

    [[nodiscard]] Place& backwardAt(Place diagonal)
    {
        return m_backward[static_cast<std::size_t>(diagonal + m_offset)];
    }

    [[nodiscard]] Place forwardAt(Place diagonal) const
    {
        return m_forward[static_cast<std::size_t>(diagonal + m_offset)];
    }

    [[nodiscard]] Place backwardAt(Place diagonal) const
    {
        return m_backward[static_cast<std::size_t>(diagonal + m_offset)];
    }

    std::span<const std::uint32_t> m_a;
    std::span<const std::uint32_t> m_b;
    std::vector<Place> m_forward;
    std::vector<Place> m_backward;
    Place m_offset = 0; ///< index of diagonal 0
    Place m_longSearch = 0; ///< after so many edits it settles for less

    Place m_firstA = 0;
    Place m_endA = 0;
    Place m_firstB = 0;
    Place m_endB = 0;
    Front m_from;
    Front m_to;
    bool m_isOdd = false;
    bool m_sawSnake = false;
    Place m_meetB = 0; ///< of the last step that met the other search
};

} // namespace tracestore
