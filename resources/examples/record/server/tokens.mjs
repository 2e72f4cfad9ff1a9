// A local script has no tokenizer; four characters a token is close enough for believable numbers.
export function countTokens(text) {
  return Math.max(1, Math.ceil(text.length / 4))
}

// Providers cache prompts in blocks of 128 tokens, so the cached part is rounded down to whole blocks.
export function cachedTokens(inputTokens, share = 0) {
  return Math.floor((inputTokens * share) / 128) * 128
}
