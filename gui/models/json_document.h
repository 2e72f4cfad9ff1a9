#pragma once

#include "tracestore/base/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gui {

enum class JsonType : std::uint8_t
{
    Object,
    Array,
    String,
    Number,
    Keyword, ///< true, false, null
};

/// A JSON text that was checked once, in which one finds one's way without reading it into values:
/// any size, order and equal keys as they stand, 100,000 levels deep. Values are addressed by the
/// byte at which they begin. Immutable; any thread.
class JsonDocument
{
public:
    static constexpr std::size_t kMaxDepth = 1'000'000;

    /// Fails with Invalid where the text is not one JSON value, saying at which byte, and with
    /// Limit where it is nested too deep.
    static tracestore::Result<std::shared_ptr<const JsonDocument>> parse(std::string text);

    struct Child
    {
        std::size_t key = 0; ///< the byte of its opening quote; meaningless in an array
        std::size_t value = 0;
        std::size_t next = 0; ///< to ask for the child behind it
    };

    [[nodiscard]] const std::string& text() const { return m_text; }

    [[nodiscard]] std::size_t root() const { return m_root; }

    [[nodiscard]] JsonType type(std::size_t value) const;

    /// The byte behind a value.
    [[nodiscard]] std::size_t end(std::size_t value) const;

    /// A value as it stands.
    [[nodiscard]] std::string_view raw(std::size_t value) const;

    /// The characters of the string that begins at this byte, at most `maxBytes` of its source.
    [[nodiscard]] std::string stringAt(std::size_t value,
                                       std::size_t maxBytes = std::string::npos) const;

    /// How many values an object or array holds; 0 for others.
    [[nodiscard]] std::size_t childCount(std::size_t value) const;

    /// Where to begin asking for the children of an object or array.
    [[nodiscard]] static std::size_t firstChild(std::size_t value) { return value + 1; }

    /// The child of an object (or array) at or behind `from`; false at the end.
    [[nodiscard]] bool child(std::size_t from, bool isObject, Child& found) const;

private:
    friend class JsonChecker;

    /// An object or array of more than a few bytes.
    struct Container
    {
        std::size_t start = 0;
        std::size_t end = 0;
        std::size_t count = 0;
    };

    [[nodiscard]] const Container* container(std::size_t start) const;
    [[nodiscard]] std::size_t skipSpace(std::size_t at) const;
    [[nodiscard]] std::size_t stringEnd(std::size_t at) const;
    [[nodiscard]] std::size_t containerEnd(std::size_t at) const;

    std::string m_text;
    std::size_t m_root = 0;
    std::vector<Container> m_containers; ///< in order of start
};

using JsonDocumentPtr = std::shared_ptr<const JsonDocument>;

/// The text with a value a line and indented; short lists of plain values stay on a line. Numbers,
/// strings, order and equal keys as they stand. Deep levels share one indentation.
std::string prettyJson(const JsonDocument& document);

/// A string that looks as if it held an object or array itself.
bool looksLikeJson(std::string_view text);

} // namespace gui
