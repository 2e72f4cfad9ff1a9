#pragma once

#include "engine/breakpoint/stop_point.h"
#include "tracestore/query/query_field.h"

#include <nlohmann/json.hpp>

#include <functional>

namespace engine {

using VisitJson = std::function<void(const nlohmann::json&)>;

/// Visits a text; false where it is empty.
inline bool tell(std::string_view text, const VisitJson& visit)
{
    if (!text.empty())
        visit(nlohmann::json(text));
    return !text.empty();
}

template<class Number>
bool tellNumber(Number number, const VisitJson& visit)
{
    visit(nlohmann::json(number));
    return true;
}

/// Visits what the outcome at a moment, which is there, has of a field but for `result` and
/// messages. False where it has nothing.
bool visitOutcome(const StopPoint& point, tracestore::FieldId field, const VisitJson& visit);

} // namespace engine
