#include "tracestore/import/tracing/flat_json.h"

namespace tracestore {
namespace {

    namespace dom = simdjson::dom;

    std::string below(std::string_view key, std::string_view name)
    {
        std::string full(key);
        return full.append(key.empty() ? "" : ".").append(name);
    }

    /// Recurses `levels` deep at most.
    void flatten(const FlatJson& flat, std::string_view key, const dom::element& value, int levels)
    {
        dom::object object;
        dom::array list;
        if (levels > 0 && value.get(object) == simdjson::SUCCESS) {
            for (const auto [name, member] : object)
                flatten(flat, flat.dom.keep(below(key, name)), member, levels - 1);
        } else if (levels > 0 && flat.withLists && value.get(list) == simdjson::SUCCESS
                   && list.size() > 0 && list.at(0).is_object()) {
            std::size_t index = 0;
            for (const dom::element item : list)
                flatten(flat, flat.dom.keep(below(key, std::to_string(index++))), item, levels - 1);
        } else if (!value.is_null()) {
            flat.to.emplace_back(key, flat.dom.valueOf(value));
        }
    }

} // namespace

void FlatJson::add(std::string_view key, const dom::element& value) const
{
    flatten(*this, key, value, levels);
}

} // namespace tracestore
