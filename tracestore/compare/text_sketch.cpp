#include "tracestore/compare/text_sketch.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// By byte: 0 between words, else what it counts as; upper case is lower case.
    constexpr std::array<unsigned char, 256> wordBytes()
    {
        std::array<unsigned char, 256> table {};
        for (unsigned c = 0; c < 256; ++c) {
            if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c >= 0x80)
                table[c] = static_cast<unsigned char>(c);
            else if (c >= 'A' && c <= 'Z')
                table[c] = static_cast<unsigned char>(c - 'A' + 'a');
        }
        return table;
    }

    constexpr std::array<unsigned char, 256> kWordBytes = wordBytes();

    std::uint32_t spread(std::uint32_t hash)
    {
        hash = (hash ^ (hash >> 16U)) * 0x7FEB352DU;
        hash = (hash ^ (hash >> 15U)) * 0x846CA68BU;
        return hash ^ (hash >> 16U);
    }

} // namespace

void TextSketch::add(std::string_view text, std::size_t most)
{
    if (text.size() <= most) {
        addWords(text);
        return;
    }
    const std::size_t tail = most / 4;
    addWords(text.substr(0, most - tail));
    addWords(text.substr(text.size() - tail));
}

void TextSketch::addWords(std::string_view text)
{
    // Most words of a long text are past the limit: that is asked here, a million times.
    std::uint32_t greatest = limit();
    std::uint32_t hash = 0;
    const auto end = [&] {
        const std::uint32_t word = spread(hash);
        hash = 0;
        if (word >= greatest)
            return;
        addWord(word);
        greatest = limit();
    };
    for (const char c : text) {
        if (const unsigned char byte = kWordBytes[static_cast<unsigned char>(c)]; byte != 0)
            hash = (hash ^ byte) * 0x01000193U + 0x9E37U;
        else if (hash != 0)
            end();
    }
    if (hash != 0)
        end();
}

void TextSketch::addWord(std::uint32_t hash)
{
    const auto end = m_least.begin() + m_count;
    const auto place = std::lower_bound(m_least.begin(), end, hash);
    if (place != end && *place == hash)
        return;
    if (m_count < kWords)
        ++m_count;
    std::move_backward(place, m_least.begin() + (m_count - 1), m_least.begin() + m_count);
    *place = hash;
}

float TextSketch::likeness(const TextSketch& other) const
{
    std::size_t i = 0;
    std::size_t j = 0;
    std::size_t both = 0;
    std::size_t all = 0;
    while (all < kWords && (i < m_count || j < other.m_count)) {
        ++all;
        if (j == other.m_count || (i < m_count && m_least[i] < other.m_least[j])) {
            ++i;
        } else if (i == m_count || other.m_least[j] < m_least[i]) {
            ++j;
        } else {
            ++both;
            ++i;
            ++j;
        }
    }
    return all == 0 ? 0.0F : static_cast<float>(both) / static_cast<float>(all);
}

} // namespace tracestore
