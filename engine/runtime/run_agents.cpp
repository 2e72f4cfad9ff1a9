#include "engine/runtime/run_agents.h"

#include "engine/agent/agent_factory.h"
#include "tracestore/base/hash.h"
#include "tracestore/base/json_io.h"

#include <QPointer>

#include <algorithm>

namespace engine {

using tracestore::fail;
using tracestore::Result;

struct RunAgents::Worker
{
    AgentConfig config;
    std::string path;
    std::unique_ptr<ToolBox> tools;
    std::unique_ptr<PolicyChain> chain;
    std::vector<DeliveryPolicy*> policies; ///< the chain
    std::unique_ptr<AgentRun> run;
};

/// Another agent at work on a task.
class RunAgents::RunningAgent : public RunningEffect
{
public:
    RunningAgent(Gate& gate, std::string path)
        : m_gate(gate)
        , m_path(std::move(path))
    { }

    void cancel() override { m_gate.cancel(m_path); }

private:
    Gate& m_gate;
    std::string m_path;
};

/// A part of a composite tool, at the gate.
class RunAgents::RunningPart : public RunningTool
{
public:
    RunningPart(Gate& gate, EffectId id)
        : m_gate(gate)
        , m_id(std::move(id))
    { }

    void cancel() override { m_gate.cancel(m_id); }

private:
    Gate& m_gate;
    EffectId m_id;
};

namespace {

    /// Nothing runs: the outcome is on its way already.
    class EndedEffect : public RunningEffect
    {
    public:
        void cancel() override { }
    };

