#include "tracestore/import/gen_ai/gen_ai_mapping.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <deque>

using namespace tracestore;
using OrderedJson = nlohmann::ordered_json;

class TestGenAiMapping : public QObject
{
    Q_OBJECT

private slots:
    void readsWhatASpanIs_data();
    void readsWhatASpanIs();
    void countsTokensByBucket_data();
    void countsTokensByBucket();
    void readsMessages_data();
    void readsMessages();
    void readsToolCalls_data();
    void readsToolCalls();
    void readsTheRequest();
    void readsTheFirstToken();
    void readsErrors();
    void refusesToTrustSizes();
};

namespace {

/// A source made of JSON: attributes as an object, events as [{name, attributes, body}].
class Made
{
public:
    explicit Made(const QByteArray& attributes,
                  const QByteArray& events = "[]",
                  std::string_view name = "span",
                  std::string_view scope = "")
        : m_attributes(attributesOf(parsed(attributes)))
        , m_source {.name = name, .scopeName = scope, .attributes = m_attributes}
    {
        for (const OrderedJson& event : parsed(events)) {
            GenAiEvent made {.name = keep(event.value("name", ""))};
            if (event.contains("time"))
                made.time = Timestamp {event["time"].get<std::int64_t>()};
            made.attributes = attributesOf(event.value("attributes", OrderedJson::object()));
            if (event.contains("body"))
                made.body = valueOf(event["body"]);
            m_events.push_back(std::move(made));
        }
        m_source.events = m_events;
    }

    [[nodiscard]] GenAiSpan span() const { return mapSpan(m_source); }

    [[nodiscard]] SpanDetail detail() const
    {
        SpanDetail detail;
        mapContent(m_source, span().kind, detail);
        return detail;
    }

private:
    /// In the order of the text, as attributes have one.
    static OrderedJson parsed(const QByteArray& text)
    {
        return OrderedJson::parse(text.toStdString());
    }

    Attributes attributesOf(const OrderedJson& object)
    {
        Attributes attributes;
        for (const auto& [key, value] : object.items())
            attributes.emplace_back(keep(key), valueOf(value));
        return attributes;
    }

    AttributeValue valueOf(const OrderedJson& value)
    {
        if (value.is_null())
            return {};
        if (value.is_boolean())
            return AttributeValue::ofBool(value.get<bool>());
        if (value.is_number_integer())
            return AttributeValue::ofInteger(value.get<std::int64_t>());
        if (value.is_number())
            return AttributeValue::ofNumber(value.get<double>());
        if (value.is_string())
            return AttributeValue::ofText(keep(value.get<std::string>()));
        return AttributeValue::ofJson(keep(value.dump()));
    }

    std::string_view keep(std::string text) { return m_texts.emplace_back(std::move(text)); }

    std::deque<std::string> m_texts;
    Attributes m_attributes;
    std::vector<GenAiEvent> m_events;
    GenAiSource m_source;
};

QByteArray textOf(const GenAiSpan& span)
{
    std::string text(toWord(span.kind));
    text.append(1, ' ').append(span.origKind);
    const auto add = [&](std::string_view key, std::string_view value) {
        if (!value.empty())
            text.append(1, ' ').append(key).append(1, '=').append(value);
    };
    add("session", span.sessionKey);
    add("agent", span.agentName);
    add("asked", span.requestedModel);
    add("answered", span.respondedModel);
    add("provider", span.provider);
    add("response", span.responseId);
    if (span.kind == SpanKind::Tool)
        add("tool", span.stepName);
    add("call", span.toolCallId);
    if (span.isWrapper)
        text += " wrapper";
    if (span.isMcp)
        text += " mcp";
    return QByteArray::fromStdString(text);
}

QByteArray textOf(const std::optional<TokenUsage>& usage)
{
    QByteArray text;
    if (!usage)
        return "nothing";
    const auto add = [&](const char* key, const std::optional<std::int64_t>& value) {
        if (value)
            text += QByteArray(text.isEmpty() ? "" : " ") + key + '='
                + QByteArray::number(qint64(*value));
    };
    add("in", usage->input);
    add("read", usage->cacheRead);
    add("write", usage->cacheWrite);
    add("out", usage->output);
    add("reasoning", usage->reasoning);
    add("total", usage->reportedTotal);
    return text;
}

/// `role[name]: part | part`, a message a line.
QByteArray textOf(const std::vector<Message>& messages)
{
    struct PartText
    {
        std::string operator()(const TextPart& part) const { return part.text; }

        std::string operator()(const ReasoningPart& part) const
        {
            return (part.isEncrypted ? "thinks in secret" : "thinks " + part.text)
                + (part.signature.empty() ? "" : " signed");
        }

        std::string operator()(const ToolCallPart& part) const
        {
            return "calls " + part.name + '#' + part.id + ' ' + part.arguments;
        }

        std::string operator()(const ToolResultPart& part) const
        {
            return (part.isError ? "failed #" : "answers #") + part.callId + ' ' + part.content;
        }

        std::string operator()(const MediaPart& part) const
        {
            return "media " + part.mimeType + ' ' + part.reference + part.data;
        }

        std::string operator()(const OtherPart& part) const { return "other " + part.type; }
    };

    QByteArray text;
    for (const Message& message : messages) {
        text += text.isEmpty() ? "" : "\n";
        text += QByteArray::fromStdString(std::string(toWord(message.role)));
        if (!message.origRole.empty())
            text += '[' + QByteArray::fromStdString(message.origRole) + ']';
        text += ':';
        for (const MessagePart& part : message.parts)
            text += (text.endsWith(':') ? " " : " | ")
                + QByteArray::fromStdString(std::visit(PartText(), part));
        if (!message.finishReason.empty())
            text += " (" + QByteArray::fromStdString(message.finishReason) + ')';
    }
    return text;
}

} // namespace

