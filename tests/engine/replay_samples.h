#pragma once

#include "engine/runtime/replay_check.h"
#include "engine/runtime/server_offers.h"
#include "tests/engine/run_samples.h"
#include "tests/support/test_paths.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTimer>

#include <functional>

/// Recordings of the agents that come with Kymo, for tests that replay them.
namespace tests {

using Events = std::vector<engine::RunEventPtr>;

/// As QTest::qWaitFor(), but without a sleep after each round of events, of which a run has many.
template<class Condition>
bool waitUntil(const Condition& condition, int withinMs = 120'000)
{
    QElapsedTimer time;
    time.start();
    QTimer wake;
    wake.start(10);
    while (!condition() && time.elapsed() < withinMs)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    return condition();
}

/// Runs a session that was started to its answer, allowing all that it asks, and closes it.
inline bool runToEnd(engine::RunSession& session)
{
    const bool isIdle = waitUntil([&] {
        if (!session.status().questions.empty())
            static_cast<void>(
                session.answer(session.status().questions.front().effect, "allow").has_value());
        return session.status().state == engine::RunState::Idle
            || session.status().state == engine::RunState::Ended;
    });
    bool isClosed = false;
    session.close([&](const tracestore::Result<void>&) { isClosed = true; });
    return waitUntil([&] { return isClosed; }) && isIdle;
}

/// An agent of the examples in a folder of its own, answering at once, and its run.
class RecordedExample
{
public:
    /// `name`: `support/support`, `wrong/loops`.
    explicit RecordedExample(const std::string& name)
    {
        const auto slash = name.find('/');
        const std::string folderName = name.substr(0, slash);
        folder = m_folder.path() / folderName;
        std::filesystem::copy(examplesDir() / "agents", // they share some files
                              m_folder.path(),
                              std::filesystem::copy_options::recursive);
        const std::string stem = name.substr(slash + 1);
        agent = folder / (stem + ".agent.json");
        const auto script = folder / (stem + ".script.json");
        QString text = QString::fromStdString(contentOf(script));
        static const QRegularExpression pace(QStringLiteral("\"pace\": \\{[^}]*\\},"));
        writeFile(script, text.remove(pace).toStdString());
        const std::string input = QString::fromStdString(contentOf(folder / (stem + ".input.txt")))
                                      .trimmed()
                                      .toStdString();
        auto config = engine::readAgentConfig(agent);
        if (!config)
            qFatal("%s", config.error().message.c_str());
        record(*config, input);
    }

    /// The run as it was recorded, to be done again with the agent as it is.
    [[nodiscard]] engine::ReplayedRun replayed(const Events& of, bool isComplete = true) const
    {
        auto config = engine::readAgentConfig(agent);
        if (!config)
            qFatal("%s", config.error().message.c_str());
        return {engine::RecordedRun::ofEvents(folder / "run.kymo", of, isComplete),
                std::move(*config),
                {},
                engine::recordedOffers(of)};
    }

    /// Takes away all that its models and tools need: what is called anyway fails.
    void dropWorld() const
    {
        const std::string text = contentOf(agent);
        for (const auto& entry : std::filesystem::directory_iterator(m_folder.path()))
            std::filesystem::remove_all(entry.path());
        std::filesystem::create_directories(folder);
        writeFile(agent, text);
    }

    /// How many files are there.
    [[nodiscard]] std::ptrdiff_t fileCount() const
    {
        const std::filesystem::recursive_directory_iterator files(m_folder.path());
        return std::count_if(
            begin(files), end(files), [](const auto& entry) { return entry.is_regular_file(); });
    }

    std::filesystem::path folder;
    std::filesystem::path agent;
    Events events;

private:
    void record(const engine::AgentConfig& config, const std::string& input)
    {
        engine::SystemClock clock;
        engine::SystemRandom random;
        engine::RunSession session(
            1, config, engine::RunWorld {clock, random, nullptr, &SampleRun::variable});
        const auto list = std::make_shared<EventList>();
        session.add(list);
        session.start(input);
        if (!runToEnd(session))
            qFatal("an example did not come to its end");
        events = list->events;
    }

    TemporaryFolder m_folder;
};

/// The scripted agents that come with Kymo.
inline std::vector<std::string> exampleNames()
{
    std::vector<std::string> names;
    const auto agents = examplesDir() / "agents";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(agents)) {
        const std::string file = entry.path().filename().string();
        const std::string ending = ".agent.json";
        if (!file.ends_with(ending))
            continue;
        const std::string stem = file.substr(0, file.size() - ending.size());
        if (stem.find('.') == std::string::npos) // else of a provider that needs a key
            names.push_back(entry.path().parent_path().filename().string() + '/' + stem);
    }
    std::ranges::sort(names);
    return names;
}

/// Does a run again as a whole.
inline engine::ReplayCheckReport checked(engine::ReplayedRun run)
{
    engine::ReplayCheck check(std::move(run));
    bool isFinished = false;
    QObject::connect(&check, &engine::ReplayCheck::finished, [&] { isFinished = true; });
    check.start();
    if (!waitUntil([&] { return isFinished; })) {
        engine::ReplayCheckReport late;
        late.problem = "it did not come to an end";
        return late;
    }
    return check.report();
}

inline std::string toldOf(const engine::ReplayCheckReport& report)
{
    return report.divergence ? report.divergence->message : report.problem;
}

} // namespace tests
