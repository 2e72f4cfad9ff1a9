#include "engine/runtime/interrupted_run.h"
#include "tests/support/cut_off_run.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

using namespace engine;
using namespace tests;

class TestInterruptedRun : public QObject
{
    Q_OBJECT

private slots:
    void whatIsInDoubtIsNamed();
    void aRunThatIsWrittenIsNotInterrupted();
    void aRunThatEndedIsNotInterrupted();
    void otherFilesAreNone();

private:
    static std::optional<InterruptedRun> find(const std::filesystem::path& file)
    {
        tracestore::Job job;
        return findInterruptedRun(file, job);
    }

    TemporaryFolder m_folder;
};

void TestInterruptedRun::whatIsInDoubtIsNamed()
{
    const auto file = m_folder.file("cut.kymo");
    writeRecording(file, cutOffRun()).reset();
    const auto run = find(file);
    QVERIFY(run);
    QCOMPARE(run->agent, std::string("support"));
    QCOMPARE(run->events, std::int64_t {7});
    const std::vector<DoubtfulCall> expected {
        {"support:2.1.1", "look_up", R"({"order":"A-1"})", false},
        {"support:2.2.1", "refund", R"({"order":"A-1","note":"<img src=x>"})", true},
        {"support:2.3.1", "m-1", "", false}};
    QCOMPARE(run->inDoubt, expected);
}

void TestInterruptedRun::aRunThatIsWrittenIsNotInterrupted()
{
    const auto file = m_folder.file("written.kymo");
    auto writer = writeRecording(file, cutOffRun());
    QVERIFY(!find(file));
    writer.reset();
    QVERIFY(find(file));
}

void TestInterruptedRun::aRunThatEndedIsNotInterrupted()
{
    const auto file = m_folder.file("ended.kymo");
    auto writer = writeRecording(file, cutOffRun());
    QVERIFY(writer->close());
    writer.reset();
    QVERIFY(!find(file));
}

void TestInterruptedRun::otherFilesAreNone()
{
    QVERIFY(!find(m_folder.file("none.kymo")));
    writeFile(m_folder.file("text.kymo"), "no database");
    QVERIFY(!find(m_folder.file("text.kymo")));
}

QTEST_GUILESS_MAIN(TestInterruptedRun)

#include "tst_interrupted_run.moc"
