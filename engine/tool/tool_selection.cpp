#include "engine/tool/tool_selection.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <string>

namespace engine {
namespace {

    constexpr double kSaturation = 1.2; // k1
    constexpr double kLengthShare = 0.75; // b

    using Words = std::vector<std::string>;

    enum class CharKind : std::uint8_t
    {
        Between,
        Lower,
        Upper
    };

    CharKind kindOfChar(char c)
    {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 'A' && byte <= 'Z')
            return CharKind::Upper;
        const bool isWord
            = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte >= 0x80;
        return isWord ? CharKind::Lower : CharKind::Between;
    }

    /// Plurals and singulars are one word.
    std::string stem(std::string word)
    {
        if (word.size() > 4 && word.ends_with("ies"))
            return word.substr(0, word.size() - 3) + 'y';
        if (word.size() > 3 && word.ends_with('s') && !word.ends_with("ss"))
            word.pop_back();
        return word;
    }

    /// Splits at what is no letter and where camelCase begins anew.
    void addWords(std::string_view text, Words& to)
    {
        std::string word;
        CharKind last = CharKind::Between;
        const auto end = [&] {
            if (!word.empty())
                to.push_back(stem(std::move(word)));
            word.clear();
        };
        for (const char c : text) {
            const CharKind kind = kindOfChar(c);
            if (kind == CharKind::Between || (kind == CharKind::Upper && last == CharKind::Lower))
                end();
            if (kind == CharKind::Upper)
                word += static_cast<char>(c - 'A' + 'a');
            else if (kind == CharKind::Lower)
                word += c;
            last = kind;
        }
        end();
    }

    Words wordsOf(const ToolDefinition& tool)
    {
        Words words;
        addWords(tool.name, words);
        addWords(tool.description, words);
        const auto schema = tracestore::parseJson(tool.inputSchema);
        if (!schema || !schema->is_object() || !schema->contains("properties"))
            return words;
        for (const auto& [name, property] : schema->at("properties").items())
            addWords(name, words);
        return words;
    }

    std::vector<double> scores(const std::set<std::string>& query, const std::vector<Words>& texts)
    {
        const double count = static_cast<double>(texts.size());
        double total = 0;
        for (const Words& text : texts)
            total += static_cast<double>(text.size());
        const double mean = std::max(1.0, total / std::max(1.0, count));
        std::vector<double> score(texts.size());
        for (const std::string& word : query) {
            std::vector<double> times;
            for (const Words& text : texts)
                times.push_back(static_cast<double>(std::ranges::count(text, word)));
            const auto with
                = static_cast<double>(std::ranges::count_if(times, [](double n) { return n > 0; }));
            const double rarity = std::log(1 + (count - with + 0.5) / (with + 0.5));
            for (std::size_t i = 0; i < texts.size(); ++i) {
                const double length = static_cast<double>(texts[i].size()) / mean;
                const double room = kSaturation * (1 - kLengthShare + kLengthShare * length);
                score[i] += rarity * times[i] * (kSaturation + 1) / (times[i] + room);
            }
        }
        return score;
    }

} // namespace

std::vector<std::size_t>
toolsLike(std::string_view query, std::span<const ToolDefinition> tools, std::size_t most)
{
    std::vector<std::size_t> order(tools.size());
    std::iota(order.begin(), order.end(), std::size_t {0});
    if (most >= tools.size())
        return order;
    Words asked;
    addWords(query, asked);
    std::vector<Words> texts;
    for (const ToolDefinition& tool : tools)
        texts.push_back(wordsOf(tool));
    const std::vector<double> score = scores({asked.begin(), asked.end()}, texts);
    std::ranges::stable_sort(order,
                             [&](std::size_t a, std::size_t b) { return score[a] > score[b]; });
    order.resize(most);
    std::ranges::sort(order);
    return order;
}

} // namespace engine
