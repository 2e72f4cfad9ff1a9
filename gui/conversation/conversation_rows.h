#pragma once

#include "gui/context/trace_growth.h"
#include "gui/messages/conversation_builder.h"

#include <QSet>

#include <unordered_map>

namespace gui {

/// The rows of a transcript: the steps of a session, or of what lies below one span, each as one
/// row until its blocks are there. Agents are cards, with their steps below where they are open.
/// No widgets; a million steps take some tens of milliseconds.
class ConversationRows
{
public:
    struct Entry
    {
        tracestore::SpanId span;
        std::uint16_t level = 0;
        bool isCard = false;
        bool isOpen = false;
        std::vector<BlockPtr> blocks; ///< empty: not there yet
        bool isStale = false; ///< the blocks are those of an earlier state of the step
        BlockPtr live; ///< what a model says while it says it, behind the blocks; null: nothing

        [[nodiscard]] std::size_t rowCount() const
        {
            return std::max<std::size_t>(1, blockCount() + (live == nullptr ? 0 : 1));
        }

        /// The blocks in sight: what is being said stands in place of a line that says nothing.
        [[nodiscard]] std::size_t blockCount() const
        {
            const bool isLine = blocks.size() == 1 && blocks.front()->kind == BlockKind::Step;
            return isLine && live != nullptr ? 0 : blocks.size();
        }
    };

    /// What must be fetched to make the blocks of an entry.
    struct Needs
    {
        tracestore::SpanId previousCall;
        std::vector<tracestore::SpanId> told;
    };

    explicit ConversationRows(tracestore::TracePtr trace);

    /// Goes on with the trace as it has grown, at the cost of what stands behind the first new
    /// step. Blocks stay until newer ones are there. Gives the first entry of which something has
    /// changed, but for the figures of cards.
    std::size_t setTrace(tracestore::TracePtr trace, const TraceGrowth& growth);

    /// Shows what a model call that is under way has said so far. Whether rows have changed.
    bool setLiveText(tracestore::SpanId span, const QString& text);

    /// Shows a session, or only what is below `root` (and itself) where it is valid.
    void setScope(tracestore::SessionId session, tracestore::SpanId root);

    [[nodiscard]] tracestore::SessionId session() const { return m_session; }

    [[nodiscard]] tracestore::SpanId root() const { return m_root; }

    [[nodiscard]] const std::vector<Entry>& entries() const { return m_entries; }

    [[nodiscard]] std::size_t rowCount() const { return m_rows.size(); }

    [[nodiscard]] BlockPtr block(std::size_t row) const;
    [[nodiscard]] tracestore::SpanId spanOf(std::size_t row) const;

    [[nodiscard]] std::size_t entryOf(std::size_t row) const { return m_rows[row].entry; }

    /// The place of a row within its entry.
    [[nodiscard]] std::size_t placeOf(std::size_t row) const { return m_rows[row].place; }

    /// The first row of an entry, or of the one before the end.
    [[nodiscard]] std::size_t rowOfEntry(std::size_t entry) const;

    /// Whether an entry waits for its content.
    [[nodiscard]] bool isPending(std::size_t entry) const;
    [[nodiscard]] Needs needs(std::size_t entry) const;
    /// Makes the blocks of an entry. Call layOutRows() after the last of a batch.
    void setDetails(std::size_t entry, const StepDetails& details);
    void setFailed(std::size_t entry, const QString& why);
    void layOutRows(std::size_t firstEntry = 0);

    /// Opens or closes a card.
    void toggleCard(tracestore::SpanId card);

    /// Opens the cards that a span lies in.
    void openCardsOf(tracestore::SpanId span);

    /// The step that shows what this one says: itself, but for a message that its turn shows.
    [[nodiscard]] tracestore::SpanId tellerOf(tracestore::SpanId span) const;

    /// The entry of a span, or of the nearest one above it that has one; entries().size() where
    /// there is none.
    [[nodiscard]] std::size_t entryOfSpan(tracestore::SpanId span) const;

private:
    struct Row
    {
        std::uint32_t entry = 0;
        std::uint32_t place = 0;
    };

    /// Places of Trace::preOrder().
    struct Places
    {
        std::size_t first = 0;
        std::size_t end = 0;
    };

    void findCallIds(std::size_t firstSpan);
    [[nodiscard]] std::size_t markStale(const TraceGrowth& growth, std::size_t entryCount);
    void markStaleCalls(const TraceGrowth& growth, std::size_t firstEntry);
    void outline(std::size_t fromPlace = 0);
    void appendEntries(std::size_t fromPlace);
    [[nodiscard]] std::vector<std::size_t> cardEndsAround(std::size_t& place) const;
    [[nodiscard]] Places places() const;
    [[nodiscard]] std::size_t entriesBefore(std::size_t place) const;
    [[nodiscard]] bool isCard(tracestore::SpanId span) const;
    [[nodiscard]] bool isShown(tracestore::SpanId span) const;
    [[nodiscard]] bool isOpen(tracestore::SpanId card, std::size_t level) const;
    [[nodiscard]] const Block& card(tracestore::SpanId span) const;
    [[nodiscard]] ToolSteps toolsAround(std::size_t entry) const;

    tracestore::TracePtr m_trace;
    tracestore::SessionId m_session;
    tracestore::SpanId m_root;
    std::vector<Entry> m_entries;
    std::vector<Row> m_rows;
    QSet<std::uint32_t> m_toggledCards;
    std::unordered_set<std::string_view> m_callIds;
    /// Those that were looked at: counting what is below is not for every paint.
    mutable std::unordered_map<tracestore::SpanId, Block> m_cards;
};

} // namespace gui
