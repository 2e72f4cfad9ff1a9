#pragma once

#include "engine/breakpoint/expression.h"
#include "engine/breakpoint/watch.h"

#include <functional>
#include <optional>
#include <vector>

namespace engine {

/// The watches of a run with what they show. One thread.
class WatchList
{
public:
    /// Takes a new list. What is in it unchanged keeps its value.
    void set(const std::vector<Watch>& watches);

    [[nodiscard]] bool isEmpty() const { return m_entries.empty(); }

    /// Where a watch is evaluated: nothing where its agent is not there.
    using SubjectOf = std::function<tracestore::QuerySubject*(const Watch&)>;

    /// Evaluates all. `event` is the last one, `step` what it was about. `isStop`: what has changed
    /// since the last stop is new from here.
    void
    evaluate(const SubjectOf& subjectOf, std::int64_t event, const std::string& step, bool isStop);

    [[nodiscard]] std::vector<WatchValue> values() const;

private:
    struct Entry
    {
        Watch watch;
        std::optional<Expression> expression; ///< nothing where it cannot be read
        WatchValue value;
        std::optional<std::string> known; ///< the last value that was known
        bool hasChanged = false; ///< since the last stop
    };

    std::vector<Entry> m_entries;
};

} // namespace engine
