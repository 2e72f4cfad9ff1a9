#include "tracestore/import/reading/json_record.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/reading/json_members.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace tracestore {
namespace {

    PlacedJson placed(std::string_view text, const PlacedJson& whole)
    {
        const auto offset = static_cast<std::uint64_t>(text.data() - whole.text.data());
        return {text, {whole.place.file, whole.place.offset + offset, text.size()}};
    }

    /// A value together with its key and the quotes around that.
    RawRef placeWithKey(std::string_view key, const PlacedJson& value)
    {
        RawRef place = value.place;
        const auto before = static_cast<std::uint64_t>(value.text.data() - key.data()) + 1;
        place.offset -= before;
        place.length += before;
        return place;
    }

} // namespace

const PlacedJson* JsonRecord::find(std::string_view key) const
{
    const auto found = std::ranges::find(members, key, &Member::key);
    return found == members.end() ? nullptr : &found->value;
}

std::string JsonRecord::text(std::string_view key) const
{
    const PlacedJson* value = find(key);
    if (value == nullptr || value->text == "null")
        return {};
    const auto parsed = parseJson(value->text);
    return parsed ? plainTextOf(&*parsed) : std::string();
}

std::optional<double> JsonRecord::number(std::string_view key) const
{
    const PlacedJson* value = find(key);
    const auto parsed = value == nullptr ? fail(ErrorCode::NotFound, {}) : parseJson(value->text);
    if (!parsed || !parsed->is_number())
        return {};
    const auto number = parsed->get<double>();
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

const std::vector<PlacedJson>* JsonRecord::list(std::string_view key) const
{
    const auto found = std::ranges::find(lists, key, &List::key);
    return found == lists.end() ? nullptr : &found->elements;
}

JsonRecord
readRecord(JsonScan& scan, const PlacedJson& whole, std::span<const std::string_view> lists)
{
    JsonRecord record;
    if (scan.type() != JsonScan::Type::Object || !scan.enter())
        return record;
    while (scan.next()) {
        const std::string_view key = scan.key();
        if (scan.type() == JsonScan::Type::Array && std::ranges::find(lists, key) != lists.end()) {
            record.lists.push_back({key, readElements(scan, whole)});
        } else if (const auto text = scan.take()) {
            record.members.push_back(memberOf(key, *text, whole));
        }
    }
    return record;
}

JsonRecord::Member memberOf(std::string_view key, std::string_view value, const PlacedJson& whole)
{
    const PlacedJson found = placed(value, whole);
    return {key, found, placeWithKey(key, found)};
}

JsonRecord recordOf(const PlacedJson& object, std::span<const std::string_view> lists)
{
    JsonScan scan(object.text, [](const JsonDamage&) {});
    return scan.nextDocument() ? readRecord(scan, object, lists) : JsonRecord();
}

std::vector<PlacedJson> elementsOf(const PlacedJson& array)
{
    JsonScan scan(array.text, [](const JsonDamage&) {});
    return scan.nextDocument() ? readElements(scan, array) : std::vector<PlacedJson>();
}

std::vector<PlacedJson> readElements(JsonScan& scan, const PlacedJson& whole)
{
    std::vector<PlacedJson> elements;
    if (scan.type() != JsonScan::Type::Array || !scan.enter())
        return elements;
    while (scan.next()) {
        if (const auto text = scan.take())
            elements.push_back(placed(*text, whole));
    }
    return elements;
}

JsonRecord memberRecord(const JsonRecord& record, std::string_view key)
{
    const PlacedJson* member = record.find(key);
    return member == nullptr ? JsonRecord() : recordOf(*member);
}

} // namespace tracestore
