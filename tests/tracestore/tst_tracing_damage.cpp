#include "tests/support/growth.h"
#include "tests/support/opened.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_text.h"

#include <QTest>

#include <fstream>
#include <random>

using namespace tracestore;
namespace fs = std::filesystem;

/// Files of tracing systems that are cut, changed, absurd, huge, or of another format.
class TestTracingDamage : public QObject
{
    Q_OBJECT

private slots:

    void aFileCutAtAnyByteOpensOrSaysWhy_data() { files(); }

    void aFileCutAtAnyByteOpensOrSaysWhy();

    void changedBytesNeverBreakIt_data() { files(); }

    void changedBytesNeverBreakIt();
    void whatIsWholeIsReadBesideRubbish_data();
    void whatIsWholeIsReadBesideRubbish();
    void filesOfOthersAreLeftToThem();
    void theFormatIsKnownByALargeFirstRecord_data();
    void theFormatIsKnownByALargeFirstRecord();
    void manySpansOpenInTime_data();
    void manySpansOpenInTime();
    void runsWithinRunsMayBeDeep();
    void listsWithinListsMayBeDeep();
    void idsMayRepeat();

    void aJobThatIsCancelledEnds_data() { files(); }

    void aJobThatIsCancelledEnds();

private:
    static void files();
};

namespace {

constexpr const char* kFolders[]
    = {"jaeger", "zipkin", "phoenix", "langfuse", "openai-agents", "langsmith"};

std::string contentOf(const fs::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool isSource(const fs::path& path)
{
    return path.extension() == ".json" || path.extension() == ".jsonl";
}

bool canReadPayloads(const Trace& trace)
{
    for (std::size_t i = 0; i < trace.spanCount(); ++i) {
        const SpanId span(i);
        if (!trace.payloads().detail(span) || !trace.payloads().raw(span))
            return false;
    }
    return true;
}

/// One span of each format with an id, as small as the format is known by.
struct Maker
{
    const char* format;
    std::string (*document)(const std::string& spans);
    std::string (*span)(const std::string& id, const std::string& parent, const std::string& text);
};

const Maker kMakers[] = {
    {"jaeger",
     [](const std::string& spans) {
         return R"({"data":[{"traceID":"t","spans":[)" + spans
             + R"(],"processes":{"p":{"serviceName":"s"}}}]})";
     },
     [](const std::string& id, const std::string& parent, const std::string& text) {
         return R"({"traceID":"t","spanID":")" + id
             + R"(","operationName":"w","references":[{"refType":"CHILD_OF","traceID":"t","spanID":")"
             + parent
             + R"("}],"startTime":1700000000000000,"duration":5,"tags":[{"key":"k","value":")"
             + text + R"("}],"processID":"p"})";
     }},
    {"zipkin",
     [](const std::string& spans) { return '[' + spans + ']'; },
     [](const std::string& id, const std::string& parent, const std::string& text) {
         return R"({"traceId":"t","id":")" + id + R"(","parentId":")" + parent
             + R"(","localEndpoint":{"serviceName":"s"},"shared":)"
             + (id.size() % 2 == 0 ? "true" : "false") + R"(,"tags":{"k":")" + text + R"("}})";
     }},
    {"phoenix",
     [](const std::string& spans) { return R"({"next_cursor":null,"data":[)" + spans + "]}"; },
     [](const std::string& id, const std::string& parent, const std::string& text) {
         return R"({"name":"w","context":{"trace_id":"t","span_id":")" + id
             + R"("},"span_kind":"LLM","parent_id":")" + parent
             + R"(","start_time":"2026-01-05T10:00:00Z","attributes":{"input.value":")" + text
             + R"("}})";
     }},
    {"langfuse",
     [](const std::string& spans) {
         return R"({"trace":{"id":"t","timestamp":"2026-01-05T10:00:00Z","userId":null},"observations":[)"
             + spans + "]}";
     },
     [](const std::string& id, const std::string& parent, const std::string& text) {
         return R"({"id":")" + id + R"(","traceId":"t","parentObservationId":")" + parent
             + R"(","type":"SPAN","name":"w","startTime":"2026-01-05T10:00:00Z","level":"DEFAULT","input":")"
             + text + R"("})";
     }},
    {"openai-agents",
     [](const std::string& spans) { return R"({"data":[)" + spans + "]}"; },
     [](const std::string& id, const std::string& parent, const std::string& text) {
         return R"({"object":"trace.span","id":")" + id + R"(","trace_id":"t","parent_id":")"
             + parent
             + R"(","started_at":"2026-01-05T10:00:00Z","span_data":{"type":"handoff","to_agent":"a","from_agent":")"
             + text + R"("}})";
     }},
    {"langsmith",
     [](const std::string& spans) { return R"({"runs":[)" + spans + "]}"; },
     [](const std::string& id, const std::string& parent, const std::string& text) {
         return R"({"id":")" + id + R"(","run_type":"chain","trace_id":"t","parent_run_id":")"
             + parent + R"(","start_time":1700000000000,"inputs":{"x":")" + text + R"("}})";
     }},
};

