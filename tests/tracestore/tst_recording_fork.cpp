#include "tests/support/run_log.h"
#include "tests/support/same_event.h"
#include "tests/support/temporary_folder.h"
#include "tracestore/open_trace.h"
#include "tracestore/recording/event_table.h"
#include "tracestore/recording/log_lookup.h"
#include "tracestore/recording/recording_fork.h"
#include "tracestore/recording/recording_reader.h"
#include "tracestore/recording/recording_writer.h"

#include <QTest>

#include <fstream>
#include <sstream>

using namespace tracestore;

namespace fs = std::filesystem;

/// Recordings that are made of the beginning of others.
class TestRecordingFork : public QObject
{
    Q_OBJECT

private slots:
    void everyBeginningIsTheLogUpToThere();
    void whatIsAddedFollows();
    void itCanBeGoneOnWith();
    void theOtherStaysAsItIs();
    void oneThatIsBeingWrittenCanBeForked();
    void noFileIsReplaced();
    void whatIsNotThereIsTold();
    void stepsAreFoundByName();
};

namespace {

std::string record(const fs::path& path, const std::vector<RunEvent>& events)
{
    auto writer = RecordingWriter::create(path);
    if (!writer)
        return writer.error().message;
    for (const RunEvent& event : events) {
        if (auto done = (*writer)->append(event); !done)
            return done.error().message;
    }
    auto done = (*writer)->close();
    return done ? std::string() : done.error().message;
}

std::string bytesOf(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

RunEvent decision(const std::string& action)
{
    return {.time = Timestamp {5},
            .agent = "a",
            .effect = {},
            .fact = DecisionMade {"debugger", action, "Because.", {}}};
}

bool areSame(const std::vector<RunEvent>& one, const std::vector<RunEvent>& other)
{
    return std::ranges::equal(
        one, other, [](const RunEvent& a, const RunEvent& b) { return tests::isSame(a, b); });
}

} // namespace

void TestRecordingFork::everyBeginningIsTheLogUpToThere()
{
    const tests::TemporaryFolder folder;
    const fs::path whole = folder.file("run.kymo");
    const std::vector<RunEvent> events = tests::makeOddRun();
    QCOMPARE(record(whole, events), std::string());
    for (const RunEvent& last : events) {
        const fs::path fork = folder.path() / ("fork" + std::to_string(last.number) + ".kymo");
        QVERIFY(forkRecording(whole, last.number, {}, fork));
        const auto read = readRecording(fork);
        QVERIFY(read);
        QVERIFY(!read->isComplete);
        QCOMPARE(read->damaged, std::uint64_t {0});
        const std::vector<RunEvent> expected(events.begin(), events.begin() + last.number);
        QVERIFY2(areSame(read->events, expected), qPrintable(QString::number(last.number)));
        Job job;
        QVERIFY(openTrace({.paths = {fork}}, {}, job));
    }
}

void TestRecordingFork::whatIsAddedFollows()
{
    const tests::TemporaryFolder folder;
    const fs::path whole = folder.file("run.kymo");
    const fs::path fork = folder.file("fork.kymo");
    const std::vector<RunEvent> events = tests::makeOddRun();
    QCOMPARE(record(whole, events), std::string());
    QVERIFY(forkRecording(whole, 5, {decision("fork"), decision("edit")}, fork));
    const auto read = readRecording(fork);
    QVERIFY(read);
    QCOMPARE(read->events.size(), std::size_t {7});
    QCOMPARE(read->damaged, std::uint64_t {0});
    QCOMPARE(read->events.at(5).number, std::int64_t {6});
    QCOMPARE(std::get<DecisionMade>(read->events.at(5).fact).action, std::string("fork"));
    QCOMPARE(read->events.at(6).number, std::int64_t {7});
    QCOMPARE(std::get<DecisionMade>(read->events.at(6).fact).action, std::string("edit"));
}

/// As the whole run, event by event, and closed: the trace is the same.
void TestRecordingFork::itCanBeGoneOnWith()
{
    const tests::TemporaryFolder folder;
    const fs::path whole = folder.file("run.kymo");
    const fs::path fork = folder.file("fork.kymo");
    const std::vector<RunEvent> events = tests::makeConversation(20);
    QCOMPARE(record(whole, events), std::string());
    const std::int64_t cut = static_cast<std::int64_t>(events.size()) / 2;
    QVERIFY(forkRecording(whole, cut, {}, fork));
    auto writer = RecordingWriter::resume(fork);
    QVERIFY2(writer, writer ? "" : writer.error().message.c_str());
    for (std::size_t i = static_cast<std::size_t>(cut); i < events.size(); ++i)
        QVERIFY((*writer)->append(events.at(i)));
    QVERIFY((*writer)->close());
    const auto read = readRecording(fork);
    QVERIFY(read);
    QVERIFY(read->isComplete);
    QVERIFY(areSame(read->events, events));
    Job job;
    const auto before = openTrace({.paths = {whole}}, {}, job);
    const auto after = openTrace({.paths = {fork}}, {}, job);
    QVERIFY(before && after);
    QCOMPARE((*after)->spanCount(), (*before)->spanCount());
    // No content twice: it is about as long as the other.
    QVERIFY(fs::file_size(fork) < fs::file_size(whole) * 5 / 4);
}

void TestRecordingFork::theOtherStaysAsItIs()
{
    const tests::TemporaryFolder folder;
    const fs::path whole = folder.file("run.kymo");
    QCOMPARE(record(whole, tests::makeOddRun()), std::string());
    const std::string before = bytesOf(whole);
    const auto time = fs::last_write_time(whole);
    QVERIFY(forkRecording(whole, 4, {decision("fork")}, folder.file("fork.kymo")));
    QCOMPARE(bytesOf(whole), before);
    QCOMPARE(fs::last_write_time(whole), time);
}

void TestRecordingFork::oneThatIsBeingWrittenCanBeForked()
{
    const tests::TemporaryFolder folder;
    const fs::path whole = folder.file("run.kymo");
    const fs::path fork = folder.file("fork.kymo");
    const std::vector<RunEvent> events = tests::makeConversation(5);
    auto writer = RecordingWriter::create(whole);
    QVERIFY(writer);
    for (const RunEvent& event : events)
        QVERIFY((*writer)->append(event));
    QVERIFY((*writer)->commit());
    QVERIFY(forkRecording(whole, 7, {}, fork));
    const auto read = readRecording(fork);
    QVERIFY(read);
    QVERIFY(areSame(read->events, {events.begin(), events.begin() + 7}));
    QVERIFY((*writer)->close());
    QVERIFY(RecordingWriter::resume(fork));
}

void TestRecordingFork::noFileIsReplaced()
{
    const tests::TemporaryFolder folder;
    const fs::path whole = folder.file("run.kymo");
    QCOMPARE(record(whole, tests::makeOddRun()), std::string());
    const fs::path other = folder.file("other.kymo");
    std::ofstream(other) << "mine";
    const auto forked = forkRecording(whole, 4, {}, other);
    QVERIFY(!forked);
    QVERIFY(forked.error().message.find("is there already") != std::string::npos);
    QCOMPARE(bytesOf(other), std::string("mine"));
}

void TestRecordingFork::whatIsNotThereIsTold()
{
    const tests::TemporaryFolder folder;
    const fs::path whole = folder.file("run.kymo");
    const std::vector<RunEvent> events = tests::makeOddRun();
    QCOMPARE(record(whole, events), std::string());
    const fs::path fork = folder.file("fork.kymo");
    for (const std::int64_t number : {static_cast<std::int64_t>(events.size()) + 1, {0}, {-3}}) {
        const auto forked = forkRecording(whole, number, {}, fork);
        QVERIFY(!forked);
        QVERIFY(forked.error().message.find("has no event") != std::string::npos);
        QVERIFY(!fs::exists(fork)); // nothing half made is left
    }
    QVERIFY(!forkRecording(folder.file("none.kymo"), 1, {}, fork));
    QVERIFY(!fs::exists(fork));
}

void TestRecordingFork::stepsAreFoundByName()
{
    const tests::TemporaryFolder folder;
    const fs::path whole = folder.file("run.kymo");
    tests::RunLog log;
    log.add(RunStarted {.name = "a"});
    log.add(AgentStarted {.name = "a"}, "a");
    log.add(EffectWanted {.name = "m"}, "a", "a:1.1.1");
    log.add(EffectEnded {.status = OutcomeStatus::Error}, "a", "a:1.1.1");
    log.add(EffectWanted {.name = "m"}, "a", "a:1.1.2");
    log.add(EffectWanted {.kind = EffectKind::Tool}, "a", "a:1.1/part.1");
    log.add(EffectWanted {.kind = EffectKind::Tool}, "a", "a:1.10.1");
    log.add(EffectEnded {}, "a", "a:1.1.2");
    QCOMPARE(record(whole, log.events()), std::string());
    auto database = openLog(whole);
    QVERIFY(database);
    const auto placeOf = [&](const std::string& effect) { return placeOfStep(*database, effect); };
    const auto call = placeOf("a:1.1");
    QVERIFY(call);
    QCOMPARE(call->wanted, std::int64_t {3});
    QCOMPARE(call->ended, std::int64_t {8});
    const auto attempt = placeOf("a:1.1.1");
    QVERIFY(attempt);
    QCOMPARE(attempt->ended, std::int64_t {4});
    const auto open = placeOf("a:1.10");
    QVERIFY(open);
    QCOMPARE(open->wanted, std::int64_t {7});
    QCOMPARE(open->ended, std::int64_t {0});
    const auto none = placeOf("a:2.1");
    QVERIFY(!none);
    QCOMPARE(none.error().code, ErrorCode::NotFound);
    const auto turn = placeOfTurn(*database, "a:1");
    QVERIFY(turn);
    QCOMPARE(turn->wanted, std::int64_t {3});
    QCOMPARE(turn->ended, std::int64_t {8});
    const auto last = lastEvent(*database);
    QVERIFY(last);
    QCOMPARE(*last, std::int64_t {8});
    const auto wanted = readEvents(*database, {.from = 2, .to = 5, .type = "effect_wanted"});
    QVERIFY(wanted);
    QCOMPARE(wanted->size(), std::size_t {2});
    QCOMPARE(wanted->front().effect, std::string("a:1.1.1"));
}

QTEST_GUILESS_MAIN(TestRecordingFork)
#include "tst_recording_fork.moc"
