#pragma once

#include "engine/travel/travel_session.h"
#include "tests/support/manual_clock.h"

#include <QTest>

/// One goes through a trace, for tests.
namespace tests {

class TravelDrive
{
public:
    explicit TravelDrive(tracestore::TracePtr trace,
                         const engine::DebugSetup& setup = {},
                         tracestore::SessionId of = {})
        : session(std::move(trace), of, {clock, m_pool, m_home})
    {
        QObject::connect(&session,
                         &engine::TravelSession::told,
                         [this](const engine::DebugLine& line) { lines.push_back(line); });
        QObject::connect(&session, &engine::TravelSession::inspected, [this](const auto& step) {
            inspections.push_back(step);
        });
        QObject::connect(&session, &engine::TravelSession::evaluated, [this](const auto& value) {
            evaluations.push_back(value);
        });
        session.start(setup);
        if (!waitFor([this] { return session.status().stop.has_value(); }))
            qWarning("the travel did not begin");
    }

    ~TravelDrive() { m_pool.waitForDone(); }

    TravelDrive(const TravelDrive&) = delete;
    TravelDrive& operator=(const TravelDrive&) = delete;

    template<class Condition>
    static bool waitFor(const Condition& condition)
    {
        return QTest::qWaitFor(condition, 30'000);
    }

    /// The text of the stop to which an order leads, or of what is said in place of it.
    std::string go(const engine::DebugOrder& order)
    {
        const std::size_t said = problems();
        const std::uint64_t before = status().stop ? status().stop->number : 0;
        session.take(order);
        const bool isDone = waitFor([&] {
            const auto now = status();
            return problems() > said || (now.stop && now.stop->number > before);
        });
        if (!isDone)
            return "not in time";
        return problems() > said ? lines.back().text : status().stop->text;
    }

    std::string step(engine::StepMode mode, bool isBack = false)
    {
        return go(engine::StepRun {mode, {}, isBack});
    }

    std::string goOn(bool isBack = false) { return go(engine::ContinueRun {{}, isBack}); }

    [[nodiscard]] engine::DebugStatus status() const { return session.status(); }

    [[nodiscard]] engine::DebugStop stop() const { return *status().stop; }

    [[nodiscard]] std::size_t problems() const
    {
        return static_cast<std::size_t>(
            std::ranges::count(lines, engine::DebugLine::Kind::Problem, &engine::DebugLine::kind));
    }

    [[nodiscard]] std::vector<std::string> logged() const
    {
        std::vector<std::string> texts;
        for (const engine::DebugLine& line : lines) {
            if (line.kind == engine::DebugLine::Kind::Log)
                texts.push_back(line.text);
        }
        return texts;
    }

    engine::StepInspection inspect(const std::string& effect = {})
    {
        const std::size_t before = inspections.size();
        session.take(engine::InspectStep {effect});
        if (!waitFor([&] { return inspections.size() > before; })) {
            engine::StepInspection late;
            late.problem = "not in time";
            return late;
        }
        return inspections.back();
    }

    /// Its JSON, or its problem.
    std::string value(const std::string& expression)
    {
        const std::size_t before = evaluations.size();
        session.take(engine::EvaluateExpression {1, expression, {}});
        if (!waitFor([&] { return evaluations.size() > before; }))
            return "not in time";
        const engine::Evaluation& value = evaluations.back();
        return value.problem.empty() ? value.value : value.problem;
    }

    ManualClock clock;
    std::vector<engine::DebugLine> lines;
    std::vector<engine::StepInspection> inspections;
    std::vector<engine::Evaluation> evaluations;

private:
    QObject m_home;
    QThreadPool m_pool;

public:
    engine::TravelSession session;
};

} // namespace tests
