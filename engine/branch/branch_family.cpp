#include "engine/branch/branch_family.h"

#include "tracestore/open_trace.h"
#include "tracestore/recording/event_table.h"
#include "tracestore/recording/log_lookup.h"
#include "tracestore/recording/recording_lock.h"
#include "tracestore/store/kymo_reader.h"

#include <algorithm>
#include <system_error>

namespace engine {

namespace fs = std::filesystem;

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Job;
using tracestore::Result;
using tracestore::RunEvent;
using tracestore::SpanId;

namespace {

    /// A folder of strangers may hold any number of files.
    constexpr std::size_t kMostFiles = 10'000;

    using Entry = BranchCache::Entry;

    /// A run that has answered waits for what its user says next: its log is not closed, and ends
    /// with the end of its agent.
    void takeEnd(tracestore::Database& log, Branch& branch)
    {
        const auto events = tracestore::readEvents(log, {.from = branch.events});
        if (!events || events->empty() || events->back().agent != branch.agent)
            return;
        if (const auto* end = std::get_if<tracestore::AgentEnded>(&events->back().fact)) {
            branch.outcome = end->status;
            branch.answer = end->answer;
        }
    }

    /// What the log says of the run as a whole.
    Result<Entry> readHead(const fs::path& file)
    {
        auto log = tracestore::openLog(file);
        if (!log)
            return fail(std::move(log).error());
        const auto events = tracestore::readEvents(*log, {.isOfRun = true});
        if (!events)
            return fail(events.error());
        const auto last = tracestore::lastEvent(*log);
        if (!last)
            return fail(last.error());
        Entry entry;
        entry.branch.file = file;
        entry.branch.events = *last;
        for (const RunEvent& event : *events) {
            if (const auto* started = std::get_if<tracestore::RunStarted>(&event.fact)) {
                entry.key = recordingKey(event);
                entry.branch.agent = started->name;
                entry.branch.input = started->input;
                entry.branch.made = event.time;
            } else if (auto origin = branchOriginOf(event.fact)) {
                entry.branch.made = origin->made.ns == 0 ? event.time : origin->made;
                entry.branch.parted = event.time;
                entry.branch.origin = std::move(*origin); // the last: that of a fork of a fork
            } else if (const auto* end = std::get_if<tracestore::RunEnded>(&event.fact)) {
                entry.branch.outcome = end->status;
                entry.branch.answer = end->answer;
            }
        }
        if (!entry.branch.outcome)
            takeEnd(*log, entry.branch);
        return entry;
    }

    std::string rootOf(const Entry& entry)
    {
        return entry.branch.origin ? entry.branch.origin->root : entry.key;
    }

    Result<void> addTotals(Branch& branch, Job& job)
    {
        const auto trace = tracestore::openTrace({.paths = {branch.file}}, {}, job);
        if (!trace)
            return fail(trace.error());
        branch.totals = tracestore::totals(**trace);
        branch.ownTotals = branch.totals;
        if (!branch.origin)
            return {};
        std::vector<SpanId> own;
        for (std::uint32_t i = 0; i < (*trace)->spanCount(); ++i) {
            const auto start = (*trace)->start(SpanId {i});
            if (start && branch.parted && *start >= *branch.parted)
                own.push_back(SpanId {i});
        }
        branch.ownTotals = tracestore::totals(**trace, own);
        return {};
    }

    class FamilyReader
    {
    public:
        FamilyReader(BranchCache& cache, Job& job)
            : m_cache(cache)
            , m_job(job)
        { }

        Result<BranchFamily> read(const fs::path& recording)
        {
            const auto own = look(recording);
            if (!own)
                return fail(own.error());
            m_family.root = rootOf(**own);
            for (const fs::path& file : recordingsBeside(recording)) {
                if (m_job.isCancelled())
                    return fail(ErrorCode::Cancelled, "Cancelled.");
                take(file);
            }
            link();
            return std::move(m_family);
        }

