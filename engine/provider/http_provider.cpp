#include "engine/provider/http_provider.h"

#include "engine/provider/environment_proxies.h"
#include "engine/provider/http_call.h"
#include "engine/provider/one_way_body.h"
#include "engine/wire/request_writer.h"

#include <QNetworkReply>
#include <QNetworkRequest>

using namespace Qt::StringLiterals;

namespace engine {

using tracestore::ModelApi;

/// Qt keeps six connections to a host, and lets more requests wait; a team of agents may ask more
/// at once.
struct HttpProvider::Lane
{
    static constexpr int kConnections = 6;

    QNetworkAccessManager network;
    std::shared_ptr<int> calls = std::make_shared<int>(0);

    /// A place in the lane, which is given back when it goes.
    [[nodiscard]] std::shared_ptr<void> take() const
    {
        ++*calls;
        return {nullptr, [count = calls](void*) { --*count; }};
    }
};

HttpProvider::HttpProvider(HttpTarget target,
                           const tracestore::Clock& clock,
                           const QProcessEnvironment& environment)
    : m_target(std::move(target))
    , m_clock(clock)
    , m_environment(environment)
{ }

HttpProvider::~HttpProvider() = default;

QUrl HttpProvider::address() const
{
    QUrl url = m_target.baseUrl;
    QString path = url.path();
    while (path.endsWith(u'/'))
        path.chop(1);
    if (m_target.api == ModelApi::Anthropic && !path.endsWith(u"/v1"_s))
        path += u"/v1"_s;
    const std::string_view end = endpointOf(m_target.api);
    url.setPath(path + QLatin1StringView(end.data(), static_cast<qsizetype>(end.size())));
    return url;
}

HttpProvider::Lane& HttpProvider::freeLane()
{
    for (const auto& lane : m_lanes)
        if (*lane->calls < Lane::kConnections)
            return *lane;
    m_lanes.push_back(std::make_unique<Lane>());
    m_lanes.back()->network.setProxyFactory(new EnvironmentProxies(m_environment)); // takes it
    m_lanes.back()->network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    return *m_lanes.back();
}

QNetworkRequest HttpProvider::requestFor(const ChatRequest& request) const
{
    QNetworkRequest http(address());
    http.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    http.setHeader(QNetworkRequest::UserAgentHeader, u"kymo"_s);
    http.setRawHeader("Accept", request.isStreamed ? "text/event-stream" : "application/json");
    http.setRawHeader("Accept-Encoding", "identity"); // pieces shall come as they are made
    http.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    http.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    http.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    http.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    const bool isAnthropic = m_target.api == ModelApi::Anthropic;
    if (isAnthropic)
        http.setRawHeader("anthropic-version", "2023-06-01");
    if (m_target.key.isEmpty())
        return http;
    const QByteArray key = QByteArray::fromStdString(m_target.key.reveal());
    if (isAnthropic)
        http.setRawHeader("x-api-key", key);
    else
        http.setRawHeader("Authorization", "Bearer " + key);
    return http;
}

std::unique_ptr<RunningCall> HttpProvider::start(const ChatRequest& request, CallHandlers handlers)
{
    Lane& lane = freeLane();
    QByteArray bytes = QByteArray::fromStdString(writeRequest(m_target.api, request));
    QNetworkRequest http = requestFor(request);
    http.setHeader(QNetworkRequest::ContentLengthHeader, bytes.size());
    http.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    auto* body = new OneWayBody(std::move(bytes)); // goes with the reply
    QNetworkReply* reply = lane.network.post(http, body);
    body->setParent(reply);
    return std::make_unique<HttpCall>(m_target.api,
                                      reply,
                                      std::move(handlers),
                                      m_clock,
                                      m_target.key,
                                      HttpCall::Limits {m_target.timeout, m_target.maxAnswerBytes},
                                      lane.take());
}

} // namespace engine
