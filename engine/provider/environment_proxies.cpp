#include "engine/provider/environment_proxies.h"

#include <QHostAddress>

using namespace Qt::StringLiterals;

namespace engine {
namespace {

    QString variableOf(const QProcessEnvironment& environment, const QString& name)
    {
        const QString lower = environment.value(name);
        return lower.isEmpty() ? environment.value(name.toUpper()) : lower;
    }

    /// `proxy.example:3128` means http.
    QUrl proxyUrl(const QString& text)
    {
        if (text.isEmpty())
            return {};
        const QUrl url(text.contains(u"://"_s) ? text : u"http://"_s + text);
        return url.host().isEmpty() ? QUrl() : url;
    }

    int portOf(const QUrl& url)
    {
        constexpr int kHttps = 443;
        constexpr int kHttp = 80;
        return url.port(url.scheme() == u"https"_s ? kHttps : kHttp);
    }

    bool isThisMachine(const QString& host)
    {
        return host == u"localhost"_s || host.endsWith(u".localhost"_s)
            || QHostAddress(host).isLoopback();
    }

    /// Whether an entry of no_proxy is meant for a host: `*`, a domain with all below it, an
    /// address, or a network such as `10.0.0.0/8`; each may have a port.
    bool isMeant(QString entry, const QUrl& url)
    {
        const QString host = url.host();
        if (entry == u"*"_s)
            return true;
        if (const auto network = QHostAddress::parseSubnet(entry);
            entry.contains(u'/') && network.second >= 0)
            return QHostAddress(host).isInSubnet(network);
        const qsizetype colon = entry.lastIndexOf(u':');
        if (colon > 0 && entry.count(u':') == 1) {
            if (entry.mid(colon + 1).toInt() != portOf(url))
                return false;
            entry.truncate(colon);
        }
        if (entry.startsWith(u"*."_s))
            entry.remove(0, 1);
        if (entry.startsWith(u'.'))
            entry.remove(0, 1);
        return !entry.isEmpty()
            && (host.compare(entry, Qt::CaseInsensitive) == 0
                || host.endsWith(u'.' + entry, Qt::CaseInsensitive));
    }

} // namespace

EnvironmentProxies::EnvironmentProxies(const QProcessEnvironment& environment)
    : m_http(proxyUrl(variableOf(environment, u"http_proxy"_s)))
    , m_https(proxyUrl(variableOf(environment, u"https_proxy"_s)))
{
    const QUrl all = proxyUrl(variableOf(environment, u"all_proxy"_s));
    if (m_http.isEmpty())
        m_http = all;
    if (m_https.isEmpty())
        m_https = all;
    for (const QString& entry :
         variableOf(environment, u"no_proxy"_s).split(u',', Qt::SkipEmptyParts))
        m_direct << entry.trimmed();
}

bool EnvironmentProxies::isDirect(const QUrl& url) const
{
    if (isThisMachine(url.host()))
        return true;
    for (const QString& entry : m_direct)
        if (isMeant(entry, url))
            return true;
    return false;
}

QNetworkProxy EnvironmentProxies::proxyFor(const QUrl& url) const
{
    constexpr int kUsualProxyPort = 1080;
    const QUrl& proxy = url.scheme() == u"https"_s ? m_https : m_http;
    if (proxy.isEmpty() || isDirect(url))
        return QNetworkProxy(QNetworkProxy::NoProxy);
    const bool isSocks = proxy.scheme().startsWith(u"socks"_s);
    return {isSocks ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy,
            proxy.host(),
            static_cast<quint16>(isSocks ? proxy.port(kUsualProxyPort) : portOf(proxy)),
            proxy.userName(QUrl::FullyDecoded),
            proxy.password(QUrl::FullyDecoded)};
}

QList<QNetworkProxy> EnvironmentProxies::queryProxy(const QNetworkProxyQuery& query)
{
    return {proxyFor(query.url())};
}

} // namespace engine
