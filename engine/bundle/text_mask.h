#pragma once

#include "engine/bundle/mask_rule.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <unordered_map>

namespace engine {

/// How often each rule hit; by its name, as in TextMask.
using MaskCounts = std::map<std::string, std::uint64_t>;

/// Puts placeholders in the place of what is to be hidden. An equal value has an equal placeholder
/// wherever it stands, so that what repeats a masked text repeats the placeholder, and a replay is
/// asked what it asked before. JSON is masked string by string, texts of JSON inside of strings
/// too, and stays JSON. One thread.
class TextMask
{
public:
    /// Of shorter texts only those are found that are a whole string of JSON.
    static constexpr std::size_t kShortestInside = 4;

    /// `hidesKeys`: what looks like a key, see findKeys().
    TextMask(std::vector<MaskRule> rules, bool hidesKeys);

    /// A secret that is known, under a name.
    void addSecret(const std::string& name, const std::string& value);

    /// Learns the values that rules for fields name from a call of a tool; from then on they are
    /// hidden everywhere. A text may be empty: not known.
    void learn(std::string_view tool, const std::string& arguments, const std::string& result);

    /// Counted are hits by the rule as the user wrote it, or by the kind of a secret.
    [[nodiscard]] std::string masked(const std::string& text, MaskCounts& counts);

    /// The same for JSON whose numbers mean something to the program (states, configurations):
    /// only what is inside of its strings is a text of users.
    [[nodiscard]] std::string maskedButNumbers(const std::string& text, MaskCounts& counts);

    /// What could not be hidden: numbers and texts that are too short, true and false. By rule.
    [[nodiscard]] const MaskCounts& tooShort() const { return m_tooShort; }

    [[nodiscard]] bool isIdle() const;

private:
    struct Hidden
    {
        std::string placeholder;
        std::string rule;
    };

    void learnField(const MaskRule& rule, const std::string& text);
    void learnValues(const MaskRule& rule, const nlohmann::json& value);
    void hide(const MaskRule& rule, const std::string& value, bool isNumber);
    void addValue(const std::string& value, const Hidden& hidden);
    void addForm(const std::string& value, const Hidden& hidden);
    const Hidden* numberedFor(const MaskRule& rule, const std::string& value);

    std::string maskAny(const std::string& text, bool hidesNumbers, int depth, MaskCounts& counts);
    std::string maskJson(std::string_view text, bool hidesNumbers, int depth, MaskCounts& counts);
    std::string
    maskLines(const std::string& text, bool hidesNumbers, int depth, MaskCounts& counts);
    std::string maskString(std::string_view raw, int depth, MaskCounts& counts);
    std::string maskPlain(std::string text, MaskCounts& counts);
    std::string maskValues(const std::string& text, MaskCounts& counts);
    [[nodiscard]] const std::string* valueAt(std::string_view text, std::size_t at) const;

    std::vector<MaskRule> m_rules;
    bool m_hidesKeys;
    std::unordered_map<std::string, Hidden> m_values; ///< found inside of texts
    std::unordered_map<std::string, Hidden> m_whole; ///< found as whole strings only
    std::unordered_map<std::string, Hidden> m_numbers; ///< found as numbers of JSON
    std::unordered_map<std::string, Hidden> m_matched; ///< what patterns have found, by rule
    std::unordered_map<std::string, std::vector<std::string>> m_byHead; ///< values, longest first
    std::vector<bool> m_canBegin; ///< by the first two bytes, so that most of a text is passed over
    std::map<std::string, int> m_given; ///< how many placeholders a rule has
    MaskCounts m_tooShort;
};

} // namespace engine
