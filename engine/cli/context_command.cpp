#include "engine/cli/context_command.h"

#include "engine/cli/context_output.h"
#include "engine/cli/find_step.h"
#include "engine/cli/job_watch.h"
#include "engine/cli/open_input.h"
#include "engine/config/app_paths.h"
#include "engine/config/prices.h"
#include "tracestore/model/call_history.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace engine::cli {

using tracestore::AgentId;
using tracestore::SessionId;
using tracestore::SpanId;
using tracestore::Trace;

namespace {

    using Talker = std::pair<SessionId, AgentId>;

    /// Who calls models, in the order of their first calls.
    std::vector<Talker> talkersOf(const Trace& trace)
    {
        std::vector<Talker> talkers;
        for (const SpanId span : trace.preOrder()) {
            const Talker talker {trace.sessionOf(span), trace.agentOf(span)};
            if (isModelCall(trace, span) && std::ranges::find(talkers, talker) == talkers.end())
                talkers.push_back(talker);
        }
        return talkers;
    }

} // namespace

void ContextCommand::addTo(CLI::App& app)
{
    app.add_option("FILE", m_file, "A file or folder; - is standard input")->required();
    app.add_option("STEP", m_step, "A model call: its number in the list, or its id in the source");
    app.add_flag("--json", m_isJson, "JSON for other programs");
}

ExitCode ContextCommand::run(CommandContext& context)
{
    const auto trace = openInput({{m_file}, false}, context);
    if (!trace)
        return failWith(trace.error(), context);
    return m_step.empty() ? showAll(**trace, context) : showOne(**trace, context);
}

ExitCode ContextCommand::showOne(const Trace& trace, CommandContext& context) const
{
    const auto step = findStep(trace, m_step);
    if (!step)
        return failWith(step.error(), context);
    const Prices prices = loadPrices(userPriceFile());
    tracestore::Job job;
    const auto window = tracestore::contextWindow(trace, *step, prices.table.get(), job);
    if (!window)
        return failWith(window.error(), context);
    if (m_isJson)
        context.out.line(windowJson(*window, m_file));
    else
        writeWindow(context.out, trace, *window);
    return ExitCode::Done;
}

ExitCode ContextCommand::showAll(const Trace& trace, CommandContext& context) const
{
    std::vector<AgentWindows> agents;
    tracestore::Job job;
    const JobWatch watch(job, context.err, "Reading");
    for (const auto& [session, agent] : talkersOf(trace)) {
        auto calls = tracestore::contextHistory(trace, session, agent, job);
        if (!calls)
            return failWith(calls.error(), context);
        agents.push_back({agent.isValid() ? trace.agent(agent).name : std::string(),
                          trace.session(session).key,
                          std::move(*calls)});
        if (!m_isJson)
            writeWindows(context.out, agents.back().agent, agents.back().calls);
        if (context.out.isClosed())
            return ExitCode::Done;
    }
    if (m_isJson)
        context.out.line(windowsJson(agents, m_file));
    else if (agents.empty())
        context.out.line("The trace holds no calls of models.");
    return ExitCode::Done;
}

} // namespace engine::cli
