#include "tests/fuzz/input_file.h"
#include "tracestore/base/ensure.h"
#include "tracestore/recording/open_recording.h"

using namespace tracestore;

/// A .kymo file of a stranger opens, in parts at least, or is refused with a sentence.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    const tests::InputFile file(bytes, size);
    Job job;
    const auto trace = openRecording(file.path(), job);
    if (!trace) {
        ENSURE(!trace.error().message.empty());
        return 0;
    }
    for (std::size_t i = 0; i < (*trace)->spanCount() && i < 50; ++i) {
        static_cast<void>((*trace)->payloads().detail(SpanId(i)).has_value());
        static_cast<void>((*trace)->payloads().raw(SpanId(i)).has_value());
    }
    return 0;
}
