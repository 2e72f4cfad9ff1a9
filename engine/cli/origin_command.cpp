#include "engine/cli/origin_command.h"

#include "engine/cli/find_step.h"
#include "engine/cli/job_watch.h"
#include "engine/cli/open_input.h"
#include "engine/cli/origin_output.h"
#include "tracestore/provenance/origin_finder.h"
#include "tracestore/provenance/origin_question.h"

#include <CLI/CLI.hpp>

namespace engine::cli {

void OriginCommand::addTo(CLI::App& app)
{
    app.add_option("FILE", m_file, "A file or folder; - is standard input")->required();
    app.add_option("STEP", m_step, "A step: its number in the list, or its id in the source")
        ->required();
    app.add_option("--field",
                   m_field,
                   "What of the step: args, args.order.id, result, input[2], output, tools");
    app.add_option("--text", m_text, "Only this text of it");
    app.add_option("--limit", m_limit, "At most so many places")->check(CLI::PositiveNumber);
    app.add_flag("--forward", m_isForward, "Where it went, in the place of where it came from");
    app.add_flag("--json", m_isJson, "JSON for other programs");
}

ExitCode OriginCommand::run(CommandContext& context)
{
    const auto trace = openInput({{m_file}, false}, context);
    if (!trace)
        return failWith(trace.error(), context);
    const auto step = findStep(**trace, m_step);
    if (!step)
        return failWith(step.error(), context);
    auto query = tracestore::originQuestion(**trace, *step, m_field, m_text);
    if (!query)
        return failWith(query.error(), context);
    query->most = m_limit;
    if (m_isForward)
        query->direction = tracestore::OriginDirection::Forward;
    tracestore::Job job;
    const auto report = [&] {
        const JobWatch watch(job, context.err, "Looking");
        return tracestore::findOrigins(**trace, *query, job);
    }();
    if (!report)
        return failWith(report.error(), context);
    if (m_isJson)
        context.out.line(originsJson(*query, *report, m_file));
    else
        writeOrigins(context.out, **trace, *query, *report);
    return ExitCode::Done;
}

} // namespace engine::cli
