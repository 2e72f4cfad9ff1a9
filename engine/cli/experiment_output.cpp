#include "engine/cli/experiment_output.h"

#include "engine/cli/number_text.h"
#include "engine/cli/text_table.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>

namespace engine::cli {

using tracestore::safeLine;

namespace {

    nlohmann::json orNull(const std::optional<double>& value)
    {
        return value ? nlohmann::json(*value) : nlohmann::json();
    }

    std::string secondsText(double seconds)
    {
        return durationText({std::llround(seconds * 1e9)});
    }

    std::string shortNumber(double number)
    {
        char text[40];
        std::snprintf(text, sizeof text, "%.3g", number);
        return text;
    }

    std::string spentText(const Spending& spent, bool isScripted)
    {
        std::string text;
        if (isScripted)
            text = "nothing (scripts answered)";
        else
            text = (spent.isCostKnown ? "" : "at least ") + moneyText(spent.cost);
        if (spent.judgeCost > 0)
            text += ", " + moneyText(spent.judgeCost) + " of it for judges";
        return text + "; " + countText(spent.tokens) + " tokens, " + secondsText(spent.seconds)
            + " of runs";
    }

} // namespace

nlohmann::json experimentJson(const ExperimentStatus& status)
{
    nlohmann::json variants = nlohmann::json::array();
    for (const VariantProgress& variant : status.variants)
        variants.push_back({{"name", variant.name},
                            {"planned", variant.planned},
                            {"done", variant.done},
                            {"ok", variant.ok}});
    nlohmann::json value {
        {"name", status.name},
        {"planned", status.planned},
        {"done", status.done},
        {"ok", status.ok},
        {"to_score", status.toScore},
        {"is_scripted", status.isScripted},
        {"variants", std::move(variants)},
        {"spent",
         {{"cost_usd", status.spent.cost},
          {"judge_cost_usd", status.spent.judgeCost},
          {"is_cost_known", status.spent.isCostKnown},
          {"tokens", status.spent.tokens},
          {"seconds", status.spent.seconds}}},
        {"rest",
         {{"runs", status.rest.runs},
          {"cost_usd", status.rest.isScripted ? nlohmann::json(0) : orNull(status.rest.cost)},
          {"tokens", orNull(status.rest.tokens)},
          {"seconds", orNull(status.rest.seconds)},
          {"basis", status.rest.basis}}}};
    value["untold"] = nlohmann::json::array();
    for (const UntoldScores& untold : status.untold)
        value["untold"].push_back(
            {{"scorer", untold.scorer}, {"runs", untold.runs}, {"why", untold.why}});
    if (status.shard.count > 1)
        value["shard"] = status.shard.toText();
    return value;
}

std::string estimateText(const SpendingEstimate& estimate)
{
    std::string text = countText(static_cast<std::int64_t>(estimate.runs))
        + (estimate.runs == 1 ? " run is to be made" : " runs are to be made");
    if (estimate.runs == 0)
        return "All runs are made.";
    if (estimate.cost && !estimate.isScripted)
        text += ", for about " + moneyText(*estimate.cost);
    if (estimate.tokens && estimate.seconds)
        text += ", about " + countText(std::llround(*estimate.tokens)) + " tokens and "
            + secondsText(*estimate.seconds) + " one after another";
    return text + ". " + estimate.basis;
}

void writeExperiment(const ExperimentStatus& status, Output& out)
{
    out.line(safeLine(status.name)
             + (status.shard.count > 1 ? " (piece " + status.shard.toText() + ')' : ""));
    for (const VariantProgress& variant : status.variants)
        out.line("  " + safeLine(variant.name) + ": " + std::to_string(variant.done) + " of "
                 + std::to_string(variant.planned) + " runs done, " + std::to_string(variant.ok)
                 + " ok");
    if (status.toScore > 0)
        out.line("  " + std::to_string(status.toScore) + " of them are not scored yet");
    for (const UntoldScores& untold : status.untold)
        out.line("  " + safeLine(untoldText(untold, status.done)));
    out.line("Spent: " + spentText(status.spent, status.isScripted) + '.');
    out.line(safeLine(estimateText(status.rest)));
}

std::string runLine(const RunResult& result, std::span<const Scorer> scorers)
{
    std::string text = result.key.task + ", " + result.key.variant + ", repeat "
        + std::to_string(result.key.repeat) + ": " + std::string(toWord(result.status));
    if (result.status != OutcomeStatus::Ok && !result.reason.empty())
        text += ", " + result.reason;
    std::string scores;
    for (const Scorer& scorer : scorers) {
        if (const auto score = result.scores.find(scorer.name); score != result.scores.end())
            scores += (scores.empty() ? "; " : ", ") + scorer.name + ' '
                + (score->second.value ? shortNumber(*score->second.value) : "?");
    }
    text += scores;
    const Spending spent = spendingOf(result);
    if (spent.cost > 0)
        text += "; " + moneyText(spent.cost);
    return safeLine(text);
}

} // namespace engine::cli
