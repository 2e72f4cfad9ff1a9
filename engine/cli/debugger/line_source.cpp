#include "engine/cli/debugger/line_source.h"

#include <cerrno>
#include <unistd.h>

namespace engine::cli {

PlainLines::PlainLines(int descriptor)
    : m_notifier(descriptor, QSocketNotifier::Read)
{
    m_notifier.setEnabled(false);
    connect(&m_notifier, &QSocketNotifier::activated, this, &PlainLines::read);
}

void PlainLines::want(const std::string&)
{
    m_isWanted = true;
    if (m_hasEnded || m_read.find('\n') != std::string::npos)
        QMetaObject::invokeMethod(this, &PlainLines::tell, Qt::QueuedConnection);
    else
        m_notifier.setEnabled(true);
}

void PlainLines::read()
{
    char piece[4096];
    const ssize_t got = ::read(static_cast<int>(m_notifier.socket()), piece, sizeof piece);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (got > 0)
        m_read.append(piece, static_cast<std::size_t>(got));
    else
        m_hasEnded = true;
    if (m_hasEnded || m_read.find('\n') != std::string::npos)
        tell();
}

/// The next line, or that there are no more.
void PlainLines::tell()
{
    m_notifier.setEnabled(false);
    if (!std::exchange(m_isWanted, false))
        return;
    if (m_read.empty()) {
        emit ended();
        return;
    }
    const std::size_t end = m_read.find('\n');
    const std::string line = m_read.substr(0, end);
    m_read.erase(0, end == std::string::npos ? end : end + 1);
    emit came(line);
}

} // namespace engine::cli
