#pragma once

#include "engine/experiment/experiment_results.h"
#include "engine/experiment/scorer.h"
#include "tracestore/base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace engine {

/// What a report is made of.
struct ReportInput
{
    std::string name; ///< of the experiment
    std::vector<std::string> variants;
    std::vector<std::string> tasks; ///< ids
    std::uint32_t repeats = 0; ///< as planned; 0: not known
    std::vector<ScorerBrief> scorers; ///< in the order of the experiment's file
    std::map<std::string, std::string> against; ///< scorers that compare answers with those of a
                                                ///< variant, which they do not score
    std::vector<RunResult> runs; ///< recordings with their whole path
    std::vector<std::pair<std::size_t, std::size_t>>
        pairs; ///< places of variants that are compared
               ///< with each other; the second is new
    std::string runsKey; ///< of what the runs depend on; empty: not known
    std::vector<std::string> notes; ///< what a reader has to know of all this
};

/// Reads an experiment's folder. The first variant is compared with all others. A folder without
/// its `experiment.json` is read as far as its results go. NotFound, Invalid: a sentence for the
/// user. Any thread, also while runs are added.
tracestore::Result<ReportInput> readReportInput(const std::filesystem::path& folder);

/// Gives the variant that a scorer compares others with what a tie is worth, 0.5, so that it can be
/// compared like any other metric: 1 is better and 0 is worse than that variant.
void addTies(ReportInput& input);

/// Compares with another variant. NotFound: there is none of that name.
tracestore::Result<ReportInput> withBaseline(ReportInput input, const std::string& variant);

/// Each variant as it was then with what it is now, for those that both have. NotFound: there are
/// none.
tracestore::Result<ReportInput> inputOverTime(ReportInput then, ReportInput now);

} // namespace engine
