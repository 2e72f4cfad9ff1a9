#include "engine/tool/json_schema.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QElapsedTimer>
#include <QTest>

using engine::JsonSchema;
using tracestore::ErrorCode;

namespace {

/// `fits`, or the complaints.
QString judged(const QByteArray& schema, const QByteArray& value)
{
    const auto read = JsonSchema::parse(schema.toStdString());
    if (!read)
        return QStringLiteral("schema: ") + QString::fromStdString(read.error().message);
    const auto parsed = tracestore::parseJson(value.toStdString());
    if (!parsed)
        return QStringLiteral("value: ") + QString::fromStdString(parsed.error().message);
    const auto fits = read->check(*parsed);
    return fits ? QStringLiteral("fits") : QString::fromStdString(fits.error().message);
}

} // namespace

class TestJsonSchema : public QObject
{
    Q_OBJECT

private slots:
    void valuesAreJudged_data();
    void valuesAreJudged();
    void whatIsNoSchemaIsRefused();
    void schemasThatReferToThemselvesEnd();
    void alternativesOfAlternativesTakeNoExponentialTime();
    void deepValuesAreChecked();
    void manyComplaintsAreCut();
};

void TestJsonSchema::valuesAreJudged_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QString>("told");
    const auto row = [](const char* name, const char* schema, const char* value, const char* told) {
        QTest::newRow(name) << QByteArray(schema) << QByteArray(value) << QString::fromUtf8(told);
    };
    const char* const date = R"({"type":"object","properties":{"date":{"type":"string",
        "format":"date"}},"required":["date"],"additionalProperties":false})";
    row("right", date, R"({"date":"2026-02-01"})", "fits");
    row("wrong type",
        date,
        R"({"date":5})",
        "arguments.date: expected a string like 2026-01-31, got number 5");
    row("missing",
        date,
        "{}",
        "arguments: the field \"date\" is missing (expected a string like 2026-01-31)");
    row("misspelt",
        R"({"properties":{"date":{}},"additionalProperties":false})",
        R"({"dat":"x"})",
        "arguments: there is no field \"dat\"; did you mean \"date\"?");
    row("no object", date, "[1]", "arguments: expected an object, got array [1]");
    row("whole number", R"({"type":"integer"})", "3.0", "fits");
    row("fraction",
        R"({"type":"integer"})",
        "3.5",
        "arguments: expected an integer, got number 3.5");
    row("one of two types", R"({"type":["string","null"]})", "null", "fits");
    row("none of two types",
        R"({"type":["string","null"]})",
        "1",
        "arguments: expected a string or null, got number 1");
    row("word of a list",
        R"({"properties":{"unit":{"enum":["C","F"]}}})",
        R"({"unit":"K"})",
        "arguments.unit: expected one of \"C\", \"F\", got string \"K\"");
    row("constant", R"({"const":7})", "8", "arguments: expected 7, got number 8");
    row("equal numbers", R"({"const":7})", "7.0", "fits");
    row("too small", R"({"minimum":1})", "0", "arguments: expected a number from 1, got number 0");
    row("not above",
        R"({"exclusiveMinimum":1})",
        "1",
        "arguments: expected a number above 1, got number 1");
    row("not above, draft 4",
        R"({"minimum":1,"exclusiveMinimum":true})",
        "1",
        "arguments: expected a number above 1, got number 1");
    row("no multiple",
        R"({"multipleOf":0.1})",
        "0.25",
        "arguments: expected a multiple of 0.1, got number 0.25");
    row("multiple in spite of binary", R"({"multipleOf":0.1})", "0.3", "fits");
    row("too short counts characters",
        R"({"minLength":3})",
        "\"\xC3\xA4\xC3\xB6\"",
        "arguments: expected at least 3 characters, got 2");
    row("too long",
        R"({"maxLength":1})",
        "\"ab\"",
        "arguments: expected at most 1 characters, got 2");
    row("pattern",
        R"({"pattern":"^[A-Z]{2}$"})",
        "\"de\"",
        "arguments: expected a string that matches /^[A-Z]{2}$/, got string \"de\"");
    row("pattern that is not understood passes", R"({"pattern":"(?=x)y"})", "\"z\"", "fits");
    row("element",
        R"({"properties":{"n":{"items":{"type":"number"}}}})",
        R"({"n":[1,"2"]})",
        "arguments.n[1]: expected a number, got string \"2\"");
    row("tuple",
        R"({"prefixItems":[{"type":"string"}],"items":false})",
        R"(["a",1])",
        "arguments[1]: this must not be there");
    row("too few", R"({"minItems":2})", "[1]", "arguments: expected at least 2 elements, got 1");
    row("twice",
        R"({"uniqueItems":true})",
        "[1,2,1]",
        "arguments: expected no element twice, but number 1 is");
    row("none contained",
        R"({"contains":{"type":"string"}})",
        "[1]",
        "arguments: expected 1 elements to be a string, 0 are");
    row("alternatives",
        R"({"anyOf":[{"type":"string"},{"type":"number"}]})",
        "true",
        "arguments: expected a string or a number, got true");
    row("the alternative that was meant",
        R"({"anyOf":[{"type":"null"},{"type":"object","properties":{"a":{"type":"string"}}}]})",
        R"({"a":1})",
        "arguments.a: expected a string, got number 1");
    row("more than one of",
        R"({"oneOf":[{"type":"integer"},{"minimum":1}]})",
        "2",
        "arguments: number 2 fits 2 of the alternatives, and may fit only one");
    row("not", R"({"not":{"const":1}})", "1", "arguments: number 1 is not allowed here");
    row("all of",
        R"({"allOf":[{"minimum":1},{"maximum":3}]})",
        "4",
        "arguments: expected a number up to 3, got number 4");
    row("if and then",
        R"({"if":{"required":["a"]},"then":{"required":["b"]}})",
        R"({"a":1})",
        "arguments: the field \"b\" is missing");
    row("reference",
        R"({"$defs":{"a/b":{"type":"string"}},"properties":{"x":{"$ref":"#/$defs/a~1b"}}})",
        R"({"x":1})",
        "arguments.x: expected a string, got number 1");
    row("reference to nowhere", R"({"$ref":"#/nowhere/~2"})", "1", "fits");
    row("remote reference", R"({"$ref":"http://example.com/x"})", "1", "fits");
    row("names by pattern",
        R"({"patternProperties":{"^n_":{"type":"number"}},"additionalProperties":{"type":"string"}})",
        R"({"n_1":"a","s":1})",
        "arguments.n_1: expected a number, got string \"a\"\n"
        "arguments.s: expected a string, got number 1");
    row("odd names are quoted",
        R"({"properties":{"a b":{"type":"string"}}})",
        R"({"a b":1})",
        "arguments.\"a b\": expected a string, got number 1");
    row("keywords of the wrong kind are no keywords",
        R"({"type":5,"enum":"x","required":"y","properties":[],"minimum":"z","anyOf":{},"items":3})",
        R"({"a":[1]})",
        "fits");
}

void TestJsonSchema::valuesAreJudged()
{
    QFETCH(QByteArray, schema);
    QFETCH(QByteArray, value);
    QTEST(judged(schema, value), "told");
}

void TestJsonSchema::whatIsNoSchemaIsRefused()
{
    QVERIFY(!JsonSchema::parse("{"));
    QVERIFY(!JsonSchema::parse("[1]"));
    QCOMPARE(judged("true", "1"), QStringLiteral("fits"));
    QCOMPARE(judged("false", "1"), QStringLiteral("arguments: this must not be there"));
}

void TestJsonSchema::schemasThatReferToThemselvesEnd()
{
    // In variables: moc reads no raw strings inside macros.
    const char* const itself = R"({"$ref":"#"})";
    const char* const tree = R"({"type":"object","properties":{"child":{"$ref":"#"}}})";
    const char* const value = R"({"child":{"child":{"child":1}}})";
    QCOMPARE(judged(itself, "1"), QStringLiteral("fits"));
    QCOMPARE(judged(tree, value),
             QStringLiteral("arguments.child.child.child: expected an object, got number 1"));
}

void TestJsonSchema::alternativesOfAlternativesTakeNoExponentialTime()
{
    const auto schema = JsonSchema::parse(
        R"({"anyOf":[{"$ref":"#","not":{}},{"$ref":"#","not":{}},{"$ref":"#","not":{}}]})");
    QVERIFY(schema);
    QElapsedTimer timer;
    timer.start();
    const auto fits = schema->check(nlohmann::json::object());
    QVERIFY(!fits);
    QCOMPARE(fits.error().code, ErrorCode::Limit);
    QVERIFY2(timer.elapsed() < 5000, "it takes a second at most on any machine");
}

void TestJsonSchema::deepValuesAreChecked()
{
    std::string deep = "1";
    for (int i = 0; i < 90; ++i)
        deep = R"({"child":)" + deep + '}';
    const QByteArray schema
        = R"({"type":"object","properties":{"child":{"type":["object","integer"],"properties":{"child":{"$ref":"#/properties/child"}}}}})";
    QCOMPARE(judged(schema, QByteArray::fromStdString(deep)), QStringLiteral("fits"));
}

void TestJsonSchema::manyComplaintsAreCut()
{
    QByteArray many = "[";
    for (int i = 0; i < 1000; ++i)
        many += "1,";
    const QString told = judged(R"({"items":{"type":"string"}})", many + "1]");
    QCOMPARE(told.count(u'\n') + 1, qsizetype {JsonSchema::kMaxComplaints});
}

QTEST_GUILESS_MAIN(TestJsonSchema)

#include "tst_json_schema.moc"
