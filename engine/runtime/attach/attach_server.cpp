#include "engine/runtime/attach/attach_server.h"

#include "engine/runtime/attach/attached_client.h"
#include "engine/runtime/attach/debug_json.h"
#include "engine/runtime/run_session.h"

#include <nlohmann/json.hpp>

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QFile>

#include <algorithm>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::Result;

namespace {

    constexpr int kTextIntervalMs = 50;
    constexpr int kFarewellMs = 1'000;
    constexpr std::size_t kMostClients = 16;

    std::string textMember(const json& line, const char* name)
    {
        const auto found = line.find(name);
        return found != line.end() && found->is_string() ? found->get<std::string>()
                                                         : std::string();
    }

} // namespace

/// Keeps what happens for those who come.
class AttachServer::Feed : public RunObserver
{
public:
    explicit Feed(AttachServer& server)
        : m_server(&server)
    { }

    /// The log of the run may outlive the server.
    void leave() { m_server = nullptr; }

    void onEvent(const RunEventPtr& event) override
    {
        if (m_server == nullptr)
            return;
        m_server->m_events.push_back(event);
        schedule();
    }

    void onDelta(const EffectId& effect, const ChatDelta& delta) override
    {
        addText(effect, delta.reasoning + delta.text);
    }

    void onProgress(const EffectId& effect, const std::string& text) override
    {
        addText(effect, text + '\n');
    }

private:
    void addText(const EffectId& effect, const std::string& text)
    {
        if (m_server == nullptr || m_server->m_clients.empty())
            return;
        m_server->m_texts[effect.toText()] += text;
        schedule();
    }

    void schedule()
    {
        if (!m_server->m_tell.isActive())
            m_server->m_tell.start();
    }

    AttachServer* m_server;
};

AttachServer::AttachServer(RunSession& session)
    : m_session(session)
    , m_feed(std::make_shared<Feed>(*this))
{
    session.add(m_feed);
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    m_tell.setSingleShot(true);
    m_tell.setInterval(kTextIntervalMs);
    connect(&m_tell, &QTimer::timeout, this, &AttachServer::pumpAll);
    connect(&m_server, &QLocalServer::newConnection, this, &AttachServer::accept);
    connect(&session, &RunSession::statusChanged, this, &AttachServer::onStatus);
    connect(&session, &RunSession::logged, this, [this](const QString& line) {
        tellAll({{"type", "log"}, {"line", line.toStdString()}});
    });
    connect(&session, &RunSession::stepInspected, this, [this](const StepInspection& step) {
        tellAll({{"type", "inspection"}, {"inspection", toJson(step)}});
    });
    connect(&session, &RunSession::debugLogged, this, [this](const DebugLine& line) {
        tellAll({{"type", "debug_line"}, {"line", toJson(line)}});
    });
    connect(&session, &RunSession::evaluated, this, [this](Evaluation value) {
        const auto asked = m_evaluations.find(value.request);
        if (asked == m_evaluations.end())
            return;
        const auto [client, request] = asked->second;
        m_evaluations.erase(asked);
        value.request = request;
        client->tell({{"type", "evaluation"}, {"evaluation", toJson(value)}});
    });
}

AttachServer::~AttachServer()
{
    m_feed->leave();
    m_clients.clear();
}

Result<QString> AttachServer::listen(const QString& nameOrPath)
{
    auto path = socketPath(nameOrPath);
    if (!path)
        return path;
    if (!freeSocket(*path))
        return tracestore::fail(ErrorCode::Invalid,
                                "There is something at " + path->toStdString()
                                    + " already: another run may listen there.");
    if (!m_server.listen(*path))
        return tracestore::fail(ErrorCode::Io,
                                "Cannot listen on " + path->toStdString() + ": "
                                    + m_server.errorString().toStdString());
    m_path = *path;
    return path;
}

void AttachServer::accept()
{
    while (QLocalSocket* pending = m_server.nextPendingConnection()) {
        pending->setParent(nullptr);
        std::unique_ptr<QLocalSocket> socket(pending);
        if (!isOfThisUser(socket->socketDescriptor()) || m_clients.size() >= kMostClients)
            continue; // it is closed without a word
        auto client = std::make_unique<AttachedClient>(std::move(socket), *this);
        client->greet({{"type", "hello"},
                       {"version", kAttachVersion},
                       {"program", "kymo " KYMO_VERSION},
                       {"agent", m_session.status().agent},
                       {"input", m_session.status().input},
                       {"process", QCoreApplication::applicationPid()}});
        m_clients.push_back(std::move(client));
    }
}

