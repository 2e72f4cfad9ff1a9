#include "engine/statistics/bootstrap.h"
#include "engine/statistics/detectable_difference.h"
#include "engine/statistics/distributions.h"
#include "engine/statistics/holm.h"
#include "engine/statistics/mcnemar_test.h"
#include "engine/statistics/moments.h"
#include "engine/statistics/paired_difference.h"
#include "engine/statistics/paired_rates.h"
#include "engine/statistics/seeded_random.h"
#include "engine/statistics/share.h"
#include "engine/statistics/sign_flip_test.h"

#include <QTest>

#include <cmath>
#include <numeric>

using namespace engine;

/// Formulas against what was published of them, and against each other.
class TestStatistics : public QObject
{
    Q_OBJECT

private slots:
    void mcNemarIsThatPublished_data();
    void mcNemarIsThatPublished();
    void pairedRatesAreThosePublished_data();
    void pairedRatesAreThosePublished();
    void darwinsPlantsAreThoseOfFisher();
    void allWaysOfFlippingAgree();
    void signFlipsOfPassAndFailAreMcNemar();
    void sampledFlipsNeverPromiseTooMuch();
    void studentisedBootstrapIsThatPublished();
    void symmetricIntervalIsMadeOfIt();
    void fewOrEqualValuesHaveNoInterval();
    void holmStopsWherePublished();
    void powerIsThatPublished();
    void smallestDifferenceHasItsPower();
    void quantilesAreThoseOfTables();
    void repeatsAreWorthLessThanTasks();
    void repeatsAreNoTasks();
    void sameSeedSameNumbers();
};

namespace {

bool isNear(double value, double published, double within)
{
    if (std::abs(value - published) <= within)
        return true;
    qWarning("%.6f is not %.6f", value, published);
    return false;
}

/// Charles Darwin's 15 pairs of maize, crossed less self-fertilised, in eighths of an inch.
const std::vector<double> kMaize {49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48};

/// The mice that were not treated, of Efron and Tibshirani (1993), table 2.1.
const std::vector<double> kMice {52, 104, 146, 10, 50, 31, 40, 27, 46};

/// Values without a unit, so that flips cannot be told by counting.
std::vector<double> uneven(std::vector<double> values)
{
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] *= 1 + 1e-4 * std::sqrt(static_cast<double>(i + 2));
    return values;
}

PairedTasks passes(std::size_t both, std::size_t onlyA, std::size_t onlyB, std::size_t neither)
{
    PairedTasks tasks;
    const auto add = [&](std::size_t count, double a, double b) {
        tasks.a.insert(tasks.a.end(), count, {a});
        tasks.b.insert(tasks.b.end(), count, {b});
    };
    add(both, 1, 1);
    add(onlyA, 1, 0);
    add(onlyB, 0, 1);
    add(neither, 0, 0);
    return tasks;
}

} // namespace

/// Fagerland, Lydersen and Laake (2013), BMC Medical Research Methodology 13:91, and (2017),
/// "Statistical Analysis of Contingency Tables", chapter 8: airway hyper-responsiveness before and
/// after a transplantation (Bentur et al. 2009), complete response before and after consolidation
/// (Cavo et al. 2012).
void TestStatistics::mcNemarIsThatPublished_data()
{
    QTest::addColumn<int>("onlyA");
    QTest::addColumn<int>("onlyB");
    QTest::addColumn<double>("exact");
    QTest::addColumn<double>("mid");
    QTest::newRow("airways") << 1 << 7 << 0.0703 << 0.0391;
    QTest::newRow("response") << 6 << 16 << 0.0525 << 0.0347;
}

void TestStatistics::mcNemarIsThatPublished()
{
    QFETCH(int, onlyA);
    QFETCH(int, onlyB);
    QFETCH(double, exact);
    QFETCH(double, mid);
    const auto a = static_cast<std::size_t>(onlyA);
    const auto b = static_cast<std::size_t>(onlyB);
    QVERIFY(isNear(mcNemarTest(a, b).p, exact, 0.00005));
    QVERIFY(isNear(mcNemarTest(a, b).midP, mid, 0.00005));
    QCOMPARE(mcNemarTest(b, a).midP, mcNemarTest(a, b).midP);
    QCOMPARE(mcNemarTest(a, a).p, 1.0);
    QCOMPARE(mcNemarTest(0, 0).p, 1.0);
    // The least that so many changed tasks can show is that all changed one way.
    QCOMPARE(mcNemarTest(0, a + b).midP, mcNemarTest(a, b).smallestMidP);
}

