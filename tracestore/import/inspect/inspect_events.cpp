#include "tracestore/import/inspect/inspect_events.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/chat/chat_thread.h"
#include "tracestore/import/inspect/inspect_facts.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/short_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    using nlohmann::json;

    constexpr std::size_t kMaxMessage = 300;

    /// More references to pooled messages than this, over all calls of a sample, are not kept.
    constexpr std::size_t kMaxReferences = 2'000'000;

    /// Events that are no span, step, model, tool or subtask.
    struct Sort
    {
        std::string_view event;
        SpanKind kind;
    };

    constexpr std::array<Sort, 9> kSorts {{
        {"state", SpanKind::StateChange},
        {"store", SpanKind::StateChange},
        {"approval", SpanKind::Approval},
        {"input", SpanKind::Message},
        {"score", SpanKind::Evaluator},
        {"score_edit", SpanKind::Evaluator},
        {"error", SpanKind::Error},
        {"sample_limit", SpanKind::Error},
        {"compaction", SpanKind::Compaction},
    }};

    SpanKind kindOfEvent(std::string_view event)
    {
        const auto found = std::ranges::find(kSorts, event, &Sort::event);
        return found == kSorts.end() ? SpanKind::Event : found->kind;
    }

    /// The kind of a span or step by its type.
    SpanKind kindOfType(std::string_view type)
    {
        if (type == "agent")
            return SpanKind::Agent;
        if (type == "tool")
            return SpanKind::Tool;
        if (type == "handoff")
            return SpanKind::Handoff;
        return type == "scorer" || type == "scorers" ? SpanKind::Evaluator : SpanKind::Workflow;
    }

    std::optional<Timestamp> timeOf(const JsonRecord& record, std::string_view key)
    {
        return parseIsoTimestamp(record.text(key));
    }

    /// What an event says besides what the span and its payloads hold.
    Result<void> readEventAttributes(const json& piece, SpanDetail& to)
    {
        constexpr std::array<std::string_view, 16> kElsewhere {"event",
                                                               "timestamp",
                                                               "span_id",
                                                               "input",
                                                               "input_refs",
                                                               "output",
                                                               "tools",
                                                               "config",
                                                               "call",
                                                               "arguments",
                                                               "result",
                                                               "events",
                                                               "completed",
                                                               "traceback",
                                                               "traceback_ansi",
                                                               "pending"};
        if (!piece.is_object())
            return {};
        const bool isSandbox = plainTextOf(piece, {"event"}) == "sandbox";
        for (const auto& [key, value] : piece.items()) {
            const bool isElsewhere
                = std::ranges::find(kElsewhere, key) != kElsewhere.end() && !isSandbox;
            if (!isElsewhere && !value.is_null())
                to.attributes.push_back({key, toJsonText(value)});
        }
        return {};
    }

    Result<void> readToolDefinitions(const json& piece, SpanDetail& to)
    {
        if (!piece.empty())
            to.toolDefinitions = toJsonText(piece);
        return {};
    }

    Result<void> readParameters(const json& piece, SpanDetail& to)
    {
        if (!piece.is_object())
            return {};
        for (const auto& [key, value] : piece.items())
            to.parameters.push_back({key, toJsonText(value)});
        return {};
    }

    Result<void> readTraceback(const json& piece, SpanDetail& to)
    {
        const json* error = memberOf(piece, "error");
        to.errorStack = plainTextOf(error != nullptr ? *error : piece, {"traceback"});
        return {};
    }

} // namespace

struct InspectEvents::Event
{
    const PlacedJson& source;
    JsonRecord record;
    std::string type;
    std::string spanId; ///< that it is in
    std::string name;
};

InspectEvents::InspectEvents(TraceBuilder& builder, InspectPayloads& payloads, Sample sample)
    : m_builder(builder)
    , m_payloads(payloads)
    , m_sample(std::move(sample))
{ }

void InspectEvents::add(const std::vector<PlacedJson>& events)
{
    m_levels.push_back({.events = events, .enclosing = m_sample.root});
    while (!m_levels.empty()) {
        Level& level = m_levels.back();
        if (level.next == level.events.size()) {
            m_openSteps.resize(std::min(m_openSteps.size(), level.firstStep));
            m_levels.pop_back();
            continue;
        }
        addOne(PlacedJson(level.events[level.next++]));
    }
}

