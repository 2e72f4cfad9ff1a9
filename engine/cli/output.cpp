#include "engine/cli/output.h"

#include <cerrno>
#include <cstdlib>
#include <unistd.h>

namespace engine::cli {
namespace {

    constexpr std::size_t kWritePiece = std::size_t {1} << 16U;

    bool wantsColors()
    {
        const char* noColor = std::getenv("NO_COLOR");
        const char* terminal = std::getenv("TERM");
        return (noColor == nullptr || *noColor == '\0')
            && (terminal == nullptr || std::string_view(terminal) != "dumb");
    }

} // namespace

Output::Output(int descriptor)
    : m_descriptor(descriptor)
    , m_isTerminal(::isatty(descriptor) == 1)
    , m_hasColors(m_isTerminal && wantsColors())
{ }

Output::~Output()
{
    flush();
}

void Output::write(std::string_view text)
{
    m_waiting += text;
    // What goes to standard error is there when it is said.
    if (m_waiting.size() >= kWritePiece || m_descriptor == STDERR_FILENO)
        flush();
}

void Output::line(std::string_view text)
{
    write(text);
    write("\n");
}

void Output::flush()
{
    std::string_view rest = m_waiting;
    while (!rest.empty() && m_error == 0) {
        const ssize_t written = ::write(m_descriptor, rest.data(), rest.size());
        if (written > 0)
            rest.remove_prefix(static_cast<std::size_t>(written));
        else if (errno != EINTR)
            m_error = errno;
    }
    m_waiting.clear();
}

std::string Output::styled(Style style, std::string_view text) const
{
    if (!m_hasColors)
        return std::string(text);
    return "\x1B[" + std::to_string(static_cast<int>(style)) + 'm' + std::string(text) + "\x1B[0m";
}

int Output::error() const
{
    return m_error == EPIPE ? 0 : m_error;
}

} // namespace engine::cli
