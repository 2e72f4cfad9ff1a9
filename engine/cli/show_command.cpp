#include "engine/cli/show_command.h"

#include "engine/cli/find_step.h"
#include "engine/cli/open_input.h"
#include "engine/cli/step_list.h"
#include "engine/cli/step_text.h"
#include "tracestore/export/span_json.h"

#include <CLI/CLI.hpp>

namespace engine::cli {

void ShowCommand::addTo(CLI::App& app)
{
    app.add_option("FILE", m_file, "A file or folder; - is standard input")->required();
    app.add_option("SPAN", m_step, "A step: its number in the list, or its id in the source");
    app.add_option("--depth", m_depth, "List only so many levels of the tree")
        ->check(CLI::PositiveNumber);
    app.add_flag("--json", m_isJson, "JSON for other programs");
    app.add_flag("--strict", m_isStrict, "End with code 3 if parts were broken");
}

ExitCode ShowCommand::run(CommandContext& context)
{
    const InputOptions input {{m_file}, m_isStrict};
    const auto trace = openInput(input, context);
    if (!trace)
        return failWith(trace.error(), context);
    ExitCode code = ExitCode::Done;
    if (!m_step.empty())
        code = showOne(**trace, context);
    else if (m_isJson)
        writeStepListJson(context.out, **trace, m_file, m_depth);
    else
        writeStepList(context.out, **trace, m_depth);
    return code == ExitCode::Done ? codeOf(**trace, input) : code;
}

ExitCode ShowCommand::showOne(const tracestore::Trace& trace, CommandContext& context) const
{
    const auto step = findStep(trace, m_step);
    if (!step)
        return failWith(step.error(), context);
    const auto detail = trace.payloads().detail(*step);
    if (!detail)
        return failWith(detail.error(), context);
    if (m_isJson) {
        std::string text;
        tracestore::JsonWriter json(text, 2);
        tracestore::writeSpan(json, trace, *step, &*detail);
        context.out.line(text);
    } else {
        writeStep(context.out, trace, *step, *detail);
    }
    return ExitCode::Done;
}

} // namespace engine::cli
