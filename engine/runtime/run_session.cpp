#include "engine/runtime/run_session.h"

#include "engine/branch/make_fork.h"
#include "engine/debug/debug_control.h"
#include "engine/provider/make_provider.h"
#include "engine/replay/run_replay.h"
#include "engine/runtime/run_session_parts.h"
#include "engine/runtime/server_offers.h"
#include "engine/wire/request_writer.h"
#include "tracestore/base/json_io.h"

#include <QProcessEnvironment>

#include <algorithm>

namespace engine {

using tracestore::Error;
using tracestore::ErrorCode;
using tracestore::Result;

namespace {

    constexpr int kUpdateMs = 100;

    /// A call that waits for an answer to a question about it or about a part of it.
    bool isAskedAbout(const EffectId& effect, const std::vector<RunQuestion>& questions)
    {
        const std::string call = effect.withAttempt(0).toText() + '/';
        return std::ranges::any_of(questions, [&](const RunQuestion& question) {
            return question.effect.starts_with(call);
        });
    }

    std::optional<tracestore::ModelApi> wireApi(ProviderKind kind)
    {
        switch (kind) {
        case ProviderKind::Script:
            return {};
        case ProviderKind::OpenAiResponses:
            return tracestore::ModelApi::OpenAiResponses;
        case ProviderKind::Anthropic:
            return tracestore::ModelApi::Anthropic;
        default:
            return tracestore::ModelApi::OpenAiChat;
        }
    }

