#include "tests/support/failing_vfs.h"
#include "tests/support/run_log.h"
#include "tests/support/same_event.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/trace_maker.h"
#include "tests/support/trace_text.h"
#include "tracestore/open_trace.h"
#include "tracestore/recording/recording_reader.h"
#include "tracestore/recording/recording_writer.h"
#include "tracestore/recording/run_trace.h"
#include "tracestore/store/kymo_reader.h"
#include "tracestore/store/kymo_writer.h"

#include <QTest>

#include <sqlite3.h>
#include <sys/stat.h>

using namespace tracestore;
using tests::contentOf;

namespace fs = std::filesystem;

/// Recordings as files: written, left, gone on with, closed, opened.
class TestRecording : public QObject
{
    Q_OBJECT

private slots:
    void everyEventComesBack();
    void aClosedFileIsTheLiveTrace();
    void aClosedFileIsOneAndPrivate();
    void aClosedFileAnswersQueries();
    void anOpenFileOpens();
    void anOpenFileGrows();
    void aFileWithoutItsJournalOpens();
    void aCopyInAnotherPlaceOpens();
    void itGoesOnAfterAnInterruption();
    void onlyOneMayWrite();
    void whatCannotBeGoneOnWithIsRefused();
    void aFileThatIsThereIsNeverReplaced();
    void numbersMustFollow();
    void everyWriteMayFail_data();
    void everyWriteMayFail();
    void aFailedSyncIsNeverTriedAgain();
    void damagedEventsAreTold();
    void anotherJournalIsNotBelieved();
    void aLongJournalIsMovedIntoTheFile();
    void theSizeIsLinear();
};

namespace {

std::string record(const fs::path& path, const std::vector<RunEvent>& events, bool isClosed)
{
    auto writer = RecordingWriter::create(path);
    if (!writer)
        return writer.error().message;
    for (const RunEvent& event : events) {
        if (auto done = (*writer)->append(event); !done)
            return done.error().message;
        if (event.number % 3 != 0)
            continue;
        if (auto done = (*writer)->commit(); !done)
            return done.error().message;
    }
    if (auto done = isClosed ? (*writer)->close() : (*writer)->commit(); !done)
        return done.error().message;
    return {};
}

TracePtr liveTrace(const fs::path& path, const std::vector<RunEvent>& events, bool isInterrupted)
{
    RunTrace run(path.string());
    for (const RunEvent& event : events)
        run.add(event);
    return run.snapshot(isInterrupted);
}

Result<TracePtr> open(const fs::path& path)
{
    Job job;
    return openTrace({.paths = {path}}, {}, job);
}

void execute(const fs::path& path, const std::string& sql)
{
    sqlite3* database = nullptr;
    sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr);
    char* error = nullptr;
    if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &error) != SQLITE_OK)
        qFatal("%s: %s", sql.c_str(), error);
    sqlite3_close(database);
}

bool areSame(const std::vector<RunEvent>& a, const std::vector<RunEvent>& b)
{
    return std::ranges::equal(a, b, [](const RunEvent& left, const RunEvent& right) {
        return tests::isSame(left, right);
    });
}

std::string problemsOf(const Trace& trace)
{
    std::string text;
    for (const ReportRow& row : trace.report().rows())
        text += std::string(toWord(row.severity)) + ' ' + row.field + ": " + row.message + '\n';
    return text;
}

fs::path journalOf(const fs::path& path)
{
    return path.string() + "-wal";
}

} // namespace

void TestRecording::everyEventComesBack()
{
    const tests::TemporaryFolder folder;
    const auto events = tests::makeOddRun();
    for (const bool isClosed : {false, true}) {
        const fs::path path = folder.file(isClosed ? "closed.kymo" : "open.kymo");
        QCOMPARE(record(path, events, isClosed), std::string());
        const auto recording = readRecording(path);
        QVERIFY2(recording, recording ? "" : recording.error().message.c_str());
        QVERIFY(areSame(recording->events, events));
        QCOMPARE(recording->isComplete, isClosed);
        QCOMPARE(recording->damaged, std::uint64_t {0});
        QVERIFY(recording->inDoubt.empty());
    }
    // The histories that were sent share what they have in common.
    const auto recording = readRecording(folder.file("closed.kymo"));
    const auto& first = std::get<EffectWanted>(recording->events[2].fact).input;
    const auto& second = std::get<EffectWanted>(recording->events[7].fact).input;
    QCOMPARE(first.node(), second.node());
}

