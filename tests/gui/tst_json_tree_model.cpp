#include "gui/models/json_tree_model.h"
#include "gui/theme/theme.h"
#include "gui/widgets/json_tree_view.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;

class TestJsonTreeModel : public QObject
{
    Q_OBJECT

private slots:
    void whatIsNoJsonIsRefused_data();
    void whatIsNoJsonIsRefused();
    void orderAndEqualKeysStayAsTheyStand();
    void pathsAndCopies();
    void stringsThatHoldJsonOpen();
    void stringsThatOnlyLookLikeJsonDoNot();
    void manyChildrenComeInPortions();
    void depthIsNoDanger();
    void escapesAreRead_data();
    void escapesAreRead();
    void prettyKeepsNumbersAndOrder();
    void prettyOfDeepTextIsNotQuadratic();
    void expandingEverythingHasALimit();
    void hostileKeysAreOneLine();
};

namespace {

JsonDocumentPtr parsed(std::string text)
{
    auto document = JsonDocument::parse(std::move(text));
    return document ? *document : nullptr;
}

/// The tree as text, everything fetched.
QString treeText(JsonTreeModel& model, const QModelIndex& parent = {}, int depth = 0)
{
    while (model.canFetchMore(parent))
        model.fetchMore(parent);
    QString text;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const QModelIndex key = model.index(row, JsonTreeModel::KeyColumn, parent);
        const QModelIndex value = model.index(row, JsonTreeModel::ValueColumn, parent);
        text += QString(depth, u' ') + key.data().toString() + u'=' + value.data().toString()
            + u'\n' + treeText(model, key, depth + 1);
    }
    return text;
}

} // namespace

void TestJsonTreeModel::whatIsNoJsonIsRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isJson");
    QTest::newRow("empty") << QByteArray("") << false;
    QTest::newRow("blanks") << QByteArray("  \n") << false;
    QTest::newRow("word") << QByteArray("hello") << false;
    QTest::newRow("cut object") << QByteArray("{\"a\": 1") << false;
    QTest::newRow("cut key") << QByteArray("{\"a") << false;
    QTest::newRow("cut escape") << QByteArray("\"a\\") << false;
    QTest::newRow("comma at the end") << QByteArray("[1,]") << false;
    QTest::newRow("two values") << QByteArray("1 2") << false;
    QTest::newRow("wrong bracket") << QByteArray("[1}") << false;
    QTest::newRow("no colon") << QByteArray("{\"a\" 1}") << false;
    QTest::newRow("number") << QByteArray(" -12.5e3 ") << true;
    QTest::newRow("only a minus") << QByteArray("-") << false;
    QTest::newRow("empty object") << QByteArray("{ }") << true;
    QTest::newRow("nested") << QByteArray("{\"a\":[{},[],null,\"x\"]}") << true;
}

void TestJsonTreeModel::whatIsNoJsonIsRefused()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isJson);
    const auto document = JsonDocument::parse(text.toStdString());
    QCOMPARE(document.has_value(), isJson);
    if (!isJson)
        QVERIFY(document.error().message.find("at byte") != std::string::npos);
}

void TestJsonTreeModel::orderAndEqualKeysStayAsTheyStand()
{
    JsonTreeModel model;
    model.setDocument(parsed(R"({"z": 1, "a": {"k": true, "k": null}, "e": [], "l": [1, "two"]})"));
    const QAbstractItemModelTester tester(&model);
    QCOMPARE(treeText(model), u"z=1\na={2}\n k=true\n k=null\ne=[]\nl=[2]\n 0=1\n 1=two\n"_s);
    JsonTreeModel other;
    other.setDocument(parsed("\"alone\""));
    QCOMPARE(treeText(other), u"$=alone\n"_s);
    other.setDocument(nullptr);
    QCOMPARE(other.rowCount(), 0);
}

void TestJsonTreeModel::pathsAndCopies()
{
    JsonTreeModel model;
    model.setDocument(parsed(R"({"a": [0, {"b": "x\ny", "c d": 1.0}]})"));
    treeText(model);
    const QModelIndex list = model.index(0, 0);
    const QModelIndex object = model.index(1, 0, list);
    QCOMPARE(model.path(model.index(0, 0, object)), u"$.a[1].b"_s);
    QCOMPARE(model.path(model.index(1, 0, object)), u"$.a[1][\"c d\"]"_s);
    QCOMPARE(model.valueText(model.index(0, 1, object)), u"x\ny"_s);
    QCOMPARE(model.json(model.index(0, 1, object)), u"\"x\\ny\""_s);
    QCOMPARE(model.json(object), u"{\"b\": \"x\\ny\", \"c d\": 1.0}"_s);
}

