#include "tracestore/provenance/content_place.h"

#include <array>

namespace tracestore {
namespace {

    Giver giverOf(Role role)
    {
        switch (role) {
        case Role::System:
            return Giver::Prompt;
        case Role::User:
            return Giver::User;
        case Role::Assistant:
            return Giver::Model;
        case Role::Tool:
            return Giver::Tool;
        case Role::Other:
            break;
        }
        return Giver::Other;
    }

    ContentText textOf(const MessagePart& part)
    {
        ContentText text;
        if (const auto* words = std::get_if<TextPart>(&part)) {
            text.text = words->text;
        } else if (const auto* thought = std::get_if<ReasoningPart>(&part)) {
            text.text = thought->isEncrypted ? std::string_view() : thought->text;
            text.giver = Giver::Model;
        } else if (const auto* call = std::get_if<ToolCallPart>(&part)) {
            text = {{}, call->arguments, Giver::Model, call->id, true};
        } else if (const auto* result = std::get_if<ToolResultPart>(&part)) {
            text = {{}, result->content, Giver::Tool, result->callId, false};
        } else if (const auto* media = std::get_if<MediaPart>(&part)) {
            text.text = media->reference;
        } else if (const auto* other = std::get_if<OtherPart>(&part)) {
            text.text = other->json;
        }
        return text;
    }

    const MessagePart* partAt(const ContentPlace& place, const Message& message)
    {
        return place.part < message.parts.size() ? &message.parts[place.part] : nullptr;
    }

    const Message* messageAt(const ContentPlace& place,
                             const std::vector<const Message*>& input,
                             const SpanDetail& detail)
    {
        if (place.kind == TextPlaceKind::Input && place.message < input.size())
            return input[place.message];
        if (place.kind == TextPlaceKind::Output && place.message < detail.output.size())
            return &detail.output[place.message];
        return nullptr;
    }

} // namespace

std::string_view toWord(Giver giver)
{
    static constexpr std::array<std::string_view, 6> kWords {
        "user", "prompt", "offer", "tool", "model", "other"};
    return kWords.at(static_cast<std::size_t>(giver));
}

bool visitTexts(const Message& message,
                TextPlaceKind kind,
                std::size_t index,
                const VisitText& visit)
{
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
        ContentText text = textOf(message.parts[i]);
        if (text.text.empty())
            continue;
        if (text.giver == Giver::Other)
            text.giver = giverOf(message.role);
        text.place = {kind, static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(i)};
        if (!visit(text))
            return false;
    }
    return true;
}

bool visitGiven(const SpanDetail& detail, const VisitText& visit)
{
    const auto give = [&](TextPlaceKind kind, std::string_view text, Giver giver) {
        return text.empty() || visit({{kind}, text, giver, {}, false});
    };
    return give(TextPlaceKind::Arguments, detail.toolArguments, Giver::Model)
        && give(TextPlaceKind::ToolDefinitions, detail.toolDefinitions, Giver::Offer);
}

bool visitGave(const SpanDetail& detail, const VisitText& visit)
{
    for (std::size_t i = 0; i < detail.output.size(); ++i) {
        if (!visitTexts(detail.output[i], TextPlaceKind::Output, i, visit))
            return false;
    }
    return detail.toolResult.empty()
        || visit({{TextPlaceKind::Result}, detail.toolResult, Giver::Tool, {}, false});
}

std::string_view textAt(const ContentPlace& place,
                        const std::vector<const Message*>& input,
                        const SpanDetail& detail)
{
    switch (place.kind) {
    case TextPlaceKind::Arguments:
        return detail.toolArguments;
    case TextPlaceKind::Result:
        return detail.toolResult;
    case TextPlaceKind::ToolDefinitions:
        return detail.toolDefinitions;
    case TextPlaceKind::Parameter:
        return place.message < detail.parameters.size()
            ? std::string_view(detail.parameters[place.message].json)
            : std::string_view();
    default:
        break;
    }
    const Message* message = messageAt(place, input, detail);
    const MessagePart* part = message == nullptr ? nullptr : partAt(place, *message);
    return part == nullptr ? std::string_view() : textOf(*part).text;
}

std::string labelOf(const ContentPlace& place,
                    const std::vector<const Message*>& input,
                    const SpanDetail& detail)
{
    std::string label(toWord(place.kind));
    const Message* message = messageAt(place, input, detail);
    if (message == nullptr)
        return label;
    const std::size_t count
        = place.kind == TextPlaceKind::Input ? input.size() : detail.output.size();
    if (count > 1 || place.kind == TextPlaceKind::Input)
        label += ", message " + std::to_string(place.message + 1);
    label += " (" + std::string(toWord(message->role)) + ')';
    const MessagePart* part = partAt(place, *message);
    if (part != nullptr && std::holds_alternative<ReasoningPart>(*part))
        label += ", reasoning";
    if (const auto* call = part == nullptr ? nullptr : std::get_if<ToolCallPart>(part))
        label += ", call of " + call->name;
    return label;
}

} // namespace tracestore
