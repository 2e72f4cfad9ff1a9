#include "tests/support/opened.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_text.h"
#include "tracestore/column_cache.h"

#include <QTest>

using namespace tests;
using tracestore::ColumnCache;
using tracestore::SpanId;
using tracestore::TracePtr;

namespace fs = std::filesystem;

namespace {

/// A request a line, of a span with an error.
std::string someLines(int requests, const std::string& marker = "m")
{
    std::string text;
    for (int i = 0; i < requests; ++i) {
        const std::string id = std::to_string(1000000 + i);
        text += R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name",)";
        text += R"("value":{"stringValue":"shop"}}]},"scopeSpans":[{"scope":{"name":"lib"},)";
        text += R"("spans":[{"traceId":"aa)" + std::to_string(i / 50) + R"(","spanId":")" + id;
        text += R"(","name":"chat )" + marker + R"(","startTimeUnixNano":"17672256000)" + id;
        text += R"(00","endTimeUnixNano":"17672257000)" + id + R"(00","attributes":[)";
        text += R"({"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},)";
        text += R"({"key":"gen_ai.usage.input_tokens","value":{"intValue":"7"}}],)";
        text += R"("status":{"code":2,"message":"too late"}}]}]}]})";
        text += '\n';
    }
    return text;
}

struct Cached
{
    TemporaryFolder folder;
    ColumnCache cache {folder.file("cache"), {.minSourceSize = 1, .maxTotalSize = 1U << 30U}};

    TracePtr open(const fs::path& path) const
    {
        const tracestore::ImporterRegistry importers = tracestore::builtinImporters();
        tracestore::Job job;
        auto opened = tracestore::openTrace({.paths = {path}, .cache = &cache}, importers, job);
        return opened ? *opened : nullptr;
    }

    std::vector<fs::path> entries() const
    {
        std::vector<fs::path> all;
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(folder.file("cache"), error))
            all.push_back(entry.path());
        return all;
    }
};

} // namespace

class TestColumnCache : public QObject
{
    Q_OBJECT

private slots:
    void aSecondOpeningGivesTheSameTrace_data();
    void aSecondOpeningGivesTheSameTrace();
    void theSecondOpeningReadsTheEntry();
    void aChangedFileIsReadAgain();
    void aDamagedEntryIsNotBelieved();
    void smallFilesLeaveNoEntry();
    void theOldestEntriesGoFirst();
};

void TestColumnCache::aSecondOpeningGivesTheSameTrace_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("OTLP lines") << QString();
    QTest::newRow("OTLP, one document") << QStringLiteral("otlp/request.json");
    for (const char* name : {"interleaved", "compaction", "errors", "odd", "parallel"})
        QTest::newRow(name) << QStringLiteral("claude-code/%1.jsonl").arg(QLatin1String(name));
}

void TestColumnCache::aSecondOpeningGivesTheSameTrace()
{
    QFETCH(const QString, file);
    const Cached cached;
    fs::path path = dataDir() / file.toStdString();
    if (file.isEmpty()) {
        path = cached.folder.file("lines.jsonl");
        writeFile(path, someLines(5000)); // more spans than a segment of a column holds
    }
    const TracePtr first = cached.open(path);
    QVERIFY(first != nullptr);
    QCOMPARE(cached.entries().size(), std::size_t {1});
    const TracePtr second = cached.open(path);
    QVERIFY(second != nullptr);
    QCOMPARE(fullText(*second, true), fullText(*first, true));
    QVERIFY(second->report() == first->report());
    QVERIFY(second->sessions() == first->sessions());
    QVERIFY(second->agents() == first->agents());
    QVERIFY(second->links() == first->links());
}

