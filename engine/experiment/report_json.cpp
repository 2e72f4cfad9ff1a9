#include "engine/experiment/report_json.h"

#include "engine/experiment/report_words.h"
#include "tracestore/base/json_writer.h"

namespace engine {

using tracestore::JsonWriter;

namespace {

    constexpr unsigned kReportIndent = 2;

    void putTexts(JsonWriter& to, const char* name, const std::vector<std::string>& texts)
    {
        to.key(name).beginArray();
        for (const std::string& text : texts)
            to.value(std::string_view(text));
        to.endArray();
    }

    void putInterval(JsonWriter& to, const std::optional<Interval>& interval)
    {
        to.key("interval");
        if (!interval) {
            to.null();
            return;
        }
        to.beginObject()
            .member("low", interval->low)
            .member("high", interval->high)
            .member("method", toWord(interval->method))
            .endObject();
    }

    void putVariant(JsonWriter& to, const ExperimentReport& report, std::size_t variant)
    {
        const RunCounts& counts = report.counts[variant];
        to.beginObject()
            .member("name", report.variants[variant])
            .key("runs")
            .beginObject()
            .key("planned");
        if (counts.planned > 0)
            to.value(counts.planned);
        else
            to.null();
        to.member("there", counts.there)
            .member("ok", counts.ended[0])
            .member("error", counts.ended[1])
            .member("cancelled", counts.ended[2])
            .member("refused", counts.ended[3])
            .member("unjudged", counts.unjudged)
            .member("scripted", counts.scripted)
            .endObject()
            .key("metrics")
            .beginArray();
        for (std::size_t metric = 0; metric < report.metrics.size(); ++metric) {
            const MetricSummary& summary = report.summary(metric, variant);
            to.beginObject()
                .member("metric", report.metrics[metric].id)
                .member("tasks", summary.tasks)
                .member("runs", summary.runs)
                .member("mean", summary.mean);
            putInterval(to, summary.interval);
            to.endObject();
        }
        to.endArray().endObject();
    }

    void putComparison(JsonWriter& to,
                       const ExperimentReport& report,
                       const MetricComparison& comparison)
    {
        const PairedDifference& difference = comparison.difference;
        const auto [base, variant] = report.pairs[comparison.pair];
        const bool isKnown = difference.tasks > 0;
        const auto known
            = [&](double value) { return isKnown ? std::optional(value) : std::nullopt; };
        to.beginObject()
            .member("metric", report.metrics[comparison.metric].id)
            .member("baseline", report.variants[base])
            .member("variant", report.variants[variant])
            .member("verdict", toWord(comparison.verdict))
            .member("sentence", sentenceOn(report, comparison))
            .member("tasks", difference.tasks)
            .member("tasks_left_out", comparison.tasksLeftOut)
            .member("tasks_differing", difference.differing)
            .member("baseline_mean", known(difference.a))
            .member("variant_mean", known(difference.b))
            .member("difference", known(difference.difference));
        putInterval(to, difference.interval);
        to.member("spread", known(difference.spread))
            .member("repeat_share", difference.repeatShare)
            .member("test", isKnown ? std::optional(toWord(difference.method)) : std::nullopt)
            .member("p", known(difference.p))
            .member("p_exact", known(difference.exactP))
            .member("tested", comparison.isTested)
            .member("p_adjusted",
                    comparison.isTested ? std::optional(comparison.adjustedP) : std::nullopt)
            .member("detectable_difference", comparison.detectable)
            .member("tasks_needed", comparison.tasksNeeded)
            .endObject();
    }

    void putFlip(JsonWriter& to, const ExperimentReport& report, const TaskFlip& flip)
    {
        const auto [base, variant] = report.pairs[flip.pair];
        const auto [before, after] = report.runsBehind(flip.task, flip.pair, flip.metric);
        const auto recordingOf = [](const ReportRun* run) {
            return run == nullptr ? std::string() : run->recording.string();
        };
        to.beginObject()
            .member("task", report.tasks[flip.task])
            .member("metric", report.metrics[flip.metric].id)
            .member("baseline", report.variants[base])
            .member("variant", report.variants[variant])
            .member("change", flip.isBroken ? "broken" : "mended")
            .member("before", flip.before)
            .member("after", flip.after)
            .memberIfAny("baseline_recording", recordingOf(before))
            .memberIfAny("variant_recording", recordingOf(after))
            .endObject();
    }

    void putTask(JsonWriter& to, const ExperimentReport& report, std::size_t task)
    {
        to.beginObject().member("task", report.tasks[task]).key("variants").beginArray();
        for (std::size_t variant = 0; variant < report.variants.size(); ++variant) {
            const ReportCell& cell = report.cell(task, variant);
            to.beginObject()
                .member("name", report.variants[variant])
                .member("runs", cell.runs.size())
                .key("means")
                .beginObject();
            for (std::size_t metric = 0; metric < report.metrics.size(); ++metric)
                to.member(report.metrics[metric].id, cell.mean(metric));
            to.endObject().endObject();
        }
        to.endArray().endObject();
    }

} // namespace

std::string reportJson(const ExperimentReport& report)
{
    std::string text;
    JsonWriter to(text, kReportIndent);
    to.beginObject()
        .member("experiment", report.name)
        .member("alpha", report.alpha)
        .member("tests", report.tests)
        .member("repeats", report.repeats);
    to.key("metrics").beginArray();
    for (const ReportMetric& metric : report.metrics)
        to.beginObject()
            .member("id", metric.id)
            .member("label", metric.label)
            .member("unit", toWord(metric.unit))
            .member("wanted", toWord(metric.aim))
            .endObject();
    to.endArray().key("variants").beginArray();
    for (std::size_t variant = 0; variant < report.variants.size(); ++variant)
        putVariant(to, report, variant);
    to.endArray().key("comparisons").beginArray();
    for (const MetricComparison& comparison : report.comparisons)
        putComparison(to, report, comparison);
    to.endArray().key("flips").beginArray();
    for (const TaskFlip& flip : report.flips)
        putFlip(to, report, flip);
    to.endArray().key("tasks").beginArray();
    for (std::size_t task = 0; task < report.tasks.size(); ++task)
        putTask(to, report, task);
    to.endArray();
    putTexts(to, "notes", report.notes);
    to.endObject();
    return text;
}

} // namespace engine
