#pragma once

#include "tracestore/base/result.h"
#include "tracestore/base/timestamp.h"

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

/// The first thing that was wrong in a script: later ones may only follow from it.
class ScriptProblem
{
public:
    explicit ScriptProblem(std::string file)
        : m_file(std::move(file))
    { }

    void add(const std::string& pointer, const std::string& message);

    [[nodiscard]] bool isThere() const { return m_error.has_value(); }

    [[nodiscard]] const tracestore::Error& error() const { return *m_error; }

private:
    std::string m_file;
    std::optional<tracestore::Error> m_error;
};

/// An object of a script, read field by field. What has the wrong type is told to the problem with
/// its pointer, and so are fields that nobody knows. Outlived by the JSON and the problem.
class ScriptFields
{
public:
    /// A value that is no object is told of, and has no fields.
    ScriptFields(const nlohmann::json& value,
                 std::string pointer,
                 ScriptProblem& problem,
                 std::initializer_list<std::string_view> known);

    [[nodiscard]] const nlohmann::json* find(std::string_view key) const;
    [[nodiscard]] std::string pointerTo(std::string_view key) const;

    [[nodiscard]] ScriptProblem& problem() const { return m_problem; }

    [[nodiscard]] std::string text(std::string_view key) const;
    [[nodiscard]] std::optional<bool> truth(std::string_view key) const;
    [[nodiscard]] std::optional<double> number(std::string_view key, double least) const;
    [[nodiscard]] std::optional<std::size_t> count(std::string_view key, std::size_t least) const;
    [[nodiscard]] tracestore::Duration milliseconds(std::string_view key) const;
    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;

    /// The elements of a list; one value counts as a list of one.
    [[nodiscard]] std::vector<std::pair<std::string, const nlohmann::json*>>
    elements(std::string_view key) const;

private:
    const nlohmann::json* m_object = nullptr;
    std::string m_pointer;
    ScriptProblem& m_problem;
};

/// What a value is, for a sentence: `the text "x"`, `a list`.
std::string describe(const nlohmann::json& value);

} // namespace engine
