#include "tracestore/compare/text_difference.h"

#include <QTest>

using namespace tracestore;
using Kind = DifferenceLine::Kind;

class TestLineDifference : public QObject
{
    Q_OBJECT

private slots:
    void equalTextsHaveNone();
    void wordsThatDifferAreMarked();
    void contextIsKeptAsAskedFor();
    void nothingIsCutWhereAllIsWanted();
    void jsonIsComparedByMember_data();
    void jsonIsComparedByMember();
    void numbersStayAsTheyWereWritten();
    void textsOfManyLinesAreComparedByLine();
    void brokenTextsAreShownAsTheyAre();
    void charactersAreNotCutInTwo();

private:
    static std::vector<std::string> changedWords(const DifferenceLine& line)
    {
        std::vector<std::string> words;
        for (const auto& [first, size] : line.changed)
            words.push_back(line.text.substr(first, size));
        return words;
    }
};

void TestLineDifference::equalTextsHaveNone()
{
    QVERIFY(differenceOf("a\nb", "a\nb").empty());
    QVERIFY(jsonDifference(R"({"a":1,"b":2})", R"({ "b" : 2, "a" : 1 })").empty());
    QVERIFY(jsonDifference("", "").empty());
}

void TestLineDifference::wordsThatDifferAreMarked()
{
    const auto lines = differenceOf("order 1042 of the kettle", "order 1037 of the lamp");
    QCOMPARE(lines.size(), std::size_t {2});
    QVERIFY(lines[0].kind == Kind::Removed && lines[1].kind == Kind::Added);
    QCOMPARE(changedWords(lines[0]), (std::vector<std::string> {"1042", "kettle"}));
    QCOMPARE(changedWords(lines[1]), (std::vector<std::string> {"1037", "lamp"}));
}

void TestLineDifference::contextIsKeptAsAskedFor()
{
    const std::string text = "1\n2\n3\n4\n5\n6\n7\n8\n9";
    const std::string other = "1\n2\n3\n4\nfive\n6\n7\n8\n9";
    QCOMPARE(differenceText(differenceOf(text, other)),
             std::string("  ⋮\n  4\n- 5\n+ five\n  6\n  ⋮"));
    const auto lines = differenceOf(text, other);
    QCOMPARE(lines.front().leftOut, std::size_t {3});
    QCOMPARE(lines.back().leftOut, std::size_t {3});
    QCOMPARE(differenceText(differenceOf(text, other, {.context = 0})),
             std::string("  ⋮\n- 5\n+ five\n  ⋮"));
}

void TestLineDifference::nothingIsCutWhereAllIsWanted()
{
    std::string before;
    std::string after;
    for (int i = 0; i < 3000; ++i) {
        before += "line " + std::to_string(i) + std::string(300, 'x') + '\n';
        after
            += (i == 1500 ? "other " : "line ") + std::to_string(i) + std::string(300, 'x') + '\n';
    }
    const auto lines = differenceOf(before, after, DifferenceForm::whole());
    QCOMPARE(lines.size(), std::size_t {3002});
    for (const DifferenceLine& line : lines)
        QVERIFY(line.kind != Kind::LeftOut && line.text.find("…") == std::string::npos);
    const auto few = differenceOf(before, after);
    QCOMPARE(few.size(), std::size_t {6});
}

void TestLineDifference::jsonIsComparedByMember_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QString>("difference");
    QTest::newRow("a value") << R"({"id":7,"why":"late"})"
                             << R"({"why":"lost","id":7})"
                             << "  {\n    \"id\": 7,\n-   \"why\": \"late\"\n+   \"why\": "
                                "\"lost\"\n  }";
    QTest::newRow("a string is what it says") << R"("one\ntwo")"
                                              << R"("one\nthree")"
                                              << "  one\n- two\n+ three";
    QTest::newRow("something new") << ""
                                   << "12"
                                   << "+ 12";
    QTest::newRow("something gone") << R"("gone")"
                                    << ""
                                    << "- gone";
    QTest::newRow("no JSON") << "plain"
                             << "text"
                             << "- plain\n+ text";
}

void TestLineDifference::jsonIsComparedByMember()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    QFETCH(QString, difference);
    const auto lines = jsonDifference(before.toStdString(), after.toStdString());
    QCOMPARE(QString::fromStdString(differenceText(lines)), difference);
}

void TestLineDifference::numbersStayAsTheyWereWritten()
{
    // As doubles they would be one.
    const auto lines = jsonDifference("[10000000000000000000001]", "[10000000000000000000002]");
    QCOMPARE(differenceText(lines),
             std::string("- [10000000000000000000001]\n+ [10000000000000000000002]"));
}

void TestLineDifference::textsOfManyLinesAreComparedByLine()
{
    const auto lines = jsonDifference(R"({"path":"a.py","text":"def f():\n  return 1\n"})",
                                      R"({"path":"a.py","text":"def f():\n  return 2\n"})");
    const std::string text = differenceText(lines);
    QVERIFY2(text.find("-       return 1\n+       return 2") != std::string::npos, text.c_str());
}

void TestLineDifference::brokenTextsAreShownAsTheyAre()
{
    QCOMPARE(readableText("{\"a\":"), std::string("{\"a\":"));
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    QCOMPARE(readableText(deep), deep);
    QCOMPARE(differenceText(differenceOf("\xff", "a")), std::string("- \xEF\xBF\xBD\n+ a"));
}

void TestLineDifference::charactersAreNotCutInTwo()
{
    const auto lines = differenceOf("订单已退款", "订单未退款");
    QCOMPARE(changedWords(lines.front()), (std::vector<std::string> {"已"}));
    std::string words;
    for (int i = 0; i < 200; ++i)
        words += "größe ";
    for (const DifferenceLine& line : differenceOf("a " + words + "b", "c " + words + "b"))
        QVERIFY2(QString::fromStdString(line.text).toStdString() == line.text, line.text.c_str());
}

QTEST_GUILESS_MAIN(TestLineDifference)
#include "tst_line_difference.moc"
