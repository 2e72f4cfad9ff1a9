#include "engine/breakpoint/outcome_values.h"

#include "tracestore/query/query_columns.h"
#include "tracestore/recording/run_span_words.h"

namespace engine {

using nlohmann::json;
using tracestore::FieldId;

namespace {

    bool tellCost(const tracestore::Cost& cost, const VisitJson& visit)
    {
        if (cost.currency == "USD")
            return tellNumber(cost.amount, visit);
        visit(json {{"amount", cost.amount}, {"currency", cost.currency}});
        return true;
    }

    bool tellTime(std::optional<tracestore::Duration> time, const VisitJson& visit)
    {
        return time && time->ns >= 0 && tellNumber(time->ns, visit);
    }

} // namespace

bool visitOutcome(const StopPoint& point, FieldId field, const VisitJson& visit)
{
    const Outcome& outcome = *point.outcome;
    const auto& usage = outcome.response ? outcome.response->usage : outcome.spent;
    const auto error = tracestore::errorOf(outcome.status, outcome.error, outcome.note);
    switch (field) {
    case FieldId::Status:
        return tell(tracestore::toWord(tracestore::statusOf(outcome.status)), visit);
    case FieldId::Response:
        return outcome.response && tell(outcome.response->id, visit);
    case FieldId::Finish:
        return outcome.response && tell(outcome.response->finishReason, visit);
    case FieldId::End:
        return outcome.end.ns != 0 && tellNumber(outcome.end.ns, visit);
    case FieldId::Duration:
        return point.begin && outcome.end.ns != 0 && tellTime(outcome.end - *point.begin, visit);
    case FieldId::FirstToken:
        return point.begin && outcome.firstToken
            && tellTime(*outcome.firstToken - *point.begin, visit);
    case FieldId::Cost:
        return outcome.cost && tellCost(*outcome.cost, visit);
    case FieldId::Error:
        return error && tell(error->message, visit);
    case FieldId::ErrorType:
        return error && tell(error->type, visit);
    case FieldId::ErrorRetryable:
        return error && error->isRetryable && tellNumber(*error->isRetryable, visit);
    case FieldId::ResultSize:
        return !outcome.text.empty() && tellNumber(outcome.text.size(), visit);
    case FieldId::OutputSize:
        return outcome.response
            && tellNumber(tracestore::toJson(outcome.response->message).size(), visit);
    default: {
        const auto count = usage ? tracestore::tokenCount(field, *usage) : std::nullopt;
        return count && tellNumber(*count, visit);
    }
    }
}

} // namespace engine
