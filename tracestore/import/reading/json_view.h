#pragma once

#include "tracestore/base/json_scan.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tracestore {

/// A JSON value where it stands in a text: it can be stepped into and read, and its text tells its
/// place in the file. Nothing is parsed that nobody asks for. The text may be broken or cut; what
/// is whole is found. A value that is not there, or null, answers every question with nothing. The
/// text outlives it; one thread.
class JsonView
{
public:
    /// Members of an object beyond this are not found by name.
    static constexpr std::size_t kMaxMembers = 4096;

    JsonView() = default;

    /// Of a text that is one value.
    explicit JsonView(std::string_view text, bool isCut = false)
        : m_text(text)
        , m_isCut(isCut)
    { }

    /// The value at the top of a text that begins there, as far as the text goes.
    static JsonView atStartOf(std::string_view text);

    [[nodiscard]] std::string_view text() const { return m_text; }

    /// The text ends inside the value.
    [[nodiscard]] bool isCut() const { return m_isCut; }

    /// False for null, too.
    [[nodiscard]] bool isThere() const { return !m_text.empty() && m_text != "null"; }

    [[nodiscard]] bool isObject() const { return m_text.starts_with('{'); }

    [[nodiscard]] bool isArray() const { return m_text.starts_with('['); }

    [[nodiscard]] bool isString() const { return m_text.starts_with('"'); }

    /// A member of an object, the first of that name. Valid as long as this.
    const JsonView& operator[](std::string_view key) const;

    /// The first of two members that is there.
    const JsonView& either(std::string_view key, std::string_view otherKey) const;

    [[nodiscard]] bool has(std::string_view key) const { return (*this)[key].isThere(); }

    /// The text of a string without its escapes; empty for anything else.
    [[nodiscard]] std::string string() const;

    /// A string, or the text of another value that is no container: ids are numbers at times.
    [[nodiscard]] std::string scalar() const;

    [[nodiscard]] std::optional<std::int64_t> integer() const;
    [[nodiscard]] std::optional<double> number() const;

    [[nodiscard]] bool isTrue() const { return m_text == "true"; }

    [[nodiscard]] bool isFalse() const { return m_text == "false"; }

private:
    void outline() const;

    std::string_view m_text;
    bool m_isCut = false;
    mutable bool m_isOutlined = false;
    mutable std::vector<std::string_view> m_keys; ///< of the members; escapes as they are
    mutable std::vector<JsonView> m_values; ///< beside them
};

/// Walks over the items of an array, or the members of an object, without keeping them.
class JsonItems
{
public:
    explicit JsonItems(const JsonView& list);

    /// Moves to the next item; false at the end.
    bool next();

    [[nodiscard]] const JsonView& item() const { return m_item; }

    /// The key of a member, escapes as they are.
    [[nodiscard]] std::string_view key() const { return m_key; }

private:
    std::string_view m_text;
    JsonScan m_scan;
    bool m_isOpen = false;
    std::string_view m_key;
    JsonView m_item;
};

} // namespace tracestore
