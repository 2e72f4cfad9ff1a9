#include "tests/support/run_log.h"
#include "tracestore/recording/recording_writer.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

// Records a run without an end, in batches of different sizes, and says after each commit up to
// which event all is saved. `endless_recorder FILE [resume|close]`: goes on with a recording, or
// closes it again and again: what is killed is the closing then.

namespace {

using namespace tracestore;

[[noreturn]] void giveUp(const Error& error)
{
    std::fprintf(stderr, "%s: %s\n", error.where.c_str(), error.message.c_str());
    std::_Exit(2);
}

void tell(std::int64_t number)
{
    char line[32];
    const int length = std::snprintf(line, sizeof line, "%lld\n", static_cast<long long>(number));
    if (::write(STDOUT_FILENO, line, static_cast<std::size_t>(length)) != length)
        std::_Exit(3);
}

void recordBatch(RecordingWriter& writer, std::int64_t& number)
{
    for (std::int64_t turns = 1 + number % 7; turns > 0; --turns) {
        for (const RunEvent& event : tests::makeTurn(number)) {
            if (auto done = writer.append(event); !done)
                giveUp(done.error());
            ++number;
        }
    }
    if (auto done = writer.commit(); !done)
        giveUp(done.error());
    tell(writer.savedNumber());
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2)
        return 1;
    const bool isResuming = argc > 2 && std::strcmp(argv[2], "create") != 0;
    auto writer = isResuming ? RecordingWriter::resume(argv[1]) : RecordingWriter::create(argv[1]);
    if (!writer)
        giveUp(writer.error());
    std::int64_t number = (*writer)->savedNumber() + 1;
    tell(number - 1);
    if (argc > 2 && std::strcmp(argv[2], "close") == 0) {
        if (auto done = (*writer)->close(); !done)
            giveUp(done.error());
        tell(number - 1);
        return 0;
    }
    for (;;)
        recordBatch(**writer, number);
}
