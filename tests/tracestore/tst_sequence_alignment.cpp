#include "tracestore/compare/sequence_alignment.h"

#include <QTest>

#include <random>

using namespace tracestore;

namespace {

using Sequence = std::vector<std::uint32_t>;

/// The length of a longest common subsequence, the slow and plain way.
std::size_t longestCommon(const Sequence& a, const Sequence& b)
{
    std::vector<std::size_t> above(b.size() + 1);
    for (const std::uint32_t one : a) {
        std::vector<std::size_t> row(b.size() + 1);
        for (std::size_t j = 0; j < b.size(); ++j)
            row[j + 1] = one == b[j] ? above[j] + 1 : std::max(above[j + 1], row[j]);
        above = std::move(row);
    }
    return above.back();
}

/// Rising on both sides, and equal where it says so.
bool isCommon(const Sequence& a, const Sequence& b, const std::vector<SequenceMatch>& matches)
{
    for (std::size_t i = 0; i < matches.size(); ++i) {
        if (matches[i].a >= a.size() || matches[i].b >= b.size()
            || a[matches[i].a] != b[matches[i].b])
            return false;
        if (i > 0 && (matches[i].a <= matches[i - 1].a || matches[i].b <= matches[i - 1].b))
            return false;
    }
    return true;
}

std::uint32_t pick(std::mt19937& random, std::uint32_t below)
{
    return static_cast<std::uint32_t>(random() % below);
}

Sequence randomSequence(std::mt19937& random, std::size_t size, std::uint32_t symbols)
{
    Sequence sequence(size);
    for (std::uint32_t& one : sequence)
        one = pick(random, symbols);
    return sequence;
}

/// Puts in, takes out and replaces so many of a thousand.
Sequence
edited(const Sequence& from, std::mt19937& random, unsigned perMille, std::uint32_t symbols)
{
    Sequence to;
    for (const std::uint32_t one : from) {
        if (pick(random, 1000) >= perMille) {
            to.push_back(one);
            continue;
        }
        const std::uint32_t kind = pick(random, 3);
        if (kind != 0)
            to.push_back(pick(random, symbols));
        if (kind == 2)
            to.push_back(one);
    }
    return to;
}

} // namespace

class TestSequenceAlignment : public QObject
{
    Q_OBJECT

private slots:
    void smallOnes_data();
    void smallOnes();
    void findsALongestOneOfFewSymbols();
    void isNearlyLongestWhereMuchDiffers();
    void whatIsTheSameIsFoundWhole();
    void nothingInCommonCostsNextToNothing();
    void risingSubsequences();
};

void TestSequenceAlignment::smallOnes_data()
{
    QTest::addColumn<Sequence>("a");
    QTest::addColumn<Sequence>("b");
    QTest::addColumn<int>("common");
    QTest::newRow("both empty") << Sequence {} << Sequence {} << 0;
    QTest::newRow("one empty") << Sequence {1, 2} << Sequence {} << 0;
    QTest::newRow("nothing in common") << Sequence {1, 2} << Sequence {3, 4} << 0;
    QTest::newRow("one put in") << Sequence {1, 2, 3} << Sequence {1, 9, 2, 3} << 3;
    QTest::newRow("turned round") << Sequence {1, 2, 3} << Sequence {3, 2, 1} << 1;
    QTest::newRow("two swapped") << Sequence {5, 1, 2, 6} << Sequence {5, 2, 1, 6} << 3;
    QTest::newRow("one again and again") << Sequence {1, 1, 1, 1} << Sequence {1, 1} << 2;
    QTest::newRow("a large number on one side") << Sequence {1, 4'000'000} << Sequence {1} << 1;
}

void TestSequenceAlignment::smallOnes()
{
    QFETCH(Sequence, a);
    QFETCH(Sequence, b);
    QFETCH(int, common);
    const auto matches = alignSequences(a, b);
    QVERIFY(isCommon(a, b, matches));
    QCOMPARE(static_cast<int>(matches.size()), common);
}

void TestSequenceAlignment::findsALongestOneOfFewSymbols()
{
    // No symbol is unique, so there are no anchors: the search for a shortest way is exact.
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        const Sequence a = randomSequence(random, 20 + pick(random, 60), 4);
        const Sequence b = pick(random, 2) == 0 ? randomSequence(random, 20 + pick(random, 60), 4)
                                                : edited(a, random, 150, 4);
        const auto matches = alignSequences(a, b);
        QVERIFY(isCommon(a, b, matches));
        // Symbols that happen to be unique inside of a range may cost a little.
        QVERIFY(matches.size() + 3 >= longestCommon(a, b));
    }
}

void TestSequenceAlignment::isNearlyLongestWhereMuchDiffers()
{
    std::mt19937 random(11);
    for (const std::uint32_t symbols : {60U, 1000U, 1'000'000U}) {
        const Sequence a = randomSequence(random, 3000, symbols);
        const Sequence b = edited(a, random, 100, symbols);
        const auto matches = alignSequences(a, b);
        QVERIFY(isCommon(a, b, matches));
        QVERIFY(static_cast<double>(matches.size())
                >= 0.98 * static_cast<double>(longestCommon(a, b)));
    }
}

void TestSequenceAlignment::whatIsTheSameIsFoundWhole()
{
    std::mt19937 random(3);
    const Sequence a = randomSequence(random, 100'000, 60);
    QCOMPARE(alignSequences(a, a).size(), a.size());
    Sequence b = a;
    b.insert(b.begin() + 50'000, {1, 2, 3, 4, 5});
    QCOMPARE(alignSequences(a, b).size(), a.size());
    QCOMPARE(alignSequences(Sequence(100'000, 7), Sequence(99'000, 7)).size(),
             std::size_t {99'000});
}

void TestSequenceAlignment::nothingInCommonCostsNextToNothing()
{
    // 10^10 pairs: a quadratic way would not come back.
    std::mt19937 random(5);
    Sequence a = randomSequence(random, 100'000, 50);
    Sequence b = randomSequence(random, 100'000, 50);
    const auto matches = alignSequences(a, b);
    QVERIFY(isCommon(a, b, matches));
    QVERIFY(matches.size() > 10'000);
    for (std::uint32_t& one : b)
        one += 1000;
    QVERIFY(alignSequences(a, b).empty());
}

void TestSequenceAlignment::risingSubsequences()
{
    const Sequence values {5, 1, 6, 2, 7, 3, 4};
    Sequence found;
    for (const std::uint32_t index : risingSubsequence(values))
        found.push_back(values[index]);
    QCOMPARE(found, (Sequence {1, 2, 3, 4}));
    QVERIFY(risingSubsequence({}).empty());
}

QTEST_GUILESS_MAIN(TestSequenceAlignment)
#include "tst_sequence_alignment.moc"
