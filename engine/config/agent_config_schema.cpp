#include "engine/config/agent_config_schema.h"

#include "engine/config/config_shape.h"

namespace engine {

using nlohmann::json;

namespace {

    json schemaOf(const ObjectShape& shape)
    {
        json properties = json::object();
        json required = json::array();
        for (const FieldShape& field : shape.fields) {
            json& property = properties[field.name] = field.schema;
            property["description"] = field.description;
            if (field.isRequired)
                required.push_back(field.name);
        }
        json schema {{"type", "object"},
                     {"description", shape.description},
                     {"properties", std::move(properties)},
                     {"additionalProperties", false}};
        if (!required.empty())
            schema["required"] = std::move(required);
        return schema;
    }

} // namespace

json agentConfigSchema()
{
    json definitions = json::object();
    for (const ObjectShape* shape : configShapes())
        definitions[shape->name] = schemaOf(*shape);
    json schema = definitions["agent"];
    schema["properties"]["$schema"]
        = {{"type", "string"}, {"description", "the schema, for editors"}};
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    schema["title"] = "Kymo agent";
    schema["$defs"] = std::move(definitions);
    return schema;
}

} // namespace engine
