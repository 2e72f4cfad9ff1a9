#include "tests/support/log_text.h"
#include "tests/support/sample_facts.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_text.h"
#include "tests/tracestore/claude_code_files.h"
#include "tracestore/analysis/trace_stats.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <map>
#include <set>
#include <sstream>

using namespace tests;
using namespace tracestore;
using namespace Qt::StringLiterals;

/// Logs of command-line agents of other people, and what was counted in them by other means.
class TestCliSamples : public QObject
{
    Q_OBJECT

private slots:
    void theFormatIsKnown_data();
    void theFormatIsKnown();

    void everyRecordIsInTheRawTextOfAStep_data() { theFormatIsKnown_data(); }

    void everyRecordIsInTheRawTextOfAStep();

    void everyDetailCanBeRead_data() { theFormatIsKnown_data(); }

    void everyDetailCanBeRead();
    void codexCallsAndTokens_data();
    void codexCallsAndTokens();
    void geminiMessages_data();
    void geminiMessages();
    void recordsOfATypeMakeTheirSteps_data();
    void recordsOfATypeMakeTheirSteps();
};

namespace {

struct Place
{
    const char* prefix;
    const char* format;
};

constexpr Place kPlaces[] = {
    {"codex/", "codex"},
    {"copilot-cli/", "copilot-cli"},
    {"gemini-cli/", "gemini-cli"},
    {"other-cli/cursor-", "cursor"},
    {"other-cli/grok-", "grok-cli"},
    {"other-cli/kimi-", "kimi-code"},
    {"other-cli/qwen-", "qwen-code"},
};

TracePtr opened(const QString& sample)
{
    auto trace = tryOpen(samplesDir() / sample.toStdString());
    return trace ? *trace : nullptr;
}

void addSamples(const char* prefix)
{
    QTest::addColumn<QString>("sample");
    if (!haveSamples())
        QTest::newRow("none") << QString();
    for (const QString& sample : samplesBelow(QString::fromLatin1(prefix)))
        QTest::newRow(qPrintable(sample)) << sample;
}

std::vector<std::string> linesOf(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream all(text);
    for (std::string line; std::getline(all, line);) {
        if (!line.empty())
            lines.push_back(line);
    }
    return lines;
}

std::string rawOf(const Trace& trace, SpanId span)
{
    return trace.payloads().raw(span).value_or(std::string());
}

/// How many spans of a kind there are of which the source uses this word.
std::int64_t countOf(const Trace& trace, SpanKind kind, const std::string& origKind)
{
    return std::ranges::count_if(trace.preOrder(), [&](SpanId span) {
        return trace.kind(span) == kind && trace.origKind(span) == origKind;
    });
}

std::int64_t countOf(const Trace& trace, SpanKind kind)
{
    return std::ranges::count_if(trace.preOrder(),
                                 [&](SpanId span) { return trace.kind(span) == kind; });
}

/// How many records of a type the raw texts of the steps of a kind hold.
std::int64_t recordsOf(const Trace& trace, SpanKind kind, const std::string& type)
{
    std::set<std::string> records;
    for (const SpanId span : trace.preOrder()) {
        if (trace.kind(span) != kind)
            continue;
        for (const std::string& line : linesOf(rawOf(trace, span))) {
            const auto record = parseJson(line);
            if (record && record->is_object()
                && (record->value("type", "") == type || record->value("role", "") == type))
                records.insert(line);
        }
    }
    return static_cast<std::int64_t>(records.size());
}

std::int64_t sumOf(const QJsonObject& counts)
{
    std::int64_t sum = 0;
    for (const QJsonValue& count : counts)
        sum += count.toInteger();
    return sum;
}

} // namespace

void TestCliSamples::theFormatIsKnown_data()
{
    QTest::addColumn<QString>("sample");
    QTest::addColumn<QString>("format");
    if (!haveSamples())
        QTest::newRow("none") << QString() << QString();
    for (const Place& place : kPlaces) {
        for (const QString& sample : samplesBelow(QString::fromLatin1(place.prefix)))
            QTest::newRow(qPrintable(sample)) << sample << QString::fromLatin1(place.format);
    }
}

void TestCliSamples::theFormatIsKnown()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, sample);
    QFETCH(QString, format);
    const TracePtr trace = opened(sample);
    QVERIFY(trace);
    QCOMPARE(trace->origin().formatId, format.toStdString());
    QCOMPARE(trace->sessions().size(), std::size_t {1});
    const SampleFacts facts = factsOf(sample);
    QVERIFY(!facts.facts.isEmpty());
    QCOMPARE(trace->report().broken(), std::uint64_t(facts.number("bad_lines", 0)));
    QVERIFY(!trace->sessions()[0].title.empty());
}

