#include "engine/runtime/connection_check.h"

#include "engine/config/agent_config_reader.h"
#include "engine/provider/make_provider.h"
#include "engine/provider/model_list.h"
#include "engine/runtime/tool_servers.h"
#include "engine/tool/tool_box.h"
#include "tracestore/base/json_io.h"

#include <QFile>

#include <algorithm>

namespace engine {

using tracestore::Duration;
using tracestore::SpanError;
using Level = ConnectionFinding::Level;

namespace {

    constexpr std::int64_t kMsInNs = 1'000'000;
    constexpr Duration kPatience {20'000 * kMsInNs}; ///< nobody looks at a test for longer
    constexpr std::chrono::seconds kInAll {60};
    constexpr std::int64_t kAskedTokens = 16; ///< the least that all APIs take

    void addModels(std::vector<std::string>& models,
                   const AgentConfig& agent,
                   const std::string& provider)
    {
        const auto add = [&](const ModelConfig& model) {
            if (model.provider == provider && !model.model.empty()
                && std::ranges::find(models, model.model) == models.end())
                models.push_back(model.model);
        };
        add(agent.model);
        for (const ModelConfig& model : agent.policies.fallback.models)
            add(model);
        for (const RouteConfig& route : agent.policies.routes)
            add(route.model);
    }

    /// The models that an agent and its workers want of a provider.
    std::vector<std::string> modelsOf(const AgentConfig& config, const std::string& provider)
    {
        std::vector<std::string> models;
        std::vector<const AgentConfig*> agents {&config};
        for (std::size_t i = 0; i < agents.size(); ++i) {
            addModels(models, *agents[i], provider);
            for (const AgentConfig& worker : agents[i]->agents)
                agents.push_back(&worker);
        }
        return models;
    }

    std::string msText(Duration duration)
    {
        return std::to_string(std::max<std::int64_t>(1, duration.ns / kMsInNs)) + " ms";
    }

    /// The names of a list that begin like one, to tell a slip of the pen.
    std::string namesLike(const std::vector<std::string>& names, const std::string& name)
    {
        constexpr std::size_t kMostNames = 3;
        const auto same = [&](const std::string& other) {
            return std::ranges::mismatch(name, other).in1 - name.begin();
        };
        std::vector<std::string> close = names;
        std::ranges::stable_sort(close, std::ranges::greater(), same);
        std::string text;
        for (std::size_t i = 0; i < std::min(close.size(), kMostNames); ++i)
            text += (i == 0 ? "" : ", ") + close[i];
        return text;
    }

    /// Its name for the limit on what is answered.
    std::string parametersFor(const HttpTarget& target, bool isOfMaker)
    {
        const char* name = target.api == tracestore::ModelApi::OpenAiResponses ? "max_output_tokens"
            : target.api == tracestore::ModelApi::OpenAiChat && isOfMaker ? "max_completion_tokens"
                                                                          : "max_tokens";
        return tracestore::toJsonText({{name, kAskedTokens}});
    }

} // namespace

struct ConnectionCheck::Servers
{
    Servers(ToolBox::SecretLookup secrets)
        : servers(secrets, network)
        , box(locks, secrets)
    { }

    QNetworkAccessManager network;
    ToolServers servers;
    ToolLocks locks;
    ToolBox box;
};

ConnectionCheck::ConnectionCheck(ConnectionRequest request, RunWorld world, QObject* parent)
    : QObject(parent)
    , m_request(std::move(request))
    , m_world(std::move(world))
    , m_keys(m_world.environment)
{
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(kInAll);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        fail("It has not come to an end within a minute.");
    });
}

ConnectionCheck::~ConnectionCheck() = default;

void ConnectionCheck::start()
{
    m_deadline.start();
    // Whoever started it hears nothing before start() returns.
    QMetaObject::invokeMethod(this, &ConnectionCheck::readConfig, Qt::QueuedConnection);
}

void ConnectionCheck::cancel()
{
    if (!m_report.isOver)
        fail("The test was stopped.");
}

void ConnectionCheck::add(Level level, std::string text)
{
    m_report.findings.push_back({level, std::move(text)});
}

void ConnectionCheck::finish()
{
    m_deadline.stop();
    m_report.isOver = true;
    m_fetch.reset();
    emit reported();
}

void ConnectionCheck::fail(std::string text)
{
    add(Level::Bad, std::move(text));
    finish();
}

// ---- what the configuration says

