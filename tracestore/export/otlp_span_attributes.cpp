#include "tracestore/export/otlp_span_attributes.h"

#include "tracestore/export/otlp_messages.h"

namespace tracestore {
namespace {

    /// The operation of a kind; empty where the conventions have none.
    std::string_view operationOf(SpanKind kind)
    {
        switch (kind) {
        case SpanKind::Llm:
            return "chat";
        case SpanKind::Tool:
            return "execute_tool";
        case SpanKind::Agent:
            return "invoke_agent";
        case SpanKind::Workflow:
            return "invoke_workflow";
        case SpanKind::Embedding:
            return "embeddings";
        case SpanKind::Retrieval:
            return "retrieval";
        case SpanKind::Plan:
            return "plan";
        default:
            return {};
        }
    }

    void addKind(OtlpAttributes& to, const Trace& trace, SpanId span)
    {
        const SpanKind kind = trace.kind(span);
        // A wrapper must not be counted as a second call by whoever reads the file.
        const std::string_view operation
            = trace.countsInTotals(span) ? operationOf(kind) : std::string_view();
        to.addText("gen_ai.operation.name", operation);
        if (operation.empty() && kind != SpanKind::Other)
            to.addText("kymo.span.kind", toWord(kind));
        if (!trace.countsInTotals(span))
            to.addFlag("kymo.counts_in_totals", false);
        if (trace.status(span) == SpanStatus::Cancelled
            || trace.status(span) == SpanStatus::Pending)
            to.addText("kymo.status", toWord(trace.status(span)));
    }

    void addAgent(OtlpAttributes& to, const Trace& trace, SpanId span)
    {
        const AgentId agent = trace.agentOf(span);
        const SpanId parent = trace.parent(span);
        // The tree hands an agent down; it is named where it changes.
        if (!agent.isValid() || (parent.isValid() && trace.agentOf(parent) == agent))
            return;
        to.addText("gen_ai.agent.name", trace.agent(agent).name);
        to.addText("gen_ai.agent.id", trace.agent(agent).origId);
    }

    void addModel(OtlpAttributes& to, const Trace& trace, SpanId span, const SpanDetail& detail)
    {
        const SpanColumns& columns = trace.columns();
        to.addText("gen_ai.provider.name", trace.provider(span));
        to.addText("gen_ai.request.model", trace.text(columns.requestedModel[span.index()]));
        to.addText("gen_ai.response.model", trace.text(columns.respondedModel[span.index()]));
        to.addText("gen_ai.response.id", trace.text(columns.responseId[span.index()]));
        to.addText("gen_ai.response.finish_reasons", detail.finishReasons);
        for (const Attribute& parameter : detail.parameters) {
            const bool isQualified = parameter.key.find('.') != std::string::npos;
            to.addJson(isQualified ? parameter.key : "gen_ai.request." + parameter.key,
                       parameter.json);
        }
        const auto start = trace.start(span);
        const auto firstToken = trace.firstToken(span);
        if (start && firstToken && *firstToken >= *start)
            to.addDouble("gen_ai.response.time_to_first_chunk",
                         static_cast<double>((*firstToken - *start).ns) / 1e9);
    }

    void addUsage(OtlpAttributes& to, const Trace& trace, SpanId span)
    {
        const TokenUsage* usage = trace.usage(span);
        // Sources differ in whether input counts what came from a cache: their words are not
        // mixed with ours.
        if (usage == nullptr || !trace.countsInTotals(span) || to.hasPrefix("gen_ai.usage."))
            return;
        if (usage->input)
            to.addNumber("gen_ai.usage.input_tokens", usage->inputTotal());
        to.addNumber("gen_ai.usage.cache_read.input_tokens", usage->cacheRead);
        to.addNumber("gen_ai.usage.cache_creation.input_tokens", usage->cacheWrite);
        to.addNumber("gen_ai.usage.cache_creation.ephemeral_1h_input_tokens",
                     usage->cacheWriteLong);
        to.addNumber("gen_ai.usage.output_tokens", usage->output);
        to.addNumber("gen_ai.usage.reasoning.output_tokens", usage->reasoning);
    }

    /// The conventions have no cost; `gen_ai.usage.cost` is what some write, in US dollars. A
    /// computed one is left out: it can be computed again, and must not be taken for the source's
    /// word.
    void addCost(OtlpAttributes& to, const Trace& trace, SpanId span)
    {
        const Cost* cost = trace.cost(span);
        if (cost == nullptr || cost->source != CostSource::Reported || !trace.countsInTotals(span))
            return;
        if (cost->currency == "USD") {
            to.addDouble("gen_ai.usage.cost", cost->amount);
        } else {
            to.addDouble("kymo.cost.amount", cost->amount);
            to.addText("kymo.cost.currency", cost->currency);
        }
    }

    void addMessages(OtlpAttributes& to,
                     const std::string& direction,
                     ContentState state,
                     const std::vector<Message>& messages)
    {
        if (state == ContentState::Absent && messages.empty())
            return;
        to.addText("gen_ai." + direction + ".messages", toGenAiMessages(messages));
        if (state != ContentState::Full)
            to.addText("kymo." + direction + ".state", toWord(state));
    }

    void addTool(OtlpAttributes& to, const Trace& trace, SpanId span, const SpanDetail& detail)
    {
        if (trace.kind(span) == SpanKind::Tool) {
            std::string_view name = trace.name(span);
            constexpr std::string_view kOperation = "execute_tool ";
            if (name.starts_with(kOperation))
                name.remove_prefix(kOperation.size());
            to.addText("gen_ai.tool.name", name);
        }
        to.addText("gen_ai.tool.call.id", trace.toolCallId(span));
        to.addText("gen_ai.tool.description", detail.toolDescription);
        to.addText("gen_ai.tool.call.arguments", detail.toolArguments);
        to.addText("gen_ai.tool.call.result", detail.toolResult);
        to.addText("gen_ai.tool.definitions", detail.toolDefinitions);
    }

} // namespace

void addGenAiAttributes(OtlpAttributes& to,
                        const Trace& trace,
                        SpanId span,
                        const SpanDetail& detail)
{
    addKind(to, trace, span);
    addAgent(to, trace, span);
    addModel(to, trace, span, detail);
    addUsage(to, trace, span);
    addCost(to, trace, span);
    addMessages(to, "input", detail.inputState, detail.input);
    addMessages(to, "output", detail.outputState, detail.output);
    addTool(to, trace, span, detail);
    if (const SpanError* error = trace.error(span))
        to.addText("error.type", error->type);
}

} // namespace tracestore
