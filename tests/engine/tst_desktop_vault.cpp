#include "engine/config/desktop_vault.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <atomic>
#include <optional>

using namespace engine;
using namespace Qt::StringLiterals;
using tracestore::ErrorCode;
using tracestore::Result;
using State = KeyVault::State;

namespace {

constexpr const char* kKey = "planted-key-91b2 \xC3\xA9";
constexpr int kPatienceMs = 20'000;

} // namespace

/// The real key store, in a session bus of its own with a keyring of its own: the test runs itself
/// there. Skipped in plain sight where gnome-keyring is not installed.
class TestDesktopVault : public QObject
{
    Q_OBJECT

private slots:
    void aRealKeyringKeepsKeys();
    void withoutAServiceThereIsNone();

private:
    static QByteArray runInside(const QString& function, const QString& before);
};

/// What happens within that session; main() runs it there.
class InsideDesktopVault : public QObject
{
    Q_OBJECT

private slots:
    void keysAreKept();
    void anotherThreadIsServed();
    void nobodyAnswers();

private:
    template<typename Ready>
    bool wait(Ready ready)
    {
        return QTest::qWaitFor(ready, kPatienceMs);
    }

    std::optional<State> look()
    {
        std::optional<State> state;
        m_vault.look(m_receiver, [&](State told) { state = told; });
        wait([&] { return state.has_value(); });
        return state;
    }

    std::string read(const std::string& entry)
    {
        std::optional<Result<Secret>> key;
        m_vault.read(entry, m_receiver, [&](Result<Secret> told) { key = std::move(told); });
        if (!wait([&] { return key.has_value(); }))
            return "no answer";
        return *key ? (*key)->reveal() : "failed: " + (*key).error().message;
    }

    DesktopVault m_vault;
    QObject m_receiver;
};

QByteArray TestDesktopVault::runInside(const QString& function, const QString& before)
{
    const QTemporaryDir home;
    QProcess session;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* folder : {"HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CACHE_HOME"})
        environment.insert(QString::fromLatin1(folder), home.path());
    environment.insert(u"KYMO_INSIDE"_s, u"1"_s);
    environment.remove(u"DISPLAY"_s);
    environment.remove(u"DBUS_SESSION_BUS_ADDRESS"_s);
    session.setProcessEnvironment(environment);
    session.setProcessChannelMode(QProcess::MergedChannels);
    session.start(u"dbus-run-session"_s,
                  {u"--"_s,
                   u"sh"_s,
                   u"-c"_s,
                   QString(before + u" exec \"$0\" \"$1\""_s),
                   QCoreApplication::applicationFilePath(),
                   function});
    session.waitForFinished(2 * kPatienceMs);
    return session.readAll() + "\nexit " + QByteArray::number(session.exitCode());
}

#define KYMO_NEED(program)                                                                         \
    if (QStandardPaths::findExecutable(QStringLiteral(program)).isEmpty())                         \
    QSKIP(program " is not installed")

void TestDesktopVault::aRealKeyringKeepsKeys()
{
    KYMO_NEED("dbus-run-session");
    KYMO_NEED("gnome-keyring-daemon");
    const QString keyring
        = u"printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1;"_s;
    const QByteArray kept = runInside(u"keysAreKept"_s, keyring);
    QVERIFY2(kept.endsWith("exit 0"), kept.constData());
    const QByteArray threaded = runInside(u"anotherThreadIsServed"_s, keyring);
    QVERIFY2(threaded.endsWith("exit 0"), threaded.constData());
    QVERIFY(!kept.contains("planted-key"));
}

void TestDesktopVault::withoutAServiceThereIsNone()
{
    KYMO_NEED("dbus-run-session");
    // A bus that starts no service.
    const QByteArray out = runInside(
        u"nobodyAnswers"_s,
        u"DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent; export DBUS_SESSION_BUS_ADDRESS;"_s);
    QVERIFY2(out.endsWith("exit 0"), out.constData());
}

void InsideDesktopVault::keysAreKept()
{
    QCOMPARE(look(), State::Open);
    QCOMPARE(read("KYMO_TEST_VAULT"),
             std::string("failed: The key store of the desktop has no such key."));
    std::optional<Result<void>> done;
    const auto isDone = [&] { return done.has_value(); };
    m_vault.write("KYMO_TEST_VAULT", Secret(kKey), m_receiver, [&](auto told) { done = told; });
    QVERIFY(wait(isDone));
    QVERIFY2(*done, *done ? "" : done->error().message.c_str());
    QVERIFY(read("KYMO_TEST_VAULT") == kKey);
    for (int i = 0; i < 2; ++i) { // what is not there is removed, too
        done.reset();
        m_vault.remove("KYMO_TEST_VAULT", m_receiver, [&](auto told) { done = told; });
        QVERIFY(wait(isDone));
        QVERIFY2(*done, *done ? "" : done->error().message.c_str());
    }
    QVERIFY(read("KYMO_TEST_VAULT").starts_with("failed"));
}

/// Runs live on a thread of their own.
void InsideDesktopVault::anotherThreadIsServed()
{
    QThread thread;
    QObject receiver;
    receiver.moveToThread(&thread);
    std::atomic<int> done = 0;
    thread.start();
    QMetaObject::invokeMethod(&receiver, [&] {
        m_vault.write("KYMO_TEST_VAULT", Secret(kKey), receiver, [&](const Result<void>& written) {
            if (!written)
                return done.store(-1);
            m_vault.read("KYMO_TEST_VAULT", receiver, [&](const Result<Secret>& key) {
                done = key && key->reveal() == kKey ? 1 : -2;
            });
        });
    });
    wait([&] { return done != 0; });
    thread.quit();
    thread.wait();
    QCOMPARE(done.load(), 1);
}

void InsideDesktopVault::nobodyAnswers()
{
    QElapsedTimer clock;
    clock.start();
    QCOMPARE(look(), State::Missing);
    const std::string told = read("KYMO_TEST_VAULT");
    QVERIFY2(told.starts_with("failed: "), told.c_str());
    QVERIFY(clock.elapsed() < 10'000);
}

int main(int argc, char** argv)
{
    const QCoreApplication app(argc, argv);
    if (qEnvironmentVariableIsSet("KYMO_INSIDE")) {
        InsideDesktopVault inside;
        return QTest::qExec(&inside, argc, argv);
    }
    TestDesktopVault test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_desktop_vault.moc"
