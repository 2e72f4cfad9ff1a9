// Real runs that are killed at moments of chance and gone on with. KYMO_KILLS says how many in all.
#include "tests/cli/run_kymo.h"
#include "tests/support/last_states.h"
#include "tests/support/test_paths.h"
#include "tracestore/recording/recording_reader.h"

#include <nlohmann/json.hpp>

#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

using namespace Qt::StringLiterals;
using nlohmann::json;
using tests::KymoRun;
using tracestore::EffectEnded;
using tracestore::EffectWanted;
using tracestore::OutcomeStatus;
using tracestore::RunEvent;
using tracestore::RunRecording;
using tracestore::RunResumed;

namespace {

constexpr int kUsualKills = 32;

int killsOfEach()
{
    bool isNumber = false;
    const int told = qEnvironmentVariableIntValue("KYMO_KILLS", &isNumber);
    return std::max(1, (isNumber ? told : kUsualKills) / 4);
}

void start(QProcess& process, const QStringList& arguments)
{
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(tests::kymoProgram(), arguments);
    process.waitForStarted();
}

KymoRun runIt(const QStringList& arguments)
{
    QProcess process;
    start(process, arguments);
    return tests::finishKymo(process);
}

/// Runs it for so long at most; whether it was killed.
bool killAfter(const QStringList& arguments, int milliseconds)
{
    QProcess process;
    start(process, arguments);
    QThread::msleep(static_cast<unsigned long>(milliseconds));
    const bool isRunning = !process.waitForFinished(0) && process.state() == QProcess::Running;
    process.kill();
    process.waitForFinished();
    return isRunning && process.exitStatus() == QProcess::CrashExit;
}

std::map<std::string, json> lastStates(const RunRecording& recording)
{
    tests::LastStates states;
    for (const RunEvent& event : recording.events)
        states.add(event);
    return states.take();
}

/// The effects with how often each ended; what is begun more often than it was in doubt is told.
std::map<std::string, int> outcomes(const RunRecording& recording, QString& problem)
{
    std::map<std::string, int> ended;
    std::map<std::string, int> begun;
    std::map<std::string, int> doubted;
    for (const RunEvent& event : recording.events) {
        if (std::holds_alternative<EffectEnded>(event.fact))
            ++ended[event.effect];
        else if (std::holds_alternative<EffectWanted>(event.fact))
            ++begun[event.effect];
        else if (const auto* resumed = std::get_if<RunResumed>(&event.fact))
            for (const std::string& effect : resumed->inDoubt)
                ++doubted[effect];
    }
    for (const auto& [effect, count] : begun) {
        if (count > 1 + doubted[effect])
            problem += QString::fromStdString(effect) + u" was begun twice. "_s;
    }
    for (const auto& [effect, count] : ended) {
        if (count != 1)
            problem += QString::fromStdString(effect) + u" ended twice. "_s;
    }
    return ended;
}

RunRecording readAll(const QString& file)
{
    auto recording = tracestore::readRecording(file.toStdString());
    return recording ? std::move(*recording) : RunRecording();
}

/// A run that is to be killed.
struct Victim
{
    QString agent;
    QString input;
    QStringList options; ///< of run and resume
    int length = 0; ///< of the whole, in milliseconds

    [[nodiscard]] QStringList runTo(const QString& record) const
    {
        return QStringList {u"run"_s, agent, u"--input"_s, input, u"--record"_s, record} + options;
    }

    [[nodiscard]] QStringList resume(const QString& record, const QString& inDoubt) const
    {
        return QStringList {u"resume"_s, record, u"--in-doubt"_s, inDoubt, u"--json"_s} + options;
    }

