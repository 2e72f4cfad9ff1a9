#include "tests/support/trace_maker.h"
#include "tracestore/export/export_trace.h"
#include "tracestore/register_builtins.h"
#include "tracestore/store/file_sink.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace tracestore;
using namespace Qt::StringLiterals;

class TestFileSink : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void aFileAppearsWhenItIsWhole();
    void withoutCommitTheOldFileStays();
    void newFilesArePrivate();
    void replacedFilesKeepTheirPermissions();
    void linksAreFollowed();
    void foldersAndMissingFoldersAreRefused();
    void theSourceIsNeverWrittenOver();
    void cancellingLeavesNothing();
    void theNameSaysTheFormat_data();
    void theNameSaysTheFormat();

private:
    [[nodiscard]] std::filesystem::path path(const char* name) const
    {
        return m_folder->filePath(QString::fromLatin1(name)).toStdString();
    }

    [[nodiscard]] QByteArray content(const char* name) const
    {
        QFile file(m_folder->filePath(QString::fromLatin1(name)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(none)");
    }

    void put(const char* name, const QByteArray& text) const
    {
        QFile file(m_folder->filePath(QString::fromLatin1(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }

    [[nodiscard]] qsizetype fileCount() const
    {
        return QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden).size();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestFileSink::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestFileSink::aFileAppearsWhenItIsWhole()
{
    auto sink = FileSink::create(path("a"));
    QVERIFY(sink.has_value());
    QVERIFY((*sink)->write("one ").has_value());
    QVERIFY(!std::filesystem::exists(path("a")));
    QVERIFY((*sink)->write("two").has_value());
    QVERIFY((*sink)->commit().has_value());
    QCOMPARE(content("a"), QByteArray("one two"));
    QCOMPARE(fileCount(), qsizetype {1});
}

void TestFileSink::withoutCommitTheOldFileStays()
{
    put("a", "old");
    {
        auto sink = FileSink::create(path("a"));
        QVERIFY((*sink)->write("new").has_value());
    }
    QCOMPARE(content("a"), QByteArray("old"));
    QCOMPARE(fileCount(), qsizetype {1});
}

void TestFileSink::newFilesArePrivate()
{
    auto sink = FileSink::create(path("a"));
    QVERIFY((*sink)->commit().has_value());
    using std::filesystem::perms;
    QCOMPARE(std::filesystem::status(path("a")).permissions(),
             perms::owner_read | perms::owner_write);
}

void TestFileSink::replacedFilesKeepTheirPermissions()
{
    put("a", "old");
    const auto wanted = static_cast<std::filesystem::perms>(0644);
    std::filesystem::permissions(path("a"), wanted);
    auto sink = FileSink::create(path("a"));
    QVERIFY((*sink)->commit().has_value());
    QCOMPARE(std::filesystem::status(path("a")).permissions(), wanted);
}

void TestFileSink::linksAreFollowed()
{
    put("target", "old");
    std::filesystem::create_symlink("target", path("link"));
    auto sink = FileSink::create(path("link"));
    QVERIFY((*sink)->write("new").has_value());
    QVERIFY((*sink)->commit().has_value());
    QVERIFY(std::filesystem::is_symlink(path("link")));
    QCOMPARE(content("target"), QByteArray("new"));
}

void TestFileSink::foldersAndMissingFoldersAreRefused()
{
    QCOMPARE(FileSink::create(m_folder->path().toStdString()).error().code, ErrorCode::Unsupported);
    QCOMPARE(FileSink::create("/dev/null").error().code, ErrorCode::Unsupported);
    QCOMPARE(FileSink::create(path("none/a")).error().code, ErrorCode::Io);
}

void TestFileSink::theSourceIsNeverWrittenOver()
{
    put("source", "evidence");
    std::filesystem::create_hard_link(path("source"), path("other-name"));
    TraceBuilder builder({.formatId = "test"});
    builder.addFile(path("source").string());
    builder.addSession({});
    const TracePtr trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    const auto exporters = builtinExporters();
    Job job;
    for (const char* name : {"source", "other-name"}) {
        const auto done = exportTrace(*trace, *exporters.find("jsonl"), path(name), job);
        QVERIFY(!done);
        QCOMPARE(done.error().code, ErrorCode::Invalid);
    }
    QCOMPARE(content("source"), QByteArray("evidence"));
    QVERIFY(exportTrace(*trace, *exporters.find("jsonl"), path("copy"), job).has_value());
}

void TestFileSink::cancellingLeavesNothing()
{
    put("a", "old");
    const auto exporters = builtinExporters();
    Job job;
    job.cancel();
    const auto done
        = exportTrace(*tests::makeAgentTrace(3), *exporters.find("otlp"), path("a"), job);
    QVERIFY(!done);
    QCOMPARE(done.error().code, ErrorCode::Cancelled);
    QCOMPARE(content("a"), QByteArray("old"));
    QCOMPARE(fileCount(), qsizetype {1});
}

void TestFileSink::theNameSaysTheFormat_data()
{
    QTest::addColumn<QString>("chosen");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("file");
    QTest::newRow("as chosen") << u"otlp"_s << u"a.otlp.json"_s << u"otlp"_s << u"a.otlp.json"_s;
    QTest::newRow("another") << u"otlp"_s << u"rep.HTML"_s << u"html"_s << u"rep.HTML"_s;
    QTest::newRow("none") << u"otlp"_s << u"rep"_s << u"otlp"_s << u"rep.otlp.json"_s;
    QTest::newRow("nobody's") << u"html"_s << u"v1.2"_s << u"html"_s << u"v1.2.html"_s;
}

void TestFileSink::theNameSaysTheFormat()
{
    QFETCH(QString, chosen);
    QFETCH(QString, name);
    const auto exporters = builtinExporters();
    std::filesystem::path file = name.toStdString();
    const Exporter* first = exporters.find(chosen.toStdString());
    QVERIFY(first != nullptr);
    const Exporter& meant = exporterMeant(exporters, *first, file);
    QTEST(QString::fromStdString(std::string(meant.id())), "format");
    QTEST(QString::fromStdString(file.string()), "file");
}

QTEST_GUILESS_MAIN(TestFileSink)
#include "tst_file_sink.moc"
