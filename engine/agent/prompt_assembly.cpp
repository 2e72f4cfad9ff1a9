#include "engine/agent/prompt_assembly.h"

#include "engine/agent/text_protocol.h"

namespace engine {

using tracestore::Message;
using tracestore::MessageChain;
using tracestore::Role;

namespace {

    void addSection(std::string& prompt, std::string_view title, const std::string& text)
    {
        if (text.empty())
            return;
        if (!prompt.empty())
            prompt += "\n\n";
        if (!title.empty())
            prompt += "# " + std::string(title) + "\n";
        prompt += text;
    }

    std::string systemPrompt(const AgentConfig& config, const std::vector<ToolDefinition>& tools)
    {
        const PromptConfig& sections = config.prompt;
        std::string prompt;
        addSection(prompt, "", sections.behaviour);
        addSection(prompt, "Your role", config.role);
        addSection(prompt, "Using tools", sections.toolGuidance);
        addSection(prompt, "When something fails", sections.errorRecovery);
        addSection(prompt, "Context", sections.contextRules);
        addSection(prompt, "Format of answers", sections.outputFormat);
        if (config.protocol == ToolProtocol::Text && !tools.empty())
            addSection(prompt, "Calling tools", textProtocolRules(tools));
        return prompt;
    }

} // namespace

Message textMessage(Role role, std::string text)
{
    Message message;
    message.role = role;
    message.parts.emplace_back(tracestore::TextPart {std::move(text)});
    return message;
}

MessageChain promptOf(const AgentConfig& config, const std::vector<ToolDefinition>& tools)
{
    MessageChain messages;
    if (std::string prompt = systemPrompt(config, tools); !prompt.empty())
        messages = messages.with(textMessage(Role::System, std::move(prompt)));
    for (const PromptConfig::Example& example : config.prompt.examples) {
        messages = messages.with(textMessage(Role::User, example.user));
        messages = messages.with(textMessage(Role::Assistant, example.assistant));
    }
    return messages;
}

} // namespace engine
