#include "tracestore/import/reading/json_places.h"

#include "tracestore/base/json_scan.h"

namespace tracestore {
namespace {

    /// Moves to the member of that name in the object that the scan stands on.
    bool enterMember(JsonScan& scan, std::string_view key)
    {
        if (scan.type() != JsonScan::Type::Object || !scan.enter())
            return false;
        while (scan.next()) {
            if (scan.key() == key)
                return true;
        }
        return false;
    }

} // namespace

std::vector<RawRef> elementPlaces(const RawRef& record,
                                  std::string_view text,
                                  std::initializer_list<std::string_view> path)
{
    std::vector<RawRef> places;
    JsonScan scan(text, [](const JsonDamage&) {});
    if (!scan.nextDocument())
        return places;
    for (const std::string_view key : path) {
        if (!enterMember(scan, key))
            return places;
    }
    if (scan.type() != JsonScan::Type::Array || !scan.enter())
        return places;
    while (scan.next()) {
        const std::size_t offset = scan.offset();
        if (const auto element = scan.take())
            places.push_back({record.file, record.offset + offset, element->size()});
    }
    return places;
}

} // namespace tracestore