void TestCliSamples::everyRecordIsInTheRawTextOfAStep()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, sample);
    if (sample.endsWith(u".json"_s))
        QSKIP("one document, whose head is no record");
    const TracePtr trace = opened(sample);
    QVERIFY(trace);
    std::set<std::string> shown;
    for (const SpanId span : trace->preOrder()) {
        for (std::string& line : linesOf(rawOf(*trace, span)))
            shown.insert(std::move(line));
    }
    const auto lines = linesOf(contentOf(samplesDir() / sample.toStdString()));
    QVERIFY(!lines.empty());
    for (const std::string& line : lines) {
        // Updates of the head of a chat are in the session's attributes.
        const bool isUpdate = line.starts_with("{\"$set\"");
        QVERIFY2(isUpdate || shown.contains(line), line.c_str());
    }
}

void TestCliSamples::everyDetailCanBeRead()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, sample);
    const TracePtr trace = opened(sample);
    QVERIFY(trace);
    for (const SpanId span : trace->preOrder()) {
        const auto detail = trace->payloads().detail(span);
        QVERIFY2(detail.has_value(), detail ? "" : detail.error().message.c_str());
        QVERIFY(trace->payloads().raw(span).has_value());
        for (const Message& message : detail->input)
            QVERIFY(!messageFromJson(toJson(message)).has_value()
                    || *messageFromJson(toJson(message)) == message);
    }
    QCOMPARE(fullText(*trace, true), fullText(*opened(sample), true));
}

void TestCliSamples::codexCallsAndTokens_data()
{
    addSamples("codex/");
}

void TestCliSamples::codexCallsAndTokens()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, sample);
    const TracePtr trace = opened(sample);
    QVERIFY(trace);
    const QJsonObject facts = factsOf(sample).facts;
    const QJsonObject calls = facts["calls"_L1].toObject();
    for (auto call = calls.begin(); call != calls.end(); ++call)
        QCOMPARE(countOf(*trace, SpanKind::Tool, call.key().toStdString()),
                 std::int64_t {call->toInteger()});
    const QJsonObject types = facts["by_type"_L1].toObject();
    const std::int64_t ofEvents = types["response_item:tool_call"_L1].toInteger();
    const TraceTotals sums = totals(*trace);
    QVERIFY(sums.toolCalls >= sumOf(calls) + ofEvents);
    QCOMPARE(countOf(*trace, SpanKind::Compaction),
             std::int64_t {types["compacted"_L1].toInteger()});
    QVERIFY(countOf(*trace, SpanKind::Error) >= types["event_msg:error"_L1].toInteger());
    QCOMPARE(countOf(*trace, SpanKind::Guardrail),
             std::int64_t {types["event_msg:guardian_assessment"_L1].toInteger()});
    const QJsonObject last = facts["last_total_token_usage"_L1].toObject();
    const auto& rows = trace->report().rows();
    const bool isOneCounter = std::ranges::none_of(rows, [](const ReportRow& row) {
        return row.message.find("began anew") != std::string::npos;
    });
    const auto sumAt = [&](QLatin1StringView key) { return std::int64_t {last[key].toInteger()}; };
    const auto isAsCounted = [&](std::optional<std::int64_t> sum, QLatin1StringView key) {
        return isOneCounter ? sum.value_or(0) == sumAt(key) : sum.value_or(0) >= sumAt(key);
    };
    if (last.isEmpty())
        return;
    QVERIFY(isAsCounted(sums.tokens.inputTotal(), "input_tokens"_L1));
    QVERIFY(isAsCounted(sums.tokens.cacheRead, "cached_input_tokens"_L1));
    QVERIFY(isAsCounted(sums.tokens.output, "output_tokens"_L1));
    QVERIFY(isAsCounted(sums.tokens.reasoning, "reasoning_output_tokens"_L1));
}

void TestCliSamples::geminiMessages_data()
{
    addSamples("gemini-cli/");
}