void TestGenAiMapping::readsWhatASpanIs_data()
{
    QTest::addColumn<QByteArray>("attributes");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("scope");
    QTest::addColumn<QByteArray>("span");
    const auto row = [](const char* title,
                        const char* attributes,
                        const char* span,
                        const char* name = "span",
                        const char* scope = "") {
        QTest::newRow(title) << QByteArray(attributes) << QByteArray(name) << QByteArray(scope)
                             << QByteArray(span);
    };
    row("GenAI chat",
        R"({"gen_ai.operation.name":"chat","gen_ai.provider.name":"openai","gen_ai.request.model":"a",
            "gen_ai.response.model":"b","gen_ai.response.id":"r1","gen_ai.conversation.id":"c1"})",
        "llm chat session=c1 asked=a answered=b provider=openai response=r1");
    row("GenAI agent",
        R"({"gen_ai.operation.name":"invoke_agent","gen_ai.agent.name":"planner"})",
        "agent invoke_agent agent=planner");
    row("GenAI agent named by its span",
        R"({"gen_ai.operation.name":"invoke_agent"})",
        "agent invoke_agent agent=planner",
        "invoke_agent planner");
    row("GenAI tool",
        R"({"gen_ai.operation.name":"execute_tool","gen_ai.tool.name":"search","gen_ai.tool.call.id":"c"})",
        "tool execute_tool tool=search call=c");
    row("GenAI embeddings", R"({"gen_ai.operation.name":"embeddings"})", "embedding embeddings");
    row("GenAI memory", R"({"gen_ai.operation.name":"search_memory"})", "memory search_memory");
    row("GenAI plan", R"({"gen_ai.operation.name":"plan"})", "plan plan");
    row("an operation of tomorrow keeps its word",
        R"({"gen_ai.operation.name":"dream"})",
        "other dream");
    row("GenAI v1.28 system",
        R"({"gen_ai.operation.name":"chat","gen_ai.system":"anthropic"})",
        "llm chat provider=anthropic");
    row("MCP",
        R"({"mcp.method.name":"tools/call","gen_ai.tool.name":"search"})",
        "tool tools/call tool=search mcp");
    row("OpenInference model call",
        R"({"openinference.span.kind":"LLM","llm.model_name":"m","llm.provider":"p","session.id":"s"})",
        "llm LLM session=s answered=m provider=p");
    row("OpenInference in lower case", R"({"openinference.span.kind":"chain"})", "workflow chain");
    row("OpenInference agent without a name",
        R"({"openinference.span.kind":"AGENT"})",
        "agent AGENT agent=Researcher",
        "Researcher");
    row("OpenInference tool",
        R"({"openinference.span.kind":"TOOL","tool.name":"t","tool.id":"c"})",
        "tool TOOL tool=t call=c");
    row("OpenInference guardrail",
        R"({"openinference.span.kind":"GUARDRAIL"})",
        "guardrail GUARDRAIL");
    row("OpenLLMetry workflow",
        R"({"traceloop.span.kind":"workflow","traceloop.association.properties.session_id":"s"})",
        "workflow workflow session=s");
    row("OpenLLMetry agent",
        R"({"traceloop.span.kind":"agent","traceloop.entity.name":"writer"})",
        "agent agent agent=writer");
    row("OpenLLMetry tool",
        R"({"traceloop.span.kind":"tool","traceloop.entity.name":"search"})",
        "tool tool tool=search");
    row("OpenLLMetry model call",
        R"({"llm.request.type":"chat","gen_ai.request.model":"m"})",
        "llm chat asked=m");
    row("Vercel AI outer span",
        R"({"ai.operationId":"ai.streamText","ai.telemetry.functionId":"f","ai.telemetry.metadata.sessionId":"s",
            "ai.model.id":"m","ai.model.provider":"openai.chat"})",
        "agent ai.streamText session=s agent=f asked=m provider=openai.chat wrapper");
    row("Vercel AI inner span",
        R"({"ai.operationId":"ai.streamText.doStream","ai.model.id":"m","ai.response.model":"n","ai.response.id":"r"})",
        "llm ai.streamText.doStream asked=m answered=n response=r");
    row("Vercel AI tool",
        R"({"ai.operationId":"ai.toolCall","ai.toolCall.name":"t","ai.toolCall.id":"c"})",
        "tool ai.toolCall tool=t call=c");
    row("Vercel AI by its name only", "{}", "embedding ai.embed.doEmbed", "ai.embed.doEmbed");
    row("Claude Code model call",
        R"({"span.type":"llm_request","gen_ai.request.model":"m","session.id":"s"})",
        "llm llm_request session=s asked=m",
        "claude_code.llm_request",
        "com.anthropic.claude_code.tracing");
    row("Claude Code turn",
        R"({"span.type":"interaction"})",
        "turn interaction",
        "claude_code.interaction");
    row("Claude Code question",
        R"({"span.type":"tool.blocked_on_user"})",
        "approval tool.blocked_on_user",
        "claude_code.tool.blocked_on_user");
    row("span.type of somebody else", R"({"span.type":"tool"})", "other ");
    row("Google ADK model call",
        R"({"gcp.vertex.agent.session_id":"s"})",
        "llm  session=s",
        "call_llm",
        "gcp.vertex.agent");
    row("Google ADK tool", "{}", "tool  tool=t", "execute_tool t", "gcp.vertex.agent");
    row("call_llm of somebody else", "{}", "other ", "call_llm");
    row("Langfuse generation",
        R"({"langfuse.observation.type":"GENERATION","langfuse.observation.model.name":"m"})",
        "llm GENERATION answered=m");
    row("Langfuse agent",
        R"({"langfuse.observation.type":"AGENT"})",
        "agent AGENT agent=crew",
        "crew");
    row("Langfuse span that is told by its attributes",
        R"({"langfuse.observation.type":"SPAN","openinference.span.kind":"TOOL","tool.name":"t"})",
        "tool TOOL tool=t");
    row("Langfuse span that nothing tells",
        R"({"langfuse.observation.type":"SPAN"})",
        "other SPAN");
    row("Langfuse span that answers a call",
        R"({"langfuse.observation.type":"SPAN","output.tool_call_id":"c"})",
        "tool SPAN call=c");
    row("LangSmith run",
        R"({"run_type":"llm","metadata.ls_model_name":"m","metadata.ls_provider":"p","outputs.model":"n",
            "outputs.id":"r","metadata.thread_id":"s"})",
        "llm llm session=s asked=m answered=n provider=p response=r");
    row("LangSmith chain",
        R"({"langsmith.span.kind":"chain","gen_ai.operation.name":"chain"})",
        "workflow chain");
    row("LangGraph node", R"({"metadata.langgraph_node":"tools"})", "workflow ");
    row("LangGraph root", "{}", "workflow ", "LangGraph");
    row("Agents SDK turn",
        R"({"span_data.type":"custom","span_data.data.sdk_span_type":"turn","span_data.data.agent_name":"a"})",
        "turn turn agent=a");
    row("Agents SDK hand-off", R"({"span_data.type":"handoff"})", "handoff handoff");
    row("Agents SDK answer",
        R"({"span_data.type":"response","span_data.response_id":"r"})",
        "llm response response=r");
    row("Agents SDK custom span", R"({"span_data.type":"custom"})", "other custom");
    row("Pydantic AI run", R"({"agent_name":"clerk"})", "agent  agent=clerk", "clerk run");
    row("Google ADK run",
        R"({"openinference.span.kind":"AGENT"})",
        "agent AGENT agent=clerk",
        "agent_run [clerk]");
    row("a model call that does not say so",
        R"({"gen_ai.request.model":"m","gen_ai.usage.output_tokens":3})",
        "llm  asked=m");
    row("not of an agent", R"({"http.method":"GET"})", "other ");
}

