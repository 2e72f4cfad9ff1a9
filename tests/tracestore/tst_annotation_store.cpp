#include "tests/support/run_log.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_maker.h"
#include "tests/support/trace_text.h"
#include "tracestore/annotation/annotation_store.h"
#include "tracestore/annotation/sidecar_folder.h"
#include "tracestore/open_trace.h"
#include "tracestore/recording/recording_writer.h"
#include "tracestore/register_builtins.h"
#include "tracestore/store/annotation_table.h"
#include "tracestore/store/byte_source.h"
#include "tracestore/store/kymo_reader.h"
#include "tracestore/store/kymo_writer.h"

#include <QTest>

#include <thread>

using namespace tracestore;
using tests::contentOf;

namespace fs = std::filesystem;

/// Notes and bookmarks: where they are kept, and that none is ever lost.
class TestAnnotationStore : public QObject
{
    Q_OBJECT

private slots:
    void theLastStateOfAKeyCounts();
    void aStepIsFoundWhereTheTraceHasGrown();
    void aClosedFileKeepsItsOwn();
    void anOpenTraceGoesOnReadingItsFile();
    void aForeignFileIsNeverWritten();
    void notesFollowTheContentNotTheName();
    void aLogThatHasGrownKeepsItsNotes();
    void aCopyThatWentOtherWaysHasItsOwn();
    void aRecordingTakesItsNotesOverWhenItIsClosed();
    void aFileOfVersionThreeIsNeverWritten();
    void aPlaceThatCannotBeWrittenIsNoLoss();
    void manyWritersLoseNothing();
    void removedStaysRemoved();
    void whatIsWrittenLaterCountsWhateverTheClockSays();
    void aDamagedSidecarIsPutAside();
    void aSidecarOfANewerKymoIsLeftAlone();
    void damagedRowsAreToldAndTheOthersStay();
    void anInterruptedWriterLeavesAWholeFile();
    void aTextOfAMegabyteIsTheLongest();
    void realSamples();
};

namespace {

Annotation note(const std::string& key, const std::string& text, std::int64_t time = 1)
{
    return {.key = key,
            .kind = AnnotationKind::Note,
            .written = Timestamp {time},
            .changed = Timestamp {time},
            .author = "ada",
            .text = text};
}

/// Texts of the notes that are there, in order, joined.
std::string textsIn(const AnnotationStore& store)
{
    const auto reading = store.read();
    if (!reading)
        return "failed: " + reading.error().message;
    std::string texts;
    for (const Annotation& one : reading->annotations)
        texts += one.isRemoved ? "" : (texts.empty() ? "" : " ") + one.text;
    return texts;
}

std::string applyError(const AnnotationStore& store, std::vector<Annotation> changes)
{
    const auto applied = store.apply(std::move(changes));
    return applied ? applied->problem : "failed: " + applied.error().message;
}

std::string saveAgentTrace(const fs::path& path)
{
    Job job;
    const auto saved = saveKymo(*tests::makeAgentTrace(2), path, job);
    return saved ? std::string() : saved.error().message;
}

TracePtr opened(const fs::path& path)
{
    Job job;
    auto trace = openTrace({.paths = {path}}, builtinImporters(), job);
    return trace ? *trace : TracePtr();
}

/// Lines of a log of Claude Code, each of another message.
std::string logOf(int lines)
{
    std::string log;
    for (int i = 0; i < lines; ++i)
        log += R"({"type":"user","sessionId":"s","uuid":"u)" + std::to_string(i)
            + R"(","timestamp":"2026-02-08T17:28:27.377Z","message":{"role":"user","content":")"
            + std::string(200, 'x') + "\"}}\n";
    return log;
}

std::size_t sidecarsIn(const fs::path& folder)
{
    std::error_code none;
    const fs::directory_iterator entries(folder, none);
    return none ? 0 : static_cast<std::size_t>(std::distance(entries, {}));
}

void unpackVersionThree(const fs::path& to)
{
    Job job;
    const auto packed = ByteSource::open(tests::dataDir() / "kymo" / "version-3.kymo.zst", job);
    QVERIFY(packed);
    const auto bytes = (*packed)->read(0, (*packed)->size());
    QVERIFY(bytes);
    tests::writeFile(to, std::string(*bytes));
}

} // namespace

