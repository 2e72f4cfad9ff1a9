#include "tracestore/compare/step_difference.h"

#include "tracestore/base/json_io.h"
#include "tracestore/compare/content_print.h"
#include "tracestore/model/payload_source.h"

#include <nlohmann/json.hpp>

#include <array>

namespace tracestore {
namespace {

    constexpr std::size_t kFields = 14;

    using FieldTexts = std::array<std::string, kFields>;

    constexpr std::array<bool, kFields> kIsJson {false,
                                                 false,
                                                 false,
                                                 false,
                                                 true,
                                                 true,
                                                 false,
                                                 false,
                                                 true,
                                                 false,
                                                 false,
                                                 false,
                                                 true,
                                                 true};

    void addLine(std::string& to, std::string_view text)
    {
        if (text.empty())
            return;
        if (!to.empty())
            to += '\n';
        to += text;
    }

    void addCall(nlohmann::json& to, const ToolCallPart& call)
    {
        const auto arguments = parseJson(call.arguments);
        to.push_back(
            {{"name", toValidUtf8(call.name)},
             {"arguments", arguments ? *arguments : nlohmann::json(toValidUtf8(call.arguments))}});
    }

    /// A message as one reads it: who, and what.
    class MessageText
    {
    public:
        std::string operator()(const TextPart& part) const { return part.text; }

        std::string operator()(const ReasoningPart& part) const
        {
            return part.text.empty() ? std::string() : "(thought) " + part.text;
        }

        std::string operator()(const ToolCallPart& part) const
        {
            return "calls " + part.name + ' ' + part.arguments;
        }

        std::string operator()(const ToolResultPart& part) const
        {
            return (part.isError ? "error: " : "result: ") + part.content;
        }

        std::string operator()(const MediaPart& part) const
        {
            const std::string_view what
                = part.reference.empty() ? std::string_view("inline data") : part.reference;
            return '[' + part.mimeType + ' ' + std::string(what) + ']';
        }

        std::string operator()(const OtherPart& part) const { return part.json; }
    };

    std::string textOf(const Message& message)
    {
        std::string text(message.origRole.empty() ? toWord(message.role)
                                                  : std::string_view(message.origRole));
        text += message.name.empty() ? ":" : " " + message.name + ":";
        for (const MessagePart& part : message.parts)
            addLine(text, std::visit(MessageText(), part));
        return text;
    }

    std::string parametersText(const std::vector<Attribute>& parameters)
    {
        nlohmann::json all = nlohmann::json::object();
        for (const Attribute& one : parameters) {
            const auto value = parseJson(one.json);
            all[toValidUtf8(one.key)] = value ? *value : nlohmann::json(toValidUtf8(one.json));
        }
        return all.empty() ? std::string() : toJsonText(all);
    }

    void readOutput(FieldTexts& texts, const std::vector<Message>& output)
    {
        const auto at = [&](StepField field) -> std::string& {
            return texts.at(static_cast<std::size_t>(field));
        };
        nlohmann::json calls = nlohmann::json::array();
        for (const Message& message : output) {
            for (const MessagePart& part : message.parts) {
                if (const auto* call = std::get_if<ToolCallPart>(&part))
                    addCall(calls, *call);
                else if (const auto* thought = std::get_if<ReasoningPart>(&part))
                    addLine(at(StepField::Thought), thought->text);
                else
                    addLine(at(StepField::Said), std::visit(MessageText(), part));
            }
        }
        if (!calls.empty())
            at(StepField::Asked) = toJsonText(calls);
    }

    Result<FieldTexts> textsOf(const ComparedSpan& step)
    {
        FieldTexts texts;
        if (step.trace == nullptr || !step.span.isValid())
            return texts;
        const auto at = [&](StepField field) -> std::string& {
            return texts.at(static_cast<std::size_t>(field));
        };
        const Trace& trace = *step.trace;
        at(StepField::Name) = trace.name(step.span);
        if (const AgentId agent = trace.agentOf(step.span); agent.isValid())
            at(StepField::Agent) = trace.agent(agent).name;
        if (const SpanStatus status = trace.status(step.span); status != SpanStatus::Unknown)
            at(StepField::Status) = toWord(status);
        if (const SpanError* error = trace.error(step.span)) {
            at(StepField::Error) = error->type;
            addLine(at(StepField::Error), error->message);
        }
        at(StepField::Model) = trace.model(step.span);
        auto detail = trace.payloads().detail(step.span);
        if (!detail)
            return fail(std::move(detail).error());
        at(StepField::Arguments) = std::move(detail->toolArguments);
        at(StepField::Result) = std::move(detail->toolResult);
        at(StepField::Tools) = std::move(detail->toolDefinitions);
        at(StepField::Parameters) = parametersText(detail->parameters);
        for (const Message& message : detail->input)
            addLine(at(message.role == Role::System ? StepField::Instructions : StepField::Input),
                    textOf(message));
        readOutput(texts, detail->output);
        return texts;
    }

} // namespace

std::string_view toWord(StepField field)
{
    static constexpr std::array<std::string_view, kFields> kWords {"name",
                                                                   "agent",
                                                                   "status",
                                                                   "error",
                                                                   "arguments",
                                                                   "result",
                                                                   "said",
                                                                   "thought",
                                                                   "asked",
                                                                   "input",
                                                                   "instructions",
                                                                   "model",
                                                                   "parameters",
                                                                   "tools"};
    return kWords.at(static_cast<std::size_t>(field));
}

std::string_view titleOf(StepField field)
{
    static constexpr std::array<std::string_view, kFields> kTitles {"Name",
                                                                    "Agent",
                                                                    "Status",
                                                                    "Error",
                                                                    "Arguments",
                                                                    "Result",
                                                                    "Answer",
                                                                    "Thoughts",
                                                                    "Calls asked for",
                                                                    "Messages",
                                                                    "Instructions",
                                                                    "Model",
                                                                    "Parameters",
                                                                    "Tools on offer"};
    return kTitles.at(static_cast<std::size_t>(field));
}

Result<std::vector<FieldPair>> stepDifference(const ComparedSpan& a, const ComparedSpan& b)
{
    auto textsA = textsOf(a);
    if (!textsA)
        return fail(std::move(textsA).error());
    auto textsB = textsOf(b);
    if (!textsB)
        return fail(std::move(textsB).error());
    std::vector<FieldPair> fields;
    for (std::size_t i = 0; i < kFields; ++i) {
        std::string& textA = textsA->at(i);
        std::string& textB = textsB->at(i);
        if (textA.empty() && textB.empty())
            continue;
        // Where one side does not say it, there is nothing to compare.
        const auto field = static_cast<StepField>(i);
        const bool isUnknown = (textA.empty() || textB.empty())
            && (field == StepField::Status || field == StepField::Model
                || field == StepField::Agent);
        const bool isEqual = isUnknown || textA == textB
            || (kIsJson.at(i) ? jsonPrint(textA) == jsonPrint(textB)
                              : textPrint(textA) == textPrint(textB));
        fields.push_back({field, std::move(textA), std::move(textB), kIsJson.at(i), isEqual});
    }
    return fields;
}

} // namespace tracestore
