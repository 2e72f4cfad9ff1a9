// The agents that come with Kymo, through the program itself. No network, no key.
#include "tests/cli/run_kymo.h"
#include "tests/support/test_paths.h"

#include <QDirIterator>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using tests::KymoRun;

namespace {

QString agentsFolder()
{
    return QString::fromStdString((tests::examplesDir() / "agents").string());
}

/// Runs the program without keys: an example that needs one would fail.
KymoRun kymo(const QStringList& arguments)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove(u"OPENAI_API_KEY"_s);
    environment.remove(u"ANTHROPIC_API_KEY"_s);
    process.setProcessEnvironment(environment);
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(tests::kymoProgram(), arguments);
    return tests::finishKymo(process);
}

/// As many as the moment gives, one at least.
constexpr int kSome = -1;

/// What is expected of a run.
struct Expected
{
    QString status = u"ok"_s;
    QString answer; ///< regular expression
    int modelCalls = 0; ///< attempts of a call count once, also those elsewhere
    int toolCalls = 0;
    int toolErrors = 0;
    QMap<QString, int> found; ///< query to its number of steps, or kSome
};

struct Example
{
    QString agent; ///< below the folder, without `.agent.json`
    QString input;
    QStringList options;
    Expected expected;
};

const QString kLamps = u"How many lamps are in the stores?"_s;
const QString kAllLamps = u"^Lamps: 12 in the north, 7 in the south, 30 in the east\\.$"_s;
const QString kNorth = u"What has store north?"_s;

QString decision(const char* policy, const char* action)
{
    return u"attr.policy = %1 and attr.action = %2"_s.arg(QLatin1StringView(policy),
                                                          QLatin1StringView(action));
}

QList<Example> agentExamples()
{
    const QString broken = u"The kettle of order 1042 arrived broken."_s;
    const QString isSibling = u"kind = agent and parent(kind = handoff and parent(agent = %1))"_s;
    return {
        {u"support/support"_s,
         broken,
         {u"--allow"_s, u"refund"_s},
         {.answer = u"^I am sorry .* Mara Lindholm\\. 35\\.1 EUR are on their way"_s,
          .modelCalls = 4,
          .toolCalls = 6,
          .found = {{u"kind = approval"_s, 1},
                    {u"tool = refund and args.amount = 35.1 and result contains Booked"_s, 1},
                    {u"tool = notes and parent(tool = refund)"_s, 1},
                    {u"tool = orders and parent(kind = agent)"_s, 2}}}},
        {u"support/support"_s,
         broken,
         {},
         {.answer = u"^I could not make the refund: .*did not allow"_s,
          .modelCalls = 4,
          .toolCalls = 4,
          .toolErrors = 1,
          .found = {{u"tool = notes"_s, 0}, {u"tool = refund and status = error"_s, 1}}}},
        {u"support/support"_s,
         u"The lamp of order 1037 broke."_s,
         {},
         {.answer = u"refunded on 2025-05-16 already"_s,
          .modelCalls = 2,
          .toolCalls = 2,
          .found = {{u"tool = refund"_s, 0}}}},
        {u"planner/planner"_s,
         u"Write a report on May: do we need a third cargo bike?"_s,
         {},
         {.answer = u"538 people came, about 31 percent more than in March \\(412\\)\\."
                    "(?s:.*)368 EUR were left"_s,
          .modelCalls = 14,
          .toolCalls = 6,
          .found = {{decision("plan", "make"), 1},
                    {isSibling.arg(u"planner"_s), 6},
                    {u"tool = read_file"_s, 3}}}},
        {u"team/team"_s,
         u"Plan a day for 40 people."_s,
         {},
         {.answer = u"Together 2360 EUR\\.$"_s,
          .modelCalls = 11,
          .toolCalls = 6,
          .found = {{isSibling.arg(u"team"_s), 3}}}},
        {u"team/team"_s,
         u"Plan a day for 300 people."_s,
         {},
         {.answer = u"a part is missing(?s:.*)no room for so many"_s,
          .modelCalls = 10,
          .toolCalls = 5,
          .found = {}}},
        {u"team/team"_s,
         u"Is there vegan food?"_s,
         {},
         {.answer = u"Vegan dishes are a part of each"_s,
          .modelCalls = 3,
          .toolCalls = 1,
          .found = {{u"kind = agent and agent = catering"_s, 1}}}},
    };
}

