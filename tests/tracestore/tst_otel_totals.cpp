#include "tests/support/opened.h"
#include "tests/support/trace_text.h"

#include <QTest>

using namespace tracestore;

class TestOtelTotals : public QObject
{
    Q_OBJECT

private slots:
    void countsACallOnce_data();
    void countsACallOnce();
    void deepChainsAreSettled();
    void linksNameTheOtherSide();
    void theOuterSideLearnsHowItEnded();
};

namespace {

struct Line
{
    std::string id;
    std::string parent;
    std::string what;
};

std::string attribute(const std::string& key, const std::string& value)
{
    return R"({"key":")" + key + R"(","value":{"stringValue":")" + value + R"("}})";
}

/// The attributes of a shape of span: `llm+` has usage, `tool:c1` a call id, `mcp` is a tool call
/// over MCP, `claude_code.tool.execution:c1` is named so.
std::string attributesOf(const std::string& what)
{
    const std::string usage = R"(,{"key":"gen_ai.usage.output_tokens","value":{"intValue":"5"}})";
    const bool hasUsage = what.ends_with('+');
    const std::string kind = what.substr(0, what.find_first_of("+:"));
    const std::string call = what.find(':') == std::string::npos
        ? std::string()
        : ',' + attribute("gen_ai.tool.call.id", what.substr(what.find(':') + 1));
    std::string text;
    if (kind == "llm")
        text = attribute("gen_ai.operation.name", "chat");
    else if (kind == "agent")
        text = attribute("gen_ai.operation.name", "invoke_agent");
    else if (kind == "tool")
        text = attribute("gen_ai.operation.name", "execute_tool") + ','
            + attribute("gen_ai.tool.name", "f");
    else if (kind == "mcp")
        text
            = attribute("mcp.method.name", "tools/call") + ',' + attribute("gen_ai.tool.name", "f");
    else if (kind == "vercel")
        text = attribute("ai.operationId", "ai.generateText");
    else
        text = attribute("x", "y");
    return text + (hasUsage ? usage : "") + call;
}

/// A line a span: `id parent shape`, the parent `-` for none.
std::string requestOf(const std::string& lines)
{
    std::string spans;
    std::istringstream in(lines);
    for (Line line; in >> line.id >> line.parent >> line.what;)
        spans += (spans.empty() ? "" : ",") + (R"({"traceId":"t","spanId":")" + line.id)
            + R"(","parentSpanId":")" + (line.parent == "-" ? "" : line.parent) + R"(","name":")"
            + line.id
            + R"(","startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000000000001",)"
            + R"("attributes":[)" + attributesOf(line.what) + "]}";
    return R"({"resourceSpans":[{"scopeSpans":[{"scope":{},"spans":[)" + spans + "]}]}]}";
}

/// The ids of the spans that count, of those that could.
QByteArray counted(const Trace& trace)
{
    QByteArray ids;
    for (std::size_t i = 0; i < trace.spanCount(); ++i) {
        const SpanId span(i);
        const bool isCall = trace.kind(span) == SpanKind::Llm || trace.kind(span) == SpanKind::Tool;
        if (trace.countsInTotals(span) && (isCall || trace.usage(span) != nullptr))
            ids += QByteArray::fromStdString(std::string(trace.origId(span)));
    }
    return ids;
}

} // namespace

void TestOtelTotals::countsACallOnce_data()
{
    QTest::addColumn<QByteArray>("spans");
    QTest::addColumn<QByteArray>("counts");
    const auto row = [](const char* name, const char* spans, const char* counts) {
        QTest::newRow(name) << QByteArray(spans) << QByteArray(counts);
    };
    row("a call", "a - llm+", "a");
    row("two calls", "a - other\nb a llm+\nc a llm+", "bc");
    row("framework around provider", "a - llm+\nb a llm+", "b");
    row("framework around two attempts", "a - llm+\nb a llm\nc a llm+", "bc");
    row("three layers", "a - llm+\nb a llm+\nc b llm+", "c");
    row("only the outer one has usage", "a - llm+\nb a llm", "a");
    row("only the inner one has usage", "a - llm\nb a llm+", "b");
    row("none has usage", "a - llm\nb a llm", "b");
    row("something between", "a - llm+\nb a other\nc b llm+", "c");
    row("the wrapper comes last", "c b llm+\nb a other\na - llm+", "c");
    row("an agent repeats its calls", "a - agent+\nb a llm+\nc a llm+", "bc");
    row("agents of agents repeat", "a - agent+\nb a agent+\nc b llm+", "c");
    row("an agent alone says it", "a - agent+\nb a other", "a");
    row("the innermost agent says it", "a - agent+\nb a agent+", "b");
    row("a call that runs an agent is not a wrapper", "a - llm+\nb a agent\nc b llm+", "ac");
    row("a call that runs a tool that calls", "a - llm+\nb a tool\nc b llm+", "abc");
    row("a call without usage below a tool", "a - llm+\nb a tool\nc b llm", "abc");
    row("wrappers by name", "a - vercel+", "");
    row("wrappers by name around calls", "a - vercel+\nb a llm+", "b");
    row("an agent around a wrapper by name", "a - agent+\nb a vercel+", "a");
    row("two sides of a tool call", "a - tool:c1\nb a tool:c1", "a");
    row("two tool calls, one in the other", "a - tool:c1\nb a tool:c2", "ab");
    row("three sides of a tool call", "a - tool:c1\nb a other\nc b tool:c1\nd c tool:c1", "a");
    row("MCP client and server", "a - mcp\nb a mcp", "a");
    row("a tool call over MCP", "a - tool\nb a mcp\nc b mcp", "a");
    row("the same tool again, by an agent below", "a - tool\nb a agent\nc b mcp", "ac");
    row("tools of one name beside each other", "a - other\nb a tool\nc a tool", "bc");
    row("delivered twice", "a - llm+\na - llm+", "a");
    row("a circle", "a b llm+\nb a llm+", "a");
}

