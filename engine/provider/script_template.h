#pragma once

#include "tracestore/base/result.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

/// The value of a name in a template: a text, a number, or any JSON.
using ScriptValues = std::function<nlohmann::json(std::string_view name)>;

/// The value at a JSON pointer; null where there is none, or where it is no pointer.
nlohmann::json valueAtPointer(const nlohmann::json& value, std::string_view pointer);

bool isJsonPointer(std::string_view text);

/// A text with places for values: `It is {{weather}} in {{city}}.` A name may be followed by
/// `|number`, which makes a number of a text.
class ScriptTemplate
{
public:
    ScriptTemplate() = default;

    /// Fails with Invalid where a place is not closed or names nothing that there is.
    static tracestore::Result<ScriptTemplate>
    parse(std::string_view text, const std::function<bool(std::string_view)>& isKnown);

    [[nodiscard]] bool isEmpty() const { return m_pieces.empty(); }

    [[nodiscard]] std::string fill(const ScriptValues& values) const;

    /// The value itself, where the template is one place and nothing else.
    [[nodiscard]] nlohmann::json fillValue(const ScriptValues& values) const;

private:
    struct Piece
    {
        std::string text; ///< literal, or the name
        bool isPlace = false;
        bool isNumber = false;
    };

    static nlohmann::json valueOf(const Piece& piece, const ScriptValues& values);

    std::vector<Piece> m_pieces;
};

/// JSON in whose texts there are places.
class JsonTemplate
{
public:
    JsonTemplate() = default;

    static tracestore::Result<JsonTemplate>
    parse(const nlohmann::json& value, const std::function<bool(std::string_view)>& isKnown);

    [[nodiscard]] nlohmann::json fill(const ScriptValues& values) const;

private:
    nlohmann::json m_value = nlohmann::json::object();
    std::vector<std::pair<nlohmann::json::json_pointer, ScriptTemplate>> m_places;
};

} // namespace engine
