#include "gui/graph/graph_layout.h"
#include "tests/gui/layout_samples.h"
#include "tests/support/test_paths.h"

#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace gui;
using namespace gui::layout;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

QString program()
{
    return QString::fromStdString(
        (tests::fromEnvironment("KYMO_BINARY_DIR") / "bin" / "kymo-layout").string());
}

/// What the process says to some bytes, to its end.
struct Talk
{
    QByteArray said;
    int exitCode = -1;
    bool isNormalExit = false;
};

Talk talk(const std::string& bytes)
{
    QProcess process;
    process.start(program(), QStringList());
    process.write(bytes.data(), static_cast<qint64>(bytes.size()));
    process.closeWriteChannel();
    if (!process.waitForFinished(20'000))
        return {};
    return {process.readAllStandardOutput(),
            process.exitCode(),
            process.exitStatus() == QProcess::NormalExit};
}

std::optional<Answer> answerOf(const Talk& talk, const Request& request)
{
    const std::string bytes = talk.said.toStdString();
    if (decodeHeader(bytes).status != Status::Ok)
        return {};
    return decodeAnswer(std::string_view(bytes).substr(kHeaderSize), request);
}

std::string frameOf(const std::string& body)
{
    std::string frame = "KYL1";
    for (std::size_t i = 0; i < 4; ++i)
        frame.push_back(static_cast<char>((body.size() >> (8 * i)) & 0xFFU));
    return frame + body;
}

/// Another program in the place of kymo-layout.
QString script(const QTemporaryDir& folder, const QByteArray& text)
{
    QFile file(folder.filePath(u"layout.sh"_s));
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write("#!/bin/sh\n" + text + '\n');
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return file.fileName();
}

} // namespace

class TestKymoLayout : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void laysOutWithoutOverlap();
    void sameRequestGivesSameAnswer();
    void oneProcessAnswersManyRequests();
    void emptyAndStrangeGraphs();
    void malformedBodyIsAnsweredAndTheNextOneServed();
    void garbageIsAnsweredAndEndsIt();
    void hugeCountsAreAnswered();
    void endsWithItsInput();

    void layoutComesFromDot();
    void newestRequestWins();
    void largeGraphIsLaidOutByOurselves();
    void missingProgramFallsBack();
    void crashFallsBackAndTheNextOneIsServed();
    void timeOutKillsAndFallsBack();
    void nonsenseFallsBack();
};

void TestKymoLayout::init()
{
    QVERIFY2(QFile::exists(program()), "kymo-layout is not built");
}

void TestKymoLayout::laysOutWithoutOverlap()
{
    Request request = tests::teamRequest(5);
    request.id = 42;
    const auto answer = answerOf(talk(encode(request)), request);
    QVERIFY(answer);
    QCOMPARE(answer->id, 42U);
    QCOMPARE(answer->status, Status::Ok);
    QCOMPARE(tests::misplaced(request, *answer), std::string());
    for (std::size_t i = 0; i < request.edges.size(); ++i) {
        const Edge& edge = request.edges[i];
        if (edge.from == edge.to)
            continue;
        // Each way runs from the edge of its first node to that of its last, loops too.
        QVERIFY(answer->edges[i].size() >= 4);
        const auto distance = [&](const Point& point, std::uint32_t node) {
            return std::abs(point.x - answer->nodes[node].x) - request.nodes[node].width / 2;
        };
        QVERIFY(distance(answer->edges[i].front(), edge.from) < 2);
        QVERIFY(distance(answer->edges[i].back(), edge.to) < 2);
        QCOMPARE(answer->nodes[edge.from].x < answer->nodes[edge.to].x, !edge.isBack);
    }
}

void TestKymoLayout::sameRequestGivesSameAnswer()
{
    const std::string frame = encode(tests::teamRequest(8));
    const Talk first = talk(frame);
    QVERIFY(first.isNormalExit);
    QVERIFY(first.said.size() > 1000);
    QCOMPARE(talk(frame).said, first.said);
}