void TestGenAiMapping::readsWhatASpanIs()
{
    QFETCH(QByteArray, attributes);
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, scope);
    QFETCH(QByteArray, span);
    const std::string nameText = name.toStdString();
    const std::string scopeText = scope.toStdString();
    QCOMPARE(textOf(Made(attributes, "[]", nameText, scopeText).span()), span);
}

void TestGenAiMapping::countsTokensByBucket_data()
{
    QTest::addColumn<QByteArray>("attributes");
    QTest::addColumn<QByteArray>("usage");
    const auto row = [](const char* title, const char* attributes, const char* usage) {
        QTest::newRow(title) << QByteArray(attributes) << QByteArray(usage);
    };
    row("nothing said is nothing", R"({"gen_ai.operation.name":"chat"})", "nothing");
    row("zero is not nothing", R"({"gen_ai.usage.input_tokens":0})", "in=0");
    row("GenAI: the sum holds the cache",
        R"({"gen_ai.usage.input_tokens":100,"gen_ai.usage.cache_read.input_tokens":60,
            "gen_ai.usage.cache_creation.input_tokens":10,"gen_ai.usage.output_tokens":5,
            "gen_ai.usage.reasoning.output_tokens":3})",
        "in=30 read=60 write=10 out=5 reasoning=3");
    row("numbers as texts",
        R"({"gen_ai.usage.input_tokens":"12","gen_ai.usage.output_tokens":"3.0"})",
        "in=12 out=3");
    row("older names",
        R"({"gen_ai.usage.prompt_tokens":7,"gen_ai.usage.completion_tokens":2})",
        "in=7 out=2");
    row("OpenInference",
        R"({"llm.token_count.prompt":50,"llm.token_count.completion":9,"llm.token_count.total":59,
            "llm.token_count.prompt_details.cache_read":20,"llm.token_count.completion_details.reasoning":4})",
        "in=30 read=20 out=9 reasoning=4 total=59");
    row("OpenLLMetry and Anthropic: the cache is beside",
        R"({"gen_ai.system":"anthropic","gen_ai.usage.input_tokens":100,
            "gen_ai.usage.cache_read_input_tokens":60,"gen_ai.usage.output_tokens":5})",
        "in=100 read=60 out=5");
    row("OpenLLMetry and Anthropic: the total tells that it is not",
        R"({"gen_ai.system":"anthropic","gen_ai.usage.input_tokens":100,"llm.usage.total_tokens":105,
            "gen_ai.usage.cache_read_input_tokens":60,"gen_ai.usage.output_tokens":5})",
        "in=40 read=60 out=5 total=105");
    row("more cache than input",
        R"({"gen_ai.usage.input_tokens":4,"gen_ai.usage.cache_read.input_tokens":60})",
        "in=4 read=60");
    row("Claude Code: the cache is beside",
        R"({"input_tokens":100,"output_tokens":5,"cache_read_tokens":60,"cache_creation_tokens":10})",
        "in=100 read=60 write=10 out=5");
    row("Vercel AI v6",
        R"({"ai.usage.inputTokens":100,"ai.usage.inputTokenDetails.noCacheTokens":40,
            "ai.usage.inputTokenDetails.cacheReadTokens":60,"ai.usage.outputTokens":5,"ai.usage.totalTokens":105})",
        "in=40 read=60 out=5 total=105");
    row("Vercel AI v4",
        R"({"ai.usage.promptTokens":7,"ai.usage.completionTokens":2})",
        "in=7 out=2");
    row("Vercel AI embedding", R"({"ai.usage.tokens":10})", "in=10");
    row("xAI: reasoning is beside the output",
        R"({"gen_ai.provider.name":"x_ai","gen_ai.usage.input_tokens":307,"gen_ai.usage.output_tokens":26,
            "gen_ai.usage.reasoning_tokens":227,"gen_ai.usage.total_tokens":560})",
        "in=307 out=253 reasoning=227 total=560");
    row("OpenAI chat",
        R"({"usage.prompt_tokens":50,"usage.completion_tokens":9,"usage.total_tokens":59,
            "usage.prompt_tokens_details.cached_tokens":20,"usage.completion_tokens_details.reasoning_tokens":4})",
        "in=30 read=20 out=9 reasoning=4 total=59");
    row("OpenAI responses",
        R"({"usage.input_tokens":50,"usage.output_tokens":9,"usage.input_tokens_details.cached_tokens":20})",
        "in=30 read=20 out=9");
    row("Anthropic",
        R"({"usage.input_tokens":5,"usage.output_tokens":9,"usage.cache_read_input_tokens":3,
            "usage.cache_creation_input_tokens":1})",
        "in=5 read=3 write=1 out=9");
    row("LangChain",
        R"({"usage.input_tokens":50,"usage.output_tokens":9,"usage.input_token_details.cache_read":20,
            "usage.input_token_details.cache_creation":10,"usage.output_token_details.reasoning":2})",
        "in=20 read=20 write=10 out=9 reasoning=2");
    row("Langfuse: cache and reasoning are beside",
        R"({"usage.input":50,"usage.input_cached_tokens":20,"usage.output":9,"usage.output_reasoning_tokens":4})",
        "in=50 read=20 out=13 reasoning=4");
    row("Langfuse: the total tells that they are not",
        R"({"usage.input":50,"usage.input_cached_tokens":20,"usage.output":9,"usage.output_reasoning_tokens":4,
            "usage.total":59})",
        "in=30 read=20 out=9 reasoning=4 total=59");
    row("what is no count",
        R"({"gen_ai.usage.input_tokens":-3,"gen_ai.usage.output_tokens":"many"})",
        "nothing");
    row("a count beyond all models",
        R"({"gen_ai.usage.input_tokens":9000000000000000000})",
        "nothing");
}

