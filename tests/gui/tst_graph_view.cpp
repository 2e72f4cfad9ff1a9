#include "gui/context/session_context.h"
#include "gui/graph/graph_export.h"
#include "gui/graph/graph_view.h"
#include "gui/theme/theme.h"
#include "tests/gui/graph_text.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_maker.h"

#include <QAction>
#include <QFile>
#include <QImage>
#include <QMenu>
#include <QProcess>
#include <QScrollBar>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

using namespace gui;
using namespace Qt::StringLiterals;
using tests::traceFromText;
using tracestore::SpanId;

namespace {

QString program()
{
    return QString::fromStdString(
        (tests::fromEnvironment("KYMO_BINARY_DIR") / "bin" / "kymo-layout").string());
}

/// Spans: 0 user, 1 plan, 2 and 3 lookups, 4 agent, 5 decide, 6-8 policy, 9 decide, 10 refund.
constexpr const char* kRun = R"(
message user 0-0
llm plan 0-16 model=gpt
tool order 16-20
tool customer 16-19
agent resolver 21-80 @resolver
  llm decide 21-32 model=gpt
  tool policy 32-40
  tool policy 40-45 error
  tool policy 45-49
  llm decide 49-60 model=gpt
  tool refund 60-80
)";

/// A view of a trace, shown and laid out.
struct Shown
{
    explicit Shown(tracestore::TracePtr trace, const QString& layoutProgram = program())
        : context(std::move(trace), theme)
        , view(context, nullptr, layoutProgram)
    {
        view.resize(1100, 500);
        view.show();
        settle();
    }

    explicit Shown(const char* text)
        : Shown(traceFromText(text))
    { }

    void settle()
    {
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QTRY_VERIFY(!view.isBusy() && view.scene().graph != nullptr);
    }

    [[nodiscard]] std::uint32_t card(std::string_view name) const
    {
        const auto& nodes = view.scene().graph->nodes;
        const auto found = std::ranges::find(nodes, name, &GraphNode::name);
        return found == nodes.end() ? kNoIndex : static_cast<std::uint32_t>(found - nodes.begin());
    }

    [[nodiscard]] QPoint middle(std::uint32_t index) const
    {
        return view.toView(view.scene().cards[index].rect.center()).toPoint();
    }

    void click(QPoint place)
    {
        QTest::mouseClick(view.viewport(), Qt::LeftButton, Qt::NoModifier, place);
    }

    void click(std::string_view name) { click(middle(card(name))); }

    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::keyClick(view.viewport(), key, modifiers);
    }

    [[nodiscard]] std::string_view selected() const
    {
        const SpanId span = context.selected();
        return span.isValid() ? context.trace()->name(span) : std::string_view();
    }

    Theme theme;
    SessionContext context;
    GraphView view;
};

} // namespace

class TestGraphView : public QObject
{
    Q_OBJECT

private slots:
    void clickSelectsTheTellingStep();
    void clicksStepThroughAFold();
    void stepperGoesBothWays();
    void keysWalkAlongTheEdges();
    void enterOpensAndClosesAFold();
    void doubleClickOpensAFold();
    void frameClosesAndOpensAgain();
    void selectionFromElsewhereIsShown();
    void visibleSelectionDoesNotScroll();
    void openedCardStaysInPlace();
    void selectionLightsItsWay();
    void unrolledShowsEveryStep();
    void sessionOfTheSelectionIsShown();
    void scopeMenuOffersSessionsAndTheStep();
    void zoomKeepsThePointUnderTheMouse();
    void fitShowsTheWhole();
    void draggingPans();
    void noteTellsTheLayout();
    void hoverIsShared();
    void emptyTraceSaysSo();
    void exportsSvg();
    void exportsPng();
    void exportsDot();
    void failedExportSaysSo();
    void dotTextIsEscaped();
    void longAndForeignNamesFit();
    void themesAndSmallZoomsPaint();
    void actionsAreNamed();
};

void TestGraphView::clickSelectsTheTellingStep()
{
    Shown shown(kRun);
    shown.click("plan");
    QCOMPARE(shown.context.selected(), SpanId(1));
    shown.click("policy");
    QCOMPARE(shown.context.selected(), SpanId(7)); // the one that failed
}

void TestGraphView::clicksStepThroughAFold()
{
    Shown shown(kRun);
    std::vector<SpanId> seen;
    for (int i = 0; i < 4; ++i) {
        shown.click("policy");
        seen.push_back(shown.context.selected());
    }
    QCOMPARE(seen, (std::vector {SpanId(7), SpanId(8), SpanId(6), SpanId(7)}));
}

