#include "engine/provider/http_target.h"

using namespace Qt::StringLiterals;

namespace engine {

using tracestore::ModelApi;

QUrl HttpTarget::address(std::string_view endPoint) const
{
    QUrl url = baseUrl;
    QString path = url.path();
    while (path.endsWith(u'/'))
        path.chop(1);
    if (api == ModelApi::Anthropic && !path.endsWith(u"/v1"_s))
        path += u"/v1"_s;
    url.setPath(path + QLatin1StringView(endPoint.data(), static_cast<qsizetype>(endPoint.size())));
    return url;
}

QNetworkRequest HttpTarget::request(const QUrl& address) const
{
    QNetworkRequest http(address);
    http.setHeader(QNetworkRequest::UserAgentHeader, u"kymo"_s);
    http.setRawHeader("Accept-Encoding", "identity"); // pieces shall come as they are made
    http.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    http.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    http.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    http.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    const bool isAnthropic = api == ModelApi::Anthropic;
    if (isAnthropic)
        http.setRawHeader("anthropic-version", "2023-06-01");
    if (key.isEmpty())
        return http;
    const QByteArray bytes = QByteArray::fromStdString(key.reveal());
    if (isAnthropic)
        http.setRawHeader("x-api-key", bytes);
    else
        http.setRawHeader("Authorization", "Bearer " + bytes);
    return http;
}

} // namespace engine
