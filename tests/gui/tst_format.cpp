#include "gui/theme/format.h"

#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using tracestore::Cost;
using tracestore::Duration;

class TestFormat : public QObject
{
    Q_OBJECT

private slots:
    void durationsHaveThreeFigures_data();
    void durationsHaveThreeFigures();
    void costsShowWhatIsWorthReading();
    void countsAreGrouped();
    void linesAreCutAndCleaned();
    void invisibleCharactersBecomeVisible();
};

void TestFormat::durationsHaveThreeFigures_data()
{
    QTest::addColumn<qint64>("ns");
    QTest::addColumn<QString>("text");
    QTest::newRow("zero") << qint64 {0} << u"0 s"_s;
    QTest::newRow("microseconds") << qint64 {1500} << u"1.50 µs"_s;
    QTest::newRow("few milliseconds") << qint64 {4'200'000} << u"4.20 ms"_s;
    QTest::newRow("milliseconds") << qint64 {412'000'000} << u"412 ms"_s;
    QTest::newRow("just below a second") << qint64 {999'600'000} << u"1.00 s"_s;
    QTest::newRow("seconds") << qint64 {9'420'000'000} << u"9.42 s"_s;
    QTest::newRow("just below a minute") << qint64 {59'960'000'000} << u"1 min 00 s"_s;
    QTest::newRow("minutes") << qint64 {125'000'000'000} << u"2 min 05 s"_s;
    QTest::newRow("hours") << qint64 {4'320'000'000'000} << u"1 h 12 min"_s;
    QTest::newRow("negative") << qint64 {-412'000'000} << u"−412 ms"_s;
}

void TestFormat::durationsHaveThreeFigures()
{
    QFETCH(qint64, ns);
    QFETCH(QString, text);
    QCOMPARE(formatDuration(Duration {ns}), text);
}

void TestFormat::costsShowWhatIsWorthReading()
{
    QCOMPARE(formatCost(Cost {0.0188}), u"$0.0188"_s);
    QCOMPARE(formatCost(Cost {0.000012}), u"$0.000012"_s);
    QCOMPARE(formatCost(Cost {12.4}), u"$12.40"_s);
    QCOMPARE(formatCost(Cost {1234.4}), u"$1,234"_s);
    QCOMPARE(formatCost(Cost {0.5, "EUR"}), u"EUR 0.5000"_s);
    QCOMPARE(formatCostShort(Cost {0.000012}), u"<$0.0001"_s);
    QCOMPARE(formatCostShort(Cost {0.000134}), u"$0.0001"_s);
    QCOMPARE(formatCostShort(Cost {0}), u"$0.00"_s);
    QCOMPARE(formatCostShort(Cost {12.4}), u"$12.40"_s);
}

void TestFormat::countsAreGrouped()
{
    QCOMPARE(formatCount(18204), u"18,204"_s);
    QCOMPARE(formatCount(std::optional<std::int64_t>()), QString());
    QCOMPARE(formatCountShort(18204), u"18.2k"_s);
    QCOMPARE(formatCountShort(3234287), u"3.23M"_s);
    QCOMPARE(formatCountShort(999'800), u"1.00M"_s);
}

void TestFormat::linesAreCutAndCleaned()
{
    QCOMPARE(singleLine("a\n\tb\x1b[31m"), u"a b[31m"_s);
    QCOMPARE(singleLine("\xE2\x80\xAEtxt"), u"txt"_s);
    QCOMPARE(singleLine(std::string(1000, 'x'), 10), u"xxxxxxxxx…"_s);
}

void TestFormat::invisibleCharactersBecomeVisible()
{
    QCOMPARE(visibleText(u"a\u0007\u202Eb\n"_s), u"a\u2407\uFFFDb\n"_s);
}

QTEST_GUILESS_MAIN(TestFormat)
#include "tst_format.moc"
