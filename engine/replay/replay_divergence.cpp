#include "engine/replay/replay_divergence.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace engine {

using nlohmann::json;

namespace {

    constexpr std::size_t kWordsAround = 24; ///< bytes, in front and behind
    constexpr std::size_t kMostShown = 240;

    bool isWordByte(char c)
    {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    }

    /// The beginning of the word that a place is in; of a long one the beginning of its letter.
    std::size_t wordBegin(const std::string& text, std::size_t place)
    {
        const std::size_t first = place > kMostShown / 2 ? place - kMostShown / 2 : 0;
        while (place > first && isWordByte(text[place - 1]))
            --place;
        while (place > 0 && place < text.size()
               && (static_cast<unsigned char>(text[place]) & 0xC0U) == 0x80U)
            --place;
        return place;
    }

    std::size_t wordEnd(const std::string& text, std::size_t place)
    {
        const std::size_t last = std::min(text.size(), place + kMostShown / 2);
        while (place < last && isWordByte(text[place]))
            ++place;
        while (place < text.size() && (static_cast<unsigned char>(text[place]) & 0xC0U) == 0x80U)
            ++place;
        return place;
    }

    /// What lies between two places, with words around it and marks where more is.
    std::string cut(const std::string& text, std::size_t from, std::size_t to)
    {
        from = wordBegin(text, from > kWordsAround ? from - kWordsAround : 0);
        to = wordEnd(text, std::min(text.size(), to + kWordsAround));
        if (to - from > kMostShown)
            to = wordEnd(text, from + kMostShown / 2);
        return (from > 0 ? "... " : "")
            + tracestore::toValidUtf8(std::string_view(text).substr(from, to - from))
            + (to < text.size() ? " ..." : "");
    }

} // namespace

std::string_view toWord(ReplayDivergence::Kind kind)
{
    switch (kind) {
    case ReplayDivergence::Kind::Missing:
        return "missing";
    case ReplayDivergence::Kind::Extra:
        return "extra";
    default:
        return "different";
    }
}

json toJson(const ReplayDivergence& divergence)
{
    return {{"kind", toWord(divergence.kind)},
            {"event", divergence.event},
            {"agent", divergence.agent},
            {"step", divergence.effect},
            {"what", divergence.what},
            {"field", divergence.field},
            {"recorded", divergence.recorded},
            {"now", divergence.now},
            {"message", divergence.message}};
}

WordDifference wordDifference(const std::string& recorded, const std::string& now)
{
    const auto [a, b] = std::ranges::mismatch(recorded, now);
    const auto front = static_cast<std::size_t>(a - recorded.begin());
    const std::size_t most = std::min(recorded.size(), now.size()) - front;
    std::size_t back = 0;
    while (back < most && recorded[recorded.size() - 1 - back] == now[now.size() - 1 - back])
        ++back;
    return {
        cut(recorded, front, recorded.size() - back), cut(now, front, now.size() - back), front};
}

} // namespace engine