QList<Example> wrongExamples()
{
    return {
        {u"wrong/loops"_s,
         u"How much is an espresso machine?"_s,
         {},
         {.status = u"refused"_s,
          .answer = u"^I could not finish the search\\."_s,
          .modelCalls = 4,
          .toolCalls = 4,
          .found = {{decision("loop_guard", "warn"), 1},
                    {decision("loop_guard", "stop"), 1},
                    {u"tool = products and args.parameters[0] = \"espresso machine\""_s, 4}}}},
        {u"wrong/ignores-error"_s,
         u"What does the grinder cost in 2026?"_s,
         {},
         {.answer = u"costs 84\\.00 EUR"_s,
          .modelCalls = 2,
          .toolCalls = 1,
          .toolErrors = 1,
          .found = {{u"tool = read_file and status = error"_s, 1},
                    {u"kind = tool and result contains \"84.00\""_s, 0}}}},
        {u"wrong/bad-arguments"_s,
         u"How does order 1042 stand?"_s,
         {},
         {.answer = u"^Order 1042 of Tom Okafor is delivered"_s,
          .modelCalls = 5,
          .toolCalls = 4,
          .toolErrors = 3,
          .found = {{u"tool = orders and error contains \"is missing\""_s, 1},
                    {u"tool = orders and error contains \"not valid JSON\""_s, 1},
                    {u"tool = orders and error contains placeholders"_s, 1},
                    {u"tool = orders and status = ok and args.parameters[0] = 1024"_s, 1}}}},
        {u"wrong/loses-context"_s,
         u"Which cake do we bake for Mr. Bell at table 7?"_s,
         {},
         {.answer = u"^Almond tart for Mr\\. Bell"_s,
          .modelCalls = 4,
          .toolCalls = 2,
          .found
          = {{decision("compression", "compress") + u" and attr.details contains \"no nuts\""_s, 1},
             {u"kind = llm and output contains \"Almond tart\" and input contains Allergy"_s, 0}}}},
        {u"wrong/wrong-tool"_s,
         u"How many lamps did we sell in May 2025?"_s,
         {},
         {.answer = u"^We sold 7 lamps in May 2025"_s,
          .modelCalls = 2,
          .toolCalls = 1,
          .found = {{u"tool = sales_list and result contains \"ends with 2024\""_s, 1},
                    {u"tool = orders"_s, 0}}}},
    };
}

