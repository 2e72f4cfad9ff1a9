#include "tracestore/import/atif/atif_trajectory.h"

#include "tracestore/import/atif/atif_content.h"
#include "tracestore/import/reading/title_text.h"
#include "tracestore/import/reading/unix_time.h"

namespace tracestore {
namespace {

    struct StepTimes
    {
        std::optional<Timestamp> start;
        std::optional<Timestamp> end;
        TimeSource source = TimeSource::Unknown;
    };

    /// The first text of a message, which is a string or a list of parts.
    std::string textOf(const JsonView& message)
    {
        if (message.isString())
            return message.string();
        for (JsonItems parts(message); parts.next();) {
            if (parts.item()["text"].isString())
                return parts.item()["text"].string();
        }
        return {};
    }

    std::optional<TokenUsage> usageOf(const JsonView& metrics,
                                      std::string_view prompt,
                                      std::string_view completion,
                                      std::string_view cached)
    {
        const auto in = metrics[prompt].integer();
        TokenUsage usage;
        usage.cacheRead = metrics[cached].integer();
        usage.output = metrics[completion].integer();
        if (in)
            usage.input = std::max<std::int64_t>(
                0, *in - std::max<std::int64_t>(0, usage.cacheRead.value_or(0)));
        if (!in && !usage.cacheRead && !usage.output)
            return std::nullopt;
        return usage;
    }

    std::optional<Cost> costOf(const JsonView& amount)
    {
        const auto value = amount.number();
        return value ? std::optional(Cost {.amount = *value}) : std::nullopt;
    }

    class Trajectory
    {
    public:
        Trajectory(const AtifTask& task,
                   TraceBuilder& builder,
                   StepPayloads& payloads,
                   ReportBatch& report,
                   Job& job)
            : m_task(task)
            , m_root(task.trajectory)
            , m_builder(builder)
            , m_report(report)
            , m_job(job)
            , m_talk(builder, payloads, sessionOf(task, builder))
        { }

        Result<AtifFound> run()
        {
            addAgent();
            for (JsonItems steps(m_root["steps"]); steps.next();) {
                if (m_job.isCancelled())
                    return cancelled();
                if (isGood(steps.item()))
                    addStep(steps.item());
            }
            addTotals();
            m_found.session = m_talk.session();
            return std::move(m_found);
        }

    private:
        static SessionId sessionOf(const AtifTask& task, TraceBuilder& builder)
        {
            if (task.session.isValid())
                return task.session;
            const JsonView& agent = task.trajectory["agent"];
            Session session;
            session.key = task.trajectory["session_id"].scalar();
            if (session.key.empty())
                session.key = task.trajectory["trajectory_id"].scalar();
            if (session.key.empty())
                session.key = task.file.stem().string();
            session.producerName = agent["name"].string();
            session.producerVersion = titleText(agent["version"].scalar());
            if (const JsonView& notes = task.trajectory["notes"]; notes.isThere())
                session.attributesJson = R"({"notes":)" + std::string(notes.text()) + '}';
            return builder.addSession(std::move(session));
        }

        void addAgent()
        {
            const JsonView& agent = m_root["agent"];
            const std::string name = agent["name"].isString() ? agent["name"].string() : "agent";
            const std::string id = m_root["trajectory_id"].scalar();
            m_model = agent["model_name"].string();
            SpanRecord record {.name = name, .origKind = "trajectory", .origId = id};
            record.parent = m_task.startedBy.isValid() ? m_task.startedBy : m_task.below;
            record.isParentImplied = !m_task.startedBy.isValid();
            if (m_task.continues.isValid())
                record.agent = m_builder.columns().agent[m_task.continues.index()];
            m_agent = m_talk.addAgent(record, {.name = name, .origId = id});
            m_found.agent = m_agent;
            if (m_task.startedBy.isValid())
                m_builder.addLink(
                    {.from = m_task.startedBy, .to = m_agent, .kind = LinkKind::SpawnedAgent});
            if (m_task.continues.isValid())
                m_builder.addLink(
                    {.from = m_agent, .to = m_task.continues, .kind = LinkKind::FollowsFrom});
            if (agent.isObject() && !agent.isCut()) {
                m_talk.addRaw(m_agent, m_task.source.placeOf(agent));
                m_talk.payloads().add(m_agent, m_task.source.placeOf(agent), readAttributes);
            }
        }

