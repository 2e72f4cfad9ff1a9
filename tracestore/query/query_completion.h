#pragma once

#include "tracestore/model/trace.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

enum class CompletionKind : std::uint8_t
{
    Field,
    Operator,
    Value, ///< a word of the field, or a value that occurs in the trace
    Scope, ///< `parent(`
    Keyword, ///< and, or, not, in, exists
};

/// One thing that can be written at the cursor.
struct Completion
{
    CompletionKind kind = CompletionKind::Field;
    std::string text; ///< to be written in place of the bytes named in Completions
    std::string description; ///< a few words for a second column
    std::size_t count = 0; ///< Value: how many spans have it; else 0

    bool operator==(const Completion&) const = default;
};

/// What can stand at the cursor, the likeliest first.
struct Completions
{
    std::size_t position = 0; ///< the first byte of the text to replace
    std::size_t length = 0; ///< how many bytes, up to the cursor or the end of the word
    std::vector<Completion> items;

    bool operator==(const Completions&) const = default;
};

/// The values that columns of a trace have, counted once: names, models, tools, agents ... Make it
/// off the GUI thread (a pass over the columns), then ask it at every key press.
class CompletionValues
{
public:
    CompletionValues() = default;
    explicit CompletionValues(const Trace& trace);

    struct Value
    {
        std::string text;
        std::size_t count = 0;
    };

    /// The values of a field (by its name), most frequent first; at most kMost.
    [[nodiscard]] const std::vector<Value>& of(std::string_view field) const;

    static constexpr std::size_t kMost = 1000;

private:
    class Counter;

    std::map<std::string, std::vector<Value>, std::less<>> m_values; ///< by name of the field
};

/// Completes the text of a query at a cursor (in bytes). Quick enough for every key press.
Completions completions(std::string_view text, std::size_t cursor, const CompletionValues& values);

} // namespace tracestore
