#include "tests/support/growth.h"
#include "tracestore/query/byte_filter.h"
#include "tracestore/query/json_unescape.h"
#include "tracestore/query/text_fold.h"
#include "tracestore/query/text_needle.h"

#include <QTest>

#include <random>

using namespace tracestore;

class TestTextNeedle : public QObject
{
    Q_OBJECT

private slots:
    void findsWhatAReaderSees_data();
    void findsWhatAReaderSees();
    void sameAsASlowReference();
    void plainTextIsTakenAsItStands();
    void foldingKeepsTheLength();
    void filtersAgree();
    void growsWithTheText_data();
    void growsWithTheText();
};

namespace {

/// Whether a text has another one in it as a reader sees it: the slow and plain way.
bool isInJson(std::string_view json, std::string_view needle)
{
    const std::string folded = foldedText(needle);
    UnescapedText plain = unescapedJson(json);
    for (int depth = 1; depth <= kMostEscaped; ++depth) {
        if (foldedText(plain.text).find(folded) != std::string::npos)
            return true;
        plain = unescapedJson(plain);
    }
    return false;
}

} // namespace

void TestTextNeedle::findsWhatAReaderSees_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("needle");
    QTest::addColumn<int>("offset");
    QTest::addColumn<int>("length");
    const auto row
        = [](const char* name, const char* json, const char* needle, int offset, int length) {
              QTest::newRow(name) << QByteArray(json) << QByteArray(needle) << offset << length;
          };
    row("as it is", R"({"a":"hello world"})", "world", 12, 5);
    row("any case", R"({"a":"Hello WORLD"})", "hello world", 6, 11);
    row("not there", R"({"a":"hello"})", "world", -1, 0);
    row("escaped quote", R"({"a":"say \"yes\" now"})", "\"yes\" n", 10, 9);
    row("line feed", R"({"a":"one\ntwo"})", "one\ntwo", 6, 8);
    row("an escape is no letter", R"({"a":"one\nice"})", "nice", -1, 0);
    row("a backslash and a letter", R"({"a":"C:\\nice"})", "\\nice", 8, 6);
    row("escaped letter", R"({"a":"caf\u00e9 au lait"})", "caf\xC3\xA9 au", 6, 12);
    row("escaped capital", R"({"a":"CAF\u00C9"})", "caf\xC3\xA9", 6, 9);
    row("letter as it is", "{\"a\":\"CAF\xC3\x89\"}", "caf\xC3\xA9", 6, 5);
    row("escaped ASCII", R"({"a":"\u0068ello"})", "hello", 6, 10);
    row("hex digits are no text", R"({"a":"\u0041bc"})", "41bc", -1, 0);
    row("surrogates", R"({"a":"a \ud83d\ude00 b"})", "\xF0\x9F\x98\x80 b", 8, 14);
    row("JSON in a string", R"({"a":"{\"b\":\"x \\\"y\\\" z\"}"})", "x \"y\" z", 15, 13);
    row("twice escaped letter",
        R"({"a":"{\"b\":\"\\u00e9t\\u00e9\"}"})",
        "\xC3\xA9t\xC3\xA9",
        15,
        15);
    row("slash", R"({"a":"src\/main.cpp"})", "src/main", 6, 9);
    row("slash as it is", R"({"a":"src/main.cpp"})", "src/main", 6, 8);
    row("only a quote", R"({"a":"say \"yes\""})", "\"yes\"", 10, 7);
    row("no ASCII at all", R"({"a":"\u4e2d\u6587"})", "\xE4\xB8\xAD\xE6\x96\x87", 6, 12);
}

void TestTextNeedle::findsWhatAReaderSees()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, needle);
    QFETCH(int, offset);
    QFETCH(int, length);
    const auto match = TextNeedle(needle.toStdString()).find(json.toStdString(), TextForm::Json);
    QCOMPARE(match.has_value(), offset >= 0);
    if (match) {
        QCOMPARE(static_cast<int>(match->offset), offset);
        QCOMPARE(static_cast<int>(match->length), length);
    }
}

