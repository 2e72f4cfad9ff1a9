#pragma once

#include "engine/debug/gate.h"
#include "engine/policy/delivery_policy.h"

#include <QObject>

namespace engine {

/// Gets one call answered: asks the delivery policies before and after each attempt, and sends each
/// attempt, each wait and each question for approval through the gate under a name of its own.
/// Lives on the engine's thread.
class CallDelivery : public QObject
{
    Q_OBJECT

public:
    using Done = std::function<void(const Outcome&)>;

    /// Whether an approval is needed for a call, and what to ask.
    using Approval = std::function<std::optional<UserQuestion>(const EffectRequest&)>;

    /// The user has allowed the call that an approval asked for.
    using Approved = std::function<void(const EffectRequest&)>;

    struct Setting
    {
        RunLog& log;
        Gate& gate;
        const std::vector<DeliveryPolicy*>& policies; ///< in their order
        std::function<EffectClass(const EffectRequest&)> effectClass; ///< of a stand-in
        Approval approval; ///< may be empty
        Approved approved;
    };

    /// All that the setting refers to outlives this. `call` has no attempt in its name.
    CallDelivery(Setting setting, Effect call, Done done);

    void start();

private:
    void next();
    bool passesPolicies();
    void ask(const UserQuestion& question);
    void send();
    void arrive(const Outcome& outcome);
    void wait(TimerWait request, std::function<void()> then);
    void recordDecisions(DeliveryPolicy::Decisions& decisions);

    [[nodiscard]] EffectId nextName() const { return m_call.id.withAttempt(m_name + 1); }

    [[nodiscard]] Effect named(EffectRequest request, EffectClass effectClass);
    void end(const Outcome& outcome);

    Setting m_setting;
    Effect m_call;
    Done m_done;
    std::uint32_t m_name = 0; ///< the last attempt, wait or question that was named
    std::uint32_t m_attempt = 0; ///< as the policies count
};

} // namespace engine
