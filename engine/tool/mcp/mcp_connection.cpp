#include "engine/tool/mcp/mcp_connection.h"

#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace engine {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

    constexpr std::size_t kMostCalls = 1000; ///< under way at once
    constexpr int kMostRounds = 5; ///< of questions in place of a result
    constexpr int kMostComplaints = 20;
    /// A server may tell of many changes in a row.
    constexpr auto kListDelay = 100ms;

    RpcMessage lostAnswer(const std::string& reason)
    {
        RpcMessage message;
        message.error = RpcError {kRpcLost, reason, {}};
        return message;
    }

    /// Of an answer or of progress; 0, which no request has, where it cannot be ours.
    int ownId(const json& id)
    {
        if (!id.is_number_integer())
            return 0;
        const auto number = id.get<std::int64_t>();
        return number > 0 && number <= std::numeric_limits<int>::max() ? static_cast<int>(number)
                                                                       : 0;
    }

    QString toLine(const std::string& text)
    {
        return QString::fromStdString(tracestore::safeLine(text));
    }

    std::string textIn(const json& of, const char* name)
    {
        if (!of.is_object())
            return {};
        const auto found = of.find(name);
        return found != of.end() && found->is_string() ? found->get<std::string>() : "";
    }

    /// What a server says that it can do with its tools.
    bool doesTellChanges(const json& discovered)
    {
        const json::json_pointer place("/capabilities/tools/listChanged");
        return discovered.contains(place) && discovered.at(place) == json(true);
    }

} // namespace

McpConnection::McpConnection(McpSettings settings,
                             std::unique_ptr<McpTransport> transport,
                             QObject* parent)
    : QObject(parent)
    , m_settings(std::move(settings))
    , m_transport(std::move(transport))
{
    connect(m_transport.get(), &McpTransport::started, this, &McpConnection::beginHandshake);
    connect(m_transport.get(), &McpTransport::received, this, &McpConnection::receive);
    connect(m_transport.get(), &McpTransport::requestFailed, this, &McpConnection::onRequestFailed);
    connect(m_transport.get(), &McpTransport::closed, this, &McpConnection::onClosed);
    connect(m_transport.get(), &McpTransport::logged, this, &McpConnection::logged);
    m_deadlines.setInterval(100ms);
    connect(&m_deadlines, &QTimer::timeout, this, &McpConnection::checkDeadlines);
    m_restart.setSingleShot(true);
    connect(&m_restart, &QTimer::timeout, this, [this] {
        setState(State::Starting);
        m_transport->open();
    });
    m_listSoon.setSingleShot(true);
    m_listSoon.setInterval(kListDelay);
    connect(&m_listSoon, &QTimer::timeout, this, [this] { listTools({}); });
    m_listenAgain.setSingleShot(true);
    connect(&m_listenAgain, &QTimer::timeout, this, &McpConnection::listen);
}

McpConnection::~McpConnection()
{
    m_transport->disconnect(this);
}

void McpConnection::open()
{
    if (m_state != State::Closed && m_state != State::Failed)
        return;
    m_failures = 0;
    setState(State::Starting);
    m_transport->open();
}

void McpConnection::close()
{
    m_restart.stop();
    m_listSoon.stop();
    m_listenAgain.stop();
    failCalls("The connection was closed.", true);
    if (m_state == State::Closed || m_state == State::Closing)
        return;
    const bool hasServer = m_state == State::Starting || m_state == State::Ready;
    setState(hasServer ? State::Closing : State::Closed);
    m_pending.clear();
    m_deadlines.stop();
    if (hasServer)
        m_transport->close();
}

void McpConnection::setState(State state)
{
    if (m_state == state)
        return;
    m_state = state;
    emit stateChanged();
}

// The start.

void McpConnection::beginHandshake()
{
    m_version.clear();
    m_isStateless = false;
    m_isListing = false;
    m_tellsChanges = false;
    m_listening.reset();
    m_listenDelay = m_settings.restartDelay;
    m_complaints = 0;
    m_deadlines.start();
    m_transport->setVersion({}, false);
    request("initialize",
            {{"protocolVersion", kMcpNewestWithHandshake},
             {"capabilities", json::object()},
             {"clientInfo", mcpClientInfo()}},
            [this](const RpcMessage& response) { onInitialized(response); });
}

