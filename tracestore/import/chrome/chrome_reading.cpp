#include "tracestore/import/chrome/chrome_reading.h"

#include "tracestore/import/importer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace tracestore {
namespace {

    using Type = ChromeMark::Type;

    /// Async ids share the numbers of lanes with threads, from far above them.
    constexpr std::uint32_t kFirstAsyncLane = 1U << 30U;

    // 2001 in nanoseconds: what is before it counts from another moment than 1970.
    constexpr std::int64_t kEarliestEpochTime = 978'307'200'000'000'000;

    Result<void> readEvent(const nlohmann::json& event, SpanDetail& to)
    {
        if (!event.is_object())
            return {};
        const auto args = event.find("args");
        if (args != event.end() && args->is_object())
            static_cast<void>(readAttributes(*args, to).has_value());
        for (const auto& [key, value] : event.items()) {
            if (key != "args")
                to.attributes.push_back(
                    {"event." + key,
                     value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)});
        }
        return {};
    }

    /// What Kymo writes beside a slice when it exports a trace.
    void readOwnArguments(const simdjson::dom::object& args, SpanRecord& record)
    {
        if (!numberAt(args, "step"))
            return;
        if (const auto status = fromWord<SpanStatus>(textAt(args, "status")))
            record.status = *status;
        record.respondedModel = textAt(args, "model");
        record.provider = textAt(args, "provider");
        record.toolCallId = textAt(args, "tool_call_id");
        TokenUsage usage {.input = numberAt(args, "tokens_input"),
                          .cacheRead = numberAt(args, "tokens_cache_read"),
                          .cacheWrite = numberAt(args, "tokens_cache_write"),
                          .output = numberAt(args, "tokens_output"),
                          .reasoning = numberAt(args, "tokens_reasoning")};
        if (usage.total())
            record.usage = usage;
        if (const auto cost = doubleAt(args, "cost"))
            record.cost = Cost {.amount = *cost, .currency = std::string(textAt(args, "currency"))};
        if (const std::string_view error = textAt(args, "error"); !error.empty())
            record.error = SpanError {.type = std::string(textAt(args, "error_type")),
                                      .message = std::string(error)};
    }

} // namespace

ChromeReading::ChromeReading(TraceBuilder& builder, StepPayloads& payloads, ReportBatch& batch)
    : m_builder(builder)
    , m_payloads(payloads)
    , m_batch(batch)
{ }

void ChromeReading::add(const ChromeEvent& event, const RawRef& place)
{
    switch (event.phase) {
    case 'X':
        return addMark(event, place, Type::Whole, false);
    case 'B':
        return addMark(event, place, Type::Begin, false);
    case 'E':
        return addMark(event, place, Type::End, false);
    case 'i':
    case 'I':
    case 'R':
        return addMark(event, place, Type::Moment, false);
    case 'b':
    case 'S':
        return addMark(event, place, Type::Begin, true);
    case 'e':
    case 'F':
        return addMark(event, place, Type::End, true);
    case 'n':
    case 'T':
    case 'p':
        return addMark(event, place, Type::Moment, true);
    case 's':
    case 't':
    case 'f':
        return addFlow(event);
    case 'M':
        return addMetadata(event);
    case 'C':
        m_batch.add(ReportSeverity::Dropped, place.offset, "Counters are not shown.");
        return;
    default:
        m_batch.add(ReportSeverity::Dropped,
                    place.offset,
                    "Events of this sort (objects, samples, memory) are not shown.");
    }
}

std::uint32_t ChromeReading::laneOf(const ChromeEvent& event)
{
    const auto [at, isNew]
        = m_laneIndex.try_emplace(event.lane, static_cast<std::uint32_t>(m_lanes.size()));
    if (isNew)
        m_lanes.push_back({.process = event.process,
                           .name = {},
                           .thread = event.lane.substr(event.process.size() + 1),
                           .agent = {}});
    return at->second;
}

std::uint32_t ChromeReading::asyncLaneOf(const std::string& id)
{
    return kFirstAsyncLane
        + m_asyncIndex.try_emplace(id, static_cast<std::uint32_t>(m_asyncIndex.size()))
              .first->second;
}

