#pragma once

#include "tracestore/model/message_chain.h"

#include <cstdint>
#include <string_view>

namespace tracestore {

/// How many tokens a text takes, about, by the kinds of its characters: makers of models say a
/// token for four letters of English, but other scripts take up to one for each character (Petrov
/// et al. 2023, "Language Model Tokenizers Introduce Unfairness Between Languages"), and figures
/// and signs more than words. The weights lie between what the vocabularies o200k and cl100k need
/// for the tuned half of tests/data/policies/tokens.jsonl. An estimate, never a count: models
/// differ by a factor of two and more for the same text.
std::int64_t estimateTokens(std::string_view text);

/// With some for the frame of a message; a picture or the like counts as a thousand.
std::int64_t estimateTokens(const Message& message);
std::int64_t estimateTokens(const MessageChain& messages);

} // namespace tracestore
