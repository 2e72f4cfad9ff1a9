#include "tracestore/base/json_tokens.h"

#include <cstring>
#include <simdjson.h>

namespace tracestore {
namespace {

    /// What the string decoder may write behind the end.
    constexpr std::size_t kSlack = 64;

} // namespace

/// The first of simdjson's two stages finds the tokens for both of its parsers. Neither of them
/// will do here: one builds a tree of everything, the other stops at the first fault.
struct JsonTokens::Parser
{
    std::unique_ptr<simdjson::internal::dom_parser_implementation> implementation;
    std::size_t capacity = 0;
};

JsonTokens::JsonTokens()
    : m_parser(std::make_unique<Parser>())
{ }

JsonTokens::~JsonTokens() = default;

bool JsonTokens::index(std::string_view text)
{
    m_text = {};
    m_decodedSize = 0;
    if (text.size() > kMaxSize)
        return false;
    if (m_parser->capacity < text.size() || !m_parser->implementation) {
        const std::size_t capacity = std::max(text.size(), std::size_t {1} << 14U);
        m_parser->capacity = 0;
        if (simdjson::get_active_implementation()->create_dom_parser_implementation(
                capacity, 1, m_parser->implementation)
            != simdjson::SUCCESS)
            return false;
        m_parser->capacity = capacity;
    }
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are bytes
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    if (m_parser->implementation->stage1(bytes, text.size(), simdjson::stage1_mode::regular)
        != simdjson::SUCCESS)
        return false;
    m_text = text;
    return true;
}

JsonCursor JsonTokens::cursor() const
{
    if (m_text.empty())
        return {};
    const auto& implementation = *m_parser->implementation;
    return {m_text, {implementation.structural_indexes.get(), implementation.n_structural_indexes}};
}

std::optional<std::string_view> JsonTokens::decoded(std::string_view raw)
{
    if (raw.empty() || std::memchr(raw.data(), '\\', raw.size()) == nullptr)
        return raw;
    if (m_decodedRoom < m_text.size() + kSlack) {
        m_decodedRoom = m_text.size() + kSlack;
        m_decoded = std::make_unique_for_overwrite<char[]>(m_decodedRoom);
        m_decodedSize = 0;
    }
    if (m_decodedSize + raw.size() + kSlack > m_decodedRoom)
        return {};
    // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast)
    auto* to = reinterpret_cast<std::uint8_t*>(m_decoded.get() + m_decodedSize);
    const auto* from = reinterpret_cast<const std::uint8_t*>(raw.data());
    // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
    const std::uint8_t* end = m_parser->implementation->parse_string(from, to);
    if (end == nullptr)
        return {};
    const std::string_view text {m_decoded.get() + m_decodedSize,
                                 static_cast<std::size_t>(end - to)};
    m_decodedSize += text.size();
    return text;
}

} // namespace tracestore