QList<Example> policyExamples()
{
    return {
        {u"policies/all-or-nothing"_s,
         u"Set lamps aside in north and west."_s,
         {},
         {.answer = u"^Nothing is set aside: store north and store west"_s,
          .modelCalls = 3,
          .toolCalls = 7,
          .toolErrors = 2,
          .found = {{u"tool = reserve and parent(tool = set_aside)"_s, 4},
                    {u"tool = reserve and args.action = delete and status = ok"_s, 2},
                    {u"tool = count and status = error and parent(tool = set_aside)"_s, 1},
                    {u"tool = set_aside and result contains \"`first` was taken back\""_s, 1}}}},
        {u"policies/all-or-nothing"_s,
         u"Set lamps aside in north and south."_s,
         {},
         {.answer = u"^One lamp each is set aside in north and south\\.$"_s,
          .modelCalls = 2,
          .toolCalls = 4,
          .found = {{u"tool = reserve and args.action = delete"_s, 0}}}},
        {u"policies/retry"_s,
         kNorth,
         {},
         {.answer = u"^Store north has 12 lamps"_s,
          .modelCalls = 2,
          .toolCalls = 1,
          .found = {{decision("retry", "wait"), 3},
                    {u"kind = llm and error.type = \"429\""_s, 1},
                    {u"name = wait and duration >= 400ms"_s, 1}}}},
        {u"policies/breaker"_s,
         kLamps,
         {},
         {.answer = kAllLamps,
          .modelCalls = 4,
          .toolCalls = 3,
          .found = {{decision("breaker", "open"), 1},
                    {decision("breaker", "refuse"), 1},
                    {decision("breaker", "half_open"), 1},
                    {decision("breaker", "close"), 1},
                    {decision("fallback", "use"), 3}}}},
        {u"policies/fallback"_s,
         kNorth,
         {},
         {.answer = u"^Store north had 12 lamps when it was counted last"_s,
          .modelCalls = 2,
          .toolCalls = 1,
          .found = {{decision("fallback", "use"), 3},
                    {u"tool = last_count and counted = false and status = ok"_s, 1},
                    {u"kind = llm and model = current and counted = false"_s, 2}}}},
        {u"policies/cache"_s,
         u"What has store south?"_s,
         {},
         {.answer = u"^I was told twice: .*7 lamps.*7 lamps"_s,
          .modelCalls = 5,
          .toolCalls = 1,
          .found = {{decision("cache", "store"), 3},
                    {decision("cache", "use"), 3},
                    {u"kind = llm and attr.origin = cache and not exists tokens"_s, 2},
                    {u"tool = read_file and attr.origin = cache"_s, 1}}}},
        {u"policies/rate-limit"_s,
         kLamps,
         {},
         {.answer = u"north has 12 lamps(?s:.*)south has 7 lamps(?s:.*)east has 30 lamps"_s,
          .modelCalls = 8,
          .toolCalls = 3,
          .found
          = {{decision("rate_limit", "wait") + u" and attr.details.limit = calls_at_once"_s, kSome},
             {decision("rate_limit", "wait") + u" and attr.details.limit = requests_per_minute"_s,
              kSome}}}},
        {u"policies/budget"_s,
         kLamps,
         {},
         {.status = u"refused"_s,
          .answer
          = u"^I had to stop before all stores were asked(?s:.*)Store north(?s:.*)Store south"_s,
          .modelCalls = 2,
          .toolCalls = 2,
          .found = {{decision("budget", "stop") + u" and attr.details.limit = steps"_s, 1},
                    {decision("degraded", "partial"), 1}}}},
        {u"policies/loop-guard"_s,
         u"Who has bicycles?"_s,
         {},
         {.answer = u"no file of the stores names them"_s,
          .modelCalls = 4,
          .toolCalls = 3,
          .found
          = {{decision("loop_guard", "warn") + u" and attr.details.kind = near_duplicate"_s, 1},
             {decision("loop_guard", "stop"), 0}}}},
        {u"policies/compression"_s,
         kLamps,
         {},
         {.answer = kAllLamps,
          .modelCalls = 5,
          .toolCalls = 3,
          .found = {{decision("compression", "compress"), 1},
                    {u"kind = llm and output contains \"30 in the east\" and input contains "
                     "\"lamps: 12\""_s,
                     0}}}},
        {u"policies/early-stop"_s,
         kNorth,
         {},
         {.answer = u"^ANSWER: store north has 12 lamps"_s,
          .modelCalls = 2,
          .toolCalls = 1,
          .found = {{decision("early_stop", "answer"), 1}}}},
        {u"policies/early-stop"_s,
         u"How many lamps will store north have next year?"_s,
         {},
         {.answer = u"^I am not sure"_s,
          .modelCalls = 1,
          .toolCalls = 0,
          .found
          = {{decision("early_stop", "low_confidence") + u" and attr.details.confidence < 0.5"_s,
              1}}}},
        {u"policies/routing"_s,
         kNorth,
         {},
         {.answer = u"^Store north has 12 lamps"_s,
          .modelCalls = 2,
          .toolCalls = 1,
          .found = {{decision("route", "keep"), 2}, {u"kind = llm and model = small"_s, 2}}}},
        {u"policies/routing"_s,
         u"Compare the stores north and south, explain why one of them runs out of kettles if the "
         "other does not, and recommend what to move."_s,
         {},
         {.answer = u"^Store north: 12 lamps, 4 kettles\\. Store south: 7 lamps, 9 kettles"_s,
          .modelCalls = 2,
          .toolCalls = 2,
          .found = {{decision("route", "use"), 2}, {u"kind = llm and model = large"_s, 2}}}},
        {u"policies/degraded"_s,
         u"How many lamps are in store east?"_s,
         {},
         {.status = u"error"_s,
          .answer = u"^The service is not reachable(?s:.*)Store east has 30 lamps"_s,
          .modelCalls = 7,
          .toolCalls = 2,
          .found = {{decision("degraded", "stale_answer"), 2},
                    {decision("cache", "use_stale"), 2},
                    {decision("degraded", "partial"), 1}}}},
    };
}

} // namespace

