#pragma once

#include "engine/cli/command.h"
#include "engine/cli/junit_xml.h"

#include <string>
#include <vector>

namespace engine::cli {

/// `kymo test`: runs tests that were made of recorded runs, or makes one.
class TestCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    ExitCode make(CommandContext& context) const;
    ExitCode runTests(CommandContext& context) const;

    std::vector<std::string> m_tests;
    std::string m_recording; ///< to make one of
    std::string m_output;
    std::string m_agent;
    std::string m_junit;
    bool m_isQuiet = false;
};

} // namespace engine::cli
