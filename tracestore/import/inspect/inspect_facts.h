#pragma once

#include "tracestore/import/reading/json_record.h"
#include "tracestore/model/session.h"

namespace tracestore {

/// A model as Inspect names it: `openai/gpt-4o`.
struct InspectModel
{
    std::string provider;
    std::string name;
};

InspectModel inspectModelOf(std::string_view text);

/// The counts of a ModelUsage. What they mean differs from provider to provider.
std::optional<TokenUsage> inspectUsageOf(const JsonRecord& counts, std::string_view provider);

/// A length in seconds; of what is no length of time nothing is left.
Duration durationOfSeconds(double seconds);

/// What a step is called for an event that is no span, step, model, tool or subtask.
std::string inspectEventName(std::string_view event, const JsonRecord& record);

/// The scores of a sample, and what they say of its outcome.
struct InspectVerdict
{
    std::vector<Score> scores;
    SpanStatus outcome = SpanStatus::Unknown;
};

InspectVerdict inspectVerdictOf(const PlacedJson& scores);

} // namespace tracestore
