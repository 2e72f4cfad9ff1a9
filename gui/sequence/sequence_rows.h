#pragma once

#include "gui/sequence/sequence.h"

#include <span>

namespace gui {

/// A line of the picture: an item, or the head of a loop.
struct SequenceRow
{
    std::uint32_t item = SequenceItem::kNone; ///< kNone on the head of a loop
    std::uint32_t loop = SequenceItem::kNone; ///< the loop that it is the head or a part of

    [[nodiscard]] bool isHead() const { return item == SequenceItem::kNone; }

    bool operator==(const SequenceRow&) const = default;
};

/// Rows from first to last.
struct RowStretch
{
    std::uint32_t first = 0;
    std::uint32_t last = 0;

    bool operator==(const RowStretch&) const = default;
};

/// The rows of a sequence in sight while its loops are folded and opened. A closed loop is its head
/// and one of its rounds: the first with a failure, else the first, or whichever is asked for. A
/// change lists all rows anew, which is a pass over the items.
class SequenceRows
{
public:
    explicit SequenceRows(SequencePtr sequence);

    [[nodiscard]] const Sequence& sequence() const { return *m_sequence; }

    [[nodiscard]] std::size_t count() const { return m_rows.size(); }

    [[nodiscard]] const SequenceRow& at(std::size_t row) const { return m_rows[row]; }

    /// The row of an item; in a closed loop the one that stands for it in the round shown.
    [[nodiscard]] std::uint32_t rowOf(std::uint32_t item) const { return m_rowOfItem[item]; }

    [[nodiscard]] std::uint32_t rowOfHead(std::uint32_t loop) const { return m_rowOfHead[loop]; }

    /// kNone where an item is in no loop.
    [[nodiscard]] std::uint32_t loopOf(std::uint32_t item) const;
    /// Which round of its loop an item is in, from 0.
    [[nodiscard]] std::uint32_t roundOf(std::uint32_t item) const;

    [[nodiscard]] bool isOpen(std::uint32_t loop) const { return m_loops[loop].isOpen; }

    [[nodiscard]] std::uint32_t roundShown(std::uint32_t loop) const { return m_loops[loop].round; }

    /// How many items of a loop failed; a call and its result are one.
    [[nodiscard]] std::uint32_t failuresIn(std::uint32_t loop) const
    {
        return m_loops[loop].failures;
    }

    /// The stretches of rows in which a participant is at work, in order, none touching another.
    [[nodiscard]] std::span<const RowStretch> activity(std::uint32_t participant) const
    {
        return m_activity[participant];
    }

    void setOpen(std::uint32_t loop, bool isOpen);
    void setAllOpen(bool isOpen);

    /// Opens the loops that are open in the rows of the same sequence before it went on.
    void openAsIn(const SequenceRows& before);

    /// Brings the round of an item into a closed loop. True where rows have changed.
    bool showItem(std::uint32_t item);

private:
    struct LoopState
    {
        bool isOpen = false;
        std::uint32_t round = 0;
        std::uint32_t failures = 0;
    };

    void judgeLoops();
    void relist();
    void listLoop(std::uint32_t loop);
    void findActivity();
    void addActivity(std::uint32_t participant, std::uint32_t a, std::uint32_t b);

    SequencePtr m_sequence;
    std::vector<LoopState> m_loops;
    std::vector<SequenceRow> m_rows;
    std::vector<std::uint32_t> m_rowOfItem;
    std::vector<std::uint32_t> m_rowOfHead;
    std::vector<std::vector<RowStretch>> m_activity; ///< of each participant
};

} // namespace gui