void TestGraphView::stepperGoesBothWays()
{
    Shown shown(kRun);
    QVERIFY(shown.view.stepper().isEmpty());
    shown.click("plan");
    QVERIFY(shown.view.stepper().isEmpty());
    shown.click("policy");
    const QRect pill = shown.view.stepper();
    QVERIFY(!pill.isEmpty());
    shown.click(pill.center() - QPoint(30, 0));
    QCOMPARE(shown.context.selected(), SpanId(6));
    shown.click(pill.center() + QPoint(30, 0));
    QCOMPARE(shown.context.selected(), SpanId(7));
    shown.key(Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(shown.context.selected(), SpanId(8));
}

void TestGraphView::keysWalkAlongTheEdges()
{
    Shown shown(kRun);
    shown.key(Qt::Key_Home);
    QCOMPARE(shown.selected(), std::string_view("user"));
    shown.key(Qt::Key_Right);
    QCOMPARE(shown.selected(), std::string_view("plan"));
    shown.key(Qt::Key_Right);
    const std::string lookup(shown.selected());
    QVERIFY(lookup == "order" || lookup == "customer");
    const auto height = [&](std::string_view name) { return shown.middle(shown.card(name)).y(); };
    const bool isOrderAbove = height("order") < height("customer");
    shown.key((lookup == "order") == isOrderAbove ? Qt::Key_Down : Qt::Key_Up);
    QVERIFY(shown.selected() != lookup);
    shown.key(Qt::Key_Right);
    QCOMPARE(shown.selected(), std::string_view("decide"));
    shown.key(Qt::Key_Left);
    QVERIFY(shown.selected() == "order" || shown.selected() == "customer");
    shown.key(Qt::Key_End);
    QCOMPARE(shown.selected(), std::string_view("refund"));
    shown.key(Qt::Key_Right); // nothing there
    QCOMPARE(shown.selected(), std::string_view("refund"));
}

void TestGraphView::enterOpensAndClosesAFold()
{
    Shown shown(kRun);
    const std::size_t folded = shown.view.scene().cards.size();
    shown.click("policy");
    shown.key(Qt::Key_Return);
    shown.settle();
    QCOMPARE(shown.view.scene().cards.size(), folded + 2);
    QCOMPARE(shown.context.selected(), SpanId(7)); // still, on a card of its own
    QCOMPARE(shown.view.scene().graph->nodes[shown.view.emphasis().selected].partFirst, 2U);
    shown.key(Qt::Key_Space);
    shown.settle();
    QCOMPARE(shown.view.scene().cards.size(), folded);
}

void TestGraphView::doubleClickOpensAFold()
{
    Shown shown(kRun);
    const std::size_t folded = shown.view.scene().cards.size();
    const QPoint place = shown.middle(shown.card("decide"));
    shown.click(place);
    const SpanId first = shown.context.selected();
    QTest::mouseDClick(shown.view.viewport(), Qt::LeftButton, Qt::NoModifier, place);
    shown.settle();
    QCOMPARE(shown.view.scene().cards.size(), folded + 1);
    QCOMPARE(shown.context.selected(), first); // the second click is no step on
}

void TestGraphView::frameClosesAndOpensAgain()
{
    Shown shown(kRun);
    QCOMPARE(shown.view.scene().frames.size(), std::size_t {1});
    const QRectF title = shown.view.scene().frames.front().titleRect;
    shown.click(shown.view.toView(title.center() + QPointF(8, 0)).toPoint());
    QCOMPARE(shown.context.selected(), SpanId(4));
    QCOMPARE(shown.view.emphasis().selectedFrame, 0U);
    shown.click(shown.view.toView(title.topLeft() + QPointF(8, 8)).toPoint());
    shown.settle();
    QVERIFY(shown.view.scene().frames.empty());
    QCOMPARE(shown.view.scene().graph->nodes.back().kind, NodeKind::Agent);
    QCOMPARE(shown.view.emphasis().selected, shown.card("resolver"));
    shown.key(Qt::Key_Return);
    shown.settle();
    QCOMPARE(shown.view.scene().frames.size(), std::size_t {1});
}

void TestGraphView::selectionFromElsewhereIsShown()
{
    Shown shown(tests::makeAgentTrace(200));
    shown.view.setMode(FoldMode::Unrolled);
    shown.settle();
    const SpanId last(800);
    shown.context.select(last);
    const std::uint32_t card = shown.view.emphasis().selected;
    QVERIFY(card != kNoIndex);
    QCOMPARE(shown.view.scene().graph->nodeOf(last), card);
    QVERIFY(shown.view.viewport()->rect().contains(shown.middle(card)));
    shown.context.select({});
    QCOMPARE(shown.view.emphasis().selected, kNoIndex);
}

void TestGraphView::visibleSelectionDoesNotScroll()
{
    Shown shown(tests::makeAgentTrace(200));
    shown.view.setMode(FoldMode::Unrolled);
    shown.settle();
    const int before = shown.view.horizontalScrollBar()->value();
    shown.context.select(SpanId(2));
    QCOMPARE(shown.view.horizontalScrollBar()->value(), before);
    shown.context.select(SpanId(700));
    QVERIFY(shown.view.horizontalScrollBar()->value() > before);
}

void TestGraphView::openedCardStaysInPlace()
{
    Shown shown(kRun);
    shown.view.setZoom(2, {300, 250});
    shown.context.select(SpanId(7));
    const QPoint before = shown.middle(shown.card("policy"));
    shown.key(Qt::Key_Return);
    shown.settle();
    const QPoint after = shown.middle(shown.view.scene().graph->nodeOf(SpanId(6)));
    // As far as the picture reaches: its edges cannot be scrolled past.
    QVERIFY((after - before).manhattanLength() < 200);
    QVERIFY(shown.view.viewport()->rect().contains(after));
}

void TestGraphView::selectionLightsItsWay()
{
    Shown shown(kRun);
    shown.context.select(SpanId(5)); // the first of two "decide"
    const auto& graph = *shown.view.scene().graph;
    QVERIFY(!shown.view.emphasis().edges.empty());
    for (const std::uint32_t i : shown.view.emphasis().edges) {
        const GraphEdge& edge = graph.edges[i];
        QVERIFY(graph.nodes[edge.from].name == "decide" || graph.nodes[edge.to].name == "decide");
        QVERIFY(graph.nodes[edge.to].name != "refund"); // that is the way of the second
    }
}

void TestGraphView::unrolledShowsEveryStep()
{
    Shown shown(kRun);
    QAction* unrolled = shown.view.actions().at(1);
    unrolled->trigger();
    shown.settle();
    QCOMPARE(shown.view.scene().cards.size(), std::size_t {10});
    unrolled->trigger();
    shown.settle();
    QCOMPARE(shown.view.scene().cards.size(), std::size_t {7});
}

void TestGraphView::sessionOfTheSelectionIsShown()
{
    Shown shown("== one\nllm a\n== two\nllm b\nllm c\n");
    QCOMPARE(shown.view.scene().cards.size(), std::size_t {1});
    shown.context.select(SpanId(2));
    shown.settle();
    QCOMPARE(shown.view.scope().session, tracestore::SessionId(1));
    QCOMPARE(shown.view.scene().cards.size(), std::size_t {2});
    QCOMPARE(shown.view.emphasis().selected, shown.card("c"));
}

void TestGraphView::scopeMenuOffersSessionsAndTheStep()
{
    Shown shown("== one\nllm a\n== two\nllm b\n  tool c\nllm d\n");
    QMenu* menu = shown.view.actions().front()->menu();
    QVERIFY(menu != nullptr);
    shown.context.select(SpanId(1));
    shown.settle();
    emit menu->aboutToShow();
    const auto entries = menu->actions();
    QCOMPARE(entries.size(), 5);
    QVERIFY(entries[2]->isChecked());
    entries[0]->trigger();
    shown.settle();
    QCOMPARE(shown.view.scene().cards.size(), std::size_t {4});
    entries[4]->trigger();
    shown.settle();
    QCOMPARE(shown.view.scene().cards.size(), std::size_t {2});
    QCOMPARE(shown.view.actions().front()->text(), u"b"_s);
}

void TestGraphView::zoomKeepsThePointUnderTheMouse()
{
    Shown shown(tests::makeAgentTrace(200));
    shown.view.setMode(FoldMode::Unrolled);
    shown.settle();
    shown.context.select(SpanId(400));
    const QPointF mouse(500, 250);
    const double point = shown.view.toScene(mouse).x();
    const double zoom = shown.view.zoom();
    QWheelEvent wheel(mouse,
                      shown.view.viewport()->mapToGlobal(mouse),
                      {},
                      {0, 240},
                      Qt::NoButton,
                      Qt::ControlModifier,
                      Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(shown.view.viewport(), &wheel);
    QVERIFY(shown.view.zoom() > zoom * 1.3);
    QVERIFY(std::abs(shown.view.toScene(mouse).x() - point) < 2);
    shown.key(Qt::Key_1);
    QCOMPARE(shown.view.zoom(), 1.0);
    shown.key(Qt::Key_Minus);
    QVERIFY(shown.view.zoom() < 1);
}

void TestGraphView::fitShowsTheWhole()
{
    Shown shown(tests::makeAgentTrace(30));
    shown.view.setMode(FoldMode::Unrolled);
    shown.settle();
    QVERIFY(shown.view.horizontalScrollBar()->maximum() > 0);
    shown.key(Qt::Key_F);
    QCOMPARE(shown.view.horizontalScrollBar()->maximum(), 0);
    QCOMPARE(shown.view.verticalScrollBar()->maximum(), 0);
    const QRect all = shown.view.viewport()->rect();
    QVERIFY(all.contains(shown.view.toView(shown.view.scene().bounds.topLeft()).toPoint()));
    QVERIFY(all.contains(shown.view.toView(shown.view.scene().bounds.bottomRight()).toPoint()));
}

void TestGraphView::draggingPans()
{
    Shown shown(tests::makeAgentTrace(100));
    shown.view.setMode(FoldMode::Unrolled);
    shown.settle();
    QWidget* area = shown.view.viewport();
    const int before = shown.view.horizontalScrollBar()->value();
    QTest::mousePress(area, Qt::LeftButton, Qt::NoModifier, {600, 250});
    QMouseEvent move(QEvent::MouseMove,
                     QPointF(400, 250),
                     area->mapToGlobal(QPointF(400, 250)),
                     Qt::NoButton,
                     Qt::LeftButton,
                     Qt::NoModifier);
    QApplication::sendEvent(area, &move);
    QTest::mouseRelease(area, Qt::LeftButton, Qt::NoModifier, {400, 250});
    QCOMPARE(shown.view.horizontalScrollBar()->value(), before + 200);
    QVERIFY(!shown.context.selected().isValid()); // a drag is no click
}

void TestGraphView::noteTellsTheLayout()
{
    Shown dot(kRun);
    QCOMPARE(dot.view.scene().engine, LayoutEngine::Dot);
    QVERIFY(dot.view.note().isEmpty());
    Shown ours(traceFromText(kRun), QString());
    QCOMPARE(ours.view.scene().engine, LayoutEngine::Layered);
    QVERIFY(ours.view.note().contains(u"not installed"_s));
    ours.click("plan"); // and it works all the same
    QCOMPARE(ours.context.selected(), SpanId(1));
}

void TestGraphView::hoverIsShared()
{
    Shown shown(kRun);
    QTest::mouseMove(shown.view.viewport(), shown.middle(shown.card("plan")));
    QTRY_COMPARE(shown.context.hovered(), SpanId(1));
    shown.context.setHovered(SpanId(10));
    QCOMPARE(shown.view.emphasis().hovered, shown.card("refund"));
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(shown.view.viewport(), &leave);
    QVERIFY(!shown.context.hovered().isValid());
    QCOMPARE(shown.view.emphasis().hovered, kNoIndex);
}

void TestGraphView::emptyTraceSaysSo()
{
    Shown shown("");
    QVERIFY(shown.view.scene().cards.empty());
    QVERIFY(shown.view.note().isEmpty());
    for (const Qt::Key key : {Qt::Key_Home, Qt::Key_Right, Qt::Key_Return, Qt::Key_F})
        shown.key(key);
    shown.click(QPoint(100, 100));
    QVERIFY(!shown.context.selected().isValid());
    QVERIFY(!shown.view.grab().isNull());
}

void TestGraphView::exportsSvg()
{
    Shown shown("tool <b>&\"x\" 0-1\ntool 中文 1-2\n");
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"graph.svg"_s);
    shown.view.exportTo(path);
    QSvgRenderer renderer(path);
    QVERIFY(renderer.isValid()); // well-formed, or it is not
    const QSize size = renderer.defaultSize();
    QVERIFY(size.width() > shown.view.scene().bounds.width());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains("&lt;b&gt;&amp;"));
}

