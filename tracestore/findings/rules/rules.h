#pragma once

#include "tracestore/findings/finding_rule.h"

namespace tracestore {

// A maker for each rule; what it looks for is said in its file and in ../README.md.

std::unique_ptr<const FindingRule> makeCacheBreakRule();
std::unique_ptr<const FindingRule> makeContextOverflowRule();
std::unique_ptr<const FindingRule> makeCutAnswerRule();
std::unique_ptr<const FindingRule> makeFailingToolRule();
std::unique_ptr<const FindingRule> makeHopelessRetryRule();
std::unique_ptr<const FindingRule> makeIgnoredErrorRule();
std::unique_ptr<const FindingRule> makeLoopRule();
std::unique_ptr<const FindingRule> makeLostContextRule();
std::unique_ptr<const FindingRule> makeManyToolsRule();
std::unique_ptr<const FindingRule> makeNoRetryRule();
std::unique_ptr<const FindingRule> makeRepeatedCallRule();
std::unique_ptr<const FindingRule> makeSecretRule();
std::unique_ptr<const FindingRule> makeSerialCallsRule();
std::unique_ptr<const FindingRule> makeStepLimitRule();
std::unique_ptr<const FindingRule> makeUnclosedResourceRule();
std::unique_ptr<const FindingRule> makeUnusedToolsRule();
std::unique_ptr<const FindingRule> makeUnvalidatedArgumentsRule();
std::unique_ptr<const FindingRule> makeVerboseToolsRule();

} // namespace tracestore
