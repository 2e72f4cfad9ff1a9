#pragma once

#include "tracestore/base/json_scan.h"
#include "tracestore/model/span.h"

#include <initializer_list>
#include <span>

namespace tracestore {

/// A JSON value and where it lies. Valid as long as the text of the file.
struct PlacedJson
{
    std::string_view text;
    RawRef place;
};

/// An object of a file, split into what is said of it once and the long lists in it. An object
/// that is cut off has what stands before the cut.
struct JsonRecord
{
    struct Member
    {
        std::string_view key; ///< escapes as they are
        PlacedJson value;
        RawRef place; ///< of key and value
    };

    struct List
    {
        std::string_view key;
        std::vector<PlacedJson> elements;
    };

    std::vector<Member> members;
    std::vector<List> lists;

    /// The first member of that name; null where there is none.
    [[nodiscard]] const PlacedJson* find(std::string_view key) const;

    /// The text of a member between its quotes, escapes decoded; a number or truth as it stands.
    /// Empty where there is none, and for null.
    [[nodiscard]] std::string text(std::string_view key) const;

    /// A finite number.
    [[nodiscard]] std::optional<double> number(std::string_view key) const;

    /// The first list of that name; null where there is none.
    [[nodiscard]] const std::vector<PlacedJson>* list(std::string_view key) const;
};

/// Splits the object at which a scan stands, which is passed over. `whole` is what the scan walks
/// over. Members of the names in `lists` that are arrays become lists.
JsonRecord
readRecord(JsonScan& scan, const PlacedJson& whole, std::span<const std::string_view> lists = {});

/// Splits an object; nothing is in it where the value is none.
JsonRecord recordOf(const PlacedJson& object, std::span<const std::string_view> lists = {});

inline JsonRecord recordOf(const PlacedJson& object, std::initializer_list<std::string_view> lists)
{
    return recordOf(object, std::span(lists.begin(), lists.size()));
}

/// The object that a member holds, as a record; an empty one where it is missing.
JsonRecord memberRecord(const JsonRecord& record, std::string_view key);

/// A member that a scan of `whole` found.
JsonRecord::Member memberOf(std::string_view key, std::string_view value, const PlacedJson& whole);

/// The elements of an array; none where the value is no array.
std::vector<PlacedJson> elementsOf(const PlacedJson& array);

/// As elementsOf(), of the array at which a scan stands.
std::vector<PlacedJson> readElements(JsonScan& scan, const PlacedJson& whole);

} // namespace tracestore
