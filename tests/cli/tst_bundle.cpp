#include "tests/cli/run_kymo.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_paths.h"
#include "tracestore/recording/recording_reader.h"
#include "tracestore/recording/recording_writer.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace Qt::StringLiterals;
using nlohmann::json;
using tests::KymoRun;
using tests::runKymo;
using tests::writeFile;

namespace fs = std::filesystem;

/// `kymo bundle`, `kymo notes` and `kymo report`, with a run that was recorded here.
class TestBundle : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void theListSaysWhatWouldBeMaskedAndWritesNothing();
    void aBundleOpensElsewhereWithItsNotes();
    void aMaskedRunIsDoneAgainAndGoesOn();
    void aMaskedRunReplaysElsewhereWithoutAModel();
    void examplesReplayFromTheirBundles_data();
    void examplesReplayFromTheirBundles();
    void branchesAreUnpackedBesideTheTrace();
    void wrongUseIsExplained();
    void notesAreAddedListedAndRemoved();
    void aForeignTraceHasNotesToo();
    void theReportTellsWhatWasAskedAndWhatCame();

private:
    [[nodiscard]] QString file(const char* name) const
    {
        return QString::fromStdString(m_folder.file(name).string());
    }

    void cutOff(const fs::path& from, const fs::path& to, std::int64_t upTo) const;

    tests::TemporaryFolder m_folder;
};

namespace {

/// The name that the user tells and that is to be hidden.
constexpr const char* kName = "Ada Lovelace";

} // namespace

void TestBundle::initTestCase()
{
    // Notes go to this data folder, not to that of who runs the test.
    qputenv("XDG_DATA_HOME", QFile::encodeName(file("data")));
    qunsetenv("SHOP_TOKEN");
    const json agent {{"name", "tester"},
                      {"providers", {{{"name", "p"}, {"kind", "script"}, {"script", "s.json"}}}},
                      {"model", {{"provider", "p"}, {"model", "m"}}},
                      {"tools", {{{"name", "calculator"}}}},
                      {"policies", {{"loopGuard", {{"on", false}}}}}};
    writeFile(m_folder.file("a.agent.json"), agent.dump());
    const json call {
        {"text", std::string("I count for ") + kName + '.'},
        {"calls", {{{"name", "calculator"}, {"arguments", {{"expression", "600 * 71 + 3"}}}}}}};
    const json script {{"version", 1},
                       {"rules",
                        {{{"when", {{"turn", {{"from", 1}, {"to", 2}}}}}, {"answer", call}},
                         {{"answer", {{"text", "It is 42603."}}}}}}};
    writeFile(m_folder.file("s.json"), script.dump());
    const KymoRun run = runKymo({u"run"_s,
                                 file("a.agent.json"),
                                 u"--input"_s,
                                 QString(u"Count for "_s + QLatin1StringView(kName)),
                                 u"--record"_s,
                                 file("run.kymo"),
                                 u"--quiet"_s});
    QVERIFY2(run.code == 0, run.err.constData());
}

/// Writes the first events of a recording as a program would leave them that was ended there.
void TestBundle::cutOff(const fs::path& from, const fs::path& to, std::int64_t upTo) const
{
    const auto read = tracestore::readRecording(from);
    QVERIFY(read);
    auto writer = tracestore::RecordingWriter::create(to);
    QVERIFY(writer);
    for (const auto& event : read->events)
        if (event.number <= upTo)
            QVERIFY((*writer)->append(event));
    QVERIFY((*writer)->commit());
}

void TestBundle::theListSaysWhatWouldBeMaskedAndWritesNothing()
{
    const auto before = m_folder.count();
    const KymoRun run = runKymo({u"bundle"_s,
                                 file("run.kymo"),
                                 u"--list"_s,
                                 u"--mask"_s,
                                 u"\"Ada Lovelace\""_s,
                                 u"calculator:args"_s});
    QVERIFY2(run.code == 0, run.err.constData());
    QVERIFY(run.out.contains("trace run.kymo, "));
    QVERIFY2(run.out.contains("event 1: what was asked"), run.out.constData());
    QVERIFY2(run.out.contains("tool calculator: arguments  (calculator:args)"),
             run.out.constData());
    QCOMPARE(m_folder.count(), before);
}

