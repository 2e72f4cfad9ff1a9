#include "tests/support/odd_trace.h"
#include "tests/support/trace_maker.h"
#include "tracestore/export/csv_exporter.h"

#include <QTest>

using namespace tracestore;

class TestCsvExporter : public QObject
{
    Q_OBJECT

private slots:
    void everyLineHasTheFieldsOfTheHeader();
    void textsComeBack();
    void formulasAreDisarmed_data();
    void formulasAreDisarmed();
    void whatIsNotKnownIsEmpty();
};

namespace {

using Table = std::vector<std::vector<std::string>>;

/// RFC 4180, by the letter.
Table parsed(const std::string& text)
{
    Table table(1, {std::string()});
    bool isQuoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string& field = table.back().back();
        if (isQuoted && text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"')
            field += text[++i];
        else if (text[i] == '"')
            isQuoted = !isQuoted;
        else if (isQuoted)
            field += text[i];
        else if (text[i] == ',')
            table.back().emplace_back();
        else if (text.compare(i, 2, "\r\n") == 0 && ++i > 0)
            table.push_back({std::string()});
        else
            field += text[i];
    }
    table.pop_back(); // behind the last line end
    return table;
}

Table exported(const Trace& trace)
{
    StringSink sink;
    Job job;
    return CsvExporter().write(trace, sink, job) ? parsed(sink.bytes()) : Table();
}

std::string fieldOf(const Table& table, std::size_t row, const std::string& column)
{
    const auto place = std::ranges::find(table[0], column);
    return place == table[0].end() ? "no such column"
                                   : table[row][static_cast<std::size_t>(place - table[0].begin())];
}

TracePtr withName(const std::string& name)
{
    TraceBuilder builder = tests::builderWithSession();
    builder.addSpan({.session = SessionId(0), .name = name});
    return builder.finish(std::make_shared<tests::FixedPayloads>());
}

} // namespace

void TestCsvExporter::everyLineHasTheFieldsOfTheHeader()
{
    const TracePtr trace = tests::makeAgentTrace(20);
    const Table table = exported(*trace);
    QCOMPARE(table.size(), trace->spanCount() + 1);
    for (const auto& row : table)
        QCOMPARE(row.size(), table[0].size());
    QCOMPARE(fieldOf(table, 1, "step"), std::string("0"));
    QCOMPARE(fieldOf(table, 1, "parent"), std::string());
    QCOMPARE(fieldOf(table, 2, "parent"), std::string("0"));
}

void TestCsvExporter::textsComeBack()
{
    const std::string name = "a \"b\", c\nd\xC3\xA4";
    QCOMPARE(fieldOf(exported(*withName(name)), 1, "name"), name);
}

void TestCsvExporter::formulasAreDisarmed_data()
{
    QTest::addColumn<std::string>("name");
    for (const char* name : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1"})
        QTest::newRow(name) << std::string(name);
}

void TestCsvExporter::formulasAreDisarmed()
{
    QFETCH(std::string, name);
    QCOMPARE(fieldOf(exported(*withName(name)), 1, "name"), "'" + name);
}

void TestCsvExporter::whatIsNotKnownIsEmpty()
{
    const Table table = exported(*withName("x"));
    for (const char* column : {"start", "duration_ms", "tokens_input", "cost", "error", "model"})
        QCOMPARE(fieldOf(table, 1, column), std::string());
    QCOMPARE(fieldOf(table, 1, "status"), std::string("unknown"));
}

QTEST_GUILESS_MAIN(TestCsvExporter)
#include "tst_csv_exporter.moc"