void TestCliSamples::geminiMessages()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, sample);
    const TracePtr trace = opened(sample);
    QVERIFY(trace);
    const SampleFacts facts = factsOf(sample);
    const QJsonObject types = facts.facts["by_type"_L1].toObject();
    const TraceTotals sums = totals(*trace);
    QCOMPARE(sums.llmCalls,
             std::int64_t {types["gemini"_L1].toInteger() + types["model"_L1].toInteger()});
    QCOMPARE(sums.toolCalls, std::int64_t {facts.number("tool_calls")});
    QCOMPARE(countOf(*trace, SpanKind::Turn), std::int64_t {types["user"_L1].toInteger()});
    QCOMPARE(countOf(*trace, SpanKind::Event, "info"), std::int64_t {types["info"_L1].toInteger()});
    QCOMPARE(std::int64_t(trace->report().mapped()), std::int64_t {facts.number("messages")});
    const std::int64_t ok = std::ranges::count_if(trace->preOrder(), [&](SpanId span) {
        return trace->kind(span) == SpanKind::Tool && trace->status(span) == SpanStatus::Ok;
    });
    QCOMPARE(ok, std::int64_t {facts.facts["tool_status"_L1].toObject()["success"_L1].toInteger()});
    const QJsonObject tokens = facts.facts["tokens"_L1].toObject();
    const auto token
        = [&](QLatin1StringView key) { return std::int64_t {tokens[key].toInteger()}; };
    QCOMPARE(sums.tokens.inputTotal().value_or(0), token("input"_L1) + token("tool"_L1));
    QCOMPARE(sums.tokens.cacheRead.value_or(0), token("cached"_L1));
    QCOMPARE(sums.tokens.output.value_or(0), token("output"_L1) + token("thoughts"_L1));
    QCOMPARE(sums.tokens.total().value_or(0), token("total"_L1));
    QCOMPARE(trace->branches().size(), std::size_t(facts.number("rewind_records", 0) == 0 ? 0 : 2));
}

void TestCliSamples::recordsOfATypeMakeTheirSteps_data()
{
    QTest::addColumn<QString>("sample");
    QTest::addColumn<QString>("type");
    QTest::addColumn<int>("kind");
    if (!haveSamples())
        QTest::newRow("none") << QString() << QString() << 0;

    struct Rule
    {
        const char* prefix;
        const char* type;
        SpanKind kind;
    };

    static constexpr Rule kRules[] = {
        {"copilot-cli/", "assistant.message", SpanKind::Llm},
        {"copilot-cli/", "assistant.reasoning", SpanKind::Llm},
        {"copilot-cli/", "user.message", SpanKind::Message},
        {"copilot-cli/", "tool.execution_start", SpanKind::Tool},
        {"copilot-cli/", "tool.execution_complete", SpanKind::Tool},
        {"copilot-cli/", "session.error", SpanKind::Error},
        {"copilot-cli/", "hook.start", SpanKind::Guardrail},
        {"copilot-cli/", "subagent.started", SpanKind::Agent},
        {"copilot-cli/", "session.truncation", SpanKind::Compaction},
        {"copilot-cli/", "abort", SpanKind::Event},
        {"other-cli/kimi-", "llm.request", SpanKind::Llm},
        {"other-cli/kimi-", "turn.prompt", SpanKind::Message},
        {"other-cli/kimi-", "turn.steer", SpanKind::Message},
        {"other-cli/cursor-", "assistant", SpanKind::Llm},
        {"other-cli/grok-", "assistant", SpanKind::Llm},
        {"other-cli/grok-", "reasoning", SpanKind::Llm},
        {"other-cli/grok-", "tool_result", SpanKind::Tool},
        {"other-cli/grok-", "backend_tool_call", SpanKind::Tool},
        {"other-cli/qwen-", "assistant", SpanKind::Llm},
        {"other-cli/qwen-", "user", SpanKind::Message},
        {"other-cli/qwen-", "tool_result", SpanKind::Tool},
    };
    for (const Rule& rule : kRules) {
        for (const QString& sample : samplesBelow(QString::fromLatin1(rule.prefix)))
            QTest::addRow("%s %s", qPrintable(sample), rule.type)
                << sample << QString::fromLatin1(rule.type) << static_cast<int>(rule.kind);
    }
}

void TestCliSamples::recordsOfATypeMakeTheirSteps()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, sample);
    QFETCH(QString, type);
    QFETCH(int, kind);
    const TracePtr trace = opened(sample);
    QVERIFY(trace);
    const QJsonObject types = factsOf(sample).facts["by_type"_L1].toObject();
    QCOMPARE(recordsOf(*trace, static_cast<SpanKind>(kind), type.toStdString()),
             std::int64_t {types[type].toInteger()});
}

QTEST_GUILESS_MAIN(TestCliSamples)
#include "tst_cli_samples.moc"
