#include "tests/bench/opening.h"

#include "engine/runtime/thread_executor.h"
#include "tracestore/register_builtins.h"

#include <cstdio>
#include <cstdlib>

namespace bench {

tracestore::TracePtr
openFile(const std::filesystem::path& path, unsigned threads, const tracestore::ColumnCache* cache)
{
    static const tracestore::ImporterRegistry importers = tracestore::builtinImporters();
    tracestore::Job job;
    engine::ThreadExecutor executor(threads);
    auto trace = tracestore::openTrace(
        {.paths = {path}, .executor = &executor, .cache = cache}, importers, job);
    if (!trace) {
        std::fprintf(stderr, "%s\n", trace.error().message.c_str());
        std::exit(1);
    }
    return *trace;
}

} // namespace bench
