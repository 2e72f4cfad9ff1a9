#include "tests/support/opened.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_maker.h"
#include "tracestore/export/html_exporter.h"
#include "tracestore/export/markdown_exporter.h"

#include <QTest>

using namespace tracestore;

/// The two reports that people read: what is said once, what is never markup.
class TestReportExporters : public QObject
{
    Q_OBJECT

private slots:
    void whatWasSentBeforeIsNotRepeated();
    void linesOfStepsSayWhatTheyAreAbout();
    void thePageSaysFirstWhatWasAskedAndWhatCame();
    void loopsAreFoundAndLinked();
    void notesAndEditsStandAtTheirSteps();
    void aPromptSaidTwiceIsShownTwice();
    void textsOfStrangersAreNoMarkupInHtml();
    void textsOfStrangersAreNoMarkupInMarkdown();
    void longTextsAreCutInHtmlAndSayIt();
    void outcomesAreTold();
    void lostPayloadsDoNotStopTheReport();
    void deepChainsAreWritten();
    void everyExampleIsWritten();
};

namespace {

/// A detail for each span, by its number.
class ListedPayloads : public PayloadSource
{
public:
    explicit ListedPayloads(std::vector<SpanDetail> details)
        : m_details(std::move(details))
    { }

    Result<SpanDetail> detail(SpanId span) const override
    {
        if (span.index() >= m_details.size())
            return fail(ErrorCode::NotFound, "The file has gone.");
        return m_details[span.index()];
    }

    Result<std::string> raw(SpanId) const override { return std::string(); }

private:
    std::vector<SpanDetail> m_details;
};

Message said(Role role, const std::string& text)
{
    return {.role = role, .parts = {TextPart {text}}};
}

template<class ExporterType>
std::string exported(const Trace& trace)
{
    StringSink sink;
    Job job;
    const auto done = ExporterType().write(trace, sink, job);
    return done ? sink.bytes() : "failed: " + done.error().message;
}

qsizetype countOf(const std::string& text, const char* what)
{
    return QByteArray::fromStdString(text).count(what);
}

/// One span for each detail, all model calls unless named otherwise.
TracePtr traceOf(std::vector<SpanDetail> details, SpanKind kind = SpanKind::Llm)
{
    TraceBuilder builder = tests::builderWithSession();
    for (std::size_t i = 0; i < details.size(); ++i)
        builder.addSpan({.session = SessionId(0), .kind = kind, .name = "step"});
    return builder.finish(std::make_shared<ListedPayloads>(std::move(details)));
}

} // namespace

void TestReportExporters::whatWasSentBeforeIsNotRepeated()
{
    SpanDetail first;
    first.input = {said(Role::User, "the question")};
    first.output = {said(Role::Assistant, "the answer")};
    SpanDetail second;
    second.input = {first.input[0], first.output[0], said(Role::User, "one more")};
    second.output = {said(Role::Assistant, "the end")};
    const TracePtr trace = traceOf({first, second});
    const std::string page = exported<HtmlExporter>(*trace);
    const std::string steps = page.substr(page.find("<h3>Steps</h3>"));
    const std::string markdown = exported<MarkdownExporter>(*trace);
    for (const std::string text : {"the question", "the answer", "one more", "the end"}) {
        QCOMPARE(countOf(markdown, text.c_str()), qsizetype {1});
        QCOMPARE(countOf(steps, ("<pre>" + text + "</pre>").c_str()), qsizetype {1});
    }
}

void TestReportExporters::linesOfStepsSayWhatTheyAreAbout()
{
    SpanDetail said;
    said.input = {::said(Role::User, "the question")};
    said.output = {::said(Role::Assistant, "the answer\nand more")};
    SpanDetail asks;
    asks.output = {{.role = Role::Assistant,
                    .parts = {TextPart {"let me see"},
                              ToolCallPart {.id = "1", .name = "look_up", .arguments = "{}"}}}};
    const std::string page = exported<HtmlExporter>(*traceOf({said, asks}));
    QCOMPARE(countOf(page, "<span class=\"note\">the answer …</span></summary>"), qsizetype {1});
    QCOMPARE(countOf(page, "<span class=\"note\">→ look_up</span></summary>"), qsizetype {1});
    SpanDetail tool;
    tool.toolArguments = R"({"city":"<b>Lund"})";
    tool.toolResult = "rain";
    const std::string ofTool = exported<HtmlExporter>(*traceOf({tool}, SpanKind::Tool));
    QVERIFY(ofTool.find("&lt;b&gt;Lund&quot;}</span></summary>") != std::string::npos);
}

