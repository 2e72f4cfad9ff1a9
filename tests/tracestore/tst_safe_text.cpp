#include "tracestore/base/json_io.h"
#include "tracestore/base/json_writer.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace tracestore;

class TestSafeText : public QObject
{
    Q_OBJECT

private slots:
    void whatActsIsMadeVisible_data();
    void whatActsIsMadeVisible();
    void linesAreKeptInTextOnly();
    void noUnsafeCharacterPasses();
    void jsonKeepsEveryCharacter();
};

void TestSafeText::whatActsIsMadeVisible_data()
{
    QTest::addColumn<QByteArray>("in");
    QTest::addColumn<QByteArray>("out");
    QTest::newRow("plain") << QByteArray("plain text 1 + 1") << QByteArray("plain text 1 + 1");
    QTest::newRow("umlauts, emoji, Hebrew")
        << QByteArray("\u00E4 \U0001F600 \u05D0") << QByteArray("\u00E4 \U0001F600 \u05D0");
    QTest::newRow("escape sequence") << QByteArray("\x1B[2J") << QByteArray("\u241B[2J");
    QTest::newRow("zero byte") << QByteArray("a\0b", 3) << QByteArray("a\u2400b");
    QTest::newRow("delete") << QByteArray("\x7F") << QByteArray("\u2421");
    QTest::newRow("C1 control") << QByteArray("\xC2\x9B"
                                              "31m")
                                << QByteArray("<U+009B>31m");
    QTest::newRow("override") << QByteArray("a\u202Eb") << QByteArray("a<U+202E>b");
    QTest::newRow("isolate") << QByteArray("\u2066x\u2069") << QByteArray("<U+2066>x<U+2069>");
    QTest::newRow("invalid UTF-8") << QByteArray("a\xFF") << QByteArray("a\uFFFD");
    QTest::newRow("cut sequence") << QByteArray("a\xE2\x80") << QByteArray("a\uFFFD\uFFFD");
}

void TestSafeText::whatActsIsMadeVisible()
{
    QFETCH(QByteArray, in);
    QFETCH(QByteArray, out);
    QCOMPARE(QByteArray::fromStdString(safeText(in.toStdString())), out);
}

void TestSafeText::linesAreKeptInTextOnly()
{
    QCOMPARE(safeText("a\tb\r\nc\rd"), std::string("a\tb\nc\u240Dd"));
    QCOMPARE(safeLine("a\tb\nc"), std::string("a\u2409b\u240Ac"));
}

void TestSafeText::noUnsafeCharacterPasses()
{
    for (char16_t code = 0; code < 0x3000; ++code) {
        const std::string text = safeLine(QString(QChar(code)).toStdString());
        for (std::size_t i = 0; i < text.size(); ++i)
            QVERIFY2(!unsafeCharAtFront(std::string_view(text).substr(i)),
                     qPrintable(QString::number(code, 16)));
    }
}

void TestSafeText::jsonKeepsEveryCharacter()
{
    const std::string nasty = "\x1B[0m \u202E\u2066 \"\\ \n\t\r \u00E4 \U0001F600";
    std::string text;
    JsonWriter writer(text);
    writer.beginObject()
        .member("a", nasty)
        .key("b")
        .json("{\"x\": [1,\n 2.50],\t\"y\":\"\u202E\"}")
        .key("c")
        .json("no JSON")
        .member("d", std::optional<int>())
        .member("e", 1e300)
        .member("f", std::numeric_limits<double>::infinity())
        .endObject();
    for (std::size_t i = 0; i < text.size(); ++i)
        QVERIFY(!unsafeCharAtFront(std::string_view(text).substr(i)));
    const auto read = parseJson(text);
    QVERIFY(read.has_value());
    QCOMPARE((*read)["a"].get<std::string>(), nasty);
    QCOMPARE((*read)["b"]["x"][1].get<double>(), 2.5);
    QCOMPARE((*read)["b"]["y"].get<std::string>(), std::string("\u202E"));
    QCOMPARE((*read)["c"].get<std::string>(), std::string("no JSON"));
    QVERIFY((*read)["d"].is_null() && (*read)["f"].is_null());
    QCOMPARE((*read)["e"].get<double>(), 1e300);
    // The text of others stands as it was, not read and written anew.
    QVERIFY(text.find("2.50") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestSafeText)
#include "tst_safe_text.moc"
