#include "tests/support/growth.h"
#include "tests/support/opened.h"
#include "tests/support/test_paths.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <array>
#include <fcntl.h>
#include <random>
#include <sys/stat.h>

using namespace tracestore;

class TestOtlpDamage : public QObject
{
    Q_OBJECT

private slots:
    void aFileCutAtAnyByteOpensOrSaysWhy();
    void linesAfterABrokenOneAreRead();
    void spansBesideABrokenOneAreRead_data();
    void spansBesideABrokenOneAreRead();
    void timesThatCannotBeAreUnknown_data();
    void timesThatCannotBeAreUnknown();
    void idsMayBeAnything();
    void anIdThatComesTwiceIsSaid();
    void aSpanOfAHundredMegabytesOpens();
    void manySpansOpenInTime();
    void otherFilesAreRefused_data();
    void otherFilesAreRefused();
    void aFileThatChangesIsNotedLater();
    void aFileOfTheFarFutureIsRead();
    void aFileOfRubbishHasFewRows();
    void changedBytesNeverBreakIt();
};

namespace {

std::string requestOf(const std::string& spans)
{
    return R"({"resourceSpans":[{"scopeSpans":[{"scope":{},"spans":[)" + spans + "]}]}]}";
}

std::string spanOf(const std::string& id, const std::string& members = {})
{
    return R"({"traceId":"t","spanId":")" + id
        + R"(","name":"w","startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000500000000")"
        + (members.empty() ? "" : ",") + members + "}";
}

std::string textAttribute(const std::string& json)
{
    return R"("attributes":[{"key":"k","value":{"stringValue":)" + json + "}}]";
}

std::string manySpans(std::size_t count)
{
    const std::string attribute = textAttribute('"' + std::string(500, 'x') + '"');
    std::string spans;
    for (std::size_t i = 0; i < count; ++i)
        spans += (i == 0 ? "" : ",")
            + spanOf(std::to_string(i),
                     R"("parentSpanId":")" + std::to_string(i / 10) + "\"," + attribute);
    return spans;
}

/// A span among things that are none, `count` before it and as many after it.
std::string rubbish(std::size_t count)
{
    std::string text = R"({"resourceSpans":[{"scopeSpans":[{"spans":[)";
    for (std::size_t i = 0; i < count; ++i)
        text += "1,";
    text += spanOf("a") + R"(]}]}],"x":{)";
    for (std::size_t i = 0; i < count; ++i)
        text += "1]";
    return text;
}

/// Every payload can be read or says why not.
bool canReadPayloads(const Trace& trace)
{
    for (std::size_t i = 0; i < trace.spanCount(); ++i) {
        if (!trace.payloads().detail(SpanId(i)) || !trace.payloads().raw(SpanId(i)))
            return false;
    }
    return true;
}

} // namespace

void TestOtlpDamage::aFileCutAtAnyByteOpensOrSaysWhy()
{
    const std::string good
        = requestOf(spanOf("a") + ',' + spanOf("b", R"("events":[{"name":"e"}])"));
    const std::size_t endOfFirst = good.find(R"(,{"traceId")");
    const std::size_t endOfSecond = good.rfind("]}]}]}");
    const tests::TestFolder folder;
    for (std::size_t size = 1; size < good.size(); ++size) {
        const auto opened = folder.open(good.substr(0, size));
        if (!opened) {
            QVERIFY(!opened.error().message.empty());
            QVERIFY2(size < endOfFirst, std::to_string(size).c_str());
            continue;
        }
        const std::size_t spans = size >= endOfSecond ? 2 : size >= endOfFirst ? 1 : 0;
        QCOMPARE((*opened)->spanCount(), spans);
        QCOMPARE((*opened)->report().broken(), std::uint64_t {1});
        QCOMPARE((*opened)->report().rows().front().offset, std::optional<std::uint64_t>(size));
        QVERIFY(canReadPayloads(**opened));
    }
}

