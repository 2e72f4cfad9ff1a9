#include "engine/agent/planning/tool_selection.h"

#include "engine/effect/decision.h"
#include "tracestore/analysis/word_bag.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace engine {

using tracestore::WordBag;

namespace {

    constexpr double kBm25Saturation = 1.2;
    constexpr double kBm25LengthWeight = 0.75;

    struct ToolWords
    {
        WordBag words;
        double length = 0;
    };

    std::vector<ToolWords> wordsOf(const std::vector<ToolDefinition>& tools)
    {
        std::vector<ToolWords> all;
        for (const ToolDefinition& tool : tools) {
            ToolWords words {tracestore::wordBag(tool.name + ' ' + tool.description), 0};
            for (const auto& [word, count] : words.words)
                words.length += count;
            all.push_back(std::move(words));
        }
        return all;
    }

    std::vector<double> bm25(const std::vector<ToolWords>& tools, const WordBag& query)
    {
        std::vector<double> scores(tools.size(), 0.0);
        double total = 0;
        for (const ToolWords& tool : tools)
            total += tool.length;
        const double average = std::max(1.0, total / static_cast<double>(tools.size()));
        for (const auto& [word, unused] : query) {
            const auto holders = static_cast<double>(
                std::count_if(tools.begin(), tools.end(), [&word = word](const ToolWords& tool) {
                    return tool.words.contains(word);
                }));
            const double rarity = std::log(
                1 + (static_cast<double>(tools.size()) - holders + 0.5) / (holders + 0.5));
            for (std::size_t i = 0; i < tools.size(); ++i) {
                const auto found = tools[i].words.find(word);
                if (found == tools[i].words.end())
                    continue;
                const double norm = kBm25Saturation
                    * (1 - kBm25LengthWeight + kBm25LengthWeight * tools[i].length / average);
                scores[i]
                    += rarity * found->second * (kBm25Saturation + 1) / (found->second + norm);
            }
        }
        return scores;
    }

} // namespace

ToolSelection selectTools(const std::vector<ToolDefinition>& tools,
                          std::string_view query,
                          std::size_t most,
                          const std::set<std::string>& always)
{
    ToolSelection selection;
    if (tools.size() <= most) {
        for (const ToolDefinition& tool : tools)
            selection.names.push_back(tool.name);
        return selection;
    }
    const std::vector<double> scores = bm25(wordsOf(tools), tracestore::wordBag(query));
    std::vector<std::size_t> order(tools.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const bool isAlwaysA = always.contains(tools[a].name);
        const bool isAlwaysB = always.contains(tools[b].name);
        return isAlwaysA != isAlwaysB ? isAlwaysA : scores[a] > scores[b];
    });
    order.resize(most);
    std::sort(order.begin(), order.end());
    nlohmann::json chosen = nlohmann::json::object();
    for (const std::size_t i : order) {
        selection.names.push_back(tools[i].name);
        chosen[tools[i].name] = scores[i];
    }
    selection.decision = policyDecision("tool_selection",
                                        "offer",
                                        "The model is told of " + std::to_string(most) + " of "
                                            + std::to_string(tools.size()) + " tools.",
                                        {{"offered", chosen}, {"of", tools.size()}});
    return selection;
}

} // namespace engine
