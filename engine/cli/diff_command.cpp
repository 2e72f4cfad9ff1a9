#include "engine/cli/diff_command.h"

#include "engine/cli/diff_output.h"
#include "engine/cli/job_watch.h"
#include "tracestore/base/safe_text.h"
#include "tracestore/compare/comparison_json.h"
#include "tracestore/compare/comparison_page.h"
#include "tracestore/compare/named_session.h"
#include "tracestore/store/file_sink.h"

#include <CLI/CLI.hpp>
#include <filesystem>

namespace engine::cli {

using tracestore::Comparison;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::FigureCondition;
using tracestore::Result;
using tracestore::safeLine;
using tracestore::SessionId;
using tracestore::Trace;

namespace {

    /// By name, else by number from 0.
    Result<tracestore::BranchId> findBranch(const Trace& trace, const std::string& wanted)
    {
        const auto& branches = trace.branches();
        std::string names;
        for (std::size_t i = 0; i < branches.size(); ++i) {
            if (branches[i].name == wanted || std::to_string(i) == wanted)
                return tracestore::BranchId(i);
            names += "\n  " + std::to_string(i) + "  " + safeLine(branches[i].name);
        }
        return fail(ErrorCode::NotFound,
                    "There is no branch " + wanted + '.'
                        + (names.empty() ? " The trace has none." : " There are:" + names));
    }

    ExitCode trouble(const tracestore::Error& error, CommandContext& context)
    {
        context.err.line("kymo: " + tracestore::safeText(error.message));
        return error.code == ErrorCode::Cancelled ? ExitCode::Cancelled : ExitCode::Usage;
    }

} // namespace

void DiffCommand::addTo(CLI::App& app)
{
    app.add_option("A", m_fileA, "A trace of any format; A#SESSION for one of its sessions")
        ->required();
    app.add_option("B", m_fileB, "Another one, or another session of the same")->required();
    app.add_option("--session-a", m_sessionA, "A session of A: its key, number or title");
    app.add_option("--session-b", m_sessionB, "A session of B");
    app.add_option("--branch-a", m_branchA, "A branch of A that was rewound: its name or number");
    app.add_option("--branch-b", m_branchB, "A branch of B");
    app.add_flag("--json", m_isJson, "JSON for other programs");
    app.add_option("--fail-on",
                   m_failOn,
                   "End with 1 only where this holds: `changed > 0`, `b.cost > 1.1 * a.cost`");
    app.add_option("--html", m_page, "Write a page to read and send on, too");
    app.footer("\nExit codes: 0 nothing differs, 1 something does (with --fail-on: it holds),\n"
               "2 they could not be compared.");
}

ExitCode DiffCommand::run(CommandContext& context)
{
    std::optional<FigureCondition> condition;
    if (!m_failOn.empty()) {
        auto parsed = FigureCondition::parse(m_failOn);
        if (!parsed)
            return trouble(parsed.error(), context);
        condition = std::move(*parsed);
    }
    const auto a = open(m_fileA, m_sessionA, m_branchA, context);
    if (!a)
        return trouble(a.error(), context);
    const auto b = open(m_fileB, m_sessionB, m_branchB, context);
    if (!b)
        return trouble(b.error(), context);
    tracestore::Job job;
    const JobWatch watch(job, context.err, "Comparing");
    const auto comparison = compareTraces(a->compared(), b->compared(), job);
    if (!comparison)
        return trouble(comparison.error(), context);
    if (m_isJson) {
        const auto json = comparisonJson(*comparison, job);
        if (!json)
            return trouble(json.error(), context);
        context.out.line(*json);
    } else {
        writeComparison(context.out, *comparison, {a->name, b->name});
    }
    if (!m_page.empty()) {
        const auto written = writePage(*comparison, *a, *b, job);
        if (!written)
            return trouble(written.error(), context);
    }
    return verdict(*comparison, condition, context);
}

Result<DiffCommand::Side> DiffCommand::open(const std::string& named,
                                            const std::string& session,
                                            const std::string& branch,
                                            CommandContext& context) const
{
    tracestore::NamedSession side = tracestore::namedSession(named);
    if (!session.empty())
        side = {named, session};
    const auto trace = openInput({{side.file}, false}, context);
    if (!trace)
        return fail(trace.error());
    Side opened {side.file, *trace, {}, {}};
    if (!side.session.empty()) {
        const auto found = findSession(**trace, side.session);
        if (!found)
            return fail(found.error());
        opened.session = *found;
        opened.name += '#' + side.session;
    }
    if (!branch.empty()) {
        const auto found = findBranch(**trace, branch);
        if (!found)
            return fail(found.error());
        opened.branch = *found;
        opened.name += " (branch " + branch + ')';
    }
    return opened;
}

Result<bool> DiffCommand::writePage(const Comparison& comparison,
                                    const Side& a,
                                    const Side& b,
                                    tracestore::Job& job) const
{
    auto sink = tracestore::FileSink::create(m_page);
    if (!sink)
        return fail(sink.error());
    auto written = writeComparisonPage(comparison, {a.name, b.name}, **sink, job);
    if (!written)
        return fail(written.error());
    auto kept = (*sink)->commit();
    if (!kept)
        return fail(kept.error());
    return true;
}

ExitCode DiffCommand::verdict(const Comparison& comparison,
                              const std::optional<FigureCondition>& condition,
                              CommandContext& context) const
{
    if (!condition)
        return comparison.isSame() ? ExitCode::Done : ExitCode::Failed;
    for (const std::string& name : condition->names()) {
        if (!figureOf(comparison, name)) {
            context.err.line("kymo: There is no figure " + safeLine(name)
                             + " to fail on. `kymo diff --json` lists them (`metrics`).");
            return ExitCode::Usage;
        }
    }
    const auto holds = condition->holds(
        [&](const std::string& name) { return figureOf(comparison, name).value_or(std::nullopt); });
    // A gate that cannot be checked must not let everything through.
    if (!holds)
        context.err.line("kymo: Whether " + safeLine(condition->text())
                         + " is not known: a figure in it is not. That counts as failed.");
    return holds == false ? ExitCode::Done : ExitCode::Failed;
}

} // namespace engine::cli
