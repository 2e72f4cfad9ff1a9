#include "tests/support/failing_vfs.h"
#include "tests/support/odd_trace.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/trace_maker.h"
#include "tracestore/store/kymo_reader.h"
#include "tracestore/store/kymo_writer.h"

#include <QTest>

#include <unistd.h>

using namespace tracestore;
using tests::contentOf;
using tests::writeFile;

namespace fs = std::filesystem;

/// Saving that fails: what was there stays, and nothing is left beside it.
class TestKymoWriter : public QObject
{
    Q_OBJECT

private slots:
    void everyWriteMayFail_data();
    void everyWriteMayFail();
    void aFailedSyncIsAFailedSave();
    void cancelLeavesTheOldFile();
    void cancelWorksInTheMiddle();
    void aVanishedSourceFailsTheSave();
    void theSourceIsNeverWritten();
    void foldersAndDevicesAreRefused();
    void aLinkIsFollowed();
    void whereNoFileCanBeMadeItIsSaid();
    void aReadOnlyFolderIsDenied();
};

namespace {

Result<void> save(const Trace& trace, const fs::path& path)
{
    Job job;
    return saveKymo(trace, path, job);
}

/// Calls back before each detail.
class WatchedPayloads : public PayloadSource
{
public:
    explicit WatchedPayloads(std::function<Result<SpanDetail>(SpanId)> detail)
        : m_detail(std::move(detail))
    { }

    [[nodiscard]] Result<SpanDetail> detail(SpanId span) const override { return m_detail(span); }

    [[nodiscard]] Result<std::string> raw(SpanId) const override { return std::string(); }

private:
    std::function<Result<SpanDetail>(SpanId)> m_detail;
};

TracePtr watchedTrace(std::function<Result<SpanDetail>(SpanId)> detail)
{
    TraceBuilder builder = tests::builderWithSession();
    for (int i = 0; i < 1000; ++i) {
        SpanRecord record;
        record.session = SessionId(0);
        builder.addSpan(record);
    }
    return builder.finish(std::make_shared<WatchedPayloads>(std::move(detail)));
}

} // namespace

void TestKymoWriter::everyWriteMayFail_data()
{
    QTest::addColumn<tests::FailingVfs::Fault>("fault");
    QTest::newRow("disk full") << tests::FailingVfs::Fault::DiskFull;
    QTest::newRow("write error") << tests::FailingVfs::Fault::WriteError;
}

void TestKymoWriter::everyWriteMayFail()
{
    QFETCH(tests::FailingVfs::Fault, fault);
    const tests::TemporaryFolder folder;
    writeFile(folder.file("a.kymo"), "what was there");
    const TracePtr trace = tests::makeOddTrace();
    tests::FailingVfs vfs;
    int failures = 0;
    for (;; ++failures) {
        vfs.failFrom(fault, failures);
        const auto saved = save(*trace, folder.file("a.kymo"));
        if (saved)
            break;
        QCOMPARE(contentOf(folder.file("a.kymo")), std::string("what was there"));
        QCOMPARE(folder.count(), 1);
        if (fault == tests::FailingVfs::Fault::DiskFull)
            QVERIFY(Result<void>(saved).error().message.find("full") != std::string::npos);
    }
    // It got through when it needed no more writes than were allowed, and not before.
    QCOMPARE(failures, vfs.writes());
    qInfo("%d places at which to fail", failures);
    QVERIFY(failures > 10);
    Job job;
    QVERIFY(openKymo(folder.file("a.kymo"), job));
}

void TestKymoWriter::aFailedSyncIsAFailedSave()
{
    const tests::TemporaryFolder folder;
    writeFile(folder.file("a.kymo"), "what was there");
    tests::FailingVfs vfs;
    vfs.failFrom(tests::FailingVfs::Fault::SyncError, 0);
    QVERIFY(!save(*tests::makeAgentTrace(3), folder.file("a.kymo")));
    // Once only: a second sync would say that all is well.
    QCOMPARE(vfs.syncs(), 1);
    QCOMPARE(contentOf(folder.file("a.kymo")), std::string("what was there"));
    QCOMPARE(folder.count(), 1);
}

void TestKymoWriter::cancelLeavesTheOldFile()
{
    const tests::TemporaryFolder folder;
    writeFile(folder.file("a.kymo"), "what was there");
    Job job;
    job.cancel();
    auto saved = saveKymo(*tests::makeAgentTrace(3), folder.file("a.kymo"), job);
    QVERIFY(!saved);
    QCOMPARE(saved.error().code, ErrorCode::Cancelled);
    QCOMPARE(contentOf(folder.file("a.kymo")), std::string("what was there"));
    QCOMPARE(folder.count(), 1);
}

