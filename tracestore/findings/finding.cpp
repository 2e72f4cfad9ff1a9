#include "tracestore/findings/finding.h"

namespace tracestore {

std::string_view toWord(Severity severity)
{
    switch (severity) {
    case Severity::Note:
        return "note";
    case Severity::Warning:
        return "warning";
    case Severity::Error:
        break;
    }
    return "error";
}

std::optional<Severity> severityOf(std::string_view word)
{
    for (const Severity severity : {Severity::Note, Severity::Warning, Severity::Error}) {
        if (toWord(severity) == word)
            return severity;
    }
    return {};
}

} // namespace tracestore