std::uint32_t
ChromeReading::addSlice(const ChromeEvent& event, const RawRef& place, ChromeMark::Type type)
{
    ChromeSlice slice {.lane = laneOf(event), .name = m_builder.intern(event.name), .place = place};
    slice.start = event.start.value_or(0);
    slice.hasStart = event.start.has_value();
    slice.isMoment = type == Type::Moment;
    if (type == Type::Whole && event.start && event.duration)
        slice.end = *event.start + *event.duration;
    const auto number = static_cast<std::uint32_t>(m_slices.size());
    if (!event.bindId.empty() && (event.isFlowIn || event.isFlowOut))
        m_bindings[event.bindId].push_back({number, event.isFlowIn, event.isFlowOut});
    m_slices.push_back(slice);
    return number;
}

void ChromeReading::addMark(const ChromeEvent& event,
                            const RawRef& place,
                            ChromeMark::Type type,
                            bool isAsync)
{
    ChromeMark mark {.lane = isAsync ? asyncLaneOf(event.id) : laneOf(event),
                     .time = event.start.value_or(0),
                     .type = type,
                     .place = place};
    if (type == Type::End) {
        if (!event.start) {
            m_batch.add(ReportSeverity::Broken, place.offset, "An end has no time.");
            return;
        }
        mark.name = m_builder.intern(event.name);
    } else {
        mark.slice = addSlice(event, place, type);
        m_slices[mark.slice].isAsync = isAsync;
        // A slice whose length is not known has nothing in it.
        if (type == Type::Whole && m_slices[mark.slice].end == ChromeSlice::kOpen)
            mark.type = Type::Moment;
        if (!event.start) {
            m_batch.add(ReportSeverity::Broken, place.offset, "A slice has no time.");
            return;
        }
    }
    m_marks.push_back(mark);
}

void ChromeReading::addMetadata(const ChromeEvent& event)
{
    if (event.name == "process_name")
        m_processNames[event.process] = event.metadataName;
    else if (event.name == "thread_name")
        m_lanes[laneOf(event)].name = event.metadataName;
}

void ChromeReading::addFlow(const ChromeEvent& event)
{
    if (!event.start)
        return;
    m_flows[event.id + '\n' + std::string(event.name)].push_back(
        {.lane = laneOf(event),
         .time = *event.start,
         .isStart = event.phase == 's',
         .isToNext = event.phase == 'f' && !event.isBoundToEnclosing});
}

void ChromeReading::reportNesting(const ChromeNesting& nesting)
{
    for (const RawRef& place : nesting.endsWithoutBegin)
        m_batch.add(ReportSeverity::Dropped, place.offset, "A slice ends that never began.");
    const auto note = [&](std::size_t count, std::string_view message) {
        if (count > 0)
            m_builder.report().add({.severity = ReportSeverity::Guessed,
                                    .message = std::string(message),
                                    .count = count});
    };
    note(
        nesting.overlaps,
        "Slices of one thread overlap and do not nest; the later one is shown beside the earlier.");
    note(nesting.unfinished, "A slice began and never ended.");
}

void ChromeReading::addAgents()
{
    for (Lane& lane : m_lanes) {
        const auto process = m_processNames.find(lane.process);
        std::string name = lane.name.empty() ? "thread " + lane.thread : lane.name;
        if (process != m_processNames.end() && !process->second.empty()
            && m_processNames.size() > 1)
            name = process->second + ": " + name;
        lane.agent = m_builder.addAgent({.name = name, .origId = lane.process + '/' + lane.thread});
    }
}

void ChromeReading::finish(const ImportFile& file, std::string_view text)
{
    reportNesting(nestSlices(std::move(m_marks), m_slices));
    addAgents();
    Session session {.key = file.path.filename().string(), .title = file.path.stem().string()};
    if (m_processNames.size() == 1 && !m_processNames.begin()->second.empty())
        session.title = m_processNames.begin()->second;
    const SessionId id = m_builder.addSession(session);
    addSpans(id, text);
    addLinks();
    SourceCounts& counts = m_builder.session(id).counts;
    counts.spans = static_cast<std::int64_t>(m_slices.size());
    counts.links = static_cast<std::int64_t>(m_links);
    const bool isEpoch = std::ranges::all_of(m_slices, [](const ChromeSlice& slice) {
        return !slice.hasStart || slice.start >= kEarliestEpochTime;
    });
    if (!isEpoch)
        m_builder.report().add({.severity = ReportSeverity::Note,
                                .file = file.id.value,
                                .message = "The times count from a moment that the file does not "
                                           "name; only their differences mean something."});
}

