#include "tracestore/import/opencode/opencode_session.h"

#include "tracestore/import/opencode/opencode_content.h"
#include "tracestore/import/reading/title_text.h"
#include "tracestore/import/reading/unix_time.h"

namespace tracestore {
namespace {

    std::optional<Timestamp> timeAt(const JsonView& times, std::string_view key)
    {
        return timeOfMilliseconds(times[key].number());
    }

    std::string typeOf(const OpenCodeValue& part)
    {
        return part.value["type"].string();
    }

    /// `output` and `reasoning` are counted apart.
    std::optional<TokenUsage> usageOf(const JsonView& tokens)
    {
        if (!tokens.isObject())
            return std::nullopt;
        TokenUsage usage;
        usage.input = tokens["input"].integer();
        usage.output = tokens["output"].integer();
        usage.reasoning = tokens["reasoning"].integer();
        if (usage.output && *usage.output >= 0 && usage.reasoning.value_or(0) > 0
            && *usage.reasoning < (std::int64_t {1} << 60)
            && *usage.output < (std::int64_t {1} << 60))
            usage.output = *usage.output + *usage.reasoning;
        usage.cacheRead = tokens["cache"]["read"].integer();
        usage.cacheWrite = tokens["cache"]["write"].integer();
        return usage;
    }

    std::optional<Cost> costOf(const JsonView& cost)
    {
        const auto amount = cost.number();
        return amount ? std::optional(Cost {.amount = *amount}) : std::nullopt;
    }

    class Conversation
    {
    public:
        Conversation(const OpenCodeConversation& conversation,
                     const OpenCodeTask& task,
                     TraceBuilder& builder,
                     StepPayloads& payloads)
            : m_conversation(conversation)
            , m_builder(builder)
            , m_talk(builder, payloads, sessionOf(conversation, task, builder))
        {
            addAgent(task);
        }

        OpenCodeFound run()
        {
            for (const OpenCodeMessage& message : m_conversation.messages) {
                if (message.info.value["role"].string() == "user")
                    addUser(message);
                else
                    addAssistant(message);
            }
            m_talk.settleOpenTools();
            m_found.session = m_talk.session();
            m_found.agent = m_agent;
            return std::move(m_found);
        }

    private:
        static SessionId sessionOf(const OpenCodeConversation& conversation,
                                   const OpenCodeTask& task,
                                   TraceBuilder& builder)
        {
            if (task.session.isValid())
                return task.session;
            const JsonView& info = conversation.info.value;
            Session session {.key = conversation.id, .producerName = "OpenCode"};
            session.title = titleText(info["title"].string());
            session.producerVersion = info["version"].scalar();
            session.cwd = info["directory"].string();
            session.started = timeAt(info["time"], "created");
            if (info.isObject() && !info.isCut())
                session.attributesJson = std::string(info.text());
            return builder.addSession(std::move(session));
        }

        void addAgent(const OpenCodeTask& task)
        {
            const bool isSub = task.session.isValid();
            std::string name = "OpenCode";
            if (isSub) {
                name = titleText(m_conversation.info.value["title"].string());
                for (const OpenCodeMessage& message : m_conversation.messages) {
                    const JsonView& agent = message.info.value.either("agent", "mode");
                    if (agent.isString())
                        name = agent.string();
                }
            }
            SpanRecord record {.name = name.empty() ? "sub-agent" : std::string_view(name),
                               .origKind = "session",
                               .origId = m_conversation.id};
            record.parent = task.startedBy.isValid() ? task.startedBy : task.below;
            record.isParentImplied = !task.startedBy.isValid() && task.below.isValid();
            if (m_conversation.info.value.isObject())
                record.raw = {m_conversation.info.place()};
            m_agent = m_talk.addAgent(
                record, {.name = std::string(record.name), .origId = m_conversation.id});
            if (m_conversation.info.value.isObject())
                m_talk.payloads().add(m_agent, m_conversation.info.place(), readAttributes);
            if (task.startedBy.isValid())
                m_builder.addLink(
                    {.from = task.startedBy, .to = m_agent, .kind = LinkKind::SpawnedAgent});
        }

