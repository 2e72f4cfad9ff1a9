// A run that listens, and programs that attach to it.
#include "engine/runtime/attach/attach_server.h"
#include "engine/runtime/attach/attach_sockets.h"
#include "engine/runtime/attach/remote_run.h"
#include "engine/runtime/local_engine.h"
#include "tests/engine/run_samples.h"
#include "tests/support/trace_text.h"

#include <QLocalSocket>
#include <QSignalSpy>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace engine;
using namespace tests;
using namespace Qt::StringLiterals;

namespace {

/// A run that asks its user something, and so stays for as long as a test wants.
struct ListeningSample
{
    ListeningSample()
        : run(scriptedAgent({{{"name", "ask_user"}}}),
              callScript("ask_user", {{"question", "Which city?"}}))
    {
        server = std::make_unique<AttachServer>(*run.session);
        auto listening = server->listen(u"sample"_s);
        if (!listening)
            qFatal("%s", listening.error().message.c_str());
        path = *listening;
        run.session->start("Go.");
    }

    SampleRun run;
    std::unique_ptr<AttachServer> server;
    QString path;
};

/// A client with what it was told.
struct Client
{
    explicit Client(const QString& socket)
        : remote(2, socket)
    {
        QObject::connect(&remote.feed(), &RunFeed::traceGrown, &remote, [this](const auto& grown) {
            trace = grown;
        });
        remote.open();
    }

