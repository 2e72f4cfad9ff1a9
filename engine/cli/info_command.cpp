#include "engine/cli/info_command.h"

#include "engine/cli/info_json.h"
#include "engine/cli/info_text.h"

#include <CLI/CLI.hpp>

namespace engine::cli {

void InfoCommand::addTo(CLI::App& app)
{
    app.add_option("FILE", m_input.files, "Files or folders; - is standard input")->required();
    app.add_flag("--json", m_isJson, "JSON for other programs");
    app.add_flag("--strict", m_input.isStrict, "End with code 3 if parts were broken");
}

ExitCode InfoCommand::run(CommandContext& context)
{
    const auto trace = openInput(m_input, context);
    if (!trace)
        return failWith(trace.error(), context);
    if (m_isJson)
        context.out.line(infoJson(**trace, m_input.name()));
    else
        writeInfo(context.out, **trace, m_input.name());
    return codeOf(**trace, m_input);
}

} // namespace engine::cli
