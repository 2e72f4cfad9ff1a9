#pragma once

#include "engine/wire/chat.h"

#include <optional>
#include <string>
#include <vector>

namespace engine {

/// The ReAct protocol in plain text (Yao et al. 2022, "ReAct: Synergizing Reasoning and Acting in
/// Language Models") for models without tool calling: lines that begin with Thought, Action, Action
/// Input and Final Answer; results come back as Observation.
std::string textProtocolRules(const std::vector<ToolDefinition>& tools);

/// What a model said in the protocol: an action, an answer, or a problem with the text.
struct TextProtocolAnswer
{
    std::string thought;
    std::string action; ///< the tool; empty where there is none
    std::string actionInput; ///< JSON object
    std::optional<std::string> finalAnswer;
    std::string problem; ///< empty, or what to tell the model
    std::size_t usedLength = 0; ///< what follows was made up: results before the call was made
};

/// Reads an answer; never fails. Markdown around the words and code fences around the input are
/// passed over. What comes behind the first action is not read: the model cannot know its result.
TextProtocolAnswer parseTextProtocol(std::string_view text);

/// What is said to a model whose answer had a problem.
std::string textProtocolCorrection(const std::string& problem);

} // namespace engine
