#include "engine/agent/text_protocol.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace engine {
namespace {

    enum class Marker
    {
        Thought,
        Action,
        ActionInput,
        Observation,
        FinalAnswer,
        None
    };

    constexpr std::array<std::pair<std::string_view, Marker>, 5> kMarkers {
        {{"thought", Marker::Thought},
         {"action input", Marker::ActionInput},
         {"action", Marker::Action},
         {"observation", Marker::Observation},
         {"final answer", Marker::FinalAnswer}}};

    struct TextSection
    {
        Marker marker = Marker::None;
        std::size_t start = 0; ///< of its line
        std::string text;
    };

    std::string_view trimmed(std::string_view text, std::string_view blanks = " \t\r\n")
    {
        const std::size_t first = text.find_first_not_of(blanks);
        if (first == std::string_view::npos)
            return {};
        return text.substr(first, text.find_last_not_of(blanks) - first + 1);
    }

    bool startsWithWord(std::string_view text, std::string_view lowerWord)
    {
        return text.size() >= lowerWord.size()
            && std::equal(lowerWord.begin(), lowerWord.end(), text.begin(), [](char want, char is) {
                   return want == (is >= 'A' && is <= 'Z' ? static_cast<char>(is + 32) : is);
               });
    }

    /// The marker that a line begins with, and what stands behind it.
    std::pair<Marker, std::string_view> markerOf(std::string_view line)
    {
        constexpr std::string_view kDecoration = " \t*#_`";
        const std::size_t first = line.find_first_not_of(kDecoration);
        if (first == std::string_view::npos)
            return {Marker::None, line};
        const std::string_view bare = line.substr(first);
        for (const auto& [word, marker] : kMarkers) {
            if (!startsWithWord(bare, word))
                continue;
            std::string_view rest = bare.substr(word.size());
            rest.remove_prefix(std::min(rest.find_first_not_of("*_"), rest.size()));
            if (!rest.starts_with(':'))
                continue;
            rest.remove_prefix(1);
            return {marker, trimmed(rest, " \t\r*_")};
        }
        return {Marker::None, line};
    }

    std::vector<TextSection> sectionsOf(std::string_view text)
    {
        std::vector<TextSection> sections {{}};
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            const auto [marker, rest] = markerOf(text.substr(at, end - at));
            if (marker != Marker::None)
                sections.push_back({marker, at, std::string(rest)});
            else
                sections.back().text += (sections.back().text.empty() ? "" : "\n")
                    + std::string(text.substr(at, end - at));
            at = end + 1;
        }
        return sections;
    }

    /// The input without the fence of a code block.
    std::string_view withoutFence(std::string_view text)
    {
        text = trimmed(text);
        if (!text.starts_with("```"))
            return trimmed(text, "` \t\r\n");
        const std::size_t body = text.find('\n');
        const std::size_t end = text.rfind("```");
        if (body == std::string_view::npos || end <= body)
            return text;
        return trimmed(text.substr(body, end - body));
    }

    void readInput(const TextSection& section, TextProtocolAnswer& answer)
    {
        const std::string_view input = withoutFence(section.text);
        const auto value = tracestore::parseJson(input.empty() ? "{}" : input);
        if (!value)
            answer.problem = "The Action Input is no valid JSON.";
        else if (!value->is_object())
            answer.problem = "The Action Input has to be a JSON object with the tool's arguments "
                             "by name.";
        else
            answer.actionInput = input.empty() ? "{}" : std::string(input);
    }

} // namespace

std::string textProtocolRules(const std::vector<ToolDefinition>& tools)
{
    std::string rules
        = "Answer in exactly this form, one action at a time:\n\n"
          "Thought: what you think\n"
          "Action: the name of a tool\n"
          "Action Input: a JSON object with its arguments\n\n"
          "and stop there; the result comes back as a line that begins with Observation:. When you "
          "know the answer, write\n\n"
          "Thought: what you think\n"
          "Final Answer: your answer\n\n"
          "The tools:\n";
    for (const ToolDefinition& tool : tools)
        rules += "- " + tool.name + ": " + tool.description
            + " Arguments (JSON schema): " + tool.inputSchema + '\n';
    return rules;
}

TextProtocolAnswer parseTextProtocol(std::string_view text)
{
    TextProtocolAnswer answer;
    answer.usedLength = text.size();
    const std::vector<TextSection> sections = sectionsOf(text);
    for (auto section = sections.begin(); section != sections.end(); ++section) {
        if (section->marker == Marker::Thought && answer.thought.empty())
            answer.thought = trimmed(section->text);
        if (section->marker == Marker::FinalAnswer) {
            // An answer holds lines that look like ours only by accident: all of the rest is it.
            const std::string_view all = text.substr(section->start);
            answer.finalAnswer
                = trimmed(all.substr(std::min(all.find(':') + 1, all.size())), " \t\r\n*");
            return answer;
        }
        if (section->marker != Marker::Action)
            continue;
        answer.action = trimmed(section->text, " \t\r\n`*\"'");
        const auto input = std::next(section);
        if (answer.action.empty())
            answer.problem = "The Action names no tool.";
        else if (input == sections.end() || input->marker != Marker::ActionInput)
            answer.problem = "The Action is not followed by an Action Input.";
        else
            readInput(*input, answer);
        const auto next = input == sections.end() ? input : std::next(input);
        if (next != sections.end())
            answer.usedLength = next->start;
        return answer;
    }
    answer.problem = "There is neither an Action nor a Final Answer in it.";
    return answer;
}

std::string textProtocolCorrection(const std::string& problem)
{
    return "Your answer does not have the agreed form. " + problem
        + " Write either\nThought: ...\nAction: the name of a tool\nAction Input: a JSON object\n"
          "or\nThought: ...\nFinal Answer: your answer";
}

} // namespace engine