/// The control of the others: what the entry says is what is shown.
void TestColumnCache::theSecondOpeningReadsTheEntry()
{
    const Cached cached;
    const fs::path a = cached.folder.file("a.jsonl");
    writeFile(a, someLines(400, "first"));
    const auto time = fs::last_write_time(a);
    QVERIFY(cached.open(a) != nullptr);
    // Another text of the same size and time, but for a place at which nobody looks.
    std::string text = someLines(400, "first");
    const std::size_t between = (text.size() - 4096) / 16;
    text.replace(text.find("first", between * 3 + 5000), 5, "other");
    writeFile(a, text);
    fs::last_write_time(a, time);
    const TracePtr again = cached.open(a);
    QVERIFY(again != nullptr);
    QVERIFY(!again->strings().find("chat first").isEmpty());
    QVERIFY(again->strings().find("chat other").isEmpty());
}

void TestColumnCache::aChangedFileIsReadAgain()
{
    const Cached cached;
    const fs::path path = cached.folder.file("a.jsonl");
    writeFile(path, someLines(50, "one"));
    QCOMPARE(cached.open(path)->name(SpanId(0)), std::string_view("chat one"));
    writeFile(path, someLines(50, "two"));
    QCOMPARE(cached.open(path)->name(SpanId(0)), std::string_view("chat two"));
    writeFile(path, someLines(51, "two"));
    QCOMPARE(cached.open(path)->spanCount(), std::size_t {51});
    QCOMPARE(cached.entries().size(), std::size_t {1});
}

void TestColumnCache::aDamagedEntryIsNotBelieved()
{
    const Cached cached;
    const fs::path path = cached.folder.file("a.jsonl");
    writeFile(path, someLines(300));
    const std::string look = fullText(*cached.open(path), true);
    const fs::path entry = cached.entries().front();
    const std::string whole = tests::contentOf(entry);
    QVERIFY(whole.size() > 1000);
    for (std::size_t i = 0; i < 40; ++i) {
        std::string damaged = whole;
        const std::size_t at = i * (whole.size() - 1) / 39;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        if (i % 4 == 3)
            damaged.resize(at);
        writeFile(entry, damaged);
        const TracePtr opened = cached.open(path);
        QVERIFY(opened != nullptr);
        QCOMPARE(fullText(*opened, true), look);
        QCOMPARE(tests::contentOf(entry).size(), whole.size()); // written anew
    }
}

void TestColumnCache::smallFilesLeaveNoEntry()
{
    const TemporaryFolder folder;
    const ColumnCache cache(folder.file("cache"));
    writeFile(folder.file("a.jsonl"), someLines(50));
    const tracestore::ImporterRegistry importers = tracestore::builtinImporters();
    tracestore::Job job;
    QVERIFY(
        tracestore::openTrace({.paths = {folder.file("a.jsonl")}, .cache = &cache}, importers, job)
            .has_value());
    QVERIFY(!fs::exists(folder.file("cache")));
}

void TestColumnCache::theOldestEntriesGoFirst()
{
    Cached cached;
    for (const char* name : {"a", "b", "c"}) {
        const fs::path path = cached.folder.file(name);
        writeFile(path, someLines(100));
        QVERIFY(cached.open(path) != nullptr);
    }
    const auto entries = cached.entries();
    QCOMPARE(entries.size(), std::size_t {3});
    const auto now = fs::file_time_type::clock::now();
    fs::last_write_time(entries[0], now - std::chrono::hours(3));
    fs::last_write_time(entries[1], now - std::chrono::hours(1));
    fs::last_write_time(entries[2], now - std::chrono::hours(2));
    const std::uint64_t size = fs::file_size(entries[0]);
    cached.cache = ColumnCache(cached.folder.file("cache"),
                               {.minSourceSize = 1, .maxTotalSize = size * 5 / 2});
    const fs::path path = cached.folder.file("d");
    writeFile(path, someLines(100));
    QVERIFY(cached.open(path) != nullptr);
    QVERIFY(!fs::exists(entries[0]));
    QVERIFY(!fs::exists(entries[2]));
    QVERIFY(fs::exists(entries[1]));
    QCOMPARE(cached.entries().size(), std::size_t {2});
}

QTEST_GUILESS_MAIN(TestColumnCache)
#include "tst_column_cache.moc"
