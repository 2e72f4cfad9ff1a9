#pragma once

#include "tracestore/import/gen_ai/attributes.h"
#include "tracestore/import/reading/json_dom.h"

namespace tracestore {

/// Adds a JSON value to attributes, an object as one attribute for each member: `usage` with
/// {"input": {"cached": 1}} becomes `usage.input.cached`. Deeper than `levels`, objects stay JSON;
/// lists do unless `withLists`. Nothing is added for null and {}. Texts are views into `dom`.
struct FlatJson
{
    JsonDom& dom;
    Attributes& to;
    int levels = 3;
    bool withLists = false;

    void add(std::string_view key, const simdjson::dom::element& value) const;
};

} // namespace tracestore