void TestOtelTotals::countsACallOnce()
{
    QFETCH(QByteArray, spans);
    QFETCH(QByteArray, counts);
    const tests::TestFolder folder;
    const auto opened = folder.open(requestOf(spans.toStdString()));
    QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
    if (counts.size() == 1 && spans.startsWith("a b")) {
        // Which of the two becomes the root is the builder's choice; one call is what counts.
        QCOMPARE(counted(**opened).size(), 1);
        return;
    }
    QCOMPARE(counted(**opened), counts);
}

void TestOtelTotals::deepChainsAreSettled()
{
    constexpr int kDepth = 100'000;
    std::string lines = "s0 - llm+\n";
    for (int i = 1; i < kDepth; ++i)
        lines += 's' + std::to_string(i) + " s" + std::to_string(i - 1) + " llm+\n";
    const tests::TestFolder folder;
    const auto opened = folder.open(requestOf(lines));
    QVERIFY(opened.has_value());
    QCOMPARE((*opened)->spanCount(), std::size_t {kDepth});
    QCOMPARE(counted(**opened), QByteArray("s99999"));
}

void TestOtelTotals::linksNameTheOtherSide()
{
    const tests::TestFolder folder;
    const auto opened
        = folder.open(requestOf("a - llm+\nb a llm+\nc - tool:1\nd c tool:1\ne - llm+\ne - llm+"));
    QVERIFY(opened.has_value());
    QCOMPARE((*opened)->links(),
             (std::vector<SpanLink> {
                 {.from = SpanId(0), .to = SpanId(1), .kind = LinkKind::SameCallAs},
                 {.from = SpanId(3), .to = SpanId(2), .kind = LinkKind::SameCallAs},
                 {.from = SpanId(5), .to = SpanId(4), .kind = LinkKind::CopiedFrom}}));
}

void TestOtelTotals::theOuterSideLearnsHowItEnded()
{
    const auto span = [](const char* id, const char* parent, const char* name, const char* more) {
        return std::string(R"({"traceId":"t","spanId":")") + id + R"(","parentSpanId":")" + parent
            + R"(","name":")" + name
            + R"(","startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000000000001",)"
            + R"("attributes":[)" + attribute("tool_use_id", "c1") + ',' + more + "]}";
    };
    const std::string outer
        = span("a",
               "",
               "claude_code.tool",
               (attribute("span.type", "tool") + ',' + attribute("tool_name", "Bash")).c_str());
    const std::string inner = span("b",
                                   "a",
                                   "claude_code.tool.execution",
                                   (attribute("span.type", "tool.execution") + ','
                                    + R"({"key":"success","value":{"boolValue":false}})" + ','
                                    + attribute("error", "exit code 1"))
                                       .c_str());
    const tests::TestFolder folder;
    const auto opened = folder.open(R"({"resourceSpans":[{"scopeSpans":[{"scope":{},"spans":[)"
                                    + inner + ',' + outer + "]}]}]}");
    QVERIFY(opened.has_value());
    QCOMPARE(tests::treeText(**opened),
             "tool Bash [error] 0ms call=c1\n"
             "  tool claude_code.tool.execution [error] 0ms call=c1 counts=no\n");
    QVERIFY((*opened)->error(SpanId(1)) != nullptr);
    QCOMPARE((*opened)->error(SpanId(1))->message, "exit code 1");
}

QTEST_GUILESS_MAIN(TestOtelTotals)
#include "tst_otel_totals.moc"
