#include "engine/provider/make_provider.h"
#include "engine/provider/scripted_provider.h"
#include "tests/support/manual_clock.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using engine::ChatDelta;
using engine::Outcome;
using engine::OutcomeStatus;
using engine::ProviderConfig;
using engine::ProviderKind;
using namespace Qt::StringLiterals;
using namespace tracestore;

class TestScriptedProvider : public QObject
{
    Q_OBJECT

private slots:
    void answersComeFromTheEventLoop();
    void piecesFollowThePace();
    void faultsLookLikeThoseOfProviders_data();
    void faultsLookLikeThoseOfProviders();
    void cancelledCallsKeepWhatCame();
    void callsMayBeDestroyedByWhoeverHearsOfThem();
    void withoutDelayItIsFast();
    void providersAreMadeOfConfigurations();
    void whatIsMissingIsNamed_data();
    void whatIsMissingIsNamed();
};

namespace {

struct Run
{
    explicit Run(const char* text)
    {
        auto script = engine::Script::parse(text, "test.script.json");
        if (!script)
            qFatal("%s", script.error().message.c_str());
        provider = std::make_unique<engine::ScriptedProvider>(std::move(*script), clock);
    }

    void start(bool isStreamed = true)
    {
        engine::ChatRequest request;
        request.isStreamed = isStreamed;
        request.messages = MessageChain().with({.role = Role::User, .parts = {TextPart {"Hi"}}});
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

    tests::ManualClock clock;
    std::unique_ptr<engine::ScriptedProvider> provider;
    std::unique_ptr<engine::RunningCall> call;
    std::vector<ChatDelta> deltas;
    std::optional<Outcome> outcome;
};

} // namespace

void TestScriptedProvider::answersComeFromTheEventLoop()
{
    Run run(R"({"rules": [{"name": "greet", "answer": {"reasoning": "Hm.", "text": "Hello you",
        "calls": {"name": "look", "arguments": {"a": 1}}}, "pace": {"chunk": 4}}]})");
    run.clock.set({5});
    QVERIFY(run.provider->origin() == engine::OutcomeOrigin::Script);
    run.start();
    QVERIFY(!run.outcome && run.deltas.empty());
    const Outcome& outcome = run.wait();
    QVERIFY(outcome.isOk());
    QVERIFY(outcome.origin == engine::OutcomeOrigin::Script);
    QCOMPARE(outcome.note, std::string("greet"));
    QVERIFY(outcome.firstToken == (Timestamp {5}));
    QCOMPARE(outcome.response->message.parts.size(), 3U);
    QCOMPARE(run.deltas.size(), 7U); // 1 of reasoning, 3 of text, a call and 2 of its arguments
    QCOMPARE(run.deltas[1].text, std::string("Hell"));
    QCOMPARE(run.deltas[4].toolCall, std::string("look"));
    run.outcome.reset();
    run.deltas.clear();
    run.start(false);
    QVERIFY(run.wait().isOk());
    QCOMPARE(run.deltas.size(), 3U);
    QVERIFY(!run.outcome->firstToken);
}

void TestScriptedProvider::piecesFollowThePace()
{
    Run run(R"({"pace": {"delayMs": 40, "chunkDelayMs": 20, "chunk": 2},
        "rules": [{"answer": {"text": "12345678"}}]})");
    QElapsedTimer time;
    std::vector<qint64> times;
    time.start();
    engine::ChatRequest request;
    run.call = run.provider->start(request,
                                   {[&](const ChatDelta&) { times.push_back(time.elapsed()); },
                                    [&](Outcome told) { run.outcome = std::move(told); }});
    QVERIFY(run.wait().isOk());
    QCOMPARE(times.size(), 4U);
    for (std::size_t i = 0; i < times.size(); ++i)
        QVERIFY2(times[i] >= 39 + 19 * static_cast<qint64>(i), "too early");
}

