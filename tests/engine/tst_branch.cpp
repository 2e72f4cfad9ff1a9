// Forks of recordings that go on.
#include "engine/branch/branch_family.h"
#include "engine/branch/make_fork.h"
#include "engine/run/step_form.h"
#include "tests/engine/continued_run.h"
#include "tests/engine/run_samples.h"
#include "tracestore/annotation/annotation_store.h"
#include "tracestore/compare/trace_alignment.h"
#include "tracestore/open_trace.h"
#include "tracestore/recording/recording_reader.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

using namespace engine;
using namespace tests;
using tracestore::EditMade;
using tracestore::EffectEnded;
using tracestore::EffectWanted;
using tracestore::Timestamp;

namespace {

std::string bytesOf(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// A run that is recorded to its end: the model calls the calculator with `2+2` and answers with
/// what came of it. Its folder has its file.
struct Recorded
{
    Recorded()
        : run(scriptedAgent({{{"name", "calculator"}}}),
              callScript("calculator", {{"expression", "2+2"}}))
        , file(run.folder->file("run.kymo"))
    {
        run.session->recordTo(file);
        run.session->start("Go.");
        isThere = run.reach(RunState::Idle) && run.close().empty();
    }

    SampleRun run;
    std::filesystem::path file;
    bool isThere = false;
};

constexpr const char* kToolStep = "tester:2.1";

} // namespace

/// Forks of recordings that go on.
class TestBranch : public QObject
{
    Q_OBJECT

private slots:
    void anUnchangedForkComesToTheSameEnd();
    void aChangedRequestIsSent();
    void aNewResultMendsACallThatFailed();
    void aChangedOutcomeIsWhatTheAgentSees();
    void aChangedStateIsWhatItGoesOnFrom();
    void theParentNeverChanges();
    void twoForksOfAStepHaveNotesOfTheirOwn();
    void whatMakesNoSenseIsRefused_data();
    void whatMakesNoSenseIsRefused();
    void aFamilyIsFoundByItsFiles();
    void aCircleOfParentsEnds();
    void originsComeBackFromTheirFacts();
};

void TestBranch::anUnchangedForkComesToTheSameEnd()
{
    const Recorded parent;
    QVERIFY(parent.isThere);
    const auto whole = tracestore::readRecording(parent.file);
    QVERIFY(whole);
    std::size_t forks = 0;
    for (const auto& event : whole->events) {
        if (!std::holds_alternative<EffectWanted>(event.fact))
            continue;
        const auto fork
            = makeFork({.recording = parent.file, .effect = event.effect, .name = "same"},
                       Timestamp {event.time.ns + 1});
        QVERIFY2(fork, fork ? "" : fork.error().message.c_str());
        QCOMPARE(fork->origin.upTo, event.number - 1);
        const Continued run(fork->file);
        QCOMPARE(run.told, std::string("ok: Got 4"));
        ++forks;
    }
    QCOMPARE(forks, std::size_t {3}); // model, tool, model
}

void TestBranch::aChangedRequestIsSent()
{
    const Recorded parent;
    QVERIFY(parent.isThere);
    const auto fork = makeFork({.recording = parent.file,
                                .effect = kToolStep,
                                .edits = {{"request.args.expression", "\"3*3\""}},
                                .name = "nine",
                                .note = "What if it multiplied?",
                                .expected = "9"},
                               Timestamp {1});
    QVERIFY2(fork, fork ? "" : fork.error().message.c_str());
    QVERIFY(fork->origin.change.find("2+2") != std::string::npos);
    const Continued run(fork->file);
    QCOMPARE(run.told, std::string("ok: Got 9"));
    const auto edits = run.events->facts<EditMade>();
    QCOMPARE(edits.size(), std::size_t {1});
    QCOMPARE(edits.front().path, std::string("request.args.expression"));
    QCOMPARE(edits.front().before, std::string("\"2+2\""));
    // It stands at its step, as an edit at a stop does.
    tracestore::Job job;
    const auto trace = tracestore::openTrace({.paths = {fork->file}}, {}, job);
    QVERIFY(trace);
    std::string below;
    for (const auto span : (*trace)->preOrder()) {
        if ((*trace)->kind(span) == tracestore::SpanKind::Tool)
            for (const auto child : (*trace)->children(span))
                below += (*trace)->name(child);
    }
    QCOMPARE(below, std::string("edit request.args.expression"));
    // Beside its parent, how it came about is no difference; what was changed is one.
    const auto whole = tracestore::openTrace({.paths = {parent.file}}, {}, job);
    QVERIFY(whole);
    const auto aligned
        = tracestore::alignTraces({.trace = whole->get()}, {.trace = trace->get()}, job);
    QVERIFY(aligned);
    QCOMPARE(aligned->onlyA, std::size_t {0});
    QCOMPARE(aligned->onlyB, std::size_t {1});
}

void TestBranch::aNewResultMendsACallThatFailed()
{
    Outcome failed;
    failed.status = tracestore::OutcomeStatus::Error;
    failed.error = tracestore::SpanError {"not_found", "No such file.", {}};
    nlohmann::json form = formOf(failed);
    form["result"] = "91.50";
    const auto mended = outcomeOfForm(form, failed);
    QVERIFY(mended);
    QVERIFY(mended->isOk());
    QVERIFY(!mended->error);
    QCOMPARE(mended->text, std::string("91.50"));
    form["error"]["message"] = "Not readable.";
    const auto other = outcomeOfForm(form, failed);
    QVERIFY(other);
    QVERIFY(!other->isOk());
    QCOMPARE(other->error->message, std::string("Not readable."));
}

void TestBranch::aChangedOutcomeIsWhatTheAgentSees()
{
    const Recorded parent;
    QVERIFY(parent.isThere);
    const auto fork = makeFork({.recording = parent.file,
                                .effect = kToolStep,
                                .edits = {{"outcome.result", "\"five\""}},
                                .name = "five"},
                               Timestamp {1});
    QVERIFY2(fork, fork ? "" : fork.error().message.c_str());
    const Continued run(fork->file);
    QCOMPARE(run.told, std::string("ok: Got five"));
    // The call itself was not made again: its intent is the recorded one.
    const auto read = tracestore::readRecording(fork->file);
    QVERIFY(read);
    const auto intents = std::ranges::count_if(read->events, [](const auto& event) {
        const auto* wanted = std::get_if<EffectWanted>(&event.fact);
        return wanted != nullptr && wanted->kind == EffectKind::Tool;
    });
    QCOMPARE(intents, std::ptrdiff_t {1});
}

void TestBranch::aChangedStateIsWhatItGoesOnFrom()
{
    const Recorded parent;
    QVERIFY(parent.isThere);
    // Before the last call of the model the conversation says 4; now it says 7.
    const auto fork = makeFork({.recording = parent.file,
                                .effect = "tester:3.1",
                                .edits = {{"state.messages[-1].parts[0].content", "\"7\""}},
                                .name = "seven"},
                               Timestamp {1});
    QVERIFY2(fork, fork ? "" : fork.error().message.c_str());
    const Continued run(fork->file);
    QCOMPARE(run.told, std::string("ok: Got 7"));
}

void TestBranch::theParentNeverChanges()
{
    const Recorded parent;
    QVERIFY(parent.isThere);
    const std::string before = bytesOf(parent.file);
    const auto time = std::filesystem::last_write_time(parent.file);
    const auto fork = makeFork({.recording = parent.file,
                                .effect = kToolStep,
                                .edits = {{"request.args.expression", "\"1+1\""}}},
                               Timestamp {1});
    QVERIFY(fork);
    QCOMPARE(Continued(fork->file).told, std::string("ok: Got 2"));
    QCOMPARE(bytesOf(parent.file), before);
    QCOMPARE(std::filesystem::last_write_time(parent.file), time);
    QVERIFY(!std::filesystem::exists(parent.file.string() + "-wal"));
}

/// Their logs differ in nothing but contents, of which a log keeps the numbers.
void TestBranch::twoForksOfAStepHaveNotesOfTheirOwn()
{
    const Recorded parent;
    QVERIFY(parent.isThere);
    const std::filesystem::path folder = parent.file.parent_path() / "notes";
    std::vector<std::filesystem::path> forks;
    for (const char* value : {"3", "4"}) {
        ForkOrder order {.recording = parent.file, .effect = kToolStep, .name = value};
        order.edits = {{"request.args.expression", std::string("\"") + value + '"'}};
        const auto fork = makeFork(order, Timestamp {77});
        QVERIFY2(fork, fork ? "" : fork.error().message.c_str());
        forks.push_back(fork->file);
        tracestore::Annotation found {.key = "found", .kind = tracestore::AnnotationKind::Fact};
        found.name = "found";
        found.text = value;
        QVERIFY(tracestore::AnnotationStore(fork->file, folder).apply({found}));
    }
    for (std::size_t i = 0; i < forks.size(); ++i) {
        const auto read = tracestore::AnnotationStore(forks[i], folder).read();
        QVERIFY(read);
        QCOMPARE(read->annotations.size(), std::size_t {1});
        QCOMPARE(read->annotations[0].text, std::string(i == 0 ? "3" : "4"));
    }
}

void TestBranch::whatMakesNoSenseIsRefused_data()
{
    QTest::addColumn<QString>("effect");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("says");
    QTest::newRow("no such step") << "tester:9.1"
                                  << "request.args.x"
                                  << "no step tester:9.1";
    QTest::newRow("no such part") << kToolStep << "answer.text"
                                  << "begins with";
    QTest::newRow("no such place") << kToolStep << "request.nothing.here"
                                   << "nothing";
    QTest::newRow("no step") << ""
                             << "request.args.x"
                             << "needs a step";
    QTest::newRow("no place in the outcome") << kToolStep << "outcome.nothing.here"
                                             << "nothing";
}

void TestBranch::whatMakesNoSenseIsRefused()
{
    QFETCH(QString, effect);
    QFETCH(QString, path);
    QFETCH(QString, says);
    const Recorded parent;
    QVERIFY(parent.isThere);
    const auto fork = makeFork({.recording = parent.file,
                                .effect = effect.toStdString(),
                                .edits = {{path.toStdString(), "1"}},
                                .name = "x"},
                               Timestamp {1});
    QVERIFY(!fork);
    QVERIFY2(fork.error().message.find(says.toStdString()) != std::string::npos,
             fork.error().message.c_str());
    QVERIFY(!std::filesystem::exists(parent.run.folder->file("run.x.kymo")));
}

void TestBranch::aFamilyIsFoundByItsFiles()
{
    const Recorded parent;
    QVERIFY(parent.isThere);
    const auto nine = makeFork({.recording = parent.file,
                                .effect = kToolStep,
                                .edits = {{"request.args.expression", "\"3*3\""}},
                                .name = "nine",
                                .note = "Why not?",
                                .expected = "9"},
                               Timestamp {1'000'000'000'000'000'001});
    QVERIFY(nine);
    QCOMPARE(Continued(nine->file).told, std::string("ok: Got 9"));
    const auto ten = makeFork({.recording = nine->file,
                               .effect = kToolStep,
                               .edits = {{"outcome.result", "\"10\""}},
                               .name = "ten"},
                              Timestamp {1'000'000'000'000'000'002});
    QVERIFY(ten);
    // Others in the folder are none of the family.
    writeFile(parent.run.folder->file("notes.kymo"), "no database");
    SampleRun other(scriptedAgent(), sayScript("Hello."));
    other.session->recordTo(parent.run.folder->file("other.kymo"));
    other.session->start("Hi.");
    QVERIFY(other.reach(RunState::Idle));
    BranchCache cache;
    tracestore::Job job;
    // It waits for its user, and has answered all the same.
    const auto answer = [&] {
        const auto alone = readFamily(parent.run.folder->file("other.kymo"), cache, job);
        const bool hasAnswered = alone && alone->branches.size() == 1 && alone->branches[0].outcome;
        return hasAnswered ? alone->branches[0].answer : std::string();
    };
    QTRY_COMPARE(answer(), std::string("Hello."));
    QCOMPARE(other.close(), std::string());

    for (const auto& file : {parent.file, nine->file, ten->file}) {
        const auto family = readFamily(file, cache, job);
        QVERIFY2(family, family ? "" : family.error().message.c_str());
        QCOMPARE(family->branches.size(), std::size_t {3});
        const auto& [root, first, second]
            = std::tie(family->branches[0], family->branches[1], family->branches[2]);
        QCOMPARE(root.file.filename().string(), std::string("run.kymo"));
        QVERIFY(!root.origin && !root.parent);
        QCOMPARE(root.answer, std::string("Got 4"));
        QCOMPARE(first.file.filename().string(), nine->file.filename().string());
        QCOMPARE(first.parent, std::optional<std::size_t>(0));
        QCOMPARE(first.origin->note, std::string("Why not?"));
        QCOMPARE(first.origin->expected, std::string("9"));
        QCOMPARE(first.answer, std::string("Got 9"));
        QCOMPARE(first.outcome, std::optional(tracestore::OutcomeStatus::Ok));
        QCOMPARE(second.parent, std::optional<std::size_t>(1));
        QCOMPARE(second.depth, std::size_t {2});
        QVERIFY(!second.outcome); // it was not gone on with
        QVERIFY(first.totals.llmCalls >= 2);
    }
}

/// Files can say anything of their parents.
void TestBranch::aCircleOfParentsEnds()
{
    const Recorded parent;
    QVERIFY(parent.isThere);
    const auto one = makeFork({.recording = parent.file, .name = "one"}, Timestamp {1});
    QVERIFY(one);
    const auto two = makeFork({.recording = one->file, .name = "two"}, Timestamp {2});
    QVERIFY(two);
    std::filesystem::remove(parent.file);
    // Now the fork of the fork takes the name of its grandparent: each is the other's parent.
    std::filesystem::rename(two->file, parent.file);
    BranchCache cache;
    tracestore::Job job;
    const auto family = readFamily(one->file, cache, job);
    QVERIFY(family);
    QCOMPARE(family->branches.size(), std::size_t {2});
}

void TestBranch::originsComeBackFromTheirFacts()
{
    const BranchOrigin origin {.parent = "run.kymo",
                               .root = "00ff",
                               .upTo = 12,
                               .step = "a:1.1",
                               .change = "x → y",
                               .note = "\"quoted\"\n",
                               .expected = "نعم"};
    const auto read = branchOriginOf(tracestore::RunFact(toFact(origin)));
    QVERIFY(read);
    QCOMPARE(*read, origin);
    QVERIFY(!branchOriginOf(tracestore::RunFact(tracestore::RunEnded {})));
    QVERIFY(!branchOriginOf(std::string("{}")));
    QVERIFY(!branchOriginOf(std::string("[1, 2")));
}

QTEST_GUILESS_MAIN(TestBranch)
#include "tst_branch.moc"
