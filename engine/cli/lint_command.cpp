#include "engine/cli/lint_command.h"

#include "engine/cli/job_watch.h"
#include "engine/config/agent_config_reader.h"
#include "engine/config/app_paths.h"
#include "engine/config/prices.h"
#include "engine/findings/config_findings.h"
#include "engine/findings/trace_findings.h"
#include "tracestore/base/safe_text.h"
#include "tracestore/findings/finding_rules.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

namespace engine::cli {

using tracestore::Result;

namespace {

    /// Both tables of rules; visit(id, about).
    template<class Visit>
    void visitRules(Visit&& visit)
    {
        const tracestore::RuleRegistry rules = tracestore::builtinRules();
        for (const auto& rule : rules.entries())
            visit(rule->id(), rule->about());
        for (const ConfigRule& rule : configRules())
            visit(rule.id, rule.about);
    }

    std::string ruleHelp()
    {
        std::string text = "\nRules, of traces and of configurations:\n";
        visitRules([&](std::string_view id, std::string_view about) {
            text += "  " + std::string(id) + "\n      " + std::string(about) + ".\n";
        });
        return text
            + "\nExit codes: 0 looked at, 1 a file cannot be read or --fail-on found something,\n"
              "2 wrong usage, 130 cancelled.";
    }

    std::set<std::string> ruleIds()
    {
        std::set<std::string> ids;
        visitRules([&](std::string_view id, std::string_view) { ids.emplace(id); });
        return ids;
    }

    bool isAgentName(const std::string& file)
    {
        return file.ends_with(".agent.json") || file.ends_with(".agent.jsonc");
    }

    LintedFile lintedConfig(const std::string& file,
                            const ConfigReading& reading,
                            const std::vector<std::string>& rules)
    {
        LintedFile linted {.file = file, .isConfiguration = true};
        linted.report.findings = findConfigFindings(*reading.config, rules);
        for (const tracestore::Finding& finding : linted.report.findings) {
            const ConfigPlaces::Place place = reading.places.of(finding.field);
            linted.places.push_back({.line = place.line, .column = place.column});
        }
        return linted;
    }

} // namespace

void LintCommand::addTo(CLI::App& app)
{
    app.add_option("FILES", m_files, "Traces and *.agent.json; each is looked at by itself")
        ->required();
    app.add_flag("--json", m_isJson, "JSON for other programs");
    app.add_flag("--brief", m_isBrief, "A line for each finding");
    app.add_option("--rule", m_rules, "Only this rule; may be given again")
        ->take_all()
        ->allow_extra_args(false)
        ->check(CLI::IsMember(ruleIds()));
    app.add_option("--fail-on", m_failOn, "End with 1 where there is a finding as grave or graver")
        ->check(CLI::IsMember({"note", "warning", "error"}));
    app.footer(ruleHelp());
}

ExitCode LintCommand::run(CommandContext& context)
{
    std::vector<LintedFile> files;
    bool hasFailed = false;
    for (const std::string& file : m_files) {
        auto linted = lint(file, context);
        if (!linted) {
            if (linted.error().code == tracestore::ErrorCode::Cancelled)
                return ExitCode::Cancelled;
            context.err.line("kymo: " + tracestore::safeLine(linted.error().message));
            hasFailed = true;
            continue;
        }
        files.push_back(std::move(*linted));
        if (!m_isJson)
            writeLint(context.out, files.back(), m_files.size() > 1, m_isBrief);
        if (context.out.isClosed())
            break;
    }
    if (m_isJson)
        context.out.line(lintJson(files));
    return hasFailed || failsOn(files) ? ExitCode::Failed : ExitCode::Done;
}

Result<LintedFile> LintCommand::lint(const std::string& file, CommandContext& context) const
{
    if (isAgentName(file)) {
        const ConfigReading reading = readAgentConfigFile(file);
        return reading.config ? Result<LintedFile>(lintedConfig(file, reading, m_rules))
                              : tracestore::fail(tracestore::ErrorCode::Invalid,
                                                 file
                                                     + ": The configuration cannot be read; `kymo "
                                                       "check` says what is wrong with it.");
    }
    auto trace = openInput({{file}, false}, context);
    if (!trace) {
        // By another name it may be an agent all the same.
        const bool isUnknown = trace.error().code == tracestore::ErrorCode::Unsupported;
        const ConfigReading reading = isUnknown ? readAgentConfigFile(file) : ConfigReading();
        if (reading.config)
            return lintedConfig(file, reading, m_rules);
        if (isUnknown)
            return tracestore::fail(tracestore::ErrorCode::Unsupported,
                                    file
                                        + " is neither a trace of a format that Kymo knows nor "
                                          "the configuration of an agent. `kymo formats` lists "
                                          "the formats.");
        return tracestore::fail(std::move(trace).error());
    }
    return lintTrace(file, **trace, context);
}

Result<LintedFile> LintCommand::lintTrace(const std::string& file,
                                          const tracestore::Trace& trace,
                                          CommandContext& context) const
{
    LintedFile linted {.file = file};
    const Prices prices = loadPrices(userPriceFile());
    tracestore::Job job;
    const JobWatch watch(job, context.err, "Looking");
    auto report = findTraceFindings(trace, m_rules, prices.table.get(), job);
    if (!report)
        return tracestore::fail(std::move(report).error().in(file));
    linted.report = std::move(*report);
    for (const tracestore::Finding& finding : linted.report.findings)
        linted.places.push_back({.stepName = finding.steps.empty()
                                     ? std::string()
                                     : std::string(trace.name(finding.steps.front()))});
    return linted;
}

bool LintCommand::failsOn(const std::vector<LintedFile>& files) const
{
    const auto least = tracestore::severityOf(m_failOn);
    if (!least)
        return false;
    return std::ranges::any_of(files, [&](const LintedFile& file) {
        return std::ranges::any_of(file.report.findings, [&](const tracestore::Finding& finding) {
            return finding.severity >= *least;
        });
    });
}

} // namespace engine::cli
