#include "tests/support/temporary_folder.h"
#include "tests/support/zip_file.h"
#include "tracestore/store/byte_source.h"
#include "tracestore/store/zip_text.h"

#include <QTest>

#include <archive.h>
#include <archive_entry.h>

using namespace tests;
using tracestore::ByteSource;
using tracestore::ErrorCode;
using tracestore::Job;
using tracestore::ZipText;

namespace {

/// Writes blocks of one byte, packed.
void writePacked(const std::filesystem::path& path, std::size_t mebibytes, char byte)
{
    const std::unique_ptr<archive, int (*)(archive*)> packer(archive_write_new(),
                                                             archive_write_free);
    archive_write_add_filter_zstd(packer.get());
    archive_write_set_format_raw(packer.get());
    archive_write_open_filename(packer.get(), path.c_str());
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                         archive_entry_free);
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_write_header(packer.get(), entry.get());
    const std::string block(std::size_t {1} << 20U, byte);
    for (std::size_t i = 0; i < mebibytes; ++i)
        archive_write_data(packer.get(), block.data(), block.size());
    archive_write_close(packer.get());
}

/// Text that packs to about a third, the same every time.
std::string someText(std::size_t size)
{
    std::string text;
    for (std::uint32_t state = 1; text.size() < size; state = state * 1664525 + 1013904223)
        text += "{\"n\":" + std::to_string(state) + "}\n";
    text.resize(size);
    return text;
}

std::string packed(const std::string& text, bool isGzip)
{
    const std::unique_ptr<archive, int (*)(archive*)> packer(archive_write_new(),
                                                             archive_write_free);
    isGzip ? archive_write_add_filter_gzip(packer.get())
           : archive_write_add_filter_zstd(packer.get());
    archive_write_set_format_raw(packer.get());
    std::string out(text.size() + 4096, '\0');
    std::size_t used = 0;
    archive_write_set_bytes_in_last_block(packer.get(), 1);
    archive_write_open_memory(packer.get(), out.data(), out.size(), &used);
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                         archive_entry_free);
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_write_header(packer.get(), entry.get());
    archive_write_data(packer.get(), text.data(), text.size());
    archive_write_close(packer.get());
    out.resize(used);
    return out;
}

/// Sets a variable of the environment for as long as this object is there.
class Environment
{
public:
    Environment(const char* name, const QByteArray& value)
        : m_name(name)
        , m_before(qgetenv(name))
        , m_wasSet(qEnvironmentVariableIsSet(name))
    {
        qputenv(name, value);
    }

    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

    ~Environment() { m_wasSet ? qputenv(m_name, m_before) : qunsetenv(m_name); }

private:
    const char* m_name;
    QByteArray m_before;
    bool m_wasSet;
};

} // namespace

class TestByteSource : public QObject
{
    Q_OBJECT

private slots:
    void whatRepeatsItselfIsUnpacked();
    void whatIsMadeToFillADiskIsRefused();
    void unpacksWhereTheTemporaryFolderIsMissing();
    void anArchiveIsOneTextOfItsEntries();
    void anEmptyArchiveIsRefused();
    void anArchiveMadeToFillADiskIsRefused();
    void anArchiveOfTooManyEntriesIsRead();
    void severalPackedPartsAreOneText();
    void aCutFileGivesWhatStandsBeforeTheCut_data();
    void aCutFileGivesWhatStandsBeforeTheCut();
    void aDamagedFileGivesWhatStandsBeforeTheDamage();
    void whatHappensToAnOpenFile_data();
    void whatHappensToAnOpenFile();
};

/// The control of the next: the same content, but no more of it than a trace may hold.
void TestByteSource::whatRepeatsItselfIsUnpacked()
{
    const TemporaryFolder folder;
    writePacked(folder.file("small.zst"), 64, ' ');
    Job job;
    const auto source = ByteSource::open(folder.file("small.zst"), job);
    QVERIFY2(source, source ? "" : source.error().message.c_str());
    QCOMPARE((*source)->size(), std::uint64_t {64} << 20U);
}