void ConnectionCheck::readConfig()
{
    const std::filesystem::path folder = QFile::encodeName(m_request.folder).toStdString();
    ConfigReading reading = readAgentConfigText(m_request.text.toStdString(), folder);
    if (!reading.config) {
        const auto error = std::ranges::find(reading.problems, true, &ConfigProblem::isError);
        return fail("The configuration cannot be read: "
                    + (error == reading.problems.end() ? "" : error->message));
    }
    m_config.folder = folder;
    const std::string name = m_request.name.toStdString();
    if (m_request.isServer) {
        std::erase_if(reading.config->servers,
                      [&](const McpConfig& server) { return server.name != name; });
        m_config.servers = reading.config->servers;
    } else {
        m_models = modelsOf(*reading.config, name);
        std::erase_if(reading.config->providers,
                      [&](const ProviderConfig& provider) { return provider.name != name; });
        m_config.providers = reading.config->providers;
    }
    if (m_config.servers.empty() && m_config.providers.empty())
        return fail("The configuration has none of that name.");
    fetchKeys();
}

void ConnectionCheck::fetchKeys()
{
    const auto go = [this] { m_request.isServer ? startServer() : checkProvider(); };
    const auto missing = m_keys.missing(keyNeeds(m_config));
    if (missing.empty() || m_world.vault == nullptr)
        return go();
    m_fetch = std::make_unique<KeyFetch>(*m_world.vault, true, m_world.patience);
    connect(m_fetch.get(), &KeyFetch::waiting, this, [this] {
        add(Level::Note,
            "It waits for the key store of the desktop, which may ask you to unlock it.");
        emit reported();
    });
    connect(m_fetch.get(), &KeyFetch::finished, this, [this, go] {
        m_keys.setFetched(m_fetch->found(), m_fetch->problem());
        m_fetch.release()->deleteLater(); // it is telling
        go();
    });
    m_fetch->start(missing);
}

// ---- a provider

void ConnectionCheck::checkProvider()
{
    ProviderConfig& config = m_config.providers.front();
    config.timeout = std::min(config.timeout, kPatience);
    auto provider
        = makeProvider(config, {m_world.clock, m_keys, QProcessEnvironment::systemEnvironment()});
    if (!provider)
        return fail(provider.error().message);
    if (config.kind == ProviderKind::Script) {
        add(Level::Good,
            "This is a script: it is read without a mistake. No model is asked, and nothing leaves "
            "this machine.");
        return finish();
    }
    m_provider = std::move(*provider);
    auto target = httpTarget(config, m_keys);
    if (!target)
        return fail(target.error().message);
    if (m_request.asksModel)
        askModel(*target);
    else
        askForModels(std::move(*target));
}

void ConnectionCheck::askForModels(HttpTarget target)
{
    m_list = std::make_unique<ModelList>(
        std::move(target), m_world.clock, QProcessEnvironment::systemEnvironment());
    connect(m_list.get(), &ModelList::finished, this, &ConnectionCheck::takeModels);
    add(Level::Note,
        "Asks " + m_list->address().toString(QUrl::RemoveUserInfo).toStdString()
            + " for its models, which costs nothing.");
    m_list->start();
    emit reported();
}

void ConnectionCheck::takeModels()
{
    if (m_report.isOver)
        return;
    const auto& error = m_list->error();
    if (error && !m_list->isUnknown()) {
        tellFailure(*error);
        return finish();
    }
    add(Level::Good, "It answers, within " + msText(m_list->duration()) + '.');
    tellOfKey();
    if (error) {
        add(Level::Doubt,
            "It has no list of models there (" + error->message
                + "). Check the base address, or ask the model itself.");
        if (!m_models.empty())
            offerToAsk(m_models.front());
    } else {
        tellOfModels();
    }
    finish();
}

/// Some list their models to anybody, so nothing is said of the key but this.
void ConnectionCheck::tellOfKey()
{
    const auto needs = keyNeeds(m_config);
    if (needs.empty())
        add(Level::Note, "No key is sent: the configuration names none.");
    else if (m_request.asksModel)
        add(Level::Good, "The key " + needs.front().name + " is accepted.");
    else
        add(Level::Good, "The key " + needs.front().name + " was not refused.");
}