    std::string subjectOf(const ToolInfo& info, const ToolCall& call)
    {
        const auto arguments = tracestore::parseJson(call.arguments);
        return tracestore::toJsonText(nlohmann::json {
            {"tool", info.definition.name},
            {"server", info.server},
            {"description", info.definition.description},
            {"input_schema", info.definition.inputSchema},
            {"arguments", arguments ? *arguments : nlohmann::json(call.arguments)}});
    }

} // namespace

RunAgents::RunAgents(World world)
    : m_world(std::move(world))
    , m_notes(std::make_shared<Notes>())
{ }

RunAgents::~RunAgents() = default;

Result<AgentRun*> RunAgents::addRoot(const AgentConfig& config, Gate& gate)
{
    m_gate = &gate;
    m_names = ServiceNames(config, ++m_world.shared.runs);
    auto worker = add(config.name, config);
    if (!worker)
        return fail(std::move(worker.error()));
    m_root = (*worker)->run.get();
    return m_root;
}

AgentRun* RunAgents::find(const std::string& path) const
{
    const auto found = m_workers.find(path);
    return found == m_workers.end() ? nullptr : found->second->run.get();
}

std::string RunAgents::schemaOf(const std::string& path, const std::string& tool) const
{
    const auto found = m_workers.find(path);
    const ToolInfo* info = found == m_workers.end() ? nullptr : found->second->tools->find(tool);
    return info == nullptr ? std::string() : info->definition.inputSchema;
}

std::string RunAgents::serverOf(const std::string& path, const std::string& tool) const
{
    const auto found = m_workers.find(path);
    const ToolInfo* info = found == m_workers.end() ? nullptr : found->second->tools->find(tool);
    return info == nullptr ? std::string() : info->server;
}

EffectClass RunAgents::classOf(const std::string& path, const EffectRequest& request) const
{
    const auto* call = std::get_if<ToolCall>(&request);
    const auto worker = m_workers.find(path);
    const ToolInfo* info = call == nullptr || worker == m_workers.end()
        ? nullptr
        : worker->second->tools->find(call->tool);
    if (info != nullptr)
        return info->effectClass;
    // A tool that is not there does nothing; asking costs, but changes nothing.
    return kindOf(request) == EffectKind::Agent ? EffectClass::Pure : EffectClass::Reads;
}

Result<void> RunAgents::editState(const std::string& path, const std::string& state)
{
    AgentRun* agent = find(path);
    if (agent == nullptr)
        return fail(tracestore::ErrorCode::NotFound, "There is no agent " + path + '.');
    auto value = tracestore::parseJson(state);
    if (!value)
        return fail(std::move(value).error());
    return agent->editState(*value);
}

Result<RunAgents::Worker*> RunAgents::add(const std::string& path, AgentConfig config)
{
    auto worker = std::make_unique<Worker>();
    worker->config = std::move(config);
    worker->path = path;
    if (auto equipped = equip(*worker); !equipped)
        return fail(std::move(equipped.error()).in(path));
    AgentIdentity identity {.path = path,
                            .name = worker->config.name,
                            .role = worker->config.role,
                            .pattern = std::string(toWord(worker->config.pattern))};
    worker->run
        = std::make_unique<AgentRun>(contextOf(*worker),
                                     std::move(identity),
                                     makeAgent(worker->config, worker->tools->definitions()));
    Worker* added = worker.get();
    m_workers[path] = std::move(worker);
    return added;
}

Result<void> RunAgents::equip(Worker& worker)
{
    worker.tools = std::make_unique<ToolBox>(m_locks, m_world.variables);
    const ToolServices services {.pool = m_pool,
                                 .network = m_world.network,
                                 .notes = m_notes,
                                 .nestedCall =
                                     [this, &worker](const ToolCall& call, ToolHandlers handlers) {
                                         return startPart(worker, call, std::move(handlers));
                                     },
                                 .isReplayed = m_isReplayed};
    if (auto added
        = addConfiguredTools(*worker.tools, worker.config.tools, worker.config.folder, services);
        !added)
        return added;
    m_world.servers.offerTo(*worker.tools);
    worker.chain = makePolicyChain(worker.config.policies, m_names, m_world.shared, m_world.random);
    worker.policies = worker.chain->policies();
    return {};
}

RunContext RunAgents::contextOf(Worker& worker)
{
    const auto effectClass
        = [this, &worker](const EffectRequest& request) { return classOf(worker.path, request); };
    return {.log = m_world.log,
            .gate = *m_gate,
            .policies = worker.policies,
            .effectClass = effectClass,
            .approval
            = [this, &worker](const EffectRequest& request) { return approval(worker, request); },
            .approved
            = [this, &worker](const EffectRequest& request) { rememberApproval(worker, request); }};
}

std::optional<UserQuestion> RunAgents::approval(const Worker& worker,
                                                const EffectRequest& request) const
{
    const auto* call = std::get_if<ToolCall>(&request);
    const ToolInfo* info = call == nullptr ? nullptr : worker.tools->find(call->tool);
    if (info == nullptr || !info->needsApproval)
        return {};
    std::string subject = subjectOf(*info, *call);
    if (m_approved.contains(tracestore::contentHash(subject).toHex()))
        return {};
    return UserQuestion {.question = "May " + worker.config.name + " call " + call->tool
                             + " with these arguments?",
                         .options = {"allow", "deny"},
                         .isApproval = true,
                         .subject = std::move(subject)};
}

void RunAgents::rememberApproval(const Worker& worker, const EffectRequest& request)
{
    const auto* call = std::get_if<ToolCall>(&request);
    const ToolInfo* info = call == nullptr ? nullptr : worker.tools->find(call->tool);
    if (info != nullptr)
        m_approved.insert(tracestore::contentHash(subjectOf(*info, *call)).toHex());
}

Outcome RunAgents::outcomeOf(const std::string& path, const AgentResult& result) const
{
    Outcome outcome;
    outcome.status = result.status;
    outcome.text = result.answer;
    if (result.status != OutcomeStatus::Ok)
        outcome.error = tracestore::SpanError {
            "agent", result.reason.empty() ? "The agent did not succeed." : result.reason, {}};
    // The budget of who gave the task counts what it took.
    const RunFigureCounter::Spent spent = m_world.figures.spentBelow(path);
    if (spent.cost)
        outcome.cost = tracestore::Cost {*spent.cost, "USD", tracestore::CostSource::Computed};
    if (spent.tokens.total())
        outcome.spent = spent.tokens;
    return outcome;
}

std::unique_ptr<RunningEffect>
RunAgents::startAgent(const EffectId& id, const AgentTask& task, std::function<void(Outcome)> done)
{
    const auto failLater = [&](std::string message) {
        QMetaObject::invokeMethod(
            this,
            [done, outcome = failedOutcome(OutcomeStatus::Error, "agent", std::move(message))] {
                done(outcome);
            },
            Qt::QueuedConnection);
        return std::make_unique<EndedEffect>();
    };
    const auto parent = m_workers.find(id.agent);
    if (parent == m_workers.end())
        return failLater("The agent that asks is not known.");
    auto config = subAgentConfig(parent->second->config, task.agent);
    if (!config)
        return failLater(config.error().message);
    const std::string path = id.agent + '/' + parent->second->run->nameChild(task.agent);
    const auto worker = add(path, std::move(*config));
    if (!worker)
        return failLater(worker.error().message);
    (*worker)->run->start(task.task, id.toText(), [this, path, done](const AgentResult& result) {
        done(outcomeOf(path, result));
    });
    return std::make_unique<RunningAgent>(*m_gate, path);
}

std::unique_ptr<RunningTool>
RunAgents::startTool(const EffectId& id, const ToolCall& call, ToolHandlers handlers)
{
    // The name of the effect, since the model's own ids need not differ: parts are named after it.
    ToolCall named = call;
    named.callId = id.toText();
    m_toolCalls[named.callId] = id;
    handlers.done = [self = QPointer(this), name = named.callId, done = std::move(handlers.done)](
                        Outcome outcome) {
        if (self != nullptr)
            self->m_toolCalls.erase(name);
        done(std::move(outcome));
    };
    return m_workers.at(id.agent)->tools->start(named, std::move(handlers));
}

void RunAgents::passOverTool(const EffectId& id, const ToolCall& call, const Outcome& outcome)
{
    const auto worker = m_workers.find(id.agent);
    if (worker != m_workers.end() && outcome.isOk())
        worker->second->tools->recall(call);
}

bool RunAgents::hasParts(const std::string& agent, const std::string& tool) const
{
    const auto worker = m_workers.find(agent);
    return worker != m_workers.end()
        && std::ranges::any_of(worker->second->config.tools, [&](const ToolConfig& config) {
               return config.name == tool && config.kind != ToolConfig::Kind::Builtin;
           });
}

std::unique_ptr<RunningTool>
RunAgents::startPart(Worker& worker, const ToolCall& call, ToolHandlers handlers)
{
    const std::size_t slash = call.callId.rfind('/');
    EffectId id = m_toolCalls.at(call.callId.substr(0, slash));
    const std::string step = call.callId.substr(slash + 1);
    const std::string again = id.attempt > 1 ? "again" + std::to_string(id.attempt) + '/' : "";
    id.part = again + (id.part.empty() ? step : id.part + '/' + step);
    id.attempt = 0;
    const RunContext context = contextOf(worker);
    Effect effect {.id = id, .effectClass = context.effectClass(call), .request = call};
    const auto ended
        = [this, name = id.toText(), done = std::move(handlers.done)](const Outcome& outcome) {
              // It is the delivery that is speaking.
              QMetaObject::invokeMethod(
                  this, [this, name] { m_parts.erase(name); }, Qt::QueuedConnection);
              done(outcome);
          };
    auto& part = m_parts[id.toText()];
    part = std::make_unique<CallDelivery>(CallDelivery::Setting {context.log,
                                                                 context.gate,
                                                                 context.policies,
                                                                 context.effectClass,
                                                                 context.approval,
                                                                 context.approved},
                                          std::move(effect),
                                          ended);
    part->start();
    return std::make_unique<RunningPart>(*m_gate, std::move(id));
}

} // namespace engine
