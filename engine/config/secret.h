#pragma once

#include <string>
#include <string_view>

namespace engine {

/// A key. It cannot be printed, compared or put into a text by accident: whoever needs it says
/// reveal(), which is easy to search for.
class Secret
{
public:
    Secret() = default;

    explicit Secret(std::string key)
        : m_key(std::move(key))
    { }

    [[nodiscard]] bool isEmpty() const { return m_key.empty(); }

    /// The key itself, for the one who sends it.
    [[nodiscard]] const std::string& reveal() const { return m_key; }

    /// The text with the key in it replaced by `***`, wherever it stands: servers repeat what they
    /// were sent.
    [[nodiscard]] std::string maskedIn(std::string text) const;

private:
    std::string m_key;
};

template<class Stream>
Stream& operator<<(Stream& stream, const Secret& secret) = delete;

} // namespace engine
