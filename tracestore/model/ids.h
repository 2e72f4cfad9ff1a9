#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>

namespace tracestore {

/// The place of a thing in its table, typed so that a span cannot be taken for a session. Invalid
/// when default-made. Valid within one trace and its later snapshots only.
template<class Tag>
struct Id
{
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    std::uint32_t value = kNone;

    constexpr Id() = default;

    constexpr explicit Id(std::size_t index)
        : value(static_cast<std::uint32_t>(index))
    { }

    [[nodiscard]] constexpr bool isValid() const { return value != kNone; }

    [[nodiscard]] constexpr std::size_t index() const { return value; }

    auto operator<=>(const Id&) const = default;
};

using SpanId = Id<struct SpanTag>;
using SessionId = Id<struct SessionTag>;
using AgentId = Id<struct AgentTag>;
using BranchId = Id<struct BranchTag>;
using FileId = Id<struct FileTag>;

/// A text of a trace's string pool; the default is the empty text, which means "not known".
struct StringId
{
    std::uint32_t value = 0;

    [[nodiscard]] bool isEmpty() const { return value == 0; }

    auto operator<=>(const StringId&) const = default;
};

} // namespace tracestore

template<class Tag>
struct std::hash<tracestore::Id<Tag>>
{
    std::size_t operator()(tracestore::Id<Tag> id) const noexcept { return id.value; }
};

template<>
struct std::hash<tracestore::StringId>
{
    std::size_t operator()(tracestore::StringId id) const noexcept { return id.value; }
};
