#pragma once

#include "engine/cli/command.h"

#include <string>
#include <vector>

namespace engine::cli {

/// The options of every command that reads a trace.
struct InputOptions
{
    std::vector<std::string> files;
    bool isStrict = false;

    /// What was named, as one text.
    [[nodiscard]] std::string name() const;
};

/// Opens what was named, with progress and Ctrl+C, costs computed from the user's price table and
/// ours. What the report of the import says is left to the caller.
tracestore::Result<tracestore::TracePtr> openInput(const InputOptions& options,
                                                   CommandContext& context);

/// Says a failure to the user; the exit code that belongs to it.
ExitCode failWith(const tracestore::Error& error, CommandContext& context);

/// Done, or Broken where the user asked to be strict and parts could not be read.
ExitCode codeOf(const tracestore::Trace& trace, const InputOptions& options);

} // namespace engine::cli
