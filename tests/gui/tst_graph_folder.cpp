#include "gui/graph/graph_folder.h"
#include "tests/gui/graph_text.h"
#include "tests/support/trace_maker.h"
#include "tracestore/recording/run_span_words.h"

#include <QTest>

using namespace gui;
using namespace tracestore;
using tests::graphText;
using tests::traceFromText;

namespace {

ExecutionGraphPtr
fold(const TracePtr& trace, const FoldState& state = {}, const GraphScope& scope = {})
{
    return foldGraph(buildStepGraph(trace, scope), state);
}

QByteArray foldedText(const char* trace, const FoldState& state = {})
{
    return QByteArray::fromStdString(graphText(*fold(traceFromText(trace), state)));
}

const FoldState kUnrolled {.mode = FoldMode::Unrolled};

/// A turn of a model call and two tools at once, twice; the second time one fails.
constexpr const char* kLoop = R"(
agent bot 0-100
  message user 0-0
  turn turn_1 0-40
    llm chat 0-20 model=m
    tool search 20-40
    tool read 20-35
  turn turn_2 40-80
    llm chat 40-60 model=m
    tool search 60-80 error
  llm chat 80-100 model=m
)";

} // namespace

class TestGraphFolder : public QObject
{
    Q_OBJECT

private slots:
    void loopBecomesOneNodeForEachCall();
    void unrolledShowsEveryStepAndParallelBranches();
    void retriesAreSelfLoopsWithTheirFailures();
    void agentsAreFramesAndRunsShareThem();
    void agentOfStepsAloneOpensFrame();
    void frameRoundEverythingIsLeftOut();
    void toolsFollowTheCallWhoseLinesOutlastTheirStart();
    void closedAgentIsOneNode();
    void openedFoldShowsItsSteps();
    void largeFoldOpensInStretches();
    void detailsOfStepFoldIntoIt();
    void noteBehindTheLastStepIsNoStep();
    void wrapperIsShownByWhatItWraps();
    void failureOfTurnAloneIsNotLost();
    void manyToManyPassesThroughJoint();
    void tooManyAgentsAreClosed();
    void tooManyNamesFoldByKind();
    void tooManyStepsAreNotUnrolled();
    void scopeIsOneSessionOrRoot();
    void spansFindTheirNodes();
    void linkedAgentIsReached();
    void sameTraceGivesSameGraph();
    void emptyTraceGivesEmptyGraph();
    void deepChainIsNoProblem();
    void hundredThousandSpansAreFolded();
};

void TestGraphFolder::loopBecomesOneNodeForEachCall()
{
    QCOMPARE(foldedText(kLoop),
             QByteArray("0 message user\n"
                        "1 llm chat x3\n"
                        "2 tool search x2 1 failed\n"
                        "3 tool read\n"
                        "0->1\n"
                        "1->2 x2\n"
                        "1->3\n"
                        "2->1 x2 back\n"
                        "3->1 back\n"));
}

void TestGraphFolder::unrolledShowsEveryStepAndParallelBranches()
{
    QCOMPARE(foldedText(kLoop, kUnrolled),
             QByteArray("0 message user\n"
                        "1 llm chat\n"
                        "2 tool search\n"
                        "3 tool read\n"
                        "4 llm chat\n"
                        "5 tool search 1 failed\n"
                        "6 llm chat\n"
                        "0->1\n"
                        "1->2\n"
                        "1->3\n"
                        "2->4\n"
                        "3->4\n"
                        "4->5\n"
                        "5->6\n"));
}

void TestGraphFolder::retriesAreSelfLoopsWithTheirFailures()
{
    QCOMPARE(foldedText("llm chat 0-10\n"
                        "tool policy 10-20 error\n"
                        "tool policy 20-30 error\n"
                        "tool policy 30-40\n"
                        "llm chat 40-50\n"),
             QByteArray("0 llm chat x2\n"
                        "1 tool policy x3 2 failed 2 retries\n"
                        "0->1\n"
                        "1->0 back\n"
                        "1->1 x2 back 2 retries\n"));
}

void TestGraphFolder::agentsAreFramesAndRunsShareThem()
{
    constexpr const char* kTeam = R"(
agent boss 0-100
  llm plan 0-10
  tool ask 10-50
    agent worker 11-49
      llm think 11-40
      tool dig 40-49
  tool ask 10-60
    agent worker 11-59 error
      llm think 11-59 error
  llm sum 60-100
)";
    QCOMPARE(foldedText(kTeam),
             QByteArray("frame worker x2 1 failed\n"
                        "0 llm plan\n"
                        "1 tool ask x2\n"
                        "2 llm think x2 1 failed in worker\n"
                        "3 tool dig in worker\n"
                        "4 llm sum\n"
                        "0->1 x2\n"
                        "1->2 x2 hand-over\n"
                        "2->3\n"
                        "2->4 hand-over\n"
                        "3->4 hand-over\n"));
    QVERIFY(foldedText(kTeam, kUnrolled).startsWith("frame worker\nframe worker 1 failed\n"));
}

