#include "tracestore/provenance/origin_question.h"

#include "tracestore/provenance/json_leaves.h"
#include "tracestore/query/json_unescape.h"

#include <charconv>

namespace tracestore {
namespace {

    /// A field cut into its name and the path below it.
    struct Field
    {
        std::string_view name;
        std::string_view path;
    };

    Field fieldOf(std::string_view text)
    {
        const std::size_t end = std::min(text.find_first_of(".["), text.size());
        std::string_view path = text.substr(end);
        if (path.starts_with('.'))
            path.remove_prefix(1);
        return {text.substr(0, end), path};
    }

    /// The number of `[3]`; nothing for another path.
    std::optional<std::uint32_t> numberOf(std::string_view path)
    {
        std::uint32_t number = 0;
        if (!path.starts_with('[') || !path.ends_with(']'))
            return {};
        const std::string_view digits = path.substr(1, path.size() - 2);
        const char* end = digits.data() + digits.size();
        const auto [at, error] = std::from_chars(digits.data(), end, number);
        return error == std::errc() && at == end ? std::optional(number) : std::nullopt;
    }

    Failure noSuchField(std::string_view field)
    {
        return fail(ErrorCode::NotFound, "The step has no " + std::string(field) + '.');
    }

    /// The first part of a message that has a text to look for.
    std::uint32_t partOf(const Message& message, TextPlaceKind kind)
    {
        std::uint32_t part = 0;
        visitTexts(message, kind, 0, [&](const ContentText& text) {
            part = text.place.part;
            return false;
        });
        return part;
    }

    Result<ContentPlace>
    messagePlace(const std::vector<Message>& messages, TextPlaceKind kind, const Field& field)
    {
        if (messages.empty())
            return noSuchField(field.name);
        const auto last = static_cast<std::uint32_t>(messages.size() - 1);
        const auto number = field.path.empty() ? std::optional(last) : numberOf(field.path);
        if (!number)
            return fail(ErrorCode::Invalid,
                        "Behind `" + std::string(field.name) + "` stands the number of a message: `"
                            + std::string(field.name) + "[0]`.");
        if (*number > last)
            return noSuchField(std::string(field.name) + std::string(field.path));
        return ContentPlace {kind, *number, partOf(messages[*number], kind)};
    }

    Result<OriginQuery> valueOf(OriginQuery query, std::string_view json, std::string_view path)
    {
        const auto value = jsonValueAt(json, path);
        if (!value)
            return noSuchField("value at `" + std::string(path) + '`');
        const bool isString = value->size() >= 2 && value->starts_with('"');
        query.text
            = isString ? plainJson(value->substr(1, value->size() - 2), 1) : std::string(*value);
        return query;
    }

} // namespace

Result<OriginQuery>
originQuestion(const Trace& trace, SpanId span, std::string_view field, std::string text)
{
    const auto detail = trace.payloads().detail(span);
    if (!detail)
        return fail(detail.error());
    Field at = fieldOf(field);
    if (field.empty())
        at.name = !detail->toolArguments.empty() ? "args"
            : !detail->output.empty()            ? "output"
                                                 : "result";
    OriginQuery query {.span = span};
    std::string_view whole;
    if (at.name == "input" || at.name == "output") {
        const bool isInput = at.name == "input";
        const auto place = messagePlace(isInput ? detail->input : detail->output,
                                        isInput ? TextPlaceKind::Input : TextPlaceKind::Output,
                                        at);
        if (!place)
            return fail(place.error());
        query.place = *place;
    } else if (at.name == "args" || at.name == "arguments") {
        query.place = {TextPlaceKind::Arguments};
        whole = detail->toolArguments;
    } else if (at.name == "result") {
        query.place = {TextPlaceKind::Result};
        whole = detail->toolResult;
    } else if (at.name == "tools") {
        query.place = {TextPlaceKind::ToolDefinitions};
        whole = detail->toolDefinitions;
    } else {
        return fail(ErrorCode::Invalid,
                    "`" + std::string(field)
                        + "` is no field of a step: it is one of args, result, input, output and "
                          "tools, with a path behind it.");
    }
    const bool isMessage
        = query.place.kind == TextPlaceKind::Input || query.place.kind == TextPlaceKind::Output;
    if (!isMessage && whole.empty())
        return noSuchField(at.name);
    if (!text.empty())
        query.text = std::move(text);
    else if (!isMessage && !at.path.empty())
        return valueOf(std::move(query), whole, at.path);
    return query;
}

} // namespace tracestore
