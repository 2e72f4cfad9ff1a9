#include "gui/inspector/facts.h"
#include "gui/theme/format.h"
#include "gui/theme/words.h"

#include <QCoreApplication>

#include <cmath>

namespace gui {

using namespace Qt::StringLiterals;
using namespace tracestore;

namespace {

    QString usageText(const char* text)
    {
        return QCoreApplication::translate("gui::Inspector", text);
    }

    struct Bucket
    {
        QString name;
        std::optional<std::int64_t> tokens;
        ColorRole color;
        std::optional<Cost> cost;
    };

    QString stateText(UsageState state)
    {
        switch (state) {
        case UsageState::Reported:
            return usageText("as reported by the provider");
        case UsageState::Partial:
            return usageText("a lower bound: the source counted only a part");
        case UsageState::CumulativeDelta:
            return usageText("the difference of running totals");
        case UsageState::Aggregated:
            return usageText("summed up over several calls");
        case UsageState::Estimated:
            return usageText("estimated");
        }
        return {};
    }

    std::vector<Bucket> bucketsOf(const TokenUsage& usage)
    {
        return {{usageText("Input, not cached"), usage.input, ColorRole::Agent, {}},
                {usageText("Input, from a cache"), usage.cacheRead, ColorRole::Tool, {}},
                {usageText("Input, written to a cache"), usage.cacheWrite, ColorRole::User, {}},
                {usageText("Output"), usage.output, ColorRole::Model, {}}};
    }

    /// What each bucket costs by itself; false where that does not add up to the cost shown, as
    /// with prices that were not those of the table.
    bool
    price(std::vector<Bucket>& buckets, const Trace& trace, SpanId span, const PriceTable& prices)
    {
        const TokenUsage usage = *trace.usage(span);
        std::array<TokenUsage, 4> single;
        single[0].input = usage.input;
        single[1].cacheRead = usage.cacheRead;
        single[2].cacheWrite = usage.cacheWrite;
        single[2].cacheWriteLong = usage.cacheWriteLong;
        single[3].output = usage.output;
        double sum = 0;
        for (std::size_t i = 0; i < buckets.size(); ++i) {
            if (buckets[i].tokens.value_or(0) == 0)
                continue;
            buckets[i].cost = prices.costOf(trace.model(span), trace.start(span), single.at(i));
            if (!buckets[i].cost)
                return false;
            sum += buckets[i].cost->amount;
        }
        const double shown = trace.cost(span)->amount;
        return std::abs(sum - shown) <= 1e-6 * std::max(std::abs(shown), 1e-9);
    }

    Fact costFact(const Cost* cost)
    {
        if (cost == nullptr)
            return {usageText("Cost"),
                    usageText("Total"),
                    usageText("not recorded, and no list price is known"),
                    Fact::Tone::Dim};
        return {usageText("Cost"),
                usageText("Total"),
                formatCost(*cost) + u"  ·  "_s + costSourceName(cost->source)};
    }

} // namespace

std::vector<Fact> usageFacts(const Trace& trace, SpanId span, const PriceTable* prices)
{
    std::vector<Fact> facts;
    const TokenUsage* usage = trace.usage(span);
    const Cost* cost = trace.cost(span);
    if (usage != nullptr) {
        const QString section = usageText("Tokens");
        std::vector<Bucket> buckets = bucketsOf(*usage);
        const bool isPriced = prices != nullptr && cost != nullptr
            && cost->source == CostSource::Computed && price(buckets, trace, span, *prices);
        Fact total {section, usageText("Total"), formatCount(usage->total())};
        if (total.value.isEmpty()) {
            total.value = usageText("not recorded");
            total.tone = Fact::Tone::Dim;
        }
        for (const Bucket& bucket : buckets)
            if (bucket.tokens.value_or(0) > 0)
                total.bar.push_back({bucket.color, static_cast<double>(*bucket.tokens)});
        facts.push_back(std::move(total));
        for (const Bucket& bucket : buckets) {
            Fact fact {section, bucket.name, formatCount(bucket.tokens)};
            if (fact.value.isEmpty()) {
                fact.value = usageText("not recorded");
                fact.tone = Fact::Tone::Dim;
            } else if (isPriced && bucket.cost) {
                fact.value += u"  ·  "_s + formatCost(*bucket.cost);
            }
            facts.push_back(std::move(fact));
            if (&bucket == &buckets[2] && usage->cacheWriteLong)
                facts.push_back({section,
                                 usageText("… of that kept for an hour"),
                                 formatCount(*usage->cacheWriteLong)});
        }
        if (usage->reasoning)
            facts.push_back(
                {section, usageText("… of that reasoning"), formatCount(*usage->reasoning)});
        if (usage->reportedTotal)
            facts.push_back(
                {section, usageText("Total as reported"), formatCount(*usage->reportedTotal)});
        const bool isSure = usage->state == UsageState::Reported;
        facts.push_back({section,
                         usageText("How it is known"),
                         stateText(usage->state),
                         isSure ? Fact::Tone::Dim : Fact::Tone::Doubtful});
        if (!trace.countsInTotals(span))
            facts.push_back({section,
                             usageText("In totals"),
                             usageText("no: these tokens are counted at another step"),
                             Fact::Tone::Dim});
    }
    if (usage != nullptr || cost != nullptr)
        facts.push_back(costFact(cost));
    return facts;
}

} // namespace gui
