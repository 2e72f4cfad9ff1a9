#include "tests/support/opened.h"
#include "tests/support/trace_text.h"
#include "tracestore/base/executor.h"
#include "tracestore/base/json_escapes.h"

#include <QTest>

#include <atomic>
#include <thread>

using tracestore::ReportSeverity;
using tracestore::SpanId;
using tracestore::TracePtr;

namespace {

class Threads : public tracestore::Executor
{
public:
    [[nodiscard]] std::size_t threadCount() const override { return 3; }

    void forEach(std::size_t count, const std::function<void(std::size_t)>& work) override
    {
        std::atomic<std::size_t> next {0};
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < threadCount(); ++i)
            threads.emplace_back([&] {
                for (std::size_t at = next++; at < count; at = next++)
                    work(at);
            });
        for (std::thread& thread : threads)
            thread.join();
    }
};

std::string spanOf(int number, std::size_t textSize)
{
    const std::string id = std::to_string(10000000 + number);
    return R"({"traceId":"T)" + std::to_string(number / 100) + R"(","spanId":")" + id
        + R"(","parentSpanId":")"
        + (number % 100 == 0 ? "" : std::to_string(10000000 + number / 100 * 100))
        + R"(","name":"chat","kind":3,"startTimeUnixNano":"17672256)" + id
        + R"(000","endTimeUnixNano":"17672257)" + id
        + R"(000","attributes":[)"
          R"({"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},)"
          R"({"key":"gen_ai.output.messages","value":{"stringValue":")"
        + std::string(textSize, 'x') + "\"}}]}";
}

std::string lineOf(const std::string& spans, const std::string& service = "shop")
{
    return R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name",)"
           R"("value":{"stringValue":")"
        + service + R"("}}]},"scopeSpans":[{"scope":{"name":"lib"},"spans":[)" + spans + "]}]}]}\n";
}

/// Some five windows of lines, of several services.
std::string manyLines()
{
    std::string text;
    for (int i = 0; i < 6000; i += 3)
        text += lineOf(spanOf(i, 700) + ',' + spanOf(i + 1, 900) + ',' + spanOf(i + 2, 10),
                       i % 2 == 0 ? "shop" : "bank");
    return text;
}

TracePtr openWith(const std::filesystem::path& path, tracestore::Executor* executor)
{
    const tracestore::ImporterRegistry importers = tracestore::builtinImporters();
    tracestore::Job job;
    auto opened = tracestore::openTrace({.paths = {path}, .executor = executor}, importers, job);
    return opened ? *opened : nullptr;
}

} // namespace

class TestOtlpQuickImport : public QObject
{
    Q_OBJECT

private slots:
    void theNumberOfThreadsDoesNotMatter();
    void theOrderOfMembersDoesNotMatter();
    void hardLinesAmongOthersAreToldWithTheirPlace();
    void aLineMayBeLongerThanAWindow();
    void logRecordsLateInTheFileFindTheirSpans();
    void escapesAreChecked_data();
    void escapesAreChecked();
};

void TestOtlpQuickImport::theNumberOfThreadsDoesNotMatter()
{
    const tests::TestFolder folder;
    std::string text = manyLines();
    text.insert(text.find('\n', text.size() / 2) + 1, "{\"resourceSpans\": broken\n");
    const auto path = folder.write("lines.jsonl", text);
    Threads threads;
    const TracePtr alone = openWith(path, nullptr);
    const TracePtr together = openWith(path, &threads);
    QVERIFY(alone != nullptr && together != nullptr);
    QCOMPARE(alone->spanCount(), std::size_t {6000});
    QVERIFY(alone->report().broken() > 0);
    QCOMPARE(tests::fullText(*together, true), tests::fullText(*alone, true));
}

/// What the quick way does not know is read by the patient one, to the same end.
void TestOtlpQuickImport::theOrderOfMembersDoesNotMatter()
{
    const tests::TestFolder folder;
    std::string spans;
    for (int i = 0; i < 20; ++i)
        spans += (i == 0 ? "" : ",") + spanOf(i, 20);
    const TracePtr quick = openWith(folder.write("a.jsonl", lineOf(spans)), nullptr);
    const TracePtr patient = openWith(
        folder.write("b.jsonl",
                     R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" + spans
                         + R"(],"scope":{"name":"lib"}}],"resource":{"attributes":[)"
                           R"({"key":"service.name","value":{"stringValue":"shop"}}]}}]})"
                           "\n"),
        nullptr);
    QVERIFY(quick != nullptr && patient != nullptr);
    QCOMPARE(quick->spanCount(), std::size_t {20});
    QCOMPARE(tests::fullText(*quick), tests::fullText(*patient));
}

