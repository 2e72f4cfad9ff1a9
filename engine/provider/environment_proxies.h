#pragma once

#include <QNetworkProxyFactory>
#include <QProcessEnvironment>
#include <QUrl>

namespace engine {

/// Which proxy leads to an address, as the variables http_proxy, https_proxy, all_proxy and
/// no_proxy say (lower case before upper case). This machine itself is never reached by a proxy.
class EnvironmentProxies : public QNetworkProxyFactory
{
public:
    explicit EnvironmentProxies(const QProcessEnvironment& environment);

    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery& query) override;

    [[nodiscard]] QNetworkProxy proxyFor(const QUrl& url) const;

private:
    [[nodiscard]] bool isDirect(const QUrl& url) const;

    QUrl m_http;
    QUrl m_https;
    QStringList m_direct;
};

} // namespace engine