void InspectEvents::addOne(const PlacedJson& source)
{
    Event event {.source = source, .record = recordOf(source, {"events"})};
    event.type = event.record.text("event");
    if (event.type.empty()) {
        m_builder.report().add({.severity = ReportSeverity::Dropped,
                                .file = source.place.file.value,
                                .offset = source.place.offset,
                                .field = "events",
                                .message = "What stands among the events and is none was left "
                                           "out."});
        return;
    }
    event.spanId = event.record.text("span_id");
    m_builder.report().addMapped();
    if (event.type == "span_begin")
        beginSpan(event);
    else if (event.type == "span_end")
        endSpan(event);
    else if (event.type == "step")
        addStep(event);
    else if (event.type == "model")
        addModel(event);
    else if (event.type == "tool")
        addTool(event);
    else if (event.type == "subtask")
        addSubtask(event);
    else
        addMoment(event);
}

SpanId InspectEvents::enclosing() const
{
    const Level& level = m_levels.back();
    return m_openSteps.size() > level.firstStep ? m_openSteps.back() : level.enclosing;
}

SpanRecord InspectEvents::recordOfEvent(const Event& event) const
{
    SpanRecord record {.session = m_sample.session,
                       .origKind = event.type,
                       .traceId = m_sample.key,
                       .start = timeOf(event.record, "timestamp"),
                       .raw = {event.source.place}};
    record.timeSource = record.start ? TimeSource::Exact : TimeSource::Unknown;
    const auto known = m_spans.find(event.spanId);
    if (event.spanId.empty()) {
        record.parent = enclosing();
        record.isParentImplied = record.parent == m_sample.root;
    } else if (known != m_spans.end()) {
        record.parent = known->second;
    } else {
        record.parentOrigId = event.spanId;
    }
    return record;
}

SpanId InspectEvents::addSpan(const Event& event, const SpanRecord& record)
{
    const SpanId span = m_builder.addSpan(record);
    m_payloads.steps().addRaw(span, event.source.place);
    m_payloads.steps().add(span, event.source.place, readEventAttributes);
    return span;
}

void InspectEvents::setEnd(SpanId span, std::optional<Timestamp> end)
{
    if (end)
        m_builder.columns().end.set(span.index(), end->ns);
}

void InspectEvents::beginSpan(const Event& event)
{
    const std::string id = event.record.text("id");
    const std::string type = event.record.text("type");
    const std::string name = event.record.text("name");
    Event below {.source = event.source,
                 .record = {},
                 .type = type.empty() ? "span" : type,
                 .spanId = event.record.text("parent_id"),
                 .name = {}};
    SpanRecord record = recordOfEvent(below);
    record.start = timeOf(event.record, "timestamp");
    record.timeSource = record.start ? TimeSource::Exact : TimeSource::Unknown;
    record.kind = kindOfType(type);
    record.name = name.empty() ? below.type : name;
    record.origId = id;
    if (below.spanId.empty()) {
        record.parent = m_sample.root;
        record.isParentImplied = true;
    }
    if (OpenTool* tool = record.kind == SpanKind::Tool ? openTool(name, record, true) : nullptr) {
        tool->hasSpan = true;
        m_spans.try_emplace(id, tool->span);
        addRaw(m_builder.columns(), tool->span, event.source.place);
        m_payloads.steps().addRaw(tool->span, event.source.place);
        return;
    }
    if (record.kind == SpanKind::Agent)
        record.agent = m_builder.addAgent({.name = name, .origId = id, .role = {}});
    const SpanId span = addSpan(event, record);
    m_spans.try_emplace(id, span);
    if (record.kind == SpanKind::Tool)
        m_openTools.push_back({.span = span,
                               .name = name,
                               .parent = record.parent,
                               .parentOrigId = std::string(record.parentOrigId),
                               .hasSpan = true});
}

