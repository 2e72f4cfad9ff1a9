#include "tracestore/import/reading/json_lines.h"

#include <QTest>

#include <string>
#include <vector>

using namespace tracestore;

class TestJsonLines : public QObject
{
    Q_OBJECT

private slots:
    void linesKeepTheirPlaces();
    void carriageReturnsAreNoPartOfALine();
    void blankLinesCountButAreLeftOut();
    void aByteOrderMarkIsSkipped();
    void aLastLineWithoutAnEndIsTold();
    void zeroBytesAreOrdinary();
    void emptyTextsHaveNoLines();
};

namespace {

std::vector<TextLine> linesOf(std::string_view text)
{
    std::vector<TextLine> lines;
    JsonLines walk(text);
    while (const auto line = walk.next())
        lines.push_back(*line);
    return lines;
}

} // namespace

void TestJsonLines::linesKeepTheirPlaces()
{
    const std::string text = "{}\n[1]\n\"x\"\n";
    const auto lines = linesOf(text);
    QCOMPARE(lines.size(), std::size_t {3});
    for (const TextLine& line : lines)
        QCOMPARE(text.substr(line.offset, line.text.size()), std::string(line.text));
    QCOMPARE(lines[2].number, std::uint64_t {3});
    QCOMPARE(lines[2].offset, std::uint64_t {7});
}

void TestJsonLines::carriageReturnsAreNoPartOfALine()
{
    const auto lines = linesOf("{}\r\n{ }\r\n");
    QCOMPARE(lines.size(), std::size_t {2});
    QCOMPARE(std::string(lines[0].text), std::string("{}"));
    QCOMPARE(lines[1].offset, std::uint64_t {4});
}

void TestJsonLines::blankLinesCountButAreLeftOut()
{
    const auto lines = linesOf("\n \t\r\n{}\n\n");
    QCOMPARE(lines.size(), std::size_t {1});
    QCOMPARE(lines[0].number, std::uint64_t {3});
    QCOMPARE(lines[0].offset, std::uint64_t {5});
}

void TestJsonLines::aByteOrderMarkIsSkipped()
{
    const auto lines = linesOf("\xEF\xBB\xBF{}\n");
    QCOMPARE(lines.size(), std::size_t {1});
    QCOMPARE(std::string(lines[0].text), std::string("{}"));
    QCOMPARE(lines[0].offset, std::uint64_t {3});
}

void TestJsonLines::aLastLineWithoutAnEndIsTold()
{
    const auto lines = linesOf("{}\n{\"a");
    QCOMPARE(lines.size(), std::size_t {2});
    QVERIFY(lines[0].isEnded);
    QVERIFY(!lines[1].isEnded);
}

void TestJsonLines::zeroBytesAreOrdinary()
{
    const auto lines = linesOf(std::string_view("a\0b\n\0\n", 6));
    QCOMPARE(lines.size(), std::size_t {2});
    QCOMPARE(lines[0].text.size(), std::size_t {3});
}

void TestJsonLines::emptyTextsHaveNoLines()
{
    QVERIFY(linesOf("").empty());
    QVERIFY(linesOf("\xEF\xBB\xBF").empty());
    QVERIFY(linesOf("\n\r\n").empty());
}

QTEST_GUILESS_MAIN(TestJsonLines)
#include "tst_json_lines.moc"