void TestKymoLayout::oneProcessAnswersManyRequests()
{
    const std::string frame = encode(tests::teamRequest(3));
    std::string many;
    for (int i = 0; i < 20; ++i)
        many += frame + encode(tests::tangle(20, 30));
    const Talk once = talk(frame + encode(tests::tangle(20, 30)));
    const Talk often = talk(many);
    QVERIFY(often.isNormalExit);
    QCOMPARE(often.said, once.said.repeated(20));
}

void TestKymoLayout::emptyAndStrangeGraphs()
{
    const Request strange {.clusters = {kNone, 0, 0, kNone},
                           .nodes = {{80, 44, 1}, {80, 44, kNone}, {1, 1, 1}},
                           .edges = {{1, 0, false}, {0, 1, true}, {0, 1, false}, {0, 0, false}}};
    for (const Request& request : {Request {}, strange}) {
        const auto answer = answerOf(talk(encode(request)), request);
        QVERIFY(answer);
        QCOMPARE(answer->status, Status::Ok);
        QCOMPARE(answer->nodes.size(), request.nodes.size());
    }
}

void TestKymoLayout::malformedBodyIsAnsweredAndTheNextOneServed()
{
    Request broken = tests::teamRequest(1);
    broken.id = 5;
    broken.edges.front().to = 99;
    const Request good = tests::teamRequest(1);
    const Talk all = talk(encode(broken) + frameOf("x") + encode(good));
    QVERIFY(all.isNormalExit);
    QCOMPARE(all.exitCode, 0);
    const QByteArray refused
        = QByteArray::fromStdString(encode(Answer {.id = 5, .status = Status::BadRequest})
                                    + encode(Answer {.status = Status::BadRequest}));
    QVERIFY(all.said.startsWith(refused));
    QVERIFY(answerOf({all.said.mid(refused.size())}, good));
}

void TestKymoLayout::garbageIsAnsweredAndEndsIt()
{
    const Talk garbage = talk("GET / HTTP/1.1\r\n\r\n");
    QVERIFY(garbage.isNormalExit);
    QCOMPARE(garbage.exitCode, 2);
    QCOMPARE(garbage.said.toStdString(), encode(Answer {.status = Status::BadFrame}));
}

void TestKymoLayout::hugeCountsAreAnswered()
{
    QCOMPARE(talk("KYL1\xff\xff\xff\xff").said.toStdString(),
             encode(Answer {.status = Status::TooLarge}));
    Request request;
    request.nodes.assign(kMaxNodes + 1, {10, 10, kNone});
    QCOMPARE(talk(encode(request)).said.toStdString(), encode(Answer {.status = Status::TooLarge}));
}

void TestKymoLayout::endsWithItsInput()
{
    QCOMPARE(talk("").exitCode, 0);
    QCOMPARE(talk(encode(tests::teamRequest(2)).substr(0, 50)).exitCode, 0);
}

void TestKymoLayout::layoutComesFromDot()
{
    GraphLayout layout(program());
    QSignalSpy answers(&layout, &GraphLayout::finished);
    layout.request(tests::teamRequest(3));
    QTRY_COMPARE(answers.count(), 1);
    const auto outcome = answers.front().front().value<LayoutOutcome>();
    QCOMPARE(outcome.engine, LayoutEngine::Dot);
    QCOMPARE(outcome.reason, LayoutReason::None);
    QCOMPARE(tests::misplaced(outcome.request, outcome.answer), std::string());
}

void TestKymoLayout::newestRequestWins()
{
    GraphLayout layout(program());
    QSignalSpy answers(&layout, &GraphLayout::finished);
    for (std::uint32_t width = 1; width <= 6; ++width)
        layout.request(tests::teamRequest(width));
    QTRY_COMPARE(answers.count(), 1);
    QTest::qWait(100);
    QCOMPARE(answers.count(), 1);
    QCOMPARE(answers.front().front().value<LayoutOutcome>().answer.nodes.size(), std::size_t {20});
}