/// Parents before their children, else the order of the file.
std::vector<std::uint32_t> ChromeReading::parentsFirst() const
{
    std::vector<std::uint32_t> depth(m_slices.size(), ChromeSlice::kNone);
    std::vector<std::uint32_t> path;
    for (std::uint32_t i = 0; i < m_slices.size(); ++i) {
        std::uint32_t at = i;
        for (; at != ChromeSlice::kNone && depth[at] == ChromeSlice::kNone;
             at = m_slices[at].parent)
            path.push_back(at);
        std::uint32_t next = at == ChromeSlice::kNone ? 0 : depth[at] + 1;
        for (; !path.empty(); path.pop_back())
            depth[path.back()] = next++;
    }
    std::vector<std::uint32_t> order(m_slices.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](std::uint32_t slice) { return depth[slice]; });
    return order;
}

void ChromeReading::addSpans(SessionId session, std::string_view text)
{
    m_spans.resize(m_slices.size());
    for (const std::uint32_t slice : parentsFirst())
        m_spans[slice] = addSpan(m_slices[slice], session, text);
    m_builder.report().addMapped(m_slices.size());
}

SpanId ChromeReading::addSpan(const ChromeSlice& slice, SessionId session, std::string_view text)
{
    const std::string_view name = m_builder.text(slice.name);
    SpanRecord record {.session = session,
                       .kind = slice.isMoment ? SpanKind::Event : SpanKind::Other,
                       .name = name.empty() ? std::string_view("slice") : name,
                       .agent = m_lanes[slice.lane].agent,
                       .raw = {slice.place}};
    if (slice.parent != ChromeSlice::kNone)
        record.parent = m_spans[slice.parent];
    record.isParentImplied = record.parent.isValid();
    if (slice.hasStart) {
        record.start = Timestamp {slice.start};
        record.timeSource = TimeSource::Exact;
    }
    if (!slice.isMoment && slice.end != ChromeSlice::kOpen)
        record.end = Timestamp {slice.end};
    else if (!slice.isMoment)
        record.status = SpanStatus::Pending;
    if (slice.endPlace.length > 0)
        record.raw.push_back(slice.endPlace);
    // Only now, in the same memory: columns are kept of a slice, and nothing of its arguments.
    const auto event = m_dom.parseObject(text.substr(slice.place.offset, slice.place.length), true);
    if (event) {
        record.origKind = textAt(*event, "cat");
        if (const auto args = objectAt(*event, "args"); args && numberAt(*args, "step")) {
            if (const auto kind = fromWord<SpanKind>(record.origKind))
                record.kind = *kind;
            readOwnArguments(*args, record);
        }
    }
    const SpanId span = m_builder.addSpan(record);
    for (const RawRef& place : record.raw) {
        m_payloads.add(span, place, readEvent);
        m_payloads.addRaw(span, place);
    }
    return span;
}

void ChromeReading::addLinks()
{
    const ChromeLanes lanes(m_slices);
    for (auto& [id, flow] : m_flows) {
        std::ranges::stable_sort(flow, {}, &Flow::time);
        std::uint32_t from = ChromeSlice::kNone;
        for (const Flow& step : flow) {
            const std::uint32_t at = step.isToNext ? lanes.next(step.lane, step.time)
                                                   : lanes.around(step.lane, step.time);
            if (!step.isStart)
                link(from, at);
            from = at;
        }
    }
    for (auto& [id, slices] : m_bindings) {
        std::ranges::stable_sort(
            slices, {}, [&](const Binding& binding) { return m_slices[binding.slice].start; });
        std::uint32_t from = ChromeSlice::kNone;
        for (const Binding& binding : slices) {
            if (binding.isIn)
                link(from, binding.slice);
            if (binding.isOut)
                from = binding.slice;
        }
    }
}

void ChromeReading::link(std::uint32_t from, std::uint32_t to)
{
    if (from == ChromeSlice::kNone || to == ChromeSlice::kNone || from == to) {
        m_builder.report().add(
            {.severity = ReportSeverity::Dropped,
             .message = "An arrow has no slice at one of its ends and was left out."});
        return;
    }
    ++m_links;
    m_builder.addLink({.from = m_spans[from], .to = m_spans[to], .kind = LinkKind::Flow});
}

} // namespace tracestore
