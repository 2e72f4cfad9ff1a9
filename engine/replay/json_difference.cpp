#include "engine/replay/json_difference.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace engine {

using nlohmann::json;

namespace {

    struct Pair
    {
        std::string path;
        const json* recorded = nullptr; ///< null: it is not there
        const json* now = nullptr;
    };

    std::string writtenValueOf(const json* value)
    {
        if (value == nullptr)
            return {};
        return value->is_string() ? value->get<std::string>() : tracestore::toJsonText(*value);
    }

    bool isPlain(const std::string& name)
    {
        return !name.empty() && name.find_first_of(".[]\"") == std::string::npos;
    }

    std::string memberPath(const std::string& path, const std::string& name)
    {
        const std::string member = isPlain(name) ? name : tracestore::quoteJson(name);
        return path.empty() ? member : path + '.' + member;
    }

    /// Those that differ, in their order.
    std::vector<Pair> partsOf(const Pair& whole)
    {
        std::vector<Pair> parts;
        const auto add = [&](std::string path, const json* recorded, const json* now) {
            if (recorded == nullptr || now == nullptr || *recorded != *now)
                parts.push_back({std::move(path), recorded, now});
        };
        if (whole.recorded->is_array()) {
            const std::size_t count = std::max(whole.recorded->size(), whole.now->size());
            for (std::size_t i = 0; i < count && parts.empty(); ++i)
                add(whole.path + '[' + std::to_string(i) + ']',
                    i < whole.recorded->size() ? &(*whole.recorded)[i] : nullptr,
                    i < whole.now->size() ? &(*whole.now)[i] : nullptr);
            return parts;
        }
        for (const auto& [name, value] : whole.recorded->items()) {
            const auto found = whole.now->find(name);
            add(memberPath(whole.path, name),
                &value,
                found == whole.now->end() ? nullptr : &*found);
        }
        for (const auto& [name, value] : whole.now->items()) {
            if (!whole.recorded->contains(name))
                add(memberPath(whole.path, name), nullptr, &value);
        }
        return parts;
    }

} // namespace

std::optional<JsonDifference> firstDifference(const json& recorded, const json& now)
{
    if (recorded == now)
        return {};
    Pair at {{}, &recorded, &now};
    while (at.recorded != nullptr && at.now != nullptr && at.recorded->type() == at.now->type()
           && at.recorded->is_structured()) {
        const std::vector<Pair> parts = partsOf(at);
        if (parts.empty())
            break;
        at = parts.front();
    }
    return JsonDifference {at.path, writtenValueOf(at.recorded), writtenValueOf(at.now)};
}

} // namespace engine
