#include "gui/compare/pair_details.h"
#include "gui/compare/pair_fields.h"
#include "gui/compare/paired_text.h"
#include "gui/compare/paired_text_view.h"
#include "gui/theme/theme.h"
#include "tests/gui/compare_text.h"

#include <QApplication>
#include <QClipboard>
#include <QSignalSpy>
#include <QTabBar>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using namespace tracestore;

using Kind = PairedText::Kind;

namespace {

/// A row as text: `A|B`, the words that differ in brackets, nothing on a side without a line.
QString rowText(const PairedText& text, std::size_t index)
{
    QStringList cells;
    for (const CompareSide side : kBothSides) {
        const PairedText::Row& row = text.rows[index];
        if (!row.isThere[side]) {
            cells << u"∅"_s;
            continue;
        }
        QString cell;
        qsizetype at = row.text[side].first;
        for (const PairedText::Stretch& word : text.wordsOf(index, side)) {
            cell += text.text[side].mid(at, word.first - at) + u'['
                + text.text[side].mid(word.first, word.size) + u']';
            at = word.end();
        }
        cells << cell + text.text[side].mid(at, row.text[side].end() - at);
    }
    return cells.join(u'|');
}

QStringList rowsOf(const PairedText& text)
{
    QStringList rows;
    for (std::size_t i = 0; i < text.rows.size(); ++i)
        rows << rowText(text, i);
    return rows;
}

PairedText paired(const QString& a, const QString& b)
{
    return pairTexts({a, {}}, {b, {}});
}

/// What a side says in all its rows, put together again.
QString wholeOf(const PairedText& text, CompareSide side)
{
    QString whole;
    bool isFirst = true;
    for (const PairedText::Row& row : text.rows) {
        if (!row.isThere[side])
            continue;
        if (!isFirst && !row.isContinued)
            whole += u'\n';
        isFirst = false;
        whole += text.text[side].mid(row.text[side].first, row.text[side].size);
    }
    return whole;
}

std::shared_ptr<const PairedText> shared(PairedText text)
{
    return std::make_shared<const PairedText>(std::move(text));
}

} // namespace

class TestCompareTexts : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void linesThatBelongTogetherStandSideBySide();
    void wordsThatDifferAreMarked();
    void wordsOfOtherScriptsAreMarkedWhole();
    void nothingIsCutWhateverItsLength_data();
    void nothingIsCutWhateverItsLength();
    void oneSideMayBeEmpty();
    void equalTextsHaveNoChange();
    void jsonIsComparedAsJson();
    void messagesHaveHeadings();
    void fieldsOfAPairAreThoseThatAreKnown();
    void longEqualStretchesAreFoldedAndOpen();
    void onlyWhatIsInSightIsLaidOut();
    void changesAreVisitedAroundTheEnd();
    void textOfOneSideIsSelectedAndCopied();
    void detailsFollowTheSelectedPair();
    void fieldChosenStaysFromPairToPair();
    void whatCannotBeReadIsSaid();
    void textOfStrangersStaysText();

private:
    void compare(const QString& text);
    void select(std::size_t pair);

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<CompareContext> m_context;
    std::unique_ptr<PairDetails> m_details;
};

void TestCompareTexts::init()
{
    m_details.reset();
    m_context.reset();
    m_theme = std::make_unique<Theme>(u"dark"_s);
}

void TestCompareTexts::compare(const QString& text)
{
    m_details.reset();
    tests::MadeComparison made = tests::comparisonOf(text);
    m_context = std::make_unique<CompareContext>(
        std::move(made.sides), std::move(made.alignment), *m_theme);
    m_details = std::make_unique<PairDetails>(*m_context);
    m_details->resize(800, 300);
    m_details->show();
    QTRY_VERIFY(m_details->isReady());
}

void TestCompareTexts::select(std::size_t pair)
{
    m_context->select(pair);
    QVERIFY(!m_details->isReady());
    QTRY_VERIFY(m_details->isReady());
}