void TestScriptedProvider::faultsLookLikeThoseOfProviders_data()
{
    QTest::addColumn<QByteArray>("fault");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<bool>("isRetryable");
    QTest::addColumn<QByteArray>("told");
    const auto row
        = [](const char* fault, const char* type, bool isRetryable, const char* told = "") {
              QTest::newRow(fault)
                  << QByteArray(fault) << QByteArray(type) << isRetryable << QByteArray(told);
          };
    row(R"({"status": 429, "retryAfter": 1.5})", "429", true);
    row(R"({"status": 401})", "401", false);
    row(R"({"kind": "cut", "after": 6})", "network", true, "123456");
    row(R"({"kind": "malformed", "after": 2})", "protocol", true, "12");
    row(R"({"kind": "timeout"})", "timeout", true);
    row(R"({"kind": "network"})", "network", true);
    row(R"({"kind": "empty"})", "", false);
}

void TestScriptedProvider::faultsLookLikeThoseOfProviders()
{
    QFETCH(QByteArray, fault);
    QFETCH(QByteArray, type);
    QFETCH(bool, isRetryable);
    QFETCH(QByteArray, told);
    const QByteArray text = R"({"pace": {"chunk": 2}, "rules": [{"answer": {"text": "12345678"},
        "fault": )"
        + fault + "}]}";
    Run run(text.constData());
    run.start();
    const Outcome& outcome = run.wait();
    std::string pieces;
    for (const ChatDelta& delta : run.deltas)
        pieces += delta.text;
    QCOMPARE(QByteArray::fromStdString(pieces), told);
    QVERIFY(outcome.origin == engine::OutcomeOrigin::Script);
    if (type.isEmpty()) {
        QVERIFY(outcome.isOk() && outcome.response->message.parts.empty());
        return;
    }
    QCOMPARE(outcome.status, OutcomeStatus::Error);
    QCOMPARE(QByteArray::fromStdString(outcome.error->type), type);
    QCOMPARE(outcome.error->isRetryable, std::optional(isRetryable));
    QCOMPARE(outcome.retryAfter.has_value(), fault.contains("retryAfter"));
    if (outcome.retryAfter)
        QVERIFY(*outcome.retryAfter == (Duration {1'500'000'000}));
}

void TestScriptedProvider::cancelledCallsKeepWhatCame()
{
    Run run(R"({"pace": {"chunkDelayMs": 50, "chunk": 1}, "rules": [{"answer": {"text":
        "12345678"}}]})");
    run.start();
    QTRY_VERIFY(run.deltas.size() >= 2);
    run.call->cancel();
    QVERIFY(!run.outcome);
    const Outcome& outcome = run.wait();
    QCOMPARE(outcome.status, OutcomeStatus::Cancelled);
    QCOMPARE(outcome.text, std::string("12345678").substr(0, run.deltas.size()));
    // And one that waits for its first piece, or for nothing.
    Run late(R"({"pace": {"delayMs": 60000}, "rules": [{"answer": {"text": "x"}}]})");
    late.start();
    late.call->cancel();
    QCOMPARE(late.wait().status, OutcomeStatus::Cancelled);
    QVERIFY(late.deltas.empty());
}

void TestScriptedProvider::callsMayBeDestroyedByWhoeverHearsOfThem()
{
    Run run(R"({"pace": {"chunk": 1}, "rules": [{"answer": {"text": "123"}}]})");
    int told = 0;
    std::unique_ptr<engine::RunningCall> call;
    call = run.provider->start({},
                               {[&](const ChatDelta&) {
                                    ++told;
                                    call.reset();
                                },
                                [&](Outcome) { told += 100; }});
    QTRY_COMPARE(told, 1);
    call = run.provider->start({}, {{}, [&](Outcome) { call.reset(); }});
    QTRY_VERIFY(call == nullptr);
    QCOMPARE(told, 1);
}

