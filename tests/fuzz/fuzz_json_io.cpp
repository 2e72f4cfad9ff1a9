#include "tracestore/base/ensure.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/timestamp.h"
#include "tracestore/model/message.h"

#include <nlohmann/json.hpp>

using namespace tracestore;

/// What was read can be written, and reads the same again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    if (const auto value = parseJson(text)) {
        const std::string written = toJsonText(*value);
        const auto again = parseJson(written);
        ENSURE(again.has_value() && toJsonText(*again) == written);
    }
    if (const auto message = messageFromJson(text)) {
        const auto again = messageFromJson(toJson(*message));
        ENSURE(again.has_value() && toJson(*again) == toJson(*message));
    }
    if (const auto time = parseIsoTimestamp(text))
        ENSURE(parseIsoTimestamp(formatIsoTimestamp(*time)) == time);
    return 0;
}