void TestGenAiMapping::countsTokensByBucket()
{
    QFETCH(QByteArray, attributes);
    QFETCH(QByteArray, usage);
    QCOMPARE(textOf(Made(attributes).span().usage), usage);
}

void TestGenAiMapping::readsMessages_data()
{
    QTest::addColumn<QByteArray>("attributes");
    QTest::addColumn<QByteArray>("events");
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QByteArray>("output");
    const auto row = [](const char* title,
                        const char* attributes,
                        const char* input,
                        const char* output,
                        const char* events = "[]") {
        QTest::newRow(title) << QByteArray(attributes) << QByteArray(events) << QByteArray(input)
                             << QByteArray(output);
    };
    row("GenAI, as text",
        R"({"gen_ai.operation.name":"chat",
            "gen_ai.system_instructions":"[{\"type\":\"text\",\"content\":\"Be brief.\"}]",
            "gen_ai.input.messages":"[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"hi\"},{\"type\":\"uri\",\"mime_type\":\"image/png\",\"uri\":\"http://x/y\"}]},{\"role\":\"tool\",\"parts\":[{\"type\":\"tool_call_response\",\"id\":\"c\",\"response\":{\"t\":1}}]}]",
            "gen_ai.output.messages":"[{\"role\":\"assistant\",\"parts\":[{\"type\":\"reasoning\",\"content\":\"hm\"},{\"type\":\"tool_call\",\"id\":\"c\",\"name\":\"f\",\"arguments\":{\"a\":1}}],\"finish_reason\":\"tool_call\"}]"})",
        "system: Be brief.\nuser: hi | media image/png http://x/y\ntool: answers #c {\"t\":1}",
        "assistant: thinks hm | calls f#c {\"a\":1} (tool_call)");
    row("GenAI, as structure",
        R"({"gen_ai.operation.name":"chat","gen_ai.input.messages":[{"role":"user","parts":[{"type":"text","content":"hi"}]}],
            "gen_ai.output.messages":[{"role":"assistant","parts":[{"type":"novel","x":1}]}]})",
        "user: hi",
        "assistant: other novel");
    row("GenAI, on an event",
        R"({"gen_ai.operation.name":"chat"})",
        "user: hi",
        "assistant: ho",
        R"([{"name":"gen_ai.client.inference.operation.details","attributes":{
            "gen_ai.input.messages":[{"role":"user","parts":[{"type":"text","content":"hi"}]}],
            "gen_ai.output.messages":[{"role":"assistant","parts":[{"type":"text","content":"ho"}]}]}}])");
    row("GenAI v1.28, events with bodies",
        R"({"gen_ai.operation.name":"chat"})",
        "system: Be brief.\nuser: hi\nassistant: calls f#c {\"a\":1}\ntool: answers #c rain",
        "assistant: ho (stop)",
        R"([{"name":"gen_ai.system.message","body":{"content":"Be brief."}},
            {"name":"gen_ai.user.message","body":{"content":"hi"}},
            {"name":"gen_ai.assistant.message","body":{"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]}},
            {"name":"gen_ai.tool.message","body":{"content":"rain","id":"c"}},
            {"name":"gen_ai.choice","body":{"index":0,"finish_reason":"stop","message":{"content":"ho"}}}])");
    row("GenAI v1.28, events with attributes",
        R"({"gen_ai.operation.name":"chat"})",
        "user: hi",
        "assistant: ho (stop)",
        R"([{"name":"gen_ai.user.message","attributes":{"gen_ai.system":"openai","content":"hi"}},
            {"name":"gen_ai.choice","attributes":{"gen_ai.event.content":"{\"finish_reason\":\"stop\",\"message\":{\"content\":\"ho\"}}"}}])");
    row("GenAI v1.27",
        R"({"gen_ai.operation.name":"chat"})",
        "user: hi",
        "assistant: ho",
        R"([{"name":"gen_ai.content.prompt","attributes":{"gen_ai.prompt":"[{\"role\":\"user\",\"content\":\"hi\"}]"}},
            {"name":"gen_ai.content.completion","attributes":{"gen_ai.completion":"[{\"role\":\"assistant\",\"content\":\"ho\"}]"}}])");
    row("OpenInference",
        R"({"openinference.span.kind":"LLM",
            "llm.input_messages.10.message.role":"user","llm.input_messages.10.message.content":"later",
            "llm.input_messages.2.message.role":"tool","llm.input_messages.2.message.tool_call_id":"c","llm.input_messages.2.message.content":"rain",
            "llm.input_messages.0.message.role":"user",
            "llm.input_messages.0.message.contents.0.message_content.type":"text",
            "llm.input_messages.0.message.contents.0.message_content.text":"hi",
            "llm.input_messages.0.message.contents.1.message_content.type":"image",
            "llm.input_messages.0.message.contents.1.message_content.image.image.url":"data:image/png;base64,AAAA",
            "llm.output_messages.0.message.role":"assistant",
            "llm.output_messages.0.message.tool_calls.0.tool_call.id":"c",
            "llm.output_messages.0.message.tool_calls.0.tool_call.function.name":"f",
            "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments":"{\"a\":1}",
            "input.value":"not this","output.value":"nor this"})",
        "user: hi | media image/png AAAA\ntool: answers #c rain\nuser: later",
        "assistant: calls f#c {\"a\":1}");
    row("OpenInference texts",
        R"({"openinference.span.kind":"LLM","llm.prompts.0.prompt.text":"Once","llm.choices.0.completion.text":"upon"})",
        "user: Once",
        "assistant: upon");
    row("OpenLLMetry",
        R"({"llm.request.type":"chat","gen_ai.prompt.0.role":"system","gen_ai.prompt.0.content":"Be brief.",
            "gen_ai.prompt.1.role":"user","gen_ai.prompt.1.content":"[{\"type\":\"text\",\"text\":\"hi\"}]",
            "gen_ai.prompt.2.role":"tool","gen_ai.prompt.2.tool_call_id":"c","gen_ai.prompt.2.content":"rain",
            "gen_ai.completion.0.role":"assistant","gen_ai.completion.0.finish_reason":"tool_calls",
            "gen_ai.completion.0.tool_calls.0.id":"d","gen_ai.completion.0.tool_calls.0.name":"f",
            "gen_ai.completion.0.tool_calls.0.arguments":"{}"})",
        "system: Be brief.\nuser: hi\ntool: answers #c rain",
        "assistant: calls f#d {} (tool_calls)");
    row("LangChain, short",
        R"({"run_type":"llm",
            "inputs":"{\"messages\":[[{\"type\":\"human\",\"content\":\"hi\"},{\"type\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"rain\"}]]}",
            "outputs":"{\"generations\":[[{\"text\":\"\",\"generation_info\":{\"finish_reason\":\"stop\"},\"message\":{\"type\":\"ai\",\"content\":\"\",\"additional_kwargs\":{\"tool_calls\":[{\"id\":\"d\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}}]]}"})",
        "user[human]: hi\ntool: answers #c rain",
        "assistant[ai]: calls f#d {} (stop)");
    row("LangChain, as its serializer writes it",
        R"({"run_type":"llm",
            "inputs":{"messages":[{"lc":1,"type":"constructor","id":["langchain","SystemMessage"],"kwargs":{"content":"Be brief."}},
                {"lc":1,"type":"constructor","id":["langchain","HumanMessage"],"kwargs":{"content":"hi"}}]},
            "outputs":{"messages":[{"lc":1,"type":"constructor","id":["langchain","AIMessageChunk"],"kwargs":{
                "content":[{"type":"text","text":"ho"},{"type":"tool_use","id":"d","name":"f","input":{}}],
                "tool_calls":[{"id":"d","name":"f","args":{}}],"response_metadata":{"stop_reason":"tool_use"}}}]}})",
        "system: Be brief.\nuser: hi",
        "assistant: ho | calls f#d {} (tool_use)");
    row("a list of whole answers",
        R"({"span_data.type":"generation","span_data.input":[{"role":"user","content":"hi"}],
            "span_data.output":[{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"ho"},"finish_reason":"stop"}]}]})",
        "user: hi",
        "assistant: ho (stop)");
    row("tools that are offered are no calls; calls are the assistant's",
        R"({"langfuse.observation.type":"GENERATION",
            "langfuse.observation.input":[{"role":"tool","content":{"type":"function","function":{"name":"f","parameters":{}}}},
                {"role":"tool","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"}}]}]})",
        "tool: other function\nassistant[tool]: calls f#c {}",
        "");
    row("Vercel AI outer span",
        R"({"ai.operationId":"ai.generateText","ai.prompt":"{\"system\":\"Be brief.\",\"prompt\":\"hi\"}","ai.response.text":"ho"})",
        "system: Be brief.\nuser: hi",
        "assistant: ho");
    row("Vercel AI inner span",
        R"({"ai.operationId":"ai.generateText.doGenerate",
            "ai.prompt.messages":"[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]},{\"role\":\"tool\",\"content\":[{\"type\":\"tool-result\",\"toolCallId\":\"c\",\"toolName\":\"f\",\"output\":{\"type\":\"text\",\"value\":\"rain\"}}]}]",
            "ai.response.reasoning":"hm","ai.response.text":"","ai.response.toolCalls":"[{\"toolCallId\":\"d\",\"toolName\":\"f\",\"args\":\"{}\"}]"})",
        "user: hi\ntool: answers #c rain",
        "assistant: thinks hm | calls f#d {}");
    row("Google ADK",
        R"({"gen_ai.operation.name":"chat",
            "gcp.vertex.agent.llm_request":"{\"model\":\"g\",\"config\":{\"system_instruction\":\"Be brief.\"},\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]},{\"role\":\"model\",\"parts\":[{\"function_call\":{\"id\":\"c\",\"name\":\"f\",\"args\":{\"a\":1}}}]},{\"role\":\"user\",\"parts\":[{\"function_response\":{\"id\":\"c\",\"name\":\"f\",\"response\":{\"t\":1}}}]}]}",
            "gcp.vertex.agent.llm_response":"{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"ho\"}]},\"finish_reason\":\"STOP\"}"})",
        "system: Be brief.\nuser: hi\nassistant[model]: calls f#c {\"a\":1}\nuser: answers #c "
        "{\"t\":1}",
        "assistant: ho (STOP)");
    row("Anthropic blocks in what was given",
        R"({"openinference.span.kind":"LLM",
            "input.value":"{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"c\",\"content\":\"no\",\"is_error\":true}]}]}",
            "output.value":"{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"s\"},{\"type\":\"redacted_thinking\",\"data\":\"x\"},{\"type\":\"tool_use\",\"id\":\"d\",\"name\":\"f\",\"input\":{}}]}"})",
        "user: failed #c no",
        "assistant: thinks hm signed | thinks in secret signed | calls f#d {}");
    row("OpenAI responses in what was given",
        R"({"openinference.span.kind":"LLM",
            "input.value":"{\"instructions\":\"Be brief.\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"hi\"}]},{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"rain\"}]}",
            "output.value":"{\"output\":[{\"type\":\"function_call\",\"call_id\":\"d\",\"name\":\"f\",\"arguments\":\"{}\"}]}"})",
        "system: Be brief.\nuser: hi\ntool: answers #c rain",
        "assistant: calls f#d {}");
    row("any text of a chain",
        R"({"openinference.span.kind":"CHAIN","input.value":"question","output.value":"{\"answer\":42}"})",
        "user: question",
        "assistant: {\"answer\":42}");
    row("text that is not JSON stays text",
        R"({"gen_ai.operation.name":"chat","gen_ai.input.messages":"[{\"role\":"})",
        "user: [{\"role\":",
        "");
}

