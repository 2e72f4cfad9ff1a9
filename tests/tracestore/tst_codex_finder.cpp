#include "tests/support/test_paths.h"
#include "tests/tracestore/claude_code_files.h"
#include "tracestore/import/codex/codex_finder.h"

#include <QTest>

using namespace tracestore;

class TestCodexFinder : public QObject
{
    Q_OBJECT

private slots:
    void theNewestStandFirst();
    void theListIsCapped();
    void titlesAreThoseOfTheOpenedSession();
    void aNameAtTheEndOfALongFileIsSeen();
    void whatOthersStartedIsCountedWithThem();
    void thePlainFileGoesBeforeThePackedOne();
    void whatIsNoSessionIsLeftOut();
    void aMissingFolderIsNamed();
    void itCanBeCancelled();
};

namespace {

namespace fs = std::filesystem;

std::string line(const std::string& type, const std::string& payload)
{
    return R"({"timestamp":"2026-03-01T10:00:00Z","type":")" + type + R"(","payload":)" + payload
        + "}\n";
}

std::string session(const std::string& id, const std::string& prompt, const std::string& more = {})
{
    return line("session_meta",
                R"({"id":")" + id + R"(","cwd":"/home/dev/shop","git":{"branch":"main"})" + more
                    + "}")
        + line("response_item",
               R"({"type":"message","role":"user","content":[{"type":"input_text","text":")"
                   + prompt + "\"}]}");
}

/// Gives a file a time that many hours ago.
void age(const fs::path& path, int hours)
{
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(hours));
}

std::vector<FoundSession> findIn(const fs::path& folder, std::size_t limit = 100)
{
    Job job;
    auto found = findCodexSessions(folder, limit, job);
    if (!found)
        qFatal("%s", found.error().message.c_str());
    return *found;
}

} // namespace

void TestCodexFinder::theNewestStandFirst()
{
    const tests::LogFolder folder;
    age(folder.write("sessions/2026/03/01/rollout-a.jsonl", session("a", "Old")), 5);
    age(folder.write("sessions/2026/02/01/rollout-b.jsonl", session("b", "Taken up again")), 1);
    age(folder.write("archived_sessions/rollout-c.jsonl", session("c", "Put away")), 3);
    const auto found = findIn(folder.path());
    QCOMPARE(found.size(), std::size_t {3});
    QCOMPARE(found[0].title, std::string("Taken up again"));
    QCOMPARE(found[1].title, std::string("Put away"));
    QCOMPARE(found[2].title, std::string("Old"));
    QCOMPARE(found[0].program, std::string("Codex"));
    QCOMPARE(found[0].cwd, std::string("/home/dev/shop"));
    QCOMPARE(found[0].gitBranch, std::string("main"));
    QCOMPARE(found[0].path, folder.path() / "sessions/2026/02/01/rollout-b.jsonl");
}

void TestCodexFinder::theListIsCapped()
{
    const tests::LogFolder folder;
    for (int i = 0; i < 9; ++i) {
        const std::string n = std::to_string(i);
        age(folder.write("sessions/2026/03/01/rollout-" + n + ".jsonl", session(n, n)), i);
    }
    const auto found = findIn(folder.path(), 4);
    QCOMPARE(found.size(), std::size_t {4});
    QCOMPARE(found[3].title, std::string("3"));
}

void TestCodexFinder::titlesAreThoseOfTheOpenedSession()
{
    const tests::LogFolder folder;
    folder.write("sessions/2026/03/01/rollout-a.jsonl",
                 tests::contentOf(tests::dataDir() / "codex/rollout.jsonl"));
    folder.write("sessions/2026/03/01/rollout-b.jsonl",
                 tests::contentOf(tests::dataDir() / "codex/events.jsonl"));
    folder.write("sessions/2025/06/01/rollout-c.jsonl",
                 tests::contentOf(tests::dataDir() / "codex/flat.jsonl"));
    const auto found = findIn(folder.path());
    QCOMPARE(found.size(), std::size_t {3});
    for (const FoundSession& entry : found) {
        const auto trace = tests::tryOpen(entry.path);
        QVERIFY(trace.has_value());
        QCOMPARE(entry.title, (*trace)->sessions()[0].title);
        QCOMPARE(entry.cwd, (*trace)->sessions()[0].cwd);
    }
}

void TestCodexFinder::aNameAtTheEndOfALongFileIsSeen()
{
    const tests::LogFolder folder;
    std::string text = session("a", "First");
    while (text.size() < 1'000'000)
        text += line("event_msg", R"({"type":"x","text":")" + std::string(5000, 'x') + "\"}");
    text += line("event_msg", R"({"type":"thread_name_updated","thread_name":"My own"})");
    folder.write("sessions/2026/03/01/rollout-a.jsonl", text);
    QCOMPARE(findIn(folder.path()).at(0).title, std::string("My own"));
}

void TestCodexFinder::whatOthersStartedIsCountedWithThem()
{
    const tests::LogFolder folder;
    folder.write("sessions/2026/03/01/rollout-a.jsonl", session("a", "First"));
    for (const char* name : {"b", "c"})
        folder.write("sessions/2026/03/01/rollout-" + std::string(name) + ".jsonl",
                     session(name, "Look", R"(,"parent_thread_id":"a")"));
    const auto found = findIn(folder.path());
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].subAgentFiles, std::size_t {2});
}

void TestCodexFinder::thePlainFileGoesBeforeThePackedOne()
{
    const tests::LogFolder folder;
    folder.write("sessions/2026/03/01/rollout-a.jsonl", session("a", "Plain"));
    // Never looked into, or it would not be a session.
    folder.write("sessions/2026/03/01/rollout-a.jsonl.zst", "packed");
    const auto found = findIn(folder.path());
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].title, std::string("Plain"));
}

void TestCodexFinder::whatIsNoSessionIsLeftOut()
{
    const tests::LogFolder folder;
    folder.write("sessions/2026/03/01/rollout-empty.jsonl", "");
    folder.write("sessions/2026/03/01/rollout-other.jsonl", "{\"a\":1}\n[]\nwords\n");
    folder.write("sessions/2026/03/01/rollout-broken.jsonl.zst", "no zstd");
    folder.write("sessions/2026/03/01/notes.jsonl", session("n", "Notes"));
    folder.write("sessions/2026/03/01/deeper/still/rollout-d.jsonl", session("d", "Deep"));
    folder.write("history.jsonl", session("h", "History"));
    QVERIFY(findIn(folder.path()).empty());
}

void TestCodexFinder::aMissingFolderIsNamed()
{
    const tests::LogFolder folder;
    Job job;
    const auto found = findCodexSessions(folder.path() / "nowhere", 10, job);
    QVERIFY(!found.has_value());
    QCOMPARE(found.error().code, ErrorCode::NotFound);
    QVERIFY(found.error().message.find("nowhere") != std::string::npos);
}

void TestCodexFinder::itCanBeCancelled()
{
    const tests::LogFolder folder;
    folder.write("sessions/2026/03/01/rollout-a.jsonl", session("a", "x"));
    Job job;
    job.cancel();
    const auto found = findCodexSessions(folder.path(), 10, job);
    QVERIFY(!found.has_value());
    QCOMPARE(found.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestCodexFinder)
#include "tst_codex_finder.moc"
