#include "engine/runtime/connection_check.h"
#include "engine/runtime/local_engine.h"
#include "tests/engine/run_samples.h"
#include "tests/support/fake_key_vault.h"
#include "tests/support/model_server.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTcpServer>

using namespace engine;
using namespace tests;
using namespace Qt::StringLiterals;
using Level = ConnectionFinding::Level;

namespace {

constexpr const char* kKey = "sk-planted-check-0123456789";

json agentOf(json provider)
{
    provider["name"] = "p";
    return {{"name", "tester"},
            {"providers", {provider}},
            {"model", {{"provider", "p"}, {"model", "small"}}},
            {"policies", {{"fallback", {{"models", {{{"provider", "p"}, {"model", "large"}}}}}}}}};
}

/// What a test of a connection said, a line each: `good: ...`.
QString told(const ConnectionReport& report)
{
    QStringList lines;
    for (const ConnectionFinding& finding : report.findings) {
        const char* level = finding.level == Level::Good ? "good"
            : finding.level == Level::Note               ? "note"
            : finding.level == Level::Doubt              ? "doubt"
                                                         : "bad";
        lines << QString::fromLatin1(level) + u": "_s + QString::fromStdString(finding.text);
    }
    return lines.join(u'\n');
}

} // namespace

/// Testing the connection to what a configuration names.
class TestConnectionCheck : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aListOfModelsTellsAll_data();
    void aListOfModelsTellsAll();
    void aModelThatIsNotListedIsDoubtedAndAskedOnRequest();
    void aServerWithoutAListIsAskedOnRequest();
    void aWrongKeyIsTold();
    void aMissingKeyIsTold();
    void aKeyOfTheStoreIsUsed();
    void aModelThatIsRefusedIsTold();
    void whatIsNotThereIsTold_data();
    void whatIsNotThereIsTold();
    void silenceIsCancelled();
    void aScriptSaysThatItIsOne();
    void aServerOfToolsTellsItsTools();
    void aServerThatDoesNotStartShowsWhatItSaid();
    void aTextThatIsWrongIsTold();
    void theServiceTellsAndCancels();