void TestScriptedProvider::withoutDelayItIsFast()
{
    // One after another, each from the outcome of the one before: as an agent does it.
    constexpr int kCalls = 20'000;
    Run run(R"x({"rules": [{"when": {"last": {"matches": "never (\\w+)"}}, "answer": {}},
        {"answer": {"text": "Hello {{turn}}"}}]})x");
    engine::ChatRequest request;
    request.messages = MessageChain().with({.role = Role::User, .parts = {TextPart {"Hi"}}});
    int done = 0;
    std::unique_ptr<engine::RunningCall> call;
    std::function<void()> next = [&] {
        call = run.provider->start(request, {{}, [&](Outcome outcome) {
                                                 done += outcome.isOk();
                                                 if (done < kCalls)
                                                     next();
                                             }});
    };
    QElapsedTimer time;
    time.start();
    next();
    QTRY_COMPARE_WITH_TIMEOUT(done, kCalls, 20'000);
    const qint64 spent = time.restart();
    qInfo("%d answers in %lld ms", kCalls, static_cast<long long>(spent));
    // Beside as many bare turns of the event loop. A timer in between would cost a millisecond
    // each: thousands of times as much.
    int turns = 0;
    std::function<void()> turn = [&] {
        if (++turns < kCalls)
            QMetaObject::invokeMethod(this, turn, Qt::QueuedConnection);
    };
    turn();
    QTRY_COMPARE_WITH_TIMEOUT(turns, kCalls, 20'000);
    QVERIFY2(spent <= 300 * (time.elapsed() + 1), "a wait for a timer is in it");
}

void TestScriptedProvider::providersAreMadeOfConfigurations()
{
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath(u"a.script.json"_s).toStdString();
    std::ofstream(file) << R"({"rules": [{"answer": {"text": "x"}}]})";
    QProcessEnvironment environment;
    environment.insert(u"MY_KEY"_s, u"sk-1\n"_s);
    environment.insert(u"KYMO_KEY_MY_GPU"_s, u"sk-2"_s);
    const engine::EnvironmentKeys keys(environment);
    const tests::ManualClock clock;
    const engine::ProviderServices services {clock, keys, environment};
    ProviderConfig config;
    config.kind = ProviderKind::Script;
    config.script = file;
    const auto scripted = makeProvider(config, services);
    QVERIFY(scripted && (*scripted)->origin() == engine::OutcomeOrigin::Script);
    config = {.name = "p", .kind = ProviderKind::Anthropic, .keyVariable = "MY_KEY"};
    const auto live = makeProvider(config, services);
    QVERIFY(live && (*live)->origin() == engine::OutcomeOrigin::Live);
    QCOMPARE(keys.ofVariable("MY_KEY")->reveal(), std::string("sk-1"));
    QCOMPARE(keys.ofEntry("my-gpu")->reveal(), std::string("sk-2"));
}

void TestScriptedProvider::whatIsMissingIsNamed_data()
{
    QTest::addColumn<QByteArray>("baseUrl");
    QTest::addColumn<QByteArray>("variable");
    QTest::addColumn<QByteArray>("entry");
    QTest::addColumn<bool>("isScript");
    QTest::addColumn<QByteArray>("words");
    QTest::newRow("key") << QByteArray() << QByteArray("NO_KEY") << QByteArray() << false
                         << QByteArray("variable NO_KEY is not set");
    QTest::newRow("entry") << QByteArray() << QByteArray() << QByteArray("gpu 1") << false
                           << QByteArray("KYMO_KEY_GPU_1");
    QTest::newRow("address") << QByteArray("localhost:8080") << QByteArray() << QByteArray()
                             << false << QByteArray("begins with https://");
    QTest::newRow("password") << QByteArray("https://me:sk-secret@host/v1") << QByteArray()
                              << QByteArray() << false << QByteArray("holds a name or password");
    QTest::newRow("script") << QByteArray() << QByteArray() << QByteArray() << true
                            << QByteArray("cannot be read");
}

void TestScriptedProvider::whatIsMissingIsNamed()
{
    QFETCH(QByteArray, baseUrl);
    QFETCH(QByteArray, variable);
    QFETCH(QByteArray, entry);
    QFETCH(bool, isScript);
    QFETCH(QByteArray, words);
    ProviderConfig config;
    config.name = "main";
    config.baseUrl = baseUrl.toStdString();
    config.keyVariable = variable.toStdString();
    config.keyName = entry.toStdString();
    if (isScript) {
        config.kind = ProviderKind::Script;
        config.script = "/nowhere/a.script.json";
    }
    const engine::EnvironmentKeys keys({});
    const tests::ManualClock clock;
    const auto provider = makeProvider(config, {clock, keys, {}});
    QVERIFY(!provider);
    const QByteArray message = QByteArray::fromStdString(provider.error().message);
    QVERIFY2(message.startsWith("Provider `main`: ") && message.contains(words),
             message.constData());
    QVERIFY(!message.contains("sk-secret"));
}

QTEST_GUILESS_MAIN(TestScriptedProvider)
#include "tst_scripted_provider.moc"