void TestGenAiMapping::readsMessages()
{
    QFETCH(QByteArray, attributes);
    QFETCH(QByteArray, events);
    QFETCH(QByteArray, input);
    QFETCH(QByteArray, output);
    const SpanDetail detail = Made(attributes, events).detail();
    QCOMPARE(textOf(detail.input), input);
    QCOMPARE(textOf(detail.output), output);
    QCOMPARE(detail.inputState, input.isEmpty() ? ContentState::Absent : ContentState::Full);
    QCOMPARE(detail.outputState, output.isEmpty() ? ContentState::Absent : ContentState::Full);
}

void TestGenAiMapping::readsToolCalls_data()
{
    QTest::addColumn<QByteArray>("attributes");
    QTest::newRow("GenAI") << QByteArray(
        R"({"gen_ai.operation.name":"execute_tool","gen_ai.tool.call.arguments":{"a":1},"gen_ai.tool.call.result":"rain"})");
    QTest::newRow("OpenInference") << QByteArray(
        R"({"openinference.span.kind":"TOOL","input.value":"{\"a\":1}","output.value":"rain"})");
    QTest::newRow("OpenLLMetry") << QByteArray(
        R"({"traceloop.span.kind":"tool","traceloop.entity.input":"{\"a\":1}","traceloop.entity.output":"rain"})");
    QTest::newRow("Vercel AI") << QByteArray(
        R"({"ai.operationId":"ai.toolCall","ai.toolCall.args":"{\"a\":1}","ai.toolCall.result":"rain"})");
    QTest::newRow("Google ADK") << QByteArray(
        R"({"gen_ai.operation.name":"execute_tool","gcp.vertex.agent.tool_call_args":"{\"a\":1}","gcp.vertex.agent.tool_response":"rain"})");
}

