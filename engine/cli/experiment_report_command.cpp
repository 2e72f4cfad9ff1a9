#include "engine/cli/experiment_report_command.h"

#include "engine/cli/experiment_report_output.h"
#include "engine/cli/job_watch.h"
#include "engine/cli/open_input.h"
#include "engine/experiment/experiment_folder.h"
#include "engine/experiment/report_html.h"
#include "engine/experiment/report_json.h"
#include "tracestore/base/safe_text.h"
#include "tracestore/store/file_sink.h"

#include <CLI/CLI.hpp>

namespace engine::cli {

using tracestore::fail;
using tracestore::Result;

namespace {

    /// An experiment is named by its folder or by its file.
    std::filesystem::path experimentFolder(const std::string& named)
    {
        std::error_code ignored;
        const std::filesystem::path path(named);
        if (!std::filesystem::is_regular_file(path, ignored))
            return path;
        return path.filename() == kExperimentName
                && exists(path.parent_path() / kResultsName, ignored)
            ? path.parent_path()
            : folderOf(path);
    }

    Result<void> writeText(const std::string& text, const std::filesystem::path& file)
    {
        auto sink = tracestore::FileSink::create(file);
        if (!sink)
            return fail(std::move(sink).error());
        if (auto written = (*sink)->write(text); !written)
            return written;
        return (*sink)->commit();
    }

} // namespace

void ExperimentReportCommand::addTo(CLI::App& app)
{
    app.add_option("FOLDER", m_folder, "The folder of the experiment, or its file")->required();
    app.add_option("--baseline", m_baseline, "The variant others are compared with (the first)");
    app.add_option("--against", m_against, "An earlier folder: each variant then and now");
    app.add_option("--metric",
                   m_metrics,
                   "Only this scorer or metric, such as cost; repeatable. Fewer show smaller "
                   "differences");
    app.add_option("--html", m_html, "Write the report as one .html file");
    app.add_flag("--json", m_isJson, "As JSON");
}

Result<ReportInput> ExperimentReportCommand::readInput() const
{
    auto input = readReportInput(experimentFolder(m_folder));
    if (!input || (m_baseline.empty() && m_against.empty()))
        return input;
    if (m_against.empty())
        return withBaseline(std::move(*input), m_baseline);
    auto then = readReportInput(experimentFolder(m_against));
    if (!then)
        return then;
    return inputOverTime(std::move(*then), std::move(*input));
}

Result<ExperimentReport> ExperimentReportCommand::makeIt(CommandContext& context) const
{
    const auto input = readInput();
    if (!input)
        return fail(input.error());
    tracestore::Job job;
    const JobWatch watch(job, context.err, "Comparing");
    return makeReport(*input, {.metrics = m_metrics}, job);
}

ExitCode ExperimentReportCommand::run(CommandContext& context)
{
    if (!m_baseline.empty() && !m_against.empty()) {
        context.err.line("kymo: --baseline and --against do not go together: against an earlier "
                         "folder each variant is compared with itself.");
        return ExitCode::Usage;
    }
    const auto report = makeIt(context);
    if (!report)
        return failWith(report.error(), context);
    if (!m_html.empty()) {
        if (const auto written = writeText(reportHtml(*report), m_html); !written)
            return failWith(written.error(), context);
    }
    if (m_isJson)
        context.out.line(reportJson(*report));
    else
        writeExperimentReport(*report, context.out);
    return ExitCode::Done;
}

} // namespace engine::cli
