#pragma once

#include "engine/cli/exit_code.h"
#include "engine/cli/output.h"
#include "tracestore/export/exporter.h"
#include "tracestore/import/importer.h"

namespace CLI {
class App;
} // namespace CLI

namespace engine::cli {

/// What a command works with.
struct CommandContext
{
    const tracestore::ImporterRegistry& importers;
    const tracestore::ExporterRegistry& exporters;
    Output& out;
    Output& err;
};

/// One command of `kymo`: its options and what it does. One file a command.
class Command
{
public:
    Command() = default;
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;
    virtual ~Command() = default;

    /// Adds the command with its options, which are kept in this object.
    virtual void addTo(CLI::App& app) = 0;

    /// Runs it with the options that were read.
    virtual ExitCode run(CommandContext& context) = 0;
};

} // namespace engine::cli
