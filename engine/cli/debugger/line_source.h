#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace engine::cli {

/// Where commands come from. The event loop goes on while a line is waited for.
class LineSource : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// What the last word of a line that is being typed could become.
    using Completer = std::function<std::vector<std::string>(std::string_view line)>;

    /// Asks for the next line; came() or ended() tells of it once, from the event loop.
    virtual void want(const std::string& prompt) = 0;

    /// Something is about to be printed while a line is waited for; show() brings the line back.
    virtual void hide() { }

    virtual void show() { }

    /// Forgets what was typed of the line that is waited for, and begins it anew.
    virtual void discard() { }

    /// Whether somebody sits there.
    [[nodiscard]] virtual bool isInteractive() const { return false; }

signals:
    void came(const std::string& line);
    void ended();
};

/// Lines of a file or pipe.
class PlainLines : public LineSource
{
    Q_OBJECT

public:
    explicit PlainLines(int descriptor);

    void want(const std::string& prompt) override;

private:
    void read();
    void tell();

    QSocketNotifier m_notifier;
    std::string m_read;
    bool m_isWanted = false;
    bool m_hasEnded = false;
};

} // namespace engine::cli
