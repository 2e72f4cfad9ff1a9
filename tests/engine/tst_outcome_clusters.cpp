#include "engine/branch/outcome_clusters.h"

#include <QTest>

using namespace engine;

/// What samples of a step come to.
class TestOutcomeClusters : public QObject
{
    Q_OBJECT

private slots:
    void intervalsAreThosePublished_data();
    void intervalsAreThosePublished();
    void equalCallsAreOneCluster();
    void textsThatSayTheSameAreOneCluster();
    void errorsStandApart();
    void theGreatestIsFirst();
    void nothingHasNoClusters();
};

namespace {

Outcome said(const std::string& text)
{
    Outcome outcome;
    outcome.response = ChatResponse {};
    outcome.response->message.parts.push_back(tracestore::TextPart {text});
    return outcome;
}

Outcome called(const std::string& tool, const std::string& arguments)
{
    Outcome outcome;
    outcome.response = ChatResponse {};
    outcome.response->message.parts.push_back(tracestore::ToolCallPart {"id", tool, arguments});
    return outcome;
}

} // namespace

/// Newcombe (1998), "Two-sided confidence intervals for the single proportion", Statistics in
/// Medicine 17, table I, method 3.
void TestOutcomeClusters::intervalsAreThosePublished_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("of");
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::newRow("81 of 263") << 81 << 263 << 0.2553 << 0.3662;
    QTest::newRow("15 of 148") << 15 << 148 << 0.0624 << 0.1605;
    QTest::newRow("0 of 20") << 0 << 20 << 0.0 << 0.1611;
    QTest::newRow("1 of 29") << 1 << 29 << 0.0061 << 0.1718;
}

void TestOutcomeClusters::intervalsAreThosePublished()
{
    QFETCH(int, count);
    QFETCH(int, of);
    QFETCH(double, low);
    QFETCH(double, high);
    const Share share = wilsonShare(static_cast<std::size_t>(count), static_cast<std::size_t>(of));
    QVERIFY2(std::abs(share.low - low) < 0.00005, qPrintable(QString::number(share.low)));
    QVERIFY2(std::abs(share.high - high) < 0.00005, qPrintable(QString::number(share.high)));
    // The other way round it is the mirror.
    const Share other
        = wilsonShare(static_cast<std::size_t>(of - count), static_cast<std::size_t>(of));
    QVERIFY(std::abs(other.low - (1 - share.high)) < 1e-12);
    QVERIFY(std::abs(other.high - (1 - share.low)) < 1e-12);
}

void TestOutcomeClusters::equalCallsAreOneCluster()
{
    const auto clusters = clusterOutcomes({called("refund", R"({"amount":89,"order":"A-1"})"),
                                           called("refund", R"({"order": "A-1", "amount": 89})"),
                                           called("refund", R"({"amount":890,"order":"A-1"})"),
                                           called("look_up", R"({"amount":89,"order":"A-1"})")});
    QCOMPARE(clusters.size(), std::size_t {3});
    QCOMPARE(clusters[0].members, (std::vector<std::size_t> {0, 1}));
    QVERIFY(clusters[0].isTool);
    QCOMPARE(clusters[0].label, std::string(R"(refund {"amount":89,"order":"A-1"})"));
    QCOMPARE(clusters[0].share.share, 0.5);
}

void TestOutcomeClusters::textsThatSayTheSameAreOneCluster()
{
    const auto clusters
        = clusterOutcomes({said("Your refund of 89 euros is on its way to your account."),
                           said("The refund of 89 euros is on its way to the account."),
                           said("Your refund of 90 euros is on its way to your account."),
                           said("I cannot help with that.")});
    QCOMPARE(clusters.size(), std::size_t {3});
    QCOMPARE(clusters[0].members, (std::vector<std::size_t> {0, 1}));
}

void TestOutcomeClusters::errorsStandApart()
{
    const auto clusters
        = clusterOutcomes({failedOutcome(OutcomeStatus::Error, "rate_limit", "Slow down."),
                           said("Slow down."),
                           failedOutcome(OutcomeStatus::Error, "rate_limit", "Slow down.")});
    QCOMPARE(clusters.size(), std::size_t {2});
    QVERIFY(clusters[0].isError);
    QCOMPARE(clusters[0].members, (std::vector<std::size_t> {0, 2}));
}

void TestOutcomeClusters::theGreatestIsFirst()
{
    const auto clusters = clusterOutcomes({said("No."), said("Yes."), said("Yes.")});
    QCOMPARE(clusters.size(), std::size_t {2});
    QCOMPARE(clusters[0].label, std::string("Yes."));
    QCOMPARE(clusters[0].share.count, std::size_t {2});
    QCOMPARE(clusters[0].share.of, std::size_t {3});
}

void TestOutcomeClusters::nothingHasNoClusters()
{
    QVERIFY(clusterOutcomes({}).empty());
    const Share none = wilsonShare(0, 0);
    QCOMPARE(none.low, 0.0);
    QCOMPARE(none.high, 1.0);
}

QTEST_GUILESS_MAIN(TestOutcomeClusters)
#include "tst_outcome_clusters.moc"
