#include "tracestore/model/call_hash.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace tracestore {

std::string canonicalArguments(std::string_view arguments)
{
    const auto value = parseJson(arguments.substr(0, kMaxComparedCall));
    return value ? toJsonText(*value) : std::string(arguments.substr(0, kMaxComparedCall));
}

ContentHash callHash(std::string_view tool, std::string_view canonical)
{
    std::string both(tool);
    both += '\0';
    both += canonical;
    return contentHash(both);
}

} // namespace tracestore
