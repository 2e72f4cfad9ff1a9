#pragma once

#include "engine/tool/tool.h"

#include <QTest>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tests {

/// A call of a tool with what was heard of it. Stays where it is: the handlers point to it.
class ToolRun
{
public:
    using Start = std::function<std::unique_ptr<engine::RunningTool>(const engine::ToolCall&,
                                                                     engine::ToolHandlers)>;

    ToolRun(const Start& start, const std::string& tool, const std::string& arguments)
    {
        engine::ToolHandlers handlers {
            .progress = [this](const std::string& text) { m_progress.push_back(text); },
            .done =
                [this](engine::Outcome outcome) {
                    ++m_ends;
                    m_outcome = std::move(outcome);
                }};
        m_running = start({"call-1", tool, arguments}, std::move(handlers));
        m_endedWithinStart = m_ends > 0;
    }

    ToolRun(engine::Tool& tool, const std::string& arguments)
        : ToolRun(
            [&](const auto& call, auto handlers) { return tool.start(call, std::move(handlers)); },
            tool.info().definition.name,
            arguments)
    { }

    ToolRun(const ToolRun&) = delete;
    ToolRun& operator=(const ToolRun&) = delete;

    /// Waits; an Error of type `test` where nothing came.
    const engine::Outcome& outcome(int withinMs = 20'000)
    {
        const bool isThere = QTest::qWaitFor([this] { return m_outcome.has_value(); }, withinMs);
        if (!isThere)
            m_outcome = engine::failedOutcome(engine::OutcomeStatus::Error, "test", "no outcome");
        return *m_outcome;
    }

    /// `ok: text`, `precondition: message`.
    std::string told(int withinMs = 20'000)
    {
        const engine::Outcome& of = outcome(withinMs);
        return of.isOk() ? "ok: " + of.text : of.error->type + ": " + of.error->message;
    }

    [[nodiscard]] bool hasEnded() const { return m_outcome.has_value(); }

    [[nodiscard]] int ends() const { return m_ends; }

    [[nodiscard]] bool hasEndedWithinStart() const { return m_endedWithinStart; }

    [[nodiscard]] const std::vector<std::string>& progress() const { return m_progress; }

    void cancel() { m_running->cancel(); }

    void abandon() { m_running.reset(); }

private:
    std::optional<engine::Outcome> m_outcome;
    int m_ends = 0;
    bool m_endedWithinStart = false;
    std::vector<std::string> m_progress;
    std::unique_ptr<engine::RunningTool> m_running;
};

} // namespace tests
