#include "engine/cli/debugger/run_narrator.h"

#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

namespace engine::cli {

using tracestore::SpanDetail;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::Trace;

namespace {

    constexpr std::size_t kLongest = 300;

    std::string lineOf(const Trace& trace, SpanId span, const std::string& text)
    {
        const tracestore::AgentId agent = trace.data().spans.agent[span.index()];
        const std::string name = agent.isValid() ? trace.data().agents[agent.index()].name : "run";
        const std::string line = tracestore::safeLine('[' + name + "] " + text);
        return line.size() <= kLongest ? line
                                       : tracestore::toValidUtf8(line.substr(0, kLongest)) + " ...";
    }

    std::string attribute(const SpanDetail& detail, std::string_view key)
    {
        for (const tracestore::Attribute& each : detail.attributes) {
            if (each.key != key)
                continue;
            const auto value = tracestore::parseJson(each.json);
            return value && value->is_string() ? value->get<std::string>() : each.json;
        }
        return {};
    }

    std::string toolText(const Trace& trace, SpanId span, const SpanDetail& detail)
    {
        std::string text(trace.name(span));
        text += ' ' + detail.toolArguments;
        const std::uint32_t error = trace.data().spans.error[span.index()];
        if (error != tracestore::SpanId::kNone)
            return text + " failed: " + trace.data().spans.errors[error].message;
        return text + " -> " + detail.toolResult;
    }

} // namespace

void RunNarrator::reset()
{
    m_known = 0;
    m_open.clear();
}

std::vector<std::string> RunNarrator::linesOf(const Trace& trace)
{
    const auto& spans = trace.data().spans;
    std::vector<std::string> lines;
    for (; m_known < spans.size(); ++m_known) {
        const SpanId span(static_cast<std::uint32_t>(m_known));
        if (spans.kind[m_known] == SpanKind::Tool)
            m_open.push_back(span);
        else if (trace.text(spans.origKind[m_known]) == "decision_made") {
            const auto detail = trace.payloads().detail(span);
            if (detail && attribute(*detail, "policy") != "debugger")
                lines.push_back(
                    lineOf(trace,
                           span,
                           attribute(*detail, "policy") + ": " + attribute(*detail, "reason")));
        }
    }
    std::erase_if(m_open, [&](SpanId span) {
        if (spans.end[span.index()] == tracestore::SpanColumns::kNoTime)
            return false;
        const auto detail = trace.payloads().detail(span);
        if (detail && !(detail->toolArguments.empty() && detail->toolResult.empty()))
            lines.push_back(lineOf(trace, span, toolText(trace, span, *detail)));
        return true;
    });
    return lines;
}

} // namespace engine::cli