void TestBundle::aBundleOpensElsewhereWithItsNotes()
{
    KymoRun run = runKymo({u"notes"_s,
                           file("run.kymo"),
                           u"--add"_s,
                           u"why does it count for Ada Lovelace?"_s,
                           u"--step"_s,
                           u"1"_s});
    QVERIFY2(run.code == 0, run.err.constData());
    run = runKymo({u"bundle"_s,
                   file("run.kymo"),
                   u"-o"_s,
                   file("b.kymo"),
                   u"--mask"_s,
                   u"\"Ada Lovelace\""_s});
    QVERIFY2(run.code == 0, run.err.constData());
    QVERIFY2(run.out.contains("1 note"), run.out.constData());
    fs::create_directory(m_folder.file("elsewhere"));
    const fs::path moved = m_folder.file("elsewhere") / "b.kymo";
    fs::rename(m_folder.file("b.kymo"), moved);
    const QString there = QString::fromStdString(moved.string());
    for (const QStringList& command : {QStringList {u"show"_s, there},
                                       QStringList {u"show"_s, there, u"1"_s},
                                       QStringList {u"notes"_s, there}}) {
        const KymoRun shown = runKymo(command);
        QVERIFY2(shown.code == 0, shown.err.constData());
        QVERIFY(!shown.out.contains("Lovelace"));
    }
    QVERIFY(runKymo({u"notes"_s, there}).out.contains("why does it count for [masked:rule 1.1]?"));
    QVERIFY(tests::contentOf(moved).find("Lovelace") == std::string::npos);
}

/// The recording was cut off in the middle, is masked, and is gone on with in another folder: the
/// replay compares every request and state with what is recorded, masked as it is.
void TestBundle::aMaskedRunIsDoneAgainAndGoesOn()
{
    const auto whole = tracestore::readRecording(m_folder.file("run.kymo"));
    QVERIFY(whole);
    // Behind the first result of the calculator.
    std::int64_t upTo = 0;
    for (const auto& event : whole->events) {
        const auto* ended = std::get_if<tracestore::EffectEnded>(&event.fact);
        if (upTo == 0 && ended != nullptr && ended->result.find("42603") != std::string::npos)
            upTo = event.number + 1;
    }
    QVERIFY(upTo > 0);
    cutOff(m_folder.file("run.kymo"), m_folder.file("cut.kymo"), upTo);
    KymoRun run = runKymo({u"bundle"_s,
                           file("cut.kymo"),
                           u"-o"_s,
                           file("masked.kymo"),
                           u"--mask"_s,
                           u"\"Ada Lovelace\""_s,
                           u"calculator:args.expression"_s,
                           u"calculator:result"_s});
    QVERIFY2(run.code == 0, run.err.constData());
    QVERIFY(run.out.contains("not closed"));
    run = runKymo(
        {u"resume"_s, file("masked.kymo"), u"--agent"_s, file("a.agent.json"), u"--quiet"_s});
    QVERIFY2(run.code == 0, run.err.constData());
    QVERIFY2(run.out.contains("It is 42603."), run.out.constData());
    const auto after = tracestore::readRecording(m_folder.file("masked.kymo"));
    QVERIFY(after);
    QVERIFY(after->isComplete);
    QVERIFY(std::ssize(after->events) > upTo);
    // One letter other in what is recorded, and it would not have gone on.
    auto other = *whole;
    for (auto& event : other.events)
        if (auto* ended = std::get_if<tracestore::EffectEnded>(&event.fact))
            if (!ended->result.empty())
                ended->result.back() = '4';
    auto writer = tracestore::RecordingWriter::create(m_folder.file("other.kymo"));
    QVERIFY(writer);
    for (const auto& event : other.events)
        if (event.number <= upTo)
            QVERIFY((*writer)->append(event));
    QVERIFY((*writer)->commit());
    writer->reset();
    run = runKymo(
        {u"resume"_s, file("other.kymo"), u"--agent"_s, file("a.agent.json"), u"--quiet"_s});
    QCOMPARE(run.code, 1);
}