void TestReportExporters::thePageSaysFirstWhatWasAskedAndWhatCame()
{
    SpanDetail first;
    first.input = {said(Role::System, "be kind"), said(Role::User, "the question")};
    first.output = {said(Role::Assistant, "a moment")};
    SpanDetail last;
    last.output = {said(Role::Assistant, "the end")};
    const std::string page = exported<HtmlExporter>(*traceOf({first, last}));
    const std::string head = page.substr(0, page.find("<h3>Steps</h3>"));
    for (const char* part : {"<th>asked</th><td class=\"said\">the question</td>",
                             "<th>outcome</th><td class=\"said\">not recorded</td>",
                             "<th>answer</th><td class=\"said\">the end</td>",
                             "<th>model calls</th>"})
        QVERIFY2(head.find(part) != std::string::npos, part);
    QVERIFY(head.find("a moment") == std::string::npos);
}

void TestReportExporters::loopsAreFoundAndLinked()
{
    std::vector<SpanDetail> details(6);
    for (SpanDetail& detail : details) {
        detail.toolArguments = R"({"query":"the same"})";
        detail.toolResult = "nothing found";
    }
    const std::string page = exported<HtmlExporter>(*traceOf(details, SpanKind::Tool));
    QCOMPARE(countOf(page, "Where it went wrong"), qsizetype {1});
    QCOMPARE(countOf(page, "loop: step was called 6 times with the same arguments"), qsizetype {1});
    QCOMPARE(countOf(page, "<li><a href=\"#n5\">step 5</a>"), qsizetype {1});
}

void TestReportExporters::notesAndEditsStandAtTheirSteps()
{
    SpanDetail detail;
    const Attribute before {"before", "\"was <i>this</i>\""};
    const Attribute after {"after", "\"is that\""};
    detail.events = {{"edit", {}, {{"path", "\"arguments\""}, before, after}}};
    const TracePtr trace = traceOf({detail, {}}, SpanKind::Tool);
    Annotation note {.key = "n", .author = "ada", .text = "<script>alert(1)</script>\u202E"};
    note.step = addressOf(*trace, SpanId(0));
    Annotation mark {.key = "b", .kind = AnnotationKind::Bookmark};
    mark.step = addressOf(*trace, SpanId(1));
    Annotation lost {.key = "l", .text = "about a step that is gone"};
    lost.step = StepAddress {7, "gone", "", "x"};
    Annotation removed {.key = "r", .isRemoved = true, .text = "removed"};
    StringSink sink;
    Job job;
    QVERIFY(HtmlExporter({note, mark, lost, removed}).write(*trace, sink, job));
    const std::string page = sink.bytes();
    QCOMPARE(countOf(page, "&lt;script&gt;alert(1)&lt;/script&gt;"), qsizetype {2});
    QCOMPARE(countOf(page, "<script"), qsizetype {0});
    QCOMPARE(countOf(page, "\u202E"), qsizetype {0});
    QCOMPARE(countOf(page, "bookmark"), qsizetype {2 + 1}); // and the heading
    QCOMPARE(countOf(page, "a step that is not in this trace, <b>gone</b>"), qsizetype {1});
    QCOMPARE(countOf(page, "removed"), qsizetype {0});
    QCOMPARE(countOf(page, "was &lt;i&gt;this&lt;/i&gt;"), qsizetype {1});
    QCOMPARE(countOf(page, "is that"), qsizetype {1});
    // Both are open, so that they are printed.
    QCOMPARE(countOf(page, " open><summary"), qsizetype {2});
}

void TestReportExporters::aPromptSaidTwiceIsShownTwice()
{
    SpanDetail first;
    first.input = {said(Role::User, "go on")};
    SpanDetail second;
    second.input = {said(Role::User, "go on"), said(Role::User, "go on")};
    QCOMPARE(countOf(exported<MarkdownExporter>(*traceOf({first, second})), "go on"),
             qsizetype {2});
}

void TestReportExporters::textsOfStrangersAreNoMarkupInHtml()
{
    const std::string hostile
        = "</pre></details><script>alert(1)</script><img src=x onerror='a'>\"";
    SpanDetail detail;
    detail.input = {said(Role::User, hostile)};
    detail.toolResult = hostile;
    TraceBuilder builder({.formatId = "t", .formatName = hostile});
    builder.addSession({.key = hostile, .title = hostile, .scores = {{.name = hostile}}});
    builder.addSpan({.session = SessionId(0),
                     .name = hostile,
                     .status = SpanStatus::Error,
                     .error = SpanError {hostile, hostile, {}},
                     .requestedModel = hostile});
    const auto trace = builder.finish(std::make_shared<ListedPayloads>(std::vector {detail}));
    const std::string page = exported<HtmlExporter>(*trace);
    for (const char* markup : {"<script", "<img", "onerror='", "</pre></details><"})
        QCOMPARE(countOf(page, markup), qsizetype {0});
    QVERIFY(countOf(page, "&lt;script&gt;alert(1)") >= 8);
    QCOMPARE(countOf(page, "<details"), countOf(page, "</details>"));
    QVERIFY(page.find("default-src 'none'") != std::string::npos);
}

