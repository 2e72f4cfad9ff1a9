#include "engine/cli/check_command.h"

#include "engine/cli/run_world.h"
#include "engine/config/agent_config_check.h"
#include "engine/config/agent_config_reader.h"
#include "engine/config/desktop_vault.h"
#include "engine/runtime/key_search.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <QCoreApplication>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

namespace engine::cli {

using tracestore::safeLine;

namespace {

    std::optional<std::string> checkVariable(const std::string& name)
    {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    }

    /// Where the keys are. None needed: nobody is asked.
    KeyReport findKeys(const std::vector<KeyNeed>& needs)
    {
        if (needs.empty())
            return {};
        const CommandLoop loop;
        DesktopVault vault;
        KeySearch search(needs, checkVariable, &vault);
        QObject::connect(&search, &KeySearch::finished, qApp, &QCoreApplication::quit);
        search.start();
        QCoreApplication::exec();
        return search.report();
    }

    std::string_view wordOf(KeyPlace place)
    {
        switch (place) {
        case KeyPlace::Environment:
            return "environment";
        case KeyPlace::KeyStore:
            return "key store";
        case KeyPlace::Nowhere:
            return "nowhere";
        case KeyPlace::Unknown:
            break;
        }
        return "unknown";
    }

    std::string userOf(const KeyNeed& need)
    {
        const std::string_view kind = need.user == KeyUser::Provider ? "provider"
            : need.user == KeyUser::Tool                             ? "tool"
                                                                     : "server";
        return std::string(kind) + ' ' + need.userName;
    }

    std::string placeText(const KeyNeed& need, KeyPlace place, bool hasStore)
    {
        switch (place) {
        case KeyPlace::Environment:
            return "in the environment (" + need.variable() + ')';
        case KeyPlace::KeyStore:
            return "in the key store of the desktop";
        case KeyPlace::Nowhere:
            return "not found. Set " + need.variable()
                + (hasStore ? ", or store it on the page of agents" : "");
        case KeyPlace::Unknown:
            break;
        }
        return "not in the environment (" + need.variable() + "), perhaps in the key store";
    }

    void writeKeys(Output& out, const std::vector<KeyNeed>& needs, const KeyReport& report)
    {
        for (const KeyNeed& need : needs)
            out.line(safeLine("Key " + need.name + " of " + userOf(need) + ": "
                              + placeText(need, report.places.at(need.name), report.hasStore)
                              + '.'));
        // Where all is found nobody wants to know how the key store is.
        const auto isElsewhere = [](const auto& each) {
            return each.second == KeyPlace::Nowhere || each.second == KeyPlace::Unknown;
        };
        if (!report.problem.empty() && std::ranges::any_of(report.places, isElsewhere))
            out.line(safeLine(report.problem));
    }

    void writeJson(Output& out,
                   const std::vector<ConfigProblem>& problems,
                   const std::vector<KeyNeed>& needs,
                   const KeyReport& report)
    {
        nlohmann::json list = nlohmann::json::array();
        for (const ConfigProblem& problem : problems)
            list.push_back({{"line", problem.line},
                            {"column", problem.column},
                            {"field", problem.field},
                            {"message", problem.message},
                            {"is_error", problem.isError}});
        nlohmann::json keys = nlohmann::json::array();
        for (const KeyNeed& need : needs)
            keys.push_back({{"name", need.name},
                            {"variable", need.variable()},
                            {"user", userOf(need)},
                            {"place", wordOf(report.places.at(need.name))}});
        out.line(tracestore::toJsonText({{"problems", list}, {"keys", keys}}, 2));
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
    const auto needs = reading.config ? keyNeeds(*reading.config) : std::vector<KeyNeed>();
    const KeyReport keys = findKeys(needs);
    if (m_isJson)
        writeJson(context.out, problems, needs, keys);
    for (const ConfigProblem& problem : problems) {
        if (!m_isJson)
            context.out.line(safeLine(toText(problem, m_agent)));
    }
    if (!m_isJson)
        writeKeys(context.out, needs, keys);
    if (hasErrors(problems))
        return ExitCode::Failed;
    if (problems.empty() && !m_isJson)
        context.out.line("Nothing is wrong with " + safeLine(m_agent) + '.');
    return m_isStrict && !problems.empty() ? ExitCode::Broken : ExitCode::Done;
}

} // namespace engine::cli
