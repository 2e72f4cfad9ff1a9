#pragma once

#include "engine/agent/planning/phrases.h"

namespace engine {

/// The languages that judgements of a text can be about.
enum class Language : std::uint8_t
{
    Unknown, ///< another one, or too little to tell
    English,
    German,
    Spanish,
    French,
    Chinese
};

/// `English`, for people; `another language` where it is unknown.
std::string_view toName(Language language);

/// The language of most small words of a text ("the", "und", "pero"; Grefenstette 1995, "Comparing
/// two language identification schemes"); Chinese where most letters are Han and none is kana. A
/// text without such words, or with few for its length, is of an unknown one.
Language languageOf(const PhraseText& text);

} // namespace engine
