#pragma once

#include <string>

namespace engine {

/// What a branch is told to be by who made it.
struct BranchFacts
{
    std::string name;
    std::string note;
    std::string expected; ///< what is expected to come of it

    bool operator==(const BranchFacts&) const = default;
};

} // namespace engine