void TestGraphFolder::agentOfStepsAloneOpensFrame()
{
    QCOMPARE(foldedText("llm a @one\nllm b @two\nllm c @one\n"),
             QByteArray("frame one\n"
                        "frame two\n"
                        "0 llm a in one\n"
                        "1 llm b in two\n"
                        "2 llm c in one\n"
                        "0->1 hand-over\n"
                        "1->2 hand-over\n"));
}

void TestGraphFolder::frameRoundEverythingIsLeftOut()
{
    QCOMPARE(
        foldedText("agent desk\n  agent boss\n    llm plan\n    agent worker\n      tool dig\n"),
        QByteArray("frame worker\n0 llm plan\n1 tool dig in worker\n0->1 hand-over\n"));
    QVERIFY(foldedText("agent desk error\n  llm plan\n").startsWith("frame desk 1 failed\n"));
}

void TestGraphFolder::toolsFollowTheCallWhoseLinesOutlastTheirStart()
{
    constexpr const char* kLines = "message user 0-0\n"
                                   "llm chat 0-10\n"
                                   "tool read 5-12\n"
                                   "tool find 6-13\n"
                                   "llm chat 13-20\n";
    QVERIFY(foldedText(kLines, kUnrolled).endsWith("0->1\n1->2\n1->3\n2->4\n3->4\n"));
    // Where the source measured the times, what overlaps is parallel.
    TraceBuilder builder = tests::builderWithSession();
    for (const auto& [kind, start, end] :
         {std::tuple(SpanKind::Llm, 0, 10), std::tuple(SpanKind::Tool, 5, 12)})
        builder.addSpan({.session = SessionId(0),
                         .kind = kind,
                         .name = "x",
                         .start = Timestamp {start * 1'000'000'000LL},
                         .end = Timestamp {end * 1'000'000'000LL},
                         .timeSource = TimeSource::Exact});
    const auto graph = fold(builder.finish(std::make_shared<tests::FixedPayloads>()));
    QVERIFY(graph->edges.empty());
}

void TestGraphFolder::closedAgentIsOneNode()
{
    constexpr const char* kNested = "llm plan 0-10\n"
                                    "agent worker 10-50\n"
                                    "  llm think 10-20\n"
                                    "  agent helper 20-50\n"
                                    "    tool dig 20-30 error\n"
                                    "    tool dig 30-50\n"
                                    "llm sum 50-60\n";
    const auto open = fold(traceFromText(kNested));
    QCOMPARE(open->clusters.size(), std::size_t {2});
    FoldState state;
    state.isOpen[open->clusters.front().key] = false;
    QCOMPARE(foldedText(kNested, state),
             QByteArray("0 llm plan\n"
                        "1 closed worker steps=3 1 failed\n"
                        "2 llm sum\n"
                        "0->1\n"
                        "1->2\n"));
    const auto closed = fold(traceFromText(kNested), state);
    QCOMPARE(closed->nodes[1].openKey, open->clusters.front().key);
    QCOMPARE(closed->spansOf(closed->nodes[1]).size(), std::size_t {3});
}

void TestGraphFolder::openedFoldShowsItsSteps()
{
    const auto folded = fold(traceFromText(kLoop));
    FoldState state;
    state.isOpen[folded->nodes[1].openKey] = true;
    const auto opened = fold(traceFromText(kLoop), state);
    QCOMPARE(QByteArray::fromStdString(graphText(*opened)),
             QByteArray("0 message user\n"
                        "1 llm chat part 1-1\n"
                        "2 tool search x2 1 failed\n"
                        "3 tool read\n"
                        "4 llm chat part 2-2\n"
                        "5 llm chat part 3-3\n"
                        "0->1\n"
                        "1->2\n"
                        "1->3\n"
                        "2->4\n"
                        "2->5\n"
                        "3->4\n"
                        "4->2 back\n"));
    QCOMPARE(opened->nodes[4].closeKey, folded->nodes[1].openKey);
    QCOMPARE(opened->nodes[4].openKey, GraphKey {0});
}

void TestGraphFolder::largeFoldOpensInStretches()
{
    std::string text;
    for (int i = 0; i < 120; ++i)
        text += "tool dig\n";
    const auto trace = traceFromText(text);
    FoldState state;
    state.isOpen[fold(trace)->nodes.front().openKey] = true;
    const auto opened = fold(trace, state);
    QCOMPARE(opened->nodes.size(), std::size_t {40});
    QCOMPARE(opened->nodes[39].partFirst, 118U);
    QCOMPARE(opened->nodes[39].partLast, 120U);
    state.isOpen[opened->nodes[39].openKey] = true;
    QCOMPARE(fold(trace, state)->nodes.size(), std::size_t {42});
}

void TestGraphFolder::detailsOfStepFoldIntoIt()
{
    constexpr const char* kRequest = "llm chat 0-10\n"
                                     "tool get 10-20 error\n"
                                     "  other GET 11-19 error\n"
                                     "tool get 20-30\n"
                                     "  other GET 21-29\n";
    QCOMPARE(foldedText(kRequest),
             QByteArray("0 llm chat\n"
                        "1 tool get x2 1 failed 1 retries\n"
                        "0->1\n"
                        "1->1 back 1 retries\n"));
    QVERIFY(foldedText(kRequest, kUnrolled).contains("2 other GET 1 failed\n"));
    // Without an agent there is nothing but such spans, and then they are the steps.
    QCOMPARE(foldedText("other GET\n  other query\n"),
             QByteArray("0 other GET\n1 other query\n0->1\n"));
}

void TestGraphFolder::wrapperIsShownByWhatItWraps()
{
    QCOMPARE(foldedText("llm generate 0-10 wrapper\n"
                        "  llm doGenerate 1-5\n"
                        "  tool add 5-6\n"),
             QByteArray("0 llm doGenerate\n1 tool add\n0->1\n"));
}

void TestGraphFolder::failureOfTurnAloneIsNotLost()
{
    QCOMPARE(foldedText("turn one 0-10 error\n  llm chat 1-5\n"),
             QByteArray("0 turn one 1 failed\n1 llm chat\n0->1\n"));
    QCOMPARE(foldedText("turn one 0-10 error\n  llm chat 1-5 error\n"),
             QByteArray("0 llm chat 1 failed\n"));
}

void TestGraphFolder::manyToManyPassesThroughJoint()
{
    std::string text;
    for (const char* wave : {"a", "b"}) {
        for (int i = 0; i < 5; ++i)
            text += "tool " + std::string(wave) + std::to_string(i)
                + (*wave == 'a' ? " 0-10\n" : " 10-20\n");
    }
    const auto graph = fold(traceFromText(text), kUnrolled);
    QCOMPARE(graph->nodes.size(), std::size_t {11});
    QCOMPARE(graph->edges.size(), std::size_t {10});
    QCOMPARE(graph->nodes[5].kind, NodeKind::Joint);
    QVERIFY(std::ranges::none_of(graph->edges, &GraphEdge::isBack));
}

void TestGraphFolder::tooManyAgentsAreClosed()
{
    std::string text = "llm plan\n";
    for (int i = 0; i < 30; ++i) {
        text += "agent worker" + std::to_string(i) + '\n';
        for (int j = 0; j < 30; ++j)
            text += "  tool tool" + std::to_string(j) + '\n';
    }
    const auto trace = traceFromText(text);
    const auto graph = fold(trace);
    QCOMPARE(graph->note, FoldNote::AgentsClosed);
    QVERIFY(graph->nodes.size() <= 500);
    QVERIFY(!graph->clusters.empty()); // no more are closed than need be
    FoldState state;
    for (const GraphNode& node : graph->nodes) {
        if (node.kind == NodeKind::Agent)
            state.isOpen[node.openKey] = true;
    }
    QCOMPARE(fold(trace, state)->clusters.size(), std::size_t {30}); // what the user wants is done
}

void TestGraphFolder::tooManyNamesFoldByKind()
{
    std::string text;
    for (int i = 0; i < 700; ++i)
        text += "llm chat\ntool tool" + std::to_string(i) + '\n';
    const auto trace = traceFromText(text);
    QCOMPARE(QByteArray::fromStdString(graphText(*fold(trace))),
             QByteArray("note kinds folded\n"
                        "0 all llm x700\n"
                        "1 all tool names=700 x700\n"
                        "0->1 x700\n"
                        "1->0 x699 back\n"));
    FoldState state;
    state.isOpen[fold(trace)->nodes[1].openKey] = true;
    QCOMPARE(fold(trace, state)->nodes.size(), std::size_t {701});
    QCOMPARE(fold(trace, state)->nodes[1].closeKey, fold(trace)->nodes[1].openKey);
}

void TestGraphFolder::tooManyStepsAreNotUnrolled()
{
    const auto graph = fold(tests::makeAgentTrace(8000), kUnrolled);
    QCOMPARE(graph->note, FoldNote::TooManyToUnroll);
    QCOMPARE(graph->nodes.size(), std::size_t {3});
}

void TestGraphFolder::scopeIsOneSessionOrRoot()
{
    const auto trace = traceFromText("== one\nllm a\n== two\nllm b\nllm c\n  tool d\n");
    const auto nodes
        = [&](const GraphScope& scope) { return fold(trace, {}, scope)->nodes.size(); };
    QCOMPARE(nodes({}), std::size_t {4});
    QCOMPARE(nodes({.session = SessionId(0)}), std::size_t {1});
    QCOMPARE(nodes({.session = SessionId(1)}), std::size_t {3});
    QCOMPARE(nodes({.root = SpanId(2)}), std::size_t {2});
    const auto graph = fold(trace, {}, {.session = SessionId(1)});
    QCOMPARE(graph->nodeOf(SpanId(0)), kNoIndex);
    QCOMPARE(graph->nodeOf(SpanId(3)), 2U);
}

void TestGraphFolder::spansFindTheirNodes()
{
    const auto trace = traceFromText(kLoop);
    const auto graph = fold(trace);
    for (std::uint32_t i = 0; i < graph->nodes.size(); ++i) {
        for (const SpanId span : graph->spansOf(graph->nodes[i]))
            QCOMPARE(graph->nodeOf(span), i);
    }
    QCOMPARE(graph->nodeOf(SpanId(6)), 1U); // a turn is shown by its first step
    QCOMPARE(graph->spansOf(graph->nodes[1]).size(), std::size_t {3});
    const auto way = graph->source->edges()[graph->ways[graph->edges.back().firstWay]];
    QCOMPARE(trace->name(graph->source->steps()[way.from].span), std::string_view("read"));
}

void TestGraphFolder::linkedAgentIsReached()
{
    TraceBuilder builder = tests::builderWithSession();
    const auto add = [&](SpanKind kind, const char* name, SpanId parent = {}) {
        return builder.addSpan(
            {.session = SessionId(0), .kind = kind, .name = name, .parent = parent});
    };
    const SpanId start = add(SpanKind::Tool, "start");
    add(SpanKind::Llm, "next");
    const SpanId agent = add(SpanKind::Agent, "helper");
    add(SpanKind::Llm, "help", agent);
    builder.addLink({.from = start, .to = agent, .kind = LinkKind::SpawnedAgent});
    const auto graph = fold(builder.finish(std::make_shared<tests::FixedPayloads>()));
    QVERIFY(std::ranges::any_of(graph->edges, [](const GraphEdge& edge) {
        return edge.from == 0 && edge.to == 2 && edge.isHandOver;
    }));
}

void TestGraphFolder::sameTraceGivesSameGraph()
{
    const auto first = fold(traceFromText(kLoop));
    const auto second = fold(traceFromText(kLoop));
    QCOMPARE(graphText(*second), graphText(*first));
    for (std::size_t i = 0; i < first->nodes.size(); ++i)
        QCOMPARE(second->nodes[i].key, first->nodes[i].key);
}

void TestGraphFolder::emptyTraceGivesEmptyGraph()
{
    QCOMPARE(foldedText(""), QByteArray());
    QCOMPARE(foldedText("", kUnrolled), QByteArray());
}

void TestGraphFolder::deepChainIsNoProblem()
{
    for (const SpanKind kind : {SpanKind::Agent, SpanKind::Tool, SpanKind::Turn}) {
        TraceBuilder builder = tests::builderWithSession();
        SpanId parent;
        for (int i = 0; i < 100'000; ++i)
            parent = builder.addSpan(
                {.session = SessionId(0), .kind = kind, .name = "deep", .parent = parent});
        const auto trace = builder.finish(std::make_shared<tests::FixedPayloads>());
        QVERIFY(fold(trace)->nodes.size() <= 1);
        QVERIFY(fold(trace)->clusters.size() <= 8);
    }
}

void TestGraphFolder::hundredThousandSpansAreFolded()
{
    // What grows with the square of the size does not come to its end here.
    const TracePtr trace = tests::makeAgentTrace(25'000);
    const auto graph = fold(trace);
    QVERIFY2(graph->nodes.size() < 20, qPrintable(QString::number(graph->nodes.size())));
    QCOMPARE(graph->spans.size(), std::size_t {75'000}); // a call and two tools each turn
}

void TestGraphFolder::noteBehindTheLastStepIsNoStep()
{
    TraceBuilder builder = tests::builderWithSession();
    builder.addSpan({.session = SessionId(0), .kind = SpanKind::Llm, .name = "answer"});
    const SpanId note = builder.addSpan(
        {.session = SessionId(0), .kind = SpanKind::Event, .name = tracestore::kRunResumed});
    const auto graph = fold(builder.finish(std::make_shared<tests::FixedPayloads>()));
    QCOMPARE(graph->nodes.size(), std::size_t {1});
    QCOMPARE(graph->nodeOf(SpanId(0)), 0U);
    QCOMPARE(graph->nodeOf(note), kNoIndex);
}

QTEST_GUILESS_MAIN(TestGraphFolder)
#include "tst_graph_folder.moc"