void TestRecording::aClosedFileIsTheLiveTrace()
{
    const tests::TemporaryFolder folder;
    const auto events = tests::makeOddRun();
    const fs::path path = folder.file("a.kymo");
    QCOMPARE(record(path, events, true), std::string());
    const auto opened = open(path);
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    const TracePtr live = liveTrace(path, events, false);
    QVERIFY(tests::fullText(**opened, true) == tests::fullText(*live, true));
    QVERIFY((*opened)->origin() == live->origin());
    // And it can be saved like any other.
    Job job;
    QVERIFY(saveKymo(**opened, folder.file("b.kymo"), job));
    const auto again = open(folder.file("b.kymo"));
    QVERIFY(again);
    QVERIFY(tests::fullText(**again, true) == tests::fullText(*live, true));
    QCOMPARE(readRecording(folder.file("b.kymo")).error().code, ErrorCode::Invalid);
}

void TestRecording::aClosedFileIsOneAndPrivate()
{
    const tests::TemporaryFolder folder;
    const fs::path path = folder.file("a.kymo");
    const auto mode = [](const fs::path& file) {
        struct stat info
        { };

        return ::stat(file.c_str(), &info) == 0 ? info.st_mode & 0777U : 0;
    };
    {
        auto writer = RecordingWriter::create(path);
        QVERIFY(writer);
        for (const RunEvent& event : tests::makeOddRun())
            QVERIFY((*writer)->append(event));
        QVERIFY((*writer)->commit());
        QCOMPARE(folder.count(), 2);
        QCOMPARE(mode(path), 0600U);
        QCOMPARE(mode(journalOf(path)), 0600U);
        QVERIFY((*writer)->close());
        QCOMPARE(folder.count(), 1);
        QVERIFY(!(*writer)->commit());
    }
    QCOMPARE(folder.count(), 1);
    QCOMPARE(mode(path), 0600U);
    // No journal of the kind that needs more files.
    QCOMPARE(contentOf(path).substr(18, 2), std::string("\1\1"));
}

void TestRecording::aClosedFileAnswersQueries()
{
    const tests::TemporaryFolder folder;
    QCOMPARE(record(folder.file("a.kymo"), tests::makeOddRun(), true), std::string());
    QCOMPARE(record(folder.file("open.kymo"), tests::makeOddRun(), false), std::string());
    const auto ask = [&](const char* name, const std::string& sql) {
        auto tables = openKymoTables(folder.file(name));
        if (!tables)
            return tables.error().message;
        auto select = tables->prepare(sql);
        if (!select)
            return tables->lastMessage();
        return select->step().value_or(false) ? std::string(select->bytes(0)) : "no row";
    };
    for (const char* name : {"a.kymo", "open.kymo"})
        QCOMPARE(ask(name,
                     "SELECT readable.text ->> 'name' FROM event JOIN readable ON "
                     "readable.id = event.body WHERE type = 'effect_wanted' AND effect = "
                     "'support:2.2.1'"),
                 std::string("refund"));
    QCOMPARE(ask("a.kymo", "SELECT count(*) FROM span WHERE kind = 'llm' AND counts_in_totals"),
             std::string("2"));
    QCOMPARE(ask("a.kymo", "SELECT value FROM meta WHERE key = 'recording'"),
             std::string("closed"));
    QCOMPARE(ask("open.kymo", "SELECT value FROM meta WHERE key = 'recording'"),
             std::string("open"));
}

