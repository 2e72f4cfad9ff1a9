#include "tests/support/trace_maker.h"
#include "tracestore/base/json_io.h"
#include "tracestore/export/chrome_trace_exporter.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <map>
#include <random>

using namespace tracestore;
using nlohmann::json;

class TestChromeTraceExporter : public QObject
{
    Q_OBJECT

private slots:
    void everyStepIsThereWithItsTimes();
    void slicesNestOnEveryThread();
    void unknownTimesAreMarked();
    void aSessionWithoutTimesKeepsItsOrder();
    void linksAreArrows();
};

namespace {

json exported(const Trace& trace)
{
    StringSink sink;
    Job job;
    const auto done = ChromeTraceExporter().write(trace, sink, job);
    const auto parsed = done ? parseJson(sink.bytes()) : fail(done.error());
    return parsed ? *parsed : json();
}

/// The events of one phase.
std::vector<json> eventsOf(const json& document, const std::string& phase)
{
    std::vector<json> events;
    for (const json& event : document.at("traceEvents")) {
        if (event.at("ph") == phase)
            events.push_back(event);
    }
    return events;
}

TracePtr made(TraceBuilder& builder)
{
    return builder.finish(std::make_shared<tests::FixedPayloads>());
}

} // namespace

void TestChromeTraceExporter::everyStepIsThereWithItsTimes()
{
    TraceBuilder builder = tests::builderWithSession();
    builder.addSpan({.session = SessionId(0),
                     .kind = SpanKind::Tool,
                     .name = "look\"up",
                     .start = Timestamp {1'500'000'001'234'567},
                     .end = Timestamp {1'500'000'001'234'567 + 2'000'030},
                     .status = SpanStatus::Error,
                     .error = SpanError {"Timeout", "took too long", {}}});
    const json event = eventsOf(exported(*made(builder)), "X").at(0);
    QCOMPARE(event.at("name").get<std::string>(), std::string("look\"up"));
    QCOMPARE(event.at("cat").get<std::string>(), std::string("tool"));
    QCOMPARE(event.at("ts").dump(), std::string("1500000001234.567"));
    QCOMPARE(event.at("dur").dump(), std::string("2000.03"));
    QCOMPARE(event.at("args").at("error").get<std::string>(), std::string("took too long"));
    QCOMPARE(event.at("args").at("status").get<std::string>(), std::string("error"));
}

/// What viewers demand: on one thread a slice lies in another or beside it.
void TestChromeTraceExporter::slicesNestOnEveryThread()
{
    TraceBuilder builder = tests::builderWithSession();
    std::mt19937 random(7);
    constexpr std::size_t kSpans = 2000;
    for (std::size_t i = 0; i < kSpans; ++i) {
        const auto start = static_cast<std::int64_t>(random() % 1'000'000);
        builder.addSpan(
            {.session = SessionId(0),
             .name = "s",
             .start = Timestamp {start * 1000},
             .end = Timestamp {(start + static_cast<std::int64_t>(random() % 5000)) * 1000}});
    }
    const json document = exported(*made(builder));
    std::map<std::int64_t, std::vector<std::pair<std::int64_t, std::int64_t>>> threads;
    std::size_t count = 0;
    for (const json& event : eventsOf(document, "X")) {
        const auto start = event.at("ts").get<std::int64_t>();
        threads[event.at("tid").get<std::int64_t>()].emplace_back(
            start, start + event.at("dur").get<std::int64_t>());
        ++count;
    }
    QCOMPARE(count, kSpans);
    QVERIFY(threads.size() > 1);
    for (const auto& [thread, slices] : threads) {
        std::vector<std::int64_t> open;
        for (const auto& [start, end] : slices) {
            while (!open.empty() && open.back() <= start)
                open.pop_back();
            QVERIFY(open.empty() || end <= open.back());
            open.push_back(end);
        }
    }
}

void TestChromeTraceExporter::unknownTimesAreMarked()
{
    TraceBuilder builder = tests::builderWithSession();
    builder.addSpan({.session = SessionId(0), .name = "a", .start = Timestamp {5000}});
    builder.addSpan({.session = SessionId(0), .name = "b", .parent = SpanId(0)});
    const auto points = eventsOf(exported(*made(builder)), "i");
    QCOMPARE(points.size(), std::size_t {2});
    QCOMPARE(points[0].at("args").value("end", ""), std::string("not recorded"));
    QCOMPARE(points[1].at("args").value("time", ""), std::string("not recorded"));
    QCOMPARE(points[1].at("ts").get<int>(), 5);
}

void TestChromeTraceExporter::aSessionWithoutTimesKeepsItsOrder()
{
    TraceBuilder builder = tests::builderWithSession();
    builder.addSpan({.session = SessionId(0), .name = "run"});
    builder.addSpan({.session = SessionId(0), .name = "first", .parent = SpanId(0)});
    builder.addSpan({.session = SessionId(0), .name = "second", .parent = SpanId(0)});
    const auto slices = eventsOf(exported(*made(builder)), "X");
    QCOMPARE(slices.size(), std::size_t {3});
    QCOMPARE(slices[0].at("dur").get<int>(), 3);
    QCOMPARE(slices[1].at("ts").get<int>(), 1);
    QCOMPARE(slices[2].at("ts").get<int>(), 2);
    for (const json& slice : slices)
        QCOMPARE(slice.at("args").value("time", ""), std::string("not recorded"));
}

void TestChromeTraceExporter::linksAreArrows()
{
    TraceBuilder builder = tests::builderWithSession();
    for (int i = 0; i < 2; ++i)
        builder.addSpan({.session = SessionId(0),
                         .name = "agent",
                         .agent = builder.addAgent({.name = "a" + std::to_string(i)}),
                         .start = Timestamp {i * 10'000},
                         .end = Timestamp {i * 10'000 + 5000}});
    builder.addLink({.from = SpanId(0), .to = SpanId(1), .kind = LinkKind::Handoff});
    builder.addLink({.from = SpanId(0), .toOrigId = "elsewhere", .kind = LinkKind::Handoff});
    const json document = exported(*made(builder));
    const auto starts = eventsOf(document, "s");
    const auto ends = eventsOf(document, "f");
    QCOMPARE(starts.size(), std::size_t {1});
    QCOMPARE(ends.size(), std::size_t {1});
    QVERIFY(starts[0].at("id") == ends[0].at("id"));
    QVERIFY(starts[0].at("tid") != ends[0].at("tid"));
}

QTEST_GUILESS_MAIN(TestChromeTraceExporter)
#include "tst_chrome_trace_exporter.moc"
