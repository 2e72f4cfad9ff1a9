#include "engine/cli/step_list.h"

#include "engine/cli/number_text.h"
#include "tracestore/base/safe_text.h"
#include "tracestore/export/span_json.h"

namespace engine::cli {

using tracestore::safeLine;
using tracestore::SpanId;
using tracestore::SpanStatus;
using tracestore::Trace;
using Style = Output::Style;

namespace {

    /// Deeper steps are not indented further, but say how deep they are: a chain of 100,000 steps
    /// would print gigabytes of blanks.
    constexpr std::size_t kMaxIndent = 40;

    constexpr std::size_t kDurationWidth = 12;
    constexpr std::size_t kTokensWidth = 9;
    constexpr std::size_t kCostWidth = 10;
    constexpr std::size_t kStatusWidth = 9;

    std::size_t numberWidth(const Trace& trace)
    {
        return std::to_string(trace.spanCount()).size();
    }

    std::string headingText(const Trace& trace)
    {
        return alignRight("#", numberWidth(trace)) + alignRight("duration", kDurationWidth)
            + alignRight("in", kTokensWidth) + alignRight("out", kTokensWidth)
            + alignRight("cost", kCostWidth) + "  " + alignLeft("status", kStatusWidth) + " step";
    }

    /// In brackets where the same tokens are counted in another step too.
    std::string tokensText(std::optional<std::int64_t> count, bool isCounted)
    {
        if (!count)
            return {};
        return isCounted ? countText(*count) : '(' + countText(*count) + ')';
    }

    std::string statusText(const Output& out, SpanStatus status)
    {
        const std::string word = status == SpanStatus::Unknown ? "" : std::string(toWord(status));
        const std::string text = alignLeft(word, kStatusWidth);
        switch (status) {
        case SpanStatus::Ok:
            return out.styled(Style::Good, text);
        case SpanStatus::Error:
            return out.styled(Style::Bad, text);
        case SpanStatus::Cancelled:
        case SpanStatus::Pending:
            return out.styled(Style::Doubtful, text);
        case SpanStatus::Unknown:
            break;
        }
        return text;
    }

    std::string numbersText(const Trace& trace, SpanId span)
    {
        const auto duration = trace.duration(span);
        const tracestore::TokenUsage* usage = trace.usage(span);
        const tracestore::Cost* cost = trace.cost(span);
        const auto none = std::optional<std::int64_t>();
        const bool isCounted = trace.countsInTotals(span);
        return alignRight(std::to_string(span.value), numberWidth(trace))
            + alignRight(duration ? durationText(*duration) : "", kDurationWidth)
            + alignRight(tokensText(usage ? usage->inputTotal() : none, isCounted), kTokensWidth)
            + alignRight(tokensText(usage ? usage->output : none, isCounted), kTokensWidth)
            + alignRight(cost ? costText(*cost) : "", kCostWidth);
    }

    std::string indentText(std::size_t depth)
    {
        std::string text(2 * std::min(depth, kMaxIndent), ' ');
        if (depth > kMaxIndent)
            text += "(level " + std::to_string(depth + 1) + ") ";
        return text;
    }

    std::string stepText(const Output& out, const Trace& trace, SpanId span)
    {
        std::string text(out.styled(Style::Faint, toWord(trace.kind(span))));
        text += ' ' + safeLine(trace.name(span));
        const std::string_view model = trace.model(span);
        if (!model.empty() && trace.name(span).find(model) == std::string_view::npos)
            text += "  " + safeLine(model);
        return text;
    }

    std::string
    lineText(const Output& out, const Trace& trace, SpanId span, const std::string& indent = {})
    {
        return numbersText(trace, span) + "  " + statusText(out, trace.status(span)) + ' ' + indent
            + stepText(out, trace, span);
    }

    /// The steps of the first `depth` levels in the order of the tree, each given to `visit`.
    template<class Visit>
    void visitSteps(const Output& out, const Trace& trace, std::size_t depth, Visit&& visit)
    {
        for (const SpanId span : trace.preOrder()) {
            if (out.isClosed())
                return;
            if (trace.depth(span) < depth)
                visit(span);
        }
    }

} // namespace

void writeStepList(Output& out, const Trace& trace, std::optional<std::size_t> depth)
{
    const std::size_t levels = depth.value_or(trace.spanCount());
    writeStepHeading(out, trace);
    visitSteps(out, trace, levels, [&](SpanId span) {
        std::string line = lineText(out, trace, span, indentText(trace.depth(span)));
        const std::size_t below = trace.descendantCount(span);
        if (trace.depth(span) + 1 == levels && below > 0)
            line += out.styled(Style::Faint, "  (+ " + std::to_string(below) + " below)");
        out.line(line);
    });
}

void writeStepListJson(Output& out,
                       const Trace& trace,
                       const std::string& file,
                       std::optional<std::size_t> depth)
{
    std::string text;
    tracestore::JsonWriter json(text);
    json.beginObject().member("file", file).key("steps").beginArray();
    visitSteps(out, trace, depth.value_or(trace.spanCount()), [&](SpanId span) {
        text += '\n';
        tracestore::writeSpan(json, trace, span, nullptr);
        out.write(text);
        text.clear();
    });
    json.endArray().endObject();
    out.line(text);
}

void writeStepHeading(Output& out, const Trace& trace)
{
    out.line(out.styled(Style::Heading, headingText(trace)));
}

void writeStepLine(Output& out, const Trace& trace, SpanId span)
{
    out.line(lineText(out, trace, span));
}

} // namespace engine::cli
