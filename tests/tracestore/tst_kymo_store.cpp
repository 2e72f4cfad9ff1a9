#include "tests/support/odd_trace.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_maker.h"
#include "tests/support/trace_text.h"
#include "tracestore/open_trace.h"
#include "tracestore/recording/recording_reader.h"
#include "tracestore/recording/recording_writer.h"
#include "tracestore/register_builtins.h"
#include "tracestore/store/kymo_file.h"
#include "tracestore/store/kymo_reader.h"
#include "tracestore/store/kymo_writer.h"

#include <QTest>

#include <sqlite3.h>
#include <sys/stat.h>

using namespace tracestore;
using tests::contentOf;
using tests::writeFile;
using namespace Qt::StringLiterals;

namespace fs = std::filesystem;

class TestKymoStore : public QObject
{
    Q_OBJECT

private slots:
    void everyFieldComesBack();
    void anAgentTraceComesBack();
    void anEmptyTraceComesBack();
    void aSavedTraceCanBeSavedAgain();
    void openTraceKnowsItsOwnFiles();
    void everySampleComesBack();
    void everyExampleComesBack();
    void savingTwiceGivesTheSameBytes();
    void growingHistoriesAreStoredOnce();
    void equalRecordsAreStoredOnce();
    void onlyOneFileIsLeft();
    void aFileOfVersionOneStillOpens();
    void aFileOfVersionTwoStillOpens();
    void aFileOfVersionThreeStillOpens();
    void aNewerVersionIsRefused();
    void filesOfOthersAreRefused();
};

namespace {

std::string saveError(const Trace& trace, const fs::path& path)
{
    Job job;
    auto saved = saveKymo(trace, path, job);
    return saved ? std::string() : saved.error().where + ": " + saved.error().message;
}

/// The trace as it comes back from a file; null, with a warning, where it does not.
TracePtr savedAndOpened(const Trace& trace, const fs::path& path)
{
    if (const std::string error = saveError(trace, path); !error.empty()) {
        qWarning("%s", error.c_str());
        return {};
    }
    Job job;
    auto opened = openKymo(path, job);
    if (!opened)
        qWarning("%s", opened.error().message.c_str());
    return opened ? *opened : TracePtr();
}

/// The first line in which two texts differ, in both; nothing where they are equal.
QString firstDifference(const std::string& a, const std::string& b)
{
    if (a == b)
        return {};
    const auto [inA, inB] = std::ranges::mismatch(a, b);
    const auto from = static_cast<std::size_t>(std::max<std::ptrdiff_t>(inA - a.begin() - 60, 0));
    return QString::fromStdString("saved: …" + a.substr(from, 200) + "\nopened: …"
                                  + b.substr(std::min(from, b.size()), 200));
}

QString differenceAfterSaving(const Trace& trace)
{
    const tests::TemporaryFolder folder;
    const TracePtr opened = savedAndOpened(trace, folder.file("a.kymo"));
    if (opened == nullptr)
        return u"was not saved and opened"_s;
    return firstDifference(tests::fullText(trace, true), tests::fullText(*opened, true));
}

/// The number that a query gives.
std::int64_t query(const fs::path& path, const char* sql)
{
    sqlite3* database = nullptr;
    sqlite3_stmt* statement = nullptr;
    std::int64_t number = -1;
    if (sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK
        && sqlite3_prepare_v2(database, sql, -1, &statement, nullptr) == SQLITE_OK
        && sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return number;
}

/// Saves and opens again what the importers can open below a folder, each file by itself.
/// Gives how many there were; fails the test where one does not come back.
void checkAllBelow(const fs::path& folder, int& count, std::size_t& spans)
{
    const ImporterRegistry importers = builtinImporters();
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file())
            continue;
        Job job;
        const auto trace = openTrace({.paths = {entry.path()}}, importers, job);
        if (!trace)
            continue;
        const QString difference = differenceAfterSaving(**trace);
        QVERIFY2(difference.isEmpty(),
                 qPrintable(QString::fromStdString(entry.path().string()) + u'\n' + difference));
        ++count;
        spans += (*trace)->spanCount();
    }
}