        /// What is cut or no JSON cannot be shown; the report says so.
        bool isGood(const JsonView& step)
        {
            if (!step.isObject() || step.isCut()
                || !m_parser.parse(step.text(), false).has_value()) {
                m_report.add(ReportSeverity::Broken,
                             m_task.source.placeOf(step).offset,
                             "A step could not be read and was left out.");
                return false;
            }
            m_builder.report().addMapped();
            return true;
        }

        void addStep(const JsonView& step)
        {
            const std::string source = step["source"].string();
            const bool isCopied = step["is_copied_context"].isTrue();
            if (!isCopied)
                m_copies = SpanId();
            if (isCopied)
                addCopy(step, source);
            else if (source == "user")
                addUser(step);
            else if (source == "agent")
                addAnswer(step);
            else
                addSystem(step, source);
        }

        StepTimes timesOf(const JsonView& timestamp, const JsonView& extra)
        {
            const JsonView& invocation = extra["invocation"];
            StepTimes times {timeOfSeconds(invocation["start_timestamp"].number()),
                             timeOfSeconds(invocation["end_timestamp"].number()),
                             TimeSource::Exact};
            if (times.start || times.end)
                return times;
            bool hasZone = true;
            times.start = parseIsoTimestamp(timestamp.string(), &hasZone);
            times.source = times.start ? TimeSource::Line : TimeSource::Unknown;
            if (times.start && !hasZone)
                m_report.add(ReportSeverity::Guessed,
                             m_task.source.placeOf(timestamp).offset,
                             "Times have no time zone; they were read as UTC.");
            return times;
        }

        SpanRecord recordOf(const JsonView& step, const StepTimes& times)
        {
            SpanRecord record;
            record.start = times.start;
            record.end = times.end;
            record.timeSource = times.source;
            record.raw = {m_task.source.placeOf(step)};
            return record;
        }

        void addUser(const JsonView& step)
        {
            const std::string title = titleText(textOf(step["message"]));
            Session& session = m_builder.session(m_talk.session());
            if (session.title.empty() && !m_task.startedBy.isValid())
                session.title = title;
            // The invocation that a user's step names is the whole run, not the moment of asking.
            SpanRecord record = recordOf(step, timesOf(step["timestamp"], {}));
            record.name = title.empty() ? "prompt" : std::string_view(title);
            record.origKind = "user";
            const RawRef place = m_task.source.placeOf(step);
            const SpanId turn = m_talk.addTurn(record, m_agent, place, readAtifStep);
            m_talk.payloads().add(turn, place, readAtifExtras);
            addResults(step, turn);
        }

        /// Context that another trajectory tells of already: it was sent to the model, so it is
        /// part of the input, but nothing of it happened here.
        void addCopy(const JsonView& step, std::string_view source)
        {
            if (!m_copies.isValid())
                m_copies = m_talk.add({.kind = SpanKind::Compaction,
                                       .name = "context taken over",
                                       .origKind = "is_copied_context",
                                       .parent = m_agent,
                                       .isParentImplied = true,
                                       .countsInTotals = false});
            SpanRecord record = recordOf(step, {});
            const std::string title = titleText(textOf(step["message"]));
            record.kind = SpanKind::Message;
            record.name = title.empty() ? source : std::string_view(title);
            record.origKind = source;
            record.parent = m_copies;
            record.isParentImplied = true;
            record.countsInTotals = false;
            const RawRef place = m_task.source.placeOf(step);
            const SpanId copy = m_talk.add(record);
            m_talk.payloads().addInput(copy, place, readAtifStep);
            m_talk.payloads().add(copy, place, readAtifExtras);
            m_talk.say(place, readAtifStep);
            for (JsonItems results(step["observation"]["results"]); results.next();)
                sayResult(results.item());
        }

