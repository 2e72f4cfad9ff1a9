#include "tests/support/growth.h"
#include "tracestore/base/json_repair.h"
#include "tracestore/base/json_scan.h"

#include <QTest>

using namespace tracestore;

class TestJsonScan : public QObject
{
    Q_OBJECT

private slots:
    void findsTheRecords_data();
    void findsTheRecords();
    void saysWhereTheTextIsCut();
    void aDocumentCutAtAnyByteGivesItsCompleteElements();
    void depthDoesNotMatter();
    void longTextsDoNotMatter();
    void manyDocumentsInOneLineTakeNoLonger();
    void countsLines();
    void repairsValues_data();
    void repairsValues();
};

namespace {

/// What a walk sees: objects at the top, or in a list at the top or below `"r"`, parted by blanks;
/// damage as its first letter in angle brackets.
std::string walk(std::string_view text)
{
    std::string seen;
    JsonScan scan(text, [&](const JsonDamage& damage) {
        seen += std::array {"<C>", "<B>", "<M>", "<N>"}.at(static_cast<std::size_t>(damage.fault));
    });
    const auto take = [&] {
        if (const auto value = scan.take())
            seen += std::string(*value) + ' ';
    };
    const auto takeList = [&] {
        while (scan.next())
            take();
    };
    while (scan.nextDocument()) {
        if (scan.type() == JsonScan::Type::Array) {
            scan.enter();
            takeList();
            continue;
        }
        scan.enter();
        while (scan.next()) {
            if (scan.key() == "r" && scan.enter())
                takeList();
        }
    }
    return seen;
}

} // namespace

void TestJsonScan::findsTheRecords_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("seen");
    const auto row = [](const char* name, QByteArray text, QByteArray seen) {
        QTest::newRow(name) << text << seen;
    };
    row("empty", "", "");
    row("nothing but blanks", " \r\n\t\n", "");
    row("one document", R"({"a":1,"r":[{"x":1},{"y":"]}"}],"b":[]})", R"({"x":1} {"y":"]}"} )");
    row("nested", R"({"r":[{"x":{"y":[[],{}]}},[1,[2]]]})", R"({"x":{"y":[[],{}]}} [1,[2]] )");
    row("scalars", R"({"r":[1,true,"s",-1.5e3,null]})", R"(1 true "s" -1.5e3 null )");
    row("quotes in texts", R"({"r":["a\"]","b\\","\\\"}"]})", R"("a\"]" "b\\" "\\\"}" )");
    row("several documents", R"({"r":[1]}{"r":[2]} {"r":[3]})", "1 2 3 ");
    row("a list of documents", R"([{"a":1},{"b":2}])", R"({"a":1} {"b":2} )");
    row("lines", "{\"r\":[1]}\n{\"r\":[2]}\r\n\r\n\n{\"r\":[3]}", "1 2 3 ");
    row("byte order mark", "\xEF\xBB\xBF{\"r\":[1]}", "1 ");
    row("pretty", "{\n \"r\" : [\n 1 ,\n 2\n]\n}\n", "1 2 ");
    row("lines that are no objects", "12\n{\"r\":[1]}\n\"text\"\nnull\n{\"r\":[2]}", "<N>1 <N>2 ");
    row("garbage behind a document", "{\"r\":[1]} oops\n{\"r\":[2]}", "1 <N>2 ");
    row("an element a line", "{\"r\":[\n{\"x\":1},\n{\"x\":2}\n]}\n", R"({"x":1} {"x":2} )");
    row("a line cut off", "{\"r\":[1,{\"x\n{\"r\":[2]}\n", "1 <C>2 ");
    row("a line cut between members", "{\"r\":[1,\n{\"r\":[2]}", "1 <C>2 ");
    row("the last line cut off", "{\"r\":[1]}\n{\"r\":[2,{\"x\":", "1 2 <C>");
    row("a bracket missing in an element",
        R"({"r":[{"x":[1},{"y":2}],"r":[3]})",
        R"({"x":[1} {"y":2} 3 )");
    row("a bracket too much", R"({"r":[{"x":1}},{"y":2}]})", R"({"x":1} <B>{"y":2} )");
    row("a list not closed", R"({"r":[1,2})", "1 2 <B>");
    row("another bracket", R"({"a":1],"r":[1]})", "<B>1 ");
    row("no quotes", R"({a:1,"r":[1]})", "<M><M>1 ");
    row("no value", R"({"a":,"r":[1]})", "<M>1 ");
    row("no colon", R"({"a" 1,"r":[1]})", "<M><M>1 ");
    row("escapes in keys", R"({"a\"r":[7],"r":[1]})", "1 ");
    row("NUL between documents", QByteArray("{\"r\":[1]}\0{\"r\":[2]}", 19), "1 2 ");
}

void TestJsonScan::findsTheRecords()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, seen);
    QCOMPARE(QByteArray::fromStdString(walk(text.toStdString())), seen);
}

void TestJsonScan::saysWhereTheTextIsCut()
{
    const std::string_view text = R"({"r":[{"a":1},{"b":)";
    std::vector<std::size_t> cuts;
    JsonScan scan(text, [&](const JsonDamage& damage) {
        QCOMPARE(damage.fault, JsonFault::Cut);
        cuts.push_back(damage.offset);
    });
    QVERIFY(scan.nextDocument());
    QVERIFY(scan.enter());
    QVERIFY(scan.next());
    QVERIFY(scan.enter());
    QVERIFY(scan.next());
    QCOMPARE(scan.offset(), std::size_t {6});
    QCOMPARE(scan.take(), std::optional<std::string_view>(R"({"a":1})"));
    QVERIFY(scan.next());
    QCOMPARE(scan.take(), std::optional<std::string_view>());
    QVERIFY(!scan.next());
    QVERIFY(!scan.next());
    QVERIFY(!scan.nextDocument());
    QCOMPARE(cuts, std::vector<std::size_t> {text.size()});
}