/// A file of an older version from the test data.
void unpackSample(const char* name, const fs::path& to)
{
    Job job;
    const auto packed = ByteSource::open(tests::dataDir() / "kymo" / name, job);
    QVERIFY(packed);
    const auto bytes = (*packed)->read(0, (*packed)->size());
    QVERIFY(bytes);
    writeFile(to, std::string(*bytes));
}

} // namespace

void TestKymoStore::everyFieldComesBack()
{
    const TracePtr trace = tests::makeOddTrace();
    QCOMPARE(differenceAfterSaving(*trace), QString());
    // fullText() writes messages as JSON; attributes it takes as they are, be they no UTF-8.
    const tests::TemporaryFolder folder;
    const TracePtr opened = savedAndOpened(*trace, folder.file("a.kymo"));
    QVERIFY(opened != nullptr);
    for (const SpanId span : {SpanId(0), SpanId(1), SpanId(5)})
        QVERIFY(*opened->payloads().detail(span) == *trace->payloads().detail(span));
    QVERIFY(opened->report() == trace->report());
    QVERIFY(opened->origin() == trace->origin());
}

void TestKymoStore::anAgentTraceComesBack()
{
    QCOMPARE(differenceAfterSaving(*tests::makeAgentTrace(300)), QString());
}

void TestKymoStore::anEmptyTraceComesBack()
{
    TraceBuilder builder({});
    const TracePtr trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    QCOMPARE(differenceAfterSaving(*trace), QString());
}

void TestKymoStore::aSavedTraceCanBeSavedAgain()
{
    const tests::TemporaryFolder folder;
    const TracePtr trace = tests::makeOddTrace();
    const TracePtr first = savedAndOpened(*trace, folder.file("a.kymo"));
    QVERIFY(first != nullptr);
    // Over the file whose payloads are still being read.
    const TracePtr second = savedAndOpened(*first, folder.file("a.kymo"));
    QVERIFY(second != nullptr);
    QCOMPARE(firstDifference(tests::fullText(*trace, true), tests::fullText(*second, true)),
             QString());
    QCOMPARE(firstDifference(tests::fullText(*trace, true), tests::fullText(*first, true)),
             QString());
}

void TestKymoStore::openTraceKnowsItsOwnFiles()
{
    const tests::TemporaryFolder folder;
    const TracePtr trace = tests::makeAgentTrace(3);
    QCOMPARE(saveError(*trace, folder.file("a # 100%?.kymo")), std::string());
    Job job;
    const ImporterRegistry none;
    const auto opened = openTrace({.paths = {folder.file("a # 100%?.kymo")}}, none, job);
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    QCOMPARE((*opened)->origin().formatId, std::string("test"));
    QCOMPARE((*opened)->spanCount(), trace->spanCount());
}

void TestKymoStore::everySampleComesBack()
{
    KYMO_NEED_SAMPLES();
    int count = 0;
    std::size_t spans = 0;
    checkAllBelow(tests::samplesDir(), count, spans);
    qInfo("%d sample files with %zu spans came back", count, spans);
    QCOMPARE(count > 0, !builtinImporters().entries().empty());
}

void TestKymoStore::everyExampleComesBack()
{
    if (!fs::is_directory(tests::examplesDir()))
        QSKIP("there are no examples yet");
    int count = 0;
    std::size_t spans = 0;
    checkAllBelow(tests::examplesDir(), count, spans);
    qInfo("%d example files with %zu spans came back", count, spans);
    QCOMPARE(count > 0, !builtinImporters().entries().empty());
}

void TestKymoStore::savingTwiceGivesTheSameBytes()
{
    const tests::TemporaryFolder folder;
    const TracePtr trace = tests::makeOddTrace();
    QCOMPARE(saveError(*trace, folder.file("a.kymo")), std::string());
    QCOMPARE(saveError(*trace, folder.file("b.kymo")), std::string());
    QVERIFY(contentOf(folder.file("a.kymo")) == contentOf(folder.file("b.kymo")));
}