void TestOtlpQuickImport::hardLinesAmongOthersAreToldWithTheirPlace()
{
    const tests::TestFolder folder;
    const std::string before = manyLines();
    const auto path = folder.write("lines.jsonl", before + "rubbish\n" + lineOf(spanOf(7000, 5)));
    const TracePtr trace = openWith(path, nullptr);
    QVERIFY(trace != nullptr);
    QCOMPARE(trace->spanCount(), std::size_t {6001});
    QCOMPARE(trace->report().rows().size(), std::size_t {1});
    QCOMPARE(trace->report().rows().front().offset.value_or(0), before.size());
    QCOMPARE(trace->report().rows().front().line.value_or(0), std::uint64_t {2001});
}

void TestOtlpQuickImport::aLineMayBeLongerThanAWindow()
{
    const tests::TestFolder folder;
    std::string text = lineOf(spanOf(0, 10)) + lineOf(spanOf(1, 3'000'000));
    text += lineOf(spanOf(2, 10)) + lineOf(spanOf(3, 1'500'000)) + lineOf(spanOf(4, 10));
    text.pop_back(); // and the last line need not end
    Threads threads;
    const TracePtr trace = openWith(folder.write("long.jsonl", text), &threads);
    QVERIFY(trace != nullptr);
    QCOMPARE(trace->spanCount(), std::size_t {5});
    for (std::size_t i = 0; i < 5; ++i)
        QCOMPARE(trace->origId(SpanId(i)), std::to_string(10000000 + i));
    QVERIFY(trace->report().rows().empty());
}

void TestOtlpQuickImport::logRecordsLateInTheFileFindTheirSpans()
{
    const tests::TestFolder folder;
    const std::string log
        = R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"T0","spanId":"10000001",)"
          R"("eventName":"exception","attributes":[{"key":"exception.type",)"
          R"("value":{"stringValue":"Timeout"}}]}]}]}]})"
          "\n";
    const TracePtr trace = openWith(folder.write("logs.jsonl", manyLines() + log), nullptr);
    QVERIFY(trace != nullptr);
    QCOMPARE(trace->spanCount(), std::size_t {6000});
    const auto* error = trace->error(SpanId(1));
    QVERIFY(error != nullptr);
    QCOMPARE(error->type, std::string("Timeout"));
}

void TestOtlpQuickImport::escapesAreChecked_data()
{
    QTest::addColumn<QByteArray>("raw");
    QTest::addColumn<bool>("isBroken");
    QTest::newRow("none") << QByteArray("some text that is longer than a block") << false;
    QTest::newRow("a letter") << QByteArray("a longer text with a letter \\u00e9 in it") << false;
    QTest::newRow("a pair") << QByteArray("a longer text with \\ud83d\\uDE80 in it") << false;
    QTest::newRow("an escaped backslash")
        << QByteArray("a path C:\\\\users\\\\ud83d of one") << false;
    QTest::newRow("half a pair") << QByteArray("a longer text with \\ud83d in it") << true;
    QTest::newRow("the other half") << QByteArray("\\ude80") << true;
    QTest::newRow("two first halves") << QByteArray("\\ud83d\\ud83d\\ude80") << true;
    QTest::newRow("not hexadecimal") << QByteArray("text \\u12g4 text text text") << true;
    QTest::newRow("cut") << QByteArray("text text text text \\u12") << true;
}

void TestOtlpQuickImport::escapesAreChecked()
{
    QFETCH(const QByteArray, raw);
    QFETCH(const bool, isBroken);
    // At every place of a block.
    for (int i = 0; i < 20; ++i)
        QCOMPARE(tracestore::hasBrokenUnicode(std::string(static_cast<std::size_t>(i), 'u')
                                              + raw.toStdString()),
                 isBroken);
}

QTEST_GUILESS_MAIN(TestOtlpQuickImport)
#include "tst_otlp_quick_import.moc"
