#pragma once

#include "tracestore/model/trace_builder.h"

#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

/// List prices by model and date. The form of the JSON text is described in
/// resources/prices/README.md.
class PriceTable
{
public:
    /// Fails with Invalid, naming the entry, where the text is not of that form.
    static Result<PriceTable> parse(std::string_view json);

    /// Puts another table's models before these: they win where both match equally well.
    void overrideWith(PriceTable other);

    /// The price of a call: each bucket at its own rate. Nothing where the model or the date is not
    /// in the table, or a bucket that was used has no price. An unknown time takes the newest
    /// price.
    [[nodiscard]] std::optional<Cost>
    costOf(std::string_view model, std::optional<Timestamp> at, const TokenUsage& usage) const;

private:
    struct Price
    {
        Timestamp from;
        // Per million tokens.
        std::optional<double> input;
        std::optional<double> output;
        std::optional<double> cacheRead;
        std::optional<double> cacheWrite;
        std::optional<double> cacheWriteLong;
    };

    struct Model
    {
        std::vector<std::string> match;
        std::vector<Price> prices; ///< oldest first
    };

    [[nodiscard]] const Model* find(std::string_view model) const;

    std::string m_currency = "USD";
    std::vector<Model> m_models;
};

/// Gives every span that has tokens, counts in totals and states no cost the cost computed from the
/// table, marked as computed.
void computeCosts(TraceBuilder& builder, const PriceTable& prices);

} // namespace tracestore
