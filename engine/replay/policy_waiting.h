#pragma once

#include "engine/replay/policy_source.h"
#include "engine/run/late_effect.h"

#include <QPointer>

namespace engine {

/// A step of a model or tool until it has its outcome.
class PolicySource::Waiting : public LateEffect
{
public:
    Waiting(PolicySource& source, Effect started, EffectHandlers told)
        : LateEffect(std::move(started), std::move(told))
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

    [[nodiscard]] const std::string& name() const { return m_name; }

    RecordedStep* step = nullptr; ///< whose outcome is on its way

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
