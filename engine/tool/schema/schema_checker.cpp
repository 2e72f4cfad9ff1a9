#include "engine/tool/schema/schema_checker.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace engine {

using nlohmann::json;

namespace {

    /// Of schema in schema, references included: what refers to itself without end stops here.
    constexpr unsigned kMaxDepth = 96;
    /// Of keywords looked at for one value. A schema whose alternatives refer to each other would
    /// take exponential time without it.
    constexpr unsigned kMaxSteps = 200'000;

    bool isInteger(const json& value)
    {
        if (value.is_number_integer())
            return true;
        return value.is_number_float() && std::isfinite(value.get<double>())
            && std::trunc(value.get<double>()) == value.get<double>();
    }

    bool isOfType(const json& value, std::string_view type)
    {
        if (type == "integer")
            return isInteger(value);
        if (type == "number")
            return value.is_number();
        if (type == "string")
            return value.is_string();
        if (type == "boolean")
            return value.is_boolean();
        if (type == "object")
            return value.is_object();
        if (type == "array")
            return value.is_array();
        if (type == "null")
            return value.is_null();
        return true; // no type of JSON schema: not for us to judge
    }

    json whole(double number)
    {
        const bool fits = std::trunc(number) == number && std::abs(number) < 1e15;
        return fits ? json(static_cast<std::int64_t>(number)) : json(number);
    }

} // namespace

bool SchemaChecker::isExhausted() const
{
    return m_steps > kMaxSteps;
}

void SchemaChecker::check(const json& schema, const json& value, SchemaComplaints& to)
{
    if (schema.is_boolean() && !schema.get<bool>())
        return complain(to, "this must not be there");
    if (!schema.is_object() || m_depth >= kMaxDepth || isExhausted())
        return;
    ++m_depth;
    checkReference(schema, value, to);
    const std::size_t before = to.size();
    checkKind(schema, value, to);
    // Of a value of the wrong type there is nothing else to say.
    if (to.size() == before) {
        if (value.is_number())
            checkNumber(schema, value, to);
        else if (value.is_string())
            checkText(schema, value.get_ref<const std::string&>(), to);
        else if (value.is_array())
            checkArray(schema, value, to);
        else if (value.is_object())
            checkObject(schema, value, to);
        checkCombinations(schema, value, to);
    }
    --m_depth;
}

const json* SchemaChecker::keyword(const json& schema, const char* name)
{
    ++m_steps;
    const auto found = schema.find(name);
    return found == schema.end() ? nullptr : &*found;
}

const json* SchemaChecker::list(const json& schema, const char* name)
{
    const json* found = keyword(schema, name);
    return found != nullptr && found->is_array() ? found : nullptr;
}

const json* SchemaChecker::object(const json& schema, const char* name)
{
    const json* found = keyword(schema, name);
    return found != nullptr && found->is_object() ? found : nullptr;
}

std::optional<double> SchemaChecker::number(const json& schema, const char* name)
{
    const json* found = keyword(schema, name);
    return found != nullptr && found->is_number() ? std::optional(found->get<double>())
                                                  : std::nullopt;
}

bool SchemaChecker::isSet(const json& schema, const char* name)
{
    const json* found = keyword(schema, name);
    return found != nullptr && found->is_boolean() && found->get<bool>();
}

std::string SchemaChecker::shown(double number)
{
    return tracestore::toJsonText(whole(number));
}

void SchemaChecker::complain(SchemaComplaints& to, std::string text)
{
    if (to.size() >= JsonSchema::kMaxComplaints)
        return;
    std::string place;
    for (const std::string& step : m_path)
        place += step;
    to.push_back({m_path.size(), std::move(place), std::move(text)});
}

void SchemaChecker::checkBelow(const json& schema,
                               const json& value,
                               std::string step,
                               SchemaComplaints& to)
{
    m_path.push_back(std::move(step));
    check(schema, value, to);
    m_path.pop_back();
}

bool SchemaChecker::fits(const json& schema, const json& value)
{
    SchemaComplaints complaints;
    check(schema, value, complaints);
    return complaints.empty();
}

bool SchemaChecker::matches(const std::string& source, const std::string& text)
{
    m_steps += static_cast<unsigned>(text.size() >> 10U);
    const auto pattern = m_patterns.find(source);
    return pattern == m_patterns.end() || !pattern->second || pattern->second->matches(text);
}

bool SchemaChecker::isFull(const SchemaComplaints& to) const
{
    return to.size() >= JsonSchema::kMaxComplaints || isExhausted();
}

void SchemaChecker::checkKind(const json& schema, const json& value, SchemaComplaints& to)
{
    const json* type = keyword(schema, "type");
    const json* constant = keyword(schema, "const");
    const json* words = list(schema, "enum");
    bool isRight = true;
    if (type != nullptr && type->is_string())
        isRight = isOfType(value, type->get_ref<const std::string&>());
    else if (type != nullptr && type->is_array())
        isRight = std::ranges::any_of(*type, [&](const json& one) {
            return !one.is_string() || isOfType(value, one.get_ref<const std::string&>());
        });
    if (constant != nullptr)
        isRight = isRight && *constant == value;
    if (words != nullptr) {
        m_steps += static_cast<unsigned>(words->size());
        isRight = isRight && std::ranges::find(*words, value) != words->end();
    }
    if (!isRight)
        complain(to, "expected " + expectationOf(schema) + ", got " + shownValue(value));
}

void SchemaChecker::checkCount(const json& schema,
                               const char* least,
                               const char* most,
                               std::size_t count,
                               const std::string& of,
                               SchemaComplaints& to)
{
    const auto minimum = number(schema, least);
    const auto maximum = number(schema, most);
    const auto has = static_cast<double>(count);
    const std::string got = ", got " + shown(has);
    const auto words
        = [&](double limit) { return shown(limit) + ' ' + of + (limit == 1 ? "" : "s") + got; };
    if (minimum && has < *minimum)
        complain(to, "expected at least " + words(*minimum));
    if (maximum && has > *maximum)
        complain(to, "expected at most " + words(*maximum));
}

} // namespace engine