void TestOtlpDamage::linesAfterABrokenOneAreRead()
{
    const tests::TestFolder folder;
    const auto opened = folder.open("\xEF\xBB\xBF" + requestOf(spanOf("a")) + "\n"
                                    + requestOf(spanOf("lost")).substr(0, 90) + "\r\n"
                                    + "{}\n17\nnot JSON\n[]\n\n" + requestOf(spanOf("b")));
    QVERIFY(opened.has_value());
    QCOMPARE((*opened)->spanCount(), std::size_t {2});
    const auto& rows = (*opened)->report().rows();
    QCOMPARE(rows.size(), std::size_t {3});
    QCOMPARE(rows[0].line, std::optional<std::uint64_t>(2));
    QCOMPARE(rows[0].severity, ReportSeverity::Broken);
    QCOMPARE(rows[1].line, std::optional<std::uint64_t>(3));
    QCOMPARE(rows[1].severity, ReportSeverity::Dropped);
    QCOMPARE(rows[2].line, std::optional<std::uint64_t>(4));
    QCOMPARE(rows[2].severity, ReportSeverity::Broken);
}

void TestOtlpDamage::spansBesideABrokenOneAreRead_data()
{
    QTest::addColumn<QByteArray>("span");
    QTest::addColumn<bool>("isRead");
    const auto row = [](const char* name, const std::string& span, bool isRead) {
        QTest::newRow(name) << QByteArray::fromStdString(span) << isRead;
    };
    row("not an object", "17", false);
    row("a word of no language", R"({"name":nope})", false);
    row("a bracket missing", R"({"attributes":[{"key":"k"}})", false);
    row("100,000 deep",
        spanOf("x", textAttribute(std::string(100'000, '[') + std::string(100'000, ']'))),
        false);
    row("300 deep",
        spanOf("x", textAttribute(std::string(300, '[') + std::string(300, ']'))),
        false);
    row("invalid UTF-8", spanOf("x", textAttribute("\"a\xFF\xFE\"")), true);
    row("half a surrogate pair", spanOf("x", textAttribute(R"("\ud83d")")), true);
    row("control characters", spanOf("x", textAttribute(std::string("\"a\0\n\x1b\"", 6))), true);
    row("NaN", spanOf("x", R"("attributes":[{"key":"k","value":{"doubleValue":NaN}}])"), true);
    row("wrong types",
        R"({"traceId":5,"spanId":[],"name":{},"kind":"x","attributes":7,"events":{},"links":"","status":[]})",
        true);
    row("empty", "{}", true);
}

void TestOtlpDamage::spansBesideABrokenOneAreRead()
{
    QFETCH(QByteArray, span);
    QFETCH(bool, isRead);
    const tests::TestFolder folder;
    const auto opened
        = folder.open(requestOf(spanOf("a") + ',' + span.toStdString() + ',' + spanOf("b")));
    QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
    QCOMPARE((*opened)->spanCount(), std::size_t(isRead ? 3 : 2));
    QCOMPARE((*opened)->origId(SpanId((*opened)->spanCount() - 1)), std::string_view("b"));
    QCOMPARE((*opened)->report().broken() > 0, !isRead);
    QVERIFY(!(*opened)->report().rows().empty());
    QVERIFY(canReadPayloads(**opened));
}

void TestOtlpDamage::timesThatCannotBeAreUnknown_data()
{
    QTest::addColumn<QByteArray>("start");
    QTest::addColumn<QByteArray>("end");
    QTest::addColumn<QByteArray>("seen");
    const auto row = [](const char* name, const char* start, const char* end, const char* seen) {
        QTest::newRow(name) << QByteArray(start) << QByteArray(end) << QByteArray(seen);
    };
    row("texts",
        R"("1700000000000000001")",
        R"("1700000000000000002")",
        "1700000000000000001 1700000000000000002 exact");
    row("numbers",
        "1700000000000000001",
        "1700000000000000002",
        "1700000000000000001 1700000000000000002 exact");
    row("floats", "1.7e18", "1.8e18", "1700000000000000000 1800000000000000000 exact");
    row("no end", R"("1700000000000000001")", "null", "1700000000000000001 - exact pending");
    row("end 0", R"("1700000000000000001")", R"("0")", "1700000000000000001 - exact pending");
    row("all 0", "0", "0", "- - unknown pending +");
    row("empty", R"("")", R"("")", "- - unknown pending +");
    row("NaN", R"("NaN")", "NaN", "- - unknown +");
    row("negative", R"("-5")", "-5", "- - unknown +");
    row("beyond all clocks",
        R"("99999999999999999999999")",
        "18446744073709551615",
        "- - unknown +");
    row("words", R"("yesterday")", "true", "- - unknown +");
    row("backwards",
        R"("1700000000000000002")",
        R"("1700000000000000001")",
        "1700000000000000002 1700000000000000001 exact +");
}

void TestOtlpDamage::timesThatCannotBeAreUnknown()
{
    QFETCH(QByteArray, start);
    QFETCH(QByteArray, end);
    QFETCH(QByteArray, seen);
    const tests::TestFolder folder;
    const auto opened = folder.open(
        requestOf(R"({"traceId":"t","spanId":"a","name":"n","startTimeUnixNano":)"
                  + start.toStdString() + R"(,"endTimeUnixNano":)" + end.toStdString() + "}"));
    QVERIFY(opened.has_value());
    const Trace& trace = **opened;
    const auto text = [](std::optional<Timestamp> time) {
        return time ? std::to_string(time->ns) : std::string("-");
    };
    std::string got = text(trace.start(SpanId(0))) + ' ' + text(trace.end(SpanId(0))) + ' '
        + std::string(toWord(trace.timeSource(SpanId(0))));
    if (trace.status(SpanId(0)) == SpanStatus::Pending)
        got += " pending";
    if (!trace.report().rows().empty())
        got += " +";
    QCOMPARE(QByteArray::fromStdString(got), seen);
}

void TestOtlpDamage::idsMayBeAnything()
{
    const tests::TestFolder folder;
    const auto opened = folder.open(requestOf(
        R"({"traceId":"Not Hex","spanId":"R","name":"root","parentSpanId":"0000000000000000"},)"
        R"({"traceId":"NOT HEX","spanId":"c","parentSpanId":"r","name":"child"},)"
        R"({"traceId":"not hex","spanId":"self","parentSpanId":"self","name":"own"},)"
        R"({"name":"nobody"},{"name":"nobody","parentSpanId":"r"})"));
    QVERIFY(opened.has_value());
    const Trace& trace = **opened;
    QCOMPARE(trace.parent(SpanId(1)), SpanId(0));
    QCOMPARE(trace.parentState(SpanId(0)), ParentState::Root);
    QCOMPARE(trace.parentState(SpanId(2)), ParentState::Cut);
    QCOMPARE(trace.parentState(SpanId(3)), ParentState::Root);
    QCOMPARE(trace.parentState(SpanId(4)), ParentState::Missing);
    QCOMPARE(trace.sessions().size(), std::size_t {2});
    QCOMPARE(trace.session(SessionId(0)).counts,
             (SourceCounts {.traces = 1, .spans = 3, .roots = 1, .orphans = 0, .links = 0}));
    QCOMPARE(trace.session(SessionId(1)).counts,
             (SourceCounts {.traces = 0, .spans = 2, .roots = 1, .orphans = 1, .links = 0}));
}

void TestOtlpDamage::anIdThatComesTwiceIsSaid()
{
    const tests::TestFolder folder;
    const auto opened = folder.open(
        requestOf(spanOf("a") + ',' + spanOf("a") + ',' + spanOf("A", R"("kind":2)")));
    QVERIFY(opened.has_value());
    QCOMPARE((*opened)->spanCount(), std::size_t {3});
    QVERIFY(!(*opened)->countsInTotals(SpanId(1)));
    QVERIFY((*opened)->countsInTotals(SpanId(2)));
    QCOMPARE((*opened)->links(),
             (std::vector<SpanLink> {
                 {.from = SpanId(1), .to = SpanId(0), .kind = LinkKind::CopiedFrom}}));
    QCOMPARE((*opened)->report().rows().size(), std::size_t {2});
    QCOMPARE((*opened)->report().guessed(), std::uint64_t {1});
}

void TestOtlpDamage::aSpanOfAHundredMegabytesOpens()
{
    const tests::TestFolder folder;
    const std::string big = textAttribute('"' + std::string(100'000'000, 'x') + '"');
    const auto opened
        = folder.open(requestOf(spanOf("a") + ',' + spanOf("b", big) + ',' + spanOf("c")));
    QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
    QCOMPARE((*opened)->spanCount(), std::size_t {3});
    QVERIFY((*opened)->report().rows().empty());
    const auto detail = (*opened)->payloads().detail(SpanId(1));
    QVERIFY(detail.has_value());
    QCOMPARE(detail->attributes.at(0).json.size(), std::size_t {100'000'002});
}

void TestOtlpDamage::manySpansOpenInTime()
{
    const tests::TestFolder folder;
    const double growth = tests::growthByEight(50'000, [&](std::size_t count) {
        const auto opened = folder.open(requestOf(manySpans(count)));
        QVERIFY(opened.has_value());
        QCOMPARE((*opened)->spanCount(), count);
    });
    QVERIFY2(growth < tests::kMostLinearGrowth, std::to_string(growth).c_str());
}

