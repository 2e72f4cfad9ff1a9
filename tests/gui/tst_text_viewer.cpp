#include "gui/theme/theme.h"
#include "gui/widgets/text_viewer.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QScrollBar>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;

class TestTextViewer : public QObject
{
    Q_OBJECT

private slots:
    void heightsAddUpAndAreFound();
    void piecesCoverTheTextWithoutGaps_data();
    void piecesCoverTheTextWithoutGaps();
    void tenMegabytesInOneLineLayOutOnlyWhatIsInSight();
    void tenMillionEmptyLinesStayFewPieces();
    void scrollingThroughMeetsEveryPieceAndBothEnds();
    void copyShowsWhatHides();
    void markupIsText();
    void findGoesRoundBothWays();
    void keyboardSelectsAndMovesByLine();
    void mouseSelects();
    void jsonIsStyledAcrossPieces();
    void fencesAreMarked();
    void withoutWrapLongLinesScrollSideways();
};

namespace {

void show(TextViewer& viewer)
{
    viewer.resize(600, 400);
    viewer.show();
    QVERIFY(QTest::qWaitForWindowExposed(&viewer));
    viewer.setFocus();
}

} // namespace

void TestTextViewer::heightsAddUpAndAreFound()
{
    HeightIndex index;
    index.assign({10, 20, 30, 40, 50});
    QCOMPARE(index.total(), std::int64_t {150});
    QCOMPARE(index.top(3), std::int64_t {60});
    QCOMPARE(index.indexAt(0), std::size_t {0});
    QCOMPARE(index.indexAt(9), std::size_t {0});
    QCOMPARE(index.indexAt(10), std::size_t {1});
    QCOMPARE(index.indexAt(149), std::size_t {4});
    QCOMPARE(index.indexAt(1000), std::size_t {4});
    index.set(1, 100);
    QCOMPARE(index.top(2), std::int64_t {110});
    QCOMPARE(index.indexAt(109), std::size_t {1});
    QCOMPARE(index.total(), std::int64_t {230});
    // At the end they come and go; those before are left alone.
    for (const std::size_t kept : {4U, 2U, 5U, 0U}) {
        index.truncate(std::min(kept, index.count()));
        std::int64_t top = index.total();
        for (int height = 1; height < 40; ++height) {
            QCOMPARE(index.top(index.count()), top);
            index.append(height);
            top += height;
        }
        QCOMPARE(index.total(), top);
        QCOMPARE(index.indexAt(top - 1), index.count() - 1);
        QCOMPARE(index.indexAt(top - 40), index.count() - 2);
    }
}

void TestTextViewer::piecesCoverTheTextWithoutGaps_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("empty") << QString();
    QTest::newRow("one line") << u"abc"_s;
    QTest::newRow("line ends") << u"a\n\nb\n"_s;
    QTest::newRow("long line") << QString(10'000, u'x');
    QTest::newRow("long line, then short ones") << QString(5000, u'x') + u"\na\nb"_s;
    QTest::newRow("pairs") << QString(u"😀"_s).repeated(4000);
    QTest::newRow("many lines") << QString(u"some words\n"_s).repeated(3000);
}

void TestTextViewer::piecesCoverTheTextWithoutGaps()
{
    QFETCH(QString, text);
    const TextBlocks blocks(text, TextSyntax::Markdown);
    QVERIFY(!blocks.blocks().empty());
    qsizetype end = 0;
    for (const TextBlocks::Block& block : blocks.blocks()) {
        QCOMPARE(block.start, end);
        end += block.length;
        QVERIFY(block.length <= TextBlocks::kMax);
        QVERIFY(end == text.size() || !text[end].isLowSurrogate());
        QCOMPARE(block.isContinued, block.start > 0 && text[block.start - 1] != u'\n');
    }
    QCOMPARE(end, text.size());
    QCOMPARE(blocks.blockAt(text.size()), blocks.blocks().size() - 1);
}

