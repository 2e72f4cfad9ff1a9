#include "engine/cli/formats_command.h"

#include "tracestore/base/json_writer.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace engine::cli {
namespace {

    /// What is read by no importer: our own files.
    constexpr std::string_view kKymoName = "Kymo (.kymo)";
    constexpr std::string_view kKymoOrigin = "saved by Kymo: one SQLite database";

    std::string endingsOf(const tracestore::Exporter& exporter)
    {
        std::string text;
        for (const std::string_view ending : exporter.extensions())
            text += (text.empty() ? "" : ", ") + std::string(ending);
        return text;
    }

    void writeMarkdown(CommandContext& context)
    {
        const auto row = [&](std::string_view name, std::string_view origin) {
            context.out.line("| " + std::string(name) + " | " + std::string(origin) + " |");
        };
        row("format", "from");
        row("---", "---");
        for (const auto& importer : context.importers.entries())
            row(importer->name(), importer->origin());
        row(kKymoName, kKymoOrigin);
    }

    void writeText(CommandContext& context)
    {
        const auto row = [&](std::string_view name, std::string_view more) {
            context.out.line("  " + std::string(name));
            context.out.line("      " + context.out.styled(Output::Style::Faint, more));
        };
        context.out.line(context.out.styled(Output::Style::Heading, "Reads"));
        for (const auto& importer : context.importers.entries())
            row(importer->name(), importer->origin());
        row(kKymoName, kKymoOrigin);
        context.out.line("");
        context.out.line(context.out.styled(Output::Style::Heading, "Writes"));
        for (const auto& exporter : context.exporters.entries())
            row(exporter->name(), endingsOf(*exporter));
        row(kKymoName, ".kymo");
    }

    void writeJson(CommandContext& context)
    {
        std::string text;
        tracestore::JsonWriter json(text, 2);
        json.beginObject().key("reads").beginArray();
        const auto read = [&](std::string_view id, std::string_view name, std::string_view origin) {
            json.beginObject()
                .member("id", id)
                .member("name", name)
                .member("origin", origin)
                .endObject();
        };
        for (const auto& importer : context.importers.entries())
            read(importer->id(), importer->name(), importer->origin());
        read("kymo", kKymoName, kKymoOrigin);
        json.endArray().key("writes").beginArray();
        for (const auto& exporter : context.exporters.entries())
            json.beginObject()
                .member("id", exporter->id())
                .member("name", exporter->name())
                .endObject();
        json.beginObject().member("id", "kymo").member("name", kKymoName).endObject();
        json.endArray().endObject();
        context.out.line(text);
    }

} // namespace

void FormatsCommand::addTo(CLI::App& app)
{
    auto* markdown = app.add_flag("--markdown", m_isMarkdown, "The table of README");
    app.add_flag("--json", m_isJson, "JSON for other programs")->excludes(markdown);
}

ExitCode FormatsCommand::run(CommandContext& context)
{
    if (m_isMarkdown)
        writeMarkdown(context);
    else if (m_isJson)
        writeJson(context);
    else
        writeText(context);
    return ExitCode::Done;
}

} // namespace engine::cli