        void addUser(const OpenCodeMessage& message)
        {
            const JsonView& info = message.info.value;
            std::vector<const OpenCodeValue*> said;
            std::string title;
            for (const OpenCodeValue& part : message.parts) {
                const std::string type = typeOf(part);
                if (type == "text" || type == "file")
                    said.push_back(&part);
                if (type == "text" && title.empty())
                    title = titleText(part.value["text"].string());
            }
            if (title.empty())
                title = titleText(info["summary"]["title"].string());
            Session& session = m_builder.session(m_talk.session());
            if (session.title.empty())
                session.title = title;
            const std::string id = info["id"].string();
            const SpanId turn
                = m_talk.addTurn({.name = title.empty() ? "prompt" : std::string_view(title),
                                  .origKind = "user",
                                  .origId = id,
                                  .start = timeAt(info["time"], "created"),
                                  .raw = {message.info.place()}},
                                 m_agent,
                                 said.empty() ? message.info.place() : said.front()->place(),
                                 said.empty() ? readOpenCodeTitle
                                              : StepPayloads::ReadMessages(readOpenCodeUserPart));
            m_turns[id] = m_talk.scope();
            for (const OpenCodeValue& part : message.parts)
                m_talk.addRaw(turn, part.place());
            for (std::size_t i = 1; i < said.size(); ++i) {
                m_talk.payloads().addInput(turn, said[i]->place(), readOpenCodeNextUserPart);
                m_talk.say(said[i]->place(), readOpenCodeNextUserPart);
            }
            m_talk.payloads().add(turn, message.info.place(), readOpenCodeInfo);
            for (const OpenCodeValue& part : message.parts)
                addOther(part);
        }

        /// An answer; older versions keep several calls of the model in one message, a step each.
        void addAssistant(const OpenCodeMessage& message)
        {
            const JsonView& info = message.info.value;
            if (const auto turn = m_turns.find(info["parentID"].string()); turn != m_turns.end()) {
                ConversationSteps::Place place = m_talk.place();
                place.scope = turn->second;
                m_talk.goTo(place);
            }
            std::size_t steps = 0;
            for (const OpenCodeValue& part : message.parts)
                steps += typeOf(part) == "step-finish" ? 1 : 0;
            if (info["summary"].isTrue())
                m_talk.startHistory();
            const auto begin = message.parts.begin();
            if (steps <= 1) {
                addCall(message, begin, message.parts.end(), true);
                return;
            }
            auto first = begin;
            for (auto part = begin; part != message.parts.end(); ++part) {
                if (typeOf(*part) != "step-finish")
                    continue;
                addCall(message, first, part + 1, false);
                first = part + 1;
            }
            // Parts behind the last step are a call that did not end.
            if (first != message.parts.end())
                addCall(message, first, message.parts.end(), false);
        }

        using PartIterator = std::vector<OpenCodeValue>::const_iterator;

        void
        addCall(const OpenCodeMessage& message, PartIterator first, PartIterator last, bool isWhole)
        {
            const JsonView& info = message.info.value;
            const JsonView& model = info["model"];
            const std::string id = info["id"].string();
            const std::string modelId
                = (info["modelID"].isString() ? info["modelID"] : model["modelID"]).string();
            const std::string provider
                = (info["providerID"].isString() ? info["providerID"] : model["providerID"])
                      .string();
            SpanRecord record {.name = modelId.empty() ? "model call" : std::string_view(modelId),
                               .origKind = "assistant",
                               .origId = id,
                               .timeSource = TimeSource::Exact,
                               .respondedModel = modelId,
                               .provider = provider};
            if (info.isObject()) // else only its parts are known
                record.raw = {message.info.place()};
            if (isWhole) {
                record.start = timeAt(info["time"], "created");
                record.end = timeAt(info["time"], "completed");
                record.usage = usageOf(info["tokens"]);
                record.cost = costOf(info["cost"]);
            } else {
                record.start = startOf(first, last);
            }
            if (!record.start && !record.end)
                record.timeSource = TimeSource::Unknown;
            for (auto part = first; part != last; ++part)
                takeStep(*part, record);
            const SpanId call = m_talk.addCall(record);
            settle(call, info, last == message.parts.end());
            if (info.isObject())
                m_talk.payloads().add(call, message.info.place(), readOpenCodeInfo);
            for (auto part = first; part != last; ++part)
                addPart(call, *part);
        }

        static std::optional<Timestamp> startOf(PartIterator first, PartIterator last)
        {
            for (auto part = first; part != last; ++part) {
                if (const auto time = timeAt(part->value["time"], "start"))
                    return time;
            }
            return std::nullopt;
        }

