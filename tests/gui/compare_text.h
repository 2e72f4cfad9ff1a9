#pragma once

#include "gui/compare/compare_context.h"

namespace tests {

/// Two traces and how they stand to each other, for tests of what is shown of that.
struct MadeComparison
{
    gui::OfBoth<gui::ComparedSide> sides;
    gui::AlignmentPtr alignment;
};

/// Of a line for each pair: a blank for each level, the state (`=` equal, `~` changed, `-` only in
/// A, `+` only in B, `!` changed and made good), the kind (agent, llm, tool, user), the name, and
/// behind `::` what is said, behind `|` what B says instead:
///
///     = agent main
///      ~ tool refund :: {"amount": 890} | {"amount": 89}
///
/// What is said are the arguments of a tool and the answer of a model.
MadeComparison comparisonOf(const QString& text);

/// `pairs` pairs below one agent, every twentieth of them changed.
MadeComparison longComparison(std::size_t pairs);

} // namespace tests