namespace {

/// Model calls that each send all that was said before: message i is new at call i. The raw record
/// and an attribute hold the whole history as one text.
class GrowingPayloads : public PayloadSource
{
public:
    [[nodiscard]] Result<SpanDetail> detail(SpanId span) const override
    {
        SpanDetail detail;
        for (std::size_t i = 0; i <= span.index(); ++i)
            detail.input.push_back({Role::User, {}, {}, {}, {TextPart {saying(i)}}});
        detail.inputState = ContentState::Full;
        detail.attributes = {{"history", '"' + history(span) + '"'}};
        return detail;
    }

    [[nodiscard]] Result<std::string> raw(SpanId span) const override
    {
        return "{\"messages\":\"" + history(span) + "\"}";
    }

private:
    /// 1 kB of text that does not pack to nothing.
    static std::string saying(std::size_t number)
    {
        std::string text;
        std::uint64_t state = number + 1;
        while (text.size() < 1000) {
            state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
            text += static_cast<char>('a' + (state >> 59U) % 26);
        }
        return text;
    }

    static std::string history(SpanId span)
    {
        std::string text;
        for (std::size_t i = 0; i <= span.index(); ++i)
            text += saying(i);
        return text;
    }
};

std::uintmax_t sizeOfGrowing(std::size_t calls)
{
    TraceBuilder builder = tests::builderWithSession();
    for (std::size_t i = 0; i < calls; ++i) {
        SpanRecord call;
        call.session = SessionId(0);
        call.kind = SpanKind::Llm;
        builder.addSpan(call);
    }
    const TracePtr trace = builder.finish(std::make_shared<GrowingPayloads>());
    const tests::TemporaryFolder folder;
    if (!saveError(*trace, folder.file("a.kymo")).empty())
        return 0;
    return fs::file_size(folder.file("a.kymo"));
}

} // namespace

void TestKymoStore::growingHistoriesAreStoredOnce()
{
    const auto smallest = sizeOfGrowing(1);
    const auto some = sizeOfGrowing(100);
    const auto more = sizeOfGrowing(200);
    QVERIFY(smallest > 0);
    QVERIFY(some > smallest);
    const double growth
        = static_cast<double>(more - smallest) / static_cast<double>(some - smallest);
    qInfo("100 calls: %llu bytes, 200 calls: %llu bytes, growth %.2f",
          static_cast<unsigned long long>(some),
          static_cast<unsigned long long>(more),
          growth);
    // Stored call by call it would grow fourfold, to more than 20 MB a copy.
    QVERIFY(growth < 2.4);
}

void TestKymoStore::equalRecordsAreStoredOnce()
{
    const tests::TemporaryFolder folder;
    QCOMPARE(saveError(*tests::makeAgentTrace(100), folder.file("a.kymo")), std::string());
    QCOMPARE(query(folder.file("a.kymo"), "SELECT count(*) FROM span_raw"), 401);
    QCOMPARE(query(folder.file("a.kymo"), "SELECT count(*) FROM payload"), 1);
    QCOMPARE(saveError(*tests::makeOddTrace(), folder.file("b.kymo")), std::string());
    QCOMPARE(query(folder.file("b.kymo"), "SELECT count(*) - count(DISTINCT hash) FROM payload"),
             0);
}

void TestKymoStore::onlyOneFileIsLeft()
{
    const tests::TemporaryFolder folder;
    QCOMPARE(saveError(*tests::makeAgentTrace(10), folder.file("a.kymo")), std::string());
    QCOMPARE(folder.count(), 1);

    struct stat info
    { };

    QCOMPARE(::stat(folder.file("a.kymo").c_str(), &info), 0);
    QCOMPARE(info.st_mode & 0777U, 0600U);
    const std::string content = contentOf(folder.file("a.kymo"));
    QCOMPARE(content.substr(68, 4), std::string("KYMO"));
    QVERIFY(isKymoFile(content));
    QVERIFY(!isKymoFile(content.substr(0, 71)));
}

