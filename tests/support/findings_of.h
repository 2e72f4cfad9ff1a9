#pragma once

#include "tracestore/findings/find_findings.h"
#include "tracestore/findings/finding_rules.h"

#include <QTest>

namespace tests {

/// What one rule finds in a trace. Each finding is whole: texts, and steps that are in the trace.
inline std::vector<tracestore::Finding> findingsOf(const tracestore::Trace& trace,
                                                   const std::string& rule,
                                                   tracestore::FindingOptions options = {})
{
    tracestore::Job job;
    options.rules = {rule};
    const auto report = findFindings(trace, tracestore::builtinRules(), options, job);
    if (!report) {
        QTest::qFail(report.error().message.c_str(), __FILE__, __LINE__);
        return {};
    }
    for (const tracestore::Finding& finding : report->findings) {
        const bool isWhole = finding.rule == rule && !finding.title.empty()
            && finding.explanation.ends_with('.') && finding.wayOut.ends_with('.')
            && !finding.title.ends_with('.');
        bool hasSteps = true;
        for (const tracestore::SpanId step : finding.steps)
            hasSteps = hasSteps && step.index() < trace.spanCount();
        if (!isWhole || !hasSteps)
            QTest::qFail(finding.title.c_str(), __FILE__, __LINE__);
    }
    return report->findings;
}

} // namespace tests