void InspectEvents::endSpan(const Event& event)
{
    const auto known = m_spans.find(event.record.text("id"));
    if (known == m_spans.end())
        return;
    const SpanId span = known->second;
    // The end of a tool is that of its event, where that says one.
    if (m_builder.columns().end[span.index()] == SpanColumns::kNoTime)
        setEnd(span, timeOf(event.record, "timestamp"));
    addRaw(m_builder.columns(), span, event.source.place);
    m_payloads.steps().addRaw(span, event.source.place);
}

void InspectEvents::addStep(const Event& event)
{
    if (event.record.text("action") == "end") {
        if (m_openSteps.size() <= m_levels.back().firstStep)
            return;
        setEnd(m_openSteps.back(), timeOf(event.record, "timestamp"));
        addRaw(m_builder.columns(), m_openSteps.back(), event.source.place);
        m_payloads.steps().addRaw(m_openSteps.back(), event.source.place);
        m_openSteps.pop_back();
        return;
    }
    const std::string type = event.record.text("type");
    const std::string name = event.record.text("name");
    SpanRecord record = recordOfEvent(event);
    record.kind = kindOfType(type);
    record.origKind = type.empty() ? std::string_view("step") : type;
    record.name = name.empty() ? record.origKind : name;
    // The tool itself has an event, within these brackets.
    if (record.kind == SpanKind::Tool)
        record.kind = SpanKind::Workflow;
    m_openSteps.push_back(addSpan(event, record));
}

void InspectEvents::addModel(const Event& event)
{
    const PlacedJson* output = event.record.find("output");
    const JsonRecord answer = output == nullptr ? JsonRecord() : recordOf(*output);
    const PlacedJson* call = event.record.find("call");
    const JsonRecord exchange = call == nullptr ? JsonRecord() : recordOf(*call);
    const PlacedJson* response = exchange.find("response");
    const std::string responseId = response == nullptr ? "" : recordOf(*response).text("id");
    const InspectModel model = inspectModelOf(event.record.text("model"));
    const std::string responded = answer.text("model");
    std::string problem = event.record.text("error");
    if (problem.empty())
        problem = answer.text("error");

    SpanRecord record = recordOfEvent(event);
    record.kind = SpanKind::Llm;
    record.name = responded.empty() ? model.name : responded;
    record.requestedModel = model.name;
    record.respondedModel = responded;
    record.provider = model.provider;
    record.responseId = responseId;
    record.end = timeOf(event.record, "completed");
    if (const auto seconds = answer.number("time"); !record.end && record.start && seconds) {
        record.end = *record.start + durationOfSeconds(*seconds);
        record.timeSource = TimeSource::Inferred;
    }
    record.status = event.record.text("pending") == "true" ? SpanStatus::Pending : SpanStatus::Ok;
    if (!problem.empty()) {
        record.status = SpanStatus::Error;
        record.error = SpanError {.message = shortened(problem, kMaxMessage)};
    }
    if (const PlacedJson* usage = answer.find("usage")) {
        const JsonRecord counts = recordOf(*usage);
        record.usage = inspectUsageOf(counts, model.provider);
        if (const auto cost = counts.number("total_cost"); cost && *cost >= 0)
            record.cost = Cost {.amount = *cost};
    }
    const SpanId span = addSpan(event, record);
    m_lastModel = span;
    m_hasSteps = true;
    StepPayloads& steps = m_payloads.steps();
    addModelInput(event, span);
    if (const PlacedJson* choices = answer.find("choices"))
        steps.addOutput(span, choices->place, readMessages);
    if (const PlacedJson* tools = event.record.find("tools"))
        steps.add(span, tools->place, readToolDefinitions);
    if (const PlacedJson* config = event.record.find("config"))
        steps.add(span, config->place, readParameters);
}

