#include "engine/provider/http_provider.h"
#include "engine/provider/make_provider.h"
#include "tests/support/chat_samples.h"
#include "tests/support/manual_clock.h"
#include "tests/support/model_server.h"

#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using engine::CallHandlers;
using engine::ChatDelta;
using engine::Outcome;
using engine::OutcomeStatus;
using engine::ScriptedAnswer;
using engine::ScriptFault;
using namespace Qt::StringLiterals;
using namespace tracestore;

class TestHttpProvider : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void endPointsAreBehindTheBaseAddress_data();
    void endPointsAreBehindTheBaseAddress();
    void answersComeBack_data();
    void answersComeBack();
    void requestsHoldWhatTheServerNeeds_data();
    void requestsHoldWhatTheServerNeeds();
    void oneByteAtATimeChangesNothing_data();
    void oneByteAtATimeChangesNothing();
    void piecesComeAsTheyAreMade();
    void refusalsSayWhenToTryAgain_data();
    void refusalsSayWhenToTryAgain();
    void brokenAnswersAreErrors_data();
    void brokenAnswersAreErrors();
    void cancelledCallsKeepWhatCame();
    void abandonedCallsAreSilent();
    void callsMayBeDestroyedByWhoeverHearsOfThem();
    void silenceTimesOut();
    void aSlowAnswerIsNoSilence();
    void answersThatAreTooLargeAreGivenUp();
    void aStreamThatSaysItIsDoneIsDone_data();
    void aStreamThatSaysItIsDoneIsDone();
    void manyCallsGoTogether();
    void connectionsAreUsedAgain();
    void connectionsThatWereClosedAreOpenedAgain();
    void largeRequestsArriveWhole();
    void certificatesAreVerified();
    void redirectsAreNotFollowed();
    void proxiesAreHonoured();
    void noKeyIsInAnyMessage_data();
    void noKeyIsInAnyMessage();
};

namespace {

constexpr auto kKey = "sk-planted-0123456789abcdef";
QStringList s_log; // what the program said while a test ran

void keepLog(QtMsgType, const QMessageLogContext&, const QString& text)
{
    s_log << text;
}

QTestData& row(const QByteArray& name)
{
    return QTest::newRow(name.constData());
}

void addApis()
{
    QTest::addColumn<ModelApi>("api");
    QTest::addColumn<bool>("isStreamed");
    for (const bool isStreamed : {false, true}) {
        const QByteArray how = isStreamed ? ", streamed" : "";
        row("chat" + how) << ModelApi::OpenAiChat << isStreamed;
        row("responses" + how) << ModelApi::OpenAiResponses << isStreamed;
        row("anthropic" + how) << ModelApi::Anthropic << isStreamed;
    }
}

/// A server with a rule, and a provider that asks it.
struct Asked
{
    explicit Asked(tests::ModelServer::Rule rule, ModelApi api = ModelApi::OpenAiChat)
        : server(std::move(rule))
    {
        if (!server.listen())
            qFatal("no port");
        target.api = api;
        target.baseUrl = QUrl(QString::fromStdString(server.baseUrl()));
        target.key = engine::Secret(kKey);
    }

    void start(engine::ChatRequest request = tests::fullRequest(), bool isStreamed = true)
    {
        if (provider == nullptr)
            provider = std::make_unique<engine::HttpProvider>(target, clock, environment);
        request.isStreamed = isStreamed;
        call = provider->start(request,
                               {[this](const ChatDelta& delta) { deltas.push_back(delta); },
                                [this](Outcome told) { outcome = std::move(told); }});
    }

    const Outcome& wait()
    {
        if (!QTest::qWaitFor([this] { return outcome.has_value(); }, 5000))
            outcome = engine::failedOutcome(OutcomeStatus::Error, "test", "nothing came");
        return *outcome;
    }