void TestGenAiMapping::readsToolCalls()
{
    QFETCH(QByteArray, attributes);
    const SpanDetail detail = Made(attributes).detail();
    QCOMPARE(detail.toolArguments, "{\"a\":1}");
    QCOMPARE(detail.toolResult, "rain");
    QVERIFY(detail.input.empty());
    QVERIFY(detail.output.empty());
}

void TestGenAiMapping::readsTheRequest()
{
    const SpanDetail genAi
        = Made(R"({"gen_ai.operation.name":"chat","gen_ai.request.temperature":0.5,
        "gen_ai.request.model":"m","gen_ai.request.stop_sequences":["x"],"gen_ai.response.finish_reasons":["stop","length"],
        "gen_ai.tool.definitions":"[{\"type\":\"function\",\"name\":\"f\"}]"})")
              .detail();
    QCOMPARE(genAi.parameters,
             (std::vector<Attribute> {{"temperature", "0.5"}, {"stop_sequences", "[\"x\"]"}}));
    QCOMPARE(genAi.finishReasons, (std::vector<std::string> {"stop", "length"}));
    QCOMPARE(genAi.toolDefinitions, "[{\"name\":\"f\",\"type\":\"function\"}]");

    const SpanDetail openInference = Made(R"({"openinference.span.kind":"LLM",
        "llm.invocation_parameters":"{\"model\":\"m\",\"top_p\":1,\"tools\":[]}","llm.finish_reason":"stop",
        "llm.tools.0.tool.json_schema":"{\"name\":\"f\"}","llm.tools.1.tool.json_schema":"{\"name\":\"g\"}"})")
                                         .detail();
    QCOMPARE(openInference.parameters, (std::vector<Attribute> {{"top_p", "1"}}));
    QCOMPARE(openInference.finishReasons, (std::vector<std::string> {"stop"}));
    QCOMPARE(openInference.toolDefinitions, "[{\"name\":\"f\"},{\"name\":\"g\"}]");

    const SpanDetail openLlmetry = Made(R"({"llm.request.type":"chat",
        "llm.request.functions.0.name":"f","llm.request.functions.0.description":"d"})")
                                       .detail();
    QCOMPARE(openLlmetry.toolDefinitions, "[{\"description\":\"d\",\"name\":\"f\"}]");
    QVERIFY(openLlmetry.parameters.empty());
}