        void addSystem(const JsonView& step, const std::string& source)
        {
            const JsonView& management = step["extra"]["context_management"];
            const std::string title = titleText(textOf(step["message"]));
            SpanRecord record = recordOf(step, timesOf(step["timestamp"], step["extra"]));
            record.kind = management["type"].string() == "compaction" ? SpanKind::Compaction
                                                                      : SpanKind::Message;
            record.name = title.empty() ? "system" : std::string_view(title);
            record.origKind = source.empty() ? "step" : std::string_view(source);
            const RawRef place = m_task.source.placeOf(step);
            const SpanId span = m_talk.add(record);
            m_talk.payloads().addInput(span, place, readAtifStep);
            m_talk.payloads().add(span, place, readAtifExtras);
            m_talk.say(place, readAtifStep);
            addResults(step, span);
        }

        void addAnswer(const JsonView& step)
        {
            const std::string model
                = step["model_name"].isString() ? step["model_name"].string() : m_model;
            const auto calls = step["llm_call_count"].integer();
            SpanRecord record = recordOf(step, timesOf(step["timestamp"], step["extra"]));
            record.origKind = "agent";
            const RawRef place = m_task.source.placeOf(step);
            SpanId span;
            if (calls == 0) {
                const std::string title = titleText(textOf(step["message"]));
                record.kind = SpanKind::Message;
                record.name = title.empty() ? "agent" : std::string_view(title);
                span = m_talk.add(record);
            } else {
                record.name = model.empty() ? "model call" : std::string_view(model);
                record.respondedModel = model;
                record.status = SpanStatus::Ok; // there is an answer
                addMetrics(step, calls, record);
                span = m_talk.addCall(record);
            }
            m_talk.payloads().addOutput(span, place, readAtifStep);
            m_talk.payloads().add(span, place, readAtifExtras);
            if (const JsonView& tools = m_root["agent"]["tool_definitions"];
                calls != 0 && tools.isArray() && !tools.isCut())
                m_talk.payloads().add(span, m_task.source.placeOf(tools), readAtifTools);
            m_talk.say(place, readAtifStep);
            for (JsonItems tools(step["tool_calls"]); tools.next();)
                addTool(tools.item(), step);
            addResults(step, span);
        }

        void addMetrics(const JsonView& step, std::optional<std::int64_t> calls, SpanRecord& record)
        {
            const JsonView& metrics = step["metrics"];
            record.usage = usageOf(metrics, "prompt_tokens", "completion_tokens", "cached_tokens");
            record.cost = costOf(metrics["cost_usd"]);
            m_hasMetrics = m_hasMetrics || record.usage || record.cost;
            if (calls.value_or(1) <= 1)
                return;
            if (record.usage)
                record.usage->state = UsageState::Aggregated;
            m_report.add(ReportSeverity::Guessed,
                         m_task.source.placeOf(step).offset,
                         "A step stands for several calls of the model; it is shown as one.");
        }

        void addTool(const JsonView& call, const JsonView& step)
        {
            const std::string name = call["function_name"].string();
            const std::string id = call["tool_call_id"].scalar();
            SpanRecord record = recordOf(call, timesOf(step["timestamp"], call["extra"]));
            record.name = name.empty() ? "tool" : std::string_view(name);
            record.origKind = "tool_call";
            record.toolCallId = id;
            const SpanId tool = m_talk.addTool(record);
            if (const JsonView& arguments = call["arguments"]; arguments.isThere())
                m_talk.payloads().add(tool, m_task.source.placeOf(arguments), readToolArguments);
            if (const JsonView& extra = call["extra"]; extra.isObject())
                m_talk.payloads().add(tool, m_task.source.placeOf(extra), readAttributes);
        }