    tests::ModelServer server;
    tests::ManualClock clock;
    QProcessEnvironment environment;
    engine::HttpTarget target;
    std::unique_ptr<engine::HttpProvider> provider;
    std::unique_ptr<engine::RunningCall> call;
    std::vector<ChatDelta> deltas;
    std::optional<Outcome> outcome;
};

ScriptedAnswer fullAnswer(const tests::ServedRequest& /*request*/)
{
    ScriptedAnswer answer;
    answer.response = tests::fullResponse();
    answer.pace.chunk = 6;
    return answer;
}

tests::ModelServer::Rule faultyRule(ScriptFault fault)
{
    return [fault](const tests::ServedRequest& request) {
        ScriptedAnswer answer = fullAnswer(request);
        answer.fault = fault;
        return answer;
    };
}

ScriptedAnswer slowAnswer(const tests::ServedRequest& request)
{
    ScriptedAnswer answer = fullAnswer(request);
    answer.pace.chunkDelay = {30'000'000};
    return answer;
}

std::string toldText(const std::vector<ChatDelta>& deltas)
{
    std::string text;
    for (const ChatDelta& delta : deltas)
        text += delta.text;
    return text;
}

} // namespace

void TestHttpProvider::initTestCase()
{
    qInstallMessageHandler(keepLog);
}

void TestHttpProvider::endPointsAreBehindTheBaseAddress_data()
{
    QTest::addColumn<ModelApi>("api");
    QTest::addColumn<QString>("base");
    QTest::addColumn<QString>("address");
    const auto rowOf = [](ModelApi api, const QString& base, const QString& address) {
        QTest::addRow("%s %d", qPrintable(base), int(api)) << api << base << address;
    };
    rowOf(ModelApi::OpenAiChat, u"http://h:1/v1"_s, u"http://h:1/v1/chat/completions"_s);
    rowOf(ModelApi::OpenAiChat, u"http://h:1/v1//"_s, u"http://h:1/v1/chat/completions"_s);
    rowOf(ModelApi::OpenAiChat,
          u"https://h/openai/d?api-version=2"_s,
          u"https://h/openai/d/chat/completions?api-version=2"_s);
    rowOf(ModelApi::OpenAiResponses, u"https://h/v1"_s, u"https://h/v1/responses"_s);
    rowOf(ModelApi::Anthropic, u"https://h"_s, u"https://h/v1/messages"_s);
    rowOf(ModelApi::Anthropic, u"https://h/"_s, u"https://h/v1/messages"_s);
    rowOf(ModelApi::Anthropic, u"https://h/v1"_s, u"https://h/v1/messages"_s);
    rowOf(ModelApi::Anthropic, u"https://h/a/anthropic"_s, u"https://h/a/anthropic/v1/messages"_s);
}

void TestHttpProvider::endPointsAreBehindTheBaseAddress()
{
    QFETCH(ModelApi, api);
    QFETCH(QString, base);
    QFETCH(QString, address);
    const tests::ManualClock clock;
    engine::HttpTarget target;
    target.api = api;
    target.baseUrl = QUrl(base);
    QCOMPARE(engine::HttpProvider(target, clock, {}).address().toString(), address);
}

void TestHttpProvider::answersComeBack_data()
{
    addApis();
}

