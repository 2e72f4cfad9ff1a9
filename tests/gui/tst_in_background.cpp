#include "gui/context/in_background.h"

#include <QTest>

#include <memory>
#include <thread>

class TestInBackground : public QObject
{
    Q_OBJECT

private slots:
    void handsOverWhatCameOfIt();
    void ownersMayGoAtAnyMoment();
};

void TestInBackground::handsOverWhatCameOfIt()
{
    QObject owner;
    std::unique_ptr<int> got;
    gui::inBackground(
        &owner,
        [] { return std::make_unique<int>(42); },
        [&](std::unique_ptr<int> result) {
            QCOMPARE(QThread::currentThread(), owner.thread());
            got = std::move(result);
        });
    QTRY_VERIFY(got != nullptr);
    QCOMPARE(*got, 42);
}

/// The work ends while its owner is being deleted, again and again.
void TestInBackground::ownersMayGoAtAnyMoment()
{
    int handed = 0;
    for (int i = 0; i < 5'000; ++i) {
        auto owner = std::make_unique<QObject>();
        std::atomic<bool> hasEnded = false;
        gui::inBackground(
            owner.get(),
            [&hasEnded, spins = i % 97] {
                for (int spin = 0; spin < spins; ++spin)
                    std::this_thread::yield();
                hasEnded = true;
                return 1;
            },
            [&](int one) { handed += one; });
        if (i % 3 == 0)
            QCoreApplication::processEvents();
        for (int spin = 0; spin < i % 89; ++spin)
            std::this_thread::yield();
        owner.reset();
        while (!hasEnded)
            std::this_thread::yield();
    }
    QVERIFY(handed < 5'000);
}

QTEST_GUILESS_MAIN(TestInBackground)
#include "tst_in_background.moc"
