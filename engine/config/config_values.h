#pragma once

#include "engine/config/config_shape.h"

#include <optional>
#include <span>
#include <utility>

namespace engine {

/// How a C++ type stands in a configuration: its schema, and how it is read. Specialised for all
/// types that the structs of agent_config.h have.
template<class T>
struct ConfigValue;

/// The words of an enumeration in the order of its values.
template<class E>
struct ConfigWords;

/// The shape of a struct; specialised beside its fields.
template<class T>
const ObjectShape& shapeOf();

std::optional<tracestore::Duration> parseDuration(std::string_view text);

inline void tellType(std::string_view expected,
                     const nlohmann::json& value,
                     const std::string& path,
                     ConfigReadingLog& log)
{
    log.error(path,
              "Expected " + std::string(expected) + ", but it is " + std::string(typeWordOf(value))
                  + '.');
}

template<>
struct ConfigValue<std::string>
{
    static nlohmann::json schema() { return {{"type", "string"}}; }

    static void
    read(const nlohmann::json& v, std::string& into, const std::string& path, ConfigReadingLog& log)
    {
        if (v.is_string())
            into = v.get<std::string>();
        else
            tellType("a string", v, path, log);
    }
};

template<>
struct ConfigValue<std::filesystem::path>
{
    static nlohmann::json schema() { return {{"type", "string"}}; }

    static void read(const nlohmann::json& v,
                     std::filesystem::path& into,
                     const std::string& path,
                     ConfigReadingLog& log)
    {
        if (v.is_string())
            into = v.get<std::string>();
        else
            tellType("a path", v, path, log);
    }
};

template<>
struct ConfigValue<bool>
{
    static nlohmann::json schema() { return {{"type", "boolean"}}; }

    static void
    read(const nlohmann::json& v, bool& into, const std::string& path, ConfigReadingLog& log)
    {
        if (v.is_boolean())
            into = v.get<bool>();
        else
            tellType("true or false", v, path, log);
    }
};

template<>
struct ConfigValue<double>
{
    static nlohmann::json schema() { return {{"type", "number"}}; }

    static void
    read(const nlohmann::json& v, double& into, const std::string& path, ConfigReadingLog& log)
    {
        if (v.is_number())
            into = v.get<double>();
        else
            tellType("a number", v, path, log);
    }
};

/// Whole numbers, with their range checked before they are narrowed.
template<std::integral T>
struct ConfigValue<T>
{
    static nlohmann::json schema() { return {{"type", "integer"}, {"minimum", 0}}; }

    static void
    read(const nlohmann::json& v, T& into, const std::string& path, ConfigReadingLog& log)
    {
        if (v.is_number_unsigned() && v.get<std::uint64_t>() <= std::uint64_t {kMost})
            into = static_cast<T>(v.get<std::uint64_t>());
        else if (v.is_number())
            log.error(path, "Expected a whole number from 0, but it is " + v.dump() + '.');
        else
            tellType("a whole number", v, path, log);
    }

    static constexpr std::uint64_t kMost
        = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
};

template<>
struct ConfigValue<tracestore::Duration>
{
    static nlohmann::json schema()
    {
        return {{"type", "string"}, {"pattern", R"(^[0-9]+(\.[0-9]+)?(ms|s|m|h)$)"}};
    }

    static void read(const nlohmann::json& v,
                     tracestore::Duration& into,
                     const std::string& path,
                     ConfigReadingLog& log)
    {
        const auto duration
            = v.is_string() ? parseDuration(v.get_ref<const std::string&>()) : std::nullopt;
        if (duration)
            into = *duration;
        else
            log.error(path,
                      "Expected a time with its unit such as \"500ms\", \"30s\", \"5m\" or \"1h\", "
                      "but it is "
                          + v.dump() + '.');
    }
};

/// Any JSON object, taken as it is.
template<>
struct ConfigValue<nlohmann::json>
{
    static nlohmann::json schema() { return {{"type", "object"}}; }

    static void read(const nlohmann::json& v,
                     nlohmann::json& into,
                     const std::string& path,
                     ConfigReadingLog& log)
    {
        if (v.is_object())
            into = v;
        else
            tellType("an object", v, path, log);
    }
};

template<class T>
requires std::is_enum_v<T>

struct ConfigValue<T>
{
    static nlohmann::json schema() { return {{"type", "string"}}; }

    static void
    read(const nlohmann::json& v, T& into, const std::string& path, ConfigReadingLog& log)
    {
        if (!v.is_string())
            return tellType("a string", v, path, log);
        for (std::size_t i = 0; i < ConfigWords<T>::kWords.size(); ++i) {
            if (v.get_ref<const std::string&>() == ConfigWords<T>::kWords[i])
                into = static_cast<T>(i); // unknown words are told by oneOf()
        }
    }
};

template<class T>
struct ConfigValue<std::optional<T>>
{
    static nlohmann::json schema() { return ConfigValue<T>::schema(); }

    static void read(const nlohmann::json& v,
                     std::optional<T>& into,
                     const std::string& path,
                     ConfigReadingLog& log)
    {
        ConfigValue<T>::read(v, into.emplace(), path, log);
    }
};

template<class T>
struct ConfigValue<std::vector<T>>
{
    static nlohmann::json schema()
    {
        return {{"type", "array"}, {"items", ConfigValue<T>::schema()}};
    }

    static void read(const nlohmann::json& v,
                     std::vector<T>& into,
                     const std::string& path,
                     ConfigReadingLog& log)
    {
        if (!v.is_array())
            return tellType("a list", v, path, log);
        for (std::size_t i = 0; i < v.size(); ++i)
            ConfigValue<T>::read(
                v[i], into.emplace_back(), path + '[' + std::to_string(i) + ']', log);
    }
};

template<>
struct ConfigValue<std::map<std::string, std::string>>
{
    using Map = std::map<std::string, std::string>;

    static nlohmann::json schema()
    {
        return {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}};
    }

    static void
    read(const nlohmann::json& v, Map& into, const std::string& path, ConfigReadingLog& log)
    {
        if (!v.is_object())
            return tellType("an object of strings", v, path, log);
        for (const auto& [key, member] : v.items())
            ConfigValue<std::string>::read(member, into[key], path + '.' + key, log);
    }
};

/// Structs with a shape.
template<class T>
requires std::is_aggregate_v<T>

struct ConfigValue<T>
{
    static nlohmann::json schema() { return {{"$ref", "#/$defs/" + shapeOf<T>().name}}; }

    static void
    read(const nlohmann::json& v, T& into, const std::string& path, ConfigReadingLog& log)
    {
        readObject(shapeOf<T>(), &into, v, path, log);
    }
};

/// A field bound to a member of its struct.
template<class T, class M>
FieldShape field(std::string name, M T::*member, std::string description)
{
    FieldShape shape;
    shape.name = std::move(name);
    shape.description = std::move(description);
    shape.schema = ConfigValue<M>::schema();
    shape.read = [member](void* object,
                          const nlohmann::json& value,
                          const std::string& path,
                          ConfigReadingLog& log) {
        ConfigValue<M>::read(value, static_cast<T*>(object)->*member, path, log);
    };
    return shape;
}

/// The same for an enumeration or a list of words.
template<class T, class E>
FieldShape wordField(std::string name, E T::*member, std::string description)
{
    FieldShape shape = field(std::move(name), member, std::move(description));
    shape.oneOf({ConfigWords<E>::kWords.begin(), ConfigWords<E>::kWords.end()});
    return shape;
}

} // namespace engine