    private:
        static std::vector<fs::path> recordingsBeside(const fs::path& recording)
        {
            std::vector<fs::path> files {recording};
            std::error_code error;
            const fs::path folder
                = recording.has_parent_path() ? recording.parent_path() : fs::path(".");
            for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
                 entry.increment(error)) {
                if (files.size() >= kMostFiles)
                    break;
                if (entry->path().extension() == ".kymo"
                    && entry->path().filename() != recording.filename())
                    files.push_back(entry->path());
            }
            return files;
        }

        /// What is known of a file, read anew where it has changed.
        Result<Entry*> look(const fs::path& file)
        {
            std::error_code error;
            const auto time = fs::last_write_time(file, error);
            const auto size = fs::file_size(file, error);
            const bool isBeingWritten = tracestore::RecordingLock::isHeld(file);
            const auto known = m_cache.files.find(file);
            if (known != m_cache.files.end() && known->second.time == time
                && known->second.size == size && !isBeingWritten
                && !known->second.branch.isBeingWritten)
                return &known->second;
            auto entry = readHead(file);
            if (!entry)
                return fail(std::move(entry).error());
            entry->time = time;
            entry->size = size;
            entry->branch.isBeingWritten = isBeingWritten;
            entry->isCounted = false;
            return &(m_cache.files[file] = std::move(*entry));
        }

        void take(const fs::path& file)
        {
            const auto entry = look(file);
            if (!entry) {
                // A trace that was saved and not recorded is no branch, and no problem.
                if (entry.error().code == ErrorCode::Corrupt)
                    m_family.problems.push_back(entry.error().message);
                return;
            }
            if ((*entry)->key.empty() || rootOf(**entry) != m_family.root)
                return;
            if (!(*entry)->isCounted) {
                if (auto counted = addTotals((*entry)->branch, m_job); !counted)
                    m_family.problems.push_back(counted.error().message);
                (*entry)->isCounted = true;
            }
            m_family.branches.push_back((*entry)->branch);
        }

        /// Puts a parent before its forks, and what has none in front.
        void link()
        {
            auto& branches = m_family.branches;
            std::ranges::sort(branches, [](const Branch& a, const Branch& b) {
                return std::pair(a.made, a.file) < std::pair(b.made, b.file);
            });
            std::map<std::string, std::vector<std::size_t>> forks; // by the name of the parent
            std::map<std::string, std::size_t> byName;
            for (std::size_t i = 0; i < branches.size(); ++i)
                byName[branches[i].file.filename().string()] = i;
            std::vector<std::size_t> roots;
            for (std::size_t i = 0; i < branches.size(); ++i) {
                const auto& origin = branches[i].origin;
                const bool hasParent
                    = origin && byName.contains(origin->parent) && byName[origin->parent] != i;
                if (hasParent)
                    forks[origin->parent].push_back(i);
                else
                    roots.push_back(i);
            }
            std::vector<Branch> sorted;
            std::vector<bool> isPlaced(branches.size());

            // Depth first by a stack: what a file says of its parent can make any circle.
            struct Place
            {
                std::size_t branch;
                std::optional<std::size_t> parent;
                std::size_t depth;
            };

            const auto placeBelow = [&](std::size_t root) {
                std::vector<Place> open {{root, {}, 0}};
                while (!open.empty()) {
                    const Place place = open.back();
                    open.pop_back();
                    if (isPlaced[place.branch])
                        continue;
                    isPlaced[place.branch] = true;
                    Branch& branch = branches[place.branch];
                    branch.parent = place.parent;
                    branch.depth = place.depth;
                    const auto& below = forks[branch.file.filename().string()];
                    sorted.push_back(branch);
                    for (auto fork = below.rbegin(); fork != below.rend(); ++fork)
                        open.push_back({*fork, sorted.size() - 1, place.depth + 1});
                }
            };
            for (const std::size_t root : roots)
                placeBelow(root);
            for (std::size_t i = 0; i < branches.size(); ++i)
                placeBelow(i); // those in a circle
            branches = std::move(sorted);
        }

        BranchCache& m_cache;
        Job& m_job;
        BranchFamily m_family;
    };

} // namespace

Result<BranchFamily> readFamily(const fs::path& recording, BranchCache& cache, Job& job)
{
    return FamilyReader(cache, job).read(recording);
}

} // namespace engine
