#include "engine/experiment/report_input.h"

#include "engine/experiment/experiment_folder.h"

#include <algorithm>
#include <set>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    bool holds(const std::vector<std::string>& names, const std::string& name)
    {
        return std::ranges::find(names, name) != names.end();
    }

    /// Adds what is not there, in the order in which it comes.
    void addNew(std::vector<std::string>& to, const std::vector<std::string>& names)
    {
        std::set<std::string> known(to.begin(), to.end());
        for (const std::string& name : names) {
            if (known.insert(name).second)
                to.push_back(name);
        }
    }

    /// Variants and tasks that only results know of.
    void addSeen(ReportInput& input)
    {
        std::vector<std::string> variants;
        std::vector<std::string> tasks;
        for (const RunResult& run : input.runs) {
            variants.push_back(run.key.variant);
            tasks.push_back(run.key.task);
        }
        addNew(input.variants, variants);
        addNew(input.tasks, tasks);
    }

    void addPlan(ReportInput& input, const ExperimentFolder& folder)
    {
        const Experiment& experiment = folder.experiment;
        input.name = experiment.name;
        input.repeats = experiment.repeats;
        input.runsKey = folder.runsKey;
        for (const Variant& variant : experiment.variants)
            input.variants.push_back(variant.name);
        for (const ExperimentTask& task : experiment.tasks) {
            if (folder.shard.has(task.id))
                input.tasks.push_back(task.id);
        }
        input.scorers = briefsOf(experiment.scorers);
        for (const Scorer& scorer : experiment.scorers) {
            const auto* judge = std::get_if<JudgeScorer>(&scorer.rule);
            if (judge != nullptr && !judge->against.empty())
                input.against[scorer.name] = judge->against;
        }
        if (folder.shard.count > 1)
            input.notes.push_back(
                "This is piece " + folder.shard.toText()
                + " of the experiment; put the pieces together with `kymo merge`.");
    }

    std::string countOf(std::size_t count, const char* one, const char* many)
    {
        return std::to_string(count) + ' ' + (count == 1 ? one : many);
    }

    /// Says what the two have not in common.
    void noteUnequal(ReportInput& over, const ReportInput& then, const ReportInput& now)
    {
        const auto missing = [](const auto& from, const auto& in) {
            return static_cast<std::size_t>(std::ranges::count_if(
                from, [&](const std::string& name) { return !holds(in, name); }));
        };
        const std::size_t added = missing(now.tasks, then.tasks);
        const std::size_t gone = missing(then.tasks, now.tasks);
        if (added > 0)
            over.notes.push_back(countOf(added, "task is", "tasks are")
                                 + " new and compared with nothing.");
        if (gone > 0)
            over.notes.push_back(countOf(gone, "task was", "tasks were")
                                 + " there before only and compared with nothing.");
        for (const auto* side : {&then, &now}) {
            const auto& other = side == &then ? now : then;
            for (const std::string& variant : side->variants) {
                if (!holds(other.variants, variant))
                    over.notes.push_back("Variant " + variant + " is only in the "
                                         + (side == &then ? "earlier" : "later") + " results.");
            }
        }
        if (!then.runsKey.empty() && !now.runsKey.empty() && then.runsKey != now.runsKey)
            over.notes.push_back("Agents, tasks or their settings were changed between the two: a "
                                 "difference may come from any of it.");
    }

    RunResult renamed(RunResult run, const std::string& variant)
    {
        run.key.variant = variant;
        return run;
    }

} // namespace

Result<ReportInput> readReportInput(const std::filesystem::path& folder)
{
    ReportInput input;
    const auto plan = readExperimentFolder(folder);
    if (plan)
        addPlan(input, *plan);
    auto runs = readResults(folder);
    if (!runs)
        return fail(std::move(runs).error());
    if (!plan && runs->empty())
        return fail(plan.error());
    if (!plan)
        input.notes.push_back("The plan of the experiment could not be read ("
                              + plan.error().message
                              + "), so runs that are missing cannot be told.");
    for (RunResult& run : *runs) {
        if (!run.recording.empty())
            run.recording = (folder / run.recording).lexically_normal().string();
    }
    input.runs = std::move(*runs);
    if (input.name.empty())
        input.name = folder.filename().empty() ? folder.parent_path().filename().string()
                                               : folder.filename().string();
    addSeen(input);
    addTies(input);
    for (std::size_t variant = 1; variant < input.variants.size(); ++variant)
        input.pairs.emplace_back(0, variant);
    return input;
}

void addTies(ReportInput& input)
{
    for (const auto& [scorer, variant] : input.against) {
        for (RunResult& run : input.runs) {
            const auto score = run.scores.find(scorer);
            if (run.key.variant == variant)
                run.scores[scorer] = {.value = 0.5, .passed = {}, .note = {}, .cost = {}};
            else if (score != run.scores.end())
                score->second.passed.reset(); // it says who is better, and not who is good
        }
        input.notes.push_back("The scorer " + scorer + " compares with " + variant
                              + ": 1 is better, 0 is worse, and " + variant + " itself has 0.5.");
    }
}

Result<ReportInput> withBaseline(ReportInput input, const std::string& variant)
{
    const auto found = std::ranges::find(input.variants, variant);
    if (found == input.variants.end()) {
        std::string names;
        for (const std::string& name : input.variants)
            names += (names.empty() ? "" : ", ") + name;
        return fail(ErrorCode::NotFound,
                    "There is no variant " + variant + "; there are " + names + '.');
    }
    const auto baseline = static_cast<std::size_t>(found - input.variants.begin());
    input.pairs.clear();
    for (std::size_t other = 0; other < input.variants.size(); ++other) {
        if (other != baseline)
            input.pairs.emplace_back(baseline, other);
    }
    return input;
}

Result<ReportInput> inputOverTime(ReportInput then, ReportInput now)
{
    ReportInput over;
    over.name = now.name;
    over.scorers = now.scorers;
    over.repeats = then.repeats == now.repeats ? now.repeats : 0;
    over.tasks = now.tasks;
    addNew(over.tasks, then.tasks);
    for (const std::string& variant : now.variants) {
        if (!holds(then.variants, variant))
            continue;
        over.pairs.emplace_back(over.variants.size(), over.variants.size() + 1);
        over.variants.push_back(variant + " before");
        over.variants.push_back(variant);
    }
    if (over.pairs.empty())
        return fail(ErrorCode::NotFound,
                    "The two experiments have no variant of the same name to compare.");
    for (RunResult& run : then.runs) {
        const std::string name = run.key.variant + " before";
        if (holds(over.variants, name))
            over.runs.push_back(renamed(std::move(run), name));
    }
    for (RunResult& run : now.runs) {
        if (holds(over.variants, run.key.variant))
            over.runs.push_back(std::move(run));
    }
    over.notes = now.notes;
    noteUnequal(over, then, now);
    return over;
}

} // namespace engine
