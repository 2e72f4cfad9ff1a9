#pragma once

#include "engine/cli/command.h"

namespace engine::cli {

/// `kymo report FILE -o X.html`: a page of a trace and its notes, to read and to print.
class ReportCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    std::string m_file;
    std::string m_out;
    bool m_isWithoutNotes = false;
};

} // namespace engine::cli
