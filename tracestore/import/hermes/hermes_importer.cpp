#include "tracestore/import/hermes/hermes_importer.h"

#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/conversation_steps.h"
#include "tracestore/import/reading/json_dom.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/loaded_files.h"
#include "tracestore/import/reading/named_attribute.h"
#include "tracestore/import/reading/record_text.h"
#include "tracestore/import/reading/report_batch.h"
#include "tracestore/import/reading/title_text.h"

namespace tracestore {
namespace {

    constexpr char kConfig[] = "model_config";
    constexpr char kBaseUrl[] = "base_url";

    Result<void> readSystemPrompt(const nlohmann::json& prompt, std::vector<Message>& to)
    {
        to.push_back(messageOf(prompt, Role::System));
        return {};
    }

    Result<void> readTools(const nlohmann::json& tools, SpanDetail& to)
    {
        to.toolDefinitions = toJsonText(tools);
        return {};
    }

    Result<void> readResult(const nlohmann::json& message, SpanDetail& to)
    {
        if (const nlohmann::json* content = memberOf(message, "content"))
            return readToolResult(*content, to);
        return {};
    }

    /// What a message says besides its content.
    Result<void> readFacts(const nlohmann::json& message, SpanDetail& to)
    {
        if (!message.is_object())
            return {};
        for (const auto& [key, value] : message.items()) {
            if (key != "content" && key != "tool_calls" && key != "reasoning_content")
                to.attributes.push_back({key, toJsonText(value)});
        }
        return {};
    }

    std::string textOf(const JsonView& content)
    {
        if (content.isString())
            return content.string();
        for (JsonItems parts(content); content.isArray() && parts.next();) {
            if (parts.item()["text"].isString())
                return parts.item()["text"].string();
        }
        return {};
    }

    bool isSession(const JsonView& document)
    {
        const bool isNamed = document["session_id"].isString() && document.has("session_start");
        const bool isTold = document.has("platform") || document.has("system_prompt")
            || document.has("message_count");
        return isNamed && isTold && (document["messages"].isArray() || document.isCut());
    }

    class HermesSession
    {
    public:
        HermesSession(TraceBuilder& builder,
                      StepPayloads& payloads,
                      ReportBatch& report,
                      const RecordText& source,
                      const JsonView& document)
            : m_builder(builder)
            , m_report(report)
            , m_source(source)
            , m_document(document)
            , m_model(document["model"].string())
            , m_steps(builder, payloads, builder.addSession({.producerName = "Hermes Agent"}))
        { }

        Result<void> run(JsonDom& parser, Job& job)
        {
            addHeader();
            for (JsonItems messages(m_document["messages"]); messages.next();) {
                if (job.isCancelled())
                    return cancelled();
                const JsonView& message = messages.item();
                if (message.isCut() || !parser.parseObject(message.text(), false)) {
                    m_report.add(ReportSeverity::Broken,
                                 m_source.placeOf(message).offset,
                                 "A message could not be read and was left out.");
                    continue;
                }
                m_builder.report().addMapped();
                add(message);
            }
            m_steps.settleOpenTools();
            return {};
        }

    private:
        void addHeader()
        {
            Session& session = m_builder.session(m_steps.session());
            session.key = m_document["session_id"].string();
            session.cwd = m_document[kConfig]["cwd"].string();
            session.started = parseIsoTimestamp(m_document["session_start"].string());
            session.ended = parseIsoTimestamp(m_document["last_updated"].string());
            m_agent = m_steps.addAgent({.name = "Hermes Agent",
                                        .origKind = "session",
                                        .origId = session.key,
                                        .start = session.started,
                                        .end = session.ended},
                                       {.name = "Hermes Agent"});
            for (const auto& [key, read] :
                 {std::pair {kConfig, StepPayloads::ReadPiece(readAs<kConfig>)},
                  std::pair {kBaseUrl, StepPayloads::ReadPiece(readAs<kBaseUrl>)}}) {
                const JsonView& value = m_document[key];
                if (!value.isThere() || value.isCut())
                    continue;
                m_steps.payloads().add(m_agent, m_source.placeOf(value), read);
                m_steps.addRaw(m_agent, m_source.placeOf(value));
            }
            const JsonView& prompt = m_document["system_prompt"];
            if (!prompt.isString() || prompt.isCut())
                return;
            const RawRef place = m_source.placeOf(prompt);
            const SpanId span = m_steps.add({.kind = SpanKind::Message,
                                             .name = "system prompt",
                                             .origKind = "system_prompt",
                                             .raw = {place}});
            m_steps.payloads().addInput(span, place, readSystemPrompt);
            m_steps.say(place, readSystemPrompt);
        }

