#pragma once

#include "engine/cli/command.h"

#include <string>
#include <vector>

namespace engine::cli {

/// `kymo FILE...` and `kymo -`: opens the window, which is a program of its own, `kymo-gui`, beside
/// this one or on the PATH.
class WindowCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

    [[nodiscard]] const std::vector<std::string>& files() const { return m_files; }

private:
    /// Becomes the window; comes back only where that fails.
    ExitCode becomeWindow(const std::string& program, CommandContext& context) const;

    /// Shows standard input, and cleans up when the window is closed.
    static ExitCode showStandardInput(const std::string& program, CommandContext& context);

    std::vector<std::string> m_files;
};

} // namespace engine::cli
