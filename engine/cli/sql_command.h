#pragma once

#include "engine/cli/open_input.h"
#include "tracestore/store/database.h"

namespace engine::cli {

/// `kymo sql FILE STATEMENT [--json|--csv]`: asks the tables of a .kymo file; any other trace is
/// saved to a private one first.
class SqlCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    tracestore::Result<tracestore::Database> open(CommandContext& context) const;
    tracestore::Result<tracestore::Database> openCopy(CommandContext& context) const;
    ExitCode ask(tracestore::Database& database, CommandContext& context) const;

    std::string m_file;
    std::string m_statement;
    bool m_isJson = false;
    bool m_isCsv = false;
};

} // namespace engine::cli
