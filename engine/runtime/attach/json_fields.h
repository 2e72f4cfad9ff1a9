#pragma once

#include "tracestore/base/timestamp.h"

#include <nlohmann/json.hpp>

#include <QString>

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

// The fields of a value, once for writing and reading: a `describe(fields, value)` names each, and
// `fields` is a JsonWriting or a JsonReading.

/// `T` or `const T`: what describe() is called with.
template<class T, class Value>
concept Described = std::same_as<std::remove_const_t<T>, Value>;

/// What comes from another program is not believed: lists and texts have an end.
constexpr std::size_t kMostListed = 1'000'000;

class JsonWriting
{
public:
    template<class T>
    void operator()(const char* name, const T& value)
    {
        m_object[name] = written(value);
    }

    template<class T>
    void operator()(const char* name, const std::optional<T>& value)
    {
        if (value)
            m_object[name] = written(*value);
    }

    template<class Enum>
    void word(const char* name, Enum value, Enum)
    {
        m_object[name] = std::string(toWord(value));
    }

    nlohmann::json take() { return std::move(m_object); }

private:
    template<class T>
    static nlohmann::json written(const T& value)
    {
        if constexpr (std::is_arithmetic_v<T> || std::same_as<T, std::string>) {
            return value;
        } else if constexpr (std::same_as<T, QString>) {
            return value.toStdString();
        } else if constexpr (requires { value.ns; }) {
            return value.ns;
        } else {
            JsonWriting inner;
            describe(inner, value);
            return inner.take();
        }
    }

    template<class T>
    static nlohmann::json written(const std::vector<T>& values)
    {
        nlohmann::json list = nlohmann::json::array();
        for (const T& value : values)
            list.push_back(written(value));
        return list;
    }

    nlohmann::json m_object = nlohmann::json::object();
};

/// Members that are missing leave the value as it is; the first that is not what it must be is
/// named by problem().
class JsonReading
{
public:
    explicit JsonReading(const nlohmann::json& object)
        : m_object(object)
    {
        if (!object.is_object())
            m_problem = "is no object";
    }

    template<class T>
    void operator()(const char* name, T& value)
    {
        if (const nlohmann::json* member = find(name))
            check(name, read(*member, value));
    }

    template<class T>
    void operator()(const char* name, std::optional<T>& value)
    {
        value.reset();
        if (const nlohmann::json* member = find(name))
            check(name, read(*member, value.emplace()));
    }

    template<class Enum>
    void word(const char* name, Enum& value, Enum last)
    {
        const nlohmann::json* member = find(name);
        if (member == nullptr)
            return;
        for (int i = 0; member->is_string() && i <= static_cast<int>(last); ++i) {
            if (toWord(static_cast<Enum>(i)) == member->get_ref<const std::string&>()) {
                value = static_cast<Enum>(i);
                return;
            }
        }
        check(name, false);
    }

    /// Empty where all was as it must be.
    [[nodiscard]] const std::string& problem() const { return m_problem; }

private:
    [[nodiscard]] const nlohmann::json* find(const char* name) const
    {
        if (!m_object.is_object())
            return nullptr;
        const auto found = m_object.find(name);
        return found == m_object.end() ? nullptr : &*found;
    }

    void check(const char* name, bool isRight)
    {
        if (!isRight && m_problem.empty())
            m_problem = std::string("`") + name + "` is not what it must be";
    }

    template<class T>
    static bool read(const nlohmann::json& from, T& value)
    {
        if constexpr (std::same_as<T, bool>) {
            return from.is_boolean() && (value = from.get<bool>(), true);
        } else if constexpr (std::is_integral_v<T>) {
            return readInteger(from, value);
        } else if constexpr (std::is_floating_point_v<T>) {
            return from.is_number() && (value = from.get<T>(), true);
        } else if constexpr (std::same_as<T, std::string>) {
            return from.is_string() && (value = from.get<std::string>(), true);
        } else if constexpr (std::same_as<T, QString>) {
            return from.is_string()
                && (value = QString::fromStdString(from.get<std::string>()), true);
        } else if constexpr (requires { value.ns; }) {
            return readInteger(from, value.ns);
        } else {
            JsonReading inner(from);
            describe(inner, value);
            return inner.problem().empty();
        }
    }

    template<class T>
    static bool read(const nlohmann::json& from, std::vector<T>& values)
    {
        values.clear();
        if (!from.is_array() || from.size() > kMostListed)
            return false;
        for (const nlohmann::json& item : from) {
            if (!read(item, values.emplace_back()))
                return false;
        }
        return true;
    }

    template<class T>
    static bool readInteger(const nlohmann::json& from, T& value)
    {
        if (from.is_number_unsigned()) {
            const auto number = from.get<std::uint64_t>();
            value = static_cast<T>(number);
            return number <= static_cast<std::uint64_t>(std::numeric_limits<T>::max());
        }
        if (!from.is_number_integer() || !std::numeric_limits<T>::is_signed)
            return false;
        const auto number = from.get<std::int64_t>();
        value = static_cast<T>(number);
        return number >= static_cast<std::int64_t>(std::numeric_limits<T>::min());
    }

    const nlohmann::json& m_object;
    std::string m_problem;
};

} // namespace engine
