#include "engine/run/json_place.h"

#include "tracestore/base/json_io.h"
#include "tracestore/query/query_path.h"

#include <nlohmann/json.hpp>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::PathStep;
using tracestore::Result;

namespace {

    /// A path is read behind the name of a field, whichever.
    Result<std::vector<PathStep>> stepsOf(std::string_view path)
    {
        if (path.empty())
            return std::vector<PathStep> {};
        const bool isMember = path.front() != '[' && path.front() != '.';
        tracestore::ReadPath read
            = tracestore::readPath("args" + std::string(isMember ? "." : "") + std::string(path));
        if (!read.problem.empty())
            return fail(ErrorCode::Invalid, std::string(path) + " is no path: " + read.problem);
        for (const PathStep& step : read.path) {
            if (step.kind == PathStep::Kind::Any)
                return fail(ErrorCode::Invalid,
                            std::string(path) + " names several places: one is needed.");
        }
        return std::move(read.path);
    }

    std::string nameOf(const PathStep& step)
    {
        return step.kind == PathStep::Kind::Member ? step.name : std::to_string(step.index);
    }

    /// The index of an item, which counts from the end where it is negative.
    std::size_t itemOf(const json& list, std::int64_t index)
    {
        const auto size = static_cast<std::int64_t>(list.size());
        return static_cast<std::size_t>(index < 0 ? index + size : index);
    }

    const json* below(const json& value, const PathStep& step)
    {
        if (step.kind == PathStep::Kind::Member) {
            const auto found = value.is_object() ? value.find(step.name) : value.end();
            return value.is_object() && found != value.end() ? &*found : nullptr;
        }
        if (!value.is_array())
            return nullptr;
        const std::size_t item = itemOf(value, step.index);
        return item < value.size() ? &value[item] : nullptr;
    }

    /// The same, made where it can be.
    json* placeBelow(json& value, const PathStep& step)
    {
        if (step.kind == PathStep::Kind::Member) {
            if (value.is_null())
                value = json::object();
            return value.is_object() ? &value[step.name] : nullptr;
        }
        if (value.is_null())
            value = json::array();
        if (!value.is_array())
            return nullptr;
        const std::size_t item = itemOf(value, step.index);
        if (item > value.size())
            return nullptr;
        if (item == value.size())
            value.push_back(nullptr);
        return &value[item];
    }

} // namespace

const json* valueAt(const json& whole, std::string_view path)
{
    const auto steps = stepsOf(path);
    if (!steps)
        return nullptr;
    const json* at = &whole;
    for (const PathStep& step : *steps) {
        at = below(*at, step);
        if (at == nullptr)
            return nullptr;
    }
    return at;
}

Result<void> setValueAt(json& whole, std::string_view path, json value)
{
    auto steps = stepsOf(path);
    if (!steps)
        return fail(std::move(steps).error());
    json changed = whole; // as it was where the place is none
    json* at = &changed;
    for (const PathStep& step : *steps) {
        at = placeBelow(*at, step);
        if (at == nullptr)
            return fail(ErrorCode::Invalid,
                        std::string(path) + " is no place that can be set: there is no "
                            + nameOf(step) + " in what is there.");
    }
    *at = std::move(value);
    whole = std::move(changed);
    return {};
}

json writtenValue(const std::string& text)
{
    auto value = tracestore::parseJson(text);
    return value ? std::move(*value) : json(text);
}

} // namespace engine
