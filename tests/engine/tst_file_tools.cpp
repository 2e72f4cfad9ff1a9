#include "engine/tool/builtin/file_tools.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tool_runs.h"

#include <QTest>

#include <sys/stat.h>

using namespace engine;
using tests::ToolRun;

namespace {

std::string withPath(const std::string& path)
{
    return "{\"path\":\"" + path + "\"}";
}

} // namespace

class TestFileTools : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void aFileIsReadPageByPage();
    void whatIsOutsideIsDenied_data();
    void whatIsOutsideIsDenied();
    void linksInsideAreFollowed();
    void whatIsNoTextFileIsRefused();
    void filesAreListed();
    void textsAreFound();
    void searchingIsStoppedByCancel();

private:
    struct Folder
    {
        tests::TemporaryFolder outer;
        std::filesystem::path root = outer.path() / "root";

        [[nodiscard]] RootPtr open() const { return *FileRoot::open(root); }
    };

    std::unique_ptr<Folder> m_folder;
    QThreadPool m_pool;
};

void TestFileTools::init()
{
    m_folder = std::make_unique<Folder>();
    const auto& root = m_folder->root;
    std::filesystem::create_directories(root / "docs" / "old");
    tests::writeFile(m_folder->outer.file("secret.txt"), "top secret\n");
    tests::writeFile(m_folder->outer.path() / "root2.txt", "neighbour\n");
    tests::writeFile(root / "a.txt", "one\ntwo\nthree\n");
    tests::writeFile(root / "docs" / "b.md", "The refund policy.\nNothing else.\n");
    tests::writeFile(root / "docs" / "old" / "c.md", "Old REFUND rules\n");
    tests::writeFile(root / "empty", "");
    tests::writeFile(root / "binary", std::string("a\0b", 3));
    std::filesystem::create_symlink("docs/b.md", root / "inside");
    std::filesystem::create_symlink("../secret.txt", root / "outside");
    std::filesystem::create_symlink("/", root / "top");
    std::filesystem::create_directory_symlink("..", root / "docs" / "up");
    QCOMPARE(::mkfifo((root / "pipe").c_str(), 0600), 0);
}

void TestFileTools::aFileIsReadPageByPage()
{
    const auto tool = makeReadFile(m_folder->open(), m_pool);
    ToolRun whole(*tool, withPath("a.txt"));
    QCOMPARE(whole.told(), std::string("ok: one\ntwo\nthree\n"));
    ToolRun absolute(*tool, withPath((m_folder->root / "docs/b.md").string()));
    QVERIFY(absolute.told().starts_with("ok: The refund"));
    ToolRun part(*tool, "{\"path\":\"a.txt\",\"line\":2,\"lines\":1}");
    QCOMPARE(part.told(), std::string("ok: two\n[lines 2 to 2 of 3; go on with line 3]"));
    ToolRun behind(*tool, "{\"path\":\"a.txt\",\"line\":9}");
    QCOMPARE(behind.told(), std::string("ok: [there is no line 9: the file has 3]"));
    ToolRun empty(*tool, withPath("empty"));
    QCOMPARE(empty.told(), std::string("ok: "));
    tests::writeFile(m_folder->root / "long", std::string(300'000, 'x') + "\nend\n");
    ToolRun longLine(*tool, withPath("long"));
    QVERIFY(longLine.told().find("[this line is longer than a page and was cut]")
            != std::string::npos);
    QVERIFY(longLine.told().size() < 70'000);
}

void TestFileTools::whatIsOutsideIsDenied_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("type");
    const auto row = [](const char* path, const char* type) {
        QTest::newRow(path) << QByteArray(path) << QByteArray(type);
    };
    row("../secret.txt", "denied");
    row("docs/../../secret.txt", "denied");
    row("outside", "denied");
    row("top/etc/passwd", "denied");
    row("docs/up/../secret.txt", "denied");
    row("docs/up/up/secret.txt", "not_found");
    row("/etc/passwd", "denied");
    row("/proc/self/root/etc/passwd", "denied");
    row("pipe", "denied");
    row("nowhere", "not_found");
    row("docs", "arguments");
    row("a.txt/x", "arguments");
    row("a.txt\\u0000.png", "arguments");
}

void TestFileTools::whatIsOutsideIsDenied()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, type);
    const auto tool = makeReadFile(m_folder->open(), m_pool);
    ToolRun run(*tool, withPath(path.toStdString()));
    QVERIFY2(!run.outcome().isOk(), run.told().c_str());
    QCOMPARE(run.outcome().error->type, type.toStdString());
    QVERIFY(run.told().find("top secret") == std::string::npos);
    // The folder beside begins with the same letters.
    ToolRun beside(*tool, withPath(m_folder->root.string() + "2.txt"));
    QVERIFY(beside.told().starts_with("denied"));
}

