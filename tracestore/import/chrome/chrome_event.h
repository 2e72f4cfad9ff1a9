#pragma once

#include "tracestore/import/reading/json_dom.h"
#include "tracestore/model/span.h"

#include <string>

namespace tracestore {

/// One event of a Chrome trace, as far as the tree needs it. Texts live as long as the parser's
/// document; names and ids of lanes are copied.
struct ChromeEvent
{
    char phase = 0;
    std::string_view name;
    std::string_view category;
    std::string lane; ///< process and thread
    std::string process;
    std::optional<std::int64_t> start; ///< ns since whatever moment the file chose
    std::optional<std::int64_t> duration; ///< ns
    std::string id; ///< of an async slice or a flow, with what it is unique in
    std::string bindId; ///< of a flow that slices name themselves
    bool isFlowIn = false;
    bool isFlowOut = false;
    bool isBoundToEnclosing = false;
    std::string_view metadataName; ///< of a process or thread
};

/// Reads an event; fails with Invalid where it is none.
Result<ChromeEvent> chromeEventOf(const simdjson::dom::object& event);

} // namespace tracestore