void TestGraphView::exportsPng()
{
    Shown shown(kRun);
    const QTemporaryDir folder;
    shown.view.exportTo(folder.filePath(u"graph.png"_s));
    const QImage image(folder.filePath(u"graph.png"_s));
    QVERIFY(!image.isNull());
    QVERIFY(image.width() > 2 * static_cast<int>(shown.view.scene().bounds.width()));
    // Wide beyond what an image can be: smaller, not broken.
    Shown wide(tests::makeAgentTrace(500));
    wide.view.setMode(FoldMode::Unrolled);
    wide.settle();
    const QImage small = QImage::fromData(toPng(wide.view.scene(), wide.theme));
    QVERIFY(small.width() <= kMaxPngSide && small.width() > kMaxPngSide / 2);
}

void TestGraphView::exportsDot()
{
    Shown shown(kRun);
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"graph.dot"_s);
    shown.view.exportTo(path);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    QVERIFY(text.contains("subgraph cluster_0 {\n    label=\"resolver\"\n"));
    QVERIFY(text.contains("label=\"policy ×3\\n1 failed, 2 ok"));
    QCOMPARE(text.count(" -> "), static_cast<qsizetype>(shown.view.scene().graph->edges.size()));
    QCOMPARE(text.count('{'), text.count('}'));
    const QString dot = QStandardPaths::findExecutable(u"dot"_s);
    if (dot.isEmpty())
        return;
    QProcess process;
    process.start(dot, {u"-Tplain"_s, path});
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitCode(), 0);
}

