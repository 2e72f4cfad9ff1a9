#include "engine/tool/rollback.h"

#include <utility>

namespace engine {

std::string RollbackReport::text() const
{
    std::string text;
    for (const std::string& name : takenBack)
        text += "\nStep `" + name + "` was taken back.";
    for (const LeftDone& each : left)
        text += "\nStep `" + each.name
            + "` was NOT taken back, what it did may still be there: " + each.reason;
    return text.empty() ? text : text.substr(1);
}

Rollback::Rollback(UndoPlan plan, const NestedCall& nestedCall, Done done)
    : m_plan(std::move(plan))
    , m_nestedCall(nestedCall)
    , m_done(std::move(done))
{
    m_report.left = m_plan.left;
}

void Rollback::next()
{
    if (m_at == m_plan.steps.size()) {
        const Done done = std::move(m_done); // may destroy this
        return done(std::move(m_report));
    }
    m_undo = m_nestedCall(
        m_plan.steps[m_at].call,
        {.progress = {}, .done = [this](const Outcome& outcome) { onUndone(outcome); }});
}

void Rollback::onUndone(const Outcome& outcome)
{
    const UndoPlan::Step& step = m_plan.steps[m_at++];
    if (outcome.isOk())
        m_report.takenBack.push_back(step.name);
    else
        m_report.left.push_back(
            {step.name,
             '`' + step.call.tool + "` did not work: "
                 + (outcome.error ? outcome.error->message : "it said nothing of why")});
    next();
}

} // namespace engine