void TestTextViewer::tenMegabytesInOneLineLayOutOnlyWhatIsInSight()
{
    Theme theme;
    TextViewer viewer(theme);
    show(viewer);
    const std::size_t before = viewer.layoutCount();
    viewer.setText(QString(u"lorem ipsum "_s).repeated(10 * 1024 * 1024 / 12));
    viewer.grab();
    QVERIFY(viewer.blockCount() > 2000);
    // 400 pixels are some 25 rows of 70 characters: one piece of 4096, two at an edge.
    QVERIFY2(viewer.layoutCount() - before <= 4, qPrintable(QString::number(viewer.layoutCount())));
    const std::size_t atTop = viewer.layoutCount();
    viewer.verticalScrollBar()->setValue(viewer.verticalScrollBar()->maximum() / 2);
    viewer.grab();
    QVERIFY(viewer.layoutCount() - atTop <= 4);
    QTest::keyClick(&viewer, Qt::Key_End, Qt::ControlModifier);
    viewer.grab();
    QVERIFY(viewer.layoutCount() - atTop <= 12);
    QCOMPARE(viewer.verticalScrollBar()->value(), viewer.verticalScrollBar()->maximum());
}

void TestTextViewer::tenMillionEmptyLinesStayFewPieces()
{
    const TextBlocks blocks(QString(10'000'000, u'\n'), TextSyntax::Plain);
    QVERIFY(blocks.blocks().size() < 10'000);
    std::int64_t lines = 0;
    for (const TextBlocks::Block& block : blocks.blocks())
        lines += block.lines;
    QVERIFY(lines >= 10'000'000);
}

void TestTextViewer::scrollingThroughMeetsEveryPieceAndBothEnds()
{
    Theme theme;
    TextViewer viewer(theme);
    show(viewer);
    QString text;
    for (int i = 0; i < 3000; ++i)
        text += u"line %1 "_s.arg(i) + QString(i % 200, u'w') + u'\n';
    viewer.setText(text);
    QScrollBar* bar = viewer.verticalScrollBar();
    std::int64_t last = -1;
    int steps = 0;
    for (; viewer.offset() != last && steps < 10'000; ++steps) {
        last = viewer.offset();
        viewer.scrollBy(300);
    }
    QCOMPARE(bar->value(), bar->maximum());
    QVERIFY(viewer.layoutCount() >= viewer.blockCount());
    // On the way up, nothing may jump: each step moves by what was asked.
    for (int i = 0; i < 50; ++i) {
        const std::int64_t before = viewer.offset();
        viewer.scrollBy(-100);
        QCOMPARE(before - viewer.offset(), std::int64_t {100});
    }
    viewer.scrollTo(0);
    QCOMPARE(viewer.offset(), std::int64_t {0});
}

void TestTextViewer::copyShowsWhatHides()
{
    Theme theme;
    TextViewer viewer(theme);
    show(viewer);
    viewer.setText(u"a\u202Eb\u0007c\td\n"_s);
    QTest::keyClick(&viewer, Qt::Key_A, Qt::ControlModifier);
    viewer.copy();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"a\uFFFDb\u2407c\td\n"_s);
    viewer.setSelection(1, 1);
    QVERIFY(viewer.selectedText().isEmpty());
}

void TestTextViewer::markupIsText()
{
    Theme theme;
    TextViewer viewer(theme);
    show(viewer);
    const QString hostile = u"<img src=\"file:///dev/zero\"><table><b>x</b>"_s;
    viewer.setText(hostile);
    viewer.grab();
    viewer.selectAll();
    QCOMPARE(viewer.selectedText(), hostile);
}

void TestTextViewer::findGoesRoundBothWays()
{
    Theme theme;
    TextViewer viewer(theme);
    show(viewer);
    viewer.setText(QString(5000, u'x') + u"Needle"_s + QString(9000, u'y') + u"needle"_s);
    QVERIFY(viewer.find(u"needle"_s));
    QCOMPARE(viewer.selectedText(), u"Needle"_s);
    QVERIFY(viewer.find(u"needle"_s));
    QCOMPARE(viewer.selectedText(), u"needle"_s);
    QVERIFY(viewer.find(u"needle"_s));
    QCOMPARE(viewer.selectedText(), u"Needle"_s);
    QVERIFY(viewer.find(u"needle"_s, false));
    QCOMPARE(viewer.selectedText(), u"needle"_s);
    QVERIFY(viewer.offset() > 0);
    QVERIFY(!viewer.find(u"nowhere"_s));
    QCOMPARE(viewer.selectedText(), u"needle"_s);
}

