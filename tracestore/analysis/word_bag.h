#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

/// The words of a text that carry its meaning, folded and with plural endings taken off, in their
/// order: letters and digits of any script; English function words are left out. Words that hold a
/// digit stay as they are. At most the first 64 kB are read.
std::vector<std::string> contentWords(std::string_view text);

/// How often each word is there.
using WordBag = std::map<std::string, int, std::less<>>;

WordBag wordBag(std::string_view text);

/// The Sørensen-Dice coefficient of two bags (Dice 1945): twice what they share, through what they
/// hold together; 1 for equal bags, also for two empty ones.
double diceSimilarity(const WordBag& a, const WordBag& b);

/// How much two texts say the same in other words or another order, from 0 to 1: the coefficient of
/// their content words, but 0 where their words with digits differ, because page 1 and page 2 or
/// two order numbers are never the same thing.
double wordingSimilarity(const WordBag& a, const WordBag& b);

} // namespace tracestore