void TestBundle::aMaskedRunReplaysElsewhereWithoutAModel()
{
    fs::create_directory(m_folder.file("far"));
    const QString there = QString::fromStdString((m_folder.file("far") / "m.kymo").string());
    KymoRun run = runKymo({u"bundle"_s,
                           file("run.kymo"),
                           u"-o"_s,
                           there,
                           u"--mask"_s,
                           u"\"Ada Lovelace\""_s,
                           u"calculator:args"_s,
                           u"calculator:result"_s});
    QVERIFY2(run.code == 0, run.err.constData());
    // Neither the agent nor its script is there.
    run = runKymo({u"replay"_s, there, u"--check"_s, u"--as-recorded"_s});
    QVERIFY2(run.code == 0, run.out.append(run.err).constData());
    // A recording in which a masked word is another one is told from it.
    const auto read = tracestore::readRecording(there.toStdString());
    QVERIFY(read);
    auto writer = tracestore::RecordingWriter::create(m_folder.file("far") / "changed.kymo");
    QVERIFY(writer);
    bool isChanged = false;
    for (auto event : read->events) {
        auto* ended = std::get_if<tracestore::EffectEnded>(&event.fact);
        if (ended != nullptr && !isChanged && ended->result.starts_with("[masked:")) {
            ended->result = "[masked:calculator:result.7]";
            isChanged = true;
        }
        QVERIFY((*writer)->append(event));
    }
    QVERIFY(isChanged);
    QVERIFY((*writer)->close());
    const QString changed
        = QString::fromStdString((m_folder.file("far") / "changed.kymo").string());
    run = runKymo({u"replay"_s, changed, u"--check"_s, u"--as-recorded"_s});
    QCOMPARE(run.code, 1);
}