void TestGraphView::failedExportSaysSo()
{
    Shown shown(kRun);
    const QPixmap before = shown.view.grab();
    shown.view.exportTo(u"/nowhere/at/all/graph.svg"_s);
    QVERIFY(!QFile::exists(u"/nowhere"_s));
    QVERIFY(shown.view.grab().toImage() != before.toImage());
}

void TestGraphView::dotTextIsEscaped()
{
    QCOMPARE(dotQuoted(u"a \"b\" \\N \\G\\L\nc"_s),
             QByteArray("\"a \\\"b\\\" \\\\N \\\\G\\\\L\\nc\""));
    QCOMPARE(dotQuoted(u"<b>&lt;"_s), QByteArray("\"<b>&amp;lt;\""));
    QCOMPARE(dotQuoted(u"end\\"_s), QByteArray("\"end\\\\\""));
    QCOMPARE(dotQuoted(u"中"_s), QByteArray("\"中\""));
}

void TestGraphView::longAndForeignNamesFit()
{
    Shown shown(traceFromText("tool " + std::string(200, 'x')
                              + "\ntool 数据库查询工具\ntool اسم_الأداة\nllm \u202Eevil\n"));
    for (const GraphCard& card : shown.view.scene().cards) {
        QVERIFY(card.rect.width() < 300);
        QVERIFY(!card.text.title.contains(u'\u202E'));
    }
    QVERIFY(shown.view.scene().cards.front().text.title.endsWith(u'…'));
}