std::string manySpans(const Maker& maker, std::size_t count)
{
    std::string spans;
    for (std::size_t i = 0; i < count; ++i)
        spans += (i == 0 ? "" : ",")
            + maker.span(std::to_string(i), std::to_string(i / 10), std::string(100, 'x'));
    return maker.document(spans);
}

} // namespace

void TestTracingDamage::files()
{
    QTest::addColumn<QString>("file");
    for (const char* folder : kFolders) {
        for (const auto& entry : fs::directory_iterator(tests::dataDir() / folder)) {
            if (isSource(entry.path()))
                QTest::newRow((folder + ('/' + entry.path().filename().string())).c_str())
                    << QString::fromStdString(entry.path().string());
        }
    }
}

void TestTracingDamage::aFileCutAtAnyByteOpensOrSaysWhy()
{
    QFETCH(QString, file);
    const std::string whole = contentOf(file.toStdString());
    const tests::TestFolder folder;
    const auto opened = folder.open(whole);
    QVERIFY(opened.has_value());
    std::size_t spans = 0;
    // Of the larger files not every byte but at the end: their records are much alike.
    const auto next = [&](std::size_t size) {
        return size + (whole.size() > 1500 && size + 100 < whole.size() ? 3 : 1);
    };
    for (std::size_t size = 1; size < whole.size(); size = next(size)) {
        const auto cut = folder.open(std::string_view(whole).substr(0, size));
        if (!cut) {
            QVERIFY(!cut.error().message.empty());
            QVERIFY2(spans == 0, "a longer part of a file that opened does not open");
            continue;
        }
        QVERIFY(canReadPayloads(**cut));
        QVERIFY2((*cut)->spanCount() >= spans, std::to_string(size).c_str());
        spans = (*cut)->spanCount();
    }
    QCOMPARE(spans, (*opened)->spanCount());
}

void TestTracingDamage::changedBytesNeverBreakIt()
{
    QFETCH(QString, file);
    const std::string whole = contentOf(file.toStdString());
    constexpr std::string_view kBytes("{}[]\",:\\0\n\x80\0eNu-", 16);
    const tests::TestFolder folder;
    std::mt19937 random(7);
    int readable = 0;
    constexpr int kRounds = 150;
    for (int round = 0; round < kRounds; ++round) {
        std::string changed = whole;
        for (int i = 0; i < 1 + round % 4; ++i)
            changed[random() % changed.size()] = kBytes[random() % kBytes.size()];
        const auto opened = folder.open(changed);
        if (!opened) {
            QVERIFY(!opened.error().message.empty());
            continue;
        }
        ++readable;
        QVERIFY2(canReadPayloads(**opened), changed.c_str());
    }
    QVERIFY2(readable > kRounds / 5, std::to_string(readable).c_str());
}

void TestTracingDamage::whatIsWholeIsReadBesideRubbish_data()
{
    QTest::addColumn<int>("maker");
    for (int i = 0; i < static_cast<int>(std::size(kMakers)); ++i)
        QTest::newRow(kMakers[i].format) << i;
}

void TestTracingDamage::whatIsWholeIsReadBesideRubbish()
{
    QFETCH(int, maker);
    const Maker& make = kMakers[maker];
    const std::string document
        = make.document(make.span("1", "", "a") + R"(,7,"x",[],null,{"id":5,"spanID":{}},)"
                        + make.span("22", "1", "b") + ",[[[[1]]]]");
    const tests::TestFolder folder;
    const auto opened = folder.open(document);
    QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
    QCOMPARE((*opened)->origin().formatId, std::string(make.format));
    QVERIFY(!(*opened)->report().rows().empty());
    QVERIFY(canReadPayloads(**opened));
    const auto& order = (*opened)->preOrder();
    const auto child
        = std::ranges::find_if(order, [&](SpanId span) { return (*opened)->origId(span) == "22"; });
    QVERIFY(child != order.end());
    QCOMPARE((*opened)->origId((*opened)->parent(*child)), std::string_view("1"));
}

