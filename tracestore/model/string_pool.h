#pragma once

#include "tracestore/model/ids.h"

#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tracestore {

/// Keeps each distinct text once. Texts never move and live as long as the pool or any copy of it:
/// copies share the texts, so a snapshot's views stay valid while the builder goes on.
/// One thread interns; any thread reads a copy.
class StringPool
{
public:
    StringPool();

    /// The id of a text, new or known.
    StringId intern(std::string_view text);

    /// The id of a text that is there; empty where it is not.
    [[nodiscard]] StringId find(std::string_view text) const;

    [[nodiscard]] std::string_view text(StringId id) const;

    [[nodiscard]] std::size_t size() const { return m_texts.size(); }

private:
    std::string_view keep(std::string_view text);

    std::vector<std::shared_ptr<char[]>> m_blocks;
    std::size_t m_free = 0;
    std::vector<std::string_view> m_texts;
    std::unordered_map<std::string_view, StringId> m_index;
};

} // namespace tracestore
