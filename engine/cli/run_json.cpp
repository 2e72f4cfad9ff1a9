#include "engine/cli/run_json.h"

namespace engine::cli {

namespace {

    void addCount(nlohmann::json& to, const char* name, std::optional<std::int64_t> count)
    {
        if (count)
            to[name] = *count;
    }

    nlohmann::json figuresJson(const RunFigures& figures)
    {
        nlohmann::json tokens = nlohmann::json::object();
        addCount(tokens, "input", figures.tokens.input);
        addCount(tokens, "cache_read", figures.tokens.cacheRead);
        addCount(tokens, "cache_write", figures.tokens.cacheWrite);
        addCount(tokens, "output", figures.tokens.output);
        addCount(tokens, "reasoning", figures.tokens.reasoning);
        nlohmann::json value {{"turns", figures.turns},
                              {"model_calls", figures.modelCalls},
                              {"tool_calls", figures.toolCalls},
                              {"retries", figures.retries},
                              {"cache_hits", figures.cacheHits},
                              {"errors", figures.errors},
                              {"tokens", std::move(tokens)},
                              {"duration_ms", figures.duration.ns / 1'000'000}};
        if (figures.cost)
            value["cost_usd"] = *figures.cost;
        return value;
    }

} // namespace

nlohmann::json runJson(const RunStatus& status)
{
    const AgentResult result
        = status.result.value_or(AgentResult {OutcomeStatus::Cancelled, {}, {}});
    nlohmann::json value {{"agent", status.agent},
                          {"status", toWord(result.status)},
                          {"answer", result.answer},
                          {"is_scripted", status.isScripted},
                          {"figures", figuresJson(status.figures)}};
    if (!result.reason.empty())
        value["reason"] = result.reason;
    if (!status.problem.empty())
        value["problem"] = status.problem;
    if (!status.recordFile.isEmpty())
        value["record"] = status.recordFile.toStdString();
    if (status.replay)
        value["replay"] = {{"source", status.replay->source},
                           {"recorded", status.replay->recorded},
                           {"static", status.replay->fixed},
                           {"live", status.replay->live},
                           {"blocked", status.replay->blocked},
                           {"answered", status.replay->answered}};
    return value;
}

} // namespace engine::cli
