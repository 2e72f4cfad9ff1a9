#include "engine/run/recorder.h"

#include <QSignalSpy>
#include <QTest>

#include <atomic>

using namespace engine;
using tracestore::Error;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::RecordingWriter;
using tracestore::Result;
using tracestore::RunEvent;

namespace {

/// What the writers of a test did; outlives them.
struct Disk
{
    std::atomic<int> commits {0};
    std::atomic<std::int64_t> saved {0};
    std::atomic<bool> isClosed {false};
    std::atomic<int> failAtCommit {-1};
    std::atomic<bool> isSlow {false};
};

class DiskWriter : public RecordingWriter
{
public:
    explicit DiskWriter(Disk& disk)
        : m_disk(disk)
    { }

    using RecordingWriter::append;

    Result<void> append(tracestore::RunEventPtr event) override
    {
        if (event->number != m_last + 1)
            return fail(ErrorCode::Invalid, "a gap");
        m_last = event->number;
        return {};
    }

    Result<void> commit() override
    {
        if (m_disk.commits++ == m_disk.failAtCommit)
            return fail(ErrorCode::Io, "The disk is full.");
        while (m_disk.isSlow)
            std::this_thread::yield();
        m_disk.saved = m_last;
        return {};
    }

    [[nodiscard]] std::int64_t savedNumber() const override { return m_disk.saved; }

    Result<void> close() override
    {
        m_disk.isClosed = true;
        return {};
    }

private:
    Disk& m_disk;
    std::int64_t m_last = 0;
};

Recorder::OpenWriter writesTo(Disk& disk)
{
    return [&disk]() -> Result<std::unique_ptr<RecordingWriter>> {
        return std::unique_ptr<RecordingWriter>(std::make_unique<DiskWriter>(disk));
    };
}

RunEventPtr numbered(std::int64_t number)
{
    return std::make_shared<const RunEvent>(
        RunEvent {.number = number, .fact = tracestore::AgentEnded {}});
}

} // namespace

class TestRecorder : public QObject
{
    Q_OBJECT

private slots:
    void savedIsToldAfterTheCommit();
    void manyEventsShareACommit();
    void closingSavesEverything();
    void aFailureIsToldToAllWhoWait();
    void aFileThatCannotBeMadeIsAFailure();
    void theEndOfTheRecorderClosesTheFile();
};

void TestRecorder::savedIsToldAfterTheCommit()
{
    Disk disk;
    Recorder recorder(writesTo(disk));
    disk.isSlow = true;
    recorder.onEvent(numbered(1));
    bool isSaved = false;
    recorder.whenSaved(1, [&](const Result<void>& saved) { isSaved = saved.has_value(); });
    QTRY_VERIFY(disk.commits == 1);
    QCoreApplication::processEvents();
    QVERIFY(!isSaved);
    disk.isSlow = false;
    QTRY_VERIFY(isSaved);
    QCOMPARE(recorder.savedNumber(), std::int64_t {1});
    bool isToldAgain = false;
    recorder.whenSaved(1, [&](const Result<void>& saved) { isToldAgain = saved.has_value(); });
    QVERIFY(!isToldAgain); // never from within
    QTRY_VERIFY(isToldAgain);
}

void TestRecorder::manyEventsShareACommit()
{
    Disk disk;
    Recorder recorder(writesTo(disk));
    disk.isSlow = true;
    recorder.onEvent(numbered(1));
    QTRY_VERIFY(disk.commits == 1);
    for (int i = 2; i <= 5000; ++i)
        recorder.onEvent(numbered(i));
    disk.isSlow = false;
    QTRY_COMPARE(recorder.savedNumber(), std::int64_t {5000});
    QCOMPARE(disk.commits.load(), 2);
}

void TestRecorder::closingSavesEverything()
{
    Disk disk;
    Recorder recorder(writesTo(disk));
    for (int i = 1; i <= 100; ++i)
        recorder.onEvent(numbered(i));
    bool isClosed = false;
    recorder.close([&](const Result<void>& closed) { isClosed = closed.has_value(); });
    QTRY_VERIFY(isClosed);
    QCOMPARE(disk.saved.load(), std::int64_t {100});
    QVERIFY(disk.isClosed);
}

void TestRecorder::aFailureIsToldToAllWhoWait()
{
    Disk disk;
    disk.failAtCommit = 1;
    Recorder recorder(writesTo(disk));
    QSignalSpy spy(&recorder, &Recorder::failed);
    recorder.onEvent(numbered(1));
    QTRY_COMPARE(recorder.savedNumber(), std::int64_t {1});
    recorder.onEvent(numbered(2));
    std::string message;
    recorder.whenSaved(2, [&](const Result<void>& saved) { message = saved.error().message; });
    QTRY_COMPARE(message, std::string("The disk is full."));
    QCOMPARE(spy.size(), 1);
    QCOMPARE(spy[0][1].toLongLong(), 1);
    // Nothing is tried again, and who asks later hears the same.
    recorder.onEvent(numbered(3));
    message.clear();
    recorder.whenSaved(3, [&](const Result<void>& saved) { message = saved.error().message; });
    QTRY_COMPARE(message, std::string("The disk is full."));
    QCOMPARE(disk.commits.load(), 2);
}

void TestRecorder::aFileThatCannotBeMadeIsAFailure()
{
    Recorder recorder([]() -> Result<std::unique_ptr<RecordingWriter>> {
        return fail(ErrorCode::Invalid, "It is there already.");
    });
    QSignalSpy spy(&recorder, &Recorder::failed);
    QTRY_COMPARE(spy.size(), 1);
    bool isClosed = false;
    recorder.close([&](const Result<void>& closed) { isClosed = !closed; });
    QTRY_VERIFY(isClosed);
}

void TestRecorder::theEndOfTheRecorderClosesTheFile()
{
    Disk disk;
    {
        Recorder recorder(writesTo(disk));
        for (int i = 1; i <= 10; ++i)
            recorder.onEvent(numbered(i));
    }
    QCOMPARE(disk.saved.load(), std::int64_t {10});
    QVERIFY(disk.isClosed);
}

QTEST_GUILESS_MAIN(TestRecorder)
#include "tst_recorder.moc"
