#include "engine/config/commented_json.h"

#include "engine/config/config_places.h"

#include <algorithm>
#include <charconv>

namespace engine {

using tracestore::ErrorCode;

namespace {

    /// The byte that the message of a JSON error names; the end where it names none.
    std::size_t namedByte(const std::string& message, std::size_t end)
    {
        constexpr std::string_view kMark = "at byte ";
        const std::size_t mark = message.find(kMark);
        std::size_t byte = 0;
        if (mark == std::string::npos)
            return end;
        const char* const digits = message.data() + mark + kMark.size();
        std::from_chars(digits, message.data() + message.size(), byte);
        return byte == 0 ? end : std::min(byte - 1, end);
    }

    ConfigProblem syntaxProblem(std::string_view text, std::size_t offset, std::string message)
    {
        const ConfigPlaces::Place place = ConfigPlaces::at(text, offset);
        return {place.line, place.column, {}, std::move(message), true};
    }

    ConfigProblem jsonProblem(std::string_view text, const tracestore::Error& error)
    {
        if (error.code != ErrorCode::Invalid)
            return {0, 0, {}, error.message, true};
        const std::size_t offset = namedByte(error.message, text.size());
        const bool isAtEnd = offset >= text.find_last_not_of(" \t\r\n") + 1;
        return syntaxProblem(text,
                             offset,
                             isAtEnd ? "The JSON ends too early: a bracket or quote is not closed."
                                     : "This is not JSON. Look for a comma, quote or bracket that "
                                       "is missing or too much just before this place.");
    }

} // namespace

CommentedJson readCommentedJson(std::string_view text, const tracestore::JsonLimits& limits)
{
    CommentedJson read;
    BlankedText blanked = blankComments(text);
    if (blanked.openComment) {
        read.problem = syntaxProblem(
            text, *blanked.openComment, "This comment has no end: `*/` is missing.");
        return read;
    }
    read.blanked = std::move(blanked.text);
    auto value = tracestore::parseJson(read.blanked, limits);
    if (value)
        read.value = std::move(*value);
    else
        read.problem = jsonProblem(read.blanked, value.error());
    return read;
}

} // namespace engine
