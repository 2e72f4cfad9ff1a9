#include "engine/debug/watch_list.h"

#include <algorithm>

namespace engine {

void WatchList::set(const std::vector<Watch>& watches)
{
    std::vector<Entry> entries;
    for (const Watch& watch : watches) {
        const auto known = std::ranges::find(m_entries, watch, &Entry::watch);
        if (known != m_entries.end()) {
            entries.push_back(*known);
            continue;
        }
        Entry entry {.watch = watch, .expression = {}, .value = {.id = watch.id}};
        auto expression = Expression::parse(watch.expression);
        if (expression)
            entry.expression = std::move(*expression);
        else
            entry.value.problem = expression.error().message;
        entries.push_back(std::move(entry));
    }
    m_entries = std::move(entries);
}

void WatchList::evaluate(const SubjectOf& subjectOf,
                         std::int64_t event,
                         const std::string& step,
                         bool isStop)
{
    for (Entry& entry : m_entries) {
        tracestore::QuerySubject* subject = entry.expression ? subjectOf(entry.watch) : nullptr;
        const auto value = subject == nullptr ? std::nullopt : entry.expression->evaluate(*subject);
        // What is not known at this step has not changed.
        if (value && entry.known && *value != *entry.known) {
            entry.value.before = *entry.known;
            entry.value.changedAt = event;
            entry.value.changedStep = step;
            entry.hasChanged = true;
        }
        if (value)
            entry.known = value;
        if (isStop)
            entry.value.value = value.value_or(std::string());
        if (isStop)
            entry.value.isNew = std::exchange(entry.hasChanged, false);
    }
}

std::vector<WatchValue> WatchList::values() const
{
    std::vector<WatchValue> values;
    for (const Entry& entry : m_entries)
        values.push_back(entry.value);
    return values;
}

} // namespace engine
