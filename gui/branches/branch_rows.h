#pragma once

#include "engine/branch/branch_family.h"

#include <QString>

#include <vector>

namespace gui {

/// What a user says of a branch besides what is recorded in it.
struct BranchNotes
{
    QString name; ///< empty: as its file
    QString note; ///< in the place of the recorded one; empty: that
    QString found;
    bool isArchived = false;

    bool operator==(const BranchNotes&) const = default;
};

/// All that is known of a family.
struct FamilyReading
{
    engine::BranchFamily family;
    std::vector<BranchNotes> notes; ///< of each branch
    QString problem; ///< why there is no family; empty where there is one
};

/// Which branches are listed.
struct BranchFilter
{
    QString text; ///< words that all stand in what is known of a branch
    bool showsArchived = false;

    bool operator==(const BranchFilter&) const = default;
};

/// A branch in the list.
struct BranchRow
{
    std::size_t branch = 0; ///< its place in the family
    int depth = 0; ///< forks above it that are listed
    bool isLast = true; ///< of those below the same one
    std::vector<bool> goesOn; ///< for each depth above: its line goes on below this row
    bool hasForks = false; ///< that are listed

    bool operator==(const BranchRow&) const = default;
};

/// Those that a filter lets through, each below the next one above it that is listed.
std::vector<BranchRow> branchRows(const FamilyReading& reading, const BranchFilter& filter);

/// What a branch is called: as the user says, else as its file says beside that of its parent.
QString branchName(const FamilyReading& reading, std::size_t branch);

/// What is noted of it: by the user, else when it was made.
QString branchNote(const FamilyReading& reading, std::size_t branch);

/// Where two branches part.
struct BranchParting
{
    std::string step; ///< the effect at which they part; empty: that is not known
    std::int64_t event = 0; ///< the last that both share
};

/// Nothing where they have no common beginning that is known.
std::optional<BranchParting>
partingOf(const engine::BranchFamily& family, std::size_t a, std::size_t b);

} // namespace gui
