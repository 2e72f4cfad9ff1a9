#include "tracestore/base/timestamp.h"

#include <QTest>

#include <limits>

using namespace tracestore;

class TestTimestamp : public QObject
{
    Q_OBJECT

private slots:
    void readsIso_data();
    void readsIso();
    void refusesOtherTexts_data();
    void refusesOtherTexts();
    void saysWhetherAZoneWasThere();
    void writesAsManyDigitsAsNeeded();
    void readsWhatItWrites_data();
    void readsWhatItWrites();
};

void TestTimestamp::readsIso_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("ns");
    QTest::newRow("epoch") << QByteArray("1970-01-01T00:00:00Z") << qint64 {0};
    QTest::newRow("milliseconds") << QByteArray("2026-02-08T17:28:27.377Z")
                                  << qint64 {1770571707377000000};
    QTest::newRow("nanoseconds") << QByteArray("1970-01-01T00:00:01.123456789Z")
                                 << qint64 {1123456789};
    QTest::newRow("offset") << QByteArray("1970-01-01T02:00:00+02:00") << qint64 {0};
    QTest::newRow("western offset without colon")
        << QByteArray("1969-12-31T19:00:00-0500") << qint64 {0};
    QTest::newRow("blank instead of T, no zone")
        << QByteArray("1970-01-01 00:00:02") << qint64 {2000000000};
    QTest::newRow("before the epoch")
        << QByteArray("1969-12-31T23:59:59.5Z") << qint64 {-500000000};
}

void TestTimestamp::readsIso()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, ns);
    const auto time = parseIsoTimestamp(text.toStdString());
    QVERIFY(time.has_value());
    QCOMPARE(time->ns, ns);
}

void TestTimestamp::refusesOtherTexts_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"",
                             "[trimmed for fixture]",
                             "2026-02-30T00:00:00Z",
                             "2026-02-08",
                             "9999-01-01T00:00:00Z",
                             "2026-02-08T17:28:27.377Zx",
                             "2026-02-08T99:28:27Z",
                             "0000-00-00T00:00:00Z"})
        QTest::newRow(text) << QByteArray(text);
}

void TestTimestamp::refusesOtherTexts()
{
    QFETCH(QByteArray, text);
    QVERIFY(!parseIsoTimestamp(text.toStdString()).has_value());
}

void TestTimestamp::saysWhetherAZoneWasThere()
{
    bool hasZone = false;
    QVERIFY(parseIsoTimestamp("2026-02-08T17:28:27Z", &hasZone).has_value());
    QVERIFY(hasZone);
    QVERIFY(parseIsoTimestamp("2026-02-08T17:28:27", &hasZone).has_value());
    QVERIFY(!hasZone);
}

void TestTimestamp::writesAsManyDigitsAsNeeded()
{
    QCOMPARE(formatIsoTimestamp({1770571707000000000}), "2026-02-08T17:28:27Z");
    QCOMPARE(formatIsoTimestamp({1770571707377000000}), "2026-02-08T17:28:27.377Z");
    QCOMPARE(formatIsoTimestamp({1770571707377000001}), "2026-02-08T17:28:27.377000001Z");
}

void TestTimestamp::readsWhatItWrites_data()
{
    QTest::addColumn<qint64>("ns");
    QTest::addColumn<QByteArray>("text");
    constexpr qint64 kSecond = 1'000'000'000;
    QTest::newRow("just before the epoch")
        << qint64 {-1} << QByteArray("1969-12-31T23:59:59.999999999Z");
    QTest::newRow("whole second before the epoch")
        << -86'400 * kSecond << QByteArray("1969-12-31T00:00:00Z");
    QTest::newRow("the year before the first whole one")
        << -9'214'560'001 * kSecond << QByteArray("1677-12-31T23:59:59Z");
    QTest::newRow("the year after the last whole one")
        << 9'214'646'400 * kSecond << QByteArray("2262-01-01T00:00:00Z");
    QTest::newRow("the first") << -9'223'372'036 * kSecond << QByteArray("1677-09-21T00:12:44Z");
    QTest::newRow("the last") << 9'223'372'035 * kSecond + 999'999'999
                              << QByteArray("2262-04-11T23:47:15.999999999Z");
}

void TestTimestamp::readsWhatItWrites()
{
    QFETCH(qint64, ns);
    QFETCH(QByteArray, text);
    QCOMPARE(QByteArray::fromStdString(formatIsoTimestamp({ns})), text);
    QCOMPARE(parseIsoTimestamp(text.toStdString()), std::optional(Timestamp {ns}));
    // Times of strangers can be anything, and are written all the same.
    QVERIFY(formatIsoTimestamp({std::numeric_limits<std::int64_t>::min()}).starts_with("1677-09-"));
    QVERIFY(formatIsoTimestamp({std::numeric_limits<std::int64_t>::max()}).starts_with("2262-04-"));
}

QTEST_GUILESS_MAIN(TestTimestamp)
#include "tst_timestamp.moc"