void TestRecording::anOpenFileOpens()
{
    const tests::TemporaryFolder folder;
    const fs::path path = folder.file("a.kymo");
    auto events = tests::makeOddRun();
    events.resize(12); // the tool has its intent and no outcome
    events.back().fact = EffectWanted {.kind = EffectKind::Tool, .name = "refund"};
    events.back().effect = "support:2.2.1";
    QCOMPARE(record(path, events, false), std::string());
    const std::string before = contentOf(path) + contentOf(journalOf(path));
    const auto opened = open(path);
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    const TracePtr live = liveTrace(path, events, true);
    QCOMPARE(tests::treeText(**opened), tests::treeText(*live));
    const std::string problems = problemsOf(**opened);
    QVERIFY2(problems.find("broken : The recording is incomplete") != std::string::npos,
             problems.c_str());
    QVERIFY2(problems.find("note support:2.2.1: ") != std::string::npos, problems.c_str());
    // Reading has written nothing, not even beside it.
    QVERIFY(contentOf(path) + contentOf(journalOf(path)) == before);
    QCOMPARE(folder.count(), 2);
    Job job;
    QCOMPARE(openKymo(path, job).error().code, ErrorCode::Unsupported);
    QCOMPARE(readRecording(path)->inDoubt, std::vector<std::string> {"support:2.2.1"});
}

void TestRecording::anOpenFileGrows()
{
    const tests::TemporaryFolder folder;
    const fs::path path = folder.file("a.kymo");
    auto writer = RecordingWriter::create(path);
    QVERIFY(writer);
    std::vector<RunEvent> sofar;
    for (const RunEvent& event : tests::makeOddRun()) {
        QVERIFY((*writer)->append(event));
        const auto before = readRecording(path);
        QVERIFY2(before, before ? "" : before.error().message.c_str());
        QCOMPARE(before->events.size(), sofar.size());
        QVERIFY((*writer)->commit());
        sofar.push_back(event);
        const auto opened = open(path);
        QVERIFY(opened);
        QCOMPARE(tests::treeText(**opened), tests::treeText(*liveTrace(path, sofar, false)));
        QVERIFY(problemsOf(**opened).find("still being recorded") != std::string::npos);
        QCOMPARE((*opened)->report().broken(), std::uint64_t {0});
    }
    QVERIFY((*writer)->close());
    QVERIFY(problemsOf(**open(path)).empty());
}

/// Whoever copies only the file has what was moved into it, and is told that it is not all.
void TestRecording::aFileWithoutItsJournalOpens()
{
    const tests::TemporaryFolder folder;
    const fs::path path = folder.file("a.kymo");
    QCOMPARE(record(path, tests::makeOddRun(), false), std::string());
    fs::remove(journalOf(path));
    const auto opened = open(path);
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    QCOMPARE((*opened)->spanCount(), std::size_t {0});
    QCOMPARE((*opened)->report().broken(), std::uint64_t {1});
}

void TestRecording::aCopyInAnotherPlaceOpens()
{
    const tests::TemporaryFolder folder;
    const fs::path path = folder.file("a.kymo");
    QCOMPARE(record(path, tests::makeOddRun(), false), std::string());
    fs::create_directory(folder.path() / "copy");
    const fs::path copy = folder.path() / "copy" / "other name.kymo";
    fs::copy_file(path, copy);
    fs::copy_file(journalOf(path), journalOf(copy));
    const auto recording = readRecording(copy);
    QVERIFY(recording);
    QVERIFY(areSame(recording->events, tests::makeOddRun()));
}

void TestRecording::itGoesOnAfterAnInterruption()
{
    const tests::TemporaryFolder folder;
    const fs::path path = folder.file("a.kymo");
    const auto events = tests::makeOddRun();
    // Left and gone on with after every event.
    {
        auto writer = RecordingWriter::create(path);
        QVERIFY(writer);
    }
    for (const RunEvent& event : events) {
        auto writer = RecordingWriter::resume(path);
        QVERIFY2(writer, writer ? "" : writer.error().message.c_str());
        QCOMPARE((*writer)->savedNumber(), event.number - 1);
        QVERIFY((*writer)->append(event));
        QVERIFY((*writer)->commit());
        QCOMPARE((*writer)->savedNumber(), event.number);
    }
    QVERIFY((*RecordingWriter::resume(path))->close());
    const auto opened = open(path);
    QVERIFY(opened);
    QVERIFY(tests::fullText(**opened, true)
            == tests::fullText(*liveTrace(path, events, false), true));
    // No content stands there twice.
    QCOMPARE(record(folder.file("b.kymo"), events, true), std::string());
    const auto count = [&](const char* name) {
        auto tables = openKymoTables(folder.file(name));
        auto select = tables->prepare("SELECT (SELECT count(*) FROM payload) || ' ' || (SELECT "
                                      "count(*) FROM message_list)");
        return select->step() ? std::string(select->bytes(0)) : std::string();
    };
    QCOMPARE(count("a.kymo"), count("b.kymo"));
}