void AttachServer::remove(AttachedClient* client)
{
    const auto gone
        = std::ranges::find_if(m_clients, [&](const auto& each) { return each.get() == client; });
    if (gone == m_clients.end())
        return;
    std::erase_if(m_evaluations, [&](const auto& each) { return each.second.first == client; });
    const bool wasWelcome = client->isWelcome();
    gone->release()->deleteLater(); // its socket is telling
    m_clients.erase(gone);
    if (!wasWelcome)
        return;
    emit detached();
    onStatus();
}

void AttachServer::take(AttachedClient& client, const json& line)
{
    const std::string type = textMember(line, "type");
    if (type == "hello") {
        if (line.value("version", json()) != kAttachVersion)
            return client.refuse("This run is of "
                                 "kymo " KYMO_VERSION ", which speaks version "
                                 + std::to_string(kAttachVersion)
                                 + ". Attach with the same version of Kymo.");
        client.welcome();
        if (m_setup != nullptr)
            client.tell({{"type", "setup"}, {"order", toJson(DebugOrder(*m_setup))}});
        client.pump();
        emit attached();
        return;
    }
    if (!client.isWelcome())
        return client.refuse("Say hello first.");
    if (type == "order")
        return debug(client, line.value("order", json()));
    if (type == "say")
        return m_session.say(textMember(line, "text"));
    if (type == "stop")
        return m_session.stop();
    if (type != "answer")
        return client.refuse("There is no `" + type + "`.");
    const auto answered = m_session.answer(textMember(line, "effect"), textMember(line, "text"));
    if (!answered)
        client.tell({{"type", "log"}, {"line", Result(answered).error().message}});
}

void AttachServer::debug(AttachedClient& client, const json& given)
{
    auto order = orderFromJson(given);
    if (!order)
        return client.tell(
            {{"type", "debug_line"},
             {"line", toJson(DebugLine {DebugLine::Kind::Problem, order.error().message, {}})}});
    if (auto* evaluate = std::get_if<EvaluateExpression>(&*order)) {
        m_evaluations[++m_lastEvaluation] = {&client, evaluate->request};
        evaluate->request = m_lastEvaluation;
    }
    if (const auto* setup = std::get_if<SetDebugSetup>(&*order)) {
        m_setup = std::make_unique<SetDebugSetup>(*setup);
        for (const auto& other : m_clients) {
            if (other.get() != &client)
                other->tell({{"type", "setup"}, {"order", given}});
        }
    }
    m_session.debug(*order);
}

void AttachServer::tellAll(const json& line)
{
    for (std::size_t i = 0; i < m_clients.size(); ++i)
        m_clients[i]->tell(line);
}

void AttachServer::onStatus()
{
    for (const auto& client : m_clients)
        client->setStatusIsNew();
    pumpAll();
    const DebugStatus& debug = m_session.status().debug;
    const bool isAttended
        = std::ranges::any_of(m_clients, [](const auto& client) { return client->isWelcome(); });
    if (isAttended)
        m_toldHold = 0;
    else if (debug.state == DebugState::Paused && debug.stop
             && std::exchange(m_toldHold, debug.stop->number) != debug.stop->number)
        emit unattended();
}

void AttachServer::pumpAll()
{
    m_tell.stop();
    for (std::size_t i = 0; i < m_clients.size(); ++i)
        m_clients[i]->pump();
    tellTexts();
}

void AttachServer::tellTexts()
{
    for (const auto& [effect, text] : std::exchange(m_texts, {}))
        tellAll({{"type", "text"}, {"effect", effect}, {"text", text}});
}

void AttachServer::finish()
{
    m_server.close();
    onStatus();
    QDeadlineTimer patience(kFarewellMs);
    for (std::size_t i = 0; i < m_clients.size(); ++i) {
        while (!patience.hasExpired() && i < m_clients.size()
               && !m_clients[i]->flush(static_cast<int>(patience.remainingTime())))
            continue;
    }
}

} // namespace engine
