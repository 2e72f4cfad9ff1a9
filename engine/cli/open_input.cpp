#include "engine/cli/open_input.h"

#include "engine/cli/job_watch.h"
#include "engine/config/app_paths.h"
#include "engine/config/prices.h"
#include "engine/runtime/thread_executor.h"
#include "tracestore/base/safe_text.h"
#include "tracestore/column_cache.h"
#include "tracestore/open_trace.h"

namespace engine::cli {

using tracestore::ErrorCode;

std::string InputOptions::name() const
{
    std::string all;
    for (const std::string& file : files)
        all += (all.empty() ? "" : ", ") + file;
    return all;
}

tracestore::Result<tracestore::TracePtr> openInput(const InputOptions& options,
                                                   CommandContext& context)
{
    const Prices prices = loadPrices(userPriceFile());
    if (!prices.problem.empty())
        context.err.line("kymo: " + tracestore::safeLine(prices.problem));
    tracestore::OpenRequest request;
    request.paths.assign(options.files.begin(), options.files.end());
    request.prices = prices.table.get();
    ThreadExecutor executor;
    request.executor = &executor;
    const tracestore::ColumnCache cache(columnCacheDir().toStdString());
    request.cache = &cache;
    tracestore::Job job;
    const JobWatch watch(job, context.err, "Reading");
    return tracestore::openTrace(request, context.importers, job);
}

ExitCode failWith(const tracestore::Error& error, CommandContext& context)
{
    context.err.line("kymo: " + tracestore::safeLine(error.message));
    return error.code == ErrorCode::Cancelled ? ExitCode::Cancelled : ExitCode::Failed;
}

ExitCode codeOf(const tracestore::Trace& trace, const InputOptions& options)
{
    return options.isStrict && trace.report().broken() > 0 ? ExitCode::Broken : ExitCode::Done;
}

} // namespace engine::cli