    /// Kills it, and its resumption half of the time, and goes on to the end. The answer as JSON;
    /// empty where it was killed before anything was saved.
    QJsonObject killAndResume(const QString& record, const QString& inDoubt) const
    {
        QFile::remove(record);
        QFile::remove(record + u"-wal"_s);
        QRandomGenerator& chance = *QRandomGenerator::global();
        if (!killAfter(runTo(record), chance.bounded(length / 8, length)))
            return {};
        if (chance.bounded(2) == 0)
            killAfter(resume(record, inDoubt), chance.bounded(length / 2));
        const KymoRun resumed = runIt(resume(record, inDoubt));
        const QJsonObject told = QJsonDocument::fromJson(resumed.out).object();
        if (!told.isEmpty())
            return told;
        // It may have ended before the kill, or not have begun.
        if (!resumed.err.contains("is complete") && !resumed.err.contains("has ended")
            && !resumed.err.contains("no step") && !resumed.err.contains("No such file")
            && !resumed.err.contains("is not a .kymo file")
            && !resumed.err.contains("does not have exactly the tables"))
            qWarning("%s", resumed.err.constData());
        return {};
    }
};

void writeText(const QString& file, const std::string& text)
{
    std::ofstream(file.toStdString(), std::ios::binary) << text;
}

/// An example in a folder of its own, some ten times as fast as it comes.
QString copyOf(const QString& example, const QString& folder)
{
    const std::filesystem::path to
        = std::filesystem::path(folder.toStdString()) / example.toStdString();
    std::filesystem::copy(tests::examplesDir() / "agents" / example.toStdString(),
                          to,
                          std::filesystem::copy_options::recursive);
    const QString script = QString::fromStdString(to.string()) + u'/' + example + u".script.json"_s;
    QFile file(script);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString text = QString::fromUtf8(file.readAll());
    file.close();
    static const QRegularExpression pace(u"\"pace\": \\{[^}]*\\}"_s);
    text.replace(pace, u"\"pace\": {\"delayMs\": 20, \"chunkDelayMs\": 1, \"chunk\": 32}"_s);
    writeText(script, text.toStdString());
    return QString::fromStdString(to.string()) + u'/' + example + u".agent.json"_s;
}

} // namespace

class TestResumeKilled : public QObject
{
    Q_OBJECT

private slots:
    void aKilledRunGoesOnToTheSameEnd_data();
    void aKilledRunGoesOnToTheSameEnd();
    void whatIsWrittenIsWrittenOnce();
    void theTerminalSaysWhatGoesOn();
    void wrongUseIsTold();

private:
    QTemporaryDir m_folder;
};

void TestResumeKilled::aKilledRunGoesOnToTheSameEnd_data()
{
    QTest::addColumn<QString>("example");
    QTest::addColumn<QString>("input");
    QTest::newRow("support") << u"support"_s << u"The kettle of order 1042 arrived broken."_s;
    QTest::newRow("planner") << u"planner"_s
                             << u"Write a report on May: do we need a third cargo bike?"_s;
    QTest::newRow("team") << u"team"_s << u"Plan a day for 40 people."_s;
}

void TestResumeKilled::aKilledRunGoesOnToTheSameEnd()
{
    QFETCH(QString, example);
    QFETCH(QString, input);
    Victim victim {copyOf(example, m_folder.path()), input, {u"--allow"_s, u"refund"_s}};
    const QString whole = m_folder.filePath(example + u".whole.kymo"_s);
    QElapsedTimer time;
    time.start();
    const KymoRun run = runIt(victim.runTo(whole) + QStringList {u"--json"_s});
    victim.length = static_cast<int>(time.elapsed());
    QCOMPARE(run.code, 0);
    const QJsonObject expected = QJsonDocument::fromJson(run.out).object();
    const RunRecording original = readAll(whole);
    QString problem;
    const auto steps = outcomes(original, problem);
    const auto states = lastStates(original);
    QVERIFY(!steps.empty() && !states.empty());
    int resumed = 0;
    int kills = 0;
    for (; resumed < killsOfEach() && kills < 4 * killsOfEach(); ++kills) {
        const QString record = m_folder.filePath(example + u".kymo"_s);
        const QJsonObject told = victim.killAndResume(record, u"repeat"_s);
        if (told.isEmpty())
            continue;
        QVERIFY2(told["status"_L1].toString() == u"ok"_s, QJsonDocument(told).toJson().constData());
        QCOMPARE(told["answer"_L1].toString(), expected["answer"_L1].toString());
        const RunRecording recording = readAll(record);
        QVERIFY(recording.inDoubt.empty());
        if (!recording.isComplete)
            continue; // it had answered: nothing was left to do
        ++resumed;
        QVERIFY2(outcomes(recording, problem) == steps, qPrintable(problem));
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        QVERIFY(lastStates(recording) == states);
    }
    qInfo("%d of %d were killed under way and gone on with", resumed, kills);
    QVERIFY(resumed > 0);
}