        /// Results answer a call of the step, or the step as a whole.
        void addResults(const JsonView& step, SpanId span)
        {
            for (JsonItems results(step["observation"]["results"]); results.next();) {
                const JsonView& result = results.item();
                const SpanId tool = m_talk.findTool(result["source_call_id"].scalar());
                if (tool.isValid())
                    answer(tool, result);
                else if (result["content"].isThere())
                    addObservation(result);
                sayResult(result);
                keepReferences(result, tool.isValid() ? tool : span);
            }
        }

        void answer(SpanId tool, const JsonView& result)
        {
            const RawRef place = m_task.source.placeOf(result);
            m_talk.endTool(tool, SpanStatus::Unknown, std::nullopt, place);
            m_talk.payloads().add(tool, place, readAtifToolResult);
        }

        void addObservation(const JsonView& result)
        {
            const RawRef place = m_task.source.placeOf(result);
            const SpanId span = m_talk.add({.kind = SpanKind::Message,
                                            .name = "observation",
                                            .origKind = "observation",
                                            .raw = {place}});
            m_talk.payloads().addInput(span, place, readAtifResult);
        }

        void sayResult(const JsonView& result)
        {
            if (result["content"].isThere())
                m_talk.say(m_task.source.placeOf(result), readAtifResult);
        }

        void keepReferences(const JsonView& result, SpanId startedBy)
        {
            for (AtifReference& reference : atifReferencesOf(result)) {
                reference.startedBy = startedBy;
                m_found.references.push_back(std::move(reference));
            }
        }

        /// The totals of the whole trajectory; they count only where the steps state nothing.
        void addTotals()
        {
            const JsonView& totals = m_root["final_metrics"];
            if (!totals.isObject() || totals.isCut())
                return;
            if (auto usage = usageOf(totals,
                                     "total_prompt_tokens",
                                     "total_completion_tokens",
                                     "total_cached_tokens")) {
                usage->state = UsageState::Aggregated;
                m_builder.setUsage(m_agent, *usage);
            }
            if (const auto cost = costOf(totals["total_cost_usd"]))
                m_builder.setCost(m_agent, *cost);
            m_builder.columns().countsInTotals.set(m_agent.index(), m_hasMetrics ? 0 : 1);
            m_talk.addRaw(m_agent, m_task.source.placeOf(totals));
        }

        const AtifTask& m_task;
        const JsonView& m_root;
        TraceBuilder& m_builder;
        ReportBatch& m_report;
        Job& m_job;
        ConversationSteps m_talk;
        JsonDom m_parser;
        AtifFound m_found;
        std::string m_model;
        SpanId m_agent;
        SpanId m_copies; ///< what the copied steps stand below, while they last
        bool m_hasMetrics = false;
    };

} // namespace

Result<AtifFound> addAtifTrajectory(const AtifTask& task,
                                    TraceBuilder& builder,
                                    StepPayloads& payloads,
                                    ReportBatch& report,
                                    Job& job)
{
    return Trajectory(task, builder, payloads, report, job).run();
}

std::vector<AtifReference> atifReferencesOf(const JsonView& result)
{
    std::vector<AtifReference> references;
    const JsonView& list = result["subagent_trajectory_ref"];
    const auto add = [&](const JsonView& one) {
        references.push_back({.trajectoryId = one["trajectory_id"].scalar(),
                              .path = one["trajectory_path"].string(),
                              .sessionId = one["session_id"].scalar(),
                              .startedBy = {}});
    };
    if (list.isObject())
        add(list);
    for (JsonItems items(list); list.isArray() && items.next();)
        add(items.item());
    return references;
}

} // namespace tracestore
