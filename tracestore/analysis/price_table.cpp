#include "tracestore/analysis/price_table.h"

#include "tracestore/base/json_io.h"
#include "tracestore/base/saturated.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace tracestore {
namespace {

    using nlohmann::json;

    constexpr double kTokensPerUnit = 1e6;

    /// How well a pattern fits: nothing where it does not; an exact name beats any glob, a longer
    /// glob a shorter one. `*` stands for any text, once.
    std::optional<std::size_t> fit(std::string_view pattern, std::string_view model)
    {
        const std::size_t star = pattern.find('*');
        if (star == std::string_view::npos)
            return pattern == model ? std::optional(std::string_view::npos) : std::nullopt;
        const std::string_view head = pattern.substr(0, star);
        const std::string_view tail = pattern.substr(star + 1);
        const bool fits = model.size() >= head.size() + tail.size() && model.starts_with(head)
            && model.ends_with(tail);
        return fits ? std::optional(head.size() + tail.size()) : std::nullopt;
    }

    Failure failEntry(std::size_t index, const std::string& what)
    {
        return fail(ErrorCode::Invalid,
                    "Entry " + std::to_string(index + 1) + " of the price table " + what);
    }

    /// A rate that may be absent, but is a number of zero or more where it is there.
    Result<std::optional<double>> rate(const json& price, const char* key, std::size_t index)
    {
        const auto found = price.find(key);
        if (found == price.end() || found->is_null())
            return std::optional<double>();
        if (!found->is_number() || !(found->get<double>() >= 0))
            return failEntry(
                index, "has a price `" + std::string(key) + "` that is not a positive number.");
        return std::optional(found->get<double>());
    }

    /// Adds tokens at a rate; false where there are tokens and no rate.
    bool charge(double& sum, std::optional<std::int64_t> tokens, std::optional<double> perUnit)
    {
        if (!tokens || *tokens == 0)
            return true;
        if (!perUnit)
            return false;
        sum += static_cast<double>(*tokens) / kTokensPerUnit * *perUnit;
        return true;
    }

} // namespace

Result<PriceTable> PriceTable::parse(std::string_view text)
{
    auto parsed = parseJson(text);
    if (!parsed)
        return fail(std::move(parsed).error().in("price table"));
    const json& root = *parsed;
    if (!root.is_object() || !root.contains("models") || !root["models"].is_array())
        return fail(ErrorCode::Invalid, "The price table has no list `models`.");
    if (root.contains("unit") && root["unit"] != "per_million_tokens")
        return fail(ErrorCode::Invalid, "The price table's `unit` is not `per_million_tokens`.");
    PriceTable table;
    if (const auto currency = root.find("currency");
        currency != root.end() && currency->is_string())
        table.m_currency = currency->get<std::string>();
    for (std::size_t i = 0; i < root["models"].size(); ++i) {
        const json& entry = root["models"][i];
        if (!entry.is_object() || !entry.contains("match") || !entry["match"].is_array()
            || !entry.contains("prices") || !entry["prices"].is_array())
            return failEntry(i, "has no lists `match` and `prices`.");
        Model model;
        for (const json& pattern : entry["match"]) {
            if (!pattern.is_string())
                return failEntry(i, "has a `match` that is not a text.");
            model.match.push_back(pattern.get<std::string>());
        }
        for (const json& from : entry["prices"]) {
            const std::string day
                = from.is_object() ? from.value("from", std::string()) : std::string();
            const auto since = parseIsoTimestamp(day + "T00:00:00Z");
            if (!since)
                return failEntry(i, "has a price whose `from` is not a date such as 2025-09-29.");
            Price price;
            price.from = *since;
            for (const auto& [key, to] : {std::pair("input", &price.input),
                                          std::pair("output", &price.output),
                                          std::pair("cache_read", &price.cacheRead),
                                          std::pair("cache_write", &price.cacheWrite),
                                          std::pair("cache_write_1h", &price.cacheWriteLong)}) {
                auto value = rate(from, key, i);
                if (!value)
                    return fail(std::move(value).error());
                *to = *value;
            }
            model.prices.push_back(price);
        }
        std::ranges::sort(model.prices, {}, &Price::from);
        table.m_models.push_back(std::move(model));
    }
    return table;
}

void PriceTable::overrideWith(PriceTable other)
{
    m_models.insert(m_models.begin(),
                    std::make_move_iterator(other.m_models.begin()),
                    std::make_move_iterator(other.m_models.end()));
}

std::optional<Cost> PriceTable::costOf(std::string_view model,
                                       std::optional<Timestamp> at,
                                       const TokenUsage& usage) const
{
    const Model* known = find(model);
    if (known == nullptr || known->prices.empty())
        return {};
    const Price* price = &known->prices.back();
    if (at) {
        const auto later = std::ranges::upper_bound(known->prices, *at, {}, &Price::from);
        if (later == known->prices.begin())
            return {};
        price = &*std::prev(later);
    }
    // What is kept for an hour is a part of what was written, at a rate of its own.
    std::optional<std::int64_t> writtenShort = usage.cacheWrite;
    if (writtenShort && usage.cacheWriteLong)
        writtenShort
            = std::max<std::int64_t>(0, saturatedDifference(*writtenShort, *usage.cacheWriteLong));
    double sum = 0;
    const bool isPriced = charge(sum, usage.input, price->input)
        && charge(sum, usage.cacheRead, price->cacheRead)
        && charge(sum, writtenShort, price->cacheWrite)
        && charge(sum, usage.cacheWriteLong, price->cacheWriteLong)
        && charge(sum, usage.output, price->output);
    if (!isPriced || (!usage.inputTotal() && !usage.output))
        return {};
    return Cost {sum, m_currency, CostSource::Computed};
}

const PriceTable::Model* PriceTable::find(std::string_view model) const
{
    const Model* best = nullptr;
    std::size_t bestFit = 0;
    for (const Model& candidate : m_models) {
        for (const std::string& pattern : candidate.match) {
            const auto how = fit(pattern, model);
            if (how && (best == nullptr || *how > bestFit)) {
                best = &candidate;
                bestFit = *how;
            }
        }
    }
    return best;
}

void computeCosts(TraceBuilder& builder, const PriceTable& prices)
{
    const SpanColumns& spans = builder.columns();
    for (std::size_t i = 0; i < spans.size(); ++i) {
        const bool isOpen = spans.usage[i] != SpanId::kNone && spans.cost[i] == SpanId::kNone
            && spans.countsInTotals[i] != 0;
        if (!isOpen)
            continue;
        const std::optional<Timestamp> at = spans.start[i] == SpanColumns::kNoTime
            ? std::nullopt
            : std::optional(Timestamp {spans.start[i]});
        const TokenUsage usage = spans.usages[spans.usage[i]];
        // The name that was asked for may be an alias of the one that answered, or the reverse.
        for (const StringId model : {spans.respondedModel[i], spans.requestedModel[i]}) {
            const auto cost = prices.costOf(builder.text(model), at, usage);
            if (!cost)
                continue;
            builder.setCost(SpanId(i), *cost);
            break;
        }
    }
}

} // namespace tracestore