void TestFileTools::linksInsideAreFollowed()
{
    const auto tool = makeReadFile(m_folder->open(), m_pool);
    ToolRun run(*tool, withPath("inside"));
    QVERIFY2(run.told().starts_with("ok: The refund policy."), run.told().c_str());
}

void TestFileTools::whatIsNoTextFileIsRefused()
{
    const auto tool = makeReadFile(m_folder->open(), m_pool);
    ToolRun run(*tool, withPath("binary"));
    QCOMPARE(run.told(), std::string("failed: The file is not a text."));
}

void TestFileTools::filesAreListed()
{
    const auto tool = makeListFiles(m_folder->open(), m_pool);
    ToolRun top(*tool, "{}");
    QCOMPARE(top.told(),
             std::string("ok: a.txt (14 bytes)\nbinary (3 bytes)\ndocs/\nempty (0 bytes)\ninside "
                         "(link)\noutside (link)\npipe (0 bytes)\ntop (link)\n"));
    ToolRun all(*tool, "{\"pattern\":\"*.md\",\"recursive\":true}");
    QCOMPARE(all.told(), std::string("ok: docs/b.md (33 bytes)\ndocs/old/c.md (17 bytes)\n"));
    ToolRun below(*tool, "{\"path\":\"./docs/old/\"}");
    QCOMPARE(below.told(), std::string("ok: docs/old/c.md (17 bytes)\n"));
    ToolRun out(*tool, withPath("docs/up/.."));
    QVERIFY(out.told().starts_with("denied"));
    std::filesystem::create_directory(m_folder->root / "many");
    for (int i = 0; i < 1200; ++i)
        tests::writeFile(m_folder->root / "many" / std::to_string(i), "");
    ToolRun many(*tool, withPath("many"));
    QVERIFY(many.told().ends_with("[there are more; name a folder or a pattern]\n"));
}

void TestFileTools::textsAreFound()
{
    const auto tool = makeSearchFiles(m_folder->open(), m_pool);
    ToolRun folded(*tool, "{\"query\":\"refund\"}");
    QCOMPARE(
        folded.told(),
        std::string("ok: docs/b.md:1: The refund policy.\ndocs/old/c.md:1: Old REFUND rules\n"));
    ToolRun regex(*tool, "{\"query\":\"^t.o$\",\"regex\":true}");
    QCOMPARE(regex.told(), std::string("ok: a.txt:2: two\n"));
    ToolRun none(*tool, "{\"query\":\"top secret\"}");
    QCOMPARE(none.told(), std::string("ok: [nothing found]\n"));
    ToolRun wrong(*tool, "{\"query\":\"(\",\"regex\":true}");
    QVERIFY(wrong.told().starts_with("arguments: arguments.query:"));
}

void TestFileTools::searchingIsStoppedByCancel()
{
    for (int i = 0; i < 20; ++i)
        tests::writeFile(m_folder->root / std::to_string(i), std::string(4'000'000, 'x') + "\n");
    const auto tool = makeSearchFiles(m_folder->open(), m_pool);
    ToolRun run(*tool, "{\"query\":\"(x+x+)+y\",\"regex\":true}");
    run.cancel();
    QVERIFY(run.told(1000).starts_with("cancelled"));
    QVERIFY2(m_pool.waitForDone(5000), "the thread goes on");
}

QTEST_GUILESS_MAIN(TestFileTools)

#include "tst_file_tools.moc"
