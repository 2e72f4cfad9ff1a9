// Numbers and texts.
#include "engine/tool/schema/schema_checker.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace engine {

using nlohmann::json;

namespace {

    /// The number of characters, as schemas count.
    std::size_t lengthOf(std::string_view text)
    {
        return static_cast<std::size_t>(std::ranges::count_if(
            text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
    }

} // namespace

void SchemaChecker::checkNumber(const json& schema, const json& value, SchemaComplaints& to)
{
    const auto with = value.get<double>();
    const auto minimum = number(schema, "minimum");
    const auto maximum = number(schema, "maximum");
    const bool isAbove = isSet(schema, "exclusiveMinimum");
    const bool isBelow = isSet(schema, "exclusiveMaximum");
    const auto above = isAbove && minimum ? minimum : number(schema, "exclusiveMinimum");
    const auto below = isBelow && maximum ? maximum : number(schema, "exclusiveMaximum");
    const std::string got = ", got " + shownValue(value);
    if (minimum && with < *minimum)
        complain(to, "expected a number from " + shown(*minimum) + got);
    if (maximum && with > *maximum)
        complain(to, "expected a number up to " + shown(*maximum) + got);
    if (above && with <= *above)
        complain(to, "expected a number above " + shown(*above) + got);
    if (below && with >= *below)
        complain(to, "expected a number below " + shown(*below) + got);
    const auto step = number(schema, "multipleOf");
    if (step && *step > 0) {
        const double share = with / *step;
        if (std::abs(share - std::round(share)) > 1e-9 * std::max(1.0, std::abs(share)))
            complain(to, "expected a multiple of " + shown(*step) + got);
    }
}

void SchemaChecker::checkText(const json& schema, const std::string& text, SchemaComplaints& to)
{
    const auto shortest = number(schema, "minLength");
    const auto longest = number(schema, "maxLength");
    if (shortest || longest) {
        const auto length = static_cast<double>(lengthOf(text));
        if (shortest && length < *shortest)
            complain(to,
                     "expected at least " + shown(*shortest) + " characters, got " + shown(length));
        if (longest && length > *longest)
            complain(to,
                     "expected at most " + shown(*longest) + " characters, got " + shown(length));
    }
    const json* pattern = keyword(schema, "pattern");
    if (pattern == nullptr || !pattern->is_string())
        return;
    const auto& source = pattern->get_ref<const std::string&>();
    if (!matches(source, text))
        complain(to, "expected a string that matches /" + source + "/, got " + shownValue(text));
}

} // namespace engine