void TestRecording::onlyOneMayWrite()
{
    const tests::TemporaryFolder folder;
    const fs::path path = folder.file("a.kymo");
    auto writer = RecordingWriter::create(path);
    QVERIFY(writer);
    const auto second = RecordingWriter::resume(path);
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Denied);
    QVERIFY(second.error().message.find("being written") != std::string::npos);
    // Reading it here takes the lock from nobody.
    QVERIFY(readRecording(path));
    QCOMPARE(RecordingWriter::resume(path).error().code, ErrorCode::Denied);
    writer->reset();
    QVERIFY(RecordingWriter::resume(path));
}

void TestRecording::whatCannotBeGoneOnWithIsRefused()
{
    const tests::TemporaryFolder folder;
    QCOMPARE(record(folder.file("closed.kymo"), tests::makeOddRun(), true), std::string());
    QCOMPARE(RecordingWriter::resume(folder.file("closed.kymo")).error().code, ErrorCode::Invalid);
    QCOMPARE(RecordingWriter::resume(folder.file("nothing")).error().code, ErrorCode::NotFound);
    tests::writeFile(folder.file("text"), "no database");
    QCOMPARE(RecordingWriter::resume(folder.file("text")).error().code, ErrorCode::Unsupported);
    Job job;
    QVERIFY(saveKymo(*tests::makeAgentTrace(2), folder.file("saved.kymo"), job));
    QCOMPARE(RecordingWriter::resume(folder.file("saved.kymo")).error().code, ErrorCode::Invalid);
    QCOMPARE(readRecording(folder.file("saved.kymo")).error().code, ErrorCode::Invalid);
}

void TestRecording::aFileThatIsThereIsNeverReplaced()
{
    const tests::TemporaryFolder folder;
    tests::writeFile(folder.file("a.kymo"), "mine");
    const auto writer = RecordingWriter::create(folder.file("a.kymo"));
    QVERIFY(!writer);
    QCOMPARE(writer.error().code, ErrorCode::Invalid);
    QCOMPARE(contentOf(folder.file("a.kymo")), std::string("mine"));
    QVERIFY(!RecordingWriter::create(folder.path() / "no such folder" / "a.kymo"));
}

void TestRecording::numbersMustFollow()
{
    const tests::TemporaryFolder folder;
    auto writer = RecordingWriter::create(folder.file("a.kymo"));
    QVERIFY(writer);
    const auto events = tests::makeOddRun();
    QVERIFY((*writer)->append(events[0]));
    QVERIFY((*writer)->commit());
    QVERIFY(!(*writer)->append(events[2]));
    writer->reset();
    QCOMPARE(readRecording(folder.file("a.kymo"))->events.size(), std::size_t {1});
}

void TestRecording::everyWriteMayFail_data()
{
    QTest::addColumn<tests::FailingVfs::Fault>("fault");
    QTest::newRow("disk full") << tests::FailingVfs::Fault::DiskFull;
    QTest::newRow("write error") << tests::FailingVfs::Fault::WriteError;
    QTest::newRow("sync error") << tests::FailingVfs::Fault::SyncError;
}