void InspectEvents::addModelInput(const Event& event, SpanId span)
{
    StepPayloads& steps = m_payloads.steps();
    const PlacedJson* references = event.record.find("input_refs");
    if (references == nullptr || references->text == "null") {
        if (const PlacedJson* input = event.record.find("input"))
            steps.addInput(span, input->place, readMessages);
        return;
    }
    const auto ranges = parseJson(references->text);
    if (!ranges || !ranges->is_array())
        return;
    std::vector<std::pair<std::size_t, std::size_t>> stretches;
    for (const json& range : *ranges) {
        if (!range.is_array() || range.size() != 2 || !range[0].is_number_unsigned()
            || !range[1].is_number_unsigned())
            continue;
        const std::size_t size = m_sample.messages->size();
        const std::size_t last = std::min(range[1].get<std::size_t>(), size);
        stretches.emplace_back(std::min(range[0].get<std::size_t>(), last), last);
    }
    // As a rule it is one stretch from the first message on; only others need a list of their own.
    if (stretches.size() == 1) {
        steps.setInput(span,
                       {.history = m_sample.pool,
                        .first = stretches[0].first,
                        .last = stretches[0].second,
                        .state = ContentState::Full});
        return;
    }
    const std::uint32_t history = steps.addHistory();
    for (const auto& [first, last] : stretches) {
        for (std::size_t i = first; i < last && m_references < kMaxReferences; ++i, ++m_references)
            steps.addToHistory(history, (*m_sample.messages)[i].place, readMessages);
    }
    const bool isCut = m_references >= kMaxReferences;
    steps.setInput(span,
                   {.history = history,
                    .last = steps.historySize(history),
                    .state = isCut ? ContentState::Truncated : ContentState::Full});
}

InspectEvents::OpenTool*
InspectEvents::openTool(const std::string& name, const SpanRecord& place, bool wantsEvent)
{
    // What is complete goes, and what nothing came for; few are open at a time.
    constexpr std::size_t kMaxOpen = 64;
    std::erase_if(m_openTools, [](const OpenTool& tool) { return tool.hasEvent && tool.hasSpan; });
    if (m_openTools.size() > kMaxOpen)
        m_openTools.erase(m_openTools.begin());
    const Column<std::int64_t>& ends = m_builder.columns().end;
    const auto found = std::ranges::find_if(m_openTools, [&](const OpenTool& tool) {
        const bool isOver = place.start && ends[tool.span.index()] != SpanColumns::kNoTime
            && ends[tool.span.index()] < place.start->ns;
        return tool.name == name && tool.parent == place.parent && !isOver
            && tool.parentOrigId == place.parentOrigId && tool.hasEvent == wantsEvent;
    });
    return found == m_openTools.end() ? nullptr : &*found;
}

void InspectEvents::addTool(const Event& event)
{
    const std::string name = event.record.text("function");
    const std::string callId = event.record.text("id");
    const std::string agent = event.record.text("agent");
    const PlacedJson* error = event.record.find("error");
    SpanRecord record = recordOfEvent(event);
    record.kind = SpanKind::Tool;
    record.name = name.empty() ? std::string_view("tool") : name;
    record.toolCallId = callId;
    record.end = timeOf(event.record, "completed");
    const bool isFailed = event.record.text("failed") == "true";
    record.status = event.record.text("pending") == "true" ? SpanStatus::Pending : SpanStatus::Ok;
    if (isFailed || (error != nullptr && error->text != "null")) {
        const JsonRecord said = error == nullptr ? JsonRecord() : recordOf(*error);
        record.status = SpanStatus::Error;
        record.error = SpanError {.type = said.text("type"),
                                  .message = shortened(said.text("message"), kMaxMessage)};
    }
    SpanId span;
    if (OpenTool* tool = openTool(name, record, false)) {
        span = tool->span;
        tool->hasEvent = true;
        SpanColumns& columns = m_builder.columns();
        columns.status.set(span.index(), record.status);
        columns.toolCallId.set(span.index(), m_builder.intern(callId));
        columns.origKind.set(span.index(), m_builder.intern("tool"));
        if (record.start)
            columns.start.set(span.index(), record.start->ns);
        setEnd(span, record.end);
        if (record.error)
            m_builder.setError(span, *record.error);
        addRaw(columns, span, event.source.place);
        m_payloads.steps().addRaw(span, event.source.place);
        m_payloads.steps().add(span, event.source.place, readEventAttributes);
    } else {
        span = addSpan(event, record);
        m_openTools.push_back({.span = span,
                               .name = name,
                               .parent = record.parent,
                               .parentOrigId = std::string(record.parentOrigId),
                               .hasEvent = true});
    }
    m_hasSteps = true;
    if (const PlacedJson* arguments = event.record.find("arguments"))
        m_payloads.steps().add(span, arguments->place, readToolArguments);
    if (const PlacedJson* result = event.record.find("result"))
        m_payloads.steps().add(span, result->place, readToolResult);
    if (m_lastModel.isValid())
        m_builder.addLink({.from = span, .to = m_lastModel, .kind = LinkKind::AnswersCall});
    if (const std::string id = event.record.text("agent_span_id"); !id.empty())
        m_agentsOfTools.emplace_back(span, id);
    nest(event, span);
}