        void add(const JsonView& message)
        {
            const std::string role = message["role"].string();
            const RawRef place = m_source.placeOf(message);
            if (role == "user")
                addUser(message, place);
            else if (role == "assistant")
                addAnswer(message, place);
            else if (role == "tool")
                addResult(message, place);
            else
                addOther(message, role, place);
        }

        void addUser(const JsonView& message, const RawRef& place)
        {
            const std::string title = titleText(textOf(message["content"]));
            Session& session = m_builder.session(m_steps.session());
            if (session.title.empty())
                session.title = title;
            m_steps.addTurn({.name = title.empty() ? "prompt" : std::string_view(title),
                             .origKind = "user",
                             .raw = {place}},
                            m_agent,
                            place,
                            readMessages);
        }

        void addAnswer(const JsonView& message, const RawRef& place)
        {
            const SpanId call = m_steps.addCall({.name = m_model.empty() ? "model call" : m_model,
                                                 .origKind = "assistant",
                                                 .status = SpanStatus::Ok,
                                                 .respondedModel = m_model,
                                                 .raw = {place}});
            m_steps.payloads().addOutput(call, place, readMessages);
            m_steps.payloads().add(call, place, readFacts);
            if (const JsonView& tools = m_document["tools"]; tools.isArray() && !tools.isCut())
                m_steps.payloads().add(call, m_source.placeOf(tools), readTools);
            m_steps.say(place, readMessages);
            for (JsonItems calls(message["tool_calls"]); calls.next();)
                addTool(calls.item());
        }

        void addTool(const JsonView& call)
        {
            const JsonView& function = call["function"];
            const std::string name = function["name"].string();
            const std::string id = call.either("id", "call_id").scalar();
            const SpanId tool
                = m_steps.addTool({.name = name.empty() ? "tool" : std::string_view(name),
                                   .origKind = "tool_call",
                                   .toolCallId = id,
                                   .raw = {m_source.placeOf(call)}});
            if (const JsonView& arguments = function["arguments"]; arguments.isThere())
                m_steps.payloads().add(tool, m_source.placeOf(arguments), readToolArguments);
        }

        void addResult(const JsonView& message, const RawRef& place)
        {
            const std::string id = message["tool_call_id"].scalar();
            SpanId tool = m_steps.findTool(id);
            if (!tool.isValid()) {
                const std::string name = message.either("tool_name", "name").string();
                tool = m_steps.addTool({.name = name.empty() ? "tool" : std::string_view(name),
                                        .origKind = "tool",
                                        .toolCallId = id});
            }
            // Whether it failed is not told.
            m_steps.endTool(tool, SpanStatus::Unknown, std::nullopt, place);
            m_steps.payloads().add(tool, place, readResult);
            m_steps.say(place, readMessages);
        }

        void addOther(const JsonView& message, const std::string& role, const RawRef& place)
        {
            const bool isTalk = message["content"].isThere();
            const SpanId span
                = m_steps.add({.kind = isTalk ? SpanKind::Message : SpanKind::Event,
                               .name = role.empty() ? "message" : std::string_view(role),
                               .origKind = role,
                               .raw = {place}});
            m_steps.payloads().add(span, place, readFacts);
            if (!isTalk)
                return;
            m_steps.payloads().addInput(span, place, readMessages);
            m_steps.say(place, readMessages);
        }

        TraceBuilder& m_builder;
        ReportBatch& m_report;
        RecordText m_source;
        const JsonView& m_document;
        std::string m_model;
        ConversationSteps m_steps;
        SpanId m_agent;
    };

} // namespace

bool HermesImporter::sniff(const Sample& sample) const
{
    return isSession(JsonView::atStartOf(sample.head));
}

Result<std::shared_ptr<const PayloadSource>>
HermesImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    auto loaded = LoadedFiles::load(files, builder.report(), job);
    if (!loaded)
        return fail(std::move(loaded).error());
    auto payloads = std::make_shared<StepPayloads>(files);
    JsonDom parser;
    for (const ImportFile& file : files) {
        const RecordText source {file.id, loaded->text(file.id)};
        ReportBatch report(builder.report(), file.id, source.text);
        JsonScan scan(source.text, [&](const JsonDamage& damage) { report.add(damage); });
        while (scan.nextDocument()) {
            const std::size_t start = scan.offset();
            const auto whole = scan.take();
            const JsonView document
                = whole ? JsonView(*whole) : JsonView(source.text.substr(start), true);
            if (!document.isObject())
                continue;
            HermesSession session(builder, *payloads, report, source, document);
            if (auto done = session.run(parser, job); !done)
                return fail(std::move(done).error());
        }
        job.advance(file.bytes->size());
    }
    if (builder.sessionCount() == 0)
        return fail(ErrorCode::Corrupt,
                    "No session of " + files.front().path.string() + " could be read.");
    return std::shared_ptr<const PayloadSource>(std::move(payloads));
}

} // namespace tracestore
