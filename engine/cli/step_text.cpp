#include "engine/cli/step_text.h"

#include "engine/cli/number_text.h"
#include "tracestore/base/safe_text.h"

namespace engine::cli {

using tracestore::Attribute;
using tracestore::ContentState;
using tracestore::Message;
using tracestore::safeLine;
using tracestore::safeText;
using tracestore::SpanDetail;
using tracestore::SpanId;
using tracestore::Trace;
using Style = Output::Style;

namespace {

    constexpr std::size_t kStepLabelWidth = 12;

    void stepField(Output& out, const std::string& label, const std::string& text)
    {
        if (!text.empty())
            out.line("  " + out.styled(Style::Faint, alignLeft(label, kStepLabelWidth)) + text);
    }

    void heading(Output& out, const std::string& text)
    {
        out.line("");
        out.line(out.styled(Style::Heading, text));
    }

    /// A text of strangers, every line of it indented.
    void block(Output& out, std::string_view text, const std::string& indent)
    {
        const std::string safe = safeText(text);
        std::string_view rest = safe;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            out.line(indent + std::string(rest.substr(0, end)));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }

    struct PartWriter
    {
        Output& out;

        void operator()(const tracestore::TextPart& part) const { block(out, part.text, kIndent); }

        void operator()(const tracestore::ReasoningPart& part) const
        {
            label(part.isEncrypted ? "reasoning, encrypted" : "reasoning");
            block(out, part.text, kIndent + kIndent);
        }

        void operator()(const tracestore::ToolCallPart& part) const
        {
            label("calls " + safeLine(part.name) + named(part.id));
            block(out, part.arguments, kIndent + kIndent);
        }

        void operator()(const tracestore::ToolResultPart& part) const
        {
            label((part.isError ? "failed result" : "result") + named(part.callId));
            block(out, part.content, kIndent + kIndent);
        }

        void operator()(const tracestore::MediaPart& part) const
        {
            const std::string held = part.data.empty()
                ? safeLine(part.reference)
                : countText(static_cast<std::int64_t>(part.data.size())) + " bytes of base64";
            label((part.mimeType.empty() ? "media" : safeLine(part.mimeType)) + ": " + held);
        }

        void operator()(const tracestore::OtherPart& part) const
        {
            label(safeLine(part.type));
            block(out, part.json, kIndent + kIndent);
        }

        void label(const std::string& text) const
        {
            out.line(kIndent + out.styled(Style::Faint, '[' + text + ']'));
        }

        static std::string named(const std::string& id)
        {
            return id.empty() ? "" : ' ' + safeLine(id);
        }

        inline static const std::string kIndent = "    ";
    };

    void writeMessages(Output& out,
                       const std::string& title,
                       ContentState state,
                       const std::vector<Message>& messages)
    {
        if (state == ContentState::Absent && messages.empty())
            return;
        const bool isWhole = state == ContentState::Full;
        heading(out, title + (isWhole ? "" : " (" + std::string(toWord(state)) + ')'));
        for (const Message& message : messages) {
            const std::string role
                = message.origRole.empty() ? std::string(toWord(message.role)) : message.origRole;
            const std::string name = message.name.empty() ? "" : ' ' + message.name;
            const std::string finish
                = message.finishReason.empty() ? "" : " (" + message.finishReason + ')';
            out.line("  " + out.styled(Style::Good, safeLine(role + name)) + safeLine(finish));
            for (const auto& part : message.parts)
                std::visit(PartWriter {out}, part);
        }
    }

    void writeText(Output& out, const std::string& title, const std::string& text)
    {
        if (text.empty())
            return;
        heading(out, title);
        block(out, text, "  ");
    }

    void
    writeAttributes(Output& out, const std::string& title, const std::vector<Attribute>& attributes)
    {
        if (attributes.empty())
            return;
        heading(out, title);
        for (const Attribute& attribute : attributes)
            out.line("  " + out.styled(Style::Faint, safeLine(attribute.key)) + " = "
                     + safeLine(attribute.json));
    }

    void writeEvents(Output& out, const Trace& trace, SpanId step, const SpanDetail& detail)
    {
        if (detail.events.empty())
            return;
        heading(out, "Events");
        const auto start = trace.start(step);
        for (const tracestore::SpanEvent& event : detail.events) {
            const bool isAfterStart = start && event.time && *event.time >= *start;
            const std::string at
                = isAfterStart ? "  after " + durationText(*event.time - *start) : "";
            out.line("  " + safeLine(event.name) + at);
            for (const Attribute& attribute : event.attributes)
                out.line("    " + safeLine(attribute.key) + " = " + safeLine(attribute.json));
        }
    }

    std::string statusText(const Trace& trace, SpanId step)
    {
        std::string text(toWord(trace.status(step)));
        if (const tracestore::SpanError* error = trace.error(step)) {
            for (const std::string& part : {error->type, error->message})
                text += part.empty() ? "" : ": " + safeLine(part);
        }
        return text;
    }

