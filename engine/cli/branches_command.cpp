#include "engine/cli/branches_command.h"

#include "engine/branch/branch_family.h"
#include "engine/cli/number_text.h"
#include "engine/cli/text_table.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <CLI/CLI.hpp>

namespace engine::cli {

using tracestore::safeText;

namespace {

    std::string outcomeText(const Branch& branch)
    {
        if (branch.outcome)
            return std::string(toWord(*branch.outcome));
        return branch.isBeingWritten ? "running" : "not ended";
    }

    std::string ownCost(const Branch& branch)
    {
        const auto& cost = branch.ownTotals.cost;
        return cost ? costText(*cost) : std::string();
    }

    nlohmann::json jsonOf(const Branch& branch)
    {
        const auto numberOr
            = [](const auto& value) { return value ? nlohmann::json(*value) : nlohmann::json(); };
        nlohmann::json told
            = {{"file", branch.file.filename().string()},
               {"agent", branch.agent},
               {"parent", numberOr(branch.parent)},
               {"events", branch.events},
               {"outcome",
                branch.outcome ? nlohmann::json(toWord(*branch.outcome)) : nlohmann::json()},
               {"is_running", branch.isBeingWritten},
               {"answer", branch.answer},
               {"llm_calls", branch.totals.llmCalls},
               {"tool_calls", branch.totals.toolCalls},
               {"cost",
                branch.totals.cost ? nlohmann::json(branch.totals.cost->amount) : nlohmann::json()},
               {"own_cost",
                branch.ownTotals.cost ? nlohmann::json(branch.ownTotals.cost->amount)
                                      : nlohmann::json()}};
        if (branch.origin)
            told["origin"] = {{"up_to", branch.origin->upTo},
                              {"step", branch.origin->step},
                              {"change", branch.origin->change},
                              {"note", branch.origin->note},
                              {"expected", branch.origin->expected}};
        return told;
    }

    void writeTable(const BranchFamily& family, Output& out)
    {
        using Align = TextTable::Align;
        TextTable table(out,
                        {{"branch"},
                         {"forked at"},
                         {"change"},
                         {"outcome"},
                         {"own cost", Align::Right},
                         {"expected"},
                         {"answer"}});
        for (const Branch& branch : family.branches) {
            const BranchOrigin origin = branch.origin.value_or(BranchOrigin {});
            table.add({std::string(2 * branch.depth, ' ') + branch.file.filename().string(),
                       origin.step,
                       origin.change,
                       outcomeText(branch),
                       ownCost(branch),
                       origin.expected,
                       branch.answer.substr(0, branch.answer.find('\n'))});
        }
    }

} // namespace

void BranchesCommand::addTo(CLI::App& app)
{
    app.add_option("FILE", m_recording, "A .kymo file of the family")->required();
    app.add_flag("--json", m_isJson, "As JSON");
}

ExitCode BranchesCommand::run(CommandContext& context)
{
    BranchCache cache;
    tracestore::Job job;
    const auto family = readFamily(m_recording, cache, job);
    if (!family) {
        context.err.line("kymo: " + safeText(family.error().message));
        return ExitCode::Failed;
    }
    for (const std::string& problem : family->problems)
        context.err.line("kymo: " + safeText(problem));
    if (!m_isJson) {
        writeTable(*family, context.out);
        return ExitCode::Done;
    }
    nlohmann::json branches = nlohmann::json::array();
    for (const Branch& branch : family->branches)
        branches.push_back(jsonOf(branch));
    context.out.line(tracestore::toJsonText({{"root", family->root}, {"branches", branches}}, 2));
    return ExitCode::Done;
}

} // namespace engine::cli
