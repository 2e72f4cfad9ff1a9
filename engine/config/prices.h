#pragma once

#include "tracestore/analysis/price_table.h"

#include <QString>

#include <memory>
#include <string>

namespace engine {

/// The prices to compute costs with.
struct Prices
{
    std::shared_ptr<const tracestore::PriceTable> table; ///< never null

    /// Empty, or a sentence for the user that says why the user's own file is not used.
    std::string problem;
};

/// The table that comes with Kymo, and before it the models of the user's file where there is one.
/// A bad user file leaves ours alone.
Prices loadPrices(const QString& userFile);

} // namespace engine
