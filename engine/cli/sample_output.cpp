#include "engine/cli/sample_output.h"

#include "engine/cli/number_text.h"
#include "engine/cli/text_table.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace engine::cli {

using tracestore::safeLine;
using SampleState = StepSample::State;

namespace {

    std::string dollars(double amount)
    {
        return costText({.amount = amount});
    }

    std::string percent(double share)
    {
        return std::to_string(std::lround(share * 100)) + " %";
    }

    std::string plural(std::size_t count, const char* one, const char* many)
    {
        return countText(static_cast<std::int64_t>(count)) + ' ' + (count == 1 ? one : many);
    }

    const char* wordOf(SampleState state)
    {
        switch (state) {
        case SampleState::Running:
            return "running";
        case SampleState::WaitsToRetry:
            return "waits_to_retry";
        case SampleState::Done:
            return "done";
        case SampleState::Failed:
            return "failed";
        default:
            return "waiting";
        }
    }

    template<class Value>
    nlohmann::json valueOrNull(const std::optional<Value>& value)
    {
        return value ? nlohmann::json(*value) : nlohmann::json();
    }

    nlohmann::json estimateJson(const SampleEstimate& estimate)
    {
        return {{"input_tokens", estimate.inputTokens},
                {"is_reported", estimate.isReported},
                {"output_tokens", valueOrNull(estimate.outputTokens)},
                {"cost_usd", valueOrNull(estimate.cost)},
                {"cost_note", estimate.costNote}};
    }

    nlohmann::json clusterJson(const OutcomeCluster& cluster)
    {
        nlohmann::json members = nlohmann::json::array();
        for (const std::size_t member : cluster.members)
            members.push_back(member + 1);
        return {{"label", cluster.label},
                {"is_tool", cluster.isTool},
                {"count", cluster.share.count},
                {"share", cluster.share.share},
                {"low", cluster.share.low},
                {"high", cluster.share.high},
                {"samples", std::move(members)}};
    }

    nlohmann::json sampleJson(const StepSample& sample, std::size_t number)
    {
        nlohmann::json told {{"number", number},
                             {"state", wordOf(sample.state)},
                             {"outcome", sample.outcome},
                             {"told", sample.told},
                             {"attempts", sample.attempts},
                             {"cost_usd", valueOrNull(sample.cost)},
                             {"file", sample.file.toStdString()},
                             {"is_branch", sample.isBranch},
                             {"problem", sample.problem}};
        if (sample.usage)
            told["tokens"] = {{"input", valueOrNull(sample.usage->inputTotal())},
                              {"output", valueOrNull(sample.usage->output)}};
        return told;
    }

    /// Files of a cluster as `run.sample-3.kymo, ...`, a few of them.
    std::string someFiles(const SampleReport& report, const OutcomeCluster& cluster)
    {
        constexpr std::size_t kMostFiles = 3;
        std::string text;
        std::size_t count = 0;
        for (const std::size_t member : cluster.members) {
            const QString name = report.samples[member].file.section(u'/', -1);
            if (name.isEmpty() || ++count > kMostFiles)
                continue;
            text += (text.empty() ? "" : ", ") + name.toStdString();
        }
        return count > kMostFiles ? text + " and " + std::to_string(count - kMostFiles) + " more"
                                  : text;
    }

    void writeClusters(const SampleReport& report, Output& out)
    {
        using Align = TextTable::Align;
        TextTable table(out,
                        {{"share", Align::Right},
                         {"95 % interval", Align::Right},
                         {"samples", Align::Right},
                         {"outcome"},
                         {"files"}});
        for (const OutcomeCluster& cluster : report.clusters) {
            const Share& share = cluster.share;
            table.add({percent(share.share),
                       percent(share.low) + " - " + percent(share.high),
                       std::to_string(share.count) + " of " + std::to_string(share.of),
                       cluster.label,
                       someFiles(report, cluster)});
        }
    }

} // namespace

void writeEstimate(const SampleReport& report, std::size_t count, Output& out)
{
    const SampleEstimate& estimate = *report.estimate;
    out.line("Step " + safeLine(report.step) + ", " + plural(count, "sample", "samples") + " of "
             + safeLine(report.model) + " at " + safeLine(report.provider)
             + (report.isScripted ? " (a script)." : "."));
    for (const std::string& note : report.notes)
        out.line("  " + safeLine(note));
    out.line("Each about " + countText(estimate.inputTokens) + " tokens in"
             + (estimate.isReported ? " (as counted then), " : " (estimated), ")
             + (estimate.outputTokens ? countText(*estimate.outputTokens) + " out"
                                      : std::string("answers of unknown length"))
             + (estimate.cost ? "; about " + dollars(*estimate.cost) + " in all." : "."));
    if (!estimate.costNote.empty())
        out.line(safeLine(estimate.costNote));
}

void writeSamples(const SampleReport& report, Output& out)
{
    if (!report.clusters.empty())
        writeClusters(report, out);
    for (std::size_t i = 0; i < report.samples.size(); ++i) {
        const StepSample& sample = report.samples[i];
        if (sample.state == SampleState::Failed)
            out.line("Sample " + std::to_string(i + 1) + " failed: " + safeLine(sample.told));
        if (!sample.problem.empty())
            out.line("Sample " + std::to_string(i + 1)
                     + " could not be kept: " + safeLine(sample.problem));
    }
    out.line(progressText(report) + '.');
}

std::string progressText(const SampleReport& report)
{
    std::string text = std::to_string(report.done) + " of " + std::to_string(report.samples.size());
    if (report.failed > 0)
        text += ", " + std::to_string(report.failed) + " failed";
    if (report.retries > 0)
        text += ", " + plural(report.retries, "try was", "tries were") + " repeated";
    if (report.isScripted)
        return text;
    return text + ", " + dollars(report.cost)
        + (report.isCostKnown ? "" : " and what has no known price");
}

nlohmann::json sampleJson(const SampleReport& report)
{
    nlohmann::json clusters = nlohmann::json::array();
    for (const OutcomeCluster& cluster : report.clusters)
        clusters.push_back(clusterJson(cluster));
    nlohmann::json samples = nlohmann::json::array();
    for (std::size_t i = 0; i < report.samples.size(); ++i)
        samples.push_back(sampleJson(report.samples[i], i + 1));
    return {{"step", report.step},
            {"provider", report.provider},
            {"model", report.model},
            {"is_scripted", report.isScripted},
            {"notes", report.notes},
            {"estimate", report.estimate ? estimateJson(*report.estimate) : nlohmann::json()},
            {"done", report.done},
            {"failed", report.failed},
            {"retries", report.retries},
            {"cost_usd", report.isCostKnown ? nlohmann::json(report.cost) : nlohmann::json()},
            {"clusters", std::move(clusters)},
            {"samples", std::move(samples)},
            {"is_cancelled", report.isCancelled},
            {"problem", report.problem}};
}

} // namespace engine::cli
