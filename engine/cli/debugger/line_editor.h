#pragma once

#include "engine/cli/debugger/line_source.h"

#include <filesystem>

namespace engine::cli {

/// Lines that somebody types on the terminal of standard input, with history and completion
/// (libedit). The keys are those of the user's ~/.editrc, else those of Emacs.
class LineEditor : public LineSource
{
    Q_OBJECT

public:
    /// `history` is the file in which lines are kept, for this user only; empty: they are not.
    LineEditor(Completer completer, std::filesystem::path history);
    ~LineEditor() override;

    void want(const std::string& prompt) override;
    void hide() override;
    void show() override;
    void discard() override;

    [[nodiscard]] bool isInteractive() const override { return true; }

private:
    struct Terminal;

    void read();

    std::unique_ptr<Terminal> m_terminal;
    QSocketNotifier m_notifier;
};

} // namespace engine::cli