void McpConnection::onInitialized(const RpcMessage& response)
{
    if (response.error && response.error->code == kRpcLost)
        return failForGood(toLine(response.error->message));
    // A server that knows no handshake refuses it, each with a code of its own.
    if (response.error)
        return discover();
    const std::string version = textIn(response.result, "protocolVersion");
    if (version == kMcpStateless)
        return discover();
    if (std::ranges::find(kMcpHandshakeVersions, version) == kMcpHandshakeVersions.end())
        return failForGood(
            tr("It speaks version \"%1\" of MCP, which Kymo does not know.").arg(toLine(version)));
    useVersion(version);
    notify("notifications/initialized", nullptr);
    listTools({});
}

void McpConnection::discover()
{
    m_isStateless = true;
    m_transport->setVersion(std::string(kMcpStateless), true);
    request("server/discover", json::object(), [this](const RpcMessage& response) {
        onDiscovered(response);
    });
}

void McpConnection::onDiscovered(const RpcMessage& response)
{
    // A server need not have it.
    const bool isMissing = response.error && response.error->code == RpcError::kMethodNotFound;
    bool isSpoken = isMissing;
    if (!response.error && response.result.is_object()) {
        const json versions = response.result.value("supportedVersions", json::array());
        isSpoken = std::ranges::find(versions, json(kMcpStateless)) != versions.end();
    }
    if (!isSpoken)
        return failForGood(response.error
                               ? tr("It refuses to start: %1").arg(toLine(response.error->message))
                               : tr("It speaks no version of MCP that Kymo knows."));
    useVersion(std::string(kMcpStateless));
    m_tellsChanges = isMissing || doesTellChanges(response.result);
    listen(); // before the list, so that no change falls between the two
    listTools({});
}

void McpConnection::useVersion(std::string version)
{
    m_version = std::move(version);
    m_isStateless = m_version == kMcpStateless;
    m_transport->setVersion(m_version, m_isStateless);
}

/// The server does not do what it should at the start: it is ended, and started again later.
void McpConnection::failForGood(const QString& reason)
{
    emit logged(tr("The server %1 could not be used: %2").arg(toLine(m_settings.name), reason));
    m_pending.clear();
    m_transport->close();
}

// Calls.

int McpConnection::call(const std::string& tool, json arguments, CallHandlers handlers)
{
    const int number = m_nextCall++;
    m_calls[number]
        = {.tool = tool, .arguments = std::move(arguments), .handlers = std::move(handlers)};
    const bool canWait = m_state == State::Starting || m_state == State::Waiting;
    if (m_calls.size() > kMostCalls || (m_state != State::Ready && !canWait)) {
        const char* const why
            = m_calls.size() > kMostCalls ? "has too many calls at once" : "is not running";
        QMetaObject::invokeMethod(
            this,
            [this, number, why] { finishCall(number, serverError(why)); },
            Qt::QueuedConnection);
    } else if (m_state == State::Ready) {
        refreshTools(); // for those that follow
        sendCall(number);
    }
    return number;
}

void McpConnection::sendCall(int number)
{
    const auto call = m_calls.find(number);
    if (call == m_calls.end())
        return;
    json params {{"name", call->second.tool}, {"arguments", call->second.arguments}};
    if (!call->second.inputResponses.is_null())
        params["inputResponses"] = call->second.inputResponses;
    if (!call->second.requestState.is_null())
        params["requestState"] = call->second.requestState;
    const std::string tool = call->second.tool;
    call->second.request = request(
        "tools/call",
        std::move(params),
        [this, number](const RpcMessage& response) { onCalled(number, response); },
        tool,
        number);
}