        /// What the end of a step states, where the message does not.
        static void takeStep(const OpenCodeValue& part, SpanRecord& record)
        {
            if (typeOf(part) != "step-finish")
                return;
            if (!record.usage)
                record.usage = usageOf(part.value["tokens"]);
            if (!record.cost)
                record.cost = costOf(part.value["cost"]);
        }

        void settle(SpanId call, const JsonView& info, bool isLast)
        {
            const JsonView& error = info["error"];
            if (!error.isObject() || !isLast) {
                const bool isOver = info["time"].has("completed") || info.has("finish") || !isLast;
                m_talk.setStatus(call, isOver ? SpanStatus::Ok : SpanStatus::Unknown);
                return;
            }
            const std::string name = error["name"].string();
            m_talk.fail(call, {.type = name, .message = error["data"]["message"].string()});
            if (name == "MessageAbortedError")
                m_talk.setStatus(call, SpanStatus::Cancelled);
        }

        void addPart(SpanId call, const OpenCodeValue& part)
        {
            const std::string type = typeOf(part);
            const bool isSaid
                = type == "text" || type == "reasoning" || type == "file" || type == "tool";
            if (isSaid) {
                m_talk.payloads().addOutput(call, part.place(), readOpenCodeAnswer);
                m_talk.say(part.place(), readOpenCodeTalk);
            }
            if (type == "tool")
                addTool(part);
            else
                m_talk.addRaw(call, part.place());
            if (!isSaid)
                addOther(part);
        }

        void addTool(const OpenCodeValue& part)
        {
            const JsonView& state = part.value["state"];
            const std::string status = state["status"].string();
            const std::string name = part.value["tool"].string();
            const std::string id = part.value["id"].string();
            const std::string callId = part.value["callID"].string();
            const SpanId tool = m_talk.addTool(
                {.name = name.empty() ? "tool" : std::string_view(name),
                 .origKind = "tool",
                 .origId = id,
                 .start = timeAt(state["time"], "start"),
                 .end = timeAt(state["time"], "end"),
                 .timeSource = state["time"].isObject() ? TimeSource::Exact : TimeSource::Unknown,
                 .toolCallId = callId,
                 .raw = {part.place()}});
            if (status == "completed")
                m_talk.setStatus(tool, SpanStatus::Ok);
            else if (status == "error")
                m_talk.fail(tool, {.type = "tool error", .message = state["error"].string()});
            else if (status == "pending" || status == "running")
                m_talk.setStatus(tool, SpanStatus::Pending);
            if (state.isObject())
                m_talk.payloads().add(tool, part.source.placeOf(state), readOpenCodeState);
            const JsonView& metadata = state["metadata"];
            const std::string started = metadata.either("sessionId", "sessionID").string();
            if (!started.empty())
                m_found.startedSessions.emplace(started, tool);
        }

        /// Parts that are neither said nor called.
        void addOther(const OpenCodeValue& part)
        {
            const std::string type = typeOf(part);
            SpanRecord record {.origKind = type,
                               .start = timeAt(part.value["time"], "created"),
                               .raw = {part.place()}};
            record.name = type;
            if (type == "compaction")
                record.kind = SpanKind::Compaction;
            else if (type == "patch")
                record.kind = SpanKind::StateChange;
            else if (type == "retry")
                record.kind = SpanKind::Error;
            else if (type == "agent" || type == "subtask")
                record.kind = SpanKind::Event;
            else
                return;
            const SpanId span = m_talk.add(record);
            if (type == "retry")
                m_talk.fail(span,
                            {.type = part.value["error"]["name"].string(),
                             .message = part.value["error"]["data"]["message"].string()});
            m_talk.payloads().add(span, part.place(), readAttributes);
        }

        const OpenCodeConversation& m_conversation;
        TraceBuilder& m_builder;
        ConversationSteps m_talk;
        SpanId m_agent;
        std::unordered_map<std::string, SpanId> m_turns; ///< by the id of the user's message
        OpenCodeFound m_found;
    };

} // namespace

OpenCodeFound addOpenCodeConversation(const OpenCodeConversation& conversation,
                                      const OpenCodeTask& task,
                                      TraceBuilder& builder,
                                      StepPayloads& payloads)
{
    return Conversation(conversation, task, builder, payloads).run();
}

} // namespace tracestore
