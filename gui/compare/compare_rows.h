#pragma once

#include "tracestore/compare/trace_alignment.h"

#include <optional>
#include <vector>

namespace gui {

/// How much of what is equal stands in one row.
enum class EqualFolding : std::uint8_t
{
    None,
    Stretches, ///< what is equal, but for what stands beside a difference
    All, ///< all of it
};

/// A row: a pair of steps, or a stretch of pairs that are equal.
struct CompareRow
{
    std::uint32_t first = 0; ///< index of the first pair
    std::uint32_t count = 1; ///< pairs of a stretch, with those that are closed in it
    bool isFold = false;

    bool operator==(const CompareRow&) const = default;
};

/// The pairs of an alignment laid flat as rows, with steps that are closed and stretches that are
/// folded. What is above a difference is never folded: the tree keeps its shape. Every change makes
/// the list anew in one pass over the pairs.
class CompareRows
{
public:
    explicit CompareRows(const std::vector<tracestore::StepPair>& pairs);

    [[nodiscard]] const std::vector<CompareRow>& rows() const { return m_rows; }

    [[nodiscard]] EqualFolding folding() const { return m_folding; }

    /// Folds anew, stretches that were opened as well.
    void setFolding(EqualFolding folding);

    /// Behind the last pair below a pair.
    [[nodiscard]] std::size_t endOf(std::size_t pair) const { return m_end[pair]; }

    [[nodiscard]] bool hasBelow(std::size_t pair) const { return m_end[pair] > pair + 1; }

    [[nodiscard]] bool isOpen(std::size_t pair) const { return m_isOpen[pair]; }

    [[nodiscard]] std::size_t differencesBelow(std::size_t pair) const
    {
        return m_differencesBefore[m_end[pair]] - m_differencesBefore[pair + 1];
    }

    [[nodiscard]] std::optional<std::size_t> parentOf(std::size_t pair) const;

    void setOpen(std::size_t pair, bool isOpen);
    void setAllOpen(bool isOpen);

    /// Shows the pairs of a folded stretch.
    void unfold(const CompareRow& row);

    /// Opens and unfolds what hides a pair. False where nothing did.
    bool show(std::size_t pair);

    /// The row that shows a pair or hides it; there is one.
    [[nodiscard]] std::size_t rowOf(std::size_t pair) const;

private:
    void list();
    void findShape(const std::vector<tracestore::StepPair>& pairs);
    [[nodiscard]] std::vector<std::uint32_t> openPairs() const;
    [[nodiscard]] std::vector<bool> keptOf(const std::vector<std::uint32_t>& open) const;

    [[nodiscard]] bool isDifference(std::size_t pair) const
    {
        return m_differencesBefore[pair + 1] > m_differencesBefore[pair];
    }

    static constexpr std::uint32_t kNone = 0xFFFFFFFF;

    std::vector<std::uint32_t> m_end; ///< behind the last below each
    std::vector<std::uint32_t> m_parent; ///< kNone at the top
    std::vector<std::uint32_t> m_differencesBefore; ///< count + 1 of them
    std::vector<bool> m_isOpen;
    std::vector<bool> m_isUnfolded; ///< by the user
    EqualFolding m_folding = EqualFolding::Stretches;
    std::vector<CompareRow> m_rows;
};

} // namespace gui