void TestGenAiMapping::readsTheFirstToken()
{
    const auto after = [](const char* attributes) {
        const auto wait = Made(attributes).span().firstTokenAfter;
        return wait ? qint64 {wait->ns} : qint64 {-1};
    };
    QCOMPARE(after("{\"gen_ai.response.time_to_first_chunk\":0.25}"), 250'000'000);
    QCOMPARE(after("{\"ai.response.msToFirstChunk\":36.5}"), 36'500'000);
    QCOMPARE(after("{\"ttft_ms\":25}"), 25'000'000);
    QCOMPARE(after("{\"ttft_ms\":-1}"), -1);
    QCOMPARE(after("{\"ttft_ms\":1e300}"), -1);
    const GenAiSpan streamed
        = Made("{}",
               R"([{"name":"ai.stream.finish","time":9},{"name":"ai.stream.firstChunk","time":7}])")
              .span();
    QCOMPARE(streamed.firstTokenAt, std::optional(Timestamp {7}));
}

void TestGenAiMapping::readsErrors()
{
    const Made made(
        R"({"error.type":"timeout"})",
        R"([{"name":"exception","attributes":{"exception.type":"E","exception.message":"first"}},
                        {"name":"exception","attributes":{"exception.type":"E","exception.message":"slow",
                         "exception.stacktrace":"at f"}}])");
    QVERIFY(made.span().error.has_value());
    QCOMPARE(made.span().error->type, "timeout");
    QCOMPARE(made.span().error->message, "slow");
    QCOMPARE(made.detail().errorStack, "at f");
    QVERIFY(!Made("{}").span().error.has_value());
    QCOMPARE(Made("{\"success\":false}").span().isSuccess, std::optional(false));
    QCOMPARE(Made("{\"llm.cost.total\":0.02}").span().cost, std::optional(Cost {.amount = 0.02}));
    QVERIFY(!Made("{\"llm.cost.total\":-1}").span().cost.has_value());
}

void TestGenAiMapping::refusesToTrustSizes()
{
    // An index of billions is a place in the order, not a length.
    const SpanDetail detail = Made(R"({"openinference.span.kind":"LLM",
        "llm.input_messages.999999999.message.content":"b","llm.input_messages.3.message.content":"a"})")
                                  .detail();
    QCOMPARE(textOf(detail.input), QByteArray("user: a\nuser: b"));
    QByteArray path = R"({"openinference.span.kind":"LLM","llm.input_messages)";
    for (int i = 0; i < 50'000; ++i)
        path += ".0";
    QVERIFY(textOf(Made(path + "\":\"x\"}").detail().input).size() < 1000);
    const QByteArray deep = QByteArray(100'000, '[');
    const SpanDetail nested
        = Made(R"({"gen_ai.operation.name":"chat","gen_ai.input.messages":")" + deep + R"("})")
              .detail();
    QCOMPARE(textOf(nested.input), "user: " + deep);
}

QTEST_GUILESS_MAIN(TestGenAiMapping)
#include "tst_gen_ai_mapping.moc"
