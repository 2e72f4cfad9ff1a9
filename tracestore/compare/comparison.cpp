#include "tracestore/compare/comparison.h"

#include <algorithm>

namespace tracestore {
namespace {

    constexpr std::string_view kToolPrefix = "tool.";

    std::optional<double> countOf(std::size_t count)
    {
        return static_cast<double>(count);
    }

    std::string countText(std::size_t count, const char* one, const char* many)
    {
        return std::to_string(count) + (count == 1 ? one : many);
    }

    std::string_view wordOf(PairChange change, SpanKind kind)
    {
        const bool isCall = kind == SpanKind::Llm;
        switch (change) {
        case PairChange::Name:
            return "name";
        case PairChange::Model:
            return "model";
        case PairChange::Input:
            return kind == SpanKind::Turn ? "question" : "input";
        case PairChange::Arguments:
            return isCall ? "calls asked for" : "arguments";
        case PairChange::Output:
            return isCall ? "words" : "result";
        case PairChange::Status:
            return "status";
        case PairChange::Configuration: // told by the two that it is made of
            return {};
        case PairChange::Order:
            return "order";
        case PairChange::Instructions:
            return "instructions";
        case PairChange::Offer:
            return "tools or parameters";
        }
        return "name";
    }

    std::string joined(const std::vector<std::string_view>& words)
    {
        std::string text;
        for (std::size_t i = 0; i < words.size(); ++i) {
            text += i == 0 ? "" : i + 1 == words.size() ? " and " : ", ";
            text += words[i];
        }
        return text;
    }

} // namespace

Result<Comparison> compareTraces(const ComparedTrace& a, const ComparedTrace& b, Job& job)
{
    auto alignment = alignTraces(a, b, job);
    if (!alignment)
        return fail(std::move(alignment).error());
    return Comparison {
        a, b, std::move(*alignment), compareMetrics(a, b), finalAnswer(a), finalAnswer(b)};
}

std::optional<std::optional<double>> figureOf(const Comparison& comparison, std::string_view name)
{
    const TraceAlignment& pairs = comparison.alignment;
    const auto is = [&](std::string_view other) { return name == other; };
    if (is("equal"))
        return countOf(pairs.equal);
    if (is("changed"))
        return countOf(pairs.changed);
    if (is("only_a"))
        return countOf(pairs.onlyA);
    if (is("only_b"))
        return countOf(pairs.onlyB);
    if (is("differences"))
        return countOf(pairs.changed + pairs.onlyA + pairs.onlyB);
    if (is("diverged"))
        return countOf(pairs.firstDivergence ? 1 : 0);
    if (is("shared"))
        return std::optional(pairs.shared);
    const bool isA = name.starts_with("a.");
    if (!isA && !name.starts_with("b."))
        return {};
    const std::string_view metric = name.substr(2);
    // Of two rows of a name (two currencies) the one that knows.
    std::optional<std::optional<double>> found;
    for (const MetricRow& row : comparison.metrics) {
        if (row.id != metric)
            continue;
        const std::optional<double> figure = isA ? row.a : row.b;
        if (!found || figure)
            found = figure;
    }
    if (!found && metric.starts_with(kToolPrefix))
        return std::optional(0.0);
    return found;
}

std::string titleOf(const Comparison& comparison, const StepPair& pair)
{
    const bool isA = pair.a.isValid();
    const Trace& trace = isA ? *comparison.a.trace : *comparison.b.trace;
    const SpanId span = isA ? pair.a : pair.b;
    std::string title(toWord(trace.kind(span)));
    return title.append(1, ' ').append(trace.name(span));
}

std::string describe(const Comparison& comparison, const StepPair& pair)
{
    const SpanKind kind
        = pair.a.isValid() ? comparison.a.trace->kind(pair.a) : comparison.b.trace->kind(pair.b);
    std::string text;
    if (pair.state == PairState::OnlyA || pair.state == PairState::OnlyB) {
        const char* side = pair.state == PairState::OnlyA ? "A" : "B";
        if (pair.elsewhere.isValid())
            return "moved: step " + std::to_string(pair.elsewhere.index()) + " in "
                + (pair.state == PairState::OnlyA ? "B" : "A");
        text = pair.reason == PairReason::Retry ? std::string("tried in ") + side + ", done again"
                                                : std::string("only in ") + side;
    } else {
        std::vector<std::string_view> words;
        for (const PairChange change : changesOf(pair.changes)) {
            if (const std::string_view word = wordOf(change, kind); !word.empty())
                words.push_back(word);
        }
        if (words.empty())
            return "the same";
        const bool isPlural = words.size() > 1
            || words.front() == wordOf(PairChange::Arguments, kind)
            || (kind == SpanKind::Llm && words.front() == wordOf(PairChange::Output, kind))
            || words.front() == wordOf(PairChange::Instructions, kind)
            || words.front() == wordOf(PairChange::Offer, kind);
        text = (words.size() == 1 ? "another " : "other ") + joined(words);
        if (isPlural && words.size() == 1)
            text = "other " + joined(words);
    }
    return pair.isMadeGood ? text + " (made good)" : text;
}

bool isWorthTelling(const StepPair& pair, const FieldPair& field)
{
    if (field.isEqual)
        return false;
    const bool isPair = pair.a.isValid() && pair.b.isValid();
    switch (field.field) {
    case StepField::Name:
        return isPair && pair.has(PairChange::Name);
    case StepField::Input:
        return isPair && pair.has(PairChange::Input);
    case StepField::Arguments:
    case StepField::Result:
    case StepField::Said:
    case StepField::Asked:
    case StepField::Error:
        return true;
    default:
        return isPair;
    }
}

std::string summaryText(const Comparison& comparison)
{
    const TraceAlignment& pairs = comparison.alignment;
    if (comparison.isSame())
        return "Both are the same in all " + countText(pairs.equal, " step.", " steps.");
    std::string text = countText(pairs.equal, " step is the same, ", " steps are the same, ")
        + std::to_string(pairs.changed) + " changed, " + std::to_string(pairs.onlyA)
        + " only in A, " + std::to_string(pairs.onlyB) + " only in B.";
    if (pairs.sharesLittle)
        text += " They share next to nothing: the pairs below say little.";
    const auto isDone
        = [](const StepPair& pair) { return pair.state == PairState::Equal || pair.isGiven; };
    if (!pairs.firstDivergence && std::ranges::all_of(pairs.pairs, isDone))
        return text + " Only what they were given differs: both do the same.";
    if (!pairs.firstDivergence)
        return text + " Whatever differs is made good again: both meet with the same outcome.";
    const StepPair& first = pairs.pairs[*pairs.firstDivergence];
    return text + " They part at " + titleOf(comparison, first) + ": " + describe(comparison, first)
        + '.';
}

} // namespace tracestore
