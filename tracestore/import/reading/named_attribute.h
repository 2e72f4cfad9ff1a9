#pragma once

#include "tracestore/base/json_io.h"
#include "tracestore/model/message.h"

#include <nlohmann/json.hpp>

namespace tracestore {

/// A reader for StepPayloads that keeps a value under a name of its own, which its place in the
/// file does not tell: `payloads.add(span, place, readAs<kTestResult>)`.
template<const auto& name>
Result<void> readAs(const nlohmann::json& value, SpanDetail& to)
{
    to.attributes.push_back({name, toJsonText(value)});
    return {};
}

} // namespace tracestore
