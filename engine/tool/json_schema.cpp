#include "engine/tool/json_schema.h"

#include "engine/tool/schema/schema_checker.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::size_t kMaxSchemaBytes = std::size_t {1} << 20U;

} // namespace

struct JsonSchema::Compiled
{
    json schema;
    SchemaPatterns patterns;
};

JsonSchema::JsonSchema()
    : m_compiled(std::make_shared<Compiled>(Compiled {{{"type", "object"}}, {}}))
{ }

Result<JsonSchema> JsonSchema::parse(std::string_view text)
{
    auto schema = tracestore::parseJson(text, {.depth = 100, .bytes = kMaxSchemaBytes});
    if (!schema)
        return fail(std::move(schema).error().in("the schema"));
    if (!schema->is_object() && !schema->is_boolean())
        return fail(ErrorCode::Invalid, "A JSON schema is an object.");
    SchemaPatterns patterns = patternsIn(*schema);
    JsonSchema read;
    read.m_compiled
        = std::make_shared<Compiled>(Compiled {std::move(*schema), std::move(patterns)});
    return read;
}

Result<void> JsonSchema::check(const json& value, std::string_view root) const
{
    SchemaComplaints complaints;
    SchemaChecker checker(m_compiled->schema, m_compiled->patterns, root);
    checker.check(m_compiled->schema, value, complaints);
    if (checker.isExhausted())
        return fail(ErrorCode::Limit, "The schema is too involved to be checked against.");
    if (complaints.empty())
        return {};
    if (complaints.size() > kMaxComplaints)
        complaints.resize(kMaxComplaints);
    std::string text;
    for (const SchemaComplaint& complaint : complaints)
        text += (text.empty() ? "" : "\n") + complaint.place + ": " + complaint.text;
    return fail(ErrorCode::Invalid, std::move(text));
}

} // namespace engine
