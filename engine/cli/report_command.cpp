#include "engine/cli/report_command.h"

#include "engine/cli/job_watch.h"
#include "engine/cli/open_input.h"
#include "engine/config/app_paths.h"
#include "tracestore/annotation/annotation_store.h"
#include "tracestore/base/safe_text.h"
#include "tracestore/export/export_trace.h"
#include "tracestore/export/html_exporter.h"

#include <CLI/CLI.hpp>

namespace engine::cli {

void ReportCommand::addTo(CLI::App& app)
{
    app.add_option("FILE", m_file, "A trace of any format; - is standard input")->required();
    app.add_option("-o,--output", m_out, "The .html file to write")->required();
    app.add_flag("--without-notes", m_isWithoutNotes, "Leave your notes and bookmarks out");
}

ExitCode ReportCommand::run(CommandContext& context)
{
    const auto trace = openInput({{m_file}, false}, context);
    if (!trace)
        return failWith(trace.error(), context);
    std::vector<tracestore::Annotation> annotations;
    if (!m_isWithoutNotes && m_file != "-") {
        auto read
            = tracestore::AnnotationStore(annotatedFile(m_file, **trace), notesDir().toStdString())
                  .read();
        if (read)
            annotations = std::move(read->annotations);
        // A page without the notes is still worth writing.
        const std::string& problem = read ? read->problem : read.error().message;
        if (!problem.empty())
            context.err.line("kymo: " + tracestore::safeText(problem));
    }
    tracestore::Job job;
    const JobWatch watch(job, context.err, "Writing");
    const auto written
        = exportTrace(**trace, tracestore::HtmlExporter(std::move(annotations)), m_out, job);
    return written ? ExitCode::Done : failWith(written.error(), context);
}

} // namespace engine::cli
