#pragma once

#include "engine/cli/command.h"

namespace engine::cli {

/// `kymo origin FILE STEP [--field PATH] [--text TEXT] [--forward] [--json]`: where a text of a
/// step came from, or where it went.
class OriginCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    std::string m_file;
    std::string m_step;
    std::string m_field;
    std::string m_text;
    std::size_t m_limit = 20;
    bool m_isForward = false;
    bool m_isJson = false;
};

} // namespace engine::cli