void TestKymoWriter::cancelWorksInTheMiddle()
{
    const tests::TemporaryFolder folder;
    Job job;
    std::uint32_t last = 0;
    const TracePtr trace = watchedTrace([&](SpanId span) {
        last = span.value;
        if (span == SpanId(500))
            job.cancel();
        return SpanDetail();
    });
    auto saved = saveKymo(*trace, folder.file("a.kymo"), job);
    QVERIFY(!saved);
    QCOMPARE(saved.error().code, ErrorCode::Cancelled);
    QCOMPARE(last, 500U);
    QCOMPARE(job.total(), std::uint64_t {1000});
    QCOMPARE(folder.count(), 0);
}

void TestKymoWriter::aVanishedSourceFailsTheSave()
{
    const tests::TemporaryFolder folder;
    const TracePtr trace = watchedTrace([](SpanId span) -> Result<SpanDetail> {
        if (span == SpanId(7))
            return fail(ErrorCode::NotFound, "There is no file source.json.");
        return SpanDetail();
    });
    auto saved = save(*trace, folder.file("a.kymo"));
    QVERIFY(!saved);
    QCOMPARE(saved.error().code, ErrorCode::NotFound);
    QVERIFY(saved.error().where.find("span 7") != std::string::npos);
    QVERIFY(saved.error().message.find("source.json") != std::string::npos);
    QCOMPARE(folder.count(), 0);
}

void TestKymoWriter::theSourceIsNeverWritten()
{
    const tests::TemporaryFolder folder;
    writeFile(folder.file("source.json"), "{}");
    fs::create_symlink(folder.file("source.json"), folder.file("symbolic"));
    fs::create_hard_link(folder.file("source.json"), folder.file("hard"));
    TraceBuilder builder = tests::builderWithSession();
    builder.addFile(folder.file("source.json").string());
    const TracePtr trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    for (const char* name : {"source.json", "symbolic", "hard"}) {
        auto saved = save(*trace, folder.file(name));
        QVERIFY(!saved);
        QCOMPARE(saved.error().code, ErrorCode::Denied);
        QCOMPARE(contentOf(folder.file("source.json")), std::string("{}"));
    }
    QCOMPARE(folder.count(), 3);
}

void TestKymoWriter::foldersAndDevicesAreRefused()
{
    const tests::TemporaryFolder folder;
    const TracePtr trace = tests::makeAgentTrace(1);
    for (const fs::path& path : {folder.path(), fs::path("/dev/full"), fs::path("/")}) {
        auto saved = save(*trace, path);
        QVERIFY(!saved);
        QCOMPARE(saved.error().code, ErrorCode::Unsupported);
    }
    QVERIFY(fs::is_character_file("/dev/full"));
    QCOMPARE(folder.count(), 0);
}

void TestKymoWriter::aLinkIsFollowed()
{
    const tests::TemporaryFolder folder;
    fs::create_symlink(folder.file("real.kymo"), folder.file("link.kymo"));
    writeFile(folder.file("real.kymo"), "old");
    QVERIFY(save(*tests::makeAgentTrace(1), folder.file("link.kymo")));
    QVERIFY(fs::is_symlink(folder.file("link.kymo")));
    Job job;
    QVERIFY(openKymo(folder.file("real.kymo"), job));
}

void TestKymoWriter::whereNoFileCanBeMadeItIsSaid()
{
    const tests::TemporaryFolder folder;
    const TracePtr trace = tests::makeAgentTrace(1);
    auto missing = save(*trace, folder.file("no such folder") / "a.kymo");
    QVERIFY(!missing);
    QCOMPARE(missing.error().code, ErrorCode::Io);
    QVERIFY(missing.error().message.find("no such folder") != std::string::npos);
    QVERIFY(!save(*trace, "/proc/a.kymo"));
}

void TestKymoWriter::aReadOnlyFolderIsDenied()
{
    const tests::TemporaryFolder folder;
    const TracePtr trace = tests::makeAgentTrace(1);
    if (::geteuid() == 0)
        QSKIP("the administrator may write into any folder");
    fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
    auto readOnly = save(*trace, folder.file("a.kymo"));
    fs::permissions(folder.path(), fs::perms::owner_all);
    QVERIFY(!readOnly);
    QCOMPARE(readOnly.error().code, ErrorCode::Denied);
}

QTEST_GUILESS_MAIN(TestKymoWriter)
#include "tst_kymo_writer.moc"
