#pragma once

#include "engine/cli/command.h"

#include <string>
#include <vector>

namespace engine::cli {

/// Reads the arguments (without the name of the program) and runs the command that they name.
ExitCode runCommandLine(const std::vector<std::string>& arguments, CommandContext& context);

/// main() of a program that knows these formats.
int runMain(int argc,
            char** argv,
            const tracestore::ImporterRegistry& importers,
            const tracestore::ExporterRegistry& exporters);

} // namespace engine::cli
