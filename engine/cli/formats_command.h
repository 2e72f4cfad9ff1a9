#pragma once

#include "engine/cli/command.h"

namespace engine::cli {

/// `kymo formats [--markdown | --json]`: what can be read and written, from the registries.
class FormatsCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    bool m_isMarkdown = false;
    bool m_isJson = false;
};

} // namespace engine::cli