/// Newcombe's "square-and-add" interval of the same two, as there.
void TestStatistics::pairedRatesAreThosePublished_data()
{
    QTest::addColumn<QList<int>>("counts");
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<double>("within");
    QTest::newRow("response") << QList<int> {59, 16, 6, 80} << -0.1186 << -0.0046 << 0.00005;
    QTest::newRow("airways") << QList<int> {1, 7, 1, 12} << -0.507 << -0.026 << 0.0005;
}

void TestStatistics::pairedRatesAreThosePublished()
{
    QFETCH(QList<int>, counts);
    QFETCH(double, low);
    QFETCH(double, high);
    QFETCH(double, within);
    const auto count = [&](int i) { return static_cast<std::size_t>(counts[i]); };
    const Interval interval = pairedRateInterval({count(0), count(1), count(2), count(3)});
    QVERIFY(isNear(interval.low, low, within));
    QVERIFY(isNear(interval.high, high, within));
    const Interval mirrored = pairedRateInterval({count(0), count(2), count(1), count(3)});
    QVERIFY(isNear(mirrored.low, -interval.high, 1e-12));
    QVERIFY(isNear(pairedRateInterval({0, 5, 0, 0}).low, -1, 1e-12));
    QVERIFY(pairedRateInterval({0, 0, 5, 0}).high <= 1);
    QCOMPARE(pairedRateInterval({}).low, -1.0);
}

/// Fisher (1935), "The Design of Experiments", 21: of the 32,768 ways in which the signs could have
/// fallen, 863 have a sum of 314 or more, so that the chance on both sides is 1,726 in 32,768.
void TestStatistics::darwinsPlantsAreThoseOfFisher()
{
    QCOMPARE(std::accumulate(kMaize.begin(), kMaize.end(), 0.0), 314.0);
    const SignFlip test = signFlipTest(kMaize);
    QVERIFY(test.isExact);
    QVERIFY(isNear(test.p, 1726.0 / 32768, 1e-12));
    QVERIFY(test.midP < test.p);
    QVERIFY(isNear(test.smallestP, 2.0 / 32768, 1e-12));
    std::vector<double> turned = kMaize;
    for (double& value : turned)
        value = -value;
    QCOMPARE(signFlipTest(turned).p, test.p);
}

void TestStatistics::allWaysOfFlippingAgree()
{
    std::vector<double> inches = kMaize;
    for (double& value : inches)
        value /= 8; // a finer unit
    QVERIFY(isNear(signFlipTest(inches).p, 1726.0 / 32768, 1e-12));
    // A little apart none is exactly as far; by trying all, and by a sample of them.
    const SignFlip all = signFlipTest(uneven(kMaize));
    QVERIFY(all.isExact);
    std::vector<double> more = uneven(kMaize);
    more.insert(more.end(), {0.0001, -0.0002003, 0.0003007});
    const SignFlip sampled = signFlipTest(more);
    QVERIFY(!sampled.isExact);
    QVERIFY(isNear(sampled.p, all.p, 0.006)); // four standard errors of the sample
}

void TestStatistics::signFlipsOfPassAndFailAreMcNemar()
{
    for (std::size_t onlyA = 0; onlyA < 8; ++onlyA) {
        for (std::size_t onlyB = 0; onlyB < 30; ++onlyB) {
            std::vector<double> differences(20, 0);
            differences.insert(differences.end(), onlyA, -1);
            differences.insert(differences.end(), onlyB, 1);
            const SignFlip flips = signFlipTest(differences);
            const McNemar counts = mcNemarTest(onlyA, onlyB);
            QVERIFY(isNear(flips.p, counts.p, 1e-9));
            QVERIFY(isNear(flips.midP, counts.midP, 1e-9));
        }
    }
}

void TestStatistics::sampledFlipsNeverPromiseTooMuch()
{
    std::vector<double> values(40);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = std::sqrt(static_cast<double>(i + 2)); // all on one side
    QCOMPARE(signFlipTest(values, {.samples = 999, .seed = 4}).p, 1.0 / 1000);
    QCOMPARE(signFlipTest({}).p, 1.0);
    QCOMPARE(signFlipTest(std::vector<double>(9, 0)).p, 1.0);
}

