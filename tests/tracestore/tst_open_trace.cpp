#include "tests/support/opened.h"

#include <QTest>

using namespace tests;
using tracestore::ReportRow;
using tracestore::ReportSeverity;
using tracestore::Trace;

namespace {

constexpr std::string_view kOtlp
    = R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c",)"
      R"("spanId":"b7ad6b7169203331","name":"chat"}]}]}]})";
constexpr std::string_view kClaude
    = R"({"type":"user","uuid":"u1","parentUuid":null,"sessionId":"s1","version":"2.1.0",)"
      R"("timestamp":"2026-01-02T03:04:05Z","message":{"role":"user","content":"hello"}})"
      "\n";

/// The row that says this; null for none.
const ReportRow* rowWith(const Trace& trace, std::string_view text)
{
    for (const ReportRow& row : trace.report().rows()) {
        if (row.message.find(text) != std::string::npos)
            return &row;
    }
    return nullptr;
}

std::string fileOf(const Trace& trace, const ReportRow& row)
{
    return std::filesystem::path(trace.origin().files.at(row.file)).filename().string();
}

} // namespace

class TestOpenTrace : public QObject
{
    Q_OBJECT

private slots:
    void aFolderOfOneFormatIsWhole();
    void aFileOfAFolderThatCannotBeReadIsReported();
    void aFolderOfWhichNothingCanBeReadIsRefusedForThat();
    void tracesOfAnotherFormatInAFolderAreReported();
    void otherFilesInAFolderAreNoted();
    void linksThatLeadNowhereDoNotEndTheWalk();

private:
    /// The header of gzip and then nothing that it allows: nobody can read it, not even the
    /// superuser.
    static constexpr std::string_view kUnreadable {"\x1F\x8B\x08\0\0\0\0\0\0\3\xFF\xFF\xFF\xFF",
                                                   14};
};

void TestOpenTrace::aFolderOfOneFormatIsWhole()
{
    const TestFolder folder;
    const auto path = folder.write("a.json", kOtlp).parent_path();
    folder.write("b.json", kOtlp);
    const auto trace = openFiles({path});
    QVERIFY(trace);
    QCOMPARE((*trace)->origin().files.size(), 2);
    QCOMPARE((*trace)->report().broken() + (*trace)->report().dropped(), 0);
}

void TestOpenTrace::aFileOfAFolderThatCannotBeReadIsReported()
{
    const TestFolder folder;
    const auto path = folder.write("a.json", kOtlp).parent_path();
    folder.write("b.json.gz", kUnreadable);
    const auto trace = openFiles({path});
    QVERIFY(trace);
    QCOMPARE((*trace)->spanCount(), 1);
    QCOMPARE((*trace)->report().broken(), 1);
    const ReportRow* row = rowWith(**trace, "cannot be unpacked");
    QVERIFY(row != nullptr);
    QCOMPARE(fileOf(**trace, *row), std::string("b.json.gz"));
}

void TestOpenTrace::aFolderOfWhichNothingCanBeReadIsRefusedForThat()
{
    const TestFolder folder;
    const auto path = folder.write("b.json.gz", kUnreadable).parent_path();
    const auto trace = openFiles({path});
    QVERIFY(!trace);
    QVERIFY(trace.error().message.find("cannot be unpacked") != std::string::npos);
}

void TestOpenTrace::tracesOfAnotherFormatInAFolderAreReported()
{
    const TestFolder folder;
    const auto path = folder.write("a.json", kOtlp).parent_path();
    folder.write("b.json", kOtlp);
    folder.write("c.jsonl", kClaude);
    const auto trace = openFiles({path});
    QVERIFY(trace);
    QCOMPARE((*trace)->origin().formatId, std::string("otlp"));
    QCOMPARE((*trace)->report().dropped(), 1);
    const ReportRow* row = rowWith(**trace, "another format");
    QVERIFY(row != nullptr);
    QCOMPARE(row->severity, ReportSeverity::Dropped);
    QCOMPARE(fileOf(**trace, *row), std::string("c.jsonl"));
}

void TestOpenTrace::otherFilesInAFolderAreNoted()
{
    const TestFolder folder;
    const auto path = folder.write("a.json", kOtlp).parent_path();
    folder.write("notes.txt", "some notes");
    folder.write("photo.png", "\x89PNG");
    const auto trace = openFiles({path});
    QVERIFY(trace);
    QCOMPARE((*trace)->report().dropped() + (*trace)->report().broken(), 0);
    const ReportRow* row = rowWith(**trace, "no trace of a format");
    QVERIFY(row != nullptr);
    QCOMPARE(row->severity, ReportSeverity::Note);
    QCOMPARE(row->count, 2);
    QCOMPARE(fileOf(**trace, *row), std::string("notes.txt"));
}

void TestOpenTrace::linksThatLeadNowhereDoNotEndTheWalk()
{
    const TestFolder folder;
    const auto path = folder.write("z.json", kOtlp).parent_path();
    std::filesystem::create_symlink("nowhere", path / "a-broken");
    std::filesystem::create_symlink("b-loop", path / "b-loop");
    std::filesystem::create_directory_symlink(path, path / "c-up");
    const auto trace = openFiles({path});
    QVERIFY2(trace, trace ? "" : trace.error().message.c_str());
    QCOMPARE((*trace)->spanCount(), 1);
}

QTEST_GUILESS_MAIN(TestOpenTrace)
#include "tst_open_trace.moc"
