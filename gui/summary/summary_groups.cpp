#include "gui/summary/summary_groups.h"

#include "gui/theme/format.h"
#include "gui/theme/words.h"

#include <QCoreApplication>

#include <algorithm>

namespace gui {

using tracestore::Duration;
using tracestore::Grouping;
using tracestore::LatencySummary;
using tracestore::SpanGroup;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::SpanStatus;
using tracestore::Trace;

namespace {

    QString tr(const char* text)
    {
        return QCoreApplication::translate("gui::Summary", text);
    }

    std::optional<Duration> percentile(const std::optional<LatencySummary>& latency,
                                       SummaryField field)
    {
        if (!latency)
            return {};
        switch (field) {
        case SummaryField::P50:
            return latency->p50;
        case SummaryField::P90:
            return latency->p90;
        default:
            return latency->p99;
        }
    }

    bool isLatency(SummaryField field)
    {
        return field == SummaryField::Latency || field == SummaryField::P50
            || field == SummaryField::P90 || field == SummaryField::P99;
    }

    std::optional<std::int64_t> tokensIn(const tracestore::TokenUsage& usage, SummaryField field)
    {
        switch (field) {
        case SummaryField::Input:
            return usage.input;
        case SummaryField::CacheRead:
            return usage.cacheRead;
        case SummaryField::CacheWrite:
            return usage.cacheWrite;
        case SummaryField::Output:
            return usage.output;
        default:
            return usage.total();
        }
    }

    std::optional<std::int64_t> countOf(const SpanGroup& group, SummaryField field)
    {
        switch (field) {
        case SummaryField::ModelCalls:
            return group.totals.llmCalls;
        case SummaryField::ToolCalls:
            return group.totals.toolCalls;
        case SummaryField::Errors:
            return group.totals.errors;
        case SummaryField::Retries:
            return group.retries;
        default:
            return tokensIn(group.totals.tokens, field);
        }
    }

    /// What the steps of a group are ordered by; nothing where a step does not have it.
    std::optional<double> weightOf(const Trace& trace, SpanId span, SummaryField field)
    {
        if (!trace.countsInTotals(span))
            return {};
        if (isLatency(field)) {
            const auto duration = trace.duration(span);
            return duration ? std::optional(static_cast<double>(duration->ns)) : std::nullopt;
        }
        if (field == SummaryField::Cost) {
            const auto* cost = trace.cost(span);
            return cost == nullptr ? std::nullopt : std::optional(cost->amount);
        }
        const auto* usage = trace.usage(span);
        const auto tokens = usage == nullptr ? std::nullopt : tokensIn(*usage, field);
        return tokens && *tokens > 0 ? std::optional(static_cast<double>(*tokens)) : std::nullopt;
    }

    bool isMeasured(const Trace& trace, SpanId span, Grouping grouping)
    {
        return grouping == Grouping::Kind
            || trace.kind(span) == (grouping == Grouping::Tool ? SpanKind::Tool : SpanKind::Llm);
    }

