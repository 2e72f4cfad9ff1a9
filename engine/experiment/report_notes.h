#pragma once

namespace engine {

struct ExperimentReport;

/// Says in the report's notes what became of missing, failed and unjudged runs and how they were
/// taken, how repeats and several tests were, and what flips mean.
void addReportNotes(ExperimentReport& report);

} // namespace engine
