#include "tracestore/model/string_pool.h"

#include "tracestore/base/ensure.h"

#include <algorithm>
#include <limits>

namespace tracestore {
namespace {

    constexpr std::size_t kBlockSize = std::size_t {64} << 10U;

} // namespace

StringPool::StringPool()
{
    m_texts.emplace_back();
    m_index.emplace(std::string_view(), StringId());
}

StringId StringPool::intern(std::string_view text)
{
    if (const auto known = m_index.find(text); known != m_index.end())
        return known->second;
    ENSURE(m_texts.size() < std::numeric_limits<std::uint32_t>::max());
    const StringId id {static_cast<std::uint32_t>(m_texts.size())};
    const std::string_view kept = keep(text);
    m_texts.push_back(kept);
    m_index.emplace(kept, id);
    return id;
}

StringId StringPool::find(std::string_view text) const
{
    const auto known = m_index.find(text);
    return known == m_index.end() ? StringId() : known->second;
}

std::string_view StringPool::text(StringId id) const
{
    ENSURE(id.value < m_texts.size());
    return m_texts[id.value];
}

std::string_view StringPool::keep(std::string_view text)
{
    if (text.size() > m_free) {
        const std::size_t size = std::max(kBlockSize, text.size());
        m_blocks.push_back(std::make_shared<char[]>(size));
        m_free = size;
    }
    // The free part of a block is its front, so that no size has to be kept.
    char* const at = m_blocks.back().get() + (m_free - text.size());
    std::ranges::copy(text, at);
    m_free -= text.size();
    return {at, text.size()};
}

} // namespace tracestore