void TestGraphView::themesAndSmallZoomsPaint()
{
    Shown shown(tests::makeAgentTrace(50));
    shown.view.setMode(FoldMode::Unrolled);
    shown.settle();
    for (const QString& theme : Theme::available()) {
        shown.theme.select(theme);
        shown.settle();
        const QColor panel = shown.theme.color(ColorRole::Panel);
        for (const double zoom : {0.02, 0.1, 0.3, 0.5, 1.0, 4.0}) {
            shown.view.setZoom(zoom, {100, 250});
            const QImage image = shown.view.viewport()->grab().toImage();
            QCOMPARE(image.pixelColor(2, 2), panel);
            bool isPainted = false;
            for (int x = 0; x < image.width() && !isPainted; x += 2) {
                for (int y = 0; y < image.height() && !isPainted; y += 2)
                    isPainted = image.pixelColor(x, y) != panel;
            }
            QVERIFY(isPainted);
        }
    }
}

void TestGraphView::actionsAreNamed()
{
    Shown shown(kRun);
    QCOMPARE(shown.view.windowTitle(), u"Graph"_s);
    QVERIFY(!shown.view.accessibleName().isEmpty());
    QCOMPARE(shown.view.actions().size(), 4);
    for (const QAction* action : shown.view.actions()) {
        QVERIFY(!action->text().isEmpty());
        QVERIFY(!action->icon().isNull());
        QVERIFY(!action->toolTip().isEmpty());
    }
    shown.click("policy");
    QVERIFY(shown.view.accessibleDescription().contains(u"1 failed"_s));
}

QTEST_MAIN(TestGraphView)
#include "tst_graph_view.moc"
