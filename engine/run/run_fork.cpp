#include "engine/run/run_fork.h"

#include "tracestore/recording/recording_reader.h"
#include "tracestore/recording/recording_writer.h"

#include <algorithm>

namespace engine {
namespace {

    constexpr std::size_t kMostLetters = 40;

    /// What can stand in the name of a file everywhere.
    std::string plainName(const std::string& name)
    {
        std::string plain;
        for (const char letter : name.substr(0, kMostLetters)) {
            const bool isPlain = (letter >= 'a' && letter <= 'z')
                || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9')
                || letter == '-' || letter == '_';
            plain += isPlain ? letter : '-';
        }
        return plain.empty() ? "fork" : plain;
    }

} // namespace

std::filesystem::path forkFile(const std::filesystem::path& recording, const std::string& name)
{
    const std::string stem = recording.stem().string() + '.' + plainName(name);
    std::filesystem::path file = recording.parent_path() / (stem + ".kymo");
    std::error_code ignored;
    for (int number = 2; std::filesystem::exists(file, ignored); ++number)
        file = recording.parent_path() / (stem + '-' + std::to_string(number) + ".kymo");
    return file;
}

tracestore::Result<void> forkRecording(const std::filesystem::path& recording,
                                       std::int64_t upTo,
                                       const std::filesystem::path& fork)
{
    auto read = tracestore::readRecording(recording);
    if (!read)
        return tracestore::fail(std::move(read).error());
    auto writer = tracestore::RecordingWriter::create(fork);
    if (!writer)
        return tracestore::fail(std::move(writer).error());
    for (const tracestore::RunEvent& event : read->events) {
        if (event.number > upTo)
            break;
        if (auto added = (*writer)->append(event); !added)
            return added;
    }
    return (*writer)->commit(); // and is not closed: its run goes on
}

} // namespace engine
