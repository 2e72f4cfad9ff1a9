#pragma once

#include "tracestore/import/inspect/inspect_payloads.h"
#include "tracestore/model/trace_builder.h"

#include <unordered_map>

namespace tracestore {

/// Makes the steps of one sample out of its events: spans and the older steps (which name no
/// parent but are brackets) become the tree, models, tools and the rest stand in it. One thread;
/// use once. Builder, payloads and report outlive it.
class InspectEvents
{
public:
    /// Events nested deeper in each other are left out.
    static constexpr std::size_t kMaxNesting = 64;

    /// The sample in which the events are.
    struct Sample
    {
        SessionId session;
        SpanId root;
        std::string key; ///< span ids are unique within it
        std::uint32_t pool = 0; ///< the history of the messages that model events refer to
        const std::vector<PlacedJson>* messages = nullptr; ///< those; outlive the events
    };

    InspectEvents(TraceBuilder& builder, InspectPayloads& payloads, Sample sample);

    void add(const std::vector<PlacedJson>& events);

    /// Puts agents below the tools that started them. Call once, behind the last event.
    void finish();

    /// There was a model call or a tool.
    [[nodiscard]] bool hasSteps() const { return m_hasSteps; }

    /// There was the event of the error that ended the sample.
    [[nodiscard]] bool hasError() const { return m_hasError; }

private:
    struct Event;

    /// A list of events that is read, and what it is nested in.
    struct Level
    {
        std::vector<PlacedJson> events;
        std::size_t next = 0;
        SpanId enclosing;
        std::size_t firstStep = 0; ///< of the open steps that are its own
    };

    /// A tool is told of twice: by its event, and by the span of what happened in it.
    struct OpenTool
    {
        SpanId span;
        std::string name;
        SpanId parent;
        std::string parentOrigId;
        bool hasEvent = false;
        bool hasSpan = false;
    };

    void addOne(const PlacedJson& json);
    void beginSpan(const Event& event);
    void endSpan(const Event& event);
    void addStep(const Event& event);
    void addModel(const Event& event);
    void addModelInput(const Event& event, SpanId span);
    void addTool(const Event& event);
    void addSubtask(const Event& event);
    void addMoment(const Event& event);
    void nest(const Event& event, SpanId enclosing);
    SpanRecord recordOfEvent(const Event& event) const;
    SpanId addSpan(const Event& event, const SpanRecord& record);
    OpenTool* openTool(const std::string& name, const SpanRecord& place, bool wantsEvent);
    void setEnd(SpanId span, std::optional<Timestamp> end);
    [[nodiscard]] SpanId enclosing() const;

    TraceBuilder& m_builder;
    InspectPayloads& m_payloads;
    Sample m_sample;
    std::vector<Level> m_levels;
    std::vector<SpanId> m_openSteps;
    std::unordered_map<std::string, SpanId> m_spans; ///< by their ids
    std::vector<OpenTool> m_openTools;
    std::vector<std::pair<SpanId, std::string>> m_agentsOfTools;
    SpanId m_lastModel;
    std::size_t m_references = 0;
    bool m_hasSteps = false;
    bool m_hasError = false;
};

} // namespace tracestore
