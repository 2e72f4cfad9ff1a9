#pragma once

#include "engine/policy/delivery_policy.h"
#include "engine/run/gate.h"

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

    /// Nobody wants its outcome any more: the policies forget it. It is destroyed next.
    void forget();

    /// The call as it was tried last, without an attempt in its name.
    [[nodiscard]] const Effect& call() const { return m_call; }

    /// It has its outcome.
    [[nodiscard]] bool hasEnded() const { return m_hasEnded; }

private:
    /// What the policies make of an attempt.
    struct Verdict
    {
        std::optional<TryAgain> again;
        std::string_view policy; ///< that wants to
        DeliveryPolicy::Decisions decisions; ///< of all
        bool isNew = false; ///< it is no recorded one of a run that is done again
    };

    void next();
    bool passesPolicies();
    void ask(const UserQuestion& question);
    void send();
    void arrive(const Outcome& outcome);
    Verdict judge(const Outcome& outcome);
    void wait(TimerWait request, std::function<void()> then);
    bool record(const DeliveryPolicy::Decisions& decisions);
    void follow(const Outcome& outcome, const Verdict& verdict);

    [[nodiscard]] EffectId nextName() const { return m_call.id.withAttempt(m_name + 1); }

    [[nodiscard]] Effect named(EffectRequest request, EffectClass effectClass);
    void end(const Outcome& outcome);

    Setting m_setting;
    Effect m_call;
    Done m_done;
    std::uint32_t m_name = 0; ///< the last attempt, wait or question that was named
    std::uint32_t m_attempt = 0; ///< as the policies count
    bool m_hasEnded = false;
};

} // namespace engine
