#pragma once

#include <string_view>
#include <unordered_set>

namespace tracestore {

/// The words of a text that carry something, by their beginnings: those of four letters and more
/// but for what stands in any text, and numbers of two digits and more. ASCII only.
class FactWords
{
public:
    void add(std::string_view text);
    void add(const FactWords& other);
    void remove(const FactWords& other);

    [[nodiscard]] std::size_t size() const { return m_words.size(); }

    [[nodiscard]] bool hasAnyOf(const FactWords& other) const;

private:
    std::unordered_set<std::size_t> m_words;
};

/// Whether a text is mostly in letters whose words FactWords can tell.
bool hasTellableWords(std::string_view text);

} // namespace tracestore