/// Such files hold no table of judgements, so that it is not known how their sessions ended.
void TestKymoStore::aFileOfVersionOneStillOpens()
{
    Job job;
    const tests::TemporaryFolder folder;
    const fs::path path = folder.path() / "one.kymo";
    unpackSample("version-1.kymo.zst", path);
    const auto trace = openKymo(path, job);
    QVERIFY2(trace, trace ? "" : trace.error().message.c_str());
    QCOMPARE((*trace)->spanCount(), std::size_t {3});
    QCOMPARE((*trace)->sessions().size(), std::size_t {1});
    QCOMPARE((*trace)->sessions()[0].key, std::string("talk-1"));
    QCOMPARE((*trace)->sessions()[0].outcome, SpanStatus::Unknown);
    QVERIFY((*trace)->report().rows().empty());
    for (const SpanId span : (*trace)->preOrder())
        QVERIFY((*trace)->payloads().detail(span));
}

/// Such files hold no events.
void TestKymoStore::aFileOfVersionTwoStillOpens()
{
    const tests::TemporaryFolder folder;
    const fs::path path = folder.path() / "two.kymo";
    unpackSample("version-2.kymo.zst", path);
    Job job;
    const auto trace = openTrace({.paths = {path}}, {}, job);
    QVERIFY2(trace, trace ? "" : trace.error().message.c_str());
    QCOMPARE((*trace)->spanCount(), std::size_t {3});
    QCOMPARE((*trace)->sessions().size(), std::size_t {1});
    QCOMPARE((*trace)->sessions()[0].key, std::string("talk-2"));
    QCOMPARE((*trace)->sessions()[0].outcome, SpanStatus::Ok);
    QCOMPARE((*trace)->sessions()[0].scores.size(), std::size_t {1});
    QVERIFY((*trace)->report().rows().empty());
    const auto call = (*trace)->payloads().detail(SpanId(1));
    QVERIFY(call);
    QCOMPARE(plainText(call->input.at(0)), std::string("What is the weather in Oslo?"));
    QCOMPARE(readRecording(path).error().code, ErrorCode::Invalid);
    QCOMPARE(RecordingWriter::resume(path).error().code, ErrorCode::Invalid);
}

/// Such files hold no notes, and no members of a bundle.
void TestKymoStore::aFileOfVersionThreeStillOpens()
{
    const tests::TemporaryFolder folder;
    const fs::path path = folder.path() / "three.kymo";
    unpackSample("version-3.kymo.zst", path);
    Job job;
    const auto trace = openTrace({.paths = {path}}, {}, job);
    QVERIFY2(trace, trace ? "" : trace.error().message.c_str());
    QCOMPARE((*trace)->spanCount(), std::size_t {13});
    QVERIFY((*trace)->report().rows().empty());
    for (const SpanId span : (*trace)->preOrder())
        QVERIFY((*trace)->payloads().detail(span));
    const auto recording = readRecording(path);
    QVERIFY(recording);
    QVERIFY(recording->isComplete);
    QCOMPARE(recording->events.size(), std::size_t {35});
}

void TestKymoStore::aNewerVersionIsRefused()
{
    const tests::TemporaryFolder folder;
    QCOMPARE(saveError(*tests::makeAgentTrace(1), folder.file("a.kymo")), std::string());
    std::string content = contentOf(folder.file("a.kymo"));
    content[63] = 9;
    writeFile(folder.file("a.kymo"), content);
    Job job;
    const auto opened = openTrace({.paths = {folder.file("a.kymo")}}, {}, job);
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, ErrorCode::Unsupported);
    QVERIFY(opened.error().message.find("knows version 9") != std::string::npos);
}

void TestKymoStore::filesOfOthersAreRefused()
{
    const tests::TemporaryFolder folder;
    Job job;
    sqlite3* database = nullptr;
    QCOMPARE(sqlite3_open(folder.file("other.db").c_str(), &database), SQLITE_OK);
    QCOMPARE(sqlite3_exec(database, "CREATE TABLE t (x)", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
    writeFile(folder.file("text"), "{}");
    for (const char* name : {"other.db", "text", "."}) {
        const auto opened = openKymo(folder.file(name), job);
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::Unsupported);
    }
    QCOMPARE(openKymo(folder.file("nothing"), job).error().code, ErrorCode::NotFound);
    QVERIFY(openKymo(folder.file("other.db"), job).error().message.find("another program")
            != std::string::npos);
}

QTEST_GUILESS_MAIN(TestKymoStore)
#include "tst_kymo_store.moc"
