#include "engine/breakpoint/field_at_stop.h"

namespace engine {

using tracestore::FieldId;

FieldAtStop fieldAtStop(FieldId field)
{
    switch (field) {
    case FieldId::Status:
    case FieldId::Response:
    case FieldId::End:
    case FieldId::Duration:
    case FieldId::FirstToken:
    case FieldId::Tokens:
    case FieldId::TokensIn:
    case FieldId::TokensNew:
    case FieldId::TokensCacheRead:
    case FieldId::TokensCacheWrite:
    case FieldId::TokensOut:
    case FieldId::TokensReasoning:
    case FieldId::Cost:
    case FieldId::Error:
    case FieldId::ErrorType:
    case FieldId::ErrorRetryable:
    case FieldId::Result:
    case FieldId::Output:
    case FieldId::Finish:
    case FieldId::ResultSize:
    case FieldId::OutputSize:
        return FieldAtStop::Outcome;
    case FieldId::AgentRole:
    case FieldId::Branch:
    case FieldId::SessionOutcome:
    case FieldId::SessionScore:
    case FieldId::Step:
    case FieldId::TraceId:
    case FieldId::Counted:
    case FieldId::Depth:
    case FieldId::Children:
    case FieldId::Steps:
    case FieldId::Errors:
    case FieldId::Retries:
    case FieldId::Size:
    case FieldId::Events:
    case FieldId::Stack:
        return FieldAtStop::Never;
    default:
        return FieldAtStop::Always;
    }
}

} // namespace engine