    std::string durationField(const Trace& trace, SpanId step)
    {
        const auto duration = trace.duration(step);
        if (!duration)
            return {};
        std::string text = durationText(*duration);
        const auto first = trace.firstToken(step);
        if (first && *first >= *trace.start(step))
            text += ", first token after " + durationText(*first - *trace.start(step));
        return text;
    }

    std::string startField(const Trace& trace, SpanId step)
    {
        const auto start = trace.start(step);
        const auto source = trace.timeSource(step);
        if (!start)
            return {};
        return source == tracestore::TimeSource::Exact
            ? timeText(*start)
            : timeText(*start) + " (" + std::string(toWord(source)) + ')';
    }

    std::string modelField(const Trace& trace, SpanId step)
    {
        const std::string_view asked = trace.text(trace.columns().requestedModel[step.index()]);
        std::string text = safeLine(trace.model(step));
        if (!asked.empty() && asked != trace.model(step))
            text += ", asked for " + safeLine(asked);
        if (!trace.provider(step).empty())
            text += (text.empty() ? "" : ", ") + safeLine(trace.provider(step));
        return text;
    }

    std::string tokensField(const tracestore::TokenUsage* usage)
    {
        if (usage == nullptr)
            return {};
        std::string text;
        const auto add = [&](std::optional<std::int64_t> count, const char* what) {
            if (count)
                text += (text.empty() ? "" : ", ") + countText(*count) + ' ' + what;
        };
        add(usage->input, "input");
        add(usage->cacheRead, "read from cache");
        add(usage->cacheWrite, "written to cache");
        add(usage->output, "output");
        add(usage->reasoning, "of it reasoning");
        if (text.empty())
            add(usage->reportedTotal, "in all");
        return text;
    }

    std::string costField(const tracestore::Cost* cost)
    {
        return cost == nullptr ? "" : costText(*cost) + ", " + std::string(toWord(cost->source));
    }

    std::string parentField(const Trace& trace, SpanId step)
    {
        const SpanId parent = trace.parent(step);
        if (parent.isValid())
            return std::to_string(parent.value) + ' ' + safeLine(trace.name(parent));
        const std::string_view named = trace.text(trace.columns().parentOrigId[step.index()]);
        return named.empty()
            ? ""
            : safeLine(named) + " (" + std::string(toWord(trace.parentState(step))) + ')';
    }

    void writeLinks(Output& out, const Trace& trace, SpanId step)
    {
        for (const tracestore::SpanLink& link : trace.linksFrom(step)) {
            const std::string target = link.to.isValid()
                ? std::to_string(link.to.value) + ' ' + safeLine(trace.name(link.to))
                : safeLine(link.toTraceId + ' ' + link.toOrigId) + " (not in the trace)";
            stepField(out, "Link", std::string(toWord(link.kind)) + ' ' + target);
        }
    }

    void writeSummary(Output& out, const Trace& trace, SpanId step)
    {
        const auto agent = trace.agentOf(step);
        out.line(out.styled(Style::Heading,
                            std::to_string(step.value) + "  "
                                + std::string(toWord(trace.kind(step))) + ' '
                                + safeLine(trace.name(step))));
        stepField(out, "Status", statusText(trace, step));
        stepField(out, "Start", startField(trace, step));
        stepField(out, "Duration", durationField(trace, step));
        stepField(out, "Agent", agent.isValid() ? safeLine(trace.agent(agent).name) : "");
        stepField(out, "Model", modelField(trace, step));
        stepField(out, "Tokens", tokensField(trace.usage(step)));
        stepField(out, "Cost", costField(trace.cost(step)));
        stepField(
            out, "Counted", trace.countsInTotals(step) ? "" : "no, its numbers stand elsewhere");
        stepField(out, "Parent", parentField(trace, step));
        stepField(out, "Call", safeLine(trace.toolCallId(step)));
        stepField(out, "Id", safeLine(trace.origId(step)));
        stepField(out, "Trace", safeLine(trace.traceId(step)));
        stepField(out, "In source", safeLine(trace.origKind(step)));
        writeLinks(out, trace, step);
    }

} // namespace

void writeStep(Output& out, const Trace& trace, SpanId step, const SpanDetail& detail)
{
    writeSummary(out, trace, step);
    writeMessages(out, "Input", detail.inputState, detail.input);
    writeMessages(out, "Output", detail.outputState, detail.output);
    writeText(out, "Arguments", detail.toolArguments);
    writeText(out, "Result", detail.toolResult);
    writeText(out, "Error stack", detail.errorStack);
    writeAttributes(out, "Parameters", detail.parameters);
    writeText(out, "Tools offered", detail.toolDefinitions);
    writeEvents(out, trace, step, detail);
    writeAttributes(out, "Attributes", detail.attributes);
}

} // namespace engine::cli