    bool isScripted(const AgentConfig& config)
    {
        return std::ranges::all_of(config.providers, [](const ProviderConfig& provider) {
            return provider.kind == ProviderKind::Script;
        });
    }

} // namespace

RunSession::RunSession(RunId id, AgentConfig config, RunWorld world)
    : m_config(std::move(config))
    , m_world(std::move(world))
    , m_parts(std::make_unique<Parts>(*this, m_world))
{
    m_status.id = id;
    m_status.agent = m_config.name;
    m_status.isScripted = isScripted(m_config);
    m_updates.setSingleShot(true);
    m_updates.setInterval(kUpdateMs);
    connect(&m_updates, &QTimer::timeout, this, &RunSession::updateQuestions);
    connect(&m_parts->source, &LiveSource::asked, this, &RunSession::updateQuestions);
    connect(&m_parts->source, &LiveSource::questionEnded, this, &RunSession::updateSoon);
    connect(&m_parts->servers, &ToolServers::logged, this, &RunSession::logged);
    connect(&m_parts->servers, &ToolServers::settled, this, &RunSession::begin);
    connect(&m_parts->servers, &ToolServers::offerChanged, this, &RunSession::recordOffer);
}

RunSession::~RunSession()
{
    m_parts.reset(); // what ends in them tells this, which has to be whole
}

Gate& RunSession::gate()
{
    return *m_parts->gate;
}

void RunSession::add(std::shared_ptr<RunObserver> observer)
{
    m_parts->log.add(std::move(observer));
}

void RunSession::recordTo(const std::filesystem::path& file)
{
    m_status.recordFile = QString::fromStdString(file.string());
    record(
        std::make_shared<Recorder>([file] { return tracestore::RecordingWriter::create(file); }));
}

void RunSession::record(std::shared_ptr<Recorder> recorder)
{
    m_parts->recorder = std::move(recorder);
    m_parts->log.add(m_parts->recorder);
    connect(
        m_parts->recorder.get(), &Recorder::failed, this, [this](const Error& error, qint64 saved) {
            m_status.problem = "The run is not recorded any more: " + error.message
                + " What happened up to event " + std::to_string(saved)
                + " is safe. Calls that write or reach outside are refused from now on.";
            emit statusChanged();
        });
}

/// Secrets of tools are masked as they are, keys of providers as they are sent.
void RunSession::knowSecrets()
{
    for (const KeyNeed& need : keyNeeds(m_config)) {
        const auto value = m_parts->keys.valueOf(need.variable());
        if (value)
            m_parts->mask.add(need.name, *value);
        const auto key
            = need.isEntry ? m_parts->keys.ofEntry(need.name) : m_parts->keys.ofVariable(need.name);
        if (key && key->reveal() != value)
            m_parts->mask.add(need.name, key->reveal());
    }
}

Result<void> RunSession::makeProviders()
{
    for (const ProviderConfig& config : m_config.providers) {
        if (auto made = makeProvider(config); !made)
            return made;
    }
    return {};
}

Result<void> RunSession::makeProvider(const ProviderConfig& config)
{
    if (m_parts->source.hasProvider(config.name))
        return {};
    const ProviderServices services {
        m_world.clock, m_parts->keys, QProcessEnvironment::systemEnvironment()};
    auto provider = engine::makeProvider(config, services);
    if (!provider)
        return tracestore::fail(std::move(provider.error()));
    m_parts->source.addProvider(config.name, std::move(*provider));
    return {};
}

void RunSession::start(const std::string& input)
{
    m_status.input = input;
    openGate(m_parts->source, m_parts->recorder.get());
    fetchKeys([this] { open(); });
}

void RunSession::resume(RecordedRun recorded, InDoubtChoice choice)
{
    m_inDoubt = choice;
    m_status.recordFile = QString::fromStdString(recorded.file().string());
    startAgain(std::move(recorded), ReplayExtent::Beginning, m_parts->source);
    fetchKeys([this] { open(); });
}

void RunSession::check(RecordedRun recorded, const RecordedTools& tools)
{
    m_isCheck = true;
    m_parts->agents.setReplayed();
    startAgain(std::move(recorded), ReplayExtent::Whole, m_parts->source);
    setState(RunState::Starting);
    if (auto added = m_parts->servers.addRecorded(m_config.servers, tools, {}); !added)
        return fail(added.error());
    m_parts->servers.open();
}

void RunSession::startAgain(RecordedRun recorded, ReplayExtent extent, OutcomeSource& live)
{
    m_status.input = recorded.lastInput();
    m_parts->replay
        = std::make_unique<RunReplay>(std::move(recorded),
                                      extent,
                                      m_parts->log,
                                      live,
                                      [this](const std::string& agent, const std::string& tool) {
                                          return m_parts->agents.hasParts(agent, tool);
                                      });
    RunReplay& replay = *m_parts->replay;
    connect(&replay, &RunReplay::caughtUp, this, &RunSession::catchUp);
    connect(&replay, &RunReplay::diverged, this, [this](const ReplayDivergence& divergence) {
        m_divergence = divergence;
        const std::string message = divergence.message + m_parts->replay->madeBy();
        fail({ErrorCode::Invalid,
              m_isCheck ? message
                        : "The run cannot go on: it would not be the same. " + message
                      + " Nothing was done and nothing was written.",
              {}});
    });
    openGate(replay.source(), &replay);
    m_parts->debugger->hear(replay.run().events());
}

/// Goes on at once where the environment has all of them.
void RunSession::fetchKeys(std::function<void()> then)
{
    const auto missing = m_parts->keys.missing(keyNeeds(m_config));
    if (missing.empty() || m_world.vault == nullptr)
        return then();
    m_keysTaken = std::move(then);
    m_parts->fetch = std::make_unique<KeyFetch>(*m_world.vault, true, m_world.patience);
    connect(m_parts->fetch.get(), &KeyFetch::finished, this, &RunSession::takeKeys);
    connect(m_parts->fetch.get(), &KeyFetch::waiting, this, [this] {
        m_status.waitsFor = "the key store of the desktop, which may ask you to unlock it";
        emit statusChanged();
    });
    m_parts->fetch->start(missing);
    if (m_status.state == RunState::Starting)
        setState(RunState::Starting);
}

void RunSession::takeKeys()
{
    m_status.waitsFor.clear();
    m_parts->keys.setFetched(m_parts->fetch->found(), m_parts->fetch->problem());
    m_parts->fetch.release()->deleteLater(); // it is telling
    std::exchange(m_keysTaken, nullptr)();
}

/// Nothing is written before the secrets are known. A run that is resumed has its beginning.
void RunSession::recordStart()
{
    knowSecrets();
    if (m_parts->replay != nullptr)
        return;
    m_parts->log.record(
        {},
        {},
        tracestore::RunStarted {.name = m_config.name,
                                .input = m_parts->mask.masked(m_status.input),
                                .configuration
                                = m_parts->mask.masked(tracestore::toJsonText(m_config.source)),
                                .program = "kymo " KYMO_VERSION,
                                .foldVersion = kFoldVersion,
                                .isScripted = m_status.isScripted,
                                .folder = m_parts->mask.masked(m_config.folder.string())});
}

void RunSession::open()
{
    recordStart();
    setState(RunState::Starting);
    if (auto made = makeProviders(); !made)
        return fail(made.error());
    if (auto added = m_parts->servers.add(m_config.servers); !added)
        return fail(added.error());
    m_parts->servers.open();
}

void RunSession::begin()
{
    if (m_isEnded)
        return;
    if (const auto failed = m_parts->servers.failed(); !failed.empty())
        return fail({ErrorCode::Io,
                     "The server of tools `" + failed.front()
                         + "` did not start. The console has what it said.",
                     {}});
    auto root = m_parts->agents.addRoot(m_config, *m_parts->gate);
    if (!root)
        return fail(root.error());
    for (const auto& [server, tools] : m_parts->servers.offers())
        recordOffer(server, tools);
    if (!isReplaying()) {
        noteReplay();
        return give(m_status.input);
    }
    m_parts->replay->start([this](const std::string& agent, const std::string& state) {
        return m_parts->agents.editState(agent, state);
    });
    if (const auto input = m_parts->replay->nextInput())
        give(*input);
    else
        meetEnd();
}

/// What a server offers is known to a replay from here: it needs no server.
void RunSession::recordOffer(const std::string& server, const std::vector<McpToolInfo>& tools)
{
    tracestore::DecisionMade offer = offerFact(server, tools);
    offer.details = m_parts->mask.masked(offer.details);
    m_parts->log.record({}, {}, std::move(offer));
}

/// Of a run that is checked: its end is recorded, and comes now.
void RunSession::meetEnd()
{
    const tracestore::RunEnded* recorded = m_parts->replay->nextEnd();
    if (!m_isCheck || recorded == nullptr)
        return;
    tracestore::RunEnded now = *recorded; // where no agent has begun
    if (m_status.result)
        now = {m_status.result->status, m_status.result->answer, m_status.result->reason};
    m_parts->log.record({}, {}, std::move(now));
}

bool RunSession::isReplaying() const
{
    return m_parts->replay != nullptr && !m_parts->replay->hasGoneOn();
}

/// All that is recorded was done again.
void RunSession::catchUp()
{
    const RecordedRun& run = m_parts->replay->run();
    if (m_isEnded)
        return;
    if (m_isCheck)
        return end();
    if (run.isIdle() && m_inputs.empty()) { // it waits for its user
        if (m_status.result)
            setState(RunState::Idle);
        return;
    }
    goOn();
    const bool isNextKnown = run.isIdle() || !run.hasBegun();
    if (isNextKnown && !m_inputs.empty())
        giveNext();
    else if (!run.hasBegun())
        give(run.started().input);
}

void RunSession::goOn()
{
    const RecordedRun& run = m_parts->replay->run();
    if (run.lock() != nullptr)
        record(std::make_shared<Recorder>([file = run.file(), lock = run.lock()] {
            return tracestore::RecordingWriter::resume(file, std::move(*lock));
        }));
    SaveBarrier& disk = m_parts->recorder != nullptr ? static_cast<SaveBarrier&>(*m_parts->recorder)
                                                     : m_parts->noDisk;
    m_parts->replay->goOn(*m_parts->gate, disk, m_inDoubt);
    noteReplay();
    setState(RunState::Running);
}

void RunSession::give(const std::string& input)
{
    if (!isReplaying())
        setState(RunState::Running);
    m_parts->agents.root()->start(
        m_parts->mask.masked(input), {}, [this](const AgentResult& result) { finish(result); });
}

void RunSession::say(const std::string& input)
{
    if (m_status.state != RunState::Idle)
        return;
    m_status.input = input;
    m_status.result.reset();
    if (isReplaying())
        goOn();
    give(input);
}

void RunSession::finish(const AgentResult& result)
{
    if (m_isEnded)
        return; // stopped while it was done again
    if (isReplaying()) {
        if (const auto input = m_parts->replay->nextInput())
            return give(*input);
    }
    m_status.result = result;
    if (!isReplaying() && !m_inputs.empty() && m_status.state != RunState::Stopping)
        return giveNext();
    if (isReplaying() && !m_parts->replay->hasCaughtUp())
        return meetEnd(); // there is more to come, or it is none of what is recorded
    if (m_status.state == RunState::Stopping)
        end();
    else
        setState(RunState::Idle);
}

void RunSession::fail(const Error& error)
{
    m_status.problem = error.where.empty() ? error.message : error.where + ": " + error.message;
    m_status.result = AgentResult {OutcomeStatus::Error, {}, m_status.problem};
    end();
}

void RunSession::stop()
{
    if (m_isEnded || m_status.state == RunState::Stopping)
        return;
    if (m_parts->fetch != nullptr) { // a recording has a beginning
        m_parts->fetch.reset();
        m_status.waitsFor.clear();
        if (m_replay == nullptr) // else it has one already
            recordStart();
    }
    const AgentRun* root = m_parts->agents.root();
    if (isReplaying() && m_status.state != RunState::Idle) {
        m_status.result = AgentResult {
            OutcomeStatus::Cancelled, {}, "It was stopped before it went on. Nothing was written."};
        end();
        return;
    }
    if (root == nullptr || !root->isWorking()) {
        end();
        return;
    }
    setState(RunState::Stopping);
    m_parts->gate->cancelAll();
    m_parts->debugger->end();
}

void RunSession::end()
{
    if (!m_isEnded && !m_isCheck && m_status.state == RunState::Idle && isReplaying())
        goOn(); // it ends for good, and the file says so
    if (!std::exchange(m_isEnded, true) && !isReplaying()) {
        const AgentResult result = m_status.result.value_or(AgentResult {});
        m_parts->log.record(
            {}, {}, tracestore::RunEnded {result.status, result.answer, result.reason});
    }
    setState(RunState::Ended);
    if (m_closed)
        closeRecording();
}

void RunSession::setDebug(const DebugStart& debug)
{
    m_debug = debug;
}

void RunSession::debug(const DebugOrder& order)
{
    if (m_isEnded || m_parts->debugger == nullptr)
        emit debugLogged({DebugLine::Kind::Problem,
                          m_isEnded ? "The run has ended." : "The run has not begun yet.",
                          {}});
    else
        m_parts->debugger->take(order);
}

void RunSession::openGate(OutcomeSource& source, SaveBarrier* barrier)
{
    m_parts->gate = std::make_unique<Gate>(m_parts->log, source, m_parts->mask, barrier);
    RunAgents& agents = m_parts->agents;
    const std::string file = std::filesystem::path(m_status.recordFile.toStdString()).stem();
    m_debug.stopsAtEntry = m_debug.stopsAtEntry || (m_replay && !m_replay->edits.empty());
    m_parts->debugger = std::make_unique<DebugControl>(
        DebugControl::World {
            .log = m_parts->log,
            .gate = *m_parts->gate,
            .mask = m_parts->mask,
            .session = file.empty() ? m_config.name : file,
            .findAgent = [&agents](const std::string& path) { return agents.find(path); },
            .classOf
            = [&agents](const std::string& agent,
                        const EffectRequest& request) { return agents.classOf(agent, request); },
            .schemaOf = [&agents](const std::string& agent,
                                  const std::string& tool) { return agents.schemaOf(agent, tool); },
            .wireOf = [this](const ModelCall& call) { return wireOf(call); },
            .fork = [this](const std::string& name,
                           DebugControl::World::ForkTold told) { fork(name, std::move(told)); }},
        m_debug);
    const DebugControl* debugger = m_parts->debugger.get();
    connect(debugger, &DebugControl::changed, this, &RunSession::updateQuestions);
    connect(debugger, &DebugControl::changed, this, &RunSession::makeEdits, Qt::QueuedConnection);
    connect(debugger, &DebugControl::inspected, this, &RunSession::stepInspected);
    connect(debugger, &DebugControl::evaluated, this, &RunSession::evaluated);
    connect(debugger, &DebugControl::told, this, &RunSession::debugLogged);
}

/// The body that a provider is sent; empty where it is no provider over HTTP.
std::string RunSession::wireOf(const ModelCall& call) const
{
    const auto provider
        = std::ranges::find(m_config.providers, call.target.provider, &ProviderConfig::name);
    const auto api = provider == m_config.providers.end() ? std::nullopt : wireApi(provider->kind);
    if (!api)
        return {};
    ChatRequest request = call.request;
    if (!call.target.model.empty())
        request.model = call.target.model;
    return m_parts->mask.masked(writeRequest(*api, request));
}

void RunSession::fork(const std::string& name, DebugControl::World::ForkTold told)
{
    if (m_parts->recorder == nullptr)
        return told(tracestore::fail(ErrorCode::Invalid,
                                     "A run can be forked while it is recorded; this one is not."));
    const std::int64_t number = m_parts->log.lastNumber();
    const ForkOrder order {
        .recording = m_status.recordFile.toStdString(), .upTo = number, .name = name};
    m_parts->recorder->whenSaved(number, [this, order, told](const Result<void>& saved) {
        if (!saved)
            return told(tracestore::fail(saved.error()));
        m_parts->writers.start([this, order, now = m_world.clock.now(), told] {
            const auto forked = makeFork(order, now);
            QMetaObject::invokeMethod(
                this,
                [forked, told] {
                    told(forked ? Result<std::string>(forked->file.string())
                                : Result<std::string>(tracestore::fail(forked.error())));
                },
                Qt::QueuedConnection);
        });
    });
}

Result<void> RunSession::answer(const std::string& effect, const std::string& text)
{
    auto answered = m_parts->source.answer(effect, text);
    updateQuestions();
    return answered;
}

void RunSession::close(std::function<void(Result<void>)> then)
{
    m_closed = std::move(then);
    if (m_isEnded)
        closeRecording();
    else
        stop();
}

void RunSession::closeRecording()
{
    m_parts->servers.close([this] {
        const auto tell = [this](const Result<void>& closed) {
            QMetaObject::invokeMethod(
                this,
                [then = std::exchange(m_closed, nullptr), closed] { then(closed); },
                Qt::QueuedConnection);
        };
        if (m_parts->recorder == nullptr)
            tell({});
        else
            m_parts->recorder->close(tell);
    });
}

void RunSession::setState(RunState state)
{
    m_status.state = state;
    updateQuestions();
}

void RunSession::updateSoon()
{
    if (!m_updates.isActive())
        m_updates.start();
}

void RunSession::updateQuestions()
{
    m_updates.stop();
    m_status.figures = m_parts->figures->figures();
    m_status.questions.clear();
    if (m_parts->debugger != nullptr)
        m_status.debug = m_parts->debugger->status();
    for (const auto& [effect, question] : m_parts->source.questions())
        m_status.questions.push_back({effect, question});
    takeReplayStatus();
    if (m_status.state == RunState::Running || m_status.state == RunState::Waiting) {
        const auto pending = m_parts->gate->pending();
        const bool onlyAsks = (!m_status.questions.empty() || isReplayAsking())
            && std::ranges::none_of(pending, [this](const Gate::Pending& each) {
                                  const EffectKind kind = kindOf(each.effect.request);
                                  return (kind == EffectKind::Model || kind == EffectKind::Tool
                                          || kind == EffectKind::Timer)
                                      && !isAskedAbout(each.effect.id, m_status.questions)
                                      && !isAskedByReplay(each.effect.id);
                              });
        m_status.state = onlyAsks ? RunState::Waiting : RunState::Running;
    }
    emit statusChanged();
}

} // namespace engine