void TestByteSource::whatIsMadeToFillADiskIsRefused()
{
    const TemporaryFolder folder;
    writePacked(folder.file("bomb.zst"), 600, ' ');
    Job job;
    const auto source = ByteSource::open(folder.file("bomb.zst"), job);
    QVERIFY(!source);
    QCOMPARE(source.error().code, ErrorCode::Limit);
    QVERIFY(source.error().message.find("300 times its size") != std::string::npos);
}

void TestByteSource::unpacksWhereTheTemporaryFolderIsMissing()
{
    const TemporaryFolder folder;
    writePacked(folder.file("a.zst"), 1, 'a');
    const Environment elsewhere("TMPDIR", "/there/is/no/such/folder");
    Job job;
    const auto source = ByteSource::open(folder.file("a.zst"), job);
    QVERIFY2(source, source ? "" : source.error().message.c_str());
    QCOMPARE((*source)->size(), std::uint64_t {1} << 20U);
}

void TestByteSource::anArchiveIsOneTextOfItsEntries()
{
    const TemporaryFolder folder;
    writeFile(folder.file("a.zip"), zipOf({{"x/a.json", "{}"}, {"quote\".txt", ""}, {"b", "two"}}));
    Job job;
    const auto source = ByteSource::open(folder.file("a.zip"), job);
    QVERIFY2(source, source ? "" : source.error().message.c_str());
    const std::string expected = "{\"kymo.entry\":\"x/a.json\"}\n{}\n"
                                 "{\"kymo.entry\":\"quote\\\".txt\"}\n\n"
                                 "{\"kymo.entry\":\"b\"}\ntwo\n";
    QCOMPARE((*source)->read(0, (*source)->size()).value_or(""), expected);
    QVERIFY((*source)->damage().empty());
}

void TestByteSource::anEmptyArchiveIsRefused()
{
    const TemporaryFolder folder;
    writeFile(folder.file("a.zip"), std::string("PK\x03\x04", 4));
    Job job;
    const auto source = ByteSource::open(folder.file("a.zip"), job);
    QVERIFY(!source);
    QCOMPARE(source.error().code, ErrorCode::Corrupt);
}

void TestByteSource::anArchiveMadeToFillADiskIsRefused()
{
    const TemporaryFolder folder;
    const std::string zeros(std::size_t {300} << 20U, '0');
    writeFile(folder.file("a.zip"), zipOf({{"bomb", zeros}}));
    QVERIFY(std::filesystem::file_size(folder.file("a.zip")) < (std::size_t {1} << 20U));
    Job job;
    const auto source = ByteSource::open(folder.file("a.zip"), job);
    QVERIFY(!source);
    QCOMPARE(source.error().code, ErrorCode::Limit);
}

void TestByteSource::anArchiveOfTooManyEntriesIsRead()
{
    const std::vector<ZipEntry> entries(ZipText::kMaxEntries + 1, ZipEntry {"e", "1"});
    const TemporaryFolder folder;
    writeFile(folder.file("a.zip"), zipOf(entries));
    Job job;
    const auto source = ByteSource::open(folder.file("a.zip"), job);
    QVERIFY2(source, source ? "" : source.error().message.c_str());
    QVERIFY((*source)->damage().find("200,000") != std::string::npos);
}

void TestByteSource::severalPackedPartsAreOneText()
{
    const TemporaryFolder folder;
    for (const bool isGzip : {true, false}) {
        writeFile(folder.file("parts"), packed("one\n", isGzip) + packed("two\n", isGzip));
        Job job;
        const auto source = ByteSource::open(folder.file("parts"), job);
        QVERIFY2(source, source ? "" : source.error().message.c_str());
        QCOMPARE((*source)->read(0, (*source)->size()).value_or(""), std::string("one\ntwo\n"));
        QCOMPARE((*source)->damage(), std::string());
    }
}