    bool reaches(RunState state)
    {
        return QTest::qWaitFor([&] { return remote.status().state == state; }, 10'000);
    }

    RemoteRun remote;
    tracestore::TracePtr trace;
};

/// Sends bytes and says what came back until the other end closed.
QByteArray talk(const QString& path, const QByteArray& bytes)
{
    QLocalSocket socket;
    socket.connectToServer(path);
    if (!QTest::qWaitFor([&] { return socket.state() == QLocalSocket::ConnectedState; }))
        return "not connected";
    socket.write(bytes);
    if (!QTest::qWaitFor([&] { return socket.state() == QLocalSocket::UnconnectedState; }, 10'000))
        return "still connected";
    return socket.readAll();
}

} // namespace

class TestAttach : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void aClientSeesWhatTheRunSees();
    void ordersReachTheRun();
    void clientsGoAndTheRunStays();
    void severalAttachAtOnce();
    void breakpointsAreToldToAll();
    void whoComesLateSeesTheBeginning();
    void theEndIsTold();
    void strangersAreRefused_data();
    void strangersAreRefused();
    void anotherVersionIsToldSo();
    void otherUsersAreRefused();
    void nobodyListens();
    void aFolderOfOthersIsNotUsed();
    void socketsThatWereLeftBehindGo();
    void anEngineAttaches();

private:
    std::unique_ptr<TemporaryFolder> m_folder;
};

void TestAttach::init()
{
    m_folder = std::make_unique<TemporaryFolder>();
    ::chmod(m_folder->path().c_str(), 0700);
    qputenv("XDG_RUNTIME_DIR", QByteArray::fromStdString(m_folder->path().string()));
}

void TestAttach::aClientSeesWhatTheRunSees()
{
    ListeningSample sample;
    Client client(u"sample"_s);
    QVERIFY(client.reaches(RunState::Waiting));
    QCOMPARE(client.remote.status().agent, std::string("tester"));
    QVERIFY(client.remote.status().isAttached);
    QCOMPARE(client.remote.status().id, RunId {2});
    QVERIFY(client.trace != nullptr);
    QCOMPARE(treeText(*client.trace), treeText(*sample.run.live->run.snapshot()));

    struct stat state
    { };

    QCOMPARE(::stat(sample.path.toLocal8Bit().constData(), &state), 0);
    QCOMPARE(static_cast<int>(state.st_mode & 0777), 0700);
    QCOMPARE(::stat(m_folder->file("kymo").c_str(), &state), 0);
    QCOMPARE(static_cast<int>(state.st_mode & 0777), 0700);
}

void TestAttach::ordersReachTheRun()
{
    ListeningSample sample;
    Client client(u"sample"_s);
    QVERIFY(client.reaches(RunState::Waiting));
    client.remote.answer(client.remote.status().questions.front().effect, u"Oslo"_s);
    QVERIFY(client.reaches(RunState::Idle));
    QCOMPARE(client.remote.status().result->answer, std::string("Got Oslo"));
    client.remote.say(u"And now?"_s);
    QVERIFY(QTest::qWaitFor([&] { return sample.run.status().input == "And now?"; }));
    client.remote.stop();
    QVERIFY(client.reaches(RunState::Ended));
    QCOMPARE(sample.run.status().state, RunState::Ended);
}

void TestAttach::clientsGoAndTheRunStays()
{
    ListeningSample sample;
    {
        Client client(u"sample"_s);
        QVERIFY(client.reaches(RunState::Waiting));
        QSignalSpy gone(sample.server.get(), &AttachServer::detached);
    }
    QVERIFY(QTest::qWaitFor([&] { return sample.server->clientCount() == 0; }));
    QCOMPARE(sample.run.status().state, RunState::Waiting);
    Client again(u"sample"_s);
    QVERIFY(again.reaches(RunState::Waiting));
}

void TestAttach::severalAttachAtOnce()
{
    ListeningSample sample;
    Client first(u"sample"_s);
    Client second(u"sample"_s);
    QVERIFY(first.reaches(RunState::Waiting));
    QVERIFY(second.reaches(RunState::Waiting));
    first.remote.answer(sample.run.question(), u"Rome"_s);
    QVERIFY(first.reaches(RunState::Idle));
    QVERIFY(second.reaches(RunState::Idle));
    QCOMPARE(second.remote.status().result->answer, std::string("Got Rome"));
}

void TestAttach::breakpointsAreToldToAll()
{
    ListeningSample sample;
    Client first(u"sample"_s);
    Client second(u"sample"_s);
    QVERIFY(first.reaches(RunState::Waiting));
    QVERIFY(second.reaches(RunState::Waiting));
    std::vector<DebugSetup> told;
    connect(&second.remote, &RemoteRun::setupTold, this, [&](const DebugSetup& setup) {
        told.push_back(setup);
    });
    connect(&first.remote, &RemoteRun::setupTold, this, [] { QFAIL("it knows what it ordered"); });
    DebugSetup setup;
    setup.breakpoints = {{.id = 3, .condition = "turn > 7"}};
    first.remote.debug(SetDebugSetup {setup});
    QVERIFY(QTest::qWaitFor([&] { return !told.empty(); }, 10'000));
    QVERIFY(told.front() == setup);
    RemoteRun late(3, u"sample"_s);
    std::optional<DebugSetup> found;
    connect(&late, &RemoteRun::setupTold, this, [&](const DebugSetup& now) { found = now; });
    late.open();
    QVERIFY(QTest::qWaitFor([&] { return found.has_value(); }, 10'000));
    QVERIFY(*found == setup);
}

void TestAttach::whoComesLateSeesTheBeginning()
{
    ListeningSample sample;
    QVERIFY(sample.run.reach(RunState::Waiting));
    QVERIFY(sample.run.session->answer(sample.run.question(), "Bern").has_value());
    QVERIFY(sample.run.reach(RunState::Idle));
    Client late(u"sample"_s);
    QVERIFY(late.reaches(RunState::Idle));
    QCOMPARE(treeText(*late.trace), treeText(*sample.run.live->run.snapshot()));
}

void TestAttach::theEndIsTold()
{
    ListeningSample sample;
    Client client(u"sample"_s);
    QVERIFY(client.reaches(RunState::Waiting));
    sample.run.session->stop();
    QVERIFY(sample.run.reach(RunState::Ended));
    sample.server->finish();
    sample.server.reset();
    QVERIFY(client.reaches(RunState::Ended));
    QVERIFY(client.remote.status().result.has_value());
    QCOMPARE(client.remote.status().problem, std::string());
}

void TestAttach::strangersAreRefused_data()
{
    QTest::addColumn<QByteArray>("said");
    const QByteArray hello = R"({"type":"hello","version":1})"
                             "\n";
    QTest::newRow("garbage") << QByteArray("\x01\x02\xff garbage\n");
    QTest::newRow("no object") << QByteArray("[1,2]\n");
    QTest::newRow("no hello") << QByteArray("{\"type\":\"stop\"}\n");
    QTest::newRow("unknown word") << hello + "{\"type\":\"dance\"}\n";
    QTest::newRow("endless line") << hello + QByteArray(kMostClientBytes + 2, 'x');
    QTest::newRow("deep") << hello + QByteArray(100'000, '[') + '\n';
}

void TestAttach::strangersAreRefused()
{
    QFETCH(QByteArray, said);
    ListeningSample sample;
    QVERIFY(sample.run.reach(RunState::Waiting));
    const QByteArray heard = talk(sample.path, said);
    QVERIFY2(heard.contains("\"refused\""), heard.constData());
    QVERIFY(QTest::qWaitFor([&] { return sample.server->clientCount() == 0; }));
    QCOMPARE(sample.run.status().state, RunState::Waiting);
    Client client(u"sample"_s);
    QVERIFY(client.reaches(RunState::Waiting));
    client.remote.debug(CancelStep {"nonsense"}); // is told, and harms nothing
    QSignalSpy told(&client.remote, &RemoteRun::debugLogged);
    QVERIFY(told.wait());
}

void TestAttach::anotherVersionIsToldSo()
{
    ListeningSample sample;
    const QByteArray heard = talk(sample.path, "{\"type\":\"hello\",\"version\":99}\n");
    QVERIFY2(heard.contains("version"), heard.constData());
    QVERIFY(heard.contains("\"refused\""));
    // And the other way round: a run of another version.
    QLocalServer other;
    QVERIFY(other.listen(*socketPath(u"other"_s)));
    QObject::connect(&other, &QLocalServer::newConnection, &other, [&other] {
        other.nextPendingConnection()->write(
            "{\"type\":\"hello\",\"version\":99,\"program\":\"kymo 9\"}\n");
    });
    Client client(u"other"_s);
    QVERIFY(client.reaches(RunState::Ended));
    QVERIFY(client.remote.status().problem.find("kymo 9") != std::string::npos);
}

/// As far as this user may become another.
void TestAttach::otherUsersAreRefused()
{
    int pair[2];
    QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    QVERIFY(isOfThisUser(pair[0]));
    ::close(pair[0]);
    ::close(pair[1]);
    QVERIFY(!isOfThisUser(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
    if (::geteuid() != 0)
        QSKIP("only root can become another user");
    constexpr uid_t kNobody = 65534;
    ListeningSample sample;
    QVERIFY(sample.run.reach(RunState::Waiting));
    // Folder and socket are opened as no program does: the look at the user is what is left.
    ::chmod(m_folder->path().c_str(), 0755);
    ::chmod(m_folder->file("kymo").c_str(), 0755);
    const QByteArray path = sample.path.toLocal8Bit();
    ::chmod(path.constData(), 0777);
    const pid_t child = ::fork();
    if (child == 0) {
        sockaddr_un address {};
        address.sun_family = AF_UNIX;
        std::copy(path.begin(), path.end(), address.sun_path);
        const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
        const void* plain = &address;
        char byte = 0;
        if (::setuid(kNobody) != 0
            || ::connect(socket, static_cast<const sockaddr*>(plain), sizeof address) != 0)
            ::_exit(2);
        ::_exit(::read(socket, &byte, 1) == 0 ? 0 : 1); // closed without a word
    }
    int status = -1;
    QVERIFY(QTest::qWaitFor([&] { return ::waitpid(child, &status, WNOHANG) == child; }, 10'000));
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0);
    QCOMPARE(sample.server->clientCount(), std::size_t {0});
}

void TestAttach::nobodyListens()
{
    Client client(u"nobody"_s);
    QVERIFY(client.reaches(RunState::Ended));
    QVERIFY(client.remote.status().problem.find("No run listens on nobody") != std::string::npos);
    for (const QString& name : {u""_s, u".hidden"_s, QString(200, u'x')})
        QVERIFY(!socketPath(name).has_value());
}

void TestAttach::aFolderOfOthersIsNotUsed()
{
    std::filesystem::create_directory(m_folder->file("kymo"));
    ::chmod(m_folder->file("kymo").c_str(), 0755);
    QVERIFY(!socketFolder().has_value());
    std::filesystem::remove(m_folder->file("kymo"));
    std::filesystem::create_directory(m_folder->file("elsewhere"));
    ::chmod(m_folder->file("elsewhere").c_str(), 0700);
    std::filesystem::create_symlink(m_folder->file("elsewhere"), m_folder->file("kymo"));
    QVERIFY(!socketFolder().has_value());
}

void TestAttach::socketsThatWereLeftBehindGo()
{
    const QString path = *socketPath(u"left"_s);
    const QByteArray name = path.toLocal8Bit();
    sockaddr_un address {};
    address.sun_family = AF_UNIX;
    std::copy(name.begin(), name.end(), address.sun_path);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const void* plain = &address;
    QCOMPARE(::bind(socket, static_cast<const sockaddr*>(plain), sizeof address), 0);
    ::close(socket); // as a program that was killed
    QVERIFY(QFile::exists(path));
    QVERIFY(listeningRuns().empty());
    QVERIFY(!QFile::exists(path));
    ListeningSample sample;
    SampleRun another(scriptedAgent(), sayScript("Hello."));
    AttachServer second(*another.session);
    QVERIFY(!second.listen(u"sample"_s).has_value()); // one listens there
    QFile plainFile(*socketPath(u"file"_s));
    QVERIFY(plainFile.open(QIODevice::WriteOnly));
    QVERIFY(!second.listen(u"file"_s).has_value());
    QVERIFY(plainFile.exists()); // what is no socket stays
}

/// The door of the desktop: its engine lives on another thread.
void TestAttach::anEngineAttaches()
{
    ListeningSample sample;
    LocalEngine engine(nullptr);
    RunStatus status;
    connect(&engine, &EngineService::statusChanged, this, [&](const RunStatus& told) {
        status = told;
    });
    const RunId run = engine.attach(u"sample"_s);
    QVERIFY(QTest::qWaitFor([&] { return status.state == RunState::Waiting; }, 10'000));
    QCOMPARE(status.id, run);
    QVERIFY(status.isAttached);
    engine.answer(run, status.questions.front().effect, u"Kyiv"_s);
    QVERIFY(QTest::qWaitFor([&] { return status.state == RunState::Idle; }, 10'000));
    engine.close(run);
    QVERIFY(QTest::qWaitFor([&] { return sample.server->clientCount() == 0; }, 10'000));
    QCOMPARE(sample.run.status().state, RunState::Idle);
}

QTEST_GUILESS_MAIN(TestAttach)
#include "tst_attach.moc"
