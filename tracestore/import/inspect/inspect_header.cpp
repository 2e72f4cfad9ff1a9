#include "tracestore/import/inspect/inspect_header.h"

namespace tracestore {
namespace {

    JsonRecord memberOf(const JsonRecord& record, std::string_view key)
    {
        const PlacedJson* member = record.find(key);
        return member == nullptr ? JsonRecord() : recordOf(*member);
    }

} // namespace

InspectHeader inspectHeaderOf(const JsonRecord& log)
{
    const JsonRecord eval = memberOf(log, "eval");
    InspectHeader header {.task = eval.text("task"),
                          .model = eval.text("model"),
                          .evalId = eval.text("eval_id"),
                          .runId = eval.text("run_id"),
                          .created = eval.text("created"),
                          .version = memberOf(eval, "packages").text("inspect_ai"),
                          .commit = memberOf(eval, "revision").text("commit"),
                          .status = log.text("status"),
                          .error = memberOf(log, "error").text("message")};
    header.epochs = memberOf(eval, "config").number("epochs");
    header.declaredSamples = memberOf(log, "results").number("total_samples");
    return header;
}

} // namespace tracestore
