#include "engine/config/key_store.h"
#include "engine/runtime/key_search.h"
#include "engine/runtime/local_engine.h"
#include "tests/engine/run_samples.h"
#include "tests/support/fake_key_vault.h"
#include "tests/support/trace_text.h"

#include <QElapsedTimer>
#include <QSignalSpy>

#include <fstream>
#include <iterator>

using namespace engine;
using namespace tests;
using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

constexpr const char* kKey = "stored-key-7c1e55d09a";

/// A scripted provider that names a key, so that a run of it needs no model.
json keyedAgent(const char* field = "keyVariable", const char* name = "KYMO_TEST_STORED")
{
    json agent = scriptedAgent();
    agent["providers"][0][field] = name;
    return agent;
}

/// A run that asks a key store.
class KeyedRun : public SampleRun
{
public:
    explicit KeyedRun(const json& agent, KeyFetch::Patience patience = {})
        : SampleRun(agent, sayScript(std::string("The key is ") + kKey))
    {
        auto config = readAgentConfig(folder->file("a.agent.json"));
        session = std::make_unique<RunSession>(
            1,
            std::move(*config),
            RunWorld {clock, random, prices(), &variable, {}, &vault, patience});
        session->add(events);
        session->add(live);
    }

    ~KeyedRun() { session.reset(); } // before its vault

    FakeKeyVault vault;
};

std::string contentOfFile(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace

/// Keys that come from the key store of the desktop.
class TestRunKeys : public QObject
{
    Q_OBJECT

private slots:

    void cleanup() { qunsetenv("KYMO_TEST_STORED"); }

    void everyKeyOfAConfigurationIsNamedOnce();
    void theEnvironmentGoesBeforeTheStore();
    void aRunFetchesWhatTheEnvironmentHasNot_data();
    void aRunFetchesWhatTheEnvironmentHasNot();
    void aFetchedKeyIsMaskedLikeAnyOther();
    void whatIsNowhereIsToldWithWhatToDo();
    void aKeyStoreThatFailsIsTold();
    void aLockedStoreIsWaitedForInPlainSight();
    void patienceEnds();
    void aWaitingRunIsStopped();
    void searchTellsPlacesAndUnlocksNothing();
    void searchAnswersWithoutAStore();
    void theServiceStoresAndRemoves();
};

void TestRunKeys::everyKeyOfAConfigurationIsNamedOnce()
{
    json agent = keyedAgent();
    agent["providers"].push_back({{"name", "q"}, {"kind", "anthropic"}, {"keyName", "my-gpu"}});
    agent["tools"] = {{{"name", "notes"}, {"secrets", {{"token", "A_TOKEN"}}}}};
    agent["servers"] = {{{"name", "files"},
                         {"command", {"true"}},
                         {"environment", {{"X", "A_TOKEN"}, {"Y", "B_TOKEN"}}}}};
    agent["pattern"] = "team";
    agent["agents"] = {{{"name", "worker"},
                        {"model", {{"provider", "p"}, {"model", "m"}}},
                        {"tools", {{{"name", "notes"}, {"secrets", {{"token", "C_TOKEN"}}}}}}}};
    TemporaryFolder folder;
    writeFile(folder.file("a.agent.json"), agent.dump());
    const auto config = readAgentConfig(folder.file("a.agent.json"));
    QVERIFY2(config, config ? "" : config.error().message.c_str());
    const std::vector<KeyNeed> expected {{"KYMO_TEST_STORED", false, KeyUser::Provider, "p"},
                                         {"my-gpu", true, KeyUser::Provider, "q"},
                                         {"A_TOKEN", false, KeyUser::Tool, "notes"},
                                         {"B_TOKEN", false, KeyUser::Server, "files"},
                                         {"C_TOKEN", false, KeyUser::Tool, "notes"}};
    QCOMPARE(keyNeeds(*config), expected);
    QCOMPARE(expected[1].variable(), std::string("KYMO_KEY_MY_GPU"));
}

void TestRunKeys::theEnvironmentGoesBeforeTheStore()
{
    std::map<std::string, std::string> environment {{"A", " from-environment\n"}, {"BLANK", " "}};
    RunKeys keys([&](const std::string& name) -> std::optional<std::string> {
        const auto found = environment.find(name);
        if (found == environment.end())
            return {};
        return found->second;
    });
    const std::vector<KeyNeed> needs {
        {"A", false, {}, {}}, {"BLANK", false, {}, {}}, {"gpu", true, {}, {}}};
    QCOMPARE(keys.missing(needs), (std::vector<std::string> {"BLANK", "gpu"}));
    keys.setFetched({{"A", Secret("stored")}, {"BLANK", Secret("stored")}, {"gpu", Secret("g")}},
                    {});
    QCOMPARE(keys.ofVariable("A")->reveal(), std::string("from-environment"));
    QCOMPARE(keys.ofVariable("BLANK")->reveal(), std::string("stored"));
    QCOMPARE(keys.ofEntry("gpu")->reveal(), std::string("g"));
    QCOMPARE(keys.valueOf("A"), std::optional<std::string>(" from-environment\n"));
    QCOMPARE(keys.valueOf("BLANK"), std::optional<std::string>("stored"));
    QVERIFY(!keys.valueOf("NONE"));
    environment["KYMO_KEY_GPU"] = "of-variable";
    QCOMPARE(keys.ofEntry("gpu")->reveal(), std::string("of-variable"));
    const auto none = keys.ofVariable("NONE");
    QVERIFY(!none);
    QVERIFY(none.error().message.find("stored on the page of agents") != std::string::npos);
    QVERIFY(none.error().message.find("stored-key") == std::string::npos);
}

void TestRunKeys::aRunFetchesWhatTheEnvironmentHasNot_data()
{
    QTest::addColumn<bool>("isSet");
    QTest::addColumn<QStringList>("reads");
    QTest::newRow("not set") << false << QStringList {u"KYMO_TEST_STORED"_s};
    QTest::newRow("set: nobody is asked") << true << QStringList();
}

void TestRunKeys::aRunFetchesWhatTheEnvironmentHasNot()
{
    QFETCH(const bool, isSet);
    QFETCH(const QStringList, reads);
    if (isSet)
        qputenv("KYMO_TEST_STORED", "of-the-environment");
    KeyedRun run(keyedAgent());
    run.vault.keys["KYMO_TEST_STORED"] = kKey;
    run.session->start("Go.");
    QCOMPARE(run.status().state, RunState::Starting);
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.vault.reads, reads);
    QCOMPARE(run.vault.looks, isSet ? 0 : 1);
    QVERIFY(run.status().waitsFor.empty());
}

