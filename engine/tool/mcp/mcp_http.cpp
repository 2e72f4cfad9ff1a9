#include "engine/tool/mcp/mcp_http.h"

#include "engine/wire/jsonrpc.h"
#include "tracestore/import/http/sse_reader.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace engine {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

    constexpr std::size_t kLongestBody = std::size_t {32} << 20U;
    constexpr auto kReopenDelay = 2s;
    constexpr int kNotFound = 404;

    int statusOf(const QNetworkReply& reply)
    {
        return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    }

} // namespace

/// A request to the server and what comes back.
struct McpHttp::Exchange
{
    QNetworkReply* reply;
    std::optional<int> requestId;
    bool isServerStream = false;
    bool isStart = false; ///< of `initialize`
    QByteArray body;
    tracestore::SseReader events {kLongestBody};

    Exchange(QNetworkReply* of, McpHttp* listener)
        : reply(of)
        , m_listener(listener)
    { }

    ~Exchange()
    {
        // From us alone: a reply aborts by signals of its own.
        QObject::disconnect(reply, nullptr, m_listener, nullptr);
        reply->abort();
        reply->deleteLater();
    }

    [[nodiscard]] bool isEventStream() const
    {
        return reply->header(QNetworkRequest::ContentTypeHeader)
            .toString()
            .startsWith(u"text/event-stream"_s, Qt::CaseInsensitive);
    }

private:
    McpHttp* m_listener;
};

McpHttp::McpHttp(McpHttpSettings settings, QNetworkAccessManager& network, QObject* parent)
    : McpTransport(parent)
    , m_settings(std::move(settings))
    , m_network(network)
{
    m_reopen.setSingleShot(true);
    m_reopen.setInterval(kReopenDelay);
    connect(&m_reopen, &QTimer::timeout, this, &McpHttp::openServerStream);
}

McpHttp::~McpHttp()
{
    closeSession();
}

void McpHttp::open()
{
    m_isOpen = true;
    m_session.clear();
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (m_isOpen)
                emit started();
        },
        Qt::QueuedConnection);
}

QNetworkRequest McpHttp::requestFor(const McpOutgoing& message) const
{
    QNetworkRequest request(m_settings.url);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                         QNetworkRequest::ManualRedirectPolicy);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    request.setRawHeader("Accept", "application/json, text/event-stream");
    request.setRawHeader("User-Agent", "kymo");
    if (!m_version.empty())
        request.setRawHeader("MCP-Protocol-Version", QByteArray::fromStdString(m_version));
    if (!m_session.isEmpty())
        request.setRawHeader("Mcp-Session-Id", m_session);
    if (m_isStateless && !message.method.empty())
        request.setRawHeader("Mcp-Method", QByteArray::fromStdString(message.method));
    if (m_isStateless && !message.name.empty())
        request.setRawHeader("Mcp-Name", QByteArray::fromStdString(message.name));
    for (const auto& [name, value] : m_settings.headers)
        request.setRawHeader(name, value);
    return request;
}

void McpHttp::send(const McpOutgoing& message)
{
    // Where a request is cancelled by closing its stream, nothing else is said.
    if (!m_isOpen || (m_isStateless && message.method == "notifications/cancelled"))
        return;
    auto exchange = std::make_unique<Exchange>(
        m_network.post(requestFor(message), QByteArray::fromStdString(message.text)), this);
    exchange->requestId = message.requestId;
    exchange->isStart = message.method == "initialize";
    begin(std::move(exchange));
}

void McpHttp::begin(std::unique_ptr<Exchange> exchange)
{
    QNetworkReply* reply = exchange->reply;
    Exchange& of = *exchange;
    m_exchanges.emplace(reply, std::move(exchange));
    connect(reply, &QIODevice::readyRead, this, [this, &of] { onBytes(of); });
    connect(reply, &QNetworkReply::finished, this, [this, &of] { onFinished(of); });
}

void McpHttp::onBytes(Exchange& exchange)
{
    // Before what follows from the answer is sent.
    if (exchange.isStart && statusOf(*exchange.reply) == 200)
        m_session = exchange.reply->rawHeader("Mcp-Session-Id");
    const QByteArray bytes = exchange.reply->readAll();
    if (!exchange.isEventStream()) {
        if (static_cast<std::size_t>(exchange.body.size() + bytes.size()) < kLongestBody)
            exchange.body += bytes;
        else
            exchange.reply->abort();
        return;
    }
    if (statusOf(*exchange.reply) != 200)
        return;
    // What is heard may end this exchange: no more of it is touched then.
    QList<QByteArray> messages;
    for (const tracestore::SseEvent& event :
         exchange.events.feed({bytes.data(), static_cast<std::size_t>(bytes.size())}))
        messages.append(QByteArray::fromStdString(event.data));
    for (const QByteArray& message : std::as_const(messages))
        emit received(message);
}

void McpHttp::onFinished(Exchange& exchange)
{
    // Taken out first: what is heard may end all that are under way.
    const auto kept = m_exchanges.extract(exchange.reply);
    onBytes(exchange);
    const int status = statusOf(*exchange.reply);
    if (exchange.isServerStream) {
        if (status == 200 && m_isOpen)
            m_reopen.start();
        return;
    }
    if (status == 0)
        return exchange.isStart
            ? fail(tr("It cannot be reached."))
            : emit requestFailed(exchange.requestId.value_or(0), tr("It cannot be reached."));
    if (status == kNotFound && !m_session.isEmpty())
        return fail(tr("It has forgotten the session."));
    // Errors may come as messages too.
    if (!exchange.body.isEmpty() && parseRpc(exchange.body.toStdString()))
        emit received(exchange.body);
    if (exchange.requestId)
        emit requestFailed(*exchange.requestId,
                           status >= 300 ? tr("It answered with status %1.").arg(status)
                                         : tr("It ended the request without an answer."));
}

void McpHttp::abandon(int requestId)
{
    const auto found = std::find_if(m_exchanges.begin(), m_exchanges.end(), [&](const auto& entry) {
        return entry.second->requestId == requestId;
    });
    if (found == m_exchanges.end())
        return;
    // Up to 2025-11-25 a broken stream is no cancellation, but nobody listens any more.
    m_exchanges.erase(found);
}

void McpHttp::setVersion(const std::string& version, bool isStateless)
{
    m_version = version;
    m_isStateless = isStateless;
    if (isStateless)
        m_session.clear();
    // After the messages that follow, of which the first says that the session has begun.
    if (!version.empty() && !isStateless)
        m_reopen.start(0ms);
}

void McpHttp::openServerStream()
{
    if (!m_isOpen || m_isStateless)
        return;
    QNetworkRequest request = requestFor({});
    request.setRawHeader("Accept", "text/event-stream");
    auto exchange = std::make_unique<Exchange>(m_network.get(request), this);
    exchange->isServerStream = true;
    begin(std::move(exchange));
    m_reopen.setInterval(kReopenDelay);
}

void McpHttp::closeSession()
{
    m_reopen.stop();
    m_exchanges.clear();
    if (m_session.isEmpty())
        return;
    QNetworkReply* reply = m_network.deleteResource(requestFor({}));
    m_session.clear();
    connect(reply, &QNetworkReply::finished, reply, &QObject::deleteLater);
}

void McpHttp::close()
{
    if (!m_isOpen)
        return;
    fail(tr("The connection was closed."));
}

void McpHttp::fail(const QString& reason)
{
    m_isOpen = false;
    closeSession();
    QMetaObject::invokeMethod(
        this, [this, reason] { emit closed(reason); }, Qt::QueuedConnection);
}

} // namespace engine
