#include "tracestore/compare/common_tree.h"

namespace tracestore {
namespace {

    constexpr std::uint32_t kNoRow = ~std::uint32_t {0};

    /// A row and its place in the tree, as a list of siblings that grows in its middle.
    struct Row
    {
        StepPair pair;
        std::uint32_t parent = kNoRow;
        std::uint32_t firstChild = kNoRow;
        std::uint32_t lastChild = kNoRow;
        std::uint32_t next = kNoRow;
        std::uint32_t lastFromB = kNoRow; ///< the child after which what B has more goes
        std::uint32_t furthestOfA = 0; ///< of those the last that A has, too
        bool holdsPairs = false; ///< something below it is on both sides
    };

    class Tree
    {
    public:
        Tree(const ComparedSide& sideA, const ComparedSide& sideB, const StepPartners& partners)
            : m_a(sideA)
            , m_b(sideB)
            , m_partners(partners)
            , m_rowOfA(sideA.trace().spanCount(), kNoRow)
            , m_rowOfB(sideB.trace().spanCount(), kNoRow)
            , m_siblingRow(sideB.trace().spanCount() + 1, kNoRow)
        {
            m_rows.reserve(sideA.spans().size() + sideB.spans().size() + 1);
            m_rows.emplace_back(); // the root, which is no row
        }

        std::vector<StepPair> build()
        {
            for (const SpanId span : m_a.spans())
                addA(span);
            m_rowsOfA = static_cast<std::uint32_t>(m_rows.size());
            for (const SpanId span : m_b.spans())
                addB(span);
            return inOrder();
        }

    private:
        void addA(SpanId span)
        {
            const Partner& partner = m_partners.ofA(span);
            const SpanId parent = m_a.trace().parent(span);
            const auto row = static_cast<std::uint32_t>(m_rows.size());
            m_rows.emplace_back();
            StepPair& pair = m_rows.back().pair;
            pair.a = span;
            pair.b = partner.span;
            pair.reason = partner.reason;
            pair.confidence = partner.span.isValid() ? partner.confidence : 1;
            pair.state = partner.span.isValid() ? PairState::Equal : PairState::OnlyA;
            m_rowOfA[m_a.trace().preOrderIndex(span)] = row;
            if (partner.span.isValid())
                m_rowOfB[m_b.trace().preOrderIndex(partner.span)] = row;
            append(m_a.holds(parent) ? m_rowOfA[m_a.trace().preOrderIndex(parent)] : 0, row);
            if (partner.span.isValid())
                noteHolders(m_rows[row].parent);
        }

        void addB(SpanId span)
        {
            const std::size_t place = m_b.trace().preOrderIndex(span);
            const SpanId parent = m_b.trace().parent(span);
            const bool hasParent = m_b.holds(parent);
            // The last sibling in B that is in A, too.
            std::uint32_t& sibling
                = m_siblingRow[hasParent ? m_b.trace().preOrderIndex(parent) + 1 : 0];
            if (const std::uint32_t row = m_rowOfB[place]; row != kNoRow) {
                if (m_partners.ofA(m_rows[row].pair.a).isMoved)
                    return;
                noteFromB(row);
                sibling = row;
                return;
            }
            const auto row = static_cast<std::uint32_t>(m_rows.size());
            m_rows.emplace_back();
            m_rows.back().pair.b = span;
            m_rows.back().pair.state = PairState::OnlyB;
            m_rowOfB[place] = row;
            if (sibling != kNoRow)
                insert(m_rows[sibling].parent, row);
            else
                insert(hasParent ? m_rowOfB[m_b.trace().preOrderIndex(parent)] : 0, row);
        }

        /// B has come as far as a row, and so as far as the rows around it.
        void noteFromB(std::uint32_t row)
        {
            while (row != 0) {
                Row& above = m_rows[m_rows[row].parent];
                // What was asked for at once may come in another order: it stays as far as it was.
                const bool isBack = row < m_rowsOfA && row < above.furthestOfA;
                if (above.lastFromB == row || isBack)
                    return;
                above.lastFromB = row;
                above.furthestOfA = row < m_rowsOfA ? row : above.furthestOfA;
                row = m_rows[row].parent;
            }
        }

        void noteHolders(std::uint32_t row)
        {
            for (; row != 0 && !m_rows[row].holdsPairs; row = m_rows[row].parent)
                m_rows[row].holdsPairs = true;
        }

        void append(std::uint32_t parent, std::uint32_t row)
        {
            m_rows[row].parent = parent;
            Row& above = m_rows[parent];
            if (above.lastChild == kNoRow)
                above.firstChild = row;
            else
                m_rows[above.lastChild].next = row;
            above.lastChild = row;
        }

        /// Behind the last row that B has had, and what A has more there.
        void insert(std::uint32_t parent, std::uint32_t row)
        {
            m_rows[row].parent = parent;
            Row& above = m_rows[parent];
            std::uint32_t after = above.lastFromB;
            std::uint32_t next = after == kNoRow ? above.firstChild : m_rows[after].next;
            while (next != kNoRow && m_rows[next].pair.state == PairState::OnlyA
                   && !m_rows[next].holdsPairs) {
                after = next;
                next = m_rows[next].next;
            }
            m_rows[row].next = next;
            if (after == kNoRow)
                above.firstChild = row;
            else
                m_rows[after].next = row;
            if (next == kNoRow)
                above.lastChild = row;
            noteFromB(row);
        }

        [[nodiscard]] std::vector<StepPair> inOrder() const
        {
            std::vector<StepPair> pairs;
            pairs.reserve(m_rows.size() - 1);
            std::uint32_t depth = 0;
            std::uint32_t at = m_rows[0].firstChild;
            while (at != kNoRow) {
                pairs.push_back(m_rows[at].pair);
                pairs.back().depth = depth;
                if (m_rows[at].firstChild != kNoRow) {
                    at = m_rows[at].firstChild;
                    ++depth;
                    continue;
                }
                while (at != 0 && m_rows[at].next == kNoRow) {
                    at = m_rows[at].parent;
                    --depth;
                }
                at = at == 0 ? kNoRow : m_rows[at].next;
            }
            return pairs;
        }

        const ComparedSide& m_a;
        const ComparedSide& m_b;
        const StepPartners& m_partners;
        std::vector<Row> m_rows;
        std::uint32_t m_rowsOfA = 0; ///< rows that A has come before those that only B has
        std::vector<std::uint32_t> m_rowOfA;
        std::vector<std::uint32_t> m_rowOfB;
        std::vector<std::uint32_t> m_siblingRow;
    };

} // namespace

std::vector<StepPair>
commonTree(const ComparedSide& sideA, const ComparedSide& sideB, const StepPartners& partners)
{
    return Tree(sideA, sideB, partners).build();
}

} // namespace tracestore