/// What the model says of it, and what the user says.
void TestRunKeys::aFetchedKeyIsMaskedLikeAnyOther()
{
    KeyedRun run(keyedAgent("keyName", "my-key"));
    run.vault.keys["my-key"] = kKey;
    const auto file = run.folder->file("run.kymo");
    run.session->recordTo(file);
    run.session->start(std::string("I say ") + kKey);
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: The key is [secret:my-key]"));
    QVERIFY(fullText(*run.live->run.snapshot()).find(kKey) == std::string::npos);
    QCOMPARE(run.close(), std::string());
    QVERIFY(contentOfFile(file).size() > 4096);
    QVERIFY(contentOfFile(file).find(kKey) == std::string::npos);
}

void TestRunKeys::whatIsNowhereIsToldWithWhatToDo()
{
    json agent = keyedAgent();
    agent["providers"][0]["kind"] = "openai-chat";
    agent["providers"][0].erase("script");
    KeyedRun run(agent);
    run.session->start("Go.");
    QVERIFY(run.reach(RunState::Ended));
    QCOMPARE(run.status().problem,
             std::string("Provider `p`: The environment variable KYMO_TEST_STORED is not set. The "
                         "key store of the desktop has no such key either: it is stored on the "
                         "page of agents."));
}

void TestRunKeys::aKeyStoreThatFailsIsTold()
{
    json agent = keyedAgent();
    agent["providers"][0]["kind"] = "openai-chat";
    agent["providers"][0].erase("script");
    KeyedRun run(agent);
    run.vault.failure = "The key store of the desktop was not unlocked.";
    run.session->start("Go.");
    QVERIFY(run.reach(RunState::Ended));
    QVERIFY2(run.status().problem.ends_with("not set. " + run.vault.failure),
             run.status().problem.c_str());
    KeyedRun without(agent);
    without.vault.state = KeyVault::State::Missing;
    without.session->start("Go.");
    QVERIFY(without.reach(RunState::Ended));
    QVERIFY2(without.status().problem.find("Keys come from environment variables")
                 != std::string::npos,
             without.status().problem.c_str());
    QVERIFY(without.vault.reads.isEmpty());
}