void TestOtlpDamage::otherFilesAreRefused_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("blanks") << QByteArray(" \n ");
    QTest::newRow("text") << QByteArray("resourceSpans are fine");
    QTest::newRow("an empty object") << QByteArray("{}");
    QTest::newRow("other JSON") << QByteArray(R"({"spans":[{"name":"resourceSpans"}]})");
    QTest::newRow("brackets only") << QByteArray(100'000, '[');
    QTest::newRow("nothing can be read")
        << QByteArray(R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"a":]}]}]}]})");
}

void TestOtlpDamage::otherFilesAreRefused()
{
    QFETCH(QByteArray, content);
    const tests::TestFolder folder;
    const auto opened = folder.open(content.toStdString());
    QVERIFY(!opened.has_value());
    QVERIFY(opened.error().message.size() > 10);
    QVERIFY(opened.error().message.ends_with('.'));
}

void TestOtlpDamage::aFileThatChangesIsNotedLater()
{
    const tests::TestFolder folder;
    const auto opened = folder.open(requestOf(spanOf("a")));
    QVERIFY(opened.has_value());
    folder.write("trace.json", "gone");
    QVERIFY(!(*opened)->payloads().detail(SpanId(0)).has_value());
    QVERIFY(!(*opened)->payloads().raw(SpanId(0)).has_value());
}

