#include "tests/bench/otlp_text.h"

#include "tests/bench/step_names.h"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <numeric>
#include <string_view>

namespace bench {
namespace {

    constexpr std::string_view kHead
        = R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"agents"}},{"key":"service.version","value":{"stringValue":"1.4.2"}},{"key":"telemetry.sdk.name","value":{"stringValue":"opentelemetry"}},{"key":"telemetry.sdk.language","value":{"stringValue":"python"}}]},"scopeSpans":[{"scope":{"name":"opentelemetry.instrumentation.agents","version":"0.41b0"},"spans":[)";
    constexpr std::string_view kTail = "]}]}]}\n";

    std::string hex(std::uint64_t value)
    {
        std::array<char, 17> text {};
        std::snprintf(text.data(), text.size(), "%016" PRIx64, value);
        return text.data();
    }

    void key(std::string& to, std::string_view name)
    {
        to.append(to.back() == '[' ? "" : ",").append(R"({"key":")").append(name);
        to += R"(","value":{)";
    }

    void text(std::string& to, std::string_view name, std::string_view value)
    {
        key(to, name);
        to.append(R"("stringValue":")").append(value).append("\"}}");
    }

    void integer(std::string& to, std::string_view name, std::uint64_t value)
    {
        key(to, name);
        to.append(R"("intValue":")").append(std::to_string(value)).append("\"}}");
    }

} // namespace

OtlpText::OtlpText(bool isOneDocument, bool withHistory)
    : m_texts(7)
    , m_isOneDocument(isOneDocument)
    , m_withHistory(withHistory)
{ }

void OtlpText::begin(std::string& to) const
{
    if (m_isOneDocument)
        to += kHead;
}

void OtlpText::end(std::string& to) const
{
    if (m_isOneDocument)
        to += kTail;
}

std::uint64_t OtlpText::append(std::string& to, const Run& run, RandomSource& random)
{
    std::vector<std::size_t> order(run.steps.size());
    std::iota(order.begin(), order.end(), std::size_t {0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return run.steps[i].end; });
    std::size_t left = 0;
    m_history.clear();
    for (const std::size_t i : order) {
        if (!m_isOneDocument && left == 0) {
            to += m_isFirst ? "" : kTail;
            to += kHead;
            left = random.between(1, 40);
        } else if (!m_isFirst) {
            to += ',';
        }
        --left;
        m_isFirst = false;
        span(to, run, run.steps[i], random);
    }
    if (!m_isOneDocument) {
        to += kTail;
        m_isFirst = true;
    }
    return run.steps.size();
}

void OtlpText::span(std::string& to, const Run& run, const Step& step, RandomSource& random)
{
    to.append(R"({"traceId":")").append(hex(run.id)).append(hex(~run.id));
    to.append(R"(","spanId":")").append(hex(step.id)).append("\",");
    if (step.parent >= 0)
        to.append(R"("parentSpanId":")")
            .append(hex(run.steps[static_cast<std::size_t>(step.parent)].id))
            .append("\",");
    to.append(R"("name":")").append(spanName(step)).append(R"(","kind":)");
    to += step.kind == StepKind::Llm ? '3' : '1';
    to.append(R"(,"startTimeUnixNano":")").append(std::to_string(step.start));
    to.append(R"(","endTimeUnixNano":")").append(std::to_string(step.end));
    to += R"(","attributes":[)";
    if (step.kind == StepKind::Run) {
        text(to, "gen_ai.operation.name", "invoke_workflow");
        text(to, "gen_ai.conversation.id", "conversation-" + hex(run.id));
    } else if (step.kind == StepKind::Agent) {
        const std::string_view agent = kAgentNames[agentIndex(step)];
        text(to, "gen_ai.operation.name", "invoke_agent");
        text(to, "gen_ai.agent.name", agent);
        text(to, "gen_ai.agent.id", std::string(agent) + "-1");
        text(to, "gen_ai.conversation.id", "conversation-" + hex(run.id));
    } else if (step.kind == StepKind::Turn) {
        text(to, "gen_ai.operation.name", "agent_step");
    } else if (step.kind == StepKind::Llm) {
        llm(to, step, random);
    } else {
        tool(to, step, random);
    }
    to += R"(],"status":{)";
    if (step.hasFailed)
        to += R"("code":2,"message":"Timed out after 30 s")";
    to += "}}";
}

void OtlpText::llm(std::string& to, const Step& step, RandomSource& random)
{
    const std::string_view model = modelName(step);
    text(to, "gen_ai.operation.name", "chat");
    text(to, "gen_ai.provider.name", step.name % 4 == 1 ? "anthropic" : "openai");
    text(to, "gen_ai.request.model", model);
    text(to, "gen_ai.response.model", model);
    text(to, "gen_ai.response.id", "resp_" + hex(step.id * 31));
    key(to, "gen_ai.request.temperature");
    to += R"("doubleValue":0.2}})";
    key(to, "gen_ai.response.finish_reasons");
    to += R"("arrayValue":{"values":[{"stringValue":"stop"}]}}})";
    integer(to, "gen_ai.usage.input_tokens", random.spread(200, 180'000));
    integer(to, "gen_ai.usage.output_tokens", random.spread(20, 4'000));
    integer(to, "gen_ai.usage.cache_read.input_tokens", random.below(200));
    key(to, "gen_ai.input.messages");
    to += R"("stringValue":"[)";
    std::string message = R"({\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\")";
    m_texts.appendNested(message, random, random.spread(200, 4'000));
    message += R"(\"}]})";
    if (m_withHistory) {
        m_history += (m_history.empty() ? "" : ",") + message;
        to += m_history;
    } else {
        to += message;
    }
    to += R"(]"}})";
    key(to, "gen_ai.output.messages");
    to += R"("stringValue":"[)";
    message = R"({\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":\")";
    m_texts.appendNested(message, random, random.spread(200, 4'000));
    message += R"(\"}],\"finish_reason\":\"stop\"})";
    if (m_withHistory)
        m_history += "," + message;
    to.append(message).append(R"(]"}})");
}

void OtlpText::tool(std::string& to, const Step& step, RandomSource& random) const
{
    text(to, "gen_ai.operation.name", "execute_tool");
    text(to, "gen_ai.tool.name", toolName(step));
    text(to, "gen_ai.tool.call.id", "call_" + hex(step.id * 17));
    key(to, "gen_ai.tool.call.arguments");
    to += R"("stringValue":"{\"path\":\"src/main.cpp\",\"limit\":)";
    to.append(std::to_string(random.below(1000))).append("}\"}}");
    key(to, "gen_ai.tool.call.result");
    to += R"("stringValue":")";
    m_texts.append(to, random, random.spread(200, 4'000));
    to += "\"}}";
    if (step.hasFailed)
        text(to, "error.type", "timeout");
}

} // namespace bench
