#include "engine/cli/stats_command.h"

#include "engine/cli/stats_output.h"

#include <CLI/CLI.hpp>
#include <array>
#include <set>

namespace engine::cli {

using tracestore::Grouping;

namespace {

    constexpr std::array kGroupings {
        Grouping::Model, Grouping::Tool, Grouping::Agent, Grouping::Session, Grouping::Kind};

} // namespace

void StatsCommand::addTo(CLI::App& app)
{
    std::set<std::string> words;
    for (const Grouping grouping : kGroupings)
        words.emplace(toWord(grouping));
    app.add_option("FILE", m_file, "A file or folder; - is standard input")->required();
    app.add_option("--by", m_by, "Only by model, tool, agent, session or kind")
        ->check(CLI::IsMember(words));
    app.add_flag("--json", m_isJson, "JSON for other programs");
}

ExitCode StatsCommand::run(CommandContext& context)
{
    const auto trace = openInput({{m_file}, false}, context);
    if (!trace)
        return failWith(trace.error(), context);
    std::vector<Grouping> groupings;
    for (const Grouping grouping : kGroupings) {
        if (m_by.empty() || m_by == toWord(grouping))
            groupings.push_back(grouping);
    }
    if (m_isJson)
        context.out.line(statsJson(**trace, m_file, groupings));
    else
        writeStats(context.out, **trace, groupings);
    return ExitCode::Done;
}

} // namespace engine::cli