void TestCompareTexts::linesThatBelongTogetherStandSideBySide()
{
    const PairedText text = paired(u"one\ntwo\nthree\nfour"_s, u"one\nthree\n3.5\nfour"_s);
    QCOMPARE(rowsOf(text),
             QStringList({u"one|one"_s, u"two|∅"_s, u"three|three"_s, u"∅|3.5"_s, u"four|four"_s}));
    QCOMPARE(text.changes, std::vector<std::uint32_t>({1, 3}));
    QCOMPARE(text.rows[1].kind, Kind::OnlyA);
    QCOMPARE(text.rows[3].kind, Kind::OnlyB);
}

void TestCompareTexts::wordsThatDifferAreMarked()
{
    const PairedText text = paired(u"refund the order now"_s, u"refund the sum paid now"_s);
    QCOMPARE(rowsOf(text), QStringList({u"refund the [order] now|refund the [sum paid ]now"_s}));
    QCOMPARE(text.rows[0].kind, Kind::Changed);
}

void TestCompareTexts::wordsOfOtherScriptsAreMarkedWhole()
{
    const PairedText text = paired(u"退款 890 元给客户"_s, u"退款 89 元给客户"_s);
    QCOMPARE(rowsOf(text), QStringList({u"退款 [890] 元给客户|退款 [89] 元给客户"_s}));
    const PairedText faces = paired(u"all is well 😀 here"_s, u"all is well 😡 here"_s);
    QCOMPARE(rowsOf(faces), QStringList({u"all is well [😀] here|all is well [😡] here"_s}));
}

