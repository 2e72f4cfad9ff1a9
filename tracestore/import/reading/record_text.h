#pragma once

#include "tracestore/import/reading/json_view.h"
#include "tracestore/model/span.h"

namespace tracestore {

/// The text of one file of an import, and the places of values in it.
struct RecordText
{
    FileId file;
    std::string_view text;

    /// Where a value stands that was found in this text.
    [[nodiscard]] RawRef placeOf(const JsonView& value) const
    {
        return {file,
                static_cast<std::uint64_t>(value.text().data() - text.data()),
                value.text().size()};
    }
};

} // namespace tracestore
