#include "engine/branch/sample_estimate.h"

#include "engine/agent/planning/token_estimate.h"

namespace engine {
namespace {

    std::int64_t requestTokens(const ChatRequest& request)
    {
        std::int64_t tokens = estimateTokens(request.messages);
        for (const ToolDefinition& tool : request.tools)
            tokens += estimateTokens(tool.name) + estimateTokens(tool.description)
                + estimateTokens(tool.inputSchema);
        return tokens;
    }

    std::optional<std::int64_t> answerTokens(const SampleSource& source)
    {
        if (source.usage && source.usage->output)
            return source.usage->output;
        if (source.recorded.response)
            return estimateTokens(source.recorded.response->message);
        return {};
    }

    void addCost(SampleEstimate& estimate,
                 const SampleSource& source,
                 std::size_t count,
                 const tracestore::PriceTable* prices,
                 tracestore::Timestamp now)
    {
        // Nothing is taken to come out of the provider's cache: that would be a promise.
        const tracestore::TokenUsage usage {.input = estimate.inputTokens,
                                            .output = estimate.outputTokens.value_or(0)};
        const std::string& model = source.call.target.model;
        const auto cost = prices == nullptr ? std::nullopt : prices->costOf(model, now, usage);
        if (!cost) {
            estimate.costNote = "The price of " + model + " is not known.";
            return;
        }
        estimate.cost = cost->amount * static_cast<double>(count);
        if (!estimate.outputTokens)
            estimate.costNote
                = "No answer is recorded: the cost is that of what is sent, answers come on top.";
    }

} // namespace

SampleEstimate estimateSamples(const SampleSource& source,
                               std::size_t count,
                               bool isSame,
                               bool isScripted,
                               const tracestore::PriceTable* prices,
                               tracestore::Timestamp now)
{
    SampleEstimate estimate;
    const bool isCounted = source.usage && source.usage->inputTotal()
        && source.usage->state != tracestore::UsageState::Estimated;
    estimate.isReported = isSame && isCounted;
    estimate.inputTokens = isSame && source.usage && source.usage->inputTotal()
        ? *source.usage->inputTotal()
        : requestTokens(source.call.request);
    estimate.outputTokens = answerTokens(source);
    if (isScripted)
        estimate.costNote = "A script answers: no model is asked, and it costs nothing.";
    else
        addCost(estimate, source, count, prices, now);
    return estimate;
}

} // namespace engine
