#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace tracestore {

/// What is wrong with the outline of a JSON text.
enum class JsonFault
{
    Cut, ///< the text ends inside a document
    Bracket, ///< a bracket is missing or too much
    Member, ///< no `"key": value` where a member should be
    NoDocument, ///< text between documents that is neither an object nor an array
};

struct JsonDamage
{
    JsonFault fault = JsonFault::Cut;
    std::size_t offset = 0;
};

/// What to tell a user about it.
std::string_view messageOf(JsonFault fault);

/// Walks over JSON text from front to back and tells where its values lie, without building any:
/// one document, several one after another, or a document a line. Nothing recurses, so the depth
/// of the text does not matter. Values that are skipped are checked for balanced brackets and
/// strings only: parse what you take.
///
/// Damage goes to the callback, and the walk goes on where the structure allows it: a document
/// that breaks off before the next line begins a new one ends there, a bracket too many is passed
/// over, a missing one is thought to be there. One thread; the text outlives the scan.
///
///     while (scan.nextDocument())
///         if (scan.enter())
///             while (scan.next())
///                 use(scan.key(), scan.take());
class JsonScan
{
public:
    enum class Type
    {
        Object,
        Array,
        String,
        Other ///< a number, true, false, null, or what is none of them
    };

    using OnDamage = std::function<void(const JsonDamage&)>;

    JsonScan(std::string_view text, OnDamage onDamage);

    /// Moves to the next object or array at the top; what is left of the one before is passed over.
    bool nextDocument();

    /// Steps into the current value; false where it is neither an object nor an array.
    bool enter();

    /// Moves to the next member of what was entered last; false at its end, which leaves it.
    bool next();

    /// The text between the quotes of the current member's key, escapes as they are; empty in an
    /// array.
    [[nodiscard]] std::string_view key() const { return m_key; }

    [[nodiscard]] Type type() const;

    /// Where the current value begins.
    [[nodiscard]] std::size_t offset() const { return m_valueStart; }

    /// A second walk that begins where this one stands and reports no damage: to look ahead.
    [[nodiscard]] JsonScan lookAhead() const;

    /// How far the walk is: after next() has left an object or array, right behind it.
    [[nodiscard]] std::size_t position() const { return m_at; }

    /// The text of the current value, which is passed over; nothing where the text ends inside it.
    std::optional<std::string_view> take();

private:
    void startDocument();
    void skipJunk();
    bool skipBlanks();
    std::size_t documentEnd();
    bool closesLevel(char bracket);
    [[nodiscard]] bool isStray(char bracket) const;
    bool readKey();
    void skipBadMember();
    void beginValue();
    void skipValue();
    void skipContainer();
    bool skipString();
    void skipOther();
    void report(JsonFault fault, std::size_t offset);
    void reportCut();

    std::string_view m_text;
    OnDamage m_onDamage;
    std::size_t m_at = 0;
    std::size_t m_end = 0; ///< of the document
    std::size_t m_lineEnd = 0;
    std::size_t m_valueStart = 0;
    std::string_view m_key;
    bool m_hasValue = false;
    bool m_isCut = false; ///< the text ended in the value that was passed over last
    bool m_isCutReported = false;
    std::vector<bool> m_levels; ///< what was entered: true is an object
    std::vector<bool> m_skipped; ///< brackets open in a value that is passed over
};

/// Numbers the lines of a text, from 1. Cheap where the offsets asked for grow.
class LineCounter
{
public:
    explicit LineCounter(std::string_view text)
        : m_text(text)
    { }

    std::size_t lineAt(std::size_t offset);

private:
    std::string_view m_text;
    std::size_t m_offset = 0;
    std::size_t m_line = 1;
};

} // namespace tracestore
