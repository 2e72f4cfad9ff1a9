#include "engine/provider/model_list.h"

#include "engine/provider/environment_proxies.h"
#include "engine/provider/http_failure.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QNetworkReply>

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;

namespace engine {

namespace {

    constexpr qsizetype kMostListBytes = qsizetype {8} << 20;
    constexpr std::int64_t kMsInNs = 1'000'000;

    bool saysNoSuchPlace(int status)
    {
        return status == 404 || status == 405 || status == 501;
    }

} // namespace

ModelList::ModelList(HttpTarget target,
                     const tracestore::Clock& clock,
                     const QProcessEnvironment& environment,
                     QObject* parent)
    : QObject(parent)
    , m_target(std::move(target))
    , m_clock(clock)
{
    m_network.setProxyFactory(new EnvironmentProxies(environment)); // takes it
    m_network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_silence.setSingleShot(true);
    m_silence.setInterval(std::chrono::milliseconds(m_target.timeout.ns / kMsInNs));
    connect(&m_silence, &QTimer::timeout, this, [this] {
        finish(tracestore::SpanError {"timeout",
                                      "Nothing came from the provider for "
                                          + std::to_string(m_target.timeout.ns / (1000 * kMsInNs))
                                          + " seconds.",
                                      true});
    });
}

ModelList::~ModelList()
{
    if (m_reply == nullptr)
        return;
    m_reply->disconnect(this);
    m_reply->abort();
}

QUrl ModelList::address() const
{
    return m_target.address("/models");
}

void ModelList::start()
{
    QNetworkRequest request = m_target.request(address());
    request.setRawHeader("Accept", "application/json");
    m_started = m_clock.steady();
    m_reply = m_network.get(request);
    connect(m_reply, &QNetworkReply::readyRead, this, &ModelList::takeBytes);
    connect(m_reply, &QNetworkReply::finished, this, &ModelList::takeReply, Qt::QueuedConnection);
    m_silence.start();
}

void ModelList::takeBytes()
{
    m_silence.start();
    m_body += m_reply->readAll();
    if (m_body.size() > kMostListBytes)
        finish(protocolError("The list of models is larger than 8 MB.", false).error);
}

void ModelList::takeReply()
{
    if (m_reply == nullptr)
        return;
    m_body += m_reply->readAll();
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    m_isUnknown = saysNoSuchPlace(status);
    constexpr int kFirstRedirect = 300;
    const bool isCutOff = m_reply->error() != QNetworkReply::NoError && status < kFirstRedirect;
    if (isCutOff || status >= kFirstRedirect)
        return finish(failureOf(*m_reply, m_body, m_clock.now()).error);
    readModels();
}

void ModelList::readModels()
{
    const auto body = tracestore::parseJson(m_body.toStdString());
    const auto data
        = body && body->is_object() ? body->find("data") : nlohmann::json::const_iterator();
    if (!body || !body->is_object() || data == body->end() || !data->is_array()) {
        m_isUnknown = true;
        return finish(protocolError("The answer is no list of models.", false).error);
    }
    for (const nlohmann::json& model : *data) {
        if (model.is_object() && model.contains("id") && model["id"].is_string())
            m_models.push_back(model["id"].get<std::string>());
    }
    finish({});
}

void ModelList::finish(std::optional<tracestore::SpanError> error)
{
    m_silence.stop();
    m_duration = {m_clock.steady().ns - m_started.ns};
    if (m_reply != nullptr) {
        m_reply->disconnect(this);
        m_reply->abort();
        m_reply->deleteLater();
        m_reply = nullptr;
    }
    if (error)
        error->message = m_target.key.maskedIn(std::move(error->message));
    m_error = std::move(error);
    emit finished();
}

} // namespace engine
