#pragma once

#include "tracestore/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace engine {

/// A JSON schema (draft 4 to 2020-12, without remote references) that checks what a model wrote as
/// the arguments of a tool and says what is wrong in sentences that it can act on. What it does not
/// know (formats, unevaluatedProperties, remote references, patterns that RE2 cannot read) it lets
/// pass: the tool is the last judge of its arguments. Copies share what was read. Any thread.
class JsonSchema
{
public:
    /// The schema that lets every object pass.
    JsonSchema();

    /// Invalid: the text is no JSON, or neither an object nor true or false.
    static tracestore::Result<JsonSchema> parse(std::string_view text);

    /// Invalid: what does not fit, a line for each, at most kMaxComplaints:
    /// `arguments.date: expected a string like 2026-01-31, got number 5`. Limit: the schema is so
    /// involved that checking took more than a fixed number of steps; nothing is known then.
    /// `root` is what the value is called in the messages.
    [[nodiscard]] tracestore::Result<void> check(const nlohmann::json& value,
                                                 std::string_view root = "arguments") const;

    static constexpr std::size_t kMaxComplaints = 8;

private:
    struct Compiled;

    std::shared_ptr<const Compiled> m_compiled;
};

/// What a schema asks for, in a few words: `a string like 2026-01-31`, `one of "a", "b"`.
std::string expectationOf(const nlohmann::json& schema);

/// A value with its type for a message, cut to a few words: `number 5`, `an object`.
std::string shownValue(const nlohmann::json& value);

} // namespace engine
