#include "tests/bench/opening.h"

#include "tracestore/register_builtins.h"

#include <cstdio>
#include <cstdlib>

namespace bench {

tracestore::TracePtr openFile(const std::filesystem::path& path, unsigned threads)
{
    static_cast<void>(threads);
    static const tracestore::ImporterRegistry importers = tracestore::builtinImporters();
    tracestore::Job job;
    auto trace = tracestore::openTrace({.paths = {path}}, importers, job);
    if (!trace) {
        std::fprintf(stderr, "%s\n", trace.error().message.c_str());
        std::exit(1);
    }
    return *trace;
}

} // namespace bench