void TestJsonScan::aDocumentCutAtAnyByteGivesItsCompleteElements()
{
    const std::string text = R"({"k":{"z":[]},"r":[{"a":"}"},{"b":[1,2]},{"c":null}]})";
    const std::size_t ends[] = {text.find(R"(,{"b")"), text.find(R"(,{"c")"), text.find("]}", 40)};
    for (std::size_t size = 1; size < text.size(); ++size) {
        const std::string seen = walk(std::string_view(text).substr(0, size));
        const auto complete = std::ranges::count_if(ends, [&](auto end) { return size >= end; });
        QCOMPARE(std::ranges::count(seen, ' '), complete);
        QVERIFY2(seen.ends_with("<C>"), seen.c_str());
    }
}

void TestJsonScan::depthDoesNotMatter()
{
    constexpr std::size_t kDepth = 100'000;
    const std::string deep = std::string(kDepth, '[') + std::string(kDepth, ']');
    const std::string text = R"({"r":[)" + deep + R"(,{"a":1}]})";
    QVERIFY(walk(text).ends_with(R"( {"a":1} )"));
    QCOMPARE(walk(R"({"r":[)" + std::string(kDepth, '{')), "<C>");
    std::string objects;
    for (std::size_t i = 0; i < kDepth; ++i)
        objects += R"({"a":[)";
    QCOMPARE(walk(R"({"r":[)" + objects + "}]}"), "<C>");
}

void TestJsonScan::longTextsDoNotMatter()
{
    // A text of any length is read at the speed of memory.
    const double growth = tests::growthByEight(100'000'000, [](std::size_t size) {
        const std::string big(size, 'x');
        const std::string seen = walk(R"({"r":[{"a":")" + big + R"("},{"b":1}]})");
        QCOMPARE(seen.size(), big.size() + 8 + 9);
        QVERIFY(seen.ends_with(R"( {"b":1} )"));
    });
    QVERIFY2(growth < tests::kMostLinearGrowth, std::to_string(growth).c_str());
    // Every quote is looked at once, however many backslashes stand before it.
    const std::string slashes = R"({"r":[")" + std::string(10'000'000, '\\') + R"(",1]})";
    QVERIFY(walk(slashes).ends_with(" 1 "));
}

void TestJsonScan::manyDocumentsInOneLineTakeNoLonger()
{
    const double growth = tests::growthByEight(1'000'000, [](std::size_t count) {
        std::string text;
        for (std::size_t i = 0; i < count; ++i)
            text += "{}";
        std::size_t documents = 0;
        JsonScan scan(text, [](const JsonDamage&) { QFAIL("nothing is wrong"); });
        while (scan.nextDocument())
            ++documents;
        QCOMPARE(documents, count);
    });
    QVERIFY2(growth < tests::kMostLinearGrowth, std::to_string(growth).c_str());
}

void TestJsonScan::countsLines()
{
    LineCounter lines("a\nb\n\nc");
    QCOMPARE(lines.lineAt(0), std::size_t {1});
    QCOMPARE(lines.lineAt(2), std::size_t {2});
    QCOMPARE(lines.lineAt(5), std::size_t {4});
    QCOMPARE(lines.lineAt(100), std::size_t {4});
    QCOMPARE(lines.lineAt(2), std::size_t {2});
}

void TestJsonScan::repairsValues_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("repaired");
    QTest::newRow("nothing to do") << QByteArray(R"({"a":"\u00e4\n\"x\"","b":[1]})")
                                   << QByteArray(R"({"a":"\u00e4\n\"x\"","b":[1]})");
    QTest::newRow("half a pair") << QByteArray(R"(["\ud83d","\ude00 x","\ud83d\ud83d\ude00"])")
                                 << QByteArray(R"(["\ufffd","\ufffd x","\ufffd\ud83d\ude00"])");
    QTest::newRow("bad UTF-8") << QByteArray("[\"a\xFF\xC3\"]")
                               << QByteArray("[\"a\xEF\xBF\xBD\xEF\xBF\xBD\"]");
    QTest::newRow("control characters")
        << QByteArray("[\"a\tb\nc\0d\"]", 11) << QByteArray(R"(["a\u0009b\u000ac\u0000d"])");
    QTest::newRow("unknown escape")
        << QByteArray(R"(["C:\data\u12"])") << QByteArray(R"(["C:data\ufffd12"])");
    QTest::newRow("NaN") << QByteArray(R"([NaN,-Infinity,Infinity,"NaN",null])")
                         << QByteArray(R"(["NaN","-Infinity","Infinity","NaN",null])");
    QTest::newRow("numbers too big")
        << QByteArray(R"([123456789012345678901,-1,1e999,1.5e3,"1e999"])")
        << QByteArray(R"(["123456789012345678901",-1,"1e999",1.5e3,"1e999"])");
}

void TestJsonScan::repairsValues()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, repaired);
    QCOMPARE(QByteArray::fromStdString(repairedJson({text.constData(), std::size_t(text.size())})),
             repaired);
}

QTEST_GUILESS_MAIN(TestJsonScan)
#include "tst_json_scan.moc"
