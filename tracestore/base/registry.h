#pragma once

#include "tracestore/base/ensure.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace tracestore {

/// Holds the implementations of one interface, in the order in which they are asked. T has
/// `std::string_view id() const`. Filled once by a registerBuiltins(), read by any thread after.
template<class T>
class Registry
{
public:
    /// Takes an entry; its id is new.
    void add(std::unique_ptr<const T> entry)
    {
        ENSURE(find(entry->id()) == nullptr);
        m_entries.push_back(std::move(entry));
    }

    /// Null where there is none of that id.
    [[nodiscard]] const T* find(std::string_view id) const
    {
        const auto found
            = std::ranges::find_if(m_entries, [&](const auto& e) { return e->id() == id; });
        return found == m_entries.end() ? nullptr : found->get();
    }

    [[nodiscard]] const std::vector<std::unique_ptr<const T>>& entries() const { return m_entries; }

private:
    std::vector<std::unique_ptr<const T>> m_entries;
};

} // namespace tracestore