    std::vector<SpanId>
    largestFirst(const Trace& trace, const SpanGroup& group, Grouping grouping, SummaryField field)
    {
        std::vector<std::pair<double, SpanId>> weights;
        for (const SpanId span : group.spans) {
            if (isLatency(field) && !isMeasured(trace, span, grouping))
                continue;
            if (const auto weight = weightOf(trace, span, field))
                weights.emplace_back(*weight, span);
        }
        std::ranges::stable_sort(
            weights, std::ranges::greater(), &std::pair<double, SpanId>::first);
        std::vector<SpanId> steps;
        for (const auto& [weight, span] : weights)
            steps.push_back(span);
        return steps;
    }

} // namespace

std::vector<BucketCount> bucketsOf(const tracestore::TokenUsage& usage)
{
    std::vector<BucketCount> buckets;
    const auto add = [&](TokenBucket bucket, std::optional<std::int64_t> tokens) {
        if (tokens && *tokens > 0)
            buckets.push_back({bucket, *tokens});
    };
    add(TokenBucket::CacheRead, usage.cacheRead);
    add(TokenBucket::Input, usage.input);
    add(TokenBucket::CacheWrite, usage.cacheWrite);
    add(TokenBucket::Output, usage.output);
    return buckets;
}

QString bucketName(TokenBucket bucket)
{
    switch (bucket) {
    case TokenBucket::CacheRead:
        return tr("from cache");
    case TokenBucket::Input:
        return tr("input");
    case TokenBucket::CacheWrite:
        return tr("into cache");
    case TokenBucket::Output:
        return tr("output");
    }
    return {};
}

QString fieldName(SummaryField field)
{
    switch (field) {
    case SummaryField::Name:
        return tr("Name");
    case SummaryField::ModelCalls:
        return tr("Model calls");
    case SummaryField::ToolCalls:
        return tr("Tool calls");
    case SummaryField::Errors:
        return tr("Errors");
    case SummaryField::Retries:
        return tr("Retries");
    case SummaryField::Tokens:
        return tr("Tokens");
    case SummaryField::Input:
        return tr("Input");
    case SummaryField::CacheRead:
        return tr("From cache");
    case SummaryField::CacheWrite:
        return tr("Into cache");
    case SummaryField::Output:
        return tr("Output");
    case SummaryField::Cost:
        return tr("Cost");
    case SummaryField::Latency:
        return tr("Latency");
    case SummaryField::P50:
        return tr("p50");
    case SummaryField::P90:
        return tr("p90");
    case SummaryField::P99:
        return tr("p99");
    }
    return {};
}

QString groupName(const SpanGroup& group, Grouping grouping)
{
    if (grouping == Grouping::Kind)
        return kindName(group.kind);
    const QString name = singleLine(group.name);
    if (!name.isEmpty())
        return name;
    switch (grouping) {
    case Grouping::Model:
        return tr("model not recorded");
    case Grouping::Tool:
        return tr("tool not named");
    case Grouping::Agent:
        return tr("no agent named");
    default:
        return tr("session without a name");
    }
}

std::optional<double> figureOf(const SpanGroup& group, SummaryField field)
{
    if (field == SummaryField::Name)
        return {};
    if (field == SummaryField::Cost)
        return group.totals.cost ? std::optional(group.totals.cost->amount) : std::nullopt;
    if (isLatency(field)) {
        const auto duration = percentile(group.latency, field);
        return duration ? std::optional(static_cast<double>(duration->ns)) : std::nullopt;
    }
    const auto count = countOf(group, field);
    return count ? std::optional(static_cast<double>(*count)) : std::nullopt;
}

QString figureText(const SpanGroup& group, SummaryField field)
{
    if (field == SummaryField::Name || field == SummaryField::Latency)
        return {};
    if (field == SummaryField::Cost)
        return group.totals.cost ? formatCostShort(*group.totals.cost) : QString();
    if (isLatency(field))
        return formatDuration(percentile(group.latency, field));
    return formatCount(countOf(group, field));
}

std::vector<SpanId>
stepsBehind(const Trace& trace, const SpanGroup& group, Grouping grouping, SummaryField field)
{
    std::vector<SpanId> steps;
    const auto keep = [&](auto isWanted) {
        std::ranges::copy_if(group.spans, std::back_inserter(steps), isWanted);
    };
    switch (field) {
    case SummaryField::Name:
        // Agents and sessions hold turns and messages too; those are theirs as well.
        keep([](SpanId) { return true; });
        break;
    case SummaryField::ModelCalls:
    case SummaryField::ToolCalls: {
        const SpanKind kind = field == SummaryField::ToolCalls ? SpanKind::Tool : SpanKind::Llm;
        keep([&](SpanId span) { return trace.kind(span) == kind && trace.countsInTotals(span); });
        break;
    }
    case SummaryField::Errors:
        keep([&](SpanId span) { return trace.status(span) == SpanStatus::Error; });
        break;
    case SummaryField::Retries: {
        const std::vector<bool> retries = tracestore::findRetries(trace);
        keep([&](SpanId span) { return retries[span.index()]; });
        break;
    }
    default:
        steps = largestFirst(trace, group, grouping, field);
        break;
    }
    return steps;
}

std::size_t firstStepBehind(const Trace& trace,
                            const SpanGroup& group,
                            const std::vector<SpanId>& steps,
                            SummaryField field)
{
    if (!isLatency(field) || field == SummaryField::Latency)
        return 0;
    const auto wanted = percentile(group.latency, field);
    const auto found
        = std::ranges::find_if(steps, [&](SpanId span) { return trace.duration(span) == wanted; });
    return found == steps.end() ? 0 : static_cast<std::size_t>(found - steps.begin());
}

} // namespace gui
