#pragma once

#include <QObject>
#include <QStringList>
#include <QTimer>

#include <optional>
#include <vector>

namespace engine {

/// Notices when files change: written to, replaced, gone or come. It looks at size and time some
/// times a second instead of asking the kernel to tell, which also works on network folders and
/// needs no watch for each of a thousand files. Its owner's thread; never reads a file.
class FileWatch : public QObject
{
    Q_OBJECT

public:
    static constexpr int kIntervalMs = 300;

    explicit FileWatch(QObject* parent = nullptr);

    /// Watches these from now on, in place of those before: what they are now is known.
    void watch(const QStringList& paths);

    /// When a file was written to last, in seconds since 1970-01-01 UTC; nothing where none is
    /// there.
    [[nodiscard]] std::optional<qint64> lastChangeSecs() const;

signals:
    void changed();

private:
    struct State
    {
        qint64 size = -1; ///< -1: not there
        qint64 modifiedNs = 0;

        bool operator==(const State&) const = default;
    };

    static State stateOf(const QByteArray& path);
    void look();

    std::vector<QByteArray> m_paths;
    std::vector<State> m_states;
    QTimer m_timer;
};

} // namespace engine
