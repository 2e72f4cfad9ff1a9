#include "tests/support/run_log.h"
#include "tests/support/same_event.h"
#include "tests/support/temporary_folder.h"
#include "tracestore/open_trace.h"
#include "tracestore/recording/recording_reader.h"
#include "tracestore/recording/recording_writer.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QTest>

#include <random>

using namespace tracestore;
using namespace Qt::StringLiterals;

namespace fs = std::filesystem;

/// A recorder that is killed at random moments. KYMO_KILLS says how often; without it as often as
/// fits into some seconds, up to 100 times.
class TestRecordingKills : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void nothingThatWasSavedIsLost();
    void aKilledCloseLosesNothing();
    void withoutACommitItWouldBeLost();

private:
    struct Killed
    {
        std::int64_t told = -1; ///< the last number that was said to be saved
        bool ended = false; ///< before it could be killed
    };

    Killed runAndKill(const fs::path& path, const char* mode, int microseconds);
    void checkTurns(const std::vector<RunEvent>& events);

    std::mt19937 m_random {20'24};
    int m_kills = 100;
    qint64 m_mostMilliseconds = 12'000;
};

void TestRecordingKills::initTestCase()
{
    if (const int kills = qEnvironmentVariableIntValue("KYMO_KILLS"); kills > 0) {
        m_kills = kills;
        m_mostMilliseconds = std::numeric_limits<qint64>::max();
    }
}

TestRecordingKills::Killed
TestRecordingKills::runAndKill(const fs::path& path, const char* mode, int microseconds)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(QString::fromLocal8Bit(ENDLESS_RECORDER),
                  {QString::fromStdString(path.string()), QString::fromLatin1(mode)});
    Killed killed;
    if (!process.waitForStarted() || !process.waitForReadyRead(20'000))
        return killed;
    QTest::qSleep(microseconds / 1000);
    ::usleep(static_cast<unsigned>(microseconds % 1000));
    killed.ended = process.waitForFinished(0);
    process.kill();
    process.waitForFinished();
    const QList<QByteArray> lines = process.readAllStandardOutput().split('\n');
    // Behind the last line feed stands what was cut off.
    if (lines.size() > 1)
        killed.told = lines[lines.size() - 2].toLongLong();
    return killed;
}

void TestRecordingKills::checkTurns(const std::vector<RunEvent>& events)
{
    std::int64_t number = 0;
    while (number < static_cast<std::int64_t>(events.size())) {
        for (const RunEvent& expected : tests::makeTurn(number + 1)) {
            if (number == static_cast<std::int64_t>(events.size()))
                break;
            QVERIFY(tests::isSame(events[static_cast<std::size_t>(number)], expected));
            ++number;
        }
    }
}

void TestRecordingKills::nothingThatWasSavedIsLost()
{
    const tests::TemporaryFolder folder;
    const fs::path path = folder.file("run.kymo");
    QElapsedTimer timer;
    timer.start();
    int kills = 0;
    int more = 0;
    std::int64_t most = 0;
    while (kills < m_kills && timer.elapsed() < m_mostMilliseconds) {
        const bool isNew = kills % 5 == 0;
        if (isNew) {
            fs::remove(path);
            fs::remove(path.string() + "-wal");
            most = 0;
        }
        const Killed killed
            = runAndKill(path, isNew ? "create" : "resume", static_cast<int>(m_random() % 40'000));
        QVERIFY(!killed.ended);
        QVERIFY(killed.told >= most);
        const auto recording = readRecording(path);
        QVERIFY2(recording, recording ? "" : recording.error().message.c_str());
        const auto saved = static_cast<std::int64_t>(recording->events.size());
        QVERIFY2(saved >= killed.told, qPrintable(u"%1 < %2"_s.arg(saved).arg(killed.told)));
        QCOMPARE(recording->damaged, std::uint64_t {0});
        QVERIFY(!recording->isComplete);
        checkTurns(recording->events);
        more += saved > killed.told ? 1 : 0;
        most = saved;
        ++kills;
    }
    Job job;
    const auto trace = openTrace({.paths = {path}}, {}, job);
    QVERIFY(trace);
    QVERIFY((*trace)->report().broken() > 0);
    QCOMPARE((*trace)->spanCount(), static_cast<std::size_t>((most + 1) / 2));
    qInfo("%d kills in %lld ms; %d times a commit had not been told yet",
          kills,
          static_cast<long long>(timer.elapsed()),
          more);
    QVERIFY(kills > 10 || kills == m_kills);
}

/// Whenever the closing is cut off, the file is the open recording or the closed one.
void TestRecordingKills::aKilledCloseLosesNothing()
{
    const tests::TemporaryFolder folder;
    const fs::path path = folder.file("run.kymo");
    const Killed first = runAndKill(path, "create", 300'000);
    QVERIFY(first.told > 0);
    const std::string content = tests::contentOf(path);
    const std::string journal = tests::contentOf(path.string() + "-wal");
    const auto before = readRecording(path);
    QVERIFY(before);
    int open = 0;
    int closed = 0;
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < m_kills && timer.elapsed() < m_mostMilliseconds / 2; ++i) {
        tests::writeFile(path, content);
        tests::writeFile(path.string() + "-wal", journal);
        runAndKill(path, "close", static_cast<int>(m_random() % 30'000));
        const auto recording = readRecording(path);
        QVERIFY2(recording, recording ? "" : recording.error().message.c_str());
        QCOMPARE(recording->events.size(), before->events.size());
        QCOMPARE(recording->damaged, std::uint64_t {0});
        Job job;
        const auto trace = openTrace({.paths = {path}}, {}, job);
        QVERIFY(trace);
        QCOMPARE((*trace)->spanCount(), (before->events.size() + 1) / 2);
        QCOMPARE((*trace)->report().broken(), std::uint64_t {recording->isComplete ? 0U : 1U});
        ++(recording->isComplete ? closed : open);
    }
    qInfo("%d times it was still open, %d times closed", open, closed);
    QVERIFY(open + closed > 3);
}

/// The control: what was appended and not committed is gone, so that the numbers above mean
/// something.
void TestRecordingKills::withoutACommitItWouldBeLost()
{
    const tests::TemporaryFolder folder;
    const fs::path path = folder.file("run.kymo");
    {
        auto writer = RecordingWriter::create(path);
        QVERIFY(writer);
        const auto events = tests::makeTurn(1);
        QVERIFY((*writer)->append(events[0]));
        QVERIFY((*writer)->commit());
        QVERIFY((*writer)->append(events[1]));
        QCOMPARE((*writer)->savedNumber(), std::int64_t {1});
    }
    const auto recording = readRecording(path);
    QVERIFY(recording);
    QCOMPARE(recording->events.size(), std::size_t {1});
}

QTEST_GUILESS_MAIN(TestRecordingKills)
#include "tst_recording_kills.moc"