/// What was saved before a failure stays, whatever failed, and so in the closing.
void TestRecording::everyWriteMayFail()
{
    QFETCH(tests::FailingVfs::Fault, fault);
    const tests::TemporaryFolder folder;
    const fs::path path = folder.file("a.kymo");
    const auto events = tests::makeOddRun();
    tests::FailingVfs vfs;
    int failures = 0;
    int afterCreation = 0;
    for (;; ++failures) {
        fs::remove(path);
        fs::remove(journalOf(path));
        vfs.failFrom(fault, failures);
        std::int64_t saved = 0;
        bool isClosed = false;
        {
            auto writer = RecordingWriter::create(path);
            if (!writer) {
                QCOMPARE(folder.count(), 0);
                continue;
            }
            Result<void> done;
            for (const RunEvent& event : events) {
                done = (*writer)->append(event);
                if (done && event.number % 4 == 0)
                    done = (*writer)->commit();
                if (!done)
                    break;
            }
            if (done)
                done = (*writer)->close();
            isClosed = done.has_value();
            saved = (*writer)->savedNumber();
            // It stays a failure.
            if (!isClosed)
                QVERIFY(!(*writer)->commit());
        }
        const int writes
            = fault == tests::FailingVfs::Fault::SyncError ? vfs.syncs() : vfs.writes();
        vfs.heal();
        const auto recording = readRecording(path);
        QVERIFY2(recording, recording ? "" : recording.error().message.c_str());
        QVERIFY(static_cast<std::int64_t>(recording->events.size()) >= saved);
        QCOMPARE(recording->damaged, std::uint64_t {0});
        for (std::size_t i = 0; i < recording->events.size(); ++i)
            QVERIFY(tests::isSame(recording->events[i], events[i]));
        QVERIFY(open(path));
        if (isClosed) {
            QVERIFY(recording->isComplete);
            QCOMPARE(failures, writes);
            break;
        }
        ++afterCreation;
        if (!recording->isComplete)
            QVERIFY(RecordingWriter::resume(path));
    }
    qInfo("%d places at which to fail, %d after the creation", failures, afterCreation);
    QVERIFY(failures > 10);
    QVERIFY(afterCreation > 5);
}

void TestRecording::aFailedSyncIsNeverTriedAgain()
{
    const tests::TemporaryFolder folder;
    tests::FailingVfs vfs;
    auto writer = RecordingWriter::create(folder.file("a.kymo"));
    QVERIFY(writer);
    const auto events = tests::makeOddRun();
    vfs.failFrom(tests::FailingVfs::Fault::SyncError, 0);
    QVERIFY((*writer)->append(events[0]));
    QVERIFY(!(*writer)->commit());
    QCOMPARE((*writer)->savedNumber(), std::int64_t {0});
    const int writes = vfs.writes();
    // The disk would take it again; nobody may say that all is well.
    vfs.heal();
    QVERIFY(!(*writer)->commit());
    QVERIFY(!(*writer)->append(events[1]));
    QVERIFY(!(*writer)->close());
    writer->reset();
    QCOMPARE(vfs.syncs(), 0);
    QCOMPARE(vfs.writes(), 0);
    QVERIFY(writes > 0);
}

void TestRecording::damagedEventsAreTold()
{
    const tests::TemporaryFolder folder;
    const auto events = tests::makeOddRun();
    const auto check = [&](const std::string& sql, std::uint64_t damaged, std::size_t left) {
        const fs::path path = folder.file("a.kymo");
        fs::remove(path);
        fs::remove(journalOf(path));
        QCOMPARE(record(path, events, false), std::string());
        execute(path, sql);
        const auto recording = readRecording(path);
        QVERIFY2(recording, recording ? "" : recording.error().message.c_str());
        QCOMPARE(recording->damaged, damaged);
        QCOMPARE(recording->events.size(), left);
        const auto opened = open(path);
        QVERIFY(opened);
        const std::string problems = problemsOf(**opened);
        QCOMPARE(problems.find("Events of this recording are damaged") != std::string::npos,
                 damaged > 0);
        if (damaged > 0)
            QCOMPARE(RecordingWriter::resume(path).error().code, ErrorCode::Corrupt);
    };
    const std::size_t all = events.size();
    check("UPDATE event SET time_ns = time_ns WHERE number = 5", 0, all);
    check("UPDATE event SET time_ns = time_ns + 1 WHERE number = 5", 1, all - 1);
    check("UPDATE event SET sum = sum + 1 WHERE number = 5", 1, all - 1);
    check("UPDATE event SET type = 'edit_made' WHERE number = 3", 1, all - 1);
    // The row behind the gap is not proven to be the next.
    check("DELETE FROM event WHERE number IN (4, 5)", 3, all - 3);
    check("UPDATE payload SET content = 'x' WHERE id = (SELECT body FROM event WHERE number = 4)",
          1,
          all - 1);
    check("UPDATE message_list SET length = 9 WHERE id = 1", 3, all);
}

