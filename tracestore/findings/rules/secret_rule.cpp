#include "tracestore/base/key_patterns.h"
#include "tracestore/findings/finding_texts.h"
#include "tracestore/findings/rules/rules.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace tracestore {
namespace {

    constexpr std::size_t kMostSecretSteps = 100;

    struct FoundSecret
    {
        std::string_view kind;
        std::string place; ///< the first: `the result of x`
        bool isInPrompt = false;
        std::vector<SpanId> steps;
    };

    /// Examples in documents and tests look like keys and are none.
    bool isMadeUp(std::string_view key)
    {
        constexpr std::array<std::string_view, 8> kSigns {
            "EXAMPLE", "example", "xxxx", "XXXX", "0000", "123456", "abcdef", "placeholder"};
        return std::ranges::any_of(kSigns, [&](std::string_view sign) {
            return key.find(sign) != std::string_view::npos;
        });
    }

    std::string_view textOf(const MessagePart& part)
    {
        struct Text
        {
            std::string_view operator()(const TextPart& p) const { return p.text; }

            std::string_view operator()(const ReasoningPart& p) const
            {
                return p.isEncrypted ? std::string_view() : std::string_view(p.text);
            }

            std::string_view operator()(const ToolCallPart& p) const { return p.arguments; }

            std::string_view operator()(const ToolResultPart& p) const { return p.content; }

            std::string_view operator()(const MediaPart&) const { return {}; }

            std::string_view operator()(const OtherPart& p) const { return p.json; }
        };

        return std::visit(Text(), part);
    }

    /// What looks like a key in prompts, arguments and results. Each is told once, by the first
    /// place; its text never.
    class SecretWatch : public RuleWatch
    {
    public:
        explicit SecretWatch(const RuleContext& context)
            : m_context(context)
        { }

        void see(const FindingStep& step) override
        {
            const StepContent* content = step.content();
            if (content == nullptr)
                return;
            if (step.isToolCall()) {
                const std::string tool = ticked(m_context.trace.name(step.span()));
                look(content->rest.toolArguments, step.span(), "the arguments of " + tool, false);
                look(content->rest.toolResult, step.span(), "the result of " + tool, false);
                return;
            }
            for (const Message* message : step.fresh())
                look(*message, step.span());
            for (const Message& message : content->rest.output)
                look(message, step.span());
        }

        void end() override
        {
            for (const ContentHash& key : m_order)
                tell(m_found[key]);
        }

    private:
        void look(const Message& message, SpanId span)
        {
            const bool isPrompt = message.role == Role::System;
            const std::string place = isPrompt    ? "the system prompt"
                : message.role == Role::Assistant ? "what the model said"
                : message.role == Role::Tool      ? "a result"
                                                  : "a message of the user";
            for (const MessagePart& part : message.parts)
                look(textOf(part), span, place, isPrompt);
        }

        void look(std::string_view text, SpanId span, const std::string& place, bool isPrompt)
        {
            for (const KeyMatch& match : findKeys(text)) {
                const std::string_view key = text.substr(match.position, match.length);
                if (isMadeUp(key))
                    continue;
                const ContentHash hash = contentHash(key);
                FoundSecret& found = m_found[hash];
                if (found.steps.empty()) {
                    m_order.push_back(hash);
                    found.kind = match.kind;
                    found.place = place;
                }
                found.isInPrompt = found.isInPrompt || isPrompt;
                if (found.steps.size() < kMostSecretSteps
                    && (found.steps.empty() || found.steps.back() != span))
                    found.steps.push_back(span);
            }
        }

        void tell(const FoundSecret& found)
        {
            const auto steps = static_cast<std::int64_t>(found.steps.size());
            Finding finding {.severity = Severity::Error, .steps = found.steps};
            finding.title = "What looks like a secret (" + std::string(found.kind) + ") stands in "
                + found.place;
            finding.explanation = "It came into " + counted(steps, "step")
                + ". What a model reads goes to its provider, into logs, and can be talked out of "
                  "it; whoever opens this trace can read it.";
            finding.wayOut = std::string(found.isInPrompt
                                             ? "Take it out of the prompt and hand it to the tool "
                                               "that needs it by its environment"
                                             : "Keep it from the model: mask it where it comes in, "
                                               "hand it to tools by their environment")
                + ". Change the key. Before you pass the trace on: `kymo bundle` masks it.";
            finding.figures = {{"steps", static_cast<double>(steps), ""}};
            m_context.found.add(std::move(finding));
        }

        RuleContext m_context;
        std::unordered_map<ContentHash, FoundSecret> m_found;
        std::vector<ContentHash> m_order;
    };

} // namespace

std::unique_ptr<const FindingRule> makeSecretRule()
{
    return std::make_unique<WatchRule<SecretWatch>>(
        "secret",
        "Secrets",
        "What looks like a key, token or private key in prompts, messages, arguments or results");
}

} // namespace tracestore