void ConnectionCheck::tellOfModels()
{
    const std::vector<std::string>& has = m_list->models();
    for (const std::string& model : m_models) {
        if (std::ranges::find(has, model) != has.end()) {
            add(Level::Good, "It has the model " + model + '.');
            continue;
        }
        const std::string like = namesLike(has, model);
        add(Level::Doubt,
            "The model " + model + " is not in its list of " + std::to_string(has.size())
                + (like.empty() ? "." : "; the most similar are " + like + '.')
                + " It may still be there under that name.");
        if (m_report.askedModel.empty())
            offerToAsk(model);
    }
    if (m_models.empty())
        add(Level::Note, "The configuration asks none of its models.");
}

void ConnectionCheck::offerToAsk(const std::string& model)
{
    m_report.askedModel = model;
    m_report.askedTokens = kAskedTokens;
    if (m_world.prices == nullptr)
        return;
    const tracestore::TokenUsage usage {.input = kAskedTokens, .output = kAskedTokens};
    if (const auto cost = m_world.prices->costOf(model, m_world.clock.now(), usage))
        m_report.askCost = cost->amount;
}

void ConnectionCheck::askModel(const HttpTarget& target)
{
    if (m_models.empty())
        return fail("The configuration asks none of its models.");
    // That which was offered: the first that the list does not have is not known any more.
    const std::string wanted = m_request.model.toStdString();
    const std::string model
        = std::ranges::find(m_models, wanted) == m_models.end() ? m_models.front() : wanted;
    ChatRequest request;
    request.model = model;
    tracestore::Message message;
    message.role = tracestore::Role::User;
    message.parts.push_back(tracestore::TextPart {"Say yes."});
    request.messages = tracestore::MessageChain({message});
    request.parameters = parametersFor(target, m_config.providers.front().baseUrl.empty());
    request.isStreamed = false;
    add(Level::Note, "Asks the model " + model + " for one short answer.");
    m_started = m_world.clock.steady();
    m_call = m_provider->start(
        request, {.delta = {}, .done = [this](const Outcome& outcome) { takeAnswer(outcome); }});
    emit reported();
}

void ConnectionCheck::takeAnswer(const Outcome& outcome)
{
    if (m_report.isOver)
        return;
    if (!outcome.isOk()) {
        tellFailure(*outcome.error);
        return finish();
    }
    const Duration took {m_world.clock.steady().ns - m_started.ns};
    add(Level::Good, "The model answers, within " + msText(took) + '.');
    tellOfKey();
    finish();
}

void ConnectionCheck::tellFailure(const SpanError& error)
{
    const bool isStatus = !error.type.empty()
        && std::ranges::all_of(error.type, [](char c) { return c >= '0' && c <= '9'; });
    if (isStatus)
        add(Level::Good, "The server is reached.");
    std::string text = error.message;
    if (error.type == "401" || error.type == "403") {
        const auto needs = keyNeeds(m_config);
        text = needs.empty() ? "It wants a key, and the configuration names none: " + text
                             : "It does not accept the key " + needs.front().name + ": " + text;
    }
    add(Level::Bad, isStatus ? text + " (HTTP " + error.type + ')' : text);
}

// ---- a server of tools

void ConnectionCheck::startServer()
{
    m_servers = std::make_unique<Servers>(
        [this](const std::string& variable) { return m_keys.valueOf(variable); });
    ToolServers& servers = m_servers->servers;
    connect(&servers, &ToolServers::settled, this, &ConnectionCheck::takeServer);
    connect(&servers, &ToolServers::logged, this, [this](const QString& line) {
        constexpr std::size_t kMostFindings = 20;
        if (m_report.findings.size() < kMostFindings)
            add(Level::Note, line.toStdString());
        emit reported();
    });
    if (const auto added = servers.add(m_config.servers); !added)
        return fail(added.error().message);
    add(Level::Note, "Starts the server and asks for its tools.");
    m_started = m_world.clock.steady();
    servers.open();
    emit reported();
}

void ConnectionCheck::takeServer()
{
    if (m_report.isOver)
        return;
    const Duration took {m_world.clock.steady().ns - m_started.ns};
    if (!m_servers->servers.failed().empty()) {
        return fail("The server did not start; what it said stands above.");
    }
    m_servers->servers.offerTo(m_servers->box);
    const auto tools = m_servers->box.definitions();
    std::string names;
    for (const ToolDefinition& tool : tools)
        names += (names.empty() ? "" : ", ") + tool.name;
    add(Level::Good, "It is ready, within " + msText(took) + '.');
    if (tools.empty())
        add(Level::Doubt, "It has no tools, or none of those that the configuration wants.");
    else
        add(Level::Good, std::to_string(tools.size()) + " tools: " + names + '.');
    m_servers->servers.close([this] { finish(); });
}

} // namespace engine