void TestRunKeys::aLockedStoreIsWaitedForInPlainSight()
{
    KeyedRun run(keyedAgent(), {milliseconds(20), milliseconds(20'000)});
    run.vault.state = KeyVault::State::Locked;
    run.vault.delayMs = 150;
    run.vault.keys["KYMO_TEST_STORED"] = kKey;
    run.session->start("Go.");
    QTRY_VERIFY(!run.status().waitsFor.empty());
    QCOMPARE(run.status().state, RunState::Starting);
    QVERIFY(run.status().waitsFor.find("unlock") != std::string::npos);
    QVERIFY(run.reach(RunState::Idle));
    QVERIFY(run.status().waitsFor.empty());
}

void TestRunKeys::patienceEnds()
{
    for (const bool isDumb : {true, false}) {
        KeyedRun run(keyedAgent(), {milliseconds(20), milliseconds(120)});
        run.vault.isDumb = isDumb;
        run.vault.isSilent = true;
        run.session->start("Go.");
        // A script needs no key: the run goes on without.
        QVERIFY(run.reach(RunState::Idle, 5000));
        QCOMPARE(run.vault.reads.size(), isDumb ? 0 : 1);
    }
    FakeKeyVault vault;
    vault.isSilent = true;
    KeyFetch fetch(vault, true, {milliseconds(10), milliseconds(50)});
    const QSignalSpy waiting(&fetch, &KeyFetch::waiting);
    const QSignalSpy finished(&fetch, &KeyFetch::finished);
    fetch.start({"a", "b"});
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(waiting.count(), 1);
    QVERIFY(fetch.problem().find("did not answer") != std::string::npos);
    QVERIFY(fetch.found().empty());
}

void TestRunKeys::aWaitingRunIsStopped()
{
    KeyedRun run(keyedAgent(), {milliseconds(10), milliseconds(60'000)});
    run.vault.isSilent = true;
    const auto file = run.folder->file("run.kymo");
    run.session->recordTo(file);
    run.session->start("Go.");
    QTRY_VERIFY(!run.status().waitsFor.empty());
    QElapsedTimer clock;
    clock.start();
    run.session->stop();
    QVERIFY(run.reach(RunState::Ended));
    QVERIFY(clock.elapsed() < 1000);
    QVERIFY(run.status().waitsFor.empty());
    QCOMPARE(run.close(), std::string());
    tracestore::Job job;
    const auto opened = tracestore::openRecording(file, job);
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
}

void TestRunKeys::searchTellsPlacesAndUnlocksNothing()
{
    qputenv("KYMO_TEST_STORED", "x");
    FakeKeyVault vault;
    vault.keys["stored"] = kKey;
    const std::vector<KeyNeed> needs {
        {"KYMO_TEST_STORED", false, {}, {}}, {"stored", true, {}, {}}, {"none", true, {}, {}}};
    const auto placesOf = [&] {
        KeySearch search(needs, &SampleRun::variable, &vault);
        const QSignalSpy finished(&search, &KeySearch::finished);
        search.start();
        static_cast<void>(QTest::qWaitFor([&] { return finished.count() == 1; }));
        return search.report();
    };
    KeyReport report = placesOf();
    QVERIFY(report.hasStore);
    QCOMPARE(report.places["KYMO_TEST_STORED"], KeyPlace::Environment);
    QCOMPARE(report.places["stored"], KeyPlace::KeyStore);
    QCOMPARE(report.places["none"], KeyPlace::Nowhere);
    vault.state = KeyVault::State::Locked;
    vault.reads.clear();
    report = placesOf();
    QVERIFY(vault.reads.isEmpty());
    QVERIFY(report.hasStore);
    QCOMPARE(report.places["KYMO_TEST_STORED"], KeyPlace::Environment);
    QCOMPARE(report.places["stored"], KeyPlace::Unknown);
    QVERIFY(report.problem.find("locked") != std::string::npos);
}

void TestRunKeys::searchAnswersWithoutAStore()
{
    FakeKeyVault vault;
    vault.state = KeyVault::State::Missing;
    for (KeyVault* asked : {static_cast<KeyVault*>(&vault), static_cast<KeyVault*>(nullptr)}) {
        KeySearch search({{"KYMO_TEST_STORED", false, {}, {}}}, &SampleRun::variable, asked);
        const QSignalSpy finished(&search, &KeySearch::finished);
        search.start();
        QTRY_COMPARE(finished.count(), 1);
        QVERIFY(!search.report().hasStore);
        QCOMPARE(search.report().places.at("KYMO_TEST_STORED"), KeyPlace::Nowhere);
        QCOMPARE(search.report().problem.empty(), asked == nullptr);
    }
}

void TestRunKeys::theServiceStoresAndRemoves()
{
    LocalEngine local(nullptr, std::make_unique<FakeKeyVault>());
    std::vector<KeyReport> reports;
    std::vector<std::pair<std::string, QString>> changes;
    connect(&local, &EngineService::keysFound, this, [&](const KeyReport& report) {
        reports.push_back(report);
    });
    connect(&local,
            &EngineService::keyChanged,
            this,
            [&](const std::string& name, const QString& problem) {
                changes.emplace_back(name, problem);
            });
    const auto place = [&] {
        reports.clear();
        local.findKeys({{"my-key", true, {}, {}}});
        const bool isTold = QTest::qWaitFor([&] { return !reports.empty(); });
        return isTold ? reports.back().places["my-key"] : KeyPlace::Unknown;
    };
    QCOMPARE(place(), KeyPlace::Nowhere);
    local.storeKey("my-key", Secret(kKey));
    QTRY_COMPARE(changes.size(), std::size_t(1));
    QCOMPARE(changes.back(), (std::pair<std::string, QString>("my-key", QString())));
    QCOMPARE(place(), KeyPlace::KeyStore);
    local.removeKey("my-key");
    QTRY_COMPARE(changes.size(), std::size_t(2));
    QCOMPARE(place(), KeyPlace::Nowhere);
}

QTEST_GUILESS_MAIN(TestRunKeys)

#include "tst_run_keys.moc"