void TestJsonTreeModel::stringsThatHoldJsonOpen()
{
    JsonTreeModel model;
    model.setDocument(parsed(R"({"args": "{\"q\": [1, 2]}"})"));
    const QAbstractItemModelTester tester(&model);
    QCOMPARE(treeText(model), u"args={\"q\": [1, 2]}\n q=[2]\n  0=1\n  1=2\n"_s);
    const QModelIndex args = model.index(0, 0);
    QCOMPARE(model.path(model.index(0, 0, args)), u"$.args (as JSON) $.q"_s);
}

void TestJsonTreeModel::stringsThatOnlyLookLikeJsonDoNot()
{
    JsonTreeModel model;
    model.setDocument(parsed(R"({"a": "{braces}", "b": "[x"})"));
    const QModelIndex braces = model.index(0, 0);
    QVERIFY(model.hasChildren(braces));
    const QAbstractItemModelTester tester(&model);
    model.fetchMore(braces);
    QVERIFY(!model.hasChildren(braces));
    QCOMPARE(model.rowCount(braces), 0);
    QVERIFY(!model.hasChildren(model.index(1, 0)));
}

void TestJsonTreeModel::manyChildrenComeInPortions()
{
    std::string text = "[";
    for (int i = 0; i < 2500; ++i)
        text += (i == 0 ? "" : ",") + std::to_string(i);
    JsonTreeModel model;
    model.setDocument(parsed(text + "]"));
    const QAbstractItemModelTester tester(&model);
    QCOMPARE(model.rowCount(), 1001);
    const auto more = [&] { return model.index(model.rowCount() - 1, 0); };
    QVERIFY(more().data(JsonTreeModel::IsMoreRole).toBool());
    QVERIFY(more().data().toString().startsWith(u"1,500 more"_s));
    model.loadMore(more());
    QCOMPARE(model.rowCount(), 2001);
    QVERIFY(more().data().toString().startsWith(u"500 more"_s));
    model.loadMore(more());
    QCOMPARE(model.rowCount(), 2500);
    QCOMPARE(model.index(2499, 1).data().toString(), u"2499"_s);
    model.loadMore(more());
    QCOMPARE(model.rowCount(), 2500);
}

void TestJsonTreeModel::depthIsNoDanger()
{
    constexpr std::size_t kDepth = 100'000;
    const JsonDocumentPtr document
        = parsed(std::string(kDepth, '[') + '1' + std::string(kDepth, ']'));
    QVERIFY(document != nullptr);
    JsonTreeModel model;
    model.setDocument(document);
    QModelIndex index = model.index(0, 0);
    int depth = 1;
    for (; model.hasChildren(index); ++depth) {
        model.fetchMore(index);
        index = model.index(0, 0, index);
    }
    QCOMPARE(depth, JsonTreeModel::kMaxDepth);
    QVERIFY(index.siblingAtColumn(1).data().toString().contains(u"too deep"_s));
    QVERIFY(!JsonDocument::parse(std::string(2'000'000, '[')));
}

void TestJsonTreeModel::escapesAreRead_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("expected");
    QTest::newRow("plain") << QByteArray(R"("a")") << u"a"_s;
    QTest::newRow("marks") << QByteArray(R"("\"\\\/\n\t")") << u"\"\\/\n\t"_s;
    QTest::newRow("unicode") << QByteArray(R"("\u00e4\u4e2d")") << u"ä中"_s;
    QTest::newRow("pair") << QByteArray(R"("\ud83d\ude00!")") << u"😀!"_s;
    QTest::newRow("half a pair") << QByteArray(R"("\ud83dx")") << u"\uFFFDx"_s;
    QTest::newRow("no hexadecimal") << QByteArray(R"("\uzzzzx")") << u"\uFFFDx"_s;
}

void TestJsonTreeModel::escapesAreRead()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, expected);
    const JsonDocumentPtr document = parsed(json.toStdString());
    QVERIFY(document != nullptr);
    QCOMPARE(QString::fromStdString(document->stringAt(document->root())), expected);
}

void TestJsonTreeModel::prettyKeepsNumbersAndOrder()
{
    const JsonDocumentPtr document
        = parsed(R"({"b":1.0000000000000000001,"a":[1,2],"c":[{"x":"{,}"}],"d":{ },"b":-0})");
    QCOMPARE(QString::fromStdString(prettyJson(*document)),
             u"{\n  \"b\": 1.0000000000000000001,\n  \"a\": [1,2],\n  \"c\": [\n    {\n"
             "      \"x\": \"{,}\"\n    }\n  ],\n  \"d\": {},\n  \"b\": -0\n}"_s);
}

void TestJsonTreeModel::prettyOfDeepTextIsNotQuadratic()
{
    constexpr std::size_t kDepth = 100'000;
    const JsonDocumentPtr document
        = parsed(std::string(kDepth, '[') + '1' + std::string(kDepth, ']'));
    QVERIFY(prettyJson(*document).size() < 200 * kDepth);
}

void TestJsonTreeModel::expandingEverythingHasALimit()
{
    Theme theme;
    JsonTreeView view(theme);
    std::string text = "[";
    for (int i = 0; i < 900; ++i)
        text += (i == 0 ? "" : ",") + std::string("[[1,2,3],[4],[5],[6],[7],[8],[9]]");
    view.setDocument(parsed(text + "]"));
    view.expandBelow();
    int open = 0;
    for (int row = 0; row < view.model().rowCount(); ++row)
        open += view.isExpanded(view.model().index(row, 0)) ? 1 : 0;
    QVERIFY(open > 100);
    QVERIFY(open * 7 < JsonTreeView::kMaxExpanded);
    view.setCurrentIndex(view.model().index(0, 0));
    view.copyJson();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"[[1,2,3],[4],[5],[6],[7],[8],[9]]"_s);
    view.copyPath();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"$[0]"_s);
}

void TestJsonTreeModel::hostileKeysAreOneLine()
{
    JsonTreeModel model;
    model.setDocument(parsed("{\"a\\n\\u202eb\": \"<img src='file:///x'>\\u0000\"}"));
    QCOMPARE(model.index(0, 0).data().toString(), u"a b"_s);
    QCOMPARE(model.index(0, 1).data().toString(), u"<img src='file:///x'>"_s);
}

QTEST_MAIN(TestJsonTreeModel)
#include "tst_json_tree_model.moc"