void TestReportExporters::textsOfStrangersAreNoMarkupInMarkdown()
{
    SpanDetail detail;
    detail.input = {said(Role::User, "````\n# heading\n```\n![x](http://y)")};
    TraceBuilder builder = tests::builderWithSession();
    builder.addSpan({.session = SessionId(0), .name = "<b>`x`\n# y</b>"});
    const auto trace = builder.finish(std::make_shared<ListedPayloads>(std::vector {detail}));
    const std::string text = exported<MarkdownExporter>(*trace);
    // The fence is longer than any in the text, and the name stays on its line.
    QCOMPARE(countOf(text, "\n`````text\n"), qsizetype {1});
    QCOMPARE(countOf(text, "\n`````\n"), qsizetype {1});
    QCOMPARE(countOf(text, "\n# y"), qsizetype {0});
    QCOMPARE(countOf(text, "\\<b\\>"), qsizetype {1});
}

void TestReportExporters::longTextsAreCutInHtmlAndSayIt()
{
    SpanDetail detail;
    // The cut would fall into the middle of a character.
    detail.toolResult = "x";
    while (detail.toolResult.size() < HtmlExporter::kMaxText + 100)
        detail.toolResult += "\xE2\x82\xAC";
    const std::string page = exported<HtmlExporter>(*traceOf({detail}, SpanKind::Tool));
    QVERIFY(page.size() < HtmlExporter::kMaxText + 10'000);
    QCOMPARE(countOf(page, "more bytes are in the trace"), qsizetype {1});
    QCOMPARE(countOf(page, "\xEF\xBF\xBD"), qsizetype {0});
    const std::string text = exported<MarkdownExporter>(*traceOf({detail}, SpanKind::Tool));
    QVERIFY(text.find(detail.toolResult) != std::string::npos);
}

void TestReportExporters::outcomesAreTold()
{
    TraceBuilder builder({.formatId = "t", .formatName = "T"});
    builder.addSession({.key = "a", .outcome = SpanStatus::Error, .scores = {{"reward", 0.0}}});
    builder.addSession({.key = "b", .outcome = SpanStatus::Ok, .scores = {{"reward", 1.0}}});
    const auto trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    for (const std::string& report :
         {exported<MarkdownExporter>(*trace), exported<HtmlExporter>(*trace)}) {
        QVERIFY(countOf(report, "failed, reward 0") >= 1);
        QVERIFY(countOf(report, "ok, reward 1") >= 1);
    }
}

void TestReportExporters::lostPayloadsDoNotStopTheReport()
{
    TraceBuilder builder = tests::builderWithSession();
    builder.addSpan({.session = SessionId(0), .name = "lost"});
    builder.addSpan({.session = SessionId(0), .name = "last"});
    const auto trace = builder.finish(std::make_shared<ListedPayloads>(std::vector<SpanDetail>()));
    for (const std::string& report :
         {exported<MarkdownExporter>(*trace), exported<HtmlExporter>(*trace)}) {
        QCOMPARE(countOf(report, "could not be read: The file has gone"), qsizetype {2});
        QVERIFY(countOf(report, "last") >= 1);
    }
}

void TestReportExporters::deepChainsAreWritten()
{
    constexpr std::size_t kDepth = 20'000;
    TraceBuilder builder = tests::builderWithSession();
    for (std::size_t i = 0; i < kDepth; ++i)
        builder.addSpan(
            {.session = SessionId(0), .name = "s", .parent = i == 0 ? SpanId() : SpanId(i - 1)});
    const auto trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    QCOMPARE(countOf(exported<HtmlExporter>(*trace), "<details"), qsizetype {kDepth});
    QVERIFY(exported<MarkdownExporter>(*trace).size() > kDepth);
}

void TestReportExporters::everyExampleIsWritten()
{
    for (const auto& entry : std::filesystem::directory_iterator(tests::examplesDir())) {
        const auto trace = tests::openFiles({entry.path()});
        if (!trace)
            continue;
        const std::string page = exported<HtmlExporter>(**trace);
        QCOMPARE(countOf(page, "<details"), qsizetype((*trace)->spanCount()));
        QCOMPARE(countOf(page, "could not be read"), qsizetype {0});
        QVERIFY(!exported<MarkdownExporter>(**trace).empty());
    }
}

QTEST_GUILESS_MAIN(TestReportExporters)
#include "tst_report_exporters.moc"
