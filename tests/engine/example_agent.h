#pragma once

#include "tests/engine/run_samples.h"
#include "tests/support/test_paths.h"

#include <QRegularExpression>

namespace tests {

/// An agent of the examples in a folder of its own, answering at once.
struct ExampleAgent
{
    ExampleAgent(const std::string& folderName, const std::string& name)
    {
        const auto home = folder.path() / folderName;
        // All of them: some look into the files of others.
        std::filesystem::copy(
            examplesDir() / "agents", folder.path(), std::filesystem::copy_options::recursive);
        const auto script = home / (name + ".script.json");
        QString text = QString::fromStdString(contentOf(script));
        static const QRegularExpression pace(QStringLiteral("\"pace\": \\{[^}]*\\},"));
        writeFile(script, text.remove(pace).toStdString());
        agent = home / (name + ".agent.json");
        input = QString::fromStdString(contentOf(home / (name + ".input.txt")))
                    .trimmed()
                    .toStdString();
        record = folder.file("run.kymo");
        breakpoints = home / (name + ".breakpoints.json");
    }

    TemporaryFolder folder;
    std::filesystem::path agent;
    std::string input;
    std::filesystem::path record; ///< is not there yet
    std::filesystem::path breakpoints; ///< of agents that go wrong
};

/// Waits until the run has answered; approvals are given.
inline bool reachAnswer(engine::RunSession& session, int withinMs = 20'000)
{
    return waitFor(
               [&] {
                   if (!session.status().questions.empty())
                       static_cast<void>(
                           session.answer(session.status().questions.front().effect, "allow")
                               .has_value());
                   return session.status().state == engine::RunState::Idle
                       || session.status().state == engine::RunState::Ended;
               },
               withinMs)
        && session.status().state == engine::RunState::Idle;
}

/// Waits until all is closed. What went wrong with that, or nothing.
inline std::string closeRun(engine::RunSession& session)
{
    std::optional<std::string> closed;
    session.close([&](const tracestore::Result<void>& result) {
        closed = result ? "" : result.error().message;
    });
    static_cast<void>(waitFor([&] { return closed.has_value(); }));
    return closed.value_or("it was not closed in time");
}

} // namespace tests
