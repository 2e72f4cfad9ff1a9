#include "tracestore/import/chrome/chrome_event.h"

#include <cmath>

namespace tracestore {
namespace {

    namespace dom = simdjson::dom;

    /// A number or a text as text: process ids and ids of flows are either.
    std::string anyTextAt(const dom::object& in, const char* key)
    {
        const std::string_view text = textAt(in, key);
        return text.empty() ? jsonAt(in, key) : std::string(text);
    }

    /// Microseconds, maybe with a fraction, as nanoseconds.
    std::optional<std::int64_t> nanosecondsAt(const dom::object& in, const char* key)
    {
        constexpr double kMost = 9e15; // µs; more does not fit into nanoseconds
        constexpr std::int64_t kNsPerMicrosecond = 1000;
        const auto value = doubleAt(in, key);
        if (!value || !(std::abs(*value) < kMost))
            return {};
        // Whole ones are exact, also of today's times of day.
        if (std::trunc(*value) == *value)
            return static_cast<std::int64_t>(*value) * kNsPerMicrosecond;
        return std::llround(*value * static_cast<double>(kNsPerMicrosecond));
    }

    /// Ids are unique with category and name; a local one within its process.
    void readId(const dom::object& in, ChromeEvent& event)
    {
        std::string id = anyTextAt(in, "id");
        if (const auto ids = objectAt(in, "id2")) {
            const std::string local = anyTextAt(*ids, "local");
            id = local.empty() ? anyTextAt(*ids, "global") : event.process + '\n' + local;
        }
        if (!id.empty())
            event.id = std::string(event.category) + '\n' + id;
    }

} // namespace

Result<ChromeEvent> chromeEventOf(const dom::object& in)
{
    ChromeEvent event;
    const std::string_view phase = textAt(in, "ph");
    if (phase.size() != 1)
        return fail(ErrorCode::Invalid, "It has no phase.");
    event.phase = phase.front();
    event.name = textAt(in, "name");
    event.category = textAt(in, "cat");
    event.process = anyTextAt(in, "pid");
    event.lane = event.process + '\n' + anyTextAt(in, "tid");
    event.start = nanosecondsAt(in, "ts");
    event.duration = nanosecondsAt(in, "dur");
    if (event.duration && *event.duration < 0)
        event.duration.reset();
    readId(in, event);
    event.bindId = anyTextAt(in, "bind_id");
    event.isFlowIn = isTrueAt(in, "flow_in");
    event.isFlowOut = isTrueAt(in, "flow_out");
    event.isBoundToEnclosing = textAt(in, "bp") == "e";
    if (event.phase == 'M')
        if (const auto args = objectAt(in, "args"))
            event.metadataName = textAt(*args, "name");
    return event;
}

} // namespace tracestore
