#pragma once

#include "engine/runtime/resumed_run.h"
#include "tests/engine/run_samples.h"

#include <QTest>

namespace tests {

/// Lets the run of a fork go on to its end. What it told, or what went wrong.
struct Continued
{
    explicit Continued(const std::filesystem::path& file)
    {
        auto read = engine::readResumedRun(file, {});
        if (!read) {
            told = read.error().message;
            return;
        }
        engine::RunSession session(1, read->config, {clock, random, nullptr, &SampleRun::variable});
        session.add(events);
        session.resume(std::move(read->recorded), engine::InDoubtChoice::Repeat);
        const bool isIdle = QTest::qWaitFor(
            [&] {
                return session.status().state == engine::RunState::Idle
                    || session.status().state == engine::RunState::Ended;
            },
            10'000);
        const auto& result = session.status().result;
        told = isIdle && result ? std::string(toWord(result->status)) + ": "
                + (result->answer.empty() ? result->reason : result->answer)
                                : "not in time";
        bool isClosed = false;
        session.close([&](const auto&) { isClosed = true; });
        static_cast<void>(QTest::qWaitFor([&] { return isClosed; }, 10'000));
    }

    engine::SystemClock clock;
    engine::SystemRandom random;
    std::shared_ptr<EventList> events = std::make_shared<EventList>();
    std::string told;
};

} // namespace tests