void TestHttpProvider::answersComeBack()
{
    QFETCH(ModelApi, api);
    QFETCH(bool, isStreamed);
    Asked asked(fullAnswer, api);
    asked.clock.set({7'000'000'000});
    asked.start(tests::fullRequest(), isStreamed);
    QVERIFY(!asked.outcome);
    const Outcome& outcome = asked.wait();
    QVERIFY2(outcome.isOk(), outcome.error ? outcome.error->message.c_str() : "");
    QCOMPARE(outcome.origin, engine::OutcomeOrigin::Live);
    const auto expected = tests::fullResponse();
    QVERIFY(outcome.response->message.parts == expected.message.parts);
    QCOMPARE(outcome.response->id, expected.id);
    QVERIFY(outcome.response->usage->cacheRead == expected.usage->cacheRead);
    QVERIFY(outcome.response->usage->input == expected.usage->input);
    QVERIFY(!outcome.response->raw.empty());
    // What comes in one piece has no first token apart from its end.
    QCOMPARE(outcome.firstToken.has_value(), isStreamed);
    if (isStreamed)
        QVERIFY(*outcome.firstToken == (Timestamp {7'000'000'000}));
    QCOMPARE(toldText(asked.deltas), plainText(expected.message));
    QVERIFY(isStreamed ? asked.deltas.size() > 6 : asked.deltas.size() == 3);
}

void TestHttpProvider::requestsHoldWhatTheServerNeeds_data()
{
    addApis();
}

void TestHttpProvider::requestsHoldWhatTheServerNeeds()
{
    QFETCH(ModelApi, api);
    QFETCH(bool, isStreamed);
    Asked asked(fullAnswer, api);
    asked.start(tests::fullRequest(), isStreamed);
    QVERIFY(asked.wait().isOk());
    QCOMPARE(asked.server.requests().size(), 1);
    const tests::ServedRequest& request = asked.server.requests().first();
    const bool isAnthropic = api == ModelApi::Anthropic;
    QCOMPARE(request.headers.value("content-type"), QByteArray("application/json"));
    QCOMPARE(request.headers.value("x-api-key"), QByteArray(isAnthropic ? kKey : ""));
    QCOMPARE(request.headers.value("authorization"),
             isAnthropic ? QByteArray() : QByteArray("Bearer ") + kKey);
    QCOMPARE(request.headers.contains("anthropic-version"), isAnthropic);
    QCOMPARE(request.chat.isStreamed, isStreamed);
    QVERIFY(request.chat.tools == tests::fullRequest().tools);
    QVERIFY(request.chat.messages.messages()[2].parts
            == tests::fullRequest().messages.messages()[2].parts);
    QCOMPARE(request.target,
             isAnthropic                            ? QByteArray("/v1/messages")
                 : api == ModelApi::OpenAiResponses ? QByteArray("/v1/responses")
                                                    : QByteArray("/v1/chat/completions"));
}

void TestHttpProvider::oneByteAtATimeChangesNothing_data()
{
    addApis();
}

void TestHttpProvider::oneByteAtATimeChangesNothing()
{
    QFETCH(ModelApi, api);
    QFETCH(bool, isStreamed);
    Asked asked(fullAnswer, api);
    asked.server.setStyle({.cut = 1});
    asked.start(tests::fullRequest(), isStreamed);
    QVERIFY(asked.wait().isOk());
    QVERIFY(asked.outcome->response->message.parts == tests::fullResponse().message.parts);
    QCOMPARE(toldText(asked.deltas), plainText(tests::fullResponse().message));
}

void TestHttpProvider::piecesComeAsTheyAreMade()
{
    Asked asked(slowAnswer);
    asked.start();
    QTRY_VERIFY_WITH_TIMEOUT(asked.deltas.size() >= 2, 3000);
    QVERIFY(!asked.outcome);
    QVERIFY(asked.wait().isOk());
}

void TestHttpProvider::refusalsSayWhenToTryAgain_data()
{
    QTest::addColumn<ModelApi>("api");
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("isRetryable");
    for (const auto& [name, api] : {std::pair("chat", ModelApi::OpenAiChat),
                                    std::pair("responses", ModelApi::OpenAiResponses),
                                    std::pair("anthropic", ModelApi::Anthropic)}) {
        row(name + QByteArray(" 429")) << api << 429 << true;
        row(name + QByteArray(" 500")) << api << 500 << true;
        row(name + QByteArray(" 529")) << api << 529 << true;
        row(name + QByteArray(" 401")) << api << 401 << false;
        row(name + QByteArray(" 400")) << api << 400 << false;
    }
}

void TestHttpProvider::refusalsSayWhenToTryAgain()
{
    QFETCH(ModelApi, api);
    QFETCH(int, status);
    QFETCH(bool, isRetryable);
    Asked asked([&](const auto&) { return tests::refusal(status, Duration {3'000'000'000}); }, api);
    asked.start();
    const Outcome& outcome = asked.wait();
    QCOMPARE(outcome.status, OutcomeStatus::Error);
    QCOMPARE(outcome.error->type, std::to_string(status));
    QCOMPARE(outcome.error->message, std::string("Refused by the test."));
    QCOMPARE(outcome.error->isRetryable, std::optional(isRetryable));
    QVERIFY(outcome.retryAfter == (Duration {3'000'000'000}));
}

void TestHttpProvider::brokenAnswersAreErrors_data()
{
    QTest::addColumn<ModelApi>("api");
    QTest::addColumn<bool>("isStreamed");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("type");
    for (const auto& [name, api] : {std::pair("chat", ModelApi::OpenAiChat),
                                    std::pair("responses", ModelApi::OpenAiResponses),
                                    std::pair("anthropic", ModelApi::Anthropic)}) {
        for (const bool isStreamed : {false, true}) {
            const QByteArray how = isStreamed ? ", streamed" : "";
            row(name + how + " cut")
                << api << isStreamed << int(ScriptFault::Kind::Cut) << QByteArray("network");
            row(name + how + " malformed")
                << api << isStreamed << int(ScriptFault::Kind::Malformed) << QByteArray("protocol");
            row(name + how + " no connection")
                << api << isStreamed << int(ScriptFault::Kind::Network) << QByteArray("network");
        }
    }
}

void TestHttpProvider::brokenAnswersAreErrors()
{
    QFETCH(ModelApi, api);
    QFETCH(bool, isStreamed);
    QFETCH(int, kind);
    QFETCH(QByteArray, type);
    Asked asked(faultyRule({.kind = ScriptFault::Kind(kind), .after = 3}), api);
    asked.start(tests::fullRequest(), isStreamed);
    const Outcome& outcome = asked.wait();
    QCOMPARE(outcome.status, OutcomeStatus::Error);
    QCOMPARE(QByteArray::fromStdString(outcome.error->type), type);
    QVERIFY(outcome.error->message.ends_with('.'));
    // Whether to ask again is for those to decide who record it.
    QCOMPARE(asked.server.requests().size(), 1);
}

void TestHttpProvider::cancelledCallsKeepWhatCame()
{
    Asked asked(slowAnswer);
    asked.start();
    QTRY_VERIFY_WITH_TIMEOUT(asked.deltas.size() >= 2, 3000);
    asked.call->cancel();
    QVERIFY(!asked.outcome); // never from within
    const std::size_t told = asked.deltas.size();
    const Outcome& outcome = asked.wait();
    QCOMPARE(outcome.status, OutcomeStatus::Cancelled);
    QCOMPARE(outcome.text, toldText(asked.deltas));
    QVERIFY(!outcome.text.empty());
    QTRY_COMPARE_WITH_TIMEOUT(asked.server.abandonedCount(), 1, 2000);
    QCOMPARE(asked.deltas.size(), told);
}

void TestHttpProvider::abandonedCallsAreSilent()
{
    Asked asked(slowAnswer);
    asked.start();
    QTRY_VERIFY_WITH_TIMEOUT(!asked.deltas.empty(), 3000);
    asked.call.reset();
    const std::size_t told = asked.deltas.size();
    QTRY_COMPARE_WITH_TIMEOUT(asked.server.abandonedCount(), 1, 2000);
    QCOMPARE(asked.deltas.size(), told);
    QVERIFY(!asked.outcome);
}

void TestHttpProvider::callsMayBeDestroyedByWhoeverHearsOfThem()
{
    Asked asked(fullAnswer);
    asked.start();
    asked.wait(); // the provider is there
    asked.outcome.reset();
    int told = 0;
    std::unique_ptr<engine::RunningCall> call;
    engine::ChatRequest request = tests::fullRequest();
    request.isStreamed = true;
    call = asked.provider->start(request,
                                 {[&](const ChatDelta&) {
                                      ++told;
                                      call.reset();
                                  },
                                  [&](Outcome) { told += 1000; }});
    QTRY_COMPARE(told, 1);
    bool isDone = false;
    call = asked.provider->start(request, {{}, [&](Outcome) {
                                               call.reset();
                                               isDone = true;
                                           }});
    QTRY_VERIFY(isDone);
    QCOMPARE(told, 1);
}

void TestHttpProvider::silenceTimesOut()
{
    Asked asked(faultyRule({.kind = ScriptFault::Kind::Timeout}));
    asked.target.timeout = {200'000'000};
    asked.start();
    const Outcome& outcome = asked.wait();
    QCOMPARE(outcome.error->type, std::string("timeout"));
    QCOMPARE(outcome.error->isRetryable, std::optional(true));
}

void TestHttpProvider::aSlowAnswerIsNoSilence()
{
    Asked asked(slowAnswer);
    asked.target.timeout = {400'000'000};
    QElapsedTimer time;
    time.start();
    asked.start();
    QVERIFY(asked.wait().isOk());
    QVERIFY(time.elapsed() > 400); // the timeout is for silence, not for the whole
}

void TestHttpProvider::answersThatAreTooLargeAreGivenUp()
{
    Asked asked([](const auto&) { return tests::textAnswer(std::string(2U << 20U, 'x')); });
    asked.target.maxAnswerBytes = 1 << 20;
    asked.start(tests::fullRequest(), false);
    const Outcome& outcome = asked.wait();
    QCOMPARE(outcome.error->type, std::string("protocol"));
    QCOMPARE(outcome.error->message, std::string("The answer is larger than 1 MB."));
}

void TestHttpProvider::aStreamThatSaysItIsDoneIsDone_data()
{
    QTest::addColumn<ModelApi>("api");
    QTest::newRow("chat") << ModelApi::OpenAiChat;
    QTest::newRow("responses") << ModelApi::OpenAiResponses;
    QTest::newRow("anthropic") << ModelApi::Anthropic;
}

void TestHttpProvider::aStreamThatSaysItIsDoneIsDone()
{
    QFETCH(ModelApi, api);
    Asked asked(fullAnswer, api);
    asked.server.setStyle({.isUnendedStream = true});
    asked.start();
    QVERIFY(asked.wait().isOk());
    QVERIFY(asked.outcome->response->usage.has_value());
}

void TestHttpProvider::manyCallsGoTogether()
{
    // None is ever answered, and yet all are asked: no call waits for another.
    constexpr int kCalls = 20;
    Asked asked(faultyRule({.kind = ScriptFault::Kind::Timeout}));
    asked.start();
    std::vector<std::unique_ptr<engine::RunningCall>> calls;
    for (int i = 1; i < kCalls; ++i)
        calls.push_back(asked.provider->start(tests::fullRequest(), {}));
    QTRY_COMPARE(asked.server.requests().size(), kCalls);
    QVERIFY(!asked.outcome);
}

void TestHttpProvider::connectionsAreUsedAgain()
{
    Asked asked(fullAnswer);
    for (int i = 0; i < 5; ++i) {
        asked.outcome.reset();
        asked.start();
        QVERIFY(asked.wait().isOk());
        QTest::qWait(20);
    }
    QVERIFY(asked.server.connectionCount() < 5);
}

void TestHttpProvider::connectionsThatWereClosedAreOpenedAgain()
{
    Asked asked(fullAnswer);
    asked.server.setStyle({.isClosedBehind = true});
    for (int i = 1; i <= 4; ++i) {
        asked.outcome.reset();
        asked.start();
        QVERIFY2(asked.wait().isOk(),
                 asked.outcome->error ? asked.outcome->error->message.c_str() : "");
        QTest::qWait(20); // the server has closed by now
        QCOMPARE(asked.server.requests().size(), i);
    }
}

void TestHttpProvider::largeRequestsArriveWhole()
{
    Asked asked(fullAnswer);
    engine::ChatRequest request = tests::fullRequest();
    std::string text;
    for (int i = 0; text.size() < (1U << 20U); ++i)
        text += std::to_string(i) + ' ';
    request.messages = request.messages.with({.role = Role::User, .parts = {TextPart {text}}});
    asked.start(request);
    QVERIFY(asked.wait().isOk());
    QVERIFY(plainText(asked.server.requests().first().chat.messages.last()) == text);
}

void TestHttpProvider::certificatesAreVerified()
{
    const QString openssl = QStandardPaths::findExecutable(u"openssl"_s);
    if (openssl.isEmpty())
        QSKIP("openssl is not on this machine: no certificate can be made");
    const QTemporaryDir folder;
    const QString key = folder.filePath(u"key.pem"_s);
    const QString certificate = folder.filePath(u"certificate.pem"_s);
    QProcess make;
    make.start(openssl,
               {u"req"_s,
                u"-x509"_s,
                u"-newkey"_s,
                u"rsa:2048"_s,
                u"-nodes"_s,
                u"-subj"_s,
                u"/CN=localhost"_s,
                u"-addext"_s,
                u"subjectAltName=DNS:localhost,IP:127.0.0.1"_s,
                u"-keyout"_s,
                key,
                u"-out"_s,
                certificate});
    QVERIFY(make.waitForFinished() && make.exitCode() == 0);
    QFile keyFile(key);
    QVERIFY(keyFile.open(QIODevice::ReadOnly));
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setPrivateKey(QSslKey(&keyFile, QSsl::Rsa));
    configuration.setLocalCertificateChain(QSslCertificate::fromPath(certificate));
    QSslServer server;
    server.setSslConfiguration(configuration);
    QByteArray heard;
    connect(&server, &QSslServer::pendingConnectionAvailable, this, [&] {
        QTcpSocket* socket = server.nextPendingConnection();
        const auto hear = [&heard, socket] { heard += socket->readAll(); };
        connect(socket, &QTcpSocket::readyRead, this, hear);
        hear(); // what came with the handshake
    });
    QVERIFY(server.listen(QHostAddress::LocalHost));
    Asked asked(fullAnswer);
    asked.target.baseUrl = QUrl(u"https://127.0.0.1:%1/v1"_s.arg(server.serverPort()));
    asked.start();
    const Outcome& outcome = asked.wait();
    QCOMPARE(outcome.error->type, std::string("network"));
    QCOMPARE(outcome.error->isRetryable, std::optional(false));
    QVERIFY2(outcome.error->message.find("certificate") != std::string::npos,
             outcome.error->message.c_str());
    QVERIFY(!heard.contains(kKey));
    // Trusted, the same server is asked: it was the certificate.
    QSslConfiguration trusting = QSslConfiguration::defaultConfiguration();
    const QSslConfiguration usual = trusting;
    trusting.setCaCertificates(configuration.localCertificateChain());
    QSslConfiguration::setDefaultConfiguration(trusting);
    asked.provider.reset();
    asked.outcome.reset();
    asked.start();
    QTRY_VERIFY2(heard.contains(kKey),
                 asked.outcome ? asked.outcome->error->message.c_str() : "nothing was heard");
    asked.call.reset();
    QSslConfiguration::setDefaultConfiguration(usual);
}

void TestHttpProvider::redirectsAreNotFollowed()
{
    Asked asked([](const auto&) { return tests::refusal(307); });
    asked.start();
    const Outcome& outcome = asked.wait();
    QCOMPARE(outcome.error->type, std::string("307"));
    QCOMPARE(outcome.error->isRetryable, std::optional(false));
    QCOMPARE(asked.server.requests().size(), 1);
}

void TestHttpProvider::proxiesAreHonoured()
{
    // The test server stands in for the proxy: it is asked for a whole address.
    Asked asked(fullAnswer);
    asked.environment.insert(u"http_proxy"_s, u"http://127.0.0.1:%1"_s.arg(asked.server.port()));
    asked.target.baseUrl = QUrl(u"http://model.invalid/v1"_s);
    asked.start();
    QVERIFY2(asked.wait().isOk(), "not through the proxy");
    QCOMPARE(asked.server.requests().first().target,
             QByteArray("http://model.invalid/v1/chat/completions"));
}

void TestHttpProvider::noKeyIsInAnyMessage_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("status");
    QTest::newRow("the server repeats it") << int(ScriptFault::Kind::Status) << 401;
    QTest::newRow("server error") << int(ScriptFault::Kind::Status) << 500;
    QTest::newRow("cut") << int(ScriptFault::Kind::Cut) << 0;
    QTest::newRow("no connection") << int(ScriptFault::Kind::Network) << 0;
    QTest::newRow("timeout") << int(ScriptFault::Kind::Timeout) << 0;
}

void TestHttpProvider::noKeyIsInAnyMessage()
{
    QFETCH(int, kind);
    QFETCH(int, status);
    s_log.clear();
    const std::string said = std::string("Incorrect API key provided: ") + kKey + "!";
    Asked asked(faultyRule({.kind = ScriptFault::Kind(kind), .status = status, .message = said}));
    asked.target.timeout = {200'000'000};
    asked.start();
    const Outcome& outcome = asked.wait();
    QCOMPARE(outcome.status, OutcomeStatus::Error);
    // The key did go over the line: what follows could find it.
    QCOMPARE(asked.server.requests().first().headers.value("authorization"),
             QByteArray("Bearer ") + kKey);
    QVERIFY(outcome.error->message.find(kKey) == std::string::npos);
    if (status == 401)
        QCOMPARE(outcome.error->message, std::string("Incorrect API key provided: ***!"));
    QVERIFY(outcome.error->type.find(kKey) == std::string::npos);
    QVERIFY(!s_log.join(u'\n').contains(QLatin1StringView(kKey)));
}

QTEST_GUILESS_MAIN(TestHttpProvider)
#include "tst_http_provider.moc"
