#include "tracestore/import/swe_agent/swe_agent_run.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/chat/chat_thread.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/short_text.h"
#include "tracestore/import/swe_agent/task_title.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;

    constexpr std::size_t kMaxRunAttribute = std::size_t {64} << 10U;
    constexpr std::size_t kMaxRunMessage = 300;

    Result<void> readAction(const json& piece, SpanDetail& to)
    {
        json command = json::object();
        command["command"] = plainTextOf(piece, {"action"});
        to.toolArguments = toJsonText(command);
        return {};
    }

    Result<void> readObservation(const json& piece, SpanDetail& to)
    {
        to.toolResult = plainTextOf(piece, {"observation"});
        return {};
    }

    /// The answer of a step that is not in the history: the last, as a rule.
    Result<void> readResponse(const json& piece, std::vector<Message>& to)
    {
        Message message {.role = Role::Assistant};
        const std::string text = plainTextOf(piece, {"response", "thought"});
        if (!text.empty())
            message.parts.emplace_back(TextPart {text});
        to.push_back(std::move(message));
        return {};
    }

    Result<void> readStepAttributes(const json& piece, SpanDetail& to)
    {
        constexpr std::array<std::string_view, 5> kElsewhere {
            "action", "observation", "response", "query", "messages"};
        if (!piece.is_object())
            return {};
        for (const auto& [key, value] : piece.items()) {
            const bool isTold = key == "thought" && value == piece.value("response", json());
            if (std::ranges::find(kElsewhere, key) == kElsewhere.end() && !isTold)
                to.attributes.push_back({key, toJsonText(value)});
        }
        return {};
    }

    /// What a shell command is called: its first word.
    std::string commandName(std::string_view action)
    {
        const std::size_t first = action.find_first_not_of(" \t\r\n");
        if (first == std::string_view::npos)
            return "action";
        const std::string_view own = action.substr(first);
        return shortened(own.substr(0, own.find_first_of(" \t\r\n;|&")), 40);
    }

    /// SWE-agent does not mark commands that failed; its own tools say so in these words.
    bool looksLikeFailure(std::string_view observation)
    {
        constexpr std::array<std::string_view, 4> kBeginnings {
            "Your proposed edit has introduced new syntax error",
            "Your command was NOT executed",
            "Your bash command contained syntax errors",
            "Usage: "};
        return looksLikeToolError(observation)
            || std::ranges::any_of(kBeginnings, [&](std::string_view beginning) {
                   return observation.starts_with(beginning);
               });
    }

    /// An item of the history.
    struct Item
    {
        PlacedJson source;
        ChatMessage chat;
        std::string action;
        std::string agent;
        bool isDemo = false;
        std::string task; ///< of a user's item: what it asks for
        std::vector<std::string> answeredCalls;
    };

    Result<Item> itemOf(const PlacedJson& source)
    {
        auto chat = chatMessageOf(source);
        if (!chat)
            return fail(chat.error());
        const JsonRecord record = recordOf(source);
        Item item {.source = source,
                   .chat = std::move(*chat),
                   .action = record.text("action"),
                   .agent = record.text("agent"),
                   .isDemo = record.text("is_demo") == "true"};
        if (const PlacedJson* ids = record.find("tool_call_ids")) {
            const auto list = parseJson(ids->text);
            for (const json& id : list && list->is_array() ? *list : json::array())
                item.answeredCalls.push_back(plainTextOf(&id));
        }
        if (item.chat.role == Role::User && !item.isDemo) {
            const auto value = parseJson(source.text);
            item.task = value ? taskTitle(plainText(messageOf(*value, Role::User))) : "";
        }
        return item;
    }

    class SweAgentRunReading
    {
    public:
        SweAgentRunReading(const JsonRecord& document,
                           TraceBuilder& builder,
                           StepPayloads& payloads,
                           ReportBatch& batch)
            : m_document(document)
            , m_builder(builder)
            , m_payloads(payloads)
            , m_batch(batch)
            , m_info(memberRecord(document, "info"))
            , m_session(builder.addSession({}))
            , m_root(addRoot())
            , m_thread(builder, payloads, m_session, m_root)
        { }

        void run()
        {
            readConfig();
            readHistory();
            const std::vector<PlacedJson>* steps = m_document.list("trajectory");
            if (steps != nullptr && !steps->empty()) {
                for (const PlacedJson& step : *steps)
                    addStep(step);
                addTurnsUpTo(m_items.size());
            }
            // All of a demonstration; of a trajectory what goes on behind its last step.
            for (; m_next < m_items.size(); ++m_next)
                addItem(m_items[m_next]);
            describe();
            reportGuessedErrors(m_thread, m_builder.report());
        }

    private:
        SpanId addRoot()
        {
            SpanRecord root {.session = m_session,
                             .kind = SpanKind::Agent,
                             .name = "SWE-agent",
                             .agent
                             = m_builder.addAgent({.name = "SWE-agent", .origId = {}, .role = {}})};
            for (const JsonRecord::Member& member : m_document.members)
                root.raw.push_back(member.place);
            const SpanId span = m_builder.addSpan(root);
            for (const RawRef& raw : root.raw)
                m_payloads.addRaw(span, raw);
            return span;
        }

        /// The configuration is an object, or (since 1.0) the text of one.
        void readConfig()
        {
            const PlacedJson* place = m_document.find("replay_config");
            auto config = place == nullptr ? fail(ErrorCode::NotFound, {}) : parseJson(place->text);
            if (config && config->is_string())
                config = parseJson(config->get_ref<const std::string&>());
            if (!config)
                return;
            if (const json* agent = memberOf(*config, "agent"))
                if (const json* model = memberOf(*agent, "model"))
                    m_model = plainTextOf(*model, {"name", "model_name"});
            if (const json* problem = memberOf(*config, "problem_statement"))
                m_problem = plainTextOf(*problem, {"id"});
        }

        void readHistory()
        {
            const std::vector<PlacedJson>* history = m_document.list("history");
            if (history == nullptr)
                return;
            for (const PlacedJson& source : *history) {
                auto item = itemOf(source);
                if (item)
                    m_items.push_back(std::move(*item));
                else
                    m_batch.add(ReportSeverity::Broken,
                                source.place.offset,
                                "An item of the history cannot be read: " + item.error().message);
            }
            m_builder.report().addMapped(m_items.size());
        }

        void addDemonstration(const Item& item)
        {
            const SpanId note = m_thread.addNote(item.chat);
            m_builder.columns().name.set(note.index(), m_builder.intern("demonstration"));
            m_thread.remember(item.chat);
        }

        void addTask(const Item& item)
        {
            ChatMessage task = item.chat;
            if (!item.task.empty())
                task.title = item.task;
            if (m_title.empty() && task.role == Role::User)
                m_title = task.title;
            m_thread.addMessage(task);
        }

        /// Passes over the history up to the next answer, or to the end of it. Observations are
        /// told by the steps, too.
        void addTurnsUpTo(std::size_t end)
        {
            for (; m_next < end; ++m_next) {
                const Item& item = m_items[m_next];
                if (item.chat.role == Role::Assistant && !item.isDemo)
                    return;
                if (item.isDemo)
                    addDemonstration(item);
                else if (item.chat.role == Role::System
                         || (item.chat.role == Role::User && !m_thread.lastAnswer().isValid()))
                    addTask(item);
                else
                    m_thread.remember(item.chat);
            }
        }

        SpanRecord facts(std::string_view agent)
        {
            SpanRecord record {.requestedModel = m_model};
            if (agent.empty() || agent == "main" || agent == "primary")
                return record;
            const auto [known, isNew] = m_agents.try_emplace(std::string(agent));
            if (isNew)
                known->second
                    = m_builder.addAgent({.name = std::string(agent), .origId = {}, .role = {}});
            record.agent = known->second;
            return record;
        }

        void addStep(const PlacedJson& source)
        {
            const JsonRecord step = recordOf(source);
            if (step.members.empty()) {
                m_batch.add(ReportSeverity::Broken,
                            source.place.offset,
                            "A step cannot be read: it is not a JSON object.");
                return;
            }
            addTurnsUpTo(m_items.size());
            const bool isInHistory = m_next < m_items.size();
            const std::string action = step.text("action");
            ChatMessage answer = isInHistory ? m_items[m_next].chat : ChatMessage();
            if (!isInHistory) {
                answer.role = Role::Assistant;
                answer.word = "assistant";
                answer.place = source.place;
                answer.read = readResponse;
            }
            if (answer.calls.empty() && action.find_first_not_of(" \r\n\t") != std::string::npos)
                answer.calls.push_back({{}, commandName(action), source.place, readAction});
            for (const char* key : {"query", "messages"}) {
                const PlacedJson* input = step.find(key);
                if (input != nullptr && input->text.starts_with('['))
                    answer.input = input->place;
            }
            SpanRecord record = facts(isInHistory ? m_items[m_next].agent : "");
            record.raw = {source.place};
            if (isInHistory)
                record.raw.push_back(answer.place);
            const SpanId span = m_thread.addMessage(answer, record);
            m_payloads.add(span, source.place, readStepAttributes);
            m_builder.report().addMapped();
            m_next += isInHistory ? 1 : 0;
            if (!answer.calls.empty())
                addObservation(step, source, answer.calls.front().id);
        }

        void
        addObservation(const JsonRecord& step, const PlacedJson& source, const std::string& callId)
        {
            if (step.find("observation") == nullptr)
                return;
            ChatResult result {.callId = callId, .place = source.place, .read = readObservation};
            const std::string observation = step.text("observation");
            if (looksLikeFailure(observation)) {
                result.error = SpanError {.message = shortened(observation, kMaxRunMessage)};
                result.isErrorGuessed = true;
            }
            m_thread.addResult(result, source.place);
        }

        /// An item of a file that has no steps beside its history.
        void addItem(const Item& item)
        {
            ChatMessage message = item.chat;
            if (item.isDemo) {
                addDemonstration(item);
            } else if (message.role == Role::Assistant) {
                if (message.calls.empty() && !item.action.empty())
                    message.calls.push_back(
                        {{}, commandName(item.action), message.place, readAction});
                m_thread.addMessage(message, facts(item.agent));
            } else if (message.role == Role::Tool || m_thread.hasUnanswered()) {
                addAnswered(item);
            } else {
                addTask(item);
            }
        }

        void addAnswered(const Item& item)
        {
            ChatResult result = item.chat.results.empty() ? wholeMessageResult(item.source)
                                                          : item.chat.results.front();
            if (result.callId.empty() && !item.answeredCalls.empty())
                result.callId = item.answeredCalls.front();
            m_thread.addResult(result, item.chat.place);
            m_thread.remember(item.chat);
        }

        void describe()
        {
            Session& session = m_builder.session(m_session);
            session.key = m_problem.empty() ? std::to_string(m_session.index() + 1) : m_problem;
            const std::string separator = m_problem.empty() || m_title.empty() ? "" : ": ";
            session.title = shortened(m_problem + separator + m_title, kMaxSessionTitle);
            session.producerName = "SWE-agent";
            session.attributesJson = attributesOf();
            addTotals();
            judge(session);
        }

        /// Tokens and costs are told of the run as a whole only.
        void addTotals()
        {
            const JsonRecord stats = memberRecord(m_info, "model_stats");
            constexpr double kMost = 1e15;
            const auto count = [&](std::string_view key) -> std::optional<std::int64_t> {
                const auto number = stats.number(key);
                return number && *number > 0 && *number < kMost
                    ? std::optional(static_cast<std::int64_t>(*number))
                    : std::nullopt;
            };
            TokenUsage usage {.input = count("tokens_sent"), .output = count("tokens_received")};
            usage.state = UsageState::Aggregated;
            if (usage.input || usage.output)
                m_builder.setUsage(m_root, usage);
            if (const auto cost = stats.number("instance_cost"); cost && *cost > 0)
                m_builder.setCost(m_root, {.amount = *cost});
        }

        /// A submission says that the agent is content, not that it is right.
        void judge(Session& session)
        {
            const std::string status = m_info.text("exit_status");
            if (status.empty() || status.starts_with("submitted"))
                return;
            session.outcome = SpanStatus::Error;
            m_builder.columns().status.set(m_root.index(), SpanStatus::Error);
            m_builder.setError(
                m_root,
                {.type = status, .message = "The run ended without a submission: " + status + "."});
        }

        [[nodiscard]] std::string attributesOf() const
        {
            json attributes = json::object();
            for (const JsonRecord::Member& member : m_info.members) {
                const auto value = member.value.text.size() <= kMaxRunAttribute
                    ? parseJson(member.value.text)
                    : fail(ErrorCode::Limit, {});
                if (value)
                    attributes[std::string(member.key)] = *value;
            }
            if (const std::string environment = m_document.text("environment");
                !environment.empty() && environment.size() <= kMaxRunAttribute)
                attributes["environment"] = environment;
            return attributes.empty() ? std::string() : toJsonText(attributes);
        }

        const JsonRecord& m_document;
        TraceBuilder& m_builder;
        StepPayloads& m_payloads;
        ReportBatch& m_batch;
        JsonRecord m_info;
        SessionId m_session;
        SpanId m_root;
        ChatThread m_thread;
        std::vector<Item> m_items;
        std::size_t m_next = 0; ///< item of the history that is not passed yet
        std::unordered_map<std::string, AgentId> m_agents;
        std::string m_model;
        std::string m_problem;
        std::string m_title;
    };

} // namespace

void addSweAgentRun(const JsonRecord& document,
                    TraceBuilder& builder,
                    StepPayloads& payloads,
                    ReportBatch& batch)
{
    SweAgentRunReading(document, builder, payloads, batch).run();
}

} // namespace tracestore