/// Efron and Tibshirani (1993), 12.5: the 5 % and 95 % points of 1,000 resamples and the interval
/// of 90 % that they make, [35.82, 116.74]. It is theirs but for chance.
void TestStatistics::studentisedBootstrapIsThatPublished()
{
    const std::vector<double> ts
        = studentisedResamples(kMice, {.resamples = 99'999, .seed = 5, .confidence = 0.9});
    const double error = spreadOf(kMice) / 3;
    const auto at = [&](double p) {
        return ts[static_cast<std::size_t>(p * static_cast<double>(ts.size()))];
    };
    QVERIFY(isNear(meanOf(kMice), 56.22, 0.005));
    QVERIFY(isNear(meanOf(kMice) - error * at(0.95), 35.82, 1));
    QVERIFY(isNear(meanOf(kMice) - error * at(0.05), 116.74, 4));
}

void TestStatistics::symmetricIntervalIsMadeOfIt()
{
    const BootstrapOptions options {.resamples = 1'999, .seed = 6, .confidence = 0.9};
    const auto interval = bootstrapInterval(kMice, options);
    QVERIFY(interval.has_value());
    QVERIFY(interval->method == IntervalMethod::SymmetricBootstrap);
    const double half = (interval->high - interval->low) / 2;
    QVERIFY(isNear(interval->low + half, meanOf(kMice), 1e-9));
    const double error = spreadOf(kMice) / 3;
    const auto ts = studentisedResamples(kMice, options);
    const auto outside
        = std::ranges::count_if(ts, [&](double t) { return std::abs(t) * error >= half - 1e-9; });
    QCOMPARE(outside, 200); // of 1,999 + 1: 10 %
    // Most values the same: resamples without any spread, of which a t says nothing.
    std::vector<double> flat(20, 0);
    flat[3] = 1;
    const auto student = bootstrapInterval(flat);
    QVERIFY(student->method == IntervalMethod::Student);
    QVERIFY(isNear(student->high, 0.05 + 2.0930 * spreadOf(flat) / std::sqrt(20), 0.0001));
}

void TestStatistics::fewOrEqualValuesHaveNoInterval()
{
    QVERIFY(!bootstrapInterval(std::vector<double> {1, 2, 3, 4}));
    QVERIFY(!bootstrapInterval(std::vector<double>(30, 0.3)));
    QVERIFY(bootstrapInterval(std::vector<double> {1, 2, 3, 4, 5}).has_value());
}

/// The 15 p values of Benjamini and Hochberg (1995), JRSS B 57, section 4: with the family-wise
/// rate held at 5 % the first three are rejected.
void TestStatistics::holmStopsWherePublished()
{
    const std::vector<double> ps {0.0001,
                                  0.0004,
                                  0.0019,
                                  0.0095,
                                  0.0201,
                                  0.0278,
                                  0.0298,
                                  0.0344,
                                  0.0459,
                                  0.3240,
                                  0.4262,
                                  0.5719,
                                  0.6528,
                                  0.7590,
                                  1.0000};
    const std::vector<double> adjusted = holmAdjusted(ps);
    QCOMPARE(std::ranges::count_if(adjusted, [](double p) { return p <= 0.05; }), 3);
    QVERIFY(isNear(adjusted[0], 0.0015, 1e-12));
    QVERIFY(isNear(adjusted[2], 0.0247, 1e-12));
    QVERIFY(isNear(adjusted[3], 0.1140, 1e-12));
    QCOMPARE(adjusted[14], 1.0);
    QVERIFY(std::ranges::is_sorted(adjusted));
    // The order in which they come is kept.
    QCOMPARE(holmAdjusted(std::vector<double> {0.04, 0.01}), (std::vector<double> {0.04, 0.02}));
    QVERIFY(holmAdjusted({}).empty());
}

/// Dalgaard (2008), "Introductory Statistics with R", 9.4: 20 pairs (19.96892) show 10 units with a
/// spread of 14.14 in 85 %. Faul et al. (2007), G*Power: 34 pairs show half a standard deviation in
/// 80.78 %.
void TestStatistics::powerIsThatPublished()
{
    QCOMPARE(tasksNeeded(10, 10 * std::sqrt(2.0), 0.05, 0.85).value_or(0), std::size_t {20});
    QVERIFY(pairedPower(1 / std::sqrt(2.0), 19) < 0.85);
    QVERIFY(isNear(pairedPower(0.5, 34), 0.8078, 0.00005));
    QCOMPARE(tasksNeeded(0.5, 1).value_or(0), std::size_t {34});
    QVERIFY(!tasksNeeded(0, 1) && !tasksNeeded(1, 0) && !tasksNeeded(1e-6, 1));
}

void TestStatistics::smallestDifferenceHasItsPower()
{
    for (const std::size_t tasks : {3U, 5U, 10U, 50U, 1000U}) {
        for (const double alpha : {0.05, 0.005}) {
            const auto difference = detectableDifference(2.5, tasks, alpha);
            QVERIFY(difference.has_value());
            QVERIFY(isNear(pairedPower(*difference / 2.5, tasks, alpha), 0.8, 0.0005));
        }
    }
    QVERIFY(!detectableDifference(0, 50) && !detectableDifference(1, 2));
}

void TestStatistics::quantilesAreThoseOfTables()
{
    QVERIFY(isNear(normalQuantile(0.975), 1.959963984540054, 1e-12));
    QVERIFY(isNear(studentQuantile(0.975, 9), 2.262, 0.0005));
    QVERIFY(isNear(studentQuantile(0.975, 49), 2.0096, 0.00005));
    // Without a difference the noncentral t is Student's.
    QVERIFY(isNear(nonCentralTAbove(2.262157, 9, 0), 0.025, 1e-6));
}

void TestStatistics::repeatsAreWorthLessThanTasks()
{
    // All repeats of a task alike: 20 runs are worth 4 tasks.
    const std::vector<double> alike {1, 1, 0, 1};
    const Share share = shareOverTasks(alike, 20);
    const Share four = wilsonShare(3, 4);
    QCOMPARE(share.count, std::size_t {15});
    QVERIFY(isNear(share.low, four.low, 1e-9) && isNear(share.high, four.high, 1e-9));
    // Tasks as equal as can be: no more than each run for itself.
    const Share even = shareOverTasks(std::vector<double>(4, 0.75), 16);
    QVERIFY(isNear(even.low, wilsonShare(12, 16).low, 1e-9));
    // One repeat is Wilson's own.
    std::vector<double> single(263, 0);
    std::fill_n(single.begin(), 81, 1);
    QVERIFY(isNear(shareOverTasks(single, 263).low, wilsonShare(81, 263).low, 0.0005));
    QCOMPARE(shareOverTasks({}, 0).high, 1.0);
}

void TestStatistics::repeatsAreNoTasks()
{
    // The same five tasks with one repeat and with forty equal ones say the same.
    PairedTasks once {.a = {{1}, {2}, {4}, {7}, {3}}, .b = {{2}, {2.5}, {4}, {9}, {2}}};
    PairedTasks often = once;
    for (std::size_t i = 0; i < 5; ++i) {
        often.a[i].assign(40, once.a[i].front());
        often.b[i].assign(40, once.b[i].front());
    }
    const PairedDifference one = pairedDifference(once, false);
    const PairedDifference forty = pairedDifference(often, false);
    QCOMPARE(forty.tasks, std::size_t {5});
    QCOMPARE(forty.differing, std::size_t {4});
    QCOMPARE(forty.p, one.p);
    QCOMPARE(forty.interval->low, one.interval->low);
    QCOMPARE(forty.repeatShare.value_or(-1), 0.0);
    QVERIFY(!one.repeatShare);
    // A task counts once however often it was tried.
    often.a[0].assign(7, 1);
    QCOMPARE(pairedDifference(often, false).difference, one.difference);
    // All of the spread is that of repeats: both sides have the same true mean everywhere.
    PairedTasks noisy;
    SeededRandom random(9);
    for (int task = 0; task < 4000; ++task) {
        Repeats a;
        Repeats b;
        for (int repeat = 0; repeat < 3; ++repeat) {
            a.push_back(static_cast<double>(random.below(2)));
            b.push_back(static_cast<double>(random.below(2)));
        }
        noisy.a.push_back(a);
        noisy.b.push_back(b);
    }
    const PairedDifference noise = pairedDifference(noisy, true, {.bootstrap = {.resamples = 99}});
    QVERIFY(isNear(noise.repeatShare.value_or(0), 1, 0.08));
    QVERIFY(noise.method == TestMethod::SignFlip);
    QVERIFY(pairedDifference(passes(59, 16, 6, 80), true).method == TestMethod::McNemar);
    QVERIFY(isNear(pairedDifference(passes(59, 16, 6, 80), true).p, 0.0347, 0.00005));
    QVERIFY(isNear(pairedDifference(passes(59, 16, 6, 80), true).difference, -10.0 / 161, 1e-12));
}

void TestStatistics::sameSeedSameNumbers()
{
    SeededRandom random(1);
    // The first numbers of std::mt19937_64 are laid down; what is made of them is ours.
    QCOMPARE(SeededRandom(5489).bits(), std::uint64_t {14514284786278117030ULL});
    QCOMPARE(bootstrapInterval(kMice)->low, bootstrapInterval(kMice)->low);
    std::vector<std::size_t> counts(7, 0);
    for (int i = 0; i < 70'000; ++i)
        ++counts[random.below(7)];
    for (const std::size_t count : counts)
        QVERIFY(count > 9'600 && count < 10'400);
}

QTEST_GUILESS_MAIN(TestStatistics)
#include "tst_statistics.moc"