void TestKymoLayout::largeGraphIsLaidOutByOurselves()
{
    GraphLayout layout(program());
    QSignalSpy answers(&layout, &GraphLayout::finished);
    layout.request(tests::tangle(GraphLayout::kMaxDotNodes + 1, 10));
    QTRY_COMPARE(answers.count(), 1);
    const auto outcome = answers.front().front().value<LayoutOutcome>();
    QCOMPARE(outcome.engine, LayoutEngine::Layered);
    QCOMPARE(outcome.reason, LayoutReason::TooLarge);
}

void TestKymoLayout::missingProgramFallsBack()
{
    for (const QString& missing : {QString(), u"/nowhere/kymo-layout"_s}) {
        GraphLayout layout(missing);
        QSignalSpy answers(&layout, &GraphLayout::finished);
        for (int i = 1; i <= 2; ++i) {
            layout.request(tests::teamRequest(3));
            QTRY_COMPARE(answers.count(), i);
            const auto outcome = answers.back().front().value<LayoutOutcome>();
            QCOMPARE(outcome.reason, LayoutReason::Missing);
            QCOMPARE(tests::misplaced(outcome.request, outcome.answer), std::string());
        }
    }
}

void TestKymoLayout::crashFallsBackAndTheNextOneIsServed()
{
    const QTemporaryDir folder;
    const QString once = folder.filePath(u"crashed"_s);
    // Dies of a signal the first time, is kymo-layout the second.
    GraphLayout layout(script(folder,
                              "if [ ! -e '" + once.toUtf8() + "' ]; then touch '" + once.toUtf8()
                                  + "'; kill -SEGV $$; fi\nexec '" + program().toUtf8() + "'"));
    QSignalSpy answers(&layout, &GraphLayout::finished);
    layout.request(tests::teamRequest(3));
    QTRY_COMPARE(answers.count(), 1);
    QCOMPARE(answers.front().front().value<LayoutOutcome>().reason, LayoutReason::Crashed);
    layout.request(tests::teamRequest(3));
    QTRY_COMPARE(answers.count(), 2);
    QCOMPARE(answers.back().front().value<LayoutOutcome>().engine, LayoutEngine::Dot);
}

void TestKymoLayout::timeOutKillsAndFallsBack()
{
    const QTemporaryDir folder;
    GraphLayout layout(
        script(folder, "echo $$ > " + folder.filePath(u"pid"_s).toUtf8() + "\nexec sleep 1000"));
    layout.setTimeLimit(300ms);
    QSignalSpy answers(&layout, &GraphLayout::finished);
    layout.request(tests::teamRequest(3));
    QTRY_COMPARE(answers.count(), 1);
    const auto outcome = answers.front().front().value<LayoutOutcome>();
    QCOMPARE(outcome.engine, LayoutEngine::Layered);
    QCOMPARE(outcome.reason, LayoutReason::TimedOut);
    QFile pid(folder.filePath(u"pid"_s));
    QVERIFY(pid.open(QIODevice::ReadOnly));
    const QString process = u"/proc/"_s + QString::fromLatin1(pid.readAll().trimmed());
    QTRY_VERIFY(!QFile::exists(process));
}

void TestKymoLayout::nonsenseFallsBack()
{
    const QTemporaryDir folder;
    GraphLayout layout(script(folder, "echo 'this is no frame at all'; exec sleep 1000"));
    QSignalSpy answers(&layout, &GraphLayout::finished);
    layout.request(tests::teamRequest(3));
    QTRY_COMPARE(answers.count(), 1);
    QCOMPARE(answers.front().front().value<LayoutOutcome>().reason, LayoutReason::Refused);
}

QTEST_GUILESS_MAIN(TestKymoLayout)
#include "tst_kymo_layout.moc"