private:
    ConnectionRequest requestOf(const json& agent, bool isServer = false) const
    {
        ConnectionRequest request;
        request.text = QString::fromStdString(agent.dump());
        request.folder = QString::fromStdString(m_folder->path().string());
        request.name = isServer ? u"stub"_s : u"p"_s;
        request.isServer = isServer;
        return request;
    }

    ConnectionReport check(const ConnectionRequest& request)
    {
        ConnectionCheck check(
            request, {m_clock, m_random, SampleRun::prices(), &SampleRun::variable, {}, &m_vault});
        check.start();
        if (!QTest::qWaitFor([&] { return check.report().isOver; }, 20'000))
            qWarning("it did not come to an end");
        return check.report();
    }

    std::unique_ptr<ModelServer> serve(const QStringList& models, const QByteArray& key = {})
    {
        auto server = std::make_unique<ModelServer>(
            [](const ServedRequest&) { return textAnswer("Yes."); });
        ServedStyle style;
        if (!models.isEmpty())
            style.models = models;
        style.key = key;
        server->setStyle(style);
        if (!server->listen())
            qFatal("no port is to be had");
        return server;
    }

    json providerOf(const ModelServer& server, const char* kind = "openai-chat") const
    {
        return {{"kind", kind}, {"baseUrl", server.baseUrl()}, {"keyVariable", "KYMO_TEST_CHECK"}};
    }

    SystemClock m_clock;
    SystemRandom m_random;
    FakeKeyVault m_vault;
    std::unique_ptr<TemporaryFolder> m_folder;
};

void TestConnectionCheck::init()
{
    m_folder = std::make_unique<TemporaryFolder>();
    qputenv("KYMO_TEST_CHECK", kKey);
}

void TestConnectionCheck::cleanup()
{
    qunsetenv("KYMO_TEST_CHECK");
    m_vault.keys.clear();
}

void TestConnectionCheck::aListOfModelsTellsAll_data()
{
    QTest::addColumn<QByteArray>("kind");
    for (const char* kind : {"openai-chat", "openai-responses", "anthropic"})
        QTest::newRow(kind) << QByteArray(kind);
}

void TestConnectionCheck::aListOfModelsTellsAll()
{
    QFETCH(const QByteArray, kind);
    const auto server = serve({u"small"_s, u"large"_s}, kKey);
    const ConnectionReport report
        = check(requestOf(agentOf(providerOf(*server, kind.constData()))));
    QVERIFY(report.isOver);
    const QString text = told(report);
    QVERIFY2(text.startsWith(u"note: Asks http://127.0.0.1:"), qPrintable(text));
    QVERIFY(text.contains(u"which costs nothing"));
    QVERIFY2(text.contains(QRegularExpression(u"good: It answers, within [0-9]+ ms"_s)),
             qPrintable(text));
    QVERIFY(text.contains(u"good: The key KYMO_TEST_CHECK was not refused."));
    QVERIFY(text.contains(u"good: It has the model small."));
    QVERIFY(text.contains(u"good: It has the model large."));
    QVERIFY(!text.contains(u"bad:") && !text.contains(u"doubt:"));
    QVERIFY(report.askedModel.empty());
    QVERIFY(!text.contains(QString::fromLatin1(kKey)));
    // One request, and no model was asked.
    QCOMPARE(server->requests().size(), 1);
    QCOMPARE(server->requests().front().method, "GET");
}

void TestConnectionCheck::aModelThatIsNotListedIsDoubtedAndAskedOnRequest()
{
    const auto server = serve({u"large"_s, u"smaller"_s});
    ConnectionRequest request = requestOf(agentOf(providerOf(*server)));
    ConnectionReport report = check(request);
    QString text = told(report);
    QVERIFY2(text.contains(u"doubt: The model small is not in its list of 2; the most similar are "
                           u"smaller"),
             qPrintable(text));
    QCOMPARE(report.askedModel, std::string("small"));
    QVERIFY(report.askedTokens > 0 && report.askedTokens <= 16);
    QVERIFY(report.askCost && *report.askCost > 0 && *report.askCost < 0.001);
    request.asksModel = true;
    request.model = u"small"_s;
    report = check(request);
    text = told(report);
    QVERIFY2(text.contains(u"good: The model answers, within "), qPrintable(text));
    QVERIFY(text.contains(u"good: The key KYMO_TEST_CHECK is accepted."));
    const ServedRequest& asked = server->requests().back();
    QCOMPARE(asked.chat.model, std::string("small"));
    QVERIFY(asked.body.contains("\"max_tokens\":16"));
}

void TestConnectionCheck::aServerWithoutAListIsAskedOnRequest()
{
    const auto server = serve({});
    const ConnectionReport report = check(requestOf(agentOf(providerOf(*server))));
    const QString text = told(report);
    QVERIFY2(text.contains(u"good: It answers, within "), qPrintable(text));
    QVERIFY(text.contains(u"doubt: It has no list of models there"));
    QCOMPARE(report.askedModel, std::string("small"));
    QCOMPARE(server->requests().size(), 0);
}

void TestConnectionCheck::aWrongKeyIsTold()
{
    const auto server = serve({u"small"_s}, "another");
    const QString text = told(check(requestOf(agentOf(providerOf(*server)))));
    QVERIFY2(text.contains(u"good: The server is reached."), qPrintable(text));
    QVERIFY2(
        text.contains(u"bad: It does not accept the key KYMO_TEST_CHECK: Wrong key. (HTTP 401)"),
        qPrintable(text));
    json keyless = providerOf(*server);
    keyless.erase("keyVariable");
    const QString without = told(check(requestOf(agentOf(keyless))));
    QVERIFY2(without.contains(u"It wants a key, and the configuration names none"),
             qPrintable(without));
}

void TestConnectionCheck::aMissingKeyIsTold()
{
    qunsetenv("KYMO_TEST_CHECK");
    const auto server = serve({u"small"_s});
    const QString text = told(check(requestOf(agentOf(providerOf(*server)))));
    QVERIFY2(text.startsWith(u"bad: Provider `p`: The environment variable KYMO_TEST_CHECK is not"),
             qPrintable(text));
    QCOMPARE(server->requests().size(), 0);
}

void TestConnectionCheck::aKeyOfTheStoreIsUsed()
{
    qunsetenv("KYMO_TEST_CHECK");
    m_vault.keys["KYMO_TEST_CHECK"] = kKey;
    const auto server = serve({u"small"_s, u"large"_s}, kKey);
    const QString text = told(check(requestOf(agentOf(providerOf(*server)))));
    QVERIFY2(text.contains(u"good: It has the model small."), qPrintable(text));
    QVERIFY(!text.contains(QString::fromLatin1(kKey)));
}

void TestConnectionCheck::aModelThatIsRefusedIsTold()
{
    ModelServer server([](const ServedRequest&) { return refusal(404); });
    QVERIFY(server.listen());
    ConnectionRequest request = requestOf(agentOf(providerOf(server)));
    request.asksModel = true;
    const QString text = told(check(request));
    QVERIFY2(text.contains(u"good: The server is reached."), qPrintable(text));
    QVERIFY2(text.contains(u"(HTTP 404)"), qPrintable(text));
    QCOMPARE(server.requests().size(), 1);
}

void TestConnectionCheck::whatIsNotThereIsTold_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("expected");
    QTcpServer closed;
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    const QString port = QString::number(closed.serverPort());
    QTest::newRow("refused") << QString(u"http://127.0.0.1:%1/v1"_s.arg(port))
                             << u"bad: Nothing answers at 127.0.0.1"_s;
    QTest::newRow("name") << u"http://no-such-host.invalid/v1"_s << u"no-such-host.invalid"_s;
    QTest::newRow("address") << u"ftp://127.0.0.1"_s << u"bad: Provider `p`: The base address"_s;
}

