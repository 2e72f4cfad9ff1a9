#include "engine/provider/environment_proxies.h"

#include <QTest>

using engine::EnvironmentProxies;
using namespace Qt::StringLiterals;

class TestEnvironmentProxies : public QObject
{
    Q_OBJECT

private slots:
    void theSchemeChoosesTheProxy_data();
    void theSchemeChoosesTheProxy();
    void exceptionsGoDirectly_data();
    void exceptionsGoDirectly();
};

namespace {

/// `type host port`, or `direct`.
QString textOf(const QNetworkProxy& proxy)
{
    if (proxy.type() == QNetworkProxy::NoProxy)
        return u"direct"_s;
    const bool isSocks = proxy.type() == QNetworkProxy::Socks5Proxy;
    return (isSocks ? u"socks "_s : u"http "_s) + proxy.hostName() + u' '
        + QString::number(proxy.port())
        + (proxy.user().isEmpty() ? u""_s : u" as "_s + proxy.user());
}

QProcessEnvironment environmentOf(const QStringList& assignments)
{
    QProcessEnvironment environment;
    for (const QString& assignment : assignments)
        environment.insert(assignment.section(u'=', 0, 0), assignment.section(u'=', 1));
    return environment;
}

} // namespace

void TestEnvironmentProxies::theSchemeChoosesTheProxy_data()
{
    QTest::addColumn<QStringList>("variables");
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("proxy");
    const QString https = u"https://api.example/v1"_s;
    const QString http = u"http://api.example/v1"_s;
    QTest::newRow("none") << QStringList() << https << u"direct"_s;
    QTest::newRow("https") << QStringList {u"https_proxy=http://p.example:3128"_s} << https
                           << u"http p.example 3128"_s;
    QTest::newRow("the other scheme")
        << QStringList {u"https_proxy=http://p.example:3128"_s} << http << u"direct"_s;
    QTest::newRow("http") << QStringList {u"http_proxy=p.example:8080"_s} << http
                          << u"http p.example 8080"_s;
    QTest::newRow("upper case") << QStringList {u"HTTPS_PROXY=http://p.example"_s} << https
                                << u"http p.example 80"_s;
    QTest::newRow("lower case goes first")
        << QStringList {u"HTTPS_PROXY=http://a.example:1"_s, u"https_proxy=http://b.example:2"_s}
        << https << u"http b.example 2"_s;
    QTest::newRow("all") << QStringList {u"ALL_PROXY=socks5://s.example"_s} << https
                         << u"socks s.example 1080"_s;
    QTest::newRow("with a user") << QStringList {u"https_proxy=http://me:pw@p.example:1"_s} << https
                                 << u"http p.example 1 as me"_s;
    QTest::newRow("nonsense") << QStringList {u"https_proxy=http://"_s} << https << u"direct"_s;
    for (const QString& here : {u"localhost"_s, u"127.0.0.1"_s, u"[::1]"_s, u"my.localhost"_s})
        QTest::newRow(qPrintable(here)) << QStringList {u"http_proxy=p.example:1"_s}
                                        << u"http://"_s + here + u":8080/v1"_s << u"direct"_s;
}

void TestEnvironmentProxies::theSchemeChoosesTheProxy()
{
    QFETCH(QStringList, variables);
    QFETCH(QString, url);
    QFETCH(QString, proxy);
    EnvironmentProxies proxies(environmentOf(variables));
    QCOMPARE(textOf(proxies.proxyFor(QUrl(url))), proxy);
    const auto asked = proxies.queryProxy(QNetworkProxyQuery(QUrl(url)));
    QCOMPARE(asked.size(), 1);
    QCOMPARE(textOf(asked.first()), proxy);
}

void TestEnvironmentProxies::exceptionsGoDirectly_data()
{
    QTest::addColumn<QString>("exceptions");
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("isDirect");
    const auto row = [](const char* exceptions, const char* host, bool isDirect) {
        QTest::addRow("%s for %s", exceptions, host)
            << QString::fromLatin1(exceptions) << QString::fromLatin1(host) << isDirect;
    };
    row("*", "api.example", true);
    row("api.example", "api.example", true);
    row("API.example", "api.example", true);
    row("example", "api.example", true);
    row(".example", "api.example", true);
    row("*.example", "api.example", true);
    row("ample", "api.example", false);
    row("pi.example", "api.example", false);
    row("other, api.example", "api.example", true);
    row("api.example:443", "api.example", true);
    row("api.example:8443", "api.example", false);
    row("10.0.0.0/8", "10.1.2.3", true);
    row("10.0.0.0/8", "11.1.2.3", false);
    row("10.0.0.0/8", "api.example", false);
    row("10.1.2.3", "10.1.2.3", true);
    row(" , ,", "api.example", false);
}

void TestEnvironmentProxies::exceptionsGoDirectly()
{
    QFETCH(QString, exceptions);
    QFETCH(QString, host);
    QFETCH(bool, isDirect);
    const EnvironmentProxies proxies(
        environmentOf({u"https_proxy=http://p.example:1"_s, u"no_proxy="_s + exceptions}));
    const QNetworkProxy proxy = proxies.proxyFor(QUrl(u"https://"_s + host + u"/v1"_s));
    QCOMPARE(textOf(proxy), isDirect ? u"direct"_s : u"http p.example 1"_s);
}

QTEST_GUILESS_MAIN(TestEnvironmentProxies)
#include "tst_environment_proxies.moc"