void McpConnection::onCalled(int number, const RpcMessage& response)
{
    if (response.error) {
        Outcome outcome = response.error->code == kRpcLost
            ? serverError(response.error->message)
            : failedOutcome(OutcomeStatus::Error,
                            "mcp " + std::to_string(response.error->code),
                            "The server `" + m_settings.name
                                + "` refused the call: " + response.error->message);
        // It may have other tools by now than those that it has told.
        const bool doesNotFit = response.error->code == RpcError::kInvalidParams
            || response.error->code == RpcError::kMethodNotFound;
        if (m_isStateless && doesNotFit && m_state == State::Ready && !m_listSoon.isActive())
            m_listSoon.start();
        return finishCall(number, std::move(outcome));
    }
    m_failures = 0;
    if (textIn(response.result, "resultType") == "input_required")
        return askAgain(number, response.result);
    finishCall(number, mcpOutcome(response.result));
}

/// The server wants to know something first: the call is made again with the answers.
void McpConnection::askAgain(int number, const json& result)
{
    const auto call = m_calls.find(number);
    if (call == m_calls.end())
        return;
    auto responses = mcpInputResponses(result.value("inputRequests", json::object()));
    if (!responses)
        return finishCall(number, serverError("stopped: " + responses.error().message));
    if (++call->second.rounds > kMostRounds)
        return finishCall(number, serverError("asks again and again and gives no result"));
    call->second.inputResponses = std::move(*responses);
    call->second.requestState = result.value("requestState", json());
    sendCall(number);
}

void McpConnection::finishCall(int number, Outcome outcome)
{
    const auto call = m_calls.extract(number);
    if (!call.empty() && call.mapped().handlers.done)
        call.mapped().handlers.done(std::move(outcome));
}

void McpConnection::cancel(int number)
{
    const auto call = m_calls.extract(number);
    if (call.empty() || !call.mapped().request)
        return;
    const int id = *call.mapped().request;
    m_pending.erase(id);
    // Closing the stream of the request is how it is cancelled, where it has one of its own.
    m_transport->abandon(id);
    notify("notifications/cancelled", {{"requestId", id}, {"reason", "The user stopped it."}});
}

void McpConnection::failCalls(const std::string& reason, bool withWaiting)
{
    std::vector<int> failed;
    for (const auto& [number, call] : m_calls) {
        if (withWaiting || call.request)
            failed.push_back(number);
    }
    for (const int number : failed)
        finishCall(number, serverError(reason));
}

Outcome McpConnection::serverError(const std::string& what) const
{
    return failedOutcome(OutcomeStatus::Error,
                         "mcp",
                         "The server `" + m_settings.name + "`: " + tracestore::safeLine(what));
}

// Messages.

int McpConnection::request(
    std::string_view method, json params, Answer answer, std::string name, int call)
{
    const int id = m_nextId++;
    if (m_isStateless)
        params["_meta"] = mcpRequestFacts();
    if (call != 0)
        params["_meta"]["progressToken"] = id;
    m_pending[id] = {.answer = std::move(answer),
                     .deadline = call != 0 ? QDeadlineTimer(QDeadlineTimer::Forever)
                                           : QDeadlineTimer(m_settings.patience),
                     .call = call};
    m_transport->send({rpcRequest(id, method, params), id, std::string(method), std::move(name)});
    return id;
}

void McpConnection::notify(std::string_view method, const json& params)
{
    m_transport->send({rpcNotification(method, params), {}, std::string(method), {}});
}

void McpConnection::receive(const QByteArray& text)
{
    if (m_state == State::Closing)
        return;
    const auto message = parseRpc({text.data(), static_cast<std::size_t>(text.size())});
    if (!message)
        return complain(tr("It sent what is no message: %1").arg(toLine(message.error().message)));
    if (message->isRequest())
        return answerServer(*message);
    if (message->isNotification())
        return onNotification(*message);
    const auto pending = m_pending.find(message->id ? ownId(*message->id) : 0);
    if (pending == m_pending.end())
        return complain(tr("It answered what was not asked, or not any more."));
    const Answer answer = std::move(pending->second.answer);
    m_pending.erase(pending);
    answer(*message);
}

