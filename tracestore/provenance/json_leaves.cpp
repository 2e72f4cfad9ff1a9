#include "tracestore/provenance/json_leaves.h"

#include "tracestore/base/json_scan.h"

#include <algorithm>
#include <vector>

namespace tracestore {
namespace {

    /// What was entered: the member that one stands at.
    struct Level
    {
        std::string_view key;
        std::size_t index = 0;
        bool isArray = false;
    };

    bool isPlainName(std::string_view key)
    {
        return !key.empty() && std::ranges::all_of(key, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                || c == '_' || c == '-';
        });
    }

    std::string pathText(const std::vector<Level>& levels)
    {
        std::string path;
        for (const Level& level : levels) {
            if (level.isArray)
                path += '[' + std::to_string(level.index) + ']';
            else if (isPlainName(level.key))
                (path += path.empty() ? "" : ".") += level.key;
            else
                ((path += path.empty() ? "\"" : ".\"") += level.key) += '"';
        }
        return path;
    }

    /// Walks over the leaves; `take` gets the levels and the stretch of the value. What `isWhole`
    /// says of is taken as one.
    template<class IsWhole, class Take>
    void walkLeaves(std::string_view json, IsWhole isWhole, Take take)
    {
        JsonScan scan(json, [](const JsonDamage&) {});
        if (!scan.nextDocument())
            return;
        std::vector<Level> levels {{.isArray = scan.type() == JsonScan::Type::Array}};
        if (!scan.enter())
            return;
        while (!levels.empty()) {
            if (!scan.next()) {
                levels.pop_back();
                if (!levels.empty())
                    ++levels.back().index;
                continue;
            }
            levels.back().key = scan.key();
            const JsonScan::Type type = scan.type();
            const std::size_t offset = scan.offset();
            const bool isContainer
                = type == JsonScan::Type::Object || type == JsonScan::Type::Array;
            if (isContainer && !isWhole(levels)) {
                const bool isArray = type == JsonScan::Type::Array;
                if (scan.enter())
                    levels.push_back({.isArray = isArray});
                continue;
            }
            const auto value = scan.take();
            if (value && !take(levels, type, offset, *value))
                return;
            ++levels.back().index;
        }
    }

    constexpr auto kNeverWhole = [](const std::vector<Level>&) { return false; };

} // namespace

void visitJsonLeaves(std::string_view json, const std::function<bool(const JsonLeaf&)>& visit)
{
    walkLeaves(json,
               kNeverWhole,
               [&](const std::vector<Level>& levels,
                   JsonScan::Type type,
                   std::size_t offset,
                   std::string_view value) {
                   const bool isString = type == JsonScan::Type::String && value.size() >= 2;
                   return visit({.path = pathText(levels),
                                 .offset = offset + (isString ? 1 : 0),
                                 .length = value.size() - (isString ? 2 : 0),
                                 .isString = isString});
               });
}

std::string jsonPathAt(std::string_view json, std::size_t place)
{
    std::string path;
    walkLeaves(json,
               kNeverWhole,
               [&](const std::vector<Level>& levels,
                   JsonScan::Type /*type*/,
                   std::size_t offset,
                   std::string_view value) {
                   if (offset + value.size() <= place)
                       return true;
                   if (offset <= place)
                       path = pathText(levels);
                   return false;
               });
    return path;
}

std::optional<std::string_view> jsonValueAt(std::string_view json, std::string_view path)
{
    std::optional<std::string_view> found;
    walkLeaves(
        json,
        [&](const std::vector<Level>& levels) { return pathText(levels) == path; },
        [&](const std::vector<Level>& levels,
            JsonScan::Type /*type*/,
            std::size_t /*offset*/,
            std::string_view value) {
            if (pathText(levels) != path)
                return true;
            found = value;
            return false;
        });
    return found;
}

} // namespace tracestore
