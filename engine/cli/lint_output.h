#pragma once

#include "engine/cli/output.h"
#include "tracestore/findings/finding.h"

namespace engine::cli {

/// What was found in a file.
struct LintedFile
{
    std::string file;
    bool isConfiguration = false; ///< else a trace
    tracestore::FindingReport report;

    /// Where a finding stands.
    struct Place
    {
        std::string stepName; ///< of its first step; empty: it has none
        std::size_t line = 0; ///< of the configuration, from 1; 0: not known
        std::size_t column = 0;
    };

    std::vector<Place> places; ///< of each finding
};

/// The findings for people. `isNamed`: with the name of the file in front. `isBrief`: a line each.
void writeLint(Output& out, const LintedFile& file, bool isNamed, bool isBrief);

/// All files as one JSON object; the form is in README.md.
std::string lintJson(const std::vector<LintedFile>& files);

} // namespace engine::cli
