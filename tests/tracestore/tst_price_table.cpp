#include "tests/support/test_paths.h"
#include "tests/support/trace_maker.h"
#include "tracestore/analysis/price_table.h"

#include <QTest>

#include <fstream>
#include <sstream>

using namespace tracestore;

class TestPriceTable : public QObject
{
    Q_OBJECT

private slots:
    void everyBucketHasItsOwnRate();
    void anHourInTheCacheIsAPartOfWhatWasWritten();
    void theDateDecides_data();
    void theDateDecides();
    void anExactNameBeatsAPattern();
    void theLongerPatternWins();
    void unknownStaysUnknown();
    void aUsedBucketWithoutAPriceMakesTheCostUnknown();
    void zeroIsAPrice();
    void ownModelsGoBeforeTheTable();
    void badTablesAreNamed_data();
    void badTablesAreNamed();
    void aRecordedCostWins();
    void wrappersGetNoCost();
    void theTableOfKymoIsValid();
};

namespace {

constexpr std::string_view kTable = R"({
  "currency": "USD", "unit": "per_million_tokens", "models": [
    {"match": ["large-*"], "prices": [{"from": "2024-01-01", "input": 1, "output": 1}]},
    {"match": ["large-2*"], "prices": [{"from": "2024-01-01", "input": 2, "output": 2}]},
    {"match": ["large-2-exact"], "prices": [{"from": "2024-01-01", "input": 3, "output": 3}]},
    {"match": ["cached"], "prices": [{"from": "2024-01-01", "input": 10, "output": 50,
      "cache_read": 1, "cache_write": 12, "cache_write_1h": 20}]},
    {"match": ["dated"], "prices": [{"from": "2025-01-01", "input": 5},
      {"from": "2024-01-01", "input": 7}]},
    {"match": ["free"], "prices": [{"from": "2024-01-01", "input": 0, "output": 0}]}
  ]})";

PriceTable table(std::string_view text = kTable)
{
    auto parsed = PriceTable::parse(text);
    if (!parsed)
        qFatal("%s", parsed.error().message.c_str());
    return *parsed;
}

constexpr std::int64_t kMillion = 1'000'000;

std::optional<double> price(std::string_view model, const TokenUsage& usage)
{
    const auto cost = table().costOf(model, std::nullopt, usage);
    return cost ? std::optional(cost->amount) : std::nullopt;
}

} // namespace

void TestPriceTable::everyBucketHasItsOwnRate()
{
    const TokenUsage usage {
        .input = kMillion, .cacheRead = 2 * kMillion, .cacheWrite = kMillion, .output = kMillion};
    const auto cost = table().costOf("cached", std::nullopt, usage);
    QVERIFY(cost.has_value());
    QCOMPARE(cost->amount, 10.0 + 2 * 1.0 + 12.0 + 50.0);
    QCOMPARE(cost->currency, std::string("USD"));
    QCOMPARE(cost->source, CostSource::Computed);
}

void TestPriceTable::anHourInTheCacheIsAPartOfWhatWasWritten()
{
    const TokenUsage usage {.cacheWrite = 3 * kMillion, .cacheWriteLong = kMillion};
    QCOMPARE(price("cached", usage), std::optional(2 * 12.0 + 20.0));
}

void TestPriceTable::theDateDecides_data()
{
    QTest::addColumn<QString>("day");
    QTest::addColumn<double>("expected");
    QTest::newRow("before the first price: unknown") << "2023-12-31T23:59:59Z" << -1.0;
    QTest::newRow("first day") << "2024-01-01T00:00:00Z" << 7.0;
    QTest::newRow("last moment of the old price") << "2024-12-31T23:59:59Z" << 7.0;
    QTest::newRow("new price") << "2025-01-01T00:00:00Z" << 5.0;
    QTest::newRow("no date: the newest price") << "" << 5.0;
}

void TestPriceTable::theDateDecides()
{
    QFETCH(QString, day);
    QFETCH(double, expected);
    const auto at = parseIsoTimestamp(day.toStdString());
    const auto cost = table().costOf("dated", at, {.input = kMillion});
    QCOMPARE(cost ? cost->amount : -1.0, expected);
}

void TestPriceTable::anExactNameBeatsAPattern()
{
    QCOMPARE(price("large-2-exact", {.input = kMillion}), std::optional(3.0));
}

void TestPriceTable::theLongerPatternWins()
{
    QCOMPARE(price("large-2-other", {.input = kMillion}), std::optional(2.0));
    QCOMPARE(price("large-3", {.input = kMillion}), std::optional(1.0));
}

