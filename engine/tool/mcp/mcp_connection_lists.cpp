// What a server tells of its tools: the list, how long it holds, and that it has changed.
#include "engine/tool/mcp/mcp_connection.h"
#include "tracestore/base/safe_text.h"

#include <algorithm>

namespace engine {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

    constexpr std::size_t kMostTools = 5000;
    constexpr int kMostPages = 200;
    /// Longer ones would overflow, and mean "for ever" all the same.
    constexpr auto kLongestAge = std::chrono::hours(24 * 365);

    QString listLine(const std::string& text)
    {
        return QString::fromStdString(tracestore::safeLine(text));
    }

    std::string nextCursorOf(const json& result)
    {
        if (!result.is_object())
            return {};
        const auto found = result.find("nextCursor");
        return found != result.end() && found->is_string() ? found->get<std::string>() : "";
    }

    /// For how long a server says that a page holds; nothing where it does not say.
    std::optional<std::chrono::milliseconds> ageOf(const json& result)
    {
        const auto found = result.is_object() ? result.find("ttlMs") : result.end();
        if (!result.is_object() || found == result.end() || !found->is_number())
            return std::nullopt;
        constexpr auto kMost = std::chrono::milliseconds(kLongestAge);
        return std::chrono::milliseconds(static_cast<std::int64_t>(
            std::clamp(found->get<double>(), 0.0, static_cast<double>(kMost.count()))));
    }

} // namespace

void McpConnection::listTools(const std::string& cursor)
{
    if (cursor.empty()) {
        if (m_isListing)
            return m_listSoon.start(); // after the one that is under way
        m_listed.clear();
        m_pages = 0;
        m_freshUntil = QDeadlineTimer(QDeadlineTimer::Forever);
    }
    m_isListing = true;
    m_cursor = cursor;
    request("tools/list",
            cursor.empty() ? json::object() : json {{"cursor", cursor}},
            [this](const RpcMessage& response) { onListed(response); });
}

void McpConnection::onListed(const RpcMessage& response)
{
    if (response.error && response.error->code != RpcError::kMethodNotFound) {
        m_isListing = false;
        if (m_state == State::Starting)
            return failForGood(listLine(response.error->message));
        m_freshUntil = QDeadlineTimer(m_settings.shortestAge); // the old list does meanwhile
        return complain(
            tr("Its tools could not be listed: %1").arg(listLine(response.error->message)));
    }
    // The list as a whole is as old as its oldest page.
    if (const auto age = ageOf(response.result))
        m_freshUntil
            = std::min(m_freshUntil, QDeadlineTimer(std::max(*age, m_settings.shortestAge)));
    for (McpToolInfo& tool : mcpTools(response.result)) {
        const bool isNew
            = std::ranges::find(m_listed, tool.name, &McpToolInfo::name) == m_listed.end();
        if (isNew && m_listed.size() < kMostTools)
            m_listed.push_back(std::move(tool));
    }
    const std::string next = nextCursorOf(response.result);
    const bool isEndless = next == m_cursor || ++m_pages == kMostPages;
    if (!next.empty() && !isEndless && m_listed.size() < kMostTools)
        return listTools(next);
    if (!next.empty())
        complain(tr("Its list of tools does not end; %1 are taken.").arg(m_listed.size()));
    takeTools();
}

void McpConnection::takeTools()
{
    m_isListing = false;
    const bool isNew = m_tools != m_listed;
    m_tools = std::move(m_listed);
    m_listed.clear();
    if (isNew)
        emit toolsChanged();
    if (m_state != State::Starting)
        return;
    setState(State::Ready);
    std::vector<int> waiting;
    for (const auto& [number, call] : m_calls)
        waiting.push_back(number);
    for (const int number : waiting)
        sendCall(number);
}

void McpConnection::refreshTools()
{
    if (m_state == State::Ready && !m_isListing && !m_listSoon.isActive()
        && m_freshUntil.hasExpired())
        listTools({});
}

void McpConnection::listen()
{
    if (m_listening || !m_tellsChanges)
        return;
    m_listening = request("subscriptions/listen",
                          {{"notifications", {{"toolsListChanged", true}}}},
                          [this](const RpcMessage& response) { onListenEnded(response); });
    // It has no answer but its end.
    m_pending[*m_listening].deadline = QDeadlineTimer(QDeadlineTimer::Forever);
}

/// A server that refuses is not asked again; where the line broke or the server ended it, what
/// changes meanwhile is not heard, so the list is asked for when it listens again.
void McpConnection::onListenEnded(const RpcMessage& response)
{
    m_listening.reset();
    const bool isRefused = response.error && response.error->code != kRpcLost;
    if (!isRefused) {
        m_listenAgain.start(m_listenDelay);
        m_listenDelay = std::min(2 * m_listenDelay, m_settings.longestDelay);
        return;
    }
    m_tellsChanges = false;
    if (response.error->code != RpcError::kMethodNotFound)
        complain(tr("It does not tell when its tools change: %1")
                     .arg(listLine(response.error->message)));
}

/// Several subscriptions share one line: each says of which request it is.
bool McpConnection::isOfOurSubscription(const json& params) const
{
    if (!m_listening || !params.is_object())
        return false;
    const auto meta = params.find("_meta");
    if (meta == params.end() || !meta->is_object())
        return false;
    const auto id = meta->find("io.modelcontextprotocol/subscriptionId");
    return id != meta->end() && *id == json(*m_listening);
}

void McpConnection::onListening(const json& params)
{
    if (!isOfOurSubscription(params))
        return;
    m_listenDelay = m_settings.restartDelay;
    const auto granted = params.find("notifications");
    const bool isGranted = granted != params.end() && granted->is_object()
        && granted->value("toolsListChanged", json()) == json(true);
    if (!isGranted)
        complain(tr("It does not tell when its tools change."));
    if (m_state == State::Ready)
        m_listSoon.start(); // nobody has heard what changed before
}

void McpConnection::onToolsTold(const json& params)
{
    if (m_isStateless && !isOfOurSubscription(params))
        return complain(tr("It told of a change to whom did not ask for it."));
    if (m_state == State::Ready && !m_listSoon.isActive())
        m_listSoon.start();
}

/// On a line that all requests share, this is how a server ends a subscription.
void McpConnection::onServerCancelled(const json& params)
{
    if (!m_listening || !params.is_object()
        || params.value("requestId", json()) != json(*m_listening))
        return;
    onRequestFailed(*m_listening, tr("It has ended the subscription."));
}

} // namespace engine