void TestRecording::anotherJournalIsNotBelieved()
{
    const tests::TemporaryFolder folder;
    const fs::path path = folder.file("a.kymo");
    const auto events = tests::makeOddRun();
    QCOMPARE(record(path, events, false), std::string());
    const std::string journal = contentOf(journalOf(path));
    std::size_t fewer = 0;
    for (std::size_t at = 0; at < journal.size(); at += 1777) {
        std::string changed = journal;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        tests::writeFile(journalOf(path), changed);
        const auto recording = readRecording(path);
        QVERIFY2(recording, recording ? "" : recording.error().message.c_str());
        QCOMPARE(recording->damaged, std::uint64_t {0});
        fewer += recording->events.size() < events.size() ? 1 : 0;
        for (std::size_t i = 0; i < recording->events.size(); ++i)
            QVERIFY(tests::isSame(recording->events[i], events[i]));
    }
    QVERIFY(fewer > 10);
    for (std::size_t size = 0; size < journal.size(); size += 5003) {
        tests::writeFile(journalOf(path), journal.substr(0, size));
        QVERIFY(readRecording(path));
    }
}

void TestRecording::aLongJournalIsMovedIntoTheFile()
{
    const tests::TemporaryFolder folder;
    const fs::path path = folder.file("a.kymo");
    auto writer = RecordingWriter::create(path);
    QVERIFY(writer);
    std::int64_t number = 1;
    std::uint64_t state = 1;
    for (int i = 0; i < 90; ++i) {
        std::string result(1 << 20, ' ');
        for (char& c : result) {
            state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
            c = static_cast<char>(' ' + (state >> 40U) % 90);
        }
        QVERIFY((*writer)->append({.number = number,
                                   .effect = "a:1.1.1",
                                   .fact = EffectEnded {.result = std::move(result)}}));
        ++number;
        QVERIFY((*writer)->commit());
    }
    QVERIFY(fs::file_size(journalOf(path)) < (std::uintmax_t {72} << 20U));
    QVERIFY(fs::file_size(path) > (std::uintmax_t {32} << 20U));
    const auto recording = readRecording(path);
    QVERIFY(recording);
    QCOMPARE(recording->events.size(), std::size_t {90});
    QCOMPARE(recording->damaged, std::uint64_t {0});
}

/// Every call sends the whole history; the file holds each message once.
void TestRecording::theSizeIsLinear()
{
    const tests::TemporaryFolder folder;
    const auto sizeOf = [&](std::size_t turns) {
        const fs::path path = folder.file(turns == 125 ? "small.kymo" : "large.kymo");
        if (record(path, tests::makeConversation(turns), true) != std::string())
            return 0.0;
        return static_cast<double>(fs::file_size(path));
    };
    const double small = sizeOf(125);
    const double large = sizeOf(500);
    qInfo("125 turns %.0f kB, 500 turns %.0f kB", small / 1000, large / 1000);
    QVERIFY(small > 0);
    QVERIFY(large < 5 * small);
    // The control: as each call says it, the last alone is a hundred times as long as the first.
    const auto recording = readRecording(folder.file("large.kymo"));
    QVERIFY(recording);
    std::size_t messages = 0;
    for (const RunEvent& event : recording->events) {
        if (const auto* wanted = std::get_if<EffectWanted>(&event.fact))
            messages += wanted->input.size();
    }
    QCOMPARE(messages, std::size_t {500 * 500});
}

QTEST_GUILESS_MAIN(TestRecording)
#include "tst_recording.moc"
