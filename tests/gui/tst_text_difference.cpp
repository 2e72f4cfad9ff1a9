#include "gui/models/text_difference.h"

#include <QElapsedTimer>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using Kind = DifferenceLine::Kind;

class TestTextDifference : public QObject
{
    Q_OBJECT

private slots:
    void equalTextsHaveNone();
    void wordsThatDifferAreMarked();
    void whatIsTheSameIsLeftOut();
    void jsonIsComparedByMember();
    void whatIsNewHasNothingBefore();
    void longLinesAreShortenedBetweenChanges();
    void scriptsWithoutBlanksDifferByCharacter();
    void hugeTextsTakeNoTime();

private:
    static QStringList changedWords(const DifferenceLine& line)
    {
        QStringList words;
        for (const auto& [first, size] : line.changed)
            words << line.text.mid(first, size);
        return words;
    }
};

void TestTextDifference::equalTextsHaveNone()
{
    QVERIFY(differenceOf(u"a\nb"_s, u"a\nb"_s).empty());
    QVERIFY(jsonDifference(R"({"a":1})", R"({ "a" : 1 })").empty());
    QVERIFY(jsonDifference("", "").empty());
}

void TestTextDifference::wordsThatDifferAreMarked()
{
    const auto lines = differenceOf(u"order 1042 of the kettle"_s, u"order 1037 of the lamp"_s);
    QCOMPARE(lines.size(), std::size_t(2));
    QVERIFY(lines[0].kind == Kind::Removed && lines[1].kind == Kind::Added);
    QCOMPARE(changedWords(lines[0]), (QStringList {u"1042"_s, u"kettle"_s}));
    QCOMPARE(changedWords(lines[1]), (QStringList {u"1037"_s, u"lamp"_s}));
    // Of what has nothing in common the lines say enough.
    for (const DifferenceLine& line : differenceOf(u"[1042, \"kettle\"]"_s, u"[7, \"lamp\"]"_s))
        QVERIFY(line.changed.empty());
    QCOMPARE(differenceText(lines), u"- order 1042 of the kettle\n+ order 1037 of the lamp"_s);
}

void TestTextDifference::whatIsTheSameIsLeftOut()
{
    const QString text = u"1\n2\n3\n4\n5\n6\n7\n8\n9"_s;
    QString other = text;
    other.replace(u"5"_s, u"five"_s);
    QCOMPARE(differenceText(differenceOf(text, other)), u"  ⋮\n  4\n- 5\n+ five\n  6\n  ⋮"_s);
    QCOMPARE(differenceText(differenceOf(u"a\nb"_s, u"a\nb\nc"_s)), u"  a\n  b\n+ c"_s);
    QCOMPARE(differenceText(differenceOf(u"a\nb\nc\nd"_s, u"d"_s)), u"- a\n- b\n- c\n  d"_s);
}

void TestTextDifference::jsonIsComparedByMember()
{
    const auto lines = jsonDifference(R"({"id":7,"why":"late","deep":{"a":1}})",
                                      R"({"id":7,"why":"lost","deep":{"a":1}})");
    const QString text = differenceText(lines);
    QVERIFY2(text.contains(u"-   \"why\": \"late\"") && text.contains(u"+   \"why\": \"lost\""),
             qPrintable(text));
    // A text is compared as one reads it, with its own lines.
    QCOMPARE(differenceText(jsonDifference(R"("one\ntwo")", R"("one\nthree")")),
             u"  one\n- two\n+ three"_s);
    QVERIFY(!jsonDifference("no json", R"("no json!")").empty());
}

void TestTextDifference::whatIsNewHasNothingBefore()
{
    QCOMPARE(differenceText(jsonDifference("", "12")), u"+ 12"_s);
    QCOMPARE(differenceText(jsonDifference(R"("gone")", "")), u"- gone"_s);
}

void TestTextDifference::longLinesAreShortenedBetweenChanges()
{
    const QString words = u"word "_s.repeated(2000);
    const auto lines = differenceOf(u"first "_s + words + u"end"_s, u"last "_s + words + u"end"_s);
    QCOMPARE(lines.size(), std::size_t(2));
    for (const DifferenceLine& line : lines)
        QVERIFY2(line.text.size() < 300, qPrintable(line.text));
    QCOMPARE(changedWords(lines[0]), QStringList {u"first"_s});
    QCOMPARE(changedWords(lines[1]), QStringList {u"last"_s});
}

void TestTextDifference::scriptsWithoutBlanksDifferByCharacter()
{
    const auto lines = differenceOf(u"订单已退款"_s, u"订单未退款"_s);
    QCOMPARE(changedWords(lines.front()), QStringList {u"已"_s});
    const auto arabic = differenceOf(u"تم رد المبلغ"_s, u"لم رد المبلغ"_s);
    QCOMPARE(changedWords(arabic.front()), QStringList {u"تم"_s});
}

void TestTextDifference::hugeTextsTakeNoTime()
{
    QElapsedTimer timer;
    timer.start();
    QString before;
    QString after;
    for (int i = 0; i < 200'000; ++i) {
        before += QString::number(i) + (i % 7 == 0 ? u'\n' : u' ');
        after += QString::number(i * 3) + (i % 5 == 0 ? u'\n' : u' ');
    }
    QVERIFY(!differenceOf(before, after).empty());
    QVERIFY(!differenceOf(before.replace(u'\n', u' '), after.replace(u'\n', u' ')).empty());
    QVERIFY2(timer.elapsed() < 3000, qPrintable(QString::number(timer.elapsed())));
}

QTEST_MAIN(TestTextDifference)
#include "tst_text_difference.moc"
