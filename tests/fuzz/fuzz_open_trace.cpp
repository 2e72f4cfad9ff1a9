#include "tests/fuzz/input_file.h"
#include "tracestore/analysis/trace_stats.h"
#include "tracestore/open_trace.h"
#include "tracestore/register_builtins.h"

using namespace tracestore;

/// Whatever the bytes are, they open or are refused with a sentence; then every payload can be
/// asked for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    static const ImporterRegistry importers = builtinImporters();
    const tests::InputFile file(bytes, size);
    Job job;
    const auto trace = openTrace({.paths = {file.path()}}, importers, job);
    if (!trace) {
        ENSURE(!trace.error().message.empty());
        return 0;
    }
    const Trace& opened = **trace;
    ENSURE(totals(opened).steps == static_cast<std::int64_t>(opened.spanCount()));
    for (std::size_t i = 0; i < opened.spanCount() && i < 200; ++i) {
        static_cast<void>(opened.payloads().detail(SpanId(i)).has_value());
        static_cast<void>(opened.payloads().raw(SpanId(i)).has_value());
    }
    return 0;
}
