#pragma once

#include "engine/experiment/experiment_file.h"
#include "tests/support/temporary_folder.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <string>

namespace tests {

/// Writes an experiment with a script into a folder: the agent says `Said ` and what it was asked;
/// asked `count` it calls the calculator, asked `break` its provider fails.
class ExperimentMaker
{
public:
    using json = nlohmann::json;

    ExperimentMaker()
    {
        json rules = json::array();
        rules.push_back({{"when", {{"last", "break"}}},
                         {"fault", {{"status", 400}, {"message", "No such thing."}}}});
        rules.push_back({{"when", {{"result", {{"tool", "calculator"}}}}},
                         {"answer", {{"text", "It is {{result}}."}}}});
        rules.push_back(
            {{"when", {{"last", "count"}}},
             {"answer",
              {{"calls", {{{"name", "calculator"}, {"arguments", {{"expression", "6*7"}}}}}}}}});
        rules.push_back(
            {{"when", {{"system", "Be loud"}}}, {"answer", {{"text", "SAID {{last}}"}}}});
        rules.push_back({{"answer", {{"text", "Said {{last}}"}}}});
        script = {{"version", 1}, {"rules", std::move(rules)}};
        agent = {{"name", "tester"},
                 {"providers", {{{"name", "p"}, {"kind", "script"}, {"script", "s.json"}}}},
                 {"model", {{"provider", "p"}, {"model", "m"}}},
                 {"policies", {{"retry", {{"on", false}}}}},
                 {"tools", {{{"name", "calculator"}}}}};
        experiment = {{"kymo_experiment", 1},
                      {"name", "test"},
                      {"variants",
                       {{{"name", "quiet"}, {"agent", "a.agent.json"}},
                        {{"name", "loud"},
                         {"agent", "a.agent.json"},
                         {"change", {{"prompt", {{"behaviour", "Be loud"}}}}}}}},
                      {"data", "tasks.jsonl"},
                      {"scorers", {{{"name", "said"}, {"kind", "pattern"}, {"pattern", "Said"}}}}};
        tasks = {{{"id", "a"}, {"input", "one"}},
                 {{"id", "b"}, {"input", "two"}},
                 {{"id", "c"}, {"input", "count"}}};
    }

    /// All files as they stand.
    void write() const
    {
        writeFile(path("s.json"), script.dump());
        writeFile(path("a.agent.json"), agent.dump());
        writeFile(path("x.experiment.json"), experiment.dump(1));
        std::string lines;
        for (const json& task : tasks)
            lines += task.dump() + '\n';
        writeFile(path("tasks.jsonl"), lines);
    }

    [[nodiscard]] engine::Experiment read() const
    {
        write();
        auto read = engine::readExperiment(file());
        if (!read)
            qFatal("%s", read.error().message.c_str());
        return std::move(*read);
    }

    [[nodiscard]] std::filesystem::path path(const char* name) const { return m_folder.file(name); }

    [[nodiscard]] std::filesystem::path file() const { return path("x.experiment.json"); }

    json script;
    json agent;
    json experiment;
    json tasks;

private:
    TemporaryFolder m_folder;
};

} // namespace tests
