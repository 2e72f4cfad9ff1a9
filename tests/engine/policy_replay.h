#pragma once

#include "engine/runtime/prepared_replay.h"
#include "tests/engine/replay_samples.h"

/// Recorded runs that are replayed by a policy, for tests.
namespace tests {

class PolicyReplay
{
public:
    explicit PolicyReplay(engine::ReplayedRun run,
                          engine::ReplayPolicy policy = {},
                          const std::filesystem::path& recordFile = {})
    {
        engine::ReplayStart start {.events = run.recorded.events(),
                                   .source = run.recorded.file().string(),
                                   .which = run.which,
                                   .tools = run.tools,
                                   .policy = std::move(policy),
                                   .recordFile = recordFile};
        engine::RunWorld world = engine::replayWorld(
            start, engine::RunWorld {clock, random, nullptr, &SampleRun::variable});
        session = std::make_unique<engine::RunSession>(1, run.config, std::move(world));
        session->add(events);
        session->replay(std::move(start));
    }

    [[nodiscard]] const engine::RunStatus& status() const { return session->status(); }

    /// As it stands now, not some time ago.
    [[nodiscard]] const engine::ReplayStatus& replay() const { return *status().replay; }

    /// Until it has its answer, or asks.
    bool rest()
    {
        return waitUntil([&] {
            return status().state == engine::RunState::Idle
                || status().state == engine::RunState::Ended
                || (status().replay && !status().replay->questions.empty());
        });
    }

    [[nodiscard]] bool isAsking() const { return !replay().questions.empty(); }

    [[nodiscard]] const engine::ReplayQuestion& question() const
    {
        return replay().questions.front();
    }

    /// What went wrong with it, or nothing.
    std::string decide(engine::ReplayChoice choice, const std::string& text = {})
    {
        const auto decided = session->decide(
            {.effect = question().effect, .choice = choice, .normaliser = {}, .text = text});
        return decided ? "" : decided.error().message;
    }

    [[nodiscard]] std::string told() const
    {
        const auto& result = status().result;
        if (!result)
            return "no result: " + status().problem;
        return std::string(toWord(result->status)) + ": "
            + (result->status == engine::OutcomeStatus::Ok ? result->answer : result->reason);
    }

    engine::SystemClock clock;
    engine::SystemRandom random;
    std::shared_ptr<EventList> events = std::make_shared<EventList>();
    std::unique_ptr<engine::RunSession> session;
};

/// `ok: answer` of a recorded run.
inline std::string recordedAnswer(const Events& events)
{
    std::string told = "none";
    for (const auto& event : events) {
        if (const auto* ended = std::get_if<tracestore::RunEnded>(&event->fact))
            told = std::string(toWord(ended->status)) + ": "
                + (ended->status == engine::OutcomeStatus::Ok ? ended->answer : ended->reason);
    }
    return told;
}

} // namespace tests
