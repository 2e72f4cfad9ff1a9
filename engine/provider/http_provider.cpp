#include "engine/provider/http_provider.h"

#include "engine/provider/environment_proxies.h"
#include "engine/provider/http_call.h"
#include "engine/provider/one_way_body.h"
#include "engine/wire/request_writer.h"

#include <QNetworkReply>
#include <QNetworkRequest>

using namespace Qt::StringLiterals;

namespace engine {

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
    return m_target.address(endpointOf(m_target.api));
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
    QNetworkRequest http = m_target.request(address());
    http.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    http.setRawHeader("Accept", request.isStreamed ? "text/event-stream" : "application/json");
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