void TestPriceTable::unknownStaysUnknown()
{
    QVERIFY(!price("some-other-model", {.input = kMillion}));
    QVERIFY(!price("", {.input = kMillion}));
    QVERIFY(!price("cached", {}));
    QVERIFY(!price("cached", {.reportedTotal = kMillion}));
}

void TestPriceTable::aUsedBucketWithoutAPriceMakesTheCostUnknown()
{
    QVERIFY(!price("large-3", {.input = 1, .cacheRead = 1}));
    QCOMPARE(price("large-3", {.input = kMillion, .cacheRead = 0}), std::optional(1.0));
}

void TestPriceTable::zeroIsAPrice()
{
    QCOMPARE(price("free", {.input = kMillion, .output = kMillion}), std::optional(0.0));
}

void TestPriceTable::ownModelsGoBeforeTheTable()
{
    PriceTable all = table();
    all.overrideWith(table(R"({"models": [
        {"match": ["cached"], "prices": [{"from": "2024-01-01", "input": 99}]}]})"));
    QCOMPARE(all.costOf("cached", std::nullopt, {.input = kMillion})->amount, 99.0);
    QCOMPARE(all.costOf("large-3", std::nullopt, {.input = kMillion})->amount, 1.0);
}

void TestPriceTable::badTablesAreNamed_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("part");
    QTest::newRow("not JSON") << "{"
                              << "JSON";
    QTest::newRow("no models") << "{}"
                               << "models";
    QTest::newRow("other unit") << R"({"unit":"per_token","models":[]})"
                                << "unit";
    QTest::newRow("second entry")
        << R"({"models":[{"match":["a"],"prices":[]},{"match":"b","prices":[]}]})"
        << "Entry 2";
    QTest::newRow("negative price")
        << R"({"models":[{"match":["a"],"prices":[{"from":"2024-01-01","input":-1}]}]})"
        << "`input`";
    QTest::newRow("no date") << R"({"models":[{"match":["a"],"prices":[{"input":1}]}]})"
                             << "`from`";
}

void TestPriceTable::badTablesAreNamed()
{
    QFETCH(QString, text);
    QFETCH(QString, part);
    const auto parsed = PriceTable::parse(text.toStdString());
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().code, ErrorCode::Invalid);
    QVERIFY2(parsed.error().message.find(part.toStdString()) != std::string::npos,
             parsed.error().message.c_str());
}

void TestPriceTable::aRecordedCostWins()
{
    auto builder = tests::builderWithSession();
    SpanRecord call {.session = SessionId(0), .kind = SpanKind::Llm};
    call.requestedModel = "cached";
    call.usage = TokenUsage {.input = kMillion};
    const SpanId computed = builder.addSpan(call);
    call.cost = Cost {0.5, "EUR", CostSource::Reported};
    const SpanId reported = builder.addSpan(call);
    call.cost.reset();
    call.respondedModel = "free";
    const SpanId answeredByOther = builder.addSpan(call);
    computeCosts(builder, table());
    const TracePtr trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    QCOMPARE(*trace->cost(computed), (Cost {10, "USD", CostSource::Computed}));
    QCOMPARE(*trace->cost(reported), (Cost {0.5, "EUR", CostSource::Reported}));
    QCOMPARE(trace->cost(answeredByOther)->amount, 0.0);
}

void TestPriceTable::wrappersGetNoCost()
{
    auto builder = tests::builderWithSession();
    SpanRecord wrapper {.session = SessionId(0), .kind = SpanKind::Llm};
    wrapper.requestedModel = "cached";
    wrapper.usage = TokenUsage {.input = kMillion};
    wrapper.countsInTotals = false;
    const SpanId span = builder.addSpan(wrapper);
    computeCosts(builder, table());
    const TracePtr trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    QCOMPARE(trace->cost(span), nullptr);
}

void TestPriceTable::theTableOfKymoIsValid()
{
    const auto path = tests::examplesDir().parent_path() / "prices/prices.json";
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    const auto parsed = PriceTable::parse(text.str());
    QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().message.c_str());
    // The price of a day in the past does not change any more.
    const auto at = parseIsoTimestamp("2025-01-15T00:00:00Z");
    const auto cost
        = parsed->costOf("gpt-4o", at, {.input = kMillion, .cacheRead = kMillion, .output = 0});
    QVERIFY(cost.has_value());
    QCOMPARE(cost->amount, 2.50 + 1.25);
    QVERIFY(!parsed->costOf("gpt-4o-audio-preview", at, {.input = kMillion}));
}

QTEST_GUILESS_MAIN(TestPriceTable)
#include "tst_price_table.moc"