class TestExampleAgents : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void allAreChecked_data();
    void allAreChecked();
    void eachHasItsVariants();
    void theyRunAsDescribed_data();
    void theyRunAsDescribed();
    void everyAgentHasARun();
    void workersOfTheTeamOverlap();
    void theTerminalShowsOneVoiceAtATime();
    void whatIsTakenBackIsTakenBackLastFirst();
    void aBudgetIsToldInWholeSteps();
    void theDatabaseIsTheOneOfTheScript();

private:
    [[nodiscard]] QString record() const { return m_folder->filePath(u"run.kymo"_s); }

    [[nodiscard]] QJsonObject queried(const QString& query) const;
    void checkRecording(const Example& example) const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

QStringList agentFiles()
{
    QStringList files;
    QDirIterator folders(
        agentsFolder(), {u"*.agent.json"_s}, QDir::Files, QDirIterator::Subdirectories);
    while (folders.hasNext())
        files.append(folders.next());
    files.sort();
    return files;
}

bool isVariant(const QString& file)
{
    return file.endsWith(u".openai.agent.json"_s) || file.endsWith(u".anthropic.agent.json"_s);
}

QList<Example> allExamples()
{
    return agentExamples() + wrongExamples() + policyExamples();
}

} // namespace

void TestExampleAgents::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestExampleAgents::allAreChecked_data()
{
    QTest::addColumn<QString>("file");
    for (const QString& file : agentFiles())
        QTest::newRow(qPrintable(QDir(agentsFolder()).relativeFilePath(file))) << file;
}

void TestExampleAgents::allAreChecked()
{
    QFETCH(QString, file);
    const KymoRun run = kymo({u"check"_s, u"--strict"_s, u"--json"_s, file});
    QVERIFY2(run.code == 0, run.out.constData());
    QCOMPARE(QJsonDocument::fromJson(run.out)[u"problems"_s].toArray(), QJsonArray());
}

void TestExampleAgents::eachHasItsVariants()
{
    int count = 0;
    for (const QString& file : agentFiles()) {
        if (isVariant(file) || file.contains(u"/policies/"_s))
            continue;
        ++count;
        const QString begin = file.chopped(QStringView(u".agent.json").size());
        for (const QString& maker : {u"openai"_s, u"anthropic"_s}) {
            const QString variant = begin + u'.' + maker + u".agent.json"_s;
            QVERIFY2(QFile::exists(variant), qPrintable(variant));
            const KymoRun run = kymo({u"run"_s, variant, u"--input"_s, u"x"_s, u"--json"_s});
            const QJsonDocument result = QJsonDocument::fromJson(run.out);
            QCOMPARE(run.code, 1);
            QVERIFY2(result[u"problem"_s].toString().contains(maker.toUpper() + u"_API_KEY"_s),
                     run.out.constData());
        }
    }
    QCOMPARE(count, 8);
}

