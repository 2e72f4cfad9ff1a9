#include "gui/app/stall_watchdog.h"

#include <QSignalSpy>
#include <QTest>

using gui::StallWatchdog;

class TestStallWatchdog : public QObject
{
    Q_OBJECT

private slots:
    void aBusyThreadIsToldOf();
    void shortWorkIsNot();
};

void TestStallWatchdog::aBusyThreadIsToldOf()
{
    const StallWatchdog watchdog;
    QSignalSpy stalled(&watchdog, &StallWatchdog::stalled);
    QTest::qSleep(2 * StallWatchdog::kLimitMs);
    QTRY_VERIFY(!stalled.isEmpty());
    QVERIFY(stalled.first().first().toInt() > StallWatchdog::kLimitMs);
}

void TestStallWatchdog::shortWorkIsNot()
{
    // A busy machine may stop the test for a while.
    const StallWatchdog watchdog(nullptr, 60'000);
    QSignalSpy stalled(&watchdog, &StallWatchdog::stalled);
    QTest::qSleep(StallWatchdog::kLimitMs);
    QVERIFY(!stalled.wait(StallWatchdog::kLimitMs));
}

QTEST_GUILESS_MAIN(TestStallWatchdog)
#include "tst_stall_watchdog.moc"
