#include "tests/support/growth.h"
#include "tests/support/log_text.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_text.h"
#include "tests/tracestore/claude_code_files.h"

#include <QTest>

using namespace tests;
using namespace tracestore;

/// What strangers may write into the logs of command-line agents, and what a full disk leaves.
class TestCliDamage : public QObject
{
    Q_OBJECT

private slots:
    void aFileMayEndAnywhere_data();
    void aFileMayEndAnywhere();

    void anyByteMayBeWrong_data() { aFileMayEndAnywhere_data(); }

    void anyByteMayBeWrong();

    void rubbishBetweenRecordsCostsNothingElse_data() { aFileMayEndAnywhere_data(); }

    void rubbishBetweenRecordsCostsNothingElse();
    void manyRewindsAreTakenInTime();
    void manyRollbacksAreTakenInTime();
    void manyResultsWithoutCallsAreTakenInTime();
    void longHistoriesOfForksAreRead();
};

namespace {

/// Whether the full text of a trace tells of no payload that could not be read.
bool arePayloadsRead(const std::string& fullText)
{
    return fullText.find("\n    detail failed: ") == std::string::npos
        && fullText.find("\n    raw failed: ") == std::string::npos;
}

/// Opened, and with all its payloads read; null where it was refused with a sentence.
TracePtr readWhole(const std::string& text, const std::string& name)
{
    const LogFolder folder;
    const auto trace = tryOpen(folder.write(name, text));
    if (!trace && trace.error().message.empty())
        qFatal("refused without a sentence");
    if (!trace)
        return nullptr;
    if (const std::string all = fullText(**trace); !arePayloadsRead(all))
        qFatal("a payload cannot be read: %s", all.c_str());
    return *trace;
}

std::string nameOf(const QString& file)
{
    return file.endsWith(QStringLiteral(".json")) ? "log.json" : "log.jsonl";
}

std::string geminiRewinds(std::size_t rewinds)
{
    std::string text = R"({"sessionId":"s","projectHash":"p","startTime":"2026-03-01T10:00:00Z"})"
                       "\n";
    for (std::size_t i = 0; i < rewinds; ++i) {
        const std::string id = std::to_string(i);
        text += R"({"id":")" + id + R"(","type":"user","content":"go"})" + "\n";
        text += R"({"id":"a)" + id + R"(","type":"gemini","content":"ok"})" + "\n";
        if (i % 2 == 1)
            text += R"({"$rewindTo":")" + id + "\"}\n";
    }
    return text;
}

std::string codexRollbacks(std::size_t turns)
{
    std::string text;
    for (std::size_t i = 0; i < turns; ++i) {
        for (const char* role : {"user", "assistant"})
            text += R"({"type":"response_item","payload":{"type":"message","role":")"
                + std::string(role) + R"(","content":[{"type":"input_text","text":"go )"
                + std::to_string(i) + "\"}]}}\n";
        text += R"({"type":"event_msg","payload":{"type":"thread_rolled_back","num_turns":)"
            + std::to_string(i % 3) + "}}\n";
    }
    return text;
}

std::string lonelyResults(std::size_t count)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += R"({"role":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t)"
            + std::to_string(i) + R"(","content":"x"}]}})" + "\n";
    return text;
}

template<class Make>
double growthOfOpening(std::size_t size, Make make)
{
    const LogFolder folder;
    return growthByEight(size, [&](std::size_t count) {
        if (!tryOpen(folder.write("log.jsonl", make(count))))
            qFatal("not opened");
    });
}

} // namespace

void TestCliDamage::aFileMayEndAnywhere_data()
{
    QTest::addColumn<QString>("file");
    for (const char* file : {"codex/document.json",
                             "codex/events.jsonl",
                             "codex/exec.jsonl",
                             "codex/flat.jsonl",
                             "codex/rollback.jsonl",
                             "codex/rollout.jsonl",
                             "copilot-cli/events.jsonl",
                             "cursor/transcript.jsonl",
                             "gemini-cli/chat.jsonl",
                             "gemini-cli/document.json",
                             "grok-cli/chat.jsonl",
                             "kimi-code/wire.jsonl",
                             "qwen-code/chat.jsonl"})
        QTest::newRow(file) << file;
}

