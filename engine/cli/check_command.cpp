#include "engine/cli/check_command.h"

#include "engine/config/agent_config_check.h"
#include "engine/config/agent_config_reader.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <CLI/CLI.hpp>

namespace engine::cli {

using tracestore::safeLine;

namespace {

    void writeJson(Output& out, const std::vector<ConfigProblem>& problems)
    {
        nlohmann::json list = nlohmann::json::array();
        for (const ConfigProblem& problem : problems)
            list.push_back({{"line", problem.line},
                            {"column", problem.column},
                            {"field", problem.field},
                            {"message", problem.message},
                            {"is_error", problem.isError}});
        out.line(tracestore::toJsonText({{"problems", list}}, 2));
    }

} // namespace

void CheckCommand::addTo(CLI::App& app)
{
    app.add_option("AGENT", m_agent, "A *.agent.json")->required();
    app.add_flag("--json", m_isJson, "JSON for other programs");
    app.add_flag("--strict", m_isStrict, "End with 3 where there are warnings only");
}

ExitCode CheckCommand::run(CommandContext& context)
{
    const ConfigReading reading = readAgentConfigFile(m_agent);
    std::vector<ConfigProblem> problems = reading.problems;
    if (reading.config) {
        auto found = checkAgentConfig(*reading.config);
        reading.places.locate(found);
        problems.insert(problems.end(), found.begin(), found.end());
    }
    if (m_isJson)
        writeJson(context.out, problems);
    for (const ConfigProblem& problem : problems) {
        if (!m_isJson)
            context.out.line(safeLine(toText(problem, m_agent)));
    }
    if (hasErrors(problems))
        return ExitCode::Failed;
    if (problems.empty() && !m_isJson)
        context.out.line("Nothing is wrong with " + safeLine(m_agent) + '.');
    return m_isStrict && !problems.empty() ? ExitCode::Broken : ExitCode::Done;
}

} // namespace engine::cli
