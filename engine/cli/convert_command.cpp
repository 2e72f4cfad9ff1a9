#include "engine/cli/convert_command.h"

#include "engine/cli/job_watch.h"
#include "engine/cli/open_input.h"
#include "tracestore/export/export_trace.h"
#include "tracestore/store/kymo_writer.h"
#include "tracestore/store/source_files.h"

#include <CLI/CLI.hpp>

namespace engine::cli {

using tracestore::Exporter;
using tracestore::ExporterRegistry;
using tracestore::Result;

namespace {

    constexpr const char* kKymo = "kymo";

    std::string knownFormats(const ExporterRegistry& exporters)
    {
        std::string names = "kymo (.kymo)";
        for (const auto& exporter : exporters.entries()) {
            names += ", " + std::string(exporter->id()) + " (";
            for (const std::string_view ending : exporter->extensions())
                names += (names.back() == '(' ? "" : " ") + std::string(ending);
            names += ')';
        }
        return names;
    }

    /// The format that the user names, or that the ending of the file means; empty for none.
    std::string formatOf(const std::string& named,
                         const std::filesystem::path& out,
                         const ExporterRegistry& exporters)
    {
        if (!named.empty())
            return named == kKymo || exporters.find(named) != nullptr ? named : "";
        if (out.extension() == ".kymo")
            return kKymo;
        const Exporter* exporter = exporterFor(exporters, out);
        return exporter == nullptr ? "" : std::string(exporter->id());
    }

    Result<void> write(const tracestore::Trace& trace,
                       const std::string& format,
                       const std::string& out,
                       CommandContext& context)
    {
        tracestore::Job job;
        const JobWatch watch(job, context.err, "Writing");
        if (format == kKymo)
            return saveKymo(trace, out, job);
        return exportTrace(trace, *context.exporters.find(format), out, job);
    }

} // namespace

void ConvertCommand::addTo(CLI::App& app)
{
    app.add_option("IN", m_in, "A file or folder; - is standard input")->required();
    app.add_option("OUT", m_out, "The file to write; its ending names the format")->required();
    app.add_option(
        "--to",
        m_format,
        "The format to write, if the ending does not say it: kymo, otlp, jsonl, html, ...");
    app.add_flag("--strict", m_isStrict, "End with code 3 if parts were broken");
}

ExitCode ConvertCommand::run(CommandContext& context)
{
    const std::string format = formatOf(m_format, m_out, context.exporters);
    if (format.empty()) {
        context.err.line("kymo: The format to write is not clear. Name it with --to, or by the "
                         "ending of OUT: "
                         + knownFormats(context.exporters) + '.');
        return ExitCode::Usage;
    }
    // A .kymo file names the files that it came from as its sources, not itself.
    std::error_code notThere;
    if (std::filesystem::equivalent(m_in, m_out, notThere) && !notThere)
        return failWith({tracestore::ErrorCode::Invalid, tracestore::overwriteRefusal(m_out), {}},
                        context);
    const InputOptions input {{m_in}, m_isStrict};
    const auto trace = openInput(input, context);
    if (!trace)
        return failWith(trace.error(), context);
    if (auto written = write(**trace, format, m_out, context); !written)
        return failWith(written.error(), context);
    const std::uint64_t broken = (*trace)->report().broken();
    if (broken > 0)
        context.err.line("kymo: " + std::to_string(broken)
                         + " parts of the input could not be read; `kymo info` lists them.");
    return codeOf(**trace, input);
}

} // namespace engine::cli
