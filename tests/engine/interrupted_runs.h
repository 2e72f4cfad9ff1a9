#pragma once

#include "engine/runtime/resumed_run.h"
#include "tests/engine/example_agent.h"
#include "tracestore/recording/recording_writer.h"

/// Runs that broke off, for tests that go on with them.
namespace tests {

/// Writes the first events of a run as a program leaves them that is killed then.
inline void writeInterrupted(const std::filesystem::path& file,
                             const std::vector<engine::RunEventPtr>& events,
                             std::size_t count)
{
    std::filesystem::remove(file);
    std::filesystem::remove(file.string() + "-wal");
    auto writer = tracestore::RecordingWriter::create(file);
    QVERIFY2(writer, writer ? "" : writer.error().message.c_str());
    for (std::size_t i = 0; i < count; ++i)
        QVERIFY((*writer)->append(*events[i]));
    QVERIFY((*writer)->commit());
}

/// `ok: answer`.
inline std::string toldBy(const engine::RunSession& session)
{
    const auto& result = session.status().result;
    return result ? std::string(toWord(result->status)) + ": " + result->answer : "none";
}

/// A run that goes on from a file.
struct Resumption
{
    explicit Resumption(const std::filesystem::path& file, const std::filesystem::path& agent = {})
    {
        auto read = engine::readResumedRun(file, agent);
        if (!read) {
            problem = read.error().message;
            return;
        }
        session = std::make_unique<engine::RunSession>(
            1, read->config, engine::RunWorld {clock, random, nullptr, &SampleRun::variable});
        session->add(events);
        recorded = std::move(read->recorded);
    }

    void start(engine::InDoubtChoice choice = engine::InDoubtChoice::Fail)
    {
        session->resume(std::move(*recorded), choice);
    }

    /// Answers approvals until the run stands so.
    bool reach(engine::RunState state)
    {
        return waitFor([&] {
            if (!session->status().questions.empty())
                static_cast<void>(
                    session->answer(session->status().questions.front().effect, "allow")
                        .has_value());
            return session->status().state == state;
        });
    }

    std::string close() { return closeRun(*session); }

    [[nodiscard]] std::string told() const { return toldBy(*session); }

    engine::SystemClock clock;
    engine::SystemRandom random;
    std::shared_ptr<EventList> events = std::make_shared<EventList>();
    std::optional<engine::RecordedRun> recorded;
    std::unique_ptr<engine::RunSession> session;
    std::string problem;
};

} // namespace tests
