#pragma once

#include "tracestore/import/chrome/chrome_event.h"
#include "tracestore/import/chrome/chrome_slices.h"
#include "tracestore/import/reading/report_batch.h"
#include "tracestore/import/reading/step_payloads.h"
#include "tracestore/model/trace_builder.h"

#include <map>
#include <unordered_map>

namespace tracestore {

/// Makes a session of the events of one file. One thread; use once.
class ChromeReading
{
public:
    /// All outlive this.
    ChromeReading(TraceBuilder& builder, StepPayloads& payloads, ReportBatch& batch);

    /// An event of the file.
    void add(const ChromeEvent& event, const RawRef& place);

    /// Adds the steps; the title is used where the file names no process.
    void finish(const ImportFile& file, std::string_view text);

private:
    struct Lane
    {
        std::string process;
        std::string name;
        std::string thread;
        AgentId agent;
    };

    struct Flow
    {
        std::uint32_t lane = 0;
        std::int64_t time = 0;
        bool isStart = false;
        bool isToNext = false; ///< binds to the slice that begins next
    };

    struct Binding
    {
        std::uint32_t slice = 0;
        bool isIn = false;
        bool isOut = false;
    };

    std::uint32_t laneOf(const ChromeEvent& event);
    std::uint32_t asyncLaneOf(const std::string& id);
    std::uint32_t addSlice(const ChromeEvent& event, const RawRef& place, ChromeMark::Type type);
    void
    addMark(const ChromeEvent& event, const RawRef& place, ChromeMark::Type type, bool isAsync);
    void addMetadata(const ChromeEvent& event);
    void addFlow(const ChromeEvent& event);
    void reportNesting(const ChromeNesting& nesting);
    void addAgents();
    std::vector<std::uint32_t> parentsFirst() const;
    void addSpans(SessionId session, std::string_view text);
    SpanId addSpan(const ChromeSlice& slice, SessionId session, std::string_view text);
    void addLinks();
    void link(std::uint32_t from, std::uint32_t to);

    TraceBuilder& m_builder;
    StepPayloads& m_payloads;
    ReportBatch& m_batch;
    std::unordered_map<std::string, std::uint32_t> m_laneIndex;
    std::vector<Lane> m_lanes;
    std::unordered_map<std::string, std::string> m_processNames;
    std::unordered_map<std::string, std::uint32_t> m_asyncIndex;
    std::vector<ChromeSlice> m_slices;
    std::vector<ChromeMark> m_marks;
    std::map<std::string, std::vector<Flow>> m_flows;
    std::map<std::string, std::vector<Binding>> m_bindings;
    std::vector<SpanId> m_spans; ///< by slice
    std::size_t m_links = 0;
    JsonDom m_dom;
};

} // namespace tracestore
