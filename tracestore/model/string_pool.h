#pragma once

#include "tracestore/base/binary_io.h"
#include "tracestore/model/ids.h"

#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace tracestore {

/// Keeps each distinct text once. Texts never move and live as long as the pool or any copy of it:
/// copies share the texts, so a snapshot's views stay valid while the builder goes on.
/// One thread interns; any thread reads a copy. Beside the texts it takes some twelve bytes each.
class StringPool
{
public:
    StringPool();

    /// The id of a text, new or known.
    StringId intern(std::string_view text);

    /// Interns all texts of another pool; gives their ids here by their ids there.
    std::vector<StringId> internAll(const StringPool& other);

    /// The id of a text that is there; empty where it is not.
    [[nodiscard]] StringId find(std::string_view text) const;

    [[nodiscard]] std::string_view text(StringId id) const;

    [[nodiscard]] std::size_t size() const { return m_starts.size(); }

    /// Whether this is a copy of the other, or what became of one: ids of texts that were there
    /// then are the same in both. False for pools that only hold equal texts.
    [[nodiscard]] bool goesOnFrom(const StringPool& other) const
    {
        return !m_blocks.empty() && !other.m_blocks.empty()
            && m_blocks.front() == other.m_blocks.front() && size() >= other.size();
    }

    /// Forgets all texts but keeps the memory. Only where nobody shares them.
    void clear();

    /// Gives back memory that was kept for growing.
    void shrink();

    void save(BinaryWriter& to) const;

    /// The pool that was saved; its texts stay where they were read.
    static StringPool restored(BinaryReader& from);

private:
    void keep(std::string_view text);
    char* roomFor(std::size_t bytes);
    StringId internHashed(std::string_view text, std::uint64_t hash);
    void grow();

    [[nodiscard]] std::size_t slotOf(std::uint64_t hash) const { return hash & m_mask; }

    /// A slot holds an id in its low bits and as many bits of the text's hash as there is room for,
    /// which spares most looks at texts that are others.
    [[nodiscard]] std::uint32_t tagOf(std::uint64_t hash) const
    {
        return static_cast<std::uint32_t>(hash >> 32U) & ~static_cast<std::uint32_t>(m_mask);
    }

    std::vector<std::shared_ptr<char[]>> m_blocks; ///< an entry for every kBlockSize bytes
    std::size_t m_free = 0; ///< of the last block
    std::size_t m_end = 0; ///< where the next text starts
    std::vector<std::uint32_t> m_starts; ///< where a text stands, in units of kUnit bytes
    std::vector<std::uint32_t> m_slots; ///< 0 is free
    std::uint64_t m_mask = 0;
};

} // namespace tracestore