void McpConnection::onNotification(const RpcMessage& message)
{
    if (message.method == "notifications/progress")
        return onProgress(message.params);
    if (message.method == "notifications/tools/list_changed")
        return onToolsTold(message.params);
    if (message.method == "notifications/subscriptions/acknowledged")
        return onListening(message.params);
    if (message.method == "notifications/cancelled")
        return onServerCancelled(message.params);
    if (message.method == "notifications/message" && message.params.is_object()) {
        const json data = message.params.value("data", json());
        const std::string text
            = data.is_string() ? data.get<std::string>() : tracestore::toJsonText(data);
        emit logged(toLine(text.substr(0, 2000)));
    }
}

void McpConnection::onProgress(const json& params)
{
    if (!params.is_object())
        return;
    const auto token = params.find("progressToken");
    if (token == params.end())
        return;
    const auto pending = m_pending.find(ownId(*token));
    const auto call
        = pending == m_pending.end() ? m_calls.end() : m_calls.find(pending->second.call);
    if (call == m_calls.end() || !call->second.handlers.progress)
        return;
    std::string text = textIn(params, "message");
    if (text.empty()) {
        text = tracestore::toJsonText(params.value("progress", json(0)));
        if (params.contains("total"))
            text += " of " + tracestore::toJsonText(params["total"]);
    }
    call->second.handlers.progress(text.substr(0, 2000));
}

/// Servers are told, and asked, as little as possible: no model, no questions to the user.
void McpConnection::answerServer(const RpcMessage& question)
{
    const auto send = [this](std::string text) {
        m_transport->send({std::move(text), {}, {}, {}});
    };
    if (question.method == "ping")
        return send(rpcResult(*question.id, json::object()));
    if (question.method == "roots/list")
        return send(rpcResult(*question.id, {{"roots", json::array()}}));
    if (question.method == "elicitation/create")
        return send(rpcResult(*question.id, {{"action", "decline"}}));
    const bool isSampling = question.method == "sampling/createMessage";
    send(rpcFailure(*question.id,
                    {RpcError::kMethodNotFound,
                     isSampling ? "This client lets no server ask its model."
                                : "This client does not know this method.",
                     {}}));
}

void McpConnection::complain(const QString& what)
{
    if (++m_complaints < kMostComplaints)
        emit logged(tr("The server %1: %2").arg(toLine(m_settings.name), what));
    else if (m_complaints == kMostComplaints)
        emit logged(
            tr("The server %1: more of the kind is not shown.").arg(toLine(m_settings.name)));
}

// Failures.

void McpConnection::onRequestFailed(int id, const QString& reason)
{
    const auto pending = m_pending.extract(id);
    if (!pending.empty())
        pending.mapped().answer(lostAnswer(reason.toStdString()));
}

void McpConnection::checkDeadlines()
{
    std::vector<int> late;
    for (const auto& [id, pending] : m_pending) {
        if (pending.deadline.hasExpired())
            late.push_back(id);
    }
    for (const int id : late) {
        m_transport->abandon(id);
        onRequestFailed(id, tr("It gave no answer in time."));
    }
}

void McpConnection::onClosed(const QString& reason)
{
    m_deadlines.stop();
    m_listSoon.stop();
    m_listenAgain.stop();
    m_pending.clear();
    m_isListing = false;
    if (m_state == State::Closing)
        return setState(State::Closed);
    emit logged(tr("The server %1: %2").arg(toLine(m_settings.name), reason));
    restartLater();
    failCalls(reason.toStdString(), m_state == State::Failed);
}

void McpConnection::restartLater()
{
    if (++m_failures > m_settings.mostRestarts) {
        emit logged(tr("The server %1 is not started again.").arg(toLine(m_settings.name)));
        return setState(State::Failed);
    }
    auto delay = m_settings.restartDelay;
    for (int i = 1; i < m_failures && delay < m_settings.longestDelay; ++i)
        delay *= 2;
    m_restart.start(std::min(delay, m_settings.longestDelay));
    setState(State::Waiting);
}

} // namespace engine