void TestExampleAgents::theyRunAsDescribed_data()
{
    QTest::addColumn<int>("index");
    const QList<Example> examples = allExamples();
    for (int i = 0; i < examples.size(); ++i)
        QTest::newRow(qPrintable(examples[i].agent + u": "_s + examples[i].input)) << i;
}

void TestExampleAgents::theyRunAsDescribed()
{
    QFETCH(int, index);
    const Example example = allExamples().at(index);
    const KymoRun run
        = kymo(QStringList {u"run"_s, agentsFolder() + u'/' + example.agent + u".agent.json"_s}
               + example.options
               + QStringList {u"--input"_s, example.input, u"--record"_s, record(), u"--json"_s});
    const QJsonDocument result = QJsonDocument::fromJson(run.out);
    QVERIFY2(result.isObject(), run.err.constData());
    QCOMPARE(result[u"status"_s].toString(), example.expected.status);
    QCOMPARE(run.code, example.expected.status == u"ok"_s ? 0 : 1);
    QCOMPARE(result[u"is_scripted"_s].toBool(), true);
    const QString answer = result[u"answer"_s].toString();
    QVERIFY2(QRegularExpression(example.expected.answer).match(answer).hasMatch(),
             qPrintable(answer));
    checkRecording(example);
}

void TestExampleAgents::checkRecording(const Example& example) const
{
    const Expected& expected = example.expected;
    const KymoRun run = kymo({u"info"_s, u"--json"_s, u"--strict"_s, record()});
    QVERIFY2(run.code == 0, run.err.constData());
    const QJsonDocument info = QJsonDocument::fromJson(run.out);
    QCOMPARE(info[u"format"_s].toString(), u"kymo"_s);
    QCOMPARE(info[u"sessions"_s][0][u"title"_s].toString().left(20), example.input.left(20));
    QCOMPARE(info[u"sessions"_s][0][u"outcome"_s].toString(),
             expected.status == u"ok"_s ? u"ok"_s : u"error"_s);
    const QJsonValue totals = info[u"totals"_s];
    QCOMPARE(totals[u"llm_calls"_s].toInt(-1), expected.modelCalls);
    QCOMPARE(totals[u"tool_calls"_s].toInt(-1), expected.toolCalls);
    QCOMPARE(totals[u"tool_errors"_s].toInt(-1), expected.toolErrors);
    for (const auto& [query, count] : expected.found.asKeyValueRange()) {
        const QJsonObject found = queried(query);
        const int hits = found[u"count"_s].toInt(-1);
        QVERIFY2(count == kSome ? hits > 0 : hits == count,
                 qPrintable(query + u": "_s + QString::number(hits)));
    }
}

QJsonObject TestExampleAgents::queried(const QString& query) const
{
    const KymoRun run = kymo({u"query"_s, record(), query, u"--json"_s});
    if (run.code != 0)
        qWarning("%s", run.err.constData());
    return QJsonDocument::fromJson(run.out).object();
}

void TestExampleAgents::everyAgentHasARun()
{
    QSet<QString> ran;
    for (const Example& example : allExamples())
        ran.insert(example.agent + u".agent.json"_s);
    for (const QString& file : agentFiles()) {
        const QString name = QDir(agentsFolder()).relativeFilePath(file);
        QVERIFY2(isVariant(file) || ran.contains(name), qPrintable(name));
    }
}