void TestCliDamage::aFileMayEndAnywhere()
{
    QFETCH(QString, file);
    const std::string whole = contentOf(dataDir() / file.toStdString());
    const LogFolder folder;
    const auto path = folder.write(nameOf(file), "");
    std::size_t steps = 0;
    // Lines differ little in how they can end: of long files not every byte.
    const std::size_t stride = 1 + whole.size() / 300;
    for (std::size_t size = 0; size < whole.size();) {
        const std::string more = whole.substr(size, stride);
        std::ofstream(path, std::ios::binary | std::ios::app) << more;
        size += more.size();
        const auto trace = tryOpen(path);
        if (!trace)
            QVERIFY(!trace.error().message.empty());
        else
            QVERIFY(arePayloadsRead(fullText(**trace)));
        steps = trace ? (*trace)->spanCount() : steps;
    }
    QCOMPARE(steps, (*tryOpen(dataDir() / file.toStdString()))->spanCount());
}

void TestCliDamage::anyByteMayBeWrong()
{
    QFETCH(QString, file);
    const std::string whole = contentOf(dataDir() / file.toStdString());
    std::size_t opened = 0;
    std::size_t tried = 0;
    for (std::size_t at = 0; at < whole.size(); at += 1 + whole.size() / 25) {
        for (const char wrong : {'"', '{', ']', '\0', '\xff', '7'}) {
            std::string text = whole;
            text[at] = wrong;
            ++tried;
            opened += readWhole(text, nameOf(file)) != nullptr ? 1 : 0;
        }
    }
    // A wrong byte costs a record, seldom the file.
    QVERIFY2(opened * 2 > tried, std::to_string(opened).c_str());
}

void TestCliDamage::rubbishBetweenRecordsCostsNothingElse()
{
    QFETCH(QString, file);
    if (file.endsWith(QStringLiteral(".json")))
        QSKIP("one document has nothing between records");
    const std::string whole = contentOf(dataDir() / file.toStdString());
    std::string text;
    for (std::size_t at = 0; at < whole.size();) {
        const std::size_t end = whole.find('\n', at) + 1;
        text += whole.substr(at, end - at) + "no JSON {\n[1,2]\n\"words\"\r\n\n";
        at = end;
    }
    const TracePtr trace = readWhole(text, "log.jsonl");
    QVERIFY(trace != nullptr);
    QVERIFY(trace->report().broken() > 0);
    const LogFolder folder;
    QCOMPARE(treeText(*trace), treeText(**tryOpen(folder.write("log.jsonl", whole))));
}

void TestCliDamage::manyRewindsAreTakenInTime()
{
    QVERIFY(growthOfOpening(40'000, geminiRewinds) < kMostLinearGrowth);
}

void TestCliDamage::manyRollbacksAreTakenInTime()
{
    QVERIFY(growthOfOpening(40'000, codexRollbacks) < kMostLinearGrowth);
}

void TestCliDamage::manyResultsWithoutCallsAreTakenInTime()
{
    QVERIFY(growthOfOpening(40'000, lonelyResults) < kMostLinearGrowth);
}

void TestCliDamage::longHistoriesOfForksAreRead()
{
    const LogFolder folder;
    const auto trace = tryOpen(folder.write("log.jsonl", geminiRewinds(20'001)));
    QVERIFY(trace.has_value());
    // Every second turn was taken back, and the last answer sees the other half.
    SpanId last;
    for (const SpanId span : (*trace)->preOrder()) {
        if ((*trace)->kind(span) == SpanKind::Llm)
            last = span;
    }
    const auto detail = (*trace)->payloads().detail(last);
    QVERIFY(detail.has_value());
    QCOMPARE(detail->input.size(), std::size_t {20'001});
}

QTEST_GUILESS_MAIN(TestCliDamage)
#include "tst_cli_damage.moc"
