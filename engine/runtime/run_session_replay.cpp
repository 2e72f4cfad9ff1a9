// What a session does more when its run is replayed by a policy.
#include "engine/branch/branch_origin.h"
#include "engine/config/key_needs.h"
#include "engine/effect/decision.h"
#include "engine/replay/replay_facts.h"
#include "engine/runtime/prepared_replay.h"
#include "engine/runtime/run_session_parts.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace engine {

using nlohmann::json;
using tracestore::Result;

namespace {

    /// What the user said to the outermost agent behind an event.
    std::deque<std::string> inputsBehind(const std::vector<RunEventPtr>& events,
                                         std::int64_t number)
    {
        std::deque<std::string> inputs;
        for (const RunEventPtr& event : events) {
            const auto* started = std::get_if<tracestore::AgentStarted>(&event->fact);
            if (started != nullptr && started->caller.empty() && event->number > number)
                inputs.push_back(started->task);
        }
        return inputs;
    }

} // namespace

void RunSession::replay(ReplayStart start)
{
    m_replay = std::make_unique<ReplayStart>(std::move(start));
    m_parts->agents.setReplayed();
    makePolicySource();
    m_inputs = inputsBehind(m_replay->events, m_replay->upTo);
    if (m_replay->beginning) {
        m_inDoubt = InDoubtChoice::Repeat; // the policy knows what becomes of it
        m_replay->world->clock.reach(m_replay->beginning->events().back()->time);
        m_status.recordFile = QString::fromStdString(m_replay->recordFile.string());
        startAgain(std::move(*std::exchange(m_replay->beginning, {})),
                   ReplayExtent::Beginning,
                   *m_parts->policy);
    } else {
        const auto& started = std::get<tracestore::RunStarted>(m_replay->events.front()->fact);
        m_status.input = m_inputs.empty() ? started.input : m_inputs.front();
        if (!m_inputs.empty())
            m_inputs.pop_front();
        if (!m_replay->recordFile.empty())
            recordTo(m_replay->recordFile);
        openGate(*m_parts->policy,
                 m_parts->recorder ? static_cast<SaveBarrier*>(m_parts->recorder.get()) : nullptr);
    }
    openReplay();
}

void RunSession::makePolicySource()
{
    m_parts->policy = std::make_unique<PolicySource>(
        m_replay->events,
        m_replay->upTo,
        m_replay->policy,
        PolicySource::World {
            .live = m_parts->source,
            .log = m_parts->log,
            .clock = m_replay->world->clock,
            .hasParts
            = [this](const std::string& agent,
                     const std::string& tool) { return m_parts->agents.hasParts(agent, tool); },
            .open =
                [this](const Effect& effect, std::function<void(Result<void>)> then) {
                    openFor(effect, std::move(then));
                }});
    const PolicySource* policy = m_parts->policy.get();
    // From the event loop: it is at work on a step.
    connect(
        policy, &PolicySource::changed, this, &RunSession::updateQuestions, Qt::QueuedConnection);
    connect(policy, &PolicySource::stopWanted, this, &RunSession::stop, Qt::QueuedConnection);
    connect(policy,
            &PolicySource::forkWanted,
            this,
            [this](const std::string& effect, const std::string& name) {
                fork(name.empty() ? effect : name, [this, effect](const Result<std::string>& file) {
                    emit debugLogged(
                        {file ? DebugLine::Kind::Note : DebugLine::Kind::Problem,
                         file ? "A branch begins here: " + *file : file.error().message,
                         effect});
                });
            });
}

/// Servers that nothing needs are not started, and keys are not looked for: see openFor().
void RunSession::openReplay()
{
    recordStart();
    setState(RunState::Starting);
    for (const ProviderConfig& config : m_config.providers) {
        // A script counts its calls, also those that are not made again. One that is not there any
        // more is told of when it is asked.
        if (config.kind == ProviderKind::Script)
            static_cast<void>(makeProvider(config).has_value());
    }
    if (auto added = m_parts->servers.addRecorded(m_config.servers, m_replay->tools, {}); !added)
        return fail(added.error());
    m_parts->servers.open();
}

/// Something is about to go outside: the keys are needed now, and what it is about.
void RunSession::openFor(const Effect& effect, std::function<void(Result<void>)> then)
{
    auto goOn = [this, effect, then = std::move(then)] { openWith(effect, then); };
    if (m_hasKeys)
        return goOn();
    m_keysWanted.push_back(std::move(goOn));
    if (m_keysWanted.size() > 1)
        return;
    fetchKeys([this] {
        knowSecrets();
        m_hasKeys = true;
        for (const auto& each : std::exchange(m_keysWanted, {}))
            each();
    });
}

/// The provider or the server that an effect is about.
void RunSession::openWith(const Effect& effect, const std::function<void(Result<void>)>& then)
{
    if (const auto* model = std::get_if<ModelCall>(&effect.request)) {
        const auto provider
            = std::ranges::find(m_config.providers, model->target.provider, &ProviderConfig::name);
        return then(provider == m_config.providers.end() ? Result<void>()
                                                         : makeProvider(*provider));
    }
    const auto* call = std::get_if<ToolCall>(&effect.request);
    const std::string server
        = call == nullptr ? "" : m_parts->agents.serverOf(effect.id.agent, call->tool);
    if (server.empty())
        then({});
    else
        m_parts->servers.start(server, then);
}

/// How this run came to be, for who reads its recording.
void RunSession::noteReplay()
{
    if (m_replay == nullptr)
        return;
    const auto policy = tracestore::parseJson(toJsonText(m_replay->policy));
    json details {{"source", std::filesystem::path(m_replay->source).filename().string()},
                  {"policy", policy ? *policy : json()}};
    if (m_replay->upTo == 0) // a fork has it behind what it shares
        m_parts->log.record({}, {}, toFact(originOf(*m_replay)));
    m_parts->log.record({},
                        {},
                        policyDecision(kReplayPolicy,
                                       "begin",
                                       "Outcomes come from the recording "
                                           + details["source"].get<std::string>()
                                           + " as the policy says. " + m_replay->which,
                                       details));
}

void RunSession::giveNext()
{
    m_status.input = m_inputs.front();
    m_inputs.pop_front();
    give(m_status.input);
}

/// The first new step is held: what was to be changed of it is changed, and not sent yet.
void RunSession::makeEdits()
{
    if (m_replay == nullptr || m_replay->edits.empty() || !m_parts->debugger->status().stop)
        return;
    const std::string effect = m_parts->debugger->status().stop->effect;
    for (EditRequest& edit : std::exchange(m_replay->edits, {})) {
        edit.effect = effect;
        m_parts->debugger->take(edit);
    }
}

Result<void> RunSession::decide(const ReplayDecision& decision)
{
    if (m_parts->policy == nullptr)
        return tracestore::fail(tracestore::ErrorCode::NotFound, "This run is no replay.");
    auto decided = m_parts->policy->decide(decision);
    updateQuestions();
    return decided;
}

void RunSession::takeReplayStatus()
{
    if (m_parts->policy == nullptr)
        return;
    m_status.replay = m_parts->policy->status();
    m_status.replay->source = m_replay->source;
    m_status.replay->config = m_replay->which;
}

bool RunSession::isReplayAsking() const
{
    return m_status.replay && !m_status.replay->questions.empty();
}

bool RunSession::isAskedByReplay(const EffectId& effect) const
{
    return isReplayAsking()
        && std::ranges::any_of(m_status.replay->questions, [&](const ReplayQuestion& question) {
               return question.effect == effect.toText();
           });
}

} // namespace engine
