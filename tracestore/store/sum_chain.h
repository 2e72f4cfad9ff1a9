#pragma once

#include "tracestore/store/checked_row.h"

namespace tracestore {

/// Follows the chain of checksums through the rows of a table. Behind a damaged row two sums can be
/// the one to follow on: the stored one, and that of the row as it stands, where it was the stored
/// sum that was hit.
class SumChain
{
public:
    /// Whether the row, of which all columns were read, is what was written.
    bool takesRow(const RowReader& row)
    {
        const bool isIntact = row.isIntact(m_stored) || row.isIntact(m_computed);
        m_computed = isIntact ? row.storedSum() : row.rightSum(m_stored);
        m_stored = row.storedSum();
        return isIntact;
    }

    /// The sum on which the next row follows.
    [[nodiscard]] std::int64_t last() const { return m_stored; }

private:
    std::int64_t m_stored = 0;
    std::int64_t m_computed = 0;
};

} // namespace tracestore