void TestExampleAgents::workersOfTheTeamOverlap()
{
    const KymoRun run = kymo({u"run"_s,
                              agentsFolder() + u"/team/team.agent.json"_s,
                              u"--input"_s,
                              u"Plan a day for 40 people."_s,
                              u"--record"_s,
                              record(),
                              u"--quiet"_s});
    QCOMPARE(run.code, 0);
    const QJsonArray workers
        = queried(u"kind = agent and parent(kind = handoff)"_s)[u"hits"_s].toArray();
    QCOMPARE(workers.size(), 3);
    QString lastStart;
    QString firstEnd = u"9999"_s;
    for (const QJsonValue& worker : workers) {
        lastStart = std::max(lastStart, worker[u"step"_s][u"start"_s].toString());
        firstEnd = std::min(firstEnd, worker[u"step"_s][u"end"_s].toString());
    }
    QVERIFY2(lastStart < firstEnd, qPrintable(lastStart + u" is not before "_s + firstEnd));
}

void TestExampleAgents::theTerminalShowsOneVoiceAtATime()
{
    const KymoRun run = kymo({u"run"_s,
                              agentsFolder() + u"/team/team.agent.json"_s,
                              u"--input"_s,
                              u"Plan a day for 40 people."_s});
    QCOMPARE(run.code, 0);
    const QByteArrayList lines = run.out.split('\n');
    // Each said while the other two were speaking, in one piece.
    for (const char* said : {"Glass House (45 seats) for 520 EUR",
                             "Buffet: 40 x 22 EUR = 880 EUR",
                             "Trains for 40 people = 960 EUR. Arrives 9:12, leaves 17:48"})
        QVERIFY2(lines.contains(said), run.out.constData());
    QCOMPARE(run.out.count("Together 2360 EUR."), 1);
    QVERIFY2(run.err.contains("[team/travel] -> 960\n"), run.err.constData());
}

void TestExampleAgents::whatIsTakenBackIsTakenBackLastFirst()
{
    const KymoRun run = kymo({u"run"_s,
                              agentsFolder() + u"/policies/all-or-nothing.agent.json"_s,
                              u"--input"_s,
                              u"Set lamps aside in north and west."_s,
                              u"--record"_s,
                              record(),
                              u"--quiet"_s});
    QCOMPARE(run.code, 0);
    const auto begin = [this](const QString& key) {
        const QString query
            = u"tool = reserve and args.action = delete and args.key = %1"_s.arg(key);
        return queried(query)[u"hits"_s][0][u"step"_s][u"start"_s].toString();
    };
    QVERIFY(!begin(u"west"_s).isEmpty());
    QVERIFY2(begin(u"west"_s) < begin(u"north"_s), qPrintable(begin(u"north"_s)));
}

void TestExampleAgents::aBudgetIsToldInWholeSteps()
{
    const KymoRun run = kymo({u"run"_s,
                              agentsFolder() + u"/policies/budget.agent.json"_s,
                              u"--input"_s,
                              kLamps,
                              u"--json"_s});
    QCOMPARE(QJsonDocument::fromJson(run.out)[u"reason"_s].toString(),
             u"The budget of steps is used up (4 of 4)."_s);
}

void TestExampleAgents::theDatabaseIsTheOneOfTheScript()
{
    const QString sqlite = QStandardPaths::findExecutable(u"sqlite3"_s);
    if (sqlite.isEmpty())
        QSKIP("there is no sqlite3 on this machine");
    const auto dump = [&](const QString& database, const QStringList& statements) {
        QProcess process;
        process.setWorkingDirectory(agentsFolder() + u"/support"_s);
        process.start(sqlite, QStringList {database} + statements);
        return tests::finishKymo(process).out;
    };
    const QByteArray made = dump(u":memory:"_s, {u".read shop.sql"_s, u".dump"_s});
    QVERIFY(made.contains("Mara Lindholm"));
    QCOMPARE(dump(u"shop.db"_s, {u".dump"_s}), made);
}

QTEST_GUILESS_MAIN(TestExampleAgents)
#include "tst_example_agents.moc"