/// Random texts of a few pieces that hurt, cut into needles at random places.
void TestTextNeedle::sameAsASlowReference()
{
    const std::vector<std::string> pieces {"a",
                                           "B",
                                           "c",
                                           " ",
                                           "n",
                                           "u",
                                           "t",
                                           "00",
                                           "e9",
                                           "\\\\",
                                           "\\\"",
                                           "\\n",
                                           "\\u00e9",
                                           "\\u00C9",
                                           "\xC3\xA9",
                                           "\xC3\x89",
                                           "\\\\u00e9",
                                           "\\\\\\\\n",
                                           "\\u0041",
                                           "\\/",
                                           "/",
                                           "\"",
                                           "\\",
                                           "\\ud83d\\ude00",
                                           "\xF0\x9F\x98\x80",
                                           "\\ud83d",
                                           "\xD0\xAF",
                                           "\xD1\x8F",
                                           "\xFF",
                                           "\\\\\\\"",
                                           "\\u005c",
                                           "\\u0022",
                                           "\\u000a",
                                           "\\u006e",
                                           "\\\\u000A",
                                           "\\\\\\n",
                                           "\\t",
                                           "\n",
                                           "word",
                                           "WORD"};
    std::mt19937 random(20261122);
    const auto pick = [&](std::size_t most) { return random() % most; };
    int found = 0;
    constexpr int kRounds = 10'000;
    for (int round = 0; round < kRounds; ++round) {
        std::string json;
        for (std::size_t i = 0, count = 1 + pick(40); i < count; ++i)
            json += pieces[pick(pieces.size())];
        QCOMPARE(plainJson(json, 1), unescapedJson(json).text);
        QCOMPARE(plainJson(json, 2), unescapedJson(unescapedJson(json)).text);
        std::string needle;
        if (pick(2) == 0) {
            UnescapedText plain = unescapedJson(json);
            for (std::size_t depth = pick(3); depth > 0; --depth)
                plain = unescapedJson(plain);
            // Whole characters: nobody types half of one.
            std::string_view rest = plain.text;
            for (std::size_t skip = pick(40); skip > 0 && !rest.empty(); --skip)
                takeLetter(rest);
            for (std::size_t take = 1 + pick(8); take > 0 && !rest.empty(); --take)
                appendLetter(needle, takeLetter(rest));
        } else {
            for (std::size_t i = 0, count = 1 + pick(3); i < count; ++i)
                needle += pieces[pick(pieces.size())];
        }
        if (needle.empty())
            continue;
        const bool expected = isInJson(json, needle);
        const bool actual = TextNeedle(needle).find(json, TextForm::Json).has_value();
        found += expected ? 1 : 0;
        if (actual != expected)
            QFAIL(qPrintable(
                QString::fromLatin1("round %1: %2 in %3 should be %4")
                    .arg(round)
                    .arg(QString::fromLatin1(
                             QByteArray::fromStdString(needle).toPercentEncoding(" \\\"/")),
                         QString::fromLatin1(
                             QByteArray::fromStdString(json).toPercentEncoding(" \\\"/")))
                    .arg(expected)));
    }
    QVERIFY(found > kRounds / 4 && found < kRounds);
}

void TestTextNeedle::plainTextIsTakenAsItStands()
{
    const TextNeedle needle("a\\nB");
    QCOMPARE(needle.find("xx A\\Nb", TextForm::Plain), (std::optional(TextMatch {3, 4})));
    QVERIFY(!needle.find("xx a\nb", TextForm::Plain));
    QCOMPARE(TextNeedle("x").find("x.x.x", TextForm::Plain, 1), (std::optional(TextMatch {2, 1})));
    QVERIFY(!TextNeedle("").find("x", TextForm::Plain));
    QVERIFY(!TextNeedle("x").find("", TextForm::Json));
}