void InspectEvents::addSubtask(const Event& event)
{
    const std::string name = event.record.text("name");
    SpanRecord record = recordOfEvent(event);
    record.kind = SpanKind::Workflow;
    record.name = name.empty() ? std::string_view("subtask") : name;
    record.end = timeOf(event.record, "completed");
    const SpanId span = addSpan(event, record);
    StepPayloads& steps = m_payloads.steps();
    if (const PlacedJson* input = event.record.find("input"))
        steps.add(span, input->place, readToolArguments);
    if (const PlacedJson* result = event.record.find("result"))
        steps.add(span, result->place, readToolResult);
    nest(event, span);
}

/// Reads the events that stand within another (logs of before the spans).
void InspectEvents::nest(const Event& event, SpanId enclosing)
{
    const std::vector<PlacedJson>* events = event.record.list("events");
    if (events == nullptr || events->empty())
        return;
    if (m_levels.size() >= kMaxNesting) {
        m_builder.report().add({.severity = ReportSeverity::Dropped,
                                .file = event.source.place.file.value,
                                .offset = event.source.place.offset,
                                .field = "events",
                                .message = "Events nested in more than 64 others were left out."});
        return;
    }
    m_levels.push_back(
        {.events = *events, .enclosing = enclosing, .firstStep = m_openSteps.size()});
}

void InspectEvents::addMoment(const Event& event)
{
    SpanRecord record = recordOfEvent(event);
    record.kind = kindOfEvent(event.type);
    // What is written when it is over, and took no time that is told.
    record.end = event.type == "sandbox" ? timeOf(event.record, "completed") : record.start;
    const std::string name = inspectEventName(event.type, event.record);
    record.name = name;
    if (event.type == "error" || event.type == "sample_limit") {
        const PlacedJson* error = event.record.find("error");
        const JsonRecord said = error == nullptr ? event.record : recordOf(*error);
        record.status = SpanStatus::Error;
        record.error = SpanError {.type = event.type == "error" ? "" : said.text("type"),
                                  .message = shortened(said.text("message"), kMaxMessage)};
    } else if (event.type == "sandbox") {
        const auto exitCode = event.record.number("result");
        if (exitCode && event.record.text("action") == "exec")
            record.status = *exitCode == 0 ? SpanStatus::Ok : SpanStatus::Error;
        if (record.status == SpanStatus::Error)
            record.error
                = SpanError {.type = "exit code " + event.record.text("result"),
                             .message = shortened(event.record.text("output"), kMaxMessage)};
    } else if (event.type == "approval") {
        record.status
            = event.record.text("decision") == "approve" ? SpanStatus::Ok : SpanStatus::Cancelled;
    }
    const SpanId span = addSpan(event, record);
    if (event.type == "error") {
        m_payloads.steps().add(span, event.source.place, readTraceback);
        m_hasError = true;
    }
    const PlacedJson* input = event.record.find("input");
    if (event.type == "input" && input != nullptr)
        m_payloads.steps().addInput(span, input->place, readMessages);
}

void InspectEvents::finish()
{
    SpanColumns& columns = m_builder.columns();
    for (const auto& [tool, id] : m_agentsOfTools) {
        const auto known = m_spans.find(id);
        if (known == m_spans.end() || known->second == tool)
            continue;
        const SpanId agent = known->second;
        m_builder.addLink({.from = tool, .to = agent, .kind = LinkKind::SpawnedAgent});
        if (columns.parent[agent.index()] != columns.parent[tool.index()])
            continue;
        columns.parent.set(agent.index(), tool);
        columns.parentState.set(agent.index(), ParentState::Implied);
    }
}

} // namespace tracestore
