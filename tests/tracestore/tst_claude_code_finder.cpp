#include "tests/support/test_paths.h"
#include "tests/tracestore/claude_code_files.h"
#include "tracestore/import/claude_code/claude_code_finder.h"

#include <QTest>

using namespace tracestore;

class TestClaudeCodeFinder : public QObject
{
    Q_OBJECT

private slots:
    void theNewestStandFirst();
    void theListIsCapped();
    void titlesAreThoseOfTheOpenedSession();
    void aTitleAtTheEndOfALongFileIsSeen();
    void whatIsNoSessionIsLeftOut();
    void aMissingFolderIsNamed();
    void itCanBeCancelled();
};

namespace {

namespace fs = std::filesystem;

std::string session(const std::string& id, const std::string& prompt)
{
    return R"({"type":"user","uuid":"u","parentUuid":null,"sessionId":")" + id
        + R"(","cwd":"/home/dev/shop","gitBranch":"main","message":{"role":"user","content":")"
        + prompt + "\"}}\n";
}

/// Gives a file a time that many hours ago.
void age(const fs::path& path, int hours)
{
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(hours));
}

std::vector<FoundSession> findIn(const fs::path& projects, std::size_t limit = 100)
{
    Job job;
    auto found = findClaudeSessions(projects, limit, job);
    if (!found)
        qFatal("%s", found.error().message.c_str());
    return *found;
}

} // namespace

void TestClaudeCodeFinder::theNewestStandFirst()
{
    const tests::LogFolder folder;
    age(folder.write("a/old.jsonl", session("old", "Old")), 5);
    age(folder.write("b/new.jsonl", session("new", "New")), 1);
    age(folder.write("a/middle.jsonl", session("middle", "Middle")), 3);
    const auto found = findIn(folder.path());
    QCOMPARE(found.size(), std::size_t {3});
    QCOMPARE(found[0].title, std::string("New"));
    QCOMPARE(found[1].title, std::string("Middle"));
    QCOMPARE(found[2].title, std::string("Old"));
    QCOMPARE(found[0].path, folder.path() / "b/new.jsonl");
    QCOMPARE(found[0].cwd, std::string("/home/dev/shop"));
    QCOMPARE(found[0].gitBranch, std::string("main"));
    QCOMPARE(found[0].size, std::uint64_t {session("new", "New").size()});
    QCOMPARE((found[0].modified - found[2].modified).ns / 3'600'000'000'000, std::int64_t {4});
}

void TestClaudeCodeFinder::theListIsCapped()
{
    const tests::LogFolder folder;
    for (int i = 0; i < 9; ++i)
        age(folder.write("p/" + std::to_string(i) + ".jsonl", session("s", std::to_string(i))), i);
    const auto found = findIn(folder.path(), 4);
    QCOMPARE(found.size(), std::size_t {4});
    QCOMPARE(found[3].title, std::string("3"));
}

void TestClaudeCodeFinder::titlesAreThoseOfTheOpenedSession()
{
    const auto found = findIn(tests::dataDir() / "claude-code");
    QCOMPARE(found.size(), std::size_t {2});
    for (const FoundSession& entry : found) {
        const auto trace = tests::tryOpen(entry.path);
        QVERIFY(trace.has_value());
        QCOMPARE(entry.title, (*trace)->sessions()[0].title);
        QCOMPARE(entry.cwd, (*trace)->sessions()[0].cwd);
        QCOMPARE(entry.subAgentFiles, std::size_t(entry.path.stem() == "first" ? 1 : 0));
    }
}

void TestClaudeCodeFinder::aTitleAtTheEndOfALongFileIsSeen()
{
    const tests::LogFolder folder;
    std::string text = session("s", "First");
    while (text.size() < 1'000'000)
        text += session("s", std::string(5000, 'x'));
    text += R"({"type":"custom-title","sessionId":"s","customTitle":"My own"})"
            "\n";
    folder.write("p/s.jsonl", text);
    QCOMPARE(findIn(folder.path()).at(0).title, std::string("My own"));
}

void TestClaudeCodeFinder::whatIsNoSessionIsLeftOut()
{
    const tests::LogFolder folder;
    folder.write("p/agent-1.jsonl", session("s", "Sub"));
    folder.write("p/empty.jsonl", "");
    folder.write("p/other.jsonl", "{\"a\":1}\n[]\nwords\n");
    folder.write("p/notes.txt", session("s", "Text"));
    folder.write("p/deeper/s.jsonl", session("s", "Deep"));
    folder.write("loose.jsonl", session("s", "Loose"));
    QVERIFY(findIn(folder.path()).empty());
}

void TestClaudeCodeFinder::aMissingFolderIsNamed()
{
    const tests::LogFolder folder;
    Job job;
    const auto found = findClaudeSessions(folder.path() / "nowhere", 10, job);
    QVERIFY(!found.has_value());
    QCOMPARE(found.error().code, ErrorCode::NotFound);
    QVERIFY(found.error().message.find("nowhere") != std::string::npos);
}

void TestClaudeCodeFinder::itCanBeCancelled()
{
    const tests::LogFolder folder;
    folder.write("p/s.jsonl", session("s", "x"));
    Job job;
    job.cancel();
    const auto found = findClaudeSessions(folder.path(), 10, job);
    QVERIFY(!found.has_value());
    QCOMPARE(found.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestClaudeCodeFinder)
#include "tst_claude_code_finder.moc"
