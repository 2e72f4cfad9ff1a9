// Arrays.
#include "engine/tool/schema/schema_checker.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace engine {

using nlohmann::json;

void SchemaChecker::checkArray(const json& schema, const json& value, SchemaComplaints& to)
{
    checkCount(schema, "minItems", "maxItems", value.size(), "element", to);
    const json* tuple = list(schema, "prefixItems");
    const json* items = keyword(schema, "items");
    if (tuple == nullptr && items != nullptr && items->is_array()) {
        tuple = items; // before 2020-12
        items = keyword(schema, "additionalItems");
    }
    const std::size_t fixed = tuple == nullptr ? 0 : tuple->size();
    for (std::size_t i = 0; i < value.size() && !isFull(to); ++i) {
        const json* of = i < fixed ? &(*tuple)[i] : items;
        if (of != nullptr)
            checkBelow(*of, value[i], '[' + std::to_string(i) + ']', to);
    }
    if (isSet(schema, "uniqueItems"))
        checkUnique(value, to);
    if (const json* contained = keyword(schema, "contains"))
        checkContains(schema, *contained, value, to);
}

void SchemaChecker::checkUnique(const json& value, SchemaComplaints& to)
{
    std::vector<const json*> sorted;
    for (const json& element : value)
        sorted.push_back(&element);
    std::ranges::sort(sorted, [](const json* a, const json* b) { return *a < *b; });
    const auto twice
        = std::ranges::adjacent_find(sorted, [](const json* a, const json* b) { return *a == *b; });
    if (twice != sorted.end())
        complain(to, "expected no element twice, but " + shownValue(**twice) + " is");
}

void SchemaChecker::checkContains(const json& schema,
                                  const json& contained,
                                  const json& value,
                                  SchemaComplaints& to)
{
    std::size_t count = 0;
    for (const json& element : value)
        count += fits(contained, element) ? 1U : 0U;
    const double least = number(schema, "minContains").value_or(1);
    const auto most = number(schema, "maxContains");
    const auto has = static_cast<double>(count);
    if (has < least || (most && has > *most))
        complain(to,
                 "expected " + shown(has < least ? least : *most) + " elements to be "
                     + expectationOf(contained) + ", " + shown(has) + " are");
}

} // namespace engine
