#pragma once

#include "engine/replay/policy_source.h"

#include <QMetaObject>
#include <QPointer>

namespace engine {

/// A step of a model or tool until it has its outcome.
class PolicySource::Waiting : public QObject, public RunningEffect
{
public:
    Waiting(PolicySource& source, Effect started, EffectHandlers told)
        : effect(std::move(started))
        , handlers(std::move(told))
        , m_source(&source)
        , m_name(effect.id.toText())
    {
        source.m_waiting[m_name] = this;
    }

    ~Waiting() override
    {
        if (m_source == nullptr)
            return;
        m_source->m_waiting.erase(m_name);
        forget();
    }

    void cancel() override
    {
        if (running != nullptr)
            return running->cancel();
        if (m_source != nullptr)
            forget();
        end(failedOutcome(OutcomeStatus::Cancelled, "cancelled", "It was stopped."));
    }

    /// Gives the outcome from the event loop, once.
    void end(Outcome outcome)
    {
        if (std::exchange(hasEnded, true))
            return;
        QMetaObject::invokeMethod(
            this,
            [this, outcome = std::move(outcome)] {
                const auto done = handlers.done; // who is told may destroy this
                done(outcome);
            },
            Qt::QueuedConnection);
    }

    [[nodiscard]] const std::string& name() const { return m_name; }

    Effect effect;
    EffectHandlers handlers;
    std::unique_ptr<RunningEffect> running; ///< outside
    RecordedStep* step = nullptr; ///< whose outcome is on its way
    bool hasEnded = false;

private:
    void forget()
    {
        std::erase_if(m_source->m_due, [this](const auto& due) { return due.second == this; });
        m_source->endQuestion(m_name);
    }

    QPointer<PolicySource> m_source;
    std::string m_name;
};

} // namespace engine
