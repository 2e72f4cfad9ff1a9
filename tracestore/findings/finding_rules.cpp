#include "tracestore/findings/finding_rules.h"

#include "tracestore/findings/rules/rules.h"

namespace tracestore {

RuleRegistry builtinRules()
{
    RuleRegistry rules;
    rules.add(makeSecretRule());
    rules.add(makeContextOverflowRule());
    rules.add(makeIgnoredErrorRule());
    rules.add(makeUnvalidatedArgumentsRule());
    rules.add(makeStepLimitRule());
    rules.add(makeNoRetryRule());
    rules.add(makeHopelessRetryRule());
    rules.add(makeCutAnswerRule());
    rules.add(makeLoopRule());
    rules.add(makeFailingToolRule());
    rules.add(makeRepeatedCallRule());
    rules.add(makeLostContextRule());
    rules.add(makeUnclosedResourceRule());
    rules.add(makeCacheBreakRule());
    rules.add(makeSerialCallsRule());
    rules.add(makeUnusedToolsRule());
    rules.add(makeManyToolsRule());
    rules.add(makeVerboseToolsRule());
    return rules;
}

} // namespace tracestore