void TestAnnotationStore::theLastStateOfAKeyCounts()
{
    Annotation removed = note("a", "", 3);
    removed.isRemoved = true;
    const auto merged = mergeAnnotations(
        {note("a", "old", 1), note("b", "only", 5), removed, note("a", "middle", 2)});
    QCOMPARE(merged.size(), std::size_t {2});
    QCOMPARE(merged[0].key, std::string("a"));
    QVERIFY(merged[0].isRemoved);
    QCOMPARE(merged[0].written, Timestamp {1});
    QCOMPARE(merged[1].text, std::string("only"));
    // Two windows at the same moment: whoever asks gets the same.
    QCOMPARE(mergeAnnotations({note("a", "x"), note("a", "y")})[0].text, std::string("y"));
    QCOMPARE(mergeAnnotations({note("a", "y"), note("a", "x")})[0].text, std::string("y"));
}

void TestAnnotationStore::aStepIsFoundWhereTheTraceHasGrown()
{
    auto builder = tests::builderWithSession();
    builder.addSpan({.session = SessionId(0), .name = "first", .origId = "one"});
    builder.addSpan({.session = SessionId(0), .name = "nameless"});
    const auto before = std::move(builder).finish(std::make_shared<tests::FixedPayloads>());
    const StepAddress first = addressOf(*before, SpanId(0));
    const StepAddress nameless = addressOf(*before, SpanId(1));
    auto later = tests::builderWithSession();
    later.addSpan({.session = SessionId(0), .name = "new", .origId = "zero"});
    later.addSpan({.session = SessionId(0), .name = "first", .origId = "one"});
    const auto after = std::move(later).finish(std::make_shared<tests::FixedPayloads>());
    QCOMPARE(findStep(*before, first), SpanId(0));
    QCOMPARE(findStep(*before, nameless), SpanId(1));
    QCOMPARE(findStep(*after, first), SpanId(1));
    QVERIFY(!findStep(*after, nameless).isValid());
    QVERIFY(!findStep(*after, {.place = 70, .name = "first", .origId = "two"}).isValid());
}

void TestAnnotationStore::aClosedFileKeepsItsOwn()
{
    const tests::TemporaryFolder folder;
    const fs::path file = folder.file("a.kymo");
    QCOMPARE(saveAgentTrace(file), std::string());
    const TracePtr before = opened(file);
    Annotation about = note("n1", "the tool lies");
    about.step = addressOf(*before, SpanId(2));
    const AnnotationStore store(file, folder.path() / "sidecars");
    QCOMPARE(applyError(store, {about, note("n2", "and more", 2)}), std::string());
    QVERIFY(store.read()->isInFile);
    // One whole file, no journal beside it, and no sidecar.
    QCOMPARE(folder.count(), std::ptrdiff_t {1});
    QCOMPARE(contentOf(file)[19], char {1});
    // A copy takes them along.
    fs::copy_file(file, folder.file("b.kymo"));
    const auto copy = AnnotationStore(folder.file("b.kymo"), folder.path() / "other").read();
    QVERIFY(copy);
    QCOMPARE(copy->annotations.size(), std::size_t {2});
    QCOMPARE(copy->annotations[0], about);
    QCOMPARE(tests::fullText(*opened(file), true), tests::fullText(*before, true));
    QVERIFY(opened(file)->report().rows().empty());
}

void TestAnnotationStore::anOpenTraceGoesOnReadingItsFile()
{
    const tests::TemporaryFolder folder;
    const fs::path file = folder.file("a.kymo");
    QCOMPARE(saveAgentTrace(file), std::string());
    const TracePtr trace = opened(file);
    const std::string before = tests::fullText(*opened(file), true);
    const AnnotationStore store(file, folder.path() / "sidecars");
    // More than a page of them, so that the file grows.
    for (int i = 0; i < 20; ++i)
        QCOMPARE(applyError(store, {note("n" + std::to_string(i), std::string(4000, 'x'))}),
                 std::string());
    QCOMPARE(tests::fullText(*trace, true), before);
    QCOMPARE(store.read()->annotations.size(), std::size_t {20});
}