void TestByteSource::aCutFileGivesWhatStandsBeforeTheCut_data()
{
    QTest::addColumn<bool>("isGzip");
    QTest::addColumn<std::size_t>("left"); // bytes cut off the end
    QTest::addColumn<std::size_t>("atLeast"); // of the text
    // A third of the size, so the last thousand bytes hold some three thousand of the text.
    QTest::newRow("gzip, in its checksum") << true << std::size_t {3} << std::size_t {2'000'000};
    QTest::newRow("gzip, in the content") << true << std::size_t {1000} << std::size_t {1'900'000};
    // zstd gives whole blocks of 128 KiB only.
    QTest::newRow("zstd, in the content") << false << std::size_t {1000} << std::size_t {1'700'000};
}

void TestByteSource::aCutFileGivesWhatStandsBeforeTheCut()
{
    QFETCH(const bool, isGzip);
    QFETCH(const std::size_t, left);
    QFETCH(const std::size_t, atLeast);
    const TemporaryFolder folder;
    const std::string text = someText(2'000'000);
    std::string bytes = packed(text, isGzip);
    bytes.resize(bytes.size() - left);
    writeFile(folder.file("cut"), bytes);
    Job job;
    const auto source = ByteSource::open(folder.file("cut"), job);
    QVERIFY2(source, source ? "" : source.error().message.c_str());
    const std::string content = (*source)->read(0, (*source)->size()).value_or("");
    QVERIFY2(content.size() >= atLeast, std::to_string(content.size()).c_str());
    QVERIFY(text.starts_with(content));
    QVERIFY((*source)->damage().find("damaged or cut off") != std::string::npos);
}

void TestByteSource::aDamagedFileGivesWhatStandsBeforeTheDamage()
{
    const TemporaryFolder folder;
    const std::string text = someText(2'000'000);
    for (const bool isGzip : {true, false}) {
        std::string bytes = packed(text, isGzip);
        // An end that is nothing at all: both formats see that.
        std::fill(bytes.end() - 2000, bytes.end(), '\xEE');
        writeFile(folder.file("damaged"), bytes);
        Job job;
        const auto source = ByteSource::open(folder.file("damaged"), job);
        QVERIFY2(source, source ? "" : source.error().message.c_str());
        const std::string content = (*source)->read(0, 1'000'000).value_or("");
        QCOMPARE(content, text.substr(0, 1'000'000));
        QVERIFY(!(*source)->damage().empty());
    }
}

void TestByteSource::whatHappensToAnOpenFile_data()
{
    QTest::addColumn<QByteArray>("later");
    QTest::addColumn<bool>("isStillTrue");
    const QByteArray before("one\ntwo\n");
    QTest::newRow("it grew") << before + "three\n" << true;
    QTest::newRow("it was cut") << QByteArray("one\n") << false;
    QTest::newRow("it was emptied") << QByteArray() << false;
    QTest::newRow("it was written anew, and is longer")
        << QByteArray("another text\nof two lines\n") << false;
}

void TestByteSource::whatHappensToAnOpenFile()
{
    QFETCH(const QByteArray, later);
    QFETCH(const bool, isStillTrue);
    const TemporaryFolder folder;
    writeFile(folder.file("log"), "one\ntwo\n");
    Job job;
    const auto source = ByteSource::open(folder.file("log"), job);
    QVERIFY(source);
    QCOMPARE((*source)->read(0, 3).value_or(""), std::string("one"));
    writeFile(folder.file("log"), later.toStdString());
    const auto again = (*source)->read(0, 3);
    QCOMPARE(again.has_value(), isStillTrue);
    if (!isStillTrue)
        QVERIFY(again.error().message.find("Open it again") != std::string::npos);
    // Whoever has it open keeps a deleted file.
    std::filesystem::remove(folder.file("log"));
    QCOMPARE((*source)->read(0, 3).has_value(), isStillTrue);
}

QTEST_GUILESS_MAIN(TestByteSource)
#include "tst_byte_source.moc"