void TestTextViewer::keyboardSelectsAndMovesByLine()
{
    Theme theme;
    TextViewer viewer(theme);
    show(viewer);
    viewer.setText(u"first\nsecond\nthird"_s);
    QTest::keyClick(&viewer, Qt::Key_Down);
    QTest::keyClick(&viewer, Qt::Key_End, Qt::ShiftModifier);
    QCOMPARE(viewer.selectedText(), u"second"_s);
    QTest::keyClick(&viewer, Qt::Key_Down);
    QTest::keyClick(&viewer, Qt::Key_Home, Qt::ShiftModifier);
    QCOMPARE(viewer.selectedText(), u"third"_s);
    QTest::keyClick(&viewer, Qt::Key_Home, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(viewer.selectedText(), u"first\nsecond\nthird"_s);
}

void TestTextViewer::mouseSelects()
{
    Theme theme;
    TextViewer viewer(theme);
    show(viewer);
    viewer.setText(u"alpha beta\ngamma"_s);
    const QPoint inFirst(metrics::kMargin + 2, 6);
    QTest::mouseDClick(viewer.viewport(), Qt::LeftButton, {}, inFirst);
    QCOMPARE(viewer.selectedText(), u"alpha"_s);
    QTest::mousePress(viewer.viewport(), Qt::LeftButton, {}, QPoint(0, 6));
    QTest::mouseMove(viewer.viewport(), QPoint(590, 300));
    QMouseEvent drag(QEvent::MouseMove,
                     QPointF(590, 300),
                     viewer.viewport()->mapToGlobal(QPointF(590, 300)),
                     Qt::NoButton,
                     Qt::LeftButton,
                     {});
    QCoreApplication::sendEvent(viewer.viewport(), &drag);
    QCOMPARE(viewer.selectedText(), u"alpha beta\ngamma"_s);
}

void TestTextViewer::jsonIsStyledAcrossPieces()
{
    const QString text = u"{\"a\": [1, true, \"x: \\\" y\"]}"_s;
    const auto styles = jsonStyles(text, false);
    using Role = TextStyle::Role;
    const std::vector<TextStyle> expected {
        {1, 3, Role::Key}, {7, 1, Role::Number}, {10, 4, Role::Keyword}, {16, 9, Role::String}};
    QVERIFY(styles == expected);
    // A string of 9000 characters spans three pieces; what follows it is no string.
    const TextBlocks blocks(u"[\""_s + QString(9000, u'z') + u"\", 7]"_s, TextSyntax::Json);
    QVERIFY(!blocks.blocks()[0].startsInString);
    QVERIFY(blocks.blocks()[1].startsInString);
    const auto tail = jsonStyles(u"zzz\", 7]", true);
    QCOMPARE(tail.size(), std::size_t {2});
    QVERIFY(tail[1].role == Role::Number);
}

void TestTextViewer::fencesAreMarked()
{
    const auto styles = fenceStyles(u"text\n```cpp\nint a;\n```\nmore", false);
    QCOMPARE(styles.size(), std::size_t {3});
    QCOMPARE(styles[1].start, qsizetype {12});
    QCOMPARE(styles[1].length, qsizetype {6});
}

void TestTextViewer::withoutWrapLongLinesScrollSideways()
{
    Theme theme;
    TextViewer viewer(theme);
    show(viewer);
    viewer.setText(QString(3000, u'm'));
    viewer.grab();
    QCOMPARE(viewer.horizontalScrollBar()->maximum(), 0);
    viewer.setWrapped(false);
    viewer.grab();
    QVERIFY(viewer.horizontalScrollBar()->maximum() > 3000);
    QTest::keyClick(&viewer, Qt::Key_End);
    QVERIFY(viewer.horizontalScrollBar()->value() > 3000);
}

QTEST_MAIN(TestTextViewer)
#include "tst_text_viewer.moc"