void TestCompareTexts::nothingIsCutWhateverItsLength_data()
{
    QTest::addColumn<QString>("a");
    QTest::addColumn<QString>("b");
    const QString line = u"lorem ipsum dolor sit amet "_s;
    QTest::newRow("a line of a megabyte")
        << line.repeated(40'000) << QString(line.repeated(39'000) + u"another end"_s);
    QTest::newRow("faces at the cut")
        << QString(u'a' + u"😀"_s.repeated(5000)) << QString(u"😀"_s.repeated(5000) + u'b');
    QTest::newRow("many lines") << QString(u"same\n"_s.repeated(30'000) + u"a"_s)
                                << QString(u"same\n"_s.repeated(30'000) + u"b"_s);
    QTest::newRow("nothing alike") << u"x\n"_s.repeated(2000) << u"y\n"_s.repeated(3000);
    QTest::newRow("long against short") << line.repeated(1000) << u"short"_s;
    QTest::newRow("empty lines at the end") << u"a\n\n\n"_s << u"a\n\n"_s;
}

void TestCompareTexts::nothingIsCutWhateverItsLength()
{
    QFETCH(QString, a);
    QFETCH(QString, b);
    const PairedText text = paired(a, b);
    QVERIFY(wholeOf(text, CompareSide::A) == a);
    QVERIFY(wholeOf(text, CompareSide::B) == b);
    for (const PairedText::Row& row : text.rows) {
        QVERIFY(row.text.a.size <= kLongestPiece + 1);
        QVERIFY(row.text.b.size <= kLongestPiece + 1);
    }
    QVERIFY(!text.isSame());
}

void TestCompareTexts::oneSideMayBeEmpty()
{
    const PairedText text = paired({}, u"a\nb"_s);
    QCOMPARE(rowsOf(text), QStringList({u"∅|a"_s, u"∅|b"_s}));
    QCOMPARE(text.changes.size(), 1U);
    const PairedText other = paired(u"a"_s, {});
    QCOMPARE(rowsOf(other), QStringList({u"a|∅"_s}));
    QVERIFY(paired({}, {}).rows.empty());
}

void TestCompareTexts::equalTextsHaveNoChange()
{
    const PairedText text = paired(u"a\nb"_s, u"a\nb"_s);
    QVERIFY(text.isSame());
    QCOMPARE(rowsOf(text), QStringList({u"a|a"_s, u"b|b"_s}));
}

void TestCompareTexts::jsonIsComparedAsJson()
{
    compare(uR"(~ tool refund :: {"id": "A-1", "amount": 890.00} | {"amount":89.00,"id":"A-1"})"_s);
    const PairedText& text = m_details->texts().text();
    QCOMPARE(m_details->currentField(), PairField::Arguments);
    QCOMPARE(rowsOf(text),
             QStringList({u"{|{"_s,
                          uR"(  "amount": [890].00,|  "amount": [89].00,)"_s,
                          uR"(  "id": "A-1"|  "id": "A-1")"_s,
                          u"}|}"_s}));
}

void TestCompareTexts::messagesHaveHeadings()
{
    compare(u"~ llm say :: yes | no"_s);
    const PairedText& text = m_details->texts().text();
    QCOMPARE(m_details->currentField(), PairField::Answer);
    QCOMPARE(rowsOf(text).front(), u"assistant|assistant"_s);
    QVERIFY(text.rows.front().isHeading);
    QVERIFY(!text.rows.back().isHeading);
}

void TestCompareTexts::fieldsOfAPairAreThoseThatAreKnown()
{
    compare(u"~ tool refund :: 1 | 2\n= llm say :: yes | yes"_s);
    const auto shown = [&] {
        QList<PairField> fields;
        for (const auto& field : m_details->fields())
            fields << field.field;
        return fields;
    };
    QCOMPARE(shown(), QList<PairField>({PairField::Arguments, PairField::Facts}));
    select(1);
    QCOMPARE(shown(), QList<PairField>({PairField::Answer, PairField::Facts}));
    QVERIFY(m_details->fields().front().isSame());
}

void TestCompareTexts::longEqualStretchesAreFoldedAndOpen()
{
    PairedTextView view(*m_theme);
    view.resize(600, 300);
    view.show();
    view.setText(shared(paired(QString(u"same\n"_s.repeated(100) + u"a"_s),
                               QString(u"same\n"_s.repeated(100) + u"b"_s))));
    QCOMPARE(view.shownRows(), 5U);
    QCOMPARE(view.foldedAt(0), 97U);
    view.scrollTo(0);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, {100, 8});
    QCOMPARE(view.shownRows(), 101U);
    view.setFolded(false);
    QCOMPARE(view.shownRows(), 101U);
    view.setFolded(true);
    QCOMPARE(view.shownRows(), 5U);
}

void TestCompareTexts::onlyWhatIsInSightIsLaidOut()
{
    PairedTextView view(*m_theme);
    view.resize(600, 300);
    view.show();
    const QString lines = u"a line of text\n"_s.repeated(200'000);
    view.setFolded(false);
    view.setText(shared(paired(lines, QString(lines + u"more"_s))));
    QVERIFY(!view.grab().isNull());
    QVERIFY(view.shownRows() > 200'000);
    QVERIFY2(view.layoutCount() < 500, qPrintable(QString::number(view.layoutCount())));
}

void TestCompareTexts::changesAreVisitedAroundTheEnd()
{
    PairedTextView view(*m_theme);
    view.resize(600, 100);
    view.show();
    QString a;
    QString b;
    for (int i = 0; i < 300; ++i) {
        a += u"same %1\n"_s.arg(i);
        b += i % 100 == 50 ? u"other %1\n"_s.arg(i) : u"same %1\n"_s.arg(i);
    }
    view.setFolded(false);
    view.setText(shared(paired(a, b)));
    const std::int64_t first = view.offset();
    QVERIFY(first > 0);
    view.goToChange(true);
    const std::int64_t second = view.offset();
    QVERIFY(second > first);
    view.goToChange(true);
    QVERIFY(view.offset() > second);
    view.goToChange(true);
    QCOMPARE(view.offset(), first);
    view.goToChange(false);
    QVERIFY(view.offset() > second);
}

void TestCompareTexts::textOfOneSideIsSelectedAndCopied()
{
    PairedTextView view(*m_theme);
    view.resize(600, 200);
    view.show();
    view.setText(shared(paired(u"one\ntwo"_s, u"one\nthree"_s)));
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, {450, 5});
    view.selectAll();
    view.copy();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"one\nthree"_s);
    QTest::mousePress(view.viewport(), Qt::LeftButton, {}, {2, 4});
    QMouseEvent drag(QEvent::MouseMove,
                     QPointF(290, 195),
                     view.viewport()->mapToGlobal(QPointF(290, 195)),
                     Qt::NoButton,
                     Qt::LeftButton,
                     {});
    QApplication::sendEvent(view.viewport(), &drag);
    QCOMPARE(view.selectedText(), u"one\ntwo"_s);
}

void TestCompareTexts::detailsFollowTheSelectedPair()
{
    compare(u"= llm a :: one | one\n~ llm b :: two | three\n+ tool c :: 5 | 5"_s);
    QCOMPARE(m_context->selected(), std::size_t {1});
    QVERIFY(rowsOf(m_details->texts().text()).contains(u"two|three"_s));
    select(2);
    QVERIFY(rowsOf(m_details->texts().text()).contains(u"∅|5"_s));
    select(0);
    QVERIFY(m_details->texts().text().isSame());
    m_context->select(1);
    m_context->select(2);
    m_context->select(1);
    QTRY_VERIFY(m_details->isReady());
    QVERIFY(rowsOf(m_details->texts().text()).contains(u"two|three"_s));
    m_context->swap();
    QTRY_VERIFY(m_details->isReady());
    QVERIFY(rowsOf(m_details->texts().text()).contains(u"three|two"_s));
}

void TestCompareTexts::fieldChosenStaysFromPairToPair()
{
    compare(u"~ llm a :: one | two\n~ llm b :: three | four\n+ llm c :: five"_s);
    select(2);
    QCOMPARE(m_details->currentField(), PairField::Answer);
    m_details->setCurrentField(PairField::Facts);
    QTRY_COMPARE(m_details->texts().text().text.a, QString());
    select(0);
    // Both say the same there, so what differs is shown.
    QCOMPARE(m_details->currentField(), PairField::Answer);
    select(2);
    QCOMPARE(m_details->currentField(), PairField::Facts);
}

void TestCompareTexts::whatCannotBeReadIsSaid()
{
    class NoPayloads : public PayloadSource
    {
    public:
        Result<SpanDetail> detail(SpanId) const override
        {
            return fail(ErrorCode::NotFound, "The file is gone.");
        }

        Result<std::string> raw(SpanId) const override
        {
            return fail(ErrorCode::NotFound, "The file is gone.");
        }
    };

    tests::MadeComparison made = tests::comparisonOf(u"~ tool a :: 1 | 2"_s);
    Trace::Data data = made.sides.a.trace->data();
    data.payloads = std::make_shared<NoPayloads>();
    made.sides.a.trace = std::make_shared<const Trace>(std::move(data));
    m_context = std::make_unique<CompareContext>(
        std::move(made.sides), std::move(made.alignment), *m_theme);
    m_details = std::make_unique<PairDetails>(*m_context);
    QTRY_VERIFY(m_details->isReady());
    QCOMPARE(m_details->notice(), u"What A says could not be read: The file is gone."_s);
    QVERIFY(rowsOf(m_details->texts().text()).contains(u"∅|2"_s));
}

void TestCompareTexts::textOfStrangersStaysText()
{
    compare(u"~ tool <b>a</b> :: <img src='/dev/zero'>\u202Eevil | <script>"_s);
    const QString shown = m_details->texts().text().text.a;
    QVERIFY(shown.startsWith(u"<img src='/dev/zero'>"_s));
    QVERIFY(!shown.contains(QChar(0x202E)));
    QVERIFY(!m_details->grab().isNull());
}

QTEST_MAIN(TestCompareTexts)
#include "tst_compare_texts.moc"