void TestTracingDamage::filesOfOthersAreLeftToThem()
{
    int files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(tests::dataDir())) {
        const fs::path relative = fs::relative(entry.path(), tests::dataDir());
        if (!entry.is_regular_file() || !isSource(entry.path()))
            continue;
        const std::string owner = relative.begin()->string();
        const bool isOurs = std::ranges::find(kFolders, owner) != std::end(kFolders);
        const auto opened = tests::openFiles({entry.path()});
        if (!opened) {
            QVERIFY2(!isOurs, relative.c_str());
            continue;
        }
        ++files;
        const std::string& format = (*opened)->origin().formatId;
        const bool isOurFormat = std::ranges::find(kFolders, format) != std::end(kFolders);
        QVERIFY2(isOurFormat ? format == owner : !isOurs, (relative.string() + format).c_str());
    }
    QVERIFY2(files > 20, std::to_string(files).c_str());
}

void TestTracingDamage::theFormatIsKnownByALargeFirstRecord_data()
{
    whatIsWholeIsReadBesideRubbish_data();
}

/// Of the first record only the beginning is seen.
void TestTracingDamage::theFormatIsKnownByALargeFirstRecord()
{
    QFETCH(int, maker);
    const Maker& make = kMakers[maker];
    const tests::TestFolder folder;
    const auto opened = folder.open(make.document(
        make.span("1", "", std::string(Sample::kSize, 'x')) + ',' + make.span("2", "1", "b")));
    QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
    QCOMPARE((*opened)->origin().formatId, std::string(make.format));
    QCOMPARE((*opened)->spanCount(), std::size_t {2});
}

void TestTracingDamage::manySpansOpenInTime_data()
{
    whatIsWholeIsReadBesideRubbish_data();
}

void TestTracingDamage::manySpansOpenInTime()
{
    QFETCH(int, maker);
    const tests::TestFolder folder;
    const double growth = tests::growthByEight(8'000, [&](std::size_t count) {
        const auto opened = folder.open(manySpans(kMakers[maker], count));
        QVERIFY(opened.has_value());
        QCOMPARE((*opened)->spanCount(), count);
    });
    QVERIFY2(growth < tests::kMostLinearGrowth, std::to_string(growth).c_str());
}

void TestTracingDamage::runsWithinRunsMayBeDeep()
{
    constexpr std::size_t kDepth = 100'000;
    std::string text;
    for (std::size_t i = 0; i < kDepth; ++i)
        text += R"({"id":"r)" + std::to_string(i) + R"(","run_type":"chain","child_runs":[)";
    for (std::size_t i = 0; i < kDepth; ++i)
        text += R"(],"start_time":1700000000000})";
    const tests::TestFolder folder;
    const auto opened = folder.open(text);
    QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
    QCOMPARE((*opened)->spanCount(), kDepth);
    QCOMPARE((*opened)->roots().size(), std::size_t {1});
    const SpanId last = (*opened)->preOrder().back();
    QCOMPARE((*opened)->depth(last), kDepth - 1);
    QVERIFY((*opened)->start(last).has_value());
    QVERIFY((*opened)->payloads().detail(last).has_value());
}

void TestTracingDamage::listsWithinListsMayBeDeep()
{
    const tests::TestFolder folder;
    for (const Maker& make : kMakers) {
        std::string inner = make.span("1", "", "a");
        for (int i = 0; i < 50'000; ++i)
            inner.insert(0, R"({"data":[)");
        const auto opened = folder.open(make.document(make.span("2", "", "b") + ',' + inner));
        QVERIFY2(opened.has_value(), make.format);
        QVERIFY((*opened)->spanCount() >= 1);
    }
}

void TestTracingDamage::idsMayRepeat()
{
    const tests::TestFolder folder;
    for (const Maker& make : kMakers) {
        const double growth = tests::growthByEight(4'000, [&](std::size_t count) {
            std::string spans;
            for (std::size_t i = 0; i < count; ++i)
                spans += (i == 0 ? "" : ",")
                    + make.span(i % 2 == 0 ? "1" : "22", "1", std::to_string(i));
            const auto opened = folder.open(make.document(spans));
            QVERIFY2(opened.has_value(), make.format);
            QVERIFY(canReadPayloads(**opened));
        });
        QVERIFY2(growth < tests::kMostLinearGrowth, (make.format + std::to_string(growth)).c_str());
    }
}

void TestTracingDamage::aJobThatIsCancelledEnds()
{
    QFETCH(QString, file);
    const auto importers = builtinImporters();
    Job job;
    job.cancel();
    const auto opened = openTrace({.paths = {file.toStdString()}}, importers, job);
    QVERIFY(!opened.has_value());
    QCOMPARE(opened.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestTracingDamage)
#include "tst_tracing_damage.moc"
