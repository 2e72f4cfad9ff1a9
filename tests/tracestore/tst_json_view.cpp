#include "tracestore/import/reading/json_view.h"

#include <QTest>

using namespace tracestore;

class TestJsonView : public QObject
{
    Q_OBJECT

private slots:
    void membersAreFound();
    void whatIsNotThereAnswersWithNothing();
    void valuesAreRead();
    void itemsAreWalkedOver();
    void cutTextsShowWhatIsWhole();
    void placesAreThoseOfTheText();
    void deepTextsAreRead();
};

void TestJsonView::membersAreFound()
{
    const JsonView view(R"({"a": {"b" : [1, {"c": "x"}]}, "n": null, "a": 2})");
    QVERIFY(view["a"].isObject());
    QVERIFY(view["a"]["b"].isArray());
    QVERIFY(!view.has("n"));
    QVERIFY(!view["n"].text().empty());
    const std::string_view inner = R"({"b" : [1, {"c": "x"}]})";
    QCOMPARE(view.either("n", "a").text(), inner);
}

void TestJsonView::whatIsNotThereAnswersWithNothing()
{
    const JsonView view;
    QVERIFY(!view["a"]["b"].isThere());
    QVERIFY(view["a"].string().empty());
    QVERIFY(!view.integer() && !view.number());
    QVERIFY(!JsonItems(view).next());
    QVERIFY(!JsonView("[1]")["0"].isThere());
    QVERIFY(!JsonItems(JsonView("\"[1]\"")).next());
}

void TestJsonView::valuesAreRead()
{
    const std::string escaped = "\"a\\n\\u00e9\\\"\"";
    QCOMPARE(JsonView(escaped).string(), std::string("a\n\xC3\xA9\""));
    QCOMPARE(JsonView("17").string(), std::string());
    QCOMPARE(JsonView("17").scalar(), std::string("17"));
    QCOMPARE(JsonView("{}").scalar(), std::string());
    QCOMPARE(*JsonView("17").integer(), std::int64_t {17});
    QCOMPARE(*JsonView("17.0").integer(), std::int64_t {17});
    QVERIFY(!JsonView("1e300").integer());
    QVERIFY(!JsonView("17x").integer());
    QCOMPARE(*JsonView("-0.5").number(), -0.5);
    QVERIFY(!JsonView("1e999").number());
    QVERIFY(JsonView("true").isTrue() && !JsonView("true").isFalse());
}

void TestJsonView::itemsAreWalkedOver()
{
    JsonItems items(JsonView(R"([1, "b", {"c": 3}, []])"));
    std::string text;
    while (items.next())
        text += std::string(items.item().text()) + ';';
    const std::string expected = R"(1;"b";{"c": 3};[];)";
    QCOMPARE(text, expected);
    QVERIFY(!items.next());
    JsonItems members(JsonView(R"({"k": 1, "l": 2})"));
    QVERIFY(members.next());
    QCOMPARE(members.key(), std::string_view("k"));
}

void TestJsonView::cutTextsShowWhatIsWhole()
{
    const JsonView view = JsonView::atStartOf(R"( {"a": 1, "list": [{"x": 1}, {"x": 2, "y": "ab)");
    QVERIFY(view.isCut());
    QCOMPARE(*view["a"].integer(), std::int64_t {1});
    QVERIFY(view["list"].isCut());
    JsonItems items(view["list"]);
    QVERIFY(items.next());
    QVERIFY(!items.item().isCut());
    QVERIFY(items.next());
    QVERIFY(items.item().isCut());
    QCOMPARE(*items.item()["x"].integer(), std::int64_t {2});
    QCOMPARE(items.item()["y"].string(), std::string());
    QVERIFY(!items.next());
}

void TestJsonView::placesAreThoseOfTheText()
{
    const std::string text = R"([{"a": "b"}])";
    JsonItems items(JsonView::atStartOf(text));
    QVERIFY(items.next());
    QCOMPARE(items.item()["a"].text().data() - text.data(), std::ptrdiff_t {7});
}

void TestJsonView::deepTextsAreRead()
{
    const std::string text = std::string(100'000, '[') + std::string(100'000, ']');
    const JsonView view = JsonView::atStartOf(text);
    JsonItems items(view);
    QVERIFY(items.next());
    QVERIFY(items.item().isArray());
}

QTEST_APPLESS_MAIN(TestJsonView)
#include "tst_json_view.moc"
