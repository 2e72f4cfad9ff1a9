#pragma once

#include "tracestore/query/text_pattern.h"

#include <optional>
#include <string>
#include <vector>

namespace engine {

/// What a user wants to be masked, as he writes it:
///
///     args.email              that argument of every tool
///     find_customer:args      all arguments of a tool
///     find_customer:result    what a tool gave, whole
///     result.customer.phone   a member of what tools gave
///     /[a-z]+@shop\.example/  what a regular expression finds, anywhere (flags i, m, s)
///     "Ada Lovelace"          that text, anywhere
struct MaskRule
{
    enum class Kind
    {
        Argument,
        Result,
        Pattern,
        Text
    };

    Kind kind = Kind::Text;
    std::string written; ///< as the user wrote it
    std::string tool; ///< of a field; empty: every tool
    std::vector<std::string> path; ///< of a field: names of members, `*` for each of a list
    std::optional<tracestore::TextPattern> pattern;
    std::string text;
};

/// Invalid: says what is wrong with it and how it is written.
tracestore::Result<MaskRule> readMaskRule(const std::string& written);

/// All of them; fails with the first that is wrong.
tracestore::Result<std::vector<MaskRule>> readMaskRules(const std::vector<std::string>& written);

} // namespace engine
