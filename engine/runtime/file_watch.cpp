#include "engine/runtime/file_watch.h"

#include <QFile>

#include <algorithm>
#include <sys/stat.h>

namespace engine {

FileWatch::FileWatch(QObject* parent)
    : QObject(parent)
{
    m_timer.setInterval(kIntervalMs);
    connect(&m_timer, &QTimer::timeout, this, &FileWatch::look);
}

FileWatch::State FileWatch::stateOf(const QByteArray& path)
{
    struct stat found
    { };

    if (::stat(path.constData(), &found) != 0)
        return {};
    constexpr qint64 kNsPerSecond = 1'000'000'000;
    return {found.st_size, found.st_mtim.tv_sec * kNsPerSecond + found.st_mtim.tv_nsec};
}

void FileWatch::watch(const QStringList& paths)
{
    m_paths.clear();
    m_states.clear();
    for (const QString& path : paths) {
        m_paths.push_back(QFile::encodeName(path));
        m_states.push_back(stateOf(m_paths.back()));
    }
    if (m_paths.empty())
        m_timer.stop();
    else
        m_timer.start();
}

std::optional<qint64> FileWatch::lastChangeSecs() const
{
    std::optional<qint64> last;
    for (const State& state : m_states) {
        if (state.size >= 0)
            last = std::max(last.value_or(0), state.modifiedNs / 1'000'000'000);
    }
    return last;
}

void FileWatch::look()
{
    bool isChanged = false;
    for (std::size_t i = 0; i < m_paths.size(); ++i) {
        const State now = stateOf(m_paths[i]);
        isChanged = isChanged || now != m_states[i];
        m_states[i] = now;
    }
    if (isChanged)
        emit changed();
}

} // namespace engine
