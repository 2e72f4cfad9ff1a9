#include "engine/run/live_source.h"

#include <QMetaObject>
#include <QPointer>
#include <QTimer>

#include <algorithm>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    Outcome cancelledOutcome()
    {
        return failedOutcome(OutcomeStatus::Cancelled, "cancelled", "It was stopped.");
    }

    class RunningModel : public RunningEffect
    {
    public:
        explicit RunningModel(std::unique_ptr<RunningCall> call)
            : m_call(std::move(call))
        { }

        void cancel() override { m_call->cancel(); }

    private:
        std::unique_ptr<RunningCall> m_call;
    };

    /// The request as the provider gets it.
    ChatRequest requestOf(const ModelCall& call)
    {
        ChatRequest request = call.request;
        if (!call.target.model.empty())
            request.model = call.target.model;
        return request;
    }

    class RunningToolEffect : public RunningEffect
    {
    public:
        explicit RunningToolEffect(std::unique_ptr<RunningTool> tool)
            : m_tool(std::move(tool))
        { }

        void cancel() override { m_tool->cancel(); }

    private:
        std::unique_ptr<RunningTool> m_tool;
    };

    /// Gives an outcome after a time; with no time from the event loop's next round.
    class Delay : public QObject, public RunningEffect
    {
    public:
        /// Until it is woken up; never from within wake().
        Delay(std::shared_ptr<WakeUp> until, EffectHandlers handlers)
            : m_handlers(std::move(handlers))
            , m_until(std::move(until))
        {
            prepare();
            m_until->whenAwake([this] { m_timer.start(0); });
        }

        Delay(tracestore::Duration duration, Outcome outcome, EffectHandlers handlers)
            : m_outcome(std::move(outcome))
            , m_handlers(std::move(handlers))
        {
            prepare();
            const std::int64_t milliseconds
                = std::max<std::int64_t>(0, (duration.ns + 999'999) / 1'000'000);
            m_timer.start(static_cast<int>(std::min<std::int64_t>(milliseconds, 86'400'000)));
        }

        ~Delay() override
        {
            if (m_until != nullptr)
                m_until->whenAwake(nullptr);
        }

        void cancel() override
        {
            m_outcome = cancelledOutcome();
            m_timer.start(0);
        }

    private:
        void prepare()
        {
            m_timer.setSingleShot(true);
            // Never early: others come up to a twentieth too soon, and the provider that asked for
            // the wait refuses again.
            m_timer.setTimerType(Qt::PreciseTimer);
            connect(&m_timer, &QTimer::timeout, this, [this] { m_handlers.done(m_outcome); });
        }

        Outcome m_outcome;
        EffectHandlers m_handlers;
        std::shared_ptr<WakeUp> m_until;
        QTimer m_timer;
    };

} // namespace

/// A question that waits for its answer.
class LiveSource::Question : public QObject, public RunningEffect
{
public:
    Question(LiveSource& source, std::string id, EffectHandlers handlers)
        : m_source(&source)
        , m_id(std::move(id))
        , m_handlers(std::move(handlers))
    { }

    ~Question() override { withdraw(); }

    void cancel() override { finish(cancelledOutcome()); }

    void answer(std::string text)
    {
        Outcome outcome;
        outcome.origin = OutcomeOrigin::User;
        outcome.text = std::move(text);
        finish(std::move(outcome));
    }

private:
    void withdraw()
    {
        if (m_source == nullptr || m_source->m_questions.erase(m_id) == 0)
            return;
        m_source->m_answers.erase(m_id);
        emit m_source->questionEnded(m_id);
    }

    void finish(Outcome outcome)
    {
        withdraw();
        QMetaObject::invokeMethod(
            this,
            [this, outcome = std::move(outcome)] { m_handlers.done(outcome); },
            Qt::QueuedConnection);
    }

    QPointer<LiveSource> m_source;
    std::string m_id;
    EffectHandlers m_handlers;
};

LiveSource::LiveSource(Parts parts, const SecretMask& mask, const tracestore::Clock& clock)
    : m_parts(std::move(parts))
    , m_mask(mask)
    , m_clock(clock)
{ }

std::unique_ptr<RunningEffect> LiveSource::start(const Effect& effect, EffectHandlers handlers)
{
    if (const auto* model = std::get_if<ModelCall>(&effect.request))
        return startModel(effect, *model, std::move(handlers));
    if (const auto* tool = std::get_if<ToolCall>(&effect.request))
        return startTool(effect.id, *tool, std::move(handlers));
    if (const auto* question = std::get_if<UserQuestion>(&effect.request))
        return ask(effect.id, *question, std::move(handlers));
    if (const auto* task = std::get_if<AgentTask>(&effect.request))
        return m_parts.startAgent(effect.id, *task, std::move(handlers.done));
    const auto& wait = std::get<TimerWait>(effect.request);
    if (wait.until != nullptr)
        return std::make_unique<Delay>(wait.until, std::move(handlers));
    return std::make_unique<Delay>(wait.duration, Outcome {}, std::move(handlers));
}

void LiveSource::passOver(const Effect& effect, const Outcome& outcome)
{
    if (outcome.origin != OutcomeOrigin::Live && outcome.origin != OutcomeOrigin::Script)
        return; // it never came here
    if (const auto* model = std::get_if<ModelCall>(&effect.request)) {
        const auto provider = m_parts.providers.find(model->target.provider);
        if (provider != m_parts.providers.end())
            provider->second->passOver(requestOf(*model));
    } else if (const auto* tool = std::get_if<ToolCall>(&effect.request);
               tool != nullptr && m_parts.passOverTool) {
        ToolCall call = *tool;
        call.arguments = m_mask.revealed(std::move(call.arguments));
        m_parts.passOverTool(effect.id, call, outcome);
    }
}

std::unique_ptr<RunningEffect> LiveSource::failLater(EffectHandlers handlers, Outcome outcome)
{
    return std::make_unique<Delay>(
        tracestore::Duration {}, std::move(outcome), std::move(handlers));
}

std::unique_ptr<RunningEffect>
LiveSource::startModel(const Effect& effect, const ModelCall& call, EffectHandlers handlers)
{
    static_cast<void>(effect);
    const auto provider = m_parts.providers.find(call.target.provider);
    if (provider == m_parts.providers.end())
        return failLater(
            std::move(handlers),
            failedOutcome(OutcomeStatus::Error,
                          "configuration",
                          "The agent names no provider \"" + call.target.provider + "\"."));
    const ChatRequest request = requestOf(call);
    const OutcomeOrigin origin = provider->second->origin();
    auto done = [this, origin, call, done = std::move(handlers.done)](Outcome outcome) {
        outcome.origin = origin;
        if (outcome.response && !outcome.cost && origin == OutcomeOrigin::Live)
            outcome.cost = costOf(call, *outcome.response);
        done(std::move(outcome));
    };
    return std::make_unique<RunningModel>(
        provider->second->start(request, {std::move(handlers.delta), std::move(done)}));
}

std::optional<tracestore::Cost> LiveSource::costOf(const ModelCall& call,
                                                   const ChatResponse& response) const
{
    if (m_parts.prices == nullptr || !response.usage)
        return {};
    const std::string& model = response.model.empty() ? call.target.model : response.model;
    return m_parts.prices->costOf(model, m_clock.now(), *response.usage);
}

std::unique_ptr<RunningEffect>
LiveSource::startTool(const EffectId& id, ToolCall call, EffectHandlers handlers)
{
    call.arguments = m_mask.revealed(std::move(call.arguments));
    return std::make_unique<RunningToolEffect>(
        m_parts.startTool(id, call, {std::move(handlers.progress), std::move(handlers.done)}));
}

std::unique_ptr<RunningEffect>
LiveSource::ask(const EffectId& id, const UserQuestion& question, EffectHandlers handlers)
{
    const std::string name = id.toText();
    auto waiting = std::make_unique<Question>(*this, name, std::move(handlers));
    m_questions.emplace(name, question);
    m_answers.emplace(
        name, [asked = waiting.get()](std::string text) { asked->answer(std::move(text)); });
    QMetaObject::invokeMethod(
        this, [this, name, question] { emit asked(name, question); }, Qt::QueuedConnection);
    return waiting;
}

Result<void> LiveSource::answer(const std::string& effect, std::string text)
{
    const auto found = m_answers.find(effect);
    if (found == m_answers.end())
        return fail(ErrorCode::NotFound, "Nobody waits for an answer to " + effect + '.');
    const auto give = found->second; // the entry goes with the answer
    give(std::move(text));
    return {};
}

} // namespace engine
