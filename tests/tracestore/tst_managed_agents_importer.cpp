#include "tests/support/format_checks.h"

using namespace tracestore;
using namespace Qt::StringLiterals;
namespace fs = std::filesystem;

/// Sessions of Anthropic's managed agents.
class TestManagedAgentsImporter : public QObject
{
    Q_OBJECT

private slots:
    void theTreeIsAsWritten();
    void stepsHaveTheirContent();
    void onlyOneFormatClaimsIt();
    void otherFilesAreRefused();
    void damageIsSaid();
    void theSampleHoldsWhatIsCounted();
};

namespace {

fs::path dataFile()
{
    return tests::dataDir() / "managed-agents" / "session.jsonl";
}

TracePtr opened(const fs::path& path)
{
    const auto trace = tests::openFiles({path});
    if (!trace)
        qWarning("%s", trace.error().message.c_str());
    return trace ? *trace : nullptr;
}

} // namespace

void TestManagedAgentsImporter::theTreeIsAsWritten()
{
    const TracePtr trace = opened(dataFile());
    QVERIFY(trace);
    KYMO_COMPARE_GOLDEN(tests::summaryText(*trace),
                        tests::dataDir() / "managed-agents" / "session.jsonl.tree");
    QCOMPARE(tests::payloadFailure(*trace), std::string());
}

void TestManagedAgentsImporter::stepsHaveTheirContent()
{
    const TracePtr trace = opened(dataFile());
    const SpanDetail first = tests::detailOf(*trace, SpanKind::Llm);
    QCOMPARE(tests::outline(first.input), std::string("user: Is Emma there?"));
    QCOMPARE(first.inputState, ContentState::Reconstructed);
    const SpanDetail second = tests::detailOf(*trace, SpanKind::Llm, 1);
    QVERIFY(tests::outline(second.input).ends_with("tool: result sevt_05 | tool: result sevt_06!"));
    QVERIFY(tests::outline(second.output).find("On shelf 3.") != std::string::npos);
    // The one that was asked for first, but had to wait for the user.
    const SpanDetail tool = tests::detailOf(*trace, SpanKind::Tool, 1);
    QCOMPARE(tool.toolArguments, std::string(R"({"title":"Emma"})"));
    QCOMPARE(tool.toolResult, std::string("Shelf 3"));
    QCOMPARE(tests::attributeOf(tool, "mcp_server_name"), std::string(R"("library")"));
    const SpanId llm = tests::spanOf(*trace, SpanKind::Llm);
    QCOMPARE(trace->duration(llm)->ns, std::int64_t {2'300'000'000});
}

void TestManagedAgentsImporter::onlyOneFormatClaimsIt()
{
    QCOMPARE(tests::claimedBy(tests::contentOf(dataFile())), QStringList {u"managed-agents"_s});
    QCOMPARE(tests::claimedBy(R"({"type":"session.status_running","id":"sevt_1"})"),
             QStringList {u"managed-agents"_s});
}

void TestManagedAgentsImporter::otherFilesAreRefused()
{
    QCOMPARE(tests::claimedBy(R"(["client.other.create",{}])"), QStringList());
    QCOMPARE(tests::claimedBy(R"({"type":"user.login","id":"7"})"), QStringList());
}

void TestManagedAgentsImporter::damageIsSaid()
{
    const tests::TestFolder folder;
    const std::string whole = tests::contentOf(dataFile());
    QCOMPARE(tests::damageFailure(folder, whole, 1 + whole.size() / 300), std::string());
}

void TestManagedAgentsImporter::theSampleHoldsWhatIsCounted()
{
    KYMO_NEED_SAMPLES();
    const QString sample = u"anthropic-managed-agents/managed-mcp-tools.jsonl"_s;
    const tests::SampleFacts facts = tests::factsOf(sample);
    const TracePtr trace = opened(tests::samplesDir() / sample.toStdString());
    QVERIFY(trace);
    QCOMPARE(tests::payloadFailure(*trace), std::string());
    QCOMPARE(static_cast<qint64>(trace->report().mapped()), facts.number("lines"));
    QCOMPARE(static_cast<qint64>(trace->report().broken()), facts.number("bad_lines"));
    const std::string content = tests::contentOf(tests::samplesDir() / sample.toStdString());
    const auto occurrences = [&](std::string_view word) {
        std::int64_t count = 0;
        for (std::size_t at = content.find(word); at != std::string::npos;
             at = content.find(word, at + 1))
            ++count;
        return count;
    };
    const TraceTotals sums = totals(*trace);
    QCOMPARE(sums.llmCalls, occurrences("\"span.model_request_end\""));
    QCOMPARE(sums.toolCalls, occurrences("\"agent.mcp_tool_use\""));
    QCOMPARE(sums.sessions, std::int64_t {1});
    const SpanId tool = tests::spanOf(*trace, SpanKind::Tool);
    QCOMPARE(trace->status(tool), SpanStatus::Ok);
    QVERIFY(!tests::detailOf(*trace, SpanKind::Tool).toolResult.empty());
}

QTEST_GUILESS_MAIN(TestManagedAgentsImporter)
#include "tst_managed_agents_importer.moc"