void TestBundle::examplesReplayFromTheirBundles_data()
{
    QTest::addColumn<QString>("agent");
    for (const char* name : {"wrong/bad-arguments",
                             "wrong/ignores-error",
                             "wrong/loops",
                             "wrong/loses-context",
                             "wrong/wrong-tool",
                             "support/support"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestBundle::examplesReplayFromTheirBundles()
{
    QFETCH(const QString, agent);
    const fs::path folder = tests::examplesDir() / "agents";
    const fs::path base = folder / agent.toStdString();
    const QByteArray input
        = QByteArray::fromStdString(tests::contentOf(base.string() + ".input.txt"));
    const QString name = agent.section(u'/', 1);
    const QString record = file(qPrintable(name + u".kymo"_s));
    const QString bundle = file(qPrintable(name + u".b.kymo"_s));
    runKymo({u"run"_s,
             QString::fromStdString(base.string() + ".agent.json"),
             u"--input"_s,
             QString::fromUtf8(input.trimmed()),
             u"--record"_s,
             record,
             u"--quiet"_s});
    QCOMPARE(runKymo({u"replay"_s, record, u"--check"_s, u"--as-recorded"_s}).code, 0);
    KymoRun run = runKymo({u"bundle"_s,
                           record,
                           u"-o"_s,
                           bundle,
                           u"--mask"_s,
                           u"/Tom Okafor|Okafor|kettle|broken/"_s});
    QVERIFY2(run.code == 0, run.err.constData());
    run = runKymo({u"replay"_s, bundle, u"--check"_s, u"--as-recorded"_s});
    QVERIFY2(run.code == 0, run.out.append(run.err).constData());
}

void TestBundle::branchesAreUnpackedBesideTheTrace()
{
    fs::copy_file(m_folder.file("run.kymo"),
                  m_folder.file("run.fork.kymo"),
                  fs::copy_options::overwrite_existing);
    KymoRun run = runKymo({u"bundle"_s,
                           file("run.kymo"),
                           u"-o"_s,
                           file("family.kymo"),
                           u"--with"_s,
                           file("run.fork.kymo")});
    QVERIFY2(run.code == 0, run.err.constData());
    QVERIFY(run.out.contains("branch run.fork.kymo, "));
    run = runKymo({u"bundle"_s, file("family.kymo"), u"--list"_s});
    QVERIFY2(run.out.contains("branch run.fork.kymo"), run.out.constData());
    run = runKymo({u"bundle"_s, file("family.kymo"), u"--unpack"_s, file("out")});
    QVERIFY2(run.code == 0, run.err.constData());
    for (const char* name : {"run.kymo", "run.fork.kymo"}) {
        const QString path = QString::fromStdString((m_folder.file("out") / name).string());
        QCOMPARE(runKymo({u"info"_s, path}).code, 0);
    }
    QCOMPARE(runKymo({u"bundle"_s, file("family.kymo"), u"--unpack"_s, file("out")}).code, 1);
}

void TestBundle::wrongUseIsExplained()
{
    QCOMPARE(runKymo({u"bundle"_s, file("run.kymo")}).code, 2);
    const KymoRun run = runKymo(
        {u"bundle"_s, file("run.kymo"), u"-o"_s, file("x.kymo"), u"--mask"_s, u"email"_s});
    QCOMPARE(run.code, 2);
    QVERIFY2(run.err.contains("args.NAME"), run.err.constData());
    QVERIFY(!fs::exists(m_folder.file("x.kymo")));
    QCOMPARE(runKymo({u"bundle"_s, file("run.kymo"), u"-o"_s, file("run.kymo")}).code, 1);
    QCOMPARE(runKymo({u"notes"_s, file("run.kymo"), u"--bookmark"_s}).code, 2);
    QCOMPARE(runKymo({u"notes"_s, file("nothing.kymo")}).code, 1);
}

void TestBundle::notesAreAddedListedAndRemoved()
{
    fs::copy_file(m_folder.file("run.kymo"), m_folder.file("n.kymo"));
    KymoRun run = runKymo({u"notes"_s, file("n.kymo"), u"--bookmark"_s, u"--step"_s, u"2"_s});
    QVERIFY2(run.code == 0, run.err.constData());
    run = runKymo({u"notes"_s, file("n.kymo"), u"--add"_s, u"about all of it"_s});
    QVERIFY2(run.code == 0, run.err.constData());
    run = runKymo({u"notes"_s, file("n.kymo"), u"--json"_s});
    QVERIFY2(run.code == 0, run.err.constData());
    const json told = json::parse(run.out.toStdString());
    int bookmarks = 0;
    std::string key;
    for (const json& one : told.at("annotations")) {
        bookmarks += one.at("kind") == "bookmark" && one.at("step") == 2 ? 1 : 0;
        if (one.value("text", "") == "about all of it")
            key = one.at("key").get<std::string>();
    }
    QCOMPARE(bookmarks, 1);
    QVERIFY(key.starts_with("note-"));
    const QString shown = QString::fromStdString(key.substr(5, 8));
    run = runKymo({u"notes"_s, file("n.kymo"), u"--remove"_s, shown});
    QVERIFY2(run.code == 0, run.err.constData());
    QVERIFY(!runKymo({u"notes"_s, file("n.kymo")}).out.contains("about all of it"));
    QCOMPARE(runKymo({u"notes"_s, file("n.kymo"), u"--remove"_s, shown}).code, 1);
}

void TestBundle::aForeignTraceHasNotesToo()
{
    fs::copy_file(tests::examplesDir() / "weather.otlp.json", m_folder.file("w.otlp.json"));
    const std::string before = tests::contentOf(m_folder.file("w.otlp.json"));
    KymoRun run = runKymo({u"notes"_s,
                           file("w.otlp.json"),
                           u"--add"_s,
                           u"<b>Lima</b> is why"_s,
                           u"--step"_s,
                           u"3"_s});
    QVERIFY2(run.code == 0, run.err.constData());
    QVERIFY(tests::contentOf(m_folder.file("w.otlp.json")) == before);
    QVERIFY(runKymo({u"notes"_s, file("w.otlp.json")}).out.contains("Lima"));
    run = runKymo({u"report"_s, file("w.otlp.json"), u"-o"_s, file("w.html")});
    QVERIFY2(run.code == 0, run.err.constData());
    const std::string page = tests::contentOf(m_folder.file("w.html"));
    QVERIFY(page.find("&lt;b&gt;Lima&lt;/b&gt; is why") != std::string::npos);
    run = runKymo(
        {u"report"_s, file("w.otlp.json"), u"-o"_s, file("w.html"), u"--without-notes"_s});
    QVERIFY(tests::contentOf(m_folder.file("w.html")).find("is why") == std::string::npos);
}

void TestBundle::theReportTellsWhatWasAskedAndWhatCame()
{
    const KymoRun run = runKymo({u"report"_s, file("run.kymo"), u"-o"_s, file("r.html")});
    QVERIFY2(run.code == 0, run.err.constData());
    const std::string page = tests::contentOf(m_folder.file("r.html"));
    for (const char* part : {"Count for Ada Lovelace",
                             "It is 42603.",
                             "The models of this run were scripts",
                             "<th>model calls</th>",
                             "default-src 'none'"})
        QVERIFY2(page.find(part) != std::string::npos, part);
    QVERIFY(page.find("<script") == std::string::npos);
}

QTEST_GUILESS_MAIN(TestBundle)

#include "tst_bundle.moc"
