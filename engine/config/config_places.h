#pragma once

#include "engine/config/config_problem.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace engine {

/// JSON text with // and /* */ comments turned into blanks, so that every byte stays in its place.
struct BlankedText
{
    std::string text;
    std::optional<std::size_t> openComment; ///< where a comment begins that never ends
};

BlankedText blankComments(std::string_view text);

/// Where the fields of a JSON text stand.
class ConfigPlaces
{
public:
    struct Place
    {
        std::size_t line = 0;
        std::size_t column = 0;
    };

    ConfigPlaces() = default;

    /// Of a text without comments. Fields that stand twice in an object go to `duplicates`.
    explicit ConfigPlaces(std::string_view text, std::vector<std::string>* duplicates = nullptr);

    /// The place of a field such as `tools[2].timeout`, or of what holds it where it is not there.
    [[nodiscard]] Place of(const std::string& field) const;

    /// Puts the places into problems that have none.
    void locate(std::vector<ConfigProblem>& problems) const;

    /// The place of a byte of a text.
    static Place at(std::string_view text, std::size_t offset);

private:
    std::map<std::string, Place, std::less<>> m_places;
};

} // namespace engine
