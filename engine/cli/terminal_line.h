#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace engine::cli {

/// Reads a line from standard input while the event loop goes on.
class TerminalLine : public QObject
{
public:
    /// Nothing: the input has ended.
    using Taker = std::function<void(const std::optional<std::string>& line)>;

    /// Calls `taker` from the event loop with the next line, once; it may read again.
    void read(Taker taker);

    /// Waits no longer; what was typed so far is forgotten.
    void stop();

private:
    void onInput();

    std::unique_ptr<QSocketNotifier> m_input;
    std::string m_line;
    Taker m_taker;
};

} // namespace engine::cli
