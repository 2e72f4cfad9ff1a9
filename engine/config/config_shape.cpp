#include "engine/config/config_shape.h"

#include "tracestore/query/query_value.h"

#include <algorithm>
#include <array>

namespace engine {

using nlohmann::json;

namespace {

    /// Fields that people write where they think a key belongs.
    bool isKeyField(std::string_view name)
    {
        constexpr std::array<std::string_view, 8> kNames {
            "key", "apiKey", "api_key", "apikey", "token", "secret", "password", "authorization"};
        return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
    }

    bool hasField(const ObjectShape& shape, std::string_view name)
    {
        return std::any_of(shape.fields.begin(), shape.fields.end(), [&](const FieldShape& field) {
            return field.name == name;
        });
    }

    std::string unknownFieldOf(const ObjectShape& shape, std::string_view name)
    {
        if (isKeyField(name) && hasField(shape, "keyVariable"))
            return "A key may not stand in the file, which people share. Put it into an "
                   "environment variable and name that in `keyVariable`, or into the key store "
                   "and name its entry in `keyName`.";
        std::vector<std::string_view> known;
        for (const FieldShape& field : shape.fields)
            known.emplace_back(field.name);
        return unknownFieldMessage(name, known);
    }

    std::string below(const std::string& path, const std::string& name)
    {
        return path.empty() ? name : path + '.' + name;
    }

    std::string numberText(double number)
    {
        return json(number == static_cast<double>(static_cast<std::int64_t>(number))
                        ? json(static_cast<std::int64_t>(number))
                        : json(number))
            .dump();
    }

} // namespace

FieldShape& FieldShape::required()
{
    isRequired = true;
    return *this;
}

FieldShape& FieldShape::checked(std::function<std::string(const json&)> check)
{
    read = [inner = std::move(read), check = std::move(check)](
               void* object, const json& value, const std::string& path, ConfigReadingLog& log) {
        if (std::string wrong = check(value); !wrong.empty())
            log.error(path, std::move(wrong));
        else
            inner(object, value, path, log);
    };
    return *this;
}

FieldShape& FieldShape::between(double least, double most)
{
    const bool isOpen = most == std::numeric_limits<double>::max();
    schema["minimum"] = least;
    if (!isOpen)
        schema["maximum"] = most;
    return checked([=](const json& value) -> std::string {
        if (!value.is_number())
            return {}; // the type is told by who reads it
        const double number = value.get<double>();
        if (number >= least && number <= most)
            return {};
        return "Expected a number "
            + (isOpen ? "from " + numberText(least)
                      : "between " + numberText(least) + " and " + numberText(most))
            + ", but it is " + value.dump() + '.';
    });
}

FieldShape& FieldShape::oneOf(const std::vector<std::string>& words)
{
    schema["enum"] = words;
    return checked([words](const json& value) -> std::string {
        if (!value.is_string()
            || std::find(words.begin(), words.end(), value.get_ref<const std::string&>())
                != words.end())
            return {};
        const auto& word = value.get_ref<const std::string&>();
        const std::string_view near = tracestore::nearestWord(word, {words.begin(), words.end()});
        if (!near.empty())
            return "`" + word + "` is not known here. Did you mean `" + std::string(near) + "`?";
        std::string all;
        for (const std::string& known : words)
            all += (all.empty() ? "" : ", ") + known;
        return "`" + word + "` is not known here. It is one of " + all + '.';
    });
}

std::string_view typeWordOf(const json& value)
{
    switch (value.type()) {
    case json::value_t::null:
        return "null";
    case json::value_t::object:
        return "an object";
    case json::value_t::array:
        return "a list";
    case json::value_t::string:
        return "a string";
    case json::value_t::boolean:
        return "true or false";
    default:
        return "a number";
    }
}

void readObject(const ObjectShape& shape,
                void* object,
                const json& value,
                const std::string& path,
                ConfigReadingLog& log)
{
    if (!value.is_object()) {
        log.error(path, "Expected an object, but it is " + std::string(typeWordOf(value)) + '.');
        return;
    }
    for (const auto& [name, member] : value.items()) {
        const auto field
            = std::find_if(shape.fields.begin(),
                           shape.fields.end(),
                           [&name = name](const FieldShape& known) { return known.name == name; });
        if (field != shape.fields.end())
            field->read(object, member, below(path, name), log);
        else
            log.error(below(path, name), unknownFieldOf(shape, name));
    }
    for (const FieldShape& field : shape.fields) {
        if (field.isRequired && !value.contains(field.name))
            log.error(path, "`" + field.name + "` is missing: " + field.description + '.');
    }
}

} // namespace engine
