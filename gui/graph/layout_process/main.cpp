#include "gui/graph/layout_process/dot_layout.h"

#include <cerrno>
#include <unistd.h>

// kymo-layout: reads requests from standard input, answers on standard output, ends with its input.
// A process of its own because Graphviz can crash, can take minutes and cannot be stopped.

namespace {

using namespace gui::layout;

/// False at the end of the input or where it fails.
bool readAll(std::string& bytes)
{
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got = ::read(STDIN_FILENO, bytes.data() + done, bytes.size() - done);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        done += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    return true;
}

bool writeAll(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t put = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (put < 0 && errno != EINTR)
            return false;
        bytes.remove_prefix(put > 0 ? static_cast<std::size_t>(put) : 0);
    }
    return true;
}

Answer answerTo(DotLayout& layout, std::string_view body)
{
    const DecodedRequest decoded = decodeRequest(body);
    if (decoded.status != Status::Ok)
        return {.id = decoded.request.id, .status = decoded.status};
    return layout.run(decoded.request);
}

} // namespace

int main()
{
    constexpr int kBadInput = 2;
    DotLayout layout;
    std::string header(kHeaderSize, '\0');
    while (readAll(header)) {
        const FrameHeader frame = decodeHeader(header);
        if (frame.status != Status::Ok) {
            // Where the next frame begins nobody knows.
            writeAll(encode(Answer {.status = frame.status}));
            return kBadInput;
        }
        std::string body(frame.bodySize, '\0');
        if (!readAll(body) || !writeAll(encode(answerTo(layout, body))))
            break;
    }
    return 0;
}