void TestAnnotationStore::aForeignFileIsNeverWritten()
{
    const tests::TemporaryFolder folder;
    const fs::path file = folder.file("log.jsonl");
    tests::writeFile(file, logOf(5));
    const auto time = fs::last_write_time(file);
    const AnnotationStore store(file, folder.path() / "sidecars");
    QCOMPARE(textsIn(store), std::string());
    QCOMPARE(sidecarsIn(folder.path() / "sidecars"), std::size_t {0}); // to look makes nothing
    QCOMPARE(applyError(store, {note("n", "mine")}), std::string());
    QCOMPARE(textsIn(store), std::string("mine"));
    QVERIFY(!store.read()->isInFile);
    QCOMPARE(contentOf(file), logOf(5));
    QVERIFY(fs::last_write_time(file) == time);
    QCOMPARE(sidecarsIn(folder.path() / "sidecars"), std::size_t {1});
    const auto mode = fs::status(folder.path() / "sidecars").permissions();
    QVERIFY((mode & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
}

void TestAnnotationStore::notesFollowTheContentNotTheName()
{
    const tests::TemporaryFolder folder;
    const fs::path sidecars = folder.path() / "sidecars";
    tests::writeFile(folder.file("log.jsonl"), logOf(5));
    QCOMPARE(applyError({folder.file("log.jsonl"), sidecars}, {note("n", "mine")}), std::string());
    fs::rename(folder.file("log.jsonl"), folder.file("other.jsonl"));
    const AnnotationStore moved(folder.file("other.jsonl"), sidecars);
    QCOMPARE(textsIn(moved), std::string("mine"));
    QCOMPARE(applyError(moved, {note("m", "too", 2)}), std::string());
    QCOMPARE(textsIn(moved), std::string("mine too"));
    QCOMPARE(sidecarsIn(sidecars), std::size_t {1});
    tests::writeFile(folder.file("log.jsonl"), "y" + logOf(5));
    QCOMPARE(textsIn({folder.file("log.jsonl"), sidecars}), std::string());
}

void TestAnnotationStore::aLogThatHasGrownKeepsItsNotes()
{
    const tests::TemporaryFolder folder;
    const fs::path file = folder.file("log.jsonl");
    const AnnotationStore store(file, folder.path() / "sidecars");
    std::string expected;
    for (int lines = 1; lines <= 600; lines = lines * 3 + 1) {
        tests::writeFile(file, logOf(lines));
        QCOMPARE(textsIn(store), expected);
        const std::string text = std::to_string(lines);
        QCOMPARE(applyError(store, {note(text, text, lines)}), std::string());
        expected += (expected.empty() ? "" : " ") + text;
        QCOMPARE(textsIn(store), expected);
    }
    // It is one file that grew, so there is one sidecar.
    QCOMPARE(sidecarsIn(folder.path() / "sidecars"), std::size_t {1});
}

/// As when a session is forked: both files begin alike.
void TestAnnotationStore::aCopyThatWentOtherWaysHasItsOwn()
{
    const tests::TemporaryFolder folder;
    const fs::path sidecars = folder.path() / "sidecars";
    tests::writeFile(folder.file("a.jsonl"), logOf(3));
    const AnnotationStore a(folder.file("a.jsonl"), sidecars);
    QCOMPARE(applyError(a, {note("n", "shared")}), std::string());
    tests::writeFile(folder.file("b.jsonl"), logOf(3) + "{\"type\":\"other\"}\n");
    const AnnotationStore b(folder.file("b.jsonl"), sidecars);
    QCOMPARE(textsIn(b), std::string("shared"));
    QCOMPARE(applyError(b, {note("m", "only here", 2)}), std::string());
    QCOMPARE(textsIn(b), std::string("shared only here"));
    QCOMPARE(textsIn(a), std::string("shared"));
}

void TestAnnotationStore::aRecordingTakesItsNotesOverWhenItIsClosed()
{
    const tests::TemporaryFolder folder;
    const fs::path file = folder.file("run.kymo");
    const fs::path sidecars = folder.path() / "sidecars";
    const AnnotationStore store(file, sidecars);
    const auto events = tests::makeConversation(4);
    auto writer = RecordingWriter::create(file);
    QVERIFY(writer);
    for (std::size_t i = 0; i < events.size(); ++i) {
        QVERIFY((*writer)->append(events[i]));
        QVERIFY((*writer)->commit());
        if (i % 5 == 1)
            QCOMPARE(applyError(store, {note(std::to_string(i), std::to_string(i), qint64(i))}),
                     std::string());
    }
    const std::string texts = textsIn(store);
    QVERIFY(texts.starts_with("1 6 11"));
    QVERIFY(!store.read()->isInFile);
    QCOMPARE(sidecarsIn(sidecars), std::size_t {1});
    QVERIFY((*writer)->close());
    writer->reset();
    QCOMPARE(textsIn(store), texts);
    QVERIFY(store.read()->isUnsettled);
    QCOMPARE(applyError(store, {}), std::string());
    QVERIFY(!store.read()->isUnsettled);
    QCOMPARE(textsIn({file, folder.path() / "empty"}), texts);
}

void TestAnnotationStore::aFileOfVersionThreeIsNeverWritten()
{
    const tests::TemporaryFolder folder;
    const fs::path file = folder.file("three.kymo");
    unpackVersionThree(file);
    const std::string before = contentOf(file);
    const AnnotationStore store(file, folder.path() / "sidecars");
    QCOMPARE(applyError(store, {note("n", "old but good")}), std::string());
    QCOMPARE(textsIn(store), std::string("old but good"));
    QVERIFY(contentOf(file) == before);
    fs::rename(file, folder.file("renamed.kymo"));
    QCOMPARE(textsIn({folder.file("renamed.kymo"), folder.path() / "sidecars"}),
             std::string("old but good"));
}

void TestAnnotationStore::aPlaceThatCannotBeWrittenIsNoLoss()
{
    const tests::TemporaryFolder folder;
    const fs::path file = folder.file("a.kymo");
    QCOMPARE(saveAgentTrace(file), std::string());
    // Where its journal should be nothing can be made, whoever runs this.
    fs::create_directory(folder.path() / "a.kymo-wal");
    const AnnotationStore store(file, folder.path() / "sidecars");
    const auto applied = store.apply({note("n", "kept all the same")});
    QVERIFY(applied);
    QVERIFY(!applied->isInFile);
    QVERIFY(applied->problem.find("are kept in") != std::string::npos);
    fs::remove(folder.path() / "a.kymo-wal");
    QCOMPARE(textsIn(store), std::string("kept all the same"));
    QCOMPARE(opened(file)->spanCount(), std::size_t {9});
    QCOMPARE(applyError(store, {}), std::string());
    QCOMPARE(textsIn({file, folder.path() / "empty"}), std::string("kept all the same"));
}

void TestAnnotationStore::manyWritersLoseNothing()
{
    const tests::TemporaryFolder folder;
    QCOMPARE(saveAgentTrace(folder.file("a.kymo")), std::string());
    tests::writeFile(folder.file("log.jsonl"), logOf(3));
    for (const char* name : {"a.kymo", "log.jsonl"}) {
        constexpr int kWriters = 4;
        constexpr int kNotes = 5;
        std::vector<std::thread> writers;
        for (int writer = 0; writer < kWriters; ++writer)
            writers.emplace_back([&, writer] {
                const AnnotationStore store(folder.file(name), folder.path() / "sidecars");
                for (int i = 0; i < kNotes; ++i) {
                    const std::string key = std::to_string(writer) + '.' + std::to_string(i);
                    static_cast<void>(store.apply({note(key, key)}));
                }
            });
        for (std::thread& writer : writers)
            writer.join();
        const auto reading = AnnotationStore(folder.file(name), folder.path() / "sidecars").read();
        QVERIFY(reading);
        QCOMPARE(reading->annotations.size(), std::size_t {kWriters * kNotes});
        QCOMPARE(reading->problem, std::string());
    }
}

void TestAnnotationStore::removedStaysRemoved()
{
    const tests::TemporaryFolder folder;
    const fs::path file = folder.file("log.jsonl");
    tests::writeFile(file, logOf(2));
    const AnnotationStore store(file, folder.path() / "sidecars");
    QCOMPARE(applyError(store, {note("n", "first"), note("m", "second", 2)}), std::string());
    Annotation gone = note("n", "first", 5);
    gone.isRemoved = true;
    QCOMPARE(applyError(store, {gone}), std::string());
    QCOMPARE(textsIn(store), std::string("second"));
    // A second window that has not heard of it and writes another.
    QCOMPARE(applyError(store, {note("o", "third", 6)}), std::string());
    QCOMPARE(textsIn(store), std::string("second third"));
    // Undone: it comes back as it was.
    QCOMPARE(applyError(store, {note("n", "first", 7)}), std::string());
    QCOMPARE(textsIn(store), std::string("first second third"));
}

void TestAnnotationStore::whatIsWrittenLaterCountsWhateverTheClockSays()
{
    const tests::TemporaryFolder folder;
    tests::writeFile(folder.file("log.jsonl"), logOf(2));
    const AnnotationStore store(folder.file("log.jsonl"), folder.path() / "sidecars");
    QCOMPARE(applyError(store, {note("n", "written in the future", 1'000'000)}), std::string());
    QCOMPARE(applyError(store, {note("n", "now", 10)}), std::string());
    QCOMPARE(textsIn(store), std::string("now"));
}

void TestAnnotationStore::aDamagedSidecarIsPutAside()
{
    const tests::TemporaryFolder folder;
    const fs::path sidecars = folder.path() / "sidecars";
    tests::writeFile(folder.file("log.jsonl"), logOf(2));
    const AnnotationStore store(folder.file("log.jsonl"), sidecars);
    QCOMPARE(applyError(store, {note("n", "lost?")}), std::string());
    const fs::path sidecar = fs::directory_iterator(sidecars)->path();
    const std::string bytes = contentOf(sidecar);
    tests::writeFile(sidecar, bytes.substr(0, bytes.size() / 2));
    const auto reading = store.read();
    QVERIFY(reading);
    QVERIFY(reading->annotations.empty());
    QVERIFY2(reading->problem.find(".broken") != std::string::npos, reading->problem.c_str());
    QCOMPARE(contentOf(sidecar.string() + ".broken"), bytes.substr(0, bytes.size() / 2));
    QCOMPARE(applyError(store, {note("m", "new")}), std::string());
    QCOMPARE(textsIn(store), std::string("new"));
}

void TestAnnotationStore::aSidecarOfANewerKymoIsLeftAlone()
{
    const tests::TemporaryFolder folder;
    const fs::path sidecars = folder.path() / "sidecars";
    tests::writeFile(folder.file("log.jsonl"), logOf(2));
    const AnnotationStore store(folder.file("log.jsonl"), sidecars);
    QCOMPARE(applyError(store, {note("n", "mine")}), std::string());
    const fs::path sidecar = fs::directory_iterator(sidecars)->path();
    std::string bytes = contentOf(sidecar);
    bytes[63] = 99;
    tests::writeFile(sidecar, bytes);
    QVERIFY(!store.read());
    const auto applied = store.apply({note("m", "more")});
    QVERIFY(!applied);
    QCOMPARE(applied.error().code, ErrorCode::Unsupported);
    QCOMPARE(contentOf(sidecar), bytes);
    QCOMPARE(sidecarsIn(sidecars), std::size_t {1});
}

void TestAnnotationStore::damagedRowsAreToldAndTheOthersStay()
{
    const tests::TemporaryFolder folder;
    const fs::path file = folder.file("a.kymo");
    QCOMPARE(saveAgentTrace(file), std::string());
    const AnnotationStore store(file, folder.path() / "sidecars");
    QCOMPARE(applyError(store, {note("n", "this one is hit"), note("m", "this one not", 2)}),
             std::string());
    std::string bytes = contentOf(file);
    bytes.replace(bytes.find("this one is hit"), 4, "that");
    tests::writeFile(file, bytes);
    QCOMPARE(textsIn(store), std::string("this one not"));
    QVERIFY(store.read()->problem.starts_with("1 note in "));
    QCOMPARE(applyError(store, {note("o", "and a new one", 3)}), std::string());
    QCOMPARE(textsIn(store), std::string("this one not and a new one"));
}

/// A program that is killed between the commit and the moving of its journal.
void TestAnnotationStore::anInterruptedWriterLeavesAWholeFile()
{
    const tests::TemporaryFolder folder;
    const fs::path file = folder.file("a.kymo");
    QCOMPARE(saveAgentTrace(file), std::string());
    const std::string trace = tests::fullText(*opened(file), true);
    const AnnotationStore store(file, folder.path() / "sidecars");
    QCOMPARE(applyError(store, {note("n", "before")}), std::string());
    {
        auto database = Database::openRecording(file);
        QVERIFY(database);
        QVERIFY(database->run("BEGIN IMMEDIATE"));
        QVERIFY(writeAnnotationRows(*database, {note("m", "in the journal", 2)}));
        QVERIFY(database->run("COMMIT"));
    }
    QVERIFY(fs::exists(folder.path() / "a.kymo-wal"));
    QCOMPARE(textsIn(store), std::string("before in the journal"));
    QCOMPARE(tests::fullText(*opened(file), true), trace);
    QCOMPARE(applyError(store, {note("o", "after", 3)}), std::string());
    QVERIFY(!fs::exists(folder.path() / "a.kymo-wal"));
    QCOMPARE(textsIn(store), std::string("before in the journal after"));
    QCOMPARE(tests::fullText(*opened(file), true), trace);
}

void TestAnnotationStore::aTextOfAMegabyteIsTheLongest()
{
    const tests::TemporaryFolder folder;
    tests::writeFile(folder.file("log.jsonl"), logOf(2));
    const AnnotationStore store(folder.file("log.jsonl"), folder.path() / "sidecars");
    const auto refused = store.apply({note("n", std::string(kMaxAnnotationText + 1, 'x'))});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Limit);
    QCOMPARE(sidecarsIn(folder.path() / "sidecars"), std::size_t {0});
    QVERIFY(store.apply({note("n", std::string(kMaxAnnotationText / 2, 'x'))}));
    QCOMPARE(textsIn(store).size(), kMaxAnnotationText / 2);
}

void TestAnnotationStore::realSamples()
{
    KYMO_NEED_SAMPLES();
    const tests::TemporaryFolder folder;
    const ImporterRegistry importers = builtinImporters();
    std::map<std::string, int> formats;
    for (const auto& entry : fs::recursive_directory_iterator(tests::samplesDir())) {
        if (!entry.is_regular_file() || entry.file_size() > (1U << 20U))
            continue;
        Job job;
        const auto trace = openTrace({.paths = {entry.path()}}, importers, job);
        if (!trace || (*trace)->spanCount() == 0 || ++formats[(*trace)->origin().formatId] > 2)
            continue;
        const SpanId step((*trace)->spanCount() / 2);
        Annotation mark = note("n", "here", 1);
        mark.step = addressOf(**trace, step);
        const AnnotationStore store(annotatedFile(entry.path(), **trace), folder.path() / "s");
        const auto before = store.read();
        QVERIFY2(before, entry.path().c_str());
        QCOMPARE(applyError(store, {mark}), std::string());
        const auto reading = store.read();
        QVERIFY2(reading && !reading->annotations.empty(), entry.path().c_str());
        const auto& steps = reading->annotations;
        QVERIFY(std::ranges::any_of(
            steps, [&](const Annotation& one) { return findStep(**trace, *one.step) == step; }));
    }
    QVERIFY2(formats.size() >= 10, std::to_string(formats.size()).c_str());
}

QTEST_GUILESS_MAIN(TestAnnotationStore)

#include "tst_annotation_store.moc"