void TestResumeKilled::whatIsWrittenIsWrittenOnce()
{
    json rules = json::array();
    constexpr int kTurns = 5;
    for (int turn = 1; turn <= kTurns; ++turn) {
        json calls = json::array();
        for (const char* which : {"a", "b"})
            calls.push_back(
                {{"name", "append"}, {"arguments", {{"line", std::to_string(turn) + which}}}});
        rules.push_back({{"when", {{"turn", turn}}}, {"answer", {{"calls", calls}}}});
    }
    rules.push_back({{"answer", {{"text", "Done."}}}});
    const QString lines = m_folder.filePath(u"lines.txt"_s);
    const json agent {
        {"name", "writer"},
        {"providers", {{{"name", "p"}, {"kind", "script"}, {"script", "writer.script.json"}}}},
        {"model", {{"provider", "p"}, {"model", "m"}}},
        {"policies", {{"loopGuard", {{"on", false}}}}}, // it looks like one
        {"servers",
         {{{"name", "append"},
           {"command", {KYMO_APPEND_SERVER, lines.toStdString()}},
           {"effectClasses", {{"append", "writes"}}}}}}};
    writeText(m_folder.filePath(u"writer.agent.json"_s), agent.dump());
    writeText(m_folder.filePath(u"writer.script.json"_s),
              json {{"version", 1}, {"rules", rules}}.dump());
    Victim victim {m_folder.filePath(u"writer.agent.json"_s), u"Write."_s, {}, 700};
    int resumed = 0;
    int doubts = 0;
    for (int kill = 0; resumed < killsOfEach() && kill < 4 * killsOfEach(); ++kill) {
        QFile::remove(lines);
        const QString record = m_folder.filePath(u"writer.kymo"_s);
        const QJsonObject told = victim.killAndResume(record, u"fail"_s);
        if (told.isEmpty())
            continue;
        QCOMPARE(told["answer"_L1].toString(), u"Done."_s);
        std::map<std::string, int> written;
        std::ifstream file(lines.toStdString());
        for (std::string line; std::getline(file, line);)
            ++written[line];
        for (const auto& [line, count] : written)
            QVERIFY2(count == 1, line.c_str());
        const RunRecording recording = readAll(record);
        resumed += recording.isComplete ? 1 : 0;
        std::map<std::string, std::string> lineOf;
        for (const RunEvent& event : recording.events) {
            if (const auto* wanted = std::get_if<EffectWanted>(&event.fact);
                wanted != nullptr && wanted->name == "append")
                lineOf[event.effect] = json::parse(wanted->arguments)["line"];
            const auto* ended = std::get_if<EffectEnded>(&event.fact);
            if (ended == nullptr || !lineOf.contains(event.effect))
                continue;
            if (ended->status == OutcomeStatus::Ok)
                QCOMPARE(written[lineOf[event.effect]], 1);
            else
                ++doubts;
        }
        QCOMPARE(lineOf.size(), std::size_t {2 * kTurns});
    }
    qInfo("%d went on, %d calls were in doubt", resumed, doubts);
    QVERIFY(resumed > 0);
}

void TestResumeKilled::theTerminalSaysWhatGoesOn()
{
    QTemporaryDir folder;
    Victim victim {copyOf(u"team"_s, folder.path()), u"Plan a day for 40 people."_s, {}, 600};
    const QString record = folder.filePath(u"team.kymo"_s);
    for (int attempt = 0; attempt < 20; ++attempt) {
        QFile::remove(record);
        QFile::remove(record + u"-wal"_s);
        if (killAfter(victim.runTo(record), 150 + 20 * attempt)
            && readAll(record).events.size() > 10)
            break;
    }
    const KymoRun info = runIt({u"info"_s, record});
    QVERIFY2(info.out.contains("kymo resume"), info.out.constData());
    const KymoRun resumed = runIt({u"resume"_s, record});
    QVERIFY2(resumed.code == 0, resumed.err.constData());
    QVERIFY(resumed.out.contains("Together 2360 EUR."));
    QVERIFY2(resumed.err.contains("goes on behind event"), resumed.err.constData());
    const KymoRun again = runIt({u"resume"_s, record});
    QCOMPARE(again.code, 1);
    QVERIFY2(again.err.contains("is complete"), again.err.constData());
}

void TestResumeKilled::wrongUseIsTold()
{
    QCOMPARE(runIt({u"resume"_s}).code, 2);
    QCOMPARE(runIt({u"resume"_s, u"x.kymo"_s, u"--in-doubt"_s, u"perhaps"_s}).code, 2);
    const KymoRun none = runIt({u"resume"_s, m_folder.filePath(u"none.kymo"_s)});
    QCOMPARE(none.code, 1);
    QVERIFY2(none.err.contains("No such file"), none.err.constData());
}

QTEST_GUILESS_MAIN(TestResumeKilled)
#include "tst_resume_killed.moc"
