#include "engine/cli/merge_command.h"

#include "engine/experiment/merge_pieces.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <CLI/CLI.hpp>

namespace engine::cli {

using tracestore::safeLine;

void MergeCommand::addTo(CLI::App& app)
{
    app.add_option("OUT", m_out, "The folder of the whole, which is not there yet")->required();
    app.add_option("PIECE", m_pieces, "Folders that `kymo experiment run --shard` made")
        ->required();
    app.add_flag("--json", m_isJson, "As JSON");
}

ExitCode MergeCommand::run(CommandContext& context)
{
    const auto merged = mergePieces(m_out, {m_pieces.begin(), m_pieces.end()});
    if (!merged) {
        const std::string& where = merged.error().where;
        context.err.line("kymo: " + safeLine(where.empty() ? "" : where + ": ")
                         + safeLine(merged.error().message));
        return ExitCode::Failed;
    }
    if (m_isJson) {
        context.out.line(
            tracestore::toJsonText({{"runs", merged->runs}, {"gaps", merged->gaps}}, 2));
        return ExitCode::Done;
    }
    context.out.line(std::to_string(merged->runs) + " runs of " + std::to_string(m_pieces.size())
                     + (m_pieces.size() == 1 ? " piece are in " : " pieces are in ")
                     + safeLine(m_out) + '.');
    for (const std::string& gap : merged->gaps)
        context.err.line(safeLine(gap));
    return ExitCode::Done;
}

} // namespace engine::cli