void TestOtlpDamage::aFileOfTheFarFutureIsRead()
{
    const tests::TestFolder folder;
    const auto path = folder.write("trace.json", requestOf(spanOf("a")));
    // The year 2300, which nanoseconds since 1970 do not reach.
    constexpr timespec kFuture {.tv_sec = 10'413'792'000, .tv_nsec = 0};
    const std::array times {kFuture, kFuture};
    QCOMPARE(::utimensat(AT_FDCWD, path.c_str(), times.data(), 0), 0);
    const auto opened = tests::openFiles({path});
    QVERIFY(opened.has_value());
    QVERIFY((*opened)->payloads().raw(SpanId(0)).has_value());
}

void TestOtlpDamage::aFileOfRubbishHasFewRows()
{
    const tests::TestFolder folder;
    const double growth = tests::growthByEight(1'000'000, [&](std::size_t count) {
        const auto opened = folder.open(rubbish(count));
        QVERIFY(opened.has_value());
        QCOMPARE((*opened)->spanCount(), std::size_t {1});
        QVERIFY((*opened)->report().rows().size() < 6);
        QVERIFY((*opened)->report().broken() >= count);
    });
    QVERIFY2(growth < tests::kMostLinearGrowth, std::to_string(growth).c_str());
}

void TestOtlpDamage::changedBytesNeverBreakIt()
{
    std::ifstream in(tests::dataDir() / "otlp" / "request.json", std::ios::binary);
    const std::string whole {std::istreambuf_iterator<char>(in), {}};
    QVERIFY(whole.size() > 1000);
    constexpr std::string_view kBytes("{}[]\",:\\0\n\x80\0eNu-", 16);
    const tests::TestFolder folder;
    std::mt19937 random(2);
    int readable = 0;
    for (int round = 0; round < 600; ++round) {
        std::string changed = whole;
        for (int i = 0; i < 1 + round % 4; ++i)
            changed[random() % changed.size()] = kBytes[random() % kBytes.size()];
        const auto opened = folder.open(changed);
        if (!opened) {
            QVERIFY(!opened.error().message.empty());
            continue;
        }
        ++readable;
        QVERIFY(canReadPayloads(**opened));
        // What is still JSON may have lost a name that we know; else a loss is said.
        const bool isWhole = (*opened)->spanCount() == 3;
        QVERIFY2(isWhole || !(*opened)->report().rows().empty() || parseJson(changed),
                 changed.c_str());
    }
    QVERIFY2(readable > 400, std::to_string(readable).c_str());
}

QTEST_GUILESS_MAIN(TestOtlpDamage)
#include "tst_otlp_damage.moc"
