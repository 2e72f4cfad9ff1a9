#include "engine/cli/step_list.h"
#include "tests/cli/run_kymo.h"
#include "tests/support/golden.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_maker.h"
#include "tracestore/base/safe_text.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryFile>
#include <QTest>

using namespace Qt::StringLiterals;
using tests::KymoRun;
using tests::runKymo;

class TestShow : public QObject
{
    Q_OBJECT

private slots:
    void theTreeIsAligned();
    void depthFoldsWhatLiesBelow();
    void oneStepIsShownWhole_data();
    void oneStepIsShownWhole();
    void anUnknownStepIsAnError();
    void jsonListsEveryStep();
    void jsonOfOneStepHasItsDetail();
    void strictTells();
    void namesCannotActOnTheTerminal();
    void aReaderWhoGoesAwayIsNoError();
    void deepChainsStaySmall();
};

void TestShow::theTreeIsAligned()
{
    const KymoRun run = runKymo({u"show"_s, u"tree.txt"_s});
    QCOMPARE(run.code, 0);
    KYMO_COMPARE_GOLDEN(run.out.toStdString(), tests::dataDir() / "cli/show.txt");
}

void TestShow::depthFoldsWhatLiesBelow()
{
    const KymoRun run = runKymo({u"show"_s, u"tree.txt"_s, u"--depth"_s, u"2"_s});
    QCOMPARE(run.code, 0);
    QCOMPARE(run.out.count('\n'), 1 + 3);
    QVERIFY2(run.out.contains("turn first  (+ 3 below)"), run.out.constData());
}

void TestShow::oneStepIsShownWhole_data()
{
    QTest::addColumn<QString>("step");
    QTest::newRow("by number") << u"2"_s;
    QTest::newRow("by the id of the source") << u"id-2"_s;
}

void TestShow::oneStepIsShownWhole()
{
    QFETCH(QString, step);
    const KymoRun run = runKymo({u"show"_s, u"tree.txt"_s, step});
    QCOMPARE(run.code, 0);
    KYMO_COMPARE_GOLDEN(run.out.toStdString(), tests::dataDir() / "cli/show_step.txt");
}

void TestShow::anUnknownStepIsAnError()
{
    for (const QString& step : {u"9"_s, u"-1x"_s, u"nothing"_s}) {
        const KymoRun run = runKymo({u"show"_s, u"--"_s, u"tree.txt"_s, step});
        QCOMPARE(run.code, 1);
        QVERIFY2(run.err.contains("There is no step"), run.err.constData());
    }
}

void TestShow::jsonListsEveryStep()
{
    const KymoRun run = runKymo({u"show"_s, u"tree.txt"_s, u"--json"_s});
    QCOMPARE(run.code, 0);
    const QJsonObject root = QJsonDocument::fromJson(run.out).object();
    QCOMPARE(root[u"file"_s].toString(), u"tree.txt"_s);
    const QJsonArray steps = root[u"steps"_s].toArray();
    QCOMPARE(steps.size(), 8);
    QCOMPARE(steps[4][u"name"_s].toString(), u"read"_s);
    QCOMPARE(steps[4][u"status"_s].toString(), u"error"_s);
    QCOMPARE(steps[4][u"parent"_s].toInt(), 1);
    QVERIFY(steps[4][u"detail"_s].isUndefined());
}

void TestShow::jsonOfOneStepHasItsDetail()
{
    const KymoRun run = runKymo({u"show"_s, u"tree.txt"_s, u"2"_s, u"--json"_s});
    QCOMPARE(run.code, 0);
    const QJsonObject step = QJsonDocument::fromJson(run.out).object();
    QCOMPARE(step[u"tokens"_s][u"input"_s].toInt(), 2000);
    QCOMPARE(step[u"detail"_s][u"input"_s][0][u"parts"_s][0][u"text"_s].toString(), u"chat"_s);
}

void TestShow::strictTells()
{
    QCOMPARE(runKymo({u"show"_s, u"broken_tree.txt"_s}).code, 0);
    QCOMPARE(runKymo({u"show"_s, u"broken_tree.txt"_s, u"--strict"_s}).code, 3);
    QCOMPARE(runKymo({u"show"_s, u"broken_tree.txt"_s, u"0"_s, u"--strict"_s}).code, 3);
}

void TestShow::namesCannotActOnTheTerminal()
{
    const QByteArray tree = "kymo test tree\nllm \x1B[2J\xE2\x80\xAE\xC2\x9B"
                            "31m\xFF [ok] 1ms\n";
    for (const QStringList& arguments : {QStringList {u"show"_s, u"-"_s},
                                         QStringList {u"show"_s, u"-"_s, u"0"_s},
                                         QStringList {u"show"_s, u"-"_s, u"0"_s, u"--json"_s},
                                         QStringList {u"show"_s, u"-"_s, u"--json"_s}}) {
        const KymoRun run = runKymo(arguments, tree);
        QCOMPARE(run.code, 0);
        QVERIFY(run.out.contains("31m"));
        const std::string out = run.out.toStdString();
        for (std::size_t i = 0; i < out.size(); ++i)
            QVERIFY(out[i] == '\n'
                    || !tracestore::unsafeCharAtFront(std::string_view(out).substr(i)));
        QVERIFY(QString::fromUtf8(run.out).toUtf8() == run.out);
    }
}

void TestShow::aReaderWhoGoesAwayIsNoError()
{
    QByteArray tree = "kymo test tree\n";
    for (int i = 0; i < 20'000; ++i)
        tree += "llm some_name_of_a_step [ok] 1ms\n";
    QTemporaryFile file;
    QVERIFY(file.open() && file.write(tree) == tree.size() && file.flush());
    QProcess show;
    QProcess reader;
    show.setStandardOutputProcess(&reader);
    show.start(tests::kymoWithTreeProgram(), {u"show"_s, file.fileName()});
    reader.start(u"head"_s, {u"-n"_s, u"1"_s});
    const KymoRun read = tests::finishKymo(reader);
    const KymoRun run = tests::finishKymo(show);
    QCOMPARE(read.out.count('\n'), 1);
    QCOMPARE(run.code, 0);
    QCOMPARE(run.err, QByteArray());
}

void TestShow::deepChainsStaySmall()
{
    constexpr std::size_t kDepth = 100'000;
    auto builder = tests::builderWithSession();
    tracestore::SpanRecord record {.session = tracestore::SessionId(0)};
    for (std::size_t i = 0; i < kDepth; ++i)
        record.parent = builder.addSpan(record);
    const auto trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    QTemporaryFile file;
    QVERIFY(file.open());
    {
        engine::cli::Output out(file.handle());
        engine::cli::writeStepList(out, *trace, {});
    }
    QVERIFY(file.size() < static_cast<qint64>(kDepth) * 250);
    QVERIFY(file.seek(0));
    QVERIFY(file.readAll().contains("(level 100000)"));
}

QTEST_GUILESS_MAIN(TestShow)
#include "tst_show.moc"