void TestConnectionCheck::whatIsNotThereIsTold()
{
    QFETCH(const QString, address);
    QFETCH(const QString, expected);
    const json agent = agentOf({{"kind", "openai-chat"}, {"baseUrl", address.toStdString()}});
    const QString text = told(check(requestOf(agent)));
    QVERIFY2(text.contains(expected), qPrintable(text));
    QVERIFY2(text.contains(u"bad: "), qPrintable(text));
}

void TestConnectionCheck::silenceIsCancelled()
{
    const auto server = serve({u"small"_s});
    ServedStyle style;
    style.isMute = true;
    server->setStyle(style);
    ConnectionCheck check(requestOf(agentOf(providerOf(*server))),
                          {m_clock, m_random, nullptr, &SampleRun::variable});
    const QSignalSpy reported(&check, &ConnectionCheck::reported);
    check.start();
    QTRY_COMPARE(server->connectionCount(), 1);
    QVERIFY(!check.report().isOver);
    QVERIFY(reported.count() >= 1); // what is being done is told before it is
    QElapsedTimer clock;
    clock.start();
    check.cancel();
    QVERIFY(check.report().isOver);
    QVERIFY(told(check.report()).endsWith(u"The test was stopped."));
    QVERIFY(clock.elapsed() < 1000);
}

void TestConnectionCheck::aScriptSaysThatItIsOne()
{
    writeFile(m_folder->file("s.json"), sayScript("Hello.").dump());
    const json agent = agentOf({{"kind", "script"}, {"script", "s.json"}});
    const QString text = told(check(requestOf(agent)));
    QVERIFY2(text.startsWith(u"good: This is a script"), qPrintable(text));
    QVERIFY(text.contains(u"No model is asked"));
    writeFile(m_folder->file("s.json"), "{");
    const QString broken = told(check(requestOf(agent)));
    QVERIFY2(broken.startsWith(u"bad: Provider `p`: "), qPrintable(broken));
}

void TestConnectionCheck::aServerOfToolsTellsItsTools()
{
    json agent = scriptedAgent();
    agent["servers"] = {{{"name", "stub"}, {"command", {KYMO_MCP_STUB, "2025-11-25"}}}};
    const QString text = told(check(requestOf(agent, true)));
    QVERIFY2(text.contains(QRegularExpression(u"good: It is ready, within [0-9]+ ms"_s)),
             qPrintable(text));
    QVERIFY2(text.contains(QRegularExpression(u"good: [0-9]+ tools: .*echo"_s)), qPrintable(text));
}

void TestConnectionCheck::aServerThatDoesNotStartShowsWhatItSaid()
{
    json agent = scriptedAgent();
    agent["servers"] = {{{"name", "stub"}, {"command", {"kymo-no-such-program"}}}};
    const QString none = told(check(requestOf(agent, true)));
    QVERIFY2(none.contains(u"there is no program `kymo-no-such-program`"), qPrintable(none));
    // One that only crashes is started again some times; nobody has to wait for that.
    agent["servers"][0]["command"] = {KYMO_MCP_STUB, "2025-11-25", "crash-at-start"};
    ConnectionCheck check(requestOf(agent, true),
                          {m_clock, m_random, nullptr, &SampleRun::variable});
    check.start();
    QTest::qWait(300);
    QVERIFY(!check.report().isOver);
    check.cancel();
    QVERIFY2(told(check.report()).contains(u"stub is ready"), qPrintable(told(check.report())));
}

void TestConnectionCheck::aTextThatIsWrongIsTold()
{
    json agent = agentOf({{"kind", "openai-chat"}});
    agent["pattern"] = "reakt";
    QVERIFY(told(check(requestOf(agent))).startsWith(u"bad: The configuration cannot be read: "));
    ConnectionRequest other = requestOf(agentOf({{"kind", "openai-chat"}}));
    other.name = u"q"_s;
    QCOMPARE(told(check(other)), u"bad: The configuration has none of that name."_s);
}

void TestConnectionCheck::theServiceTellsAndCancels()
{
    const auto server = serve({u"small"_s, u"large"_s});
    LocalEngine local(nullptr);
    std::map<CheckId, ConnectionReport> reports;
    connect(&local, &EngineService::connectionChecked, this, [&](const ConnectionReport& report) {
        reports[report.check] = report;
    });
    const CheckId first = local.checkConnection(requestOf(agentOf(providerOf(*server))));
    QTRY_VERIFY(reports.contains(first) && reports[first].isOver);
    QVERIFY2(told(reports[first]).contains(u"It has the model small."),
             qPrintable(told(reports[first])));
    ServedStyle style;
    style.isMute = true;
    server->setStyle(style);
    const CheckId second = local.checkConnection(requestOf(agentOf(providerOf(*server))));
    QTRY_VERIFY(reports.contains(second));
    QVERIFY(!reports[second].isOver);
    local.cancelCheck(second);
    QTRY_VERIFY(reports[second].isOver);
    local.cancelCheck(second); // is over already
    local.cancelCheck(77);
}

QTEST_GUILESS_MAIN(TestConnectionCheck)

#include "tst_connection_check.moc"