void TestTextNeedle::foldingKeepsTheLength()
{
    int folded = 0;
    for (char32_t letter = 1; letter < 0x30000; ++letter) {
        if (letter >= 0xD800 && letter < 0xE000)
            continue;
        std::string text;
        appendLetter(text, letter);
        const std::string small = foldedText(text);
        QCOMPARE(small.size(), text.size());
        QCOMPARE(foldedText(small), small);
        if (small == text)
            continue;
        ++folded;
        std::string_view rest = small;
        const auto others = lettersFoldedTo(takeLetter(rest));
        QVERIFY(std::ranges::find(others, letter) != others.end());
    }
    QVERIFY(folded > 500);
    QCOMPARE(foldedText("\xFFZ\xC3"), std::string("\xFFz\xC3"));
}

void TestTextNeedle::filtersAgree()
{
    using enum ByteFilter::Escapes;
    std::mt19937 random(7);
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (std::size_t i = 0, size = random() % 200; i < size; ++i)
            text += "abA\\u0."[random() % 7];
        const ByteFilter filter {.first = 'a',
                                 .firstMask = static_cast<char>(random() % 2 == 0 ? 0x20 : 0),
                                 .last = 'b',
                                 .lastMask = 0,
                                 .distance = random() % 40,
                                 .escapes = static_cast<ByteFilter::Escapes>(random() % 3)};
        const std::size_t from = random() % 40;
        std::size_t slow = std::min(from, text.size());
        const auto passes = [&](std::size_t at) {
            const bool isPair = static_cast<char>(text[at] | filter.firstMask) == 'a'
                && at + filter.distance < text.size() && text[at + filter.distance] == 'b';
            const auto stands = [&](std::string_view escape) {
                return text.compare(at, escape.size(), escape) == 0;
            };
            return isPair || (filter.escapes == All && stands("\\u"))
                || (filter.escapes == OfAscii && stands("\\u") && hexAt(text, at + 2) < 0x80);
        };
        while (slow < text.size() && !passes(slow))
            ++slow;
        if (from > text.size())
            continue;
        QCOMPARE(nextCandidatePortably(filter, text, from), slow);
        QCOMPARE(nextCandidate(filter, text, from), slow);
    }
}

void TestTextNeedle::growsWithTheText_data()
{
    QTest::addColumn<QByteArray>("piece");
    QTest::addColumn<QByteArray>("needle");
    QTest::newRow("backslashes only") << QByteArray("\\") << QByteArray("n\"x");
    QTest::newRow("quotes and letters") << QByteArray("\\\"a") << QByteArray("\"a\"b");
    QTest::newRow("escapes of letters in it") << QByteArray("\\u0061") << QByteArray("ab");
    QTest::newRow("nothing but candidates") << QByteArray("aa") << QByteArray("a/b");
    QTest::newRow("candidates between backslashes")
        << QByteArray("a\\\\\\\"") << QByteArray("\"a\"a\"a/");
    QTest::newRow("half of it") << QByteArray("aaaaaaab") << QByteArray("aaaaaaaab\\");
}

/// Hostile texts cost no more than their length.
void TestTextNeedle::growsWithTheText()
{
    QFETCH(QByteArray, piece);
    QFETCH(QByteArray, needle);
    const TextNeedle wanted(needle.toStdString());
    const double growth = tests::growthByEight(std::size_t {1} << 19U, [&](std::size_t size) {
        std::string text;
        while (text.size() < size)
            text.append(piece.data(), static_cast<std::size_t>(piece.size()));
        QVERIFY(!wanted.find(text, TextForm::Json));
    });
    QVERIFY2(growth < tests::kMostLinearGrowth, qPrintable(QString::number(growth)));
}

QTEST_GUILESS_MAIN(TestTextNeedle)
#include "tst_text_needle.moc"
