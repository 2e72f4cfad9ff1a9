#pragma once

#include "tracestore/model/trace_builder.h"

#include <memory>
#include <random>
#include <string>
#include <vector>

namespace tests {

/// A step of a run that is made up. `id` names it through all edits.
struct ScriptStep
{
    enum class Kind : std::uint8_t
    {
        Turn,
        Call, ///< of a model; it asks for the tools and agents that follow it up to the next call
        Tool,
        Agent
    };

    int id = 0;
    Kind kind = Kind::Call;
    std::string name;
    std::string said; ///< of a call; of a turn what the user said, of an agent its task
    std::vector<std::pair<std::string, std::string>> arguments; ///< names and JSON values
    std::string result;
    bool isFailed = false;
    std::vector<ScriptStep> inside; ///< of an agent
};

using Script = std::vector<ScriptStep>;

/// How a script is written down as a trace: what says nothing about the run.
struct ScriptForm
{
    bool hasTurns = true;
    bool hasRounds = false; ///< a turn that only counts around each call and what it asks for
    bool hasWorkflow = false; ///< a span around all of it
    bool hasAgent = true; ///< a span for the main agent
    unsigned shuffle = 0; ///< the order of members of JSON; 0: as they are
    std::string callName = "chat"; ///< of the spans of model calls
};

/// A trace of a script, and which span is which step.
struct ScriptTrace
{
    tracestore::TracePtr trace;
    std::vector<int> ids; ///< by span; -1: only holds others
};

ScriptTrace traceOf(const Script& script, const ScriptForm& form);

/// A run, and what became of it by edits that are known.
struct EditedRun
{
    Script before;
    Script after;
    std::vector<std::string> edits; ///< for who reads about a failure
    int parting = -1; ///< the step at which they part; -1: nowhere, all is made good
    int partingInAfter = -1; ///< the step that is there instead, where it is another one
};

/// Makes up runs of agents: several of them, tools that are called again and again with like
/// arguments, calls at once, loops, long conversations; and edits them as another version of the
/// agent or another attempt would come out. The same for the same seed.
EditedRun makeEditedRun(unsigned seed);

} // namespace tests
