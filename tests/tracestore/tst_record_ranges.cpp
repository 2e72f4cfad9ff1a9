#include "tests/support/trace_maker.h"
#include "tracestore/query/record_ranges.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace tracestore;

class TestRecordRanges : public QObject
{
    Q_OBJECT

private slots:
    void sameAsASlowReference_data();
    void sameAsASlowReference();
    void nothingIsWanted();
};

namespace {

/// The record of each span: one in another, beside it or at the same place.
using Records = std::vector<RawRef>;

Records nestedRecords(std::mt19937& random)
{
    constexpr std::uint64_t kSize = 1000;
    Records records {{FileId(0), 0, kSize}};
    for (std::size_t i = 0, count = random() % 20; i < count; ++i) {
        const RawRef around = records[random() % records.size()];
        const std::uint64_t begin = around.offset + random() % around.length;
        const std::uint64_t most = around.offset + around.length - begin;
        RawRef inner {FileId(0), begin, 1 + random() % most};
        if (random() % 6 == 0)
            inner = around;
        const bool isNested = std::ranges::all_of(records, [&](const RawRef& other) {
            const std::uint64_t end = other.offset + other.length;
            const std::uint64_t innerEnd = inner.offset + inner.length;
            const bool isApart = innerEnd <= other.offset || inner.offset >= end;
            const bool isInside = inner.offset >= other.offset && innerEnd <= end;
            return isApart || isInside || (inner.offset <= other.offset && innerEnd >= end);
        });
        if (isNested)
            records.push_back(inner);
    }
    records.erase(records.begin()); // so that there are gaps
    return records;
}

TracePtr traceOf(const Records& records)
{
    TraceBuilder builder = tests::builderWithSession();
    builder.addFile("a");
    for (const RawRef& record : records)
        builder.addSpan({.session = SessionId(0), .name = "x", .raw = {record}});
    return builder.finish(std::make_shared<tests::FixedPayloads>());
}

bool isIn(const RawRef& record, std::uint64_t offset)
{
    return offset >= record.offset && offset < record.offset + record.length;
}

std::vector<SpanId>
spansAt(const Records& records, const std::vector<bool>& wanted, std::uint64_t offset)
{
    std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
    for (const RawRef& record : records) {
        if (isIn(record, offset))
            least = std::min(least, record.length);
    }
    std::vector<SpanId> spans;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (wanted[i] && isIn(records[i], offset) && records[i].length == least)
            spans.emplace_back(i);
    }
    return spans;
}

std::uint64_t
nextWanted(const Records& records, const std::vector<bool>& wanted, std::uint64_t offset)
{
    std::uint64_t next = RecordRanges::kNowhere;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (wanted[i] && records[i].offset + records[i].length > offset)
            next = std::min(next, std::max(offset, records[i].offset));
    }
    return next;
}

/// Where the spans of a place may change: up to there nothing is asked twice.
bool isChangeAt(const Records& records, std::uint64_t offset)
{
    return std::ranges::any_of(records, [&](const RawRef& record) {
        return record.offset == offset || record.offset + record.length == offset;
    });
}

} // namespace

void TestRecordRanges::sameAsASlowReference_data()
{
    QTest::addColumn<bool>("isInOrder");
    QTest::newRow("in the order of the file") << true;
    QTest::newRow("in any order") << false;
}

void TestRecordRanges::sameAsASlowReference()
{
    QFETCH(bool, isInOrder);
    std::mt19937 random(20261122);
    int hits = 0;
    for (int round = 0; round < 300; ++round) {
        Records records = nestedRecords(random);
        if (isInOrder)
            std::ranges::stable_sort(records, [](const RawRef& a, const RawRef& b) {
                return a.offset != b.offset ? a.offset < b.offset : a.length > b.length;
            });
        std::vector<bool> wanted(records.size());
        for (std::size_t i = 0; i < wanted.size(); ++i)
            wanted[i] = random() % 3 != 0;
        const TracePtr trace = traceOf(records);
        RecordRanges ranges(*trace, FileId(0), wanted);
        for (std::uint64_t offset = 0; offset < 1000; offset += 1 + random() % 40) {
            if (random() % 2 == 0)
                QCOMPARE(ranges.nextWanted(offset), nextWanted(records, wanted, offset));
            if (random() % 2 == 0)
                continue;
            const auto found = ranges.spansAt(offset);
            const std::vector<SpanId> expected = spansAt(records, wanted, offset);
            QVERIFY(std::ranges::equal(found, expected));
            hits += expected.empty() ? 0 : 1;
            const std::uint64_t next = ranges.nextBehind(offset);
            QVERIFY(next > offset);
            for (std::uint64_t between = offset + 1; between < std::min<std::uint64_t>(next, 1000);
                 ++between)
                QVERIFY(!isChangeAt(records, between));
        }
    }
    QVERIFY(hits > 1000);
}

void TestRecordRanges::nothingIsWanted()
{
    const TracePtr trace = traceOf({{FileId(0), 10, 20}, {FileId(0), 40, 5}});
    const std::vector<bool> none {false, false};
    RecordRanges ranges(*trace, FileId(0), none);
    QCOMPARE(ranges.wantedBytes(), std::uint64_t {0});
    QCOMPARE(ranges.nextWanted(0), RecordRanges::kNowhere);
    const std::vector<bool> last {false, true};
    RecordRanges ofLast(*trace, FileId(0), last);
    QCOMPARE(ofLast.wantedBytes(), std::uint64_t {5});
    QCOMPARE(ofLast.nextWanted(0), std::uint64_t {40});
    QVERIFY(ofLast.spansAt(12).empty());
    QCOMPARE(ofLast.spansAt(40).front(), SpanId(1));
}

QTEST_GUILESS_MAIN(TestRecordRanges)
#include "tst_record_ranges.moc"
