#pragma once

#include "engine/cli/command.h"

#include <memory>
#include <vector>

namespace engine::cli {

/// `kymo experiment`: runs, scores and reports experiments. Each of its words is a command.
class ExperimentCommand : public Command
{
public:
    ExperimentCommand();
    ~ExperimentCommand() override;

    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    struct Word
    {
        const char* name;
        const char* description;
        std::unique_ptr<Command> command;
        CLI::App* app = nullptr;
    };

    std::vector<Word> m_words;
};

} // namespace engine::cli
