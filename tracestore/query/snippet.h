#pragma once

#include "tracestore/query/text_needle.h"

namespace tracestore {

/// The text around a place, on one line, for people.
struct Snippet
{
    std::string text; ///< valid UTF-8
    TextMatch match; ///< the place in `text`
};

Snippet snippetAround(std::string_view text, const TextMatch& match, TextForm form);

} // namespace tracestore
