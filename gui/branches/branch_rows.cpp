#include "gui/branches/branch_rows.h"

#include "gui/theme/format.h"

#include <QStringList>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using engine::Branch;
using engine::BranchFamily;

namespace {

    QString stemOf(const Branch& branch)
    {
        return toText(branch.file.stem().string());
    }

    bool isListed(const FamilyReading& reading, std::size_t branch, const BranchFilter& filter)
    {
        if (reading.notes[branch].isArchived && !filter.showsArchived)
            return false;
        const QStringList words = filter.text.split(u' ', Qt::SkipEmptyParts);
        if (words.isEmpty())
            return true;
        const Branch& known = reading.family.branches[branch];
        QStringList texts {branchName(reading, branch),
                           branchNote(reading, branch),
                           reading.notes[branch].found,
                           toText(known.file.filename().string()),
                           toText(known.answer)};
        if (known.origin)
            texts << toText(known.origin->change) << toText(known.origin->expected);
        const QString all = texts.join(u'\n');
        return std::ranges::all_of(
            words, [&](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
    }

    /// From a branch up to where its family began. What files say makes no circle: a parent stands
    /// before its forks.
    std::vector<std::size_t> wayUp(const BranchFamily& family, std::size_t branch)
    {
        std::vector<std::size_t> way {branch};
        while (const auto parent = family.branches[way.back()].parent) {
            if (*parent >= way.back())
                break;
            way.push_back(*parent);
        }
        return way;
    }

} // namespace

QString branchName(const FamilyReading& reading, std::size_t branch)
{
    if (const QString& name = reading.notes[branch].name; !name.isEmpty())
        return name;
    const Branch& known = reading.family.branches[branch];
    const QString stem = stemOf(known);
    if (!known.parent)
        return stem;
    const QString before = stemOf(reading.family.branches[*known.parent]) + u'.';
    return stem.startsWith(before) && stem.size() > before.size() ? stem.mid(before.size()) : stem;
}

QString branchNote(const FamilyReading& reading, std::size_t branch)
{
    if (const QString& note = reading.notes[branch].note; !note.isEmpty())
        return note;
    const auto& origin = reading.family.branches[branch].origin;
    return origin ? toText(origin->note) : QString();
}

std::vector<BranchRow> branchRows(const FamilyReading& reading, const BranchFilter& filter)
{
    const auto& branches = reading.family.branches;
    std::vector<BranchRow> rows;
    std::vector<std::optional<std::size_t>> rowOf(branches.size()); // of a branch, or of the next
                                                                    // one above it
    std::vector<std::optional<std::size_t>> parents; // of the rows
    for (std::size_t i = 0; i < branches.size(); ++i) {
        const auto& parent = branches[i].parent;
        const auto above = parent && *parent < i ? rowOf[*parent] : std::nullopt;
        if (!isListed(reading, i, filter)) {
            rowOf[i] = above;
            continue;
        }
        rowOf[i] = rows.size();
        rows.push_back({.branch = i, .depth = above ? rows[*above].depth + 1 : 0});
        parents.push_back(above);
        if (above)
            rows[*above].hasForks = true;
    }
    // From below: the first that one meets of those below the same one is the last of them.
    std::vector<bool> isMet(rows.size());
    std::vector<bool> open; // by depth: the line of that depth goes on below this row
    for (std::size_t i = rows.size(); i-- > 0;) {
        BranchRow& row = rows[i];
        const auto depth = static_cast<std::size_t>(row.depth);
        if (parents[i]) {
            row.isLast = !isMet[*parents[i]];
            isMet[*parents[i]] = true;
        }
        open.resize(depth + 1, false);
        row.goesOn.assign(open.begin(), open.begin() + static_cast<std::ptrdiff_t>(depth));
        // Above this row the line to it is open, and none below it.
        open.resize(depth);
        if (depth > 0)
            open[depth - 1] = true;
    }
    return rows;
}

std::optional<BranchParting> partingOf(const BranchFamily& family, std::size_t a, std::size_t b)
{
    if (a == b)
        return {};
    const auto wayA = wayUp(family, a);
    const auto wayB = wayUp(family, b);
    const auto common = std::ranges::find_if(
        wayA, [&](std::size_t one) { return std::ranges::find(wayB, one) != wayB.end(); });
    if (common == wayA.end())
        return {};
    std::optional<BranchParting> parting;
    for (const auto* way : {&wayA, &wayB}) {
        for (const std::size_t one : *way) {
            if (one == *common)
                break;
            const auto& origin = family.branches[one].origin;
            if (origin && (!parting || origin->upTo < parting->event))
                parting = BranchParting {origin->step, origin->upTo};
        }
    }
    return parting;
}

} // namespace gui
